"""The site in a real browser: no violation of WCAG 2.2 AA that axe finds, no sideways scroll, and the small scripts."""

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

from content.catalogue import Catalogue
from content.rules import opening
from content.rules.opening import JAPAN
from tests.chromium import CHROMIUM, needs_chromium
from tests.navi_site.site import Site

pytestmark = needs_chromium

PAGE_TYPES = [
    "/", "/certificates/juminhyo/", "/certificates/koseki-zenbu/", "/certificates/juminhyo/post/", "/navi/juminhyo/",
    "/navi/juminhyo/self/ready/", "/navi/juminhyo/self/ready/konbini/", "/navi/juminhyo/self/ready/home/",
    "/navi/juminhyo/self/no-card/can/", "/navi/juminhyo/self/ready/history/", "/navi/koseki-zenbu/lineal/elsewhere/can/",
    "/purposes/inheritance/", "/purposes/single-parent/", "/topics/pin/", "/services/", "/services/moving-out/",
    "/offline/", "/places/", "/places/ibusuki/", "/help/", "/accessibility/", "/404.html",
    "/signs/", "/signs/juminhyo/", "/en/", "/en/navi/juminhyo/self/", "/easy/navi/juminhyo/self/ready/konbini/",
    "/zh/certificates/juminhyo/",
    "/vi/places/ibusuki/",
]
MOMENTS = [
    "2026-11-20T08:29", "2026-11-20T08:30", "2026-11-20T17:14", "2026-11-20T17:15", "2026-11-20T22:59", "2026-11-20T23:00",
    "2026-11-22T12:00", "2026-11-23T10:00", "2026-11-24T05:00", "2026-12-28T18:00", "2026-12-30T12:00", "2027-01-03T23:59",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served, viewport={"width": 360, "height": 800}, locale="ja-JP",
                                  bypass_csp=True)  # for the style that makes letters larger
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", PAGE_TYPES)
def test_axe_finds_nothing_and_nothing_hangs_over_the_edge(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width in (320, 1280):
            violations = Axe().run(page).response["violations"]
            assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in violations] == []


@pytest.mark.parametrize("address", PAGE_TYPES)
def test_letters_of_twice_the_size_need_no_sideways_scroll(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 640, "height": 800})
    page.goto(address)
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_answers_are_large_enough_for_a_thumb(page: Page) -> None:
    page.goto("/navi/juminhyo/")
    heights = [box["height"] for answer in page.locator(".answer").all() if (box := answer.bounding_box())]
    assert len(heights) == 4
    assert min(heights) >= 56


