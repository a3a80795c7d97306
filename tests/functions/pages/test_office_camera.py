"""The console reads a family's QR by camera, in a real browser: Chromium's own camera shows the symbols, the server takes them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from chalicelib.domain.prepared import LIVES
from chalicelib.services import prepared, prepared_qr
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.functions.pages.camera_desk import Console, film, with_camera
from tests.functions.pages.hall import PUBLIC
from tests.functions.services.test_prepared import long_words

MEMBERS = long_words(280)
SYMBOLS = prepared_qr.texts(prepared.gathered(ibusuki().procedure("juminhyo"), {
    "whose": "members", "members": MEMBERS, "items": ("relation",), "copies": "2"}), FRIDAY_NOON + LIVES)
"""Two symbols of the largest kind."""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    seen = film([SYMBOLS[1], f"{PUBLIC}/tablet/p/secret", SYMBOLS[0]], tmp_path_factory.mktemp("camera") / "seen.y4m")
    with sync_playwright() as playwright:
        one = with_camera(playwright, seen)
        yield one
        one.close()


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


def test_a_camera_that_is_allowed_only_when_another_window_lies_in_front_does_not_open(console: Console) -> None:
    console.page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    console.page.get_by_role("button", name="カメラで読む").click()
    console.page.locator("[data-camera-told]", has_text="止めました").wait_for(timeout=3000)
    assert console.lines() == []


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
