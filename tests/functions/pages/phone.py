"""A real browser as wide as a small phone, before a city hall of fakes that answers on the loopback address."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

import navi_site
from navi_site.hooks import stylesheet
from tests.chromium import CHROMIUM
from tests.fakes.world import a_world
from tests.functions.pages.hall import Hall

ASSETS = Path(str(navi_site.__file__)).parent / "assets"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
WIDTH, HEIGHT = 360, 800
"""CSS pixels: the narrowest phone that is still common."""
PATIENCE = 30_000
"""Milliseconds that a page may take on a computer with other work."""
KEPT = ("Cache-Control", "max-age=3600")
"""Assets are fetched once, as from the CDN."""
HOP_BY_HOP = ("connection", "content-length", "transfer-encoding")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def a_hall() -> Iterator[str]:
    """A fresh city hall at noon of Friday 2026-11-20; the address at which it answers."""
    class Answers(BaseHTTPRequestHandler):
        """One request of the browser."""

        def do_GET(self) -> None:
            """A page, or one of our assets."""
            name = self.path.removeprefix("/assets/")
            if name == self.path:
                self._from_hall()
            else:
                self._asset(name)

        def do_POST(self) -> None:
            """A form."""
            self._from_hall()

        def log_message(self, *_: Any) -> None:
            """Nothing: addresses of a case are nobody's."""

        def _from_hall(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = httpx.Request(self.command, f"{address}{self.path}", headers=list(self.headers.items()), content=body)
            with one_at_a_time:
                answer = hall.transport.handle_request(asked)
            self._send(answer.status_code, answer.headers.multi_items(), answer.content)

        def _asset(self, name: str) -> None:
            file = ASSETS / ("script" if name.endswith(".js") else "") / name
            if name == "madonavi.css":
                self._send(200, [("Content-Type", "text/css"), KEPT], sheet)
            elif file.is_file():
                self._send(200, [("Content-Type", KINDS[file.suffix]), KEPT], file.read_bytes())
            else:
                self._send(404, [], b"")

        def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for named, value in headers:
                if named.lower() not in HOP_BY_HOP:
                    self.send_header(named, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    sheet = stylesheet().encode()
    world = a_world()
    one_at_a_time = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    address = f"http://localhost:{server.server_port}"
    world.parts = replace(world.parts, public_url=address)
    hall = Hall(world)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def a_phone(browser: Browser, address: str) -> Iterator[Page]:
    """A phone that knows nothing yet, to be pointed at a city hall."""
    context = browser.new_context(base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, locale="ja-JP",
                                  has_touch=True, is_mobile=True, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()
