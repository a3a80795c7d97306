"""The tablet's screens in a real browser, every state: nothing axe finds, nothing small, nothing over the edge."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

import navi_site
from navi_site.hooks import stylesheet
from tests.chromium import CHROMIUM, needs_chromium
from tests.functions.pages.hall import PUBLIC
from tests.functions.pages.tablet_states import CONSOLE, NO_PAGES, TABLET

TEMPLATES = Path(__file__).parents[3] / "functions/chalicelib/pages/templates"
ASSETS = Path(str(navi_site.__file__)).parent / "assets"
SIZES = {"tall": (768, 1024), "wide": (1024, 768)}
PICTURES = os.environ.get("MADONAVI_PICTURES")
"""A folder for a picture of every state at both sizes, for people to look at."""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, a, select, textarea, label.choice, input:not([type=hidden])")]
  .filter(one => { const box = one.getBoundingClientRect(); return box.width && (box.width < 48 || box.height < 47.9)
    && !one.matches(".visually-hidden, .skip-link, label.choice *") })
  .map(one => one.outerHTML.slice(0, 120))"""


def test_every_template_of_the_tablet_stands_in_the_list_of_states() -> None:
    there = {one.name for one in (TEMPLATES / "tablet").glob("*.html")}
    assert set(TABLET) == there - set(NO_PAGES)
    office = {one.name for one in (TEMPLATES / "office").glob("*.html") if one.name.startswith(("tablet", "famil"))}
    assert set(CONSOLE) == office


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium: Browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = chromium.new_context(base_url=PUBLIC, locale="ja-JP", reduced_motion="reduce")
        yield context.new_page()
        chromium.close()


def show(page: Page, html: str) -> None:
    """Answer the browser from the HTML and our assets, without a network."""
    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(PUBLIC)
        if path == "/assets/madonavi.css":
            route.fulfill(body=stylesheet(), content_type="text/css")
        elif path.startswith("/assets/"):
            name = path.removeprefix("/assets/")
            file = ASSETS / ("script" if name.endswith(".js") else "") / name
            kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
            route.fulfill(body=file.read_bytes(), content_type=kinds[file.suffix]) if file.is_file() else route.fulfill(status=404)
        elif path == "/state":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=204)

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(f"{PUBLIC}/state")


def violations(page: Page) -> list[tuple[str, object]]:
    """What axe finds."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


@needs_chromium
@pytest.mark.parametrize("state", [state for states in TABLET.values() for state in states], ids=lambda one: one.__name__)
def test_a_tablet_is_usable_both_ways_round(page: Page, state: Callable[[], str]) -> None:
    show(page, state())
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{state.__name__}-{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(SMALL_TARGETS) == [], name
        assert violations(page) == [], name


@needs_chromium
@pytest.mark.parametrize("state", [state for states in CONSOLE.values() for state in states], ids=lambda one: one.__name__)
def test_the_consoles_pages_about_tablets_and_families_are_in_order(page: Page, state: Callable[[], str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    show(page, state())
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{state.__name__}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert violations(page) == []


@needs_chromium
def test_somebody_who_is_not_there_any_more_is_asked_and_may_stay(page: Page) -> None:
    question = next(state for state in TABLET["question.html"])
    page.clock.install()
    show(page, question())
    page.set_viewport_size({"width": 768, "height": 1024})
    page.clock.fast_forward(61_000)
    page.clock.run_for(1_000)
    assert page.locator("dialog.still-there").is_visible()
    assert violations(page) == []
    page.keyboard.press("Enter")  # 「まだ使う」 has the focus
    assert page.locator("dialog.still-there").is_hidden()
    with page.expect_request("**/tablet/stop") as stopped:
        page.clock.fast_forward(91_000)
        page.clock.run_for(1_000)
    assert "why=idle" in (stopped.value.post_data or "")


@needs_chromium
def test_the_keyboard_reaches_everything_in_the_order_of_the_page(page: Page) -> None:
    show(page, TABLET["look.html"][0]())
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert [one for one in reached if one in ("やめる", "まちがいありません", "ちがうところがあります（職員にわたす）")][:3] == [
        "やめる", "まちがいありません", "ちがうところがあります（職員にわたす）"]
