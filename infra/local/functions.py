"""`python -m infra.local.functions PORT` serves the functions as `chalice local` does, without its access log.

That log would keep the addresses of secret links (design D4); the gateway's own log masks them. There is no reload
either: the data folder may lie in the project (platform.md §3).
"""

import logging
import os
import sys
from pathlib import Path

from chalice.cli.factory import CLIFactory
from chalice.local import ChaliceRequestHandler, LocalDevServer

FOLDER = Path(__file__).parents[2] / "functions"


class _Silent(ChaliceRequestHandler):
    """Answers, and tells no log what was asked."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Called by http.server for each request and each unreadable one."""


def main(port: int) -> None:
    """Serve on the loopback address until stopped. The application reads its settings when it is loaded here."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines are addresses too
    os.environ["AWS_CHALICE_CLI_MODE"] = "true"  # as chalice's own command sets it
    config = CLIFactory(str(FOLDER)).create_config_obj(chalice_stage_name="local")
    LocalDevServer(config.chalice_app, config, "127.0.0.1", port, handler_cls=_Silent).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
