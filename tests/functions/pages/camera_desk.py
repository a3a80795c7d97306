"""The console's page that reads a family's QR, in a real browser with Chromium's own camera; answered by the real routes."""

import io
from collections.abc import Sequence
from pathlib import Path

import httpx
import segno
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Route

from navi_site import qr_reader
from navi_site.hooks import stylesheet
from tests.conftest import ROOT
from tests.fakes.outside import YAMADA
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in

ASSETS = ROOT / "navi_site/assets"
WIDTH, HEIGHT = 1280, 720


def film(texts: Sequence[str], into: Path) -> Path:
    """What the camera sees, again and again: each symbol for half a second, a little turned, on a grey desk."""
    frames = []
    for text in texts:
        png = io.BytesIO()
        segno.make_qr(text, error="m").save(png, kind="png", scale=6, border=4)
        seen = Image.new("L", (WIDTH, HEIGHT), 120)
        with Image.open(png) as symbol:
            turned = symbol.convert("L").rotate(3, expand=True, fillcolor=120)
            seen.paste(turned, ((WIDTH - turned.width) // 2, (HEIGHT - turned.height) // 2))
        frames.append(b"FRAME\n" + seen.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2))
    into.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F2:1 Ip A1:1 C420jpeg\n".encode() + b"".join(frames))
    return into


def with_camera(playwright: Playwright, seen: Path | None) -> Browser:
    """A browser whose camera sees that film; without one it has no camera."""
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={seen}"] if seen else []
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", *camera])


class Console:
    """山田's page for lending a tablet, answered by the real routes with their own headers, and all that it asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.hall = Hall()
        office = log_in(self.hall, YAMADA)
        cookies = "; ".join(f"{name}={value}" for (_, name), value in office._cookies.items())
        self._http = httpx.Client(transport=self.hall.transport, headers={"Cookie": cookies})
        self.asked: list[Request] = []
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda one: self.complaints.append(one.text) if one.type in ("error", "warning") else None)
        self.page.route("**/*", self._answer)
        self.page.goto(f"{PUBLIC}/office/tablet")

    def _answer(self, route: Route) -> None:
        self.asked.append(route.request)
        path = route.request.url.removeprefix(PUBLIC)
        name = path.removeprefix("/assets/")
        if path == "/assets/madonavi.css":
            route.fulfill(body=stylesheet(), content_type="text/css")
        elif name.startswith("qr-reader/"):
            kind = "application/wasm" if name.endswith(".wasm") else "text/javascript"
            route.fulfill(body=qr_reader.files()[f"assets/{name}"], content_type=kind)
        elif path.startswith("/assets/"):
            kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
            file = ASSETS / ("script" if name.endswith(".js") else "") / name
            route.fulfill(body=file.read_bytes(), content_type=kinds[file.suffix])
        else:
            sent = {name: one for name, one in route.request.headers.items() if name == "content-type"}
            told = self._http.request(route.request.method, route.request.url, headers=sent,
                                      content=route.request.post_data_buffer or b"")
            if told.is_redirect:  # the browser would follow it past this route
                told = self._http.get(f"{PUBLIC}{told.headers['Location']}")
            headers = {key: value for key, value in told.headers.items() if key != "set-cookie"}
            route.fulfill(status=told.status_code, headers=headers, body=told.content)

    def lines(self) -> list[str]:
        """What stands in the field."""
        return self.page.locator("#known").input_value().split()

    def lend(self) -> None:
        """「番号を出す」 for a 住民票の写し."""
        self.page.select_option("#procedure", "juminhyo")
        self.page.get_by_role("button", name="番号を出す").click()
        self.page.locator(".reference").wait_for()

    def answers(self) -> object:
        """What the case that began holds."""
        [case] = self.hall.world.store.cases.values()
        return case.answers.get("members"), case.answers.get("copies")