def test_the_navigator_works_without_scripts(browser: Browser, served: str) -> None:
    context = browser.new_context(base_url=served, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    assert page.locator("form.search").is_hidden()
    page.get_by_role("link", name=re.compile("^住民票の写し")).first.click()
    answers = ("自分、または同じ世帯の家族", "カードがあって、番号もわかる", "家で受け取りたい・コンビニが遠い")
    for link in ("取り方を調べる", *answers):
        page.get_by_role("link", name=link).click()
    assert page.get_by_role("heading", level=1).inner_text() == "スマートフォンで申請して、家で受け取れます"
    page.get_by_role("checkbox").first.check()
    assert page.get_by_role("link", name="オンラインで申請する").get_attribute("href") == "/apply/juminhyo/"
    assert page.get_by_role("button", name="印刷する").is_hidden()
    context.close()


def test_the_next_question_comes_without_loading_the_page_again(page: Page) -> None:
    page.goto("/navi/juminhyo/")
    page.evaluate("window.still = 1")
    for answer in ("自分、または同じ世帯の家族", "カードがあって、番号もわかる", "コンビニへ行ける"):
        page.get_by_role("link", name=answer).click()
        page.wait_for_function("!document.querySelector('main .answers') || true")
    page.locator(".result [data-state]").first.wait_for()  # the hour is known here too
    assert page.url.endswith("/navi/juminhyo/self/ready/konbini/")
    assert "コンビニで取るのがいちばん早くて安い方法です" in page.title()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.get_by_role("button", name="印刷する").is_visible()
    page.go_back()
    page.get_by_role("heading", name="どうやって受け取りたいですか？").wait_for()
    assert page.evaluate("window.still") == 1
    page.get_by_text("Language").click()
    assert page.get_by_role("link", name="English").get_attribute("href") == "/en/navi/juminhyo/self/ready/"


def test_another_answer_keeps_the_later_ones_that_still_fit(page: Page) -> None:
    page.goto("/navi/koseki-zenbu/lineal/elsewhere/can/")
    page.locator(".answered summary").filter(has_text="本籍はどこですか？").click()
    page.locator(".answered details[open]").get_by_role("link", name="指宿市").click()
    page.wait_for_url("**/navi/koseki-zenbu/lineal/here/**")
    assert page.locator(".answered summary").count() >= 2


def test_a_dead_network_between_two_questions_is_no_dead_end(page: Page) -> None:
    page.goto("/navi/juminhyo/")
    page.evaluate("navigator.serviceWorker.ready")
    page.route("**/navi/juminhyo/self/", lambda route: route.abort())
    page.get_by_role("link", name="自分、または同じ世帯の家族").click()
    page.wait_for_load_state()
    assert "/navi/juminhyo/" in page.url


def test_english_words_find_pages_that_stay_english(page: Page) -> None:
    page.goto("/en/")
    for typed, first in (("residence", "/en/certificates/juminhyo/"), ("passport", "/en/purposes/passport/"),
                         ("住民票", "/en/certificates/juminhyo/"), ("koseki", "/en/certificates/koseki-zenbu/")):
        page.get_by_role("searchbox").fill(typed)
        page.locator(f'.search__found li:first-child a[href="{first}"]').wait_for()


@pytest.mark.parametrize("sheet", ["juminhyo", "inkan", "koseki-zenbu", "kei-nozei", "office-ibusuki"])
def test_a_sign_is_one_sheet_with_a_code_that_leads_back(page: Page, sheet: str) -> None:
    import io

    import pypdfium2
    import zxingcpp

    page.goto(f"/signs/{sheet}/")
    assert Axe().run(page).response["violations"] == []
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(document) == 1
    assert tuple(round(side / 72 * 25.4) for side in document[0].get_size()) == (210, 297)
    leads = "/" if sheet.startswith("office-") else f"/c/{sheet}/"
    codes = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert [code.text for code in codes] == [f"http://localhost:8080{leads}"]


@pytest.mark.parametrize(("typed", "first"), [
    ("住民票", "住民票の写し"), ("じゅうみん", "住民票の写し"), ("ジュウミンヒョウ", "住民票の写し"),
    ("いんかん", "印鑑登録証明書"), ("住民票がほしい", "住民票の写し"),
    ("戸籍謄本", "戸籍全部事項証明書（戸籍謄本）"), ("ひっこし", "引っ越したことの証明（必要な証明書）"),
    ("パスポート", "パスポートをつくる（必要な証明書）"), ("国保", "国民健康保険に入る"),
])
def test_the_search_field_finds_what_people_type(page: Page, typed: str, first: str) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill(typed)
    found = page.locator(".search__found a")
    found.first.wait_for()
    assert found.first.evaluate("link => link.firstChild.textContent") == first


def test_who_types_before_the_index_is_there_gets_an_answer_all_the_same(page: Page) -> None:
    def slowly(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/assets/search.json", slowly)
    page.goto("/")
    page.get_by_role("searchbox").fill("パスポート")
    page.locator(".search__found a").first.wait_for()


def test_a_form_that_was_sent_before_the_script_came_is_answered(page: Page) -> None:
    page.goto("/?q=印鑑証明")
    assert page.locator(".search__found a").first.get_attribute("href") == "/certificates/inkan/"


def test_a_search_without_a_hit_says_what_to_do(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("ぬぬぬぬ")
    status = page.locator(".search__said")
    status.filter(has_text="ぬぬぬぬ").wait_for()
    assert "短い言葉にするか、下の一覧から選んでください。" in status.inner_text()
    assert page.locator(".search__found a").count() == 0


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_browser_and_the_rules_agree_on_open_and_closed(page: Page, catalogue: Catalogue, moment: str) -> None:
    """Whatever the time zone of the telephone: the instant counts, in Japan time."""
    at = datetime.fromisoformat(moment).replace(tzinfo=JAPAN)
    page.clock.set_fixed_time(at)
    page.goto("/")
    rules = {f"office:{o.id}": o.opening for o in catalogue.offices}
    rules |= {f"channel:{c.id}": c.opening for c in catalogue.channels if c.opening is not None}
    for key, rule in rules.items():
        line = page.locator(f'.today [data-open="{key}"][data-state]')
        line.wait_for()
        truth = opening.at(rule, at)
        assert line.get_attribute("data-state") == ("open" if truth.is_open else "closed"), (key, moment)
        assert _spoken(truth, at) in line.inner_text()


def _spoken(truth: opening.Openness, at: datetime) -> str:
    turn = truth.closes or truth.opens
    assert turn is not None
    clock = f"{turn.hour}:{turn.minute:02d}" if turn.minute else f"{turn.hour}時"
    if truth.is_open:
        return f"{clock}まで"
    if turn.date() == at.date():
        return f"きょうは{clock}から"
    if turn.date() == at.date() + timedelta(days=1):
        return f"あすは{clock}から"
    return f"次は{turn.month}月{turn.day}日（{'月火水木金土日'[turn.weekday()]}）の{clock}から"


def test_after_the_known_dates_the_rule_in_words_stands_alone(page: Page) -> None:
    """A site that nobody rebuilt for a year and a half must not guess at holidays."""
    page.clock.set_fixed_time(datetime(2028, 6, 1, 10, 0, tzinfo=JAPAN))
    with page.expect_response("**/assets/hours.json"):
        page.goto("/")
    page.locator('.today [data-open][data-state=""]').first.wait_for(state="attached")
    assert set(page.locator(".today [data-open]").all_inner_texts()) == {""}
    assert page.get_by_text("月〜金曜日 8:30〜17:15").first.is_visible()


def test_every_way_prints_on_one_sheet(page: Page, site: Site) -> None:
    for address in site.addresses():
        if 'class="page result"' in site.page(address).text:
            page.goto(address)
            sheet = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1, address


def test_a_second_visit_works_without_a_network(page: Page) -> None:
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    page.goto("/navi/juminhyo/")
    page.goto("/navi/juminhyo/self/")
    page.wait_for_function("caches.keys().then((names) => names.length > 0)")
    page.context.set_offline(True)
    page.goto("/navi/juminhyo/")
    assert page.locator("h1").inner_text() == "だれの住民票がほしいですか？"
    page.goto("/")
    page.get_by_role("searchbox").fill("パスポート")
    page.locator(".search__found a").first.wait_for()
    page.goto("/certificates/hyoka/")  # never seen before
    assert "つながっていません" in page.locator("h1").inner_text()


def test_what_belongs_to_one_person_is_never_kept(site: Site) -> None:
    worker = site.file("/sw.js").read_text("utf-8")
    for path in ("apply", "status", "office", "api", "webhooks"):
        assert path in worker.partition("OURS =")[2].partition("\n")[0]


@pytest.mark.parametrize("address", PAGE_TYPES)
def test_no_page_does_anything_that_the_content_policy_forbids(browser: Browser, served: str, address: str) -> None:
    context = browser.new_context(base_url=served)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    context.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def test_a_printed_result_carries_the_code_that_opens_it(page: Page) -> None:
    page.goto("/navi/juminhyo/self/ready/konbini/")
    page.emulate_media(media="print")
    assert page.locator(".print-qr svg").is_visible()
    shot = page.locator(".print-qr svg").screenshot(scale="css")
    page.emulate_media(media="screen")
    assert not page.locator(".print-qr svg").is_visible()
    from io import BytesIO

    import zxingcpp
    from PIL import Image

    code = Image.open(BytesIO(shot)).convert("L").resize((600, 600))
    assert [found.text for found in zxingcpp.read_barcodes(code)] == ["http://localhost:8080/navi/juminhyo/self/ready/konbini/"]


def test_a_result_reports_itself_and_nothing_else(page: Page) -> None:
    told: list[str] = []

    def taken(route: Route) -> None:
        told.append(route.request.post_data or "")
        route.fulfill(status=204)

    page.route("**/api/v1/count", taken)
    page.goto("/navi/juminhyo/")
    for answer in ("自分、または同じ世帯の家族", "カードがあって、番号もわかる", "コンビニへ行ける"):
        page.get_by_role("link", name=answer).click()
    page.locator(".result h1").wait_for()
    page.evaluate("document.querySelector('.result__action a').removeAttribute('href')")
    page.locator(".result__action a").click()
    page.wait_for_timeout(300)
    shown = {"certificate": "juminhyo", "outcome": "konbini", "came": "none"}
    assert [json.loads(one) for one in told] == [{**shown, "step": "shown"}, {**shown, "step": "followed"}]
    assert page.context.cookies() == []
