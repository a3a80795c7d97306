"""The console's camera in a real browser: four symbols among foreign ones, photographs of them, and what happens without it."""

import base64
import io
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Playwright, sync_playwright

from chalicelib.domain.prepared import LIVES, Prepared
from chalicelib.services import prepared_qr
from tests.fakes.world import FRIDAY_NOON
from tests.functions.pages.camera_desk import Console, film, with_camera
from tests.functions.pages.hall import PUBLIC
from tests.functions.services.test_prepared import long_words
from tests.prove.claims import Claims
from tests.prove.qr_gap import as_seen

DECODED = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const drawn = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [drawn.width, drawn.height];
  const pen = canvas.getContext("2d");
  pen.drawImage(drawn, 0, 0);
  const seen = pen.getImageData(0, 0, canvas.width, canvas.height);
  const found = await ZXingWASM.readBarcodes(seen, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 4 });
  return found.map((one) => one.text);
}"""
"""Reads a picture with the page's own decoder and the page's own wishes, under the page's own policy."""


def measure(claims: Claims) -> None:
    """All lines about the camera."""
    hanako, taro = _symbols("1"), _symbols("2")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        shown = (hanako[2], f"{PUBLIC}/tablet/p/secret", hanako[0], taro[1], hanako[3], "JAHISTC08,1", taro[3], hanako[1])
        browser = with_camera(playwright, film(shown, Path(folder) / "seen.y4m"))
        _walk(claims, browser, hanako)
        _usable(claims, browser)
        _refused(claims, browser)
        browser.close()
        _without(claims, playwright)


def _symbols(copies: str) -> tuple[str, ...]:
    form = Prepared(procedure="juminhyo", version=1, answers={"members": long_words(750), "copies": copies}, applicant={})
    return prepared_qr.texts(form, FRIDAY_NOON + LIVES)


def _walk(claims: Claims, browser: Browser, symbols: Sequence[str]) -> None:
    console = Console(browser.new_context(permissions=["camera"]))
    begun = time.perf_counter()
    console.page.get_by_role("button", name="カメラで読む").click()
    console.page.locator("[data-camera-told]", has_text="読み終わった").wait_for()
    claims.told("seconds from the button to four symbols, each shown for half a second among four foreign ones",
                f"{time.perf_counter() - begun:.1f}")
    there = console.lines()
    claims.line("symbols of the form / others in the field", f"{len(set(there) & set(symbols))} / {len(set(there) - set(symbols))}",
                "4 / 0", sorted(there) == sorted(symbols))
    sent = [one for one in console.asked if one.post_data is not None or not one.url.startswith(PUBLIC)]
    claims.line("requests with a body or to another host while the camera was open", len(sent), "0", not sent)
    claims.line("what the page's policy had to stop", len(console.complaints), "0", not console.complaints)
    _photographs(claims, console, symbols)


def _photographs(claims: Claims, console: Console, symbols: Sequence[str]) -> None:
    """Each symbol as a phone's screen under a camera shows it, at six angles."""
    tried: Counter[str] = Counter()
    read: Counter[str] = Counter()
    false = 0
    for text in symbols:
        for kind, picture in as_seen(text):
            png = io.BytesIO()
            picture.save(png, "png")
            found = console.page.evaluate(DECODED, base64.b64encode(png.getvalue()).decode())
            tried[kind] += 1
            read[kind] += text in found
            false += any(one != text for one in found)
    claims.told("symbols that the browser's decoder read / tried, each turned by six angles",
                "、".join(f"{kind} {read[kind]} / {tried[kind]}" for kind in tried))
    claims.line("sharp symbols read / tried", f"{read['sharp']} / {tried['sharp']}", "all", read["sharp"] == tried["sharp"])
    claims.line("symbols read as something else", false, "0", false == 0)


def _usable(claims: Claims, browser: Browser) -> None:
    console = Console(browser.new_context(permissions=["camera"]))
    console.page.get_by_role("button", name="カメラで読む").click()
    console.page.locator("[data-symbols-told]", has_text="残り").wait_for()
    found = Axe().run(console.page).response["violations"]
    claims.line("what axe finds while the camera is open", [one["id"] for one in found], "[]", not found)


def _refused(claims: Claims, browser: Browser) -> None:
    refused = _told(Console(browser.new_context(permissions=[])))
    undecoded = Console(browser.new_context(permissions=["camera"]))
    undecoded.page.route("**/qr-reader/reader.wasm", lambda route: route.fulfill(status=404))
    blocked = Console(browser.new_context(permissions=["camera"]))
    blocked.page.route("**/qr-reader/reader.js", lambda route: route.abort())
    told = {"the camera was refused": refused, "the decoder was not to be had": _told(undecoded), "nor its script": _told(blocked)}
    for what, words in told.items():
        claims.line(f"{what}: a sentence that leads to typing", words, "one", "打ちこ" in words)


def _without(claims: Claims, playwright: Playwright) -> None:
    browser = with_camera(playwright, None)
    words = _told(Console(browser.new_context(permissions=["camera"])))
    claims.line("no camera: a sentence that leads to typing", words, "one", "打ちこ" in words)
    unscripted = Console(browser.new_context(java_script_enabled=False))
    usable = unscripted.page.locator("#known").is_enabled() and not unscripted.page.locator("[data-camera-open]").is_visible()
    claims.line("without a script: the field is there, and no button that does nothing", usable, "True", usable)
    browser.close()


def _told(console: Console) -> str:
    """What the page says after the button, once the button is back."""
    console.page.get_by_role("button", name="カメラで読む").click()
    console.page.locator("[data-camera-stop]").wait_for(state="hidden")
    return console.page.locator("[data-camera-told]").inner_text()
