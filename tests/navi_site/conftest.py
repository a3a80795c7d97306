"""The site, built once for all tests by the command that builds it in production, and served on the loopback address."""

import re
import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from content.catalogue import Catalogue, load
from infra.local import gateway
from tests.navi_site.site import AS_OF, Site, build


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The first city's content."""
    return load("ibusuki")


@pytest.fixture(scope="session")
def today() -> date:
    """The day on which the tests read the site: a Friday before a holiday Monday."""
    return date.fromisoformat(AS_OF)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The built site."""
    folder: Path = tmp_path_factory.mktemp("site") / "built"
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return Site(folder)


POLICY = re.findall(r'Content-Security-Policy "(.*?)"', gateway.HEADERS)[0]
"""What the gateway allows pages to do; the pages are tried under it."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the test's own words are enough."""

    def end_headers(self) -> None:
        """As the gateway does."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="session")
def served(site: Site) -> Iterator[str]:
    """The address at which the built site answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site.folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
