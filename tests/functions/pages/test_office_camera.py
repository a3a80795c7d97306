"""The console reads a family's QR by camera, in a real browser: Chromium's own camera shows the symbols, the server takes them."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Route, sync_playwright

from chalicelib.domain.prepared import LIVES
from chalicelib.services import prepared, prepared_qr
from navi_site import qr_reader
from navi_site.hooks import stylesheet
from tests.conftest import ROOT
from tests.fakes.outside import YAMADA
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in
from tests.functions.services.test_prepared import long_words

ASSETS = ROOT / "navi_site/assets"
MEMBERS = long_words(280)
SYMBOLS = prepared_qr.texts(prepared.gathered(ibusuki().procedure("juminhyo"), {
    "whose": "members", "members": MEMBERS, "items": ("relation",), "copies": "2"}), FRIDAY_NOON + LIVES)
"""Two symbols of the largest kind."""
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


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    seen = film([SYMBOLS[1], f"{PUBLIC}/tablet/p/secret", SYMBOLS[0]], tmp_path_factory.mktemp("camera") / "seen.y4m")
    one = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[
        "--no-sandbox", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={seen}"])
    yield one
    one.close()


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
            sent = {"Content-Type": kind} if (kind := route.request.headers.get("content-type")) else {}
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


@pytest.fixture
def console(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Console]:
    context = chromium.new_context(locale="ja-JP", permissions=getattr(request, "param", ["camera"]))
    yield Console(context)
    context.close()


def test_the_camera_fills_the_field_with_both_symbols_and_the_form_goes_on(console: Console) -> None:
    console.page.get_by_role("button", name="カメラで読む").click()
    console.page.locator("[data-camera-told]", has_text="読み終わった").wait_for()
    assert sorted(console.lines()) == sorted(SYMBOLS)
    assert console.page.evaluate("document.querySelector('video').srcObject") is None
    assert console.complaints == []  # nothing that the page's own policy had to stop
    assert {one.url.startswith(PUBLIC) and one.post_data is None for one in console.asked} == {True}
    console.lend()
    assert console.answers() == (MEMBERS, "2")


def test_enter_after_each_symbol_of_a_reader_that_types_sends_nothing(console: Console) -> None:
    console.page.locator("#known").focus()
    for symbol in reversed(SYMBOLS):
        console.page.keyboard.insert_text(symbol)
        console.page.keyboard.press("Enter")
    assert console.lines() == [*reversed(SYMBOLS)]
    assert [one.method for one in console.asked if one.method == "POST"] == []
    console.lend()
    assert console.answers() == (MEMBERS, "2")


@pytest.mark.parametrize("console", [[]], indirect=True, ids=["the camera is not allowed"])
def test_without_the_camera_a_sentence_says_so_and_typing_goes_on(console: Console) -> None:
    button = console.page.get_by_role("button", name="カメラで読む")
    button.click()
    console.page.locator("[data-camera-told]", has_text="打ちこ").wait_for()
    assert button.is_visible()
    console.page.locator("#known").fill("\n".join(SYMBOLS))
    console.lend()
    assert console.answers() == (MEMBERS, "2")
