"""The counter's screens in a real browser, every state: nothing axe finds, nothing small, nothing over the edge."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, sync_playwright

from kiosk_agent.journeys import Screen
from kiosk_agent.session import Session
from tests.chromium import CHROMIUM, needs_chromium
from tests.fakes.world import ibusuki
from tests.kiosk_agent.states import states
from tests.kiosk_agent.table import Table
from tests.kiosk_agent.test_screens import AT, PORT, STAFF_PIN, screens_of

pytestmark = needs_chromium
HOME = f"http://localhost:{PORT}/"
SIZES = {"tall": (1080, 1920), "wide": (1920, 1080)}
PICTURES = os.environ.get("MADONAVI_PICTURES")
"""A folder for a picture of every state at both sizes, for people to look at."""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, a, input:not([type=hidden])")].filter(one => {
  const box = one.getBoundingClientRect(); return box.width && (box.width < 48 || box.height < 48) }).map(one => one.textContent)"""
SMALL_TEXT = """() => [...document.querySelectorAll("body *")].filter(one => one.tagName !== "RT" && [...one.childNodes].some(
  node => node.nodeType === 3 && node.textContent.trim()) && !one.closest(".visually-hidden, noscript, script")
  && parseFloat(getComputedStyle(one).fontSize) < 24).map(one => one.textContent)"""
SHAPE = """() => [...document.querySelectorAll("body, main *")].map(one => one.tagName + one.className).join()"""
OVER_THE_EDGE = """() => { const root = document.documentElement;
  return [root.scrollWidth - root.clientWidth, root.scrollHeight - root.clientHeight] }"""


def serve(page: Page, client: FlaskClient) -> None:
    """Answer the browser from the program itself, without a network."""
    def answer(route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(HOME.rstrip("/"))
        told = {name: value for name, value in request.headers.items() if name in ("content-type", "cookie", "x-turn", "x-token")}
        got = client.open(path, method=request.method, data=request.post_data_buffer, headers={**AT, **told})
        headers = dict(got.headers)
        headers.pop("Content-Security-Policy", None)  # axe is put in as a script
        route.fulfill(status=got.status_code, headers=headers, body=got.get_data())
        got.close()

    page.route("**/*", answer)


def wordiest(found: dict[str, Session]) -> dict[str, Session]:
    """Of states that differ in their limit only, the one with most to say: what fits there fits everywhere."""
    words = ibusuki().counter.limits
    kept: dict[str, Session] = {}
    for name, session in found.items():
        like = next((other for other, one in kept.items() if session.limit and one.limit
                     and replace(one, limit=None) == replace(session, limit=None)), None)
        if like is None:
            kept[name] = session
        elif session.limit and len(words[session.limit].text) > len(words[kept[like].limit or session.limit].text):
            del kept[like]
            kept[name] = session
    return kept


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, table: Table) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1080, "height": 1920}, locale="ja-JP", reduced_motion="reduce",
                                  forced_colors="none")
    page = context.new_page()
    page.set_default_timeout(20_000)
    serve(page, screens_of(table))
    yield page
    context.close()


def test_every_state_is_clean_large_and_whole_at_both_sizes(page: Page, table: Table) -> None:
    faults: list[str] = []
    built: set[str] = set()
    for name, session in (states() if PICTURES else wordiest(states())).items():
        table.shows(session)
        page.goto(HOME)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            faults += [f"{name} {size}: small target {one!r}" for one in page.evaluate(SMALL_TARGETS)]
            faults += [f"{name} {size}: small text {one!r}" for one in page.evaluate(SMALL_TEXT)]
            faults += [f"{name} {size}: {over} over the edge" for over in page.evaluate(OVER_THE_EDGE) if over > 0]
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{size}-{name.replace(' ', '-')}.png")
        shape = page.evaluate(SHAPE)
        if shape not in built:  # axe looks at elements, not at words: the same elements once
            built.add(shape)
            faults += [f"{name}: {one['id']} {one['nodes'][0]['target']}" for one in Axe().run(page).response["violations"]]
    assert faults == []


def test_a_form_is_made_with_the_keyboard_alone(page: Page, table: Table) -> None:
    def goes_on() -> None:
        """The counter's thread; then the page finds out by itself."""
        table.goes_on()
        page.wait_for_function(f"document.body.dataset.turn === '{table.counter.session.turn}'")

    def press(words: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent").strip().startswith(words):
                before = table.counter.session.turn
                page.keyboard.press("Enter")
                page.wait_for_function(f"document.body.dataset.turn !== '{before}'")
                return goes_on()
        raise AssertionError(f"the keyboard does not reach {words}")

    page.goto(HOME)
    press("画面にさわって")
    table.places("hanako")
    press("申請書を印刷する")
    page.keyboard.type("1234")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#typed') === null")
    goes_on()
    for words in ("はい、これでよいです", "住民票の写し", "これでよいです", "印刷する"):
        press(words)
    assert table.screen == Screen.DONE


def test_the_pad_types_erases_and_never_shows_the_number(page: Page, table: Table) -> None:
    table.up_to_secret()
    page.goto(HOME)
    for digit in "1239":
        page.locator(f'[data-letter="{digit}"]').click()
    page.locator("[data-erase]").click()
    page.locator('[data-letter="4"]').click()
    assert page.locator("#typed").input_value() == "1234"
    assert page.locator("#typed").get_attribute("type") == "password"
    page.locator(".pad__enter").click()
    page.wait_for_timeout(100)
    table.goes_on()
    assert table.screen == Screen.CONFIRM


def test_the_countdown_is_shown_before_the_end_and_one_touch_stays(page: Page, table: Table) -> None:
    table.up_to_confirm()
    page.goto(HOME)
    assert not page.locator("#clock").is_visible()
    table.waits(50)
    page.wait_for_selector("#clock:not([hidden])")
    assert "あと10秒で、内容を消します" in page.locator("#countdown").inner_text()
    page.locator(".button--stay").click()
    page.wait_for_timeout(100)
    assert table.counter.seconds_left() == 60


def test_with_reduced_motion_nothing_moves(page: Page, table: Table) -> None:
    table.presses("touched")
    table.presses("forms")
    page.goto(HOME)
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_officers_view_has_nothing_axe_finds(page: Page, table: Table) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{HOME}staff")
    assert Axe().run(page).response["violations"] == []
    page.fill("#pin", STAFF_PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('待機中')")
    for name in ("officer_types", "check", "done limit unprintable", "trouble blocked"):
        table.shows(states().get(name) or states()["done unprintable"])
        page.goto(f"{HOME}staff")
        assert Axe().run(page).response["violations"] == [], name
