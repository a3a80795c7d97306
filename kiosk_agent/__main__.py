"""`python -m kiosk_agent`: serves the screens of one counter on the loopback address. `enrol` makes it known to the office."""

import logging
import signal
import sys
from datetime import UTC, datetime

from waitress import serve

from kiosk_agent import enrolment, wiping
from kiosk_agent.compose import compose, settings
from kiosk_agent.errors import KioskError
from kiosk_agent.screens import create_app


def clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)  # noqa: TID251 - the composition root is where the clock comes from


def main() -> int:
    """Serve until stopped; 1 when something is missing that the counter cannot do without."""
    told = settings()
    try:
        made = compose(told, clock)
    except KioskError as error:
        print(error, file=sys.stderr)
        return 1
    for line in made.says:
        print(line, flush=True)
    # systemd and `make up` end us with SIGTERM; the service that was started here must end with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    made.counter.start()
    made.sync.start()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        serve(create_app(made.counter, made.check, made.door, port=told.port, demo=made.demo), host="127.0.0.1", port=told.port,
              threads=6, ident=None)
    finally:
        made.counter.stop()
        made.sync.stop()
        made.outgoing.close()
        if made.service is not None:
            made.service.terminate()
    return 0


if __name__ == "__main__":
    wiping.begin()
    sys.exit(enrolment.main(sys.argv[2:], clock) if sys.argv[1:2] == ["enrol"] else main())
