"""`make prove-navigator`: what issue 3 claims of the navigator and the site, one line per claim."""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from content import check
from content.catalogue import Catalogue, load
from content.languages import in_every_language, public_texts
from content.rules import channel_rules, flow_paths
from content.vocabulary.language import LANGUAGES, OTHERS
from infra.local.addresses import Addresses
from infra.local.up import Running, running
from navi_site import speech
from tests.content.test_navigator_proof import AGREED, mutants, survives
from tests.journeys.main_job import open_browser
from tests.navi_site import test_search
from tests.navi_site.site import Site
from tests.navi_site.test_in_browser import PAGE_TYPES
from tests.prove import editor_walk, page_weight, site_speed, valid_html, year
from tests.prove.claims import Claims

FIRST_PORT = 18860
WIDTHS = (320, 768, 1280)
LIGHT = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
FOUR = {"home": "/", "certificate": "/certificates/juminhyo/", "question": "/navi/juminhyo/",
        "result": "/navi/juminhyo/self/ready/konbini/"}


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    catalogue = load("ibusuki")
    _paths(claims, catalogue)
    _mutants(claims)
    _year(claims, catalogue)
    _languages(claims, catalogue)
    _builds(claims)
    _editor(claims)
    without = frozenset({"kiosk", "seed", "payment", "identity", "mailbox", "editor"})
    with tempfile.TemporaryDirectory() as data, running(Path(data), Addresses(FIRST_PORT), without=without) as up:
        _queries(claims, Site(up.stack.data / "site"))
        _html(claims, Site(up.stack.data / "site"))
        _pages(claims, up)
        _lighthouse(claims, up)
    return claims.exit_code()


def _paths(claims: Claims, catalogue: Catalogue) -> None:
    began = time.perf_counter()
    channels = {c.id: c for c in catalogue.channels}
    count = illegal = 0
    for certificate in catalogue.certificates:
        for path in flow_paths.all_paths(catalogue.flow(certificate.flow or "")):
            count += 1
            channel = path.outcome.channel
            illegal += channel is not None and channel not in channel_rules.open_ways(certificate, channels, path.situation)
    faults = len(list(check.cross_faults(catalogue)))
    seconds = time.perf_counter() - began
    walked = f"{count} of {len(catalogue.certificates)} certificates, walked and checked in {seconds:.2f} s"
    claims.told("paths of all flows", walked)
    claims.line("outcomes against the channel rules", f"{illegal} not open to the person", "0", illegal == 0)
    claims.line("cycles, dead ends, unreachable, unused, too long", faults, "0", faults == 0)


def _mutants(claims: Claims) -> None:
    agreed = AGREED.read_text("utf-8")
    tried = alive = 0
    for _, mutant in mutants():
        tried += 1
        alive += survives(mutant, agreed)
    killed = 100 * (1 - alive / tried)
    claims.line("single-rule mutants noticed", f"{tried - alive} of {tried}, {killed:.1f} %", "≥ 95 %", killed >= 95)


def _year(claims: Claims, catalogue: Catalogue) -> None:
    found = year.sweep(catalogue, date(2027, 1, 1))
    claims.line("minutes of 2027 at which page and rule differ on open or closed",
                f"{found.wrong} of {found.minutes:,} ({found.rules} rules)", "0", found.wrong == 0)


def _builds(claims: Claims) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ours = site_speed.our_build(root / "one")
        site_speed.our_build(root / "two")
        same = all(f.read_bytes() == (root / "two" / f.relative_to(root / "one")).read_bytes()
                   for f in (root / "one").rglob("*") if f.is_file())
        claims.line("two builds byte-identical", same, "True", same)
        for name, seconds in (("one", ours), ("ja", site_speed.our_build(root / "ja", ""))):
            pages = len(list((root / name).rglob("index.html")))
            plain = site_speed.plain_build(root / f"plain-{name}", pages)
            claims.told("build beside plain mkdocs-material of as many pages", f"{pages} pages, {seconds:.1f} s to {plain:.1f} s")


def _languages(claims: Claims, catalogue: Catalogue) -> None:
    told = in_every_language(catalogue)  # raises where a phrase is missing
    phrases = len(public_texts(catalogue)) + len(list(speech.in_templates()))
    languages = "、".join(language.own_name for language in told)
    speech.tongues(told)
    claims.line("phrases translated", f"{phrases} of {phrases} in each of {languages}", "all", len(told) == len(OTHERS))


def _editor(claims: Claims) -> None:
    edits, seconds, foreign = editor_walk.walk()
    kept = sum(one.saved and one.loads and one.only_that for one in edits)
    claims.line("edits and additions in the web editor that change just that", f"{kept} of {len(edits)}", "all", kept == len(edits))
    claims.line("seconds until a fault is told with file and line", f"{seconds:.2f}", "≤ 2", seconds <= 2)
    claims.line("other hosts that the editor asked", len(foreign), "0", not foreign)


def _queries(claims: Claims, site: Site) -> None:
    results = test_search.found(site, [typed for typed, _ in test_search.TABLE])
    right = sum(got[:1] == [f"/{first}/"] for (_, first), got in zip(test_search.TABLE, results, strict=True))
    claims.line("queries whose page comes first", f"{right} of {len(results)}", "≥ 150, all", right == len(results) >= 150)


def _html(claims: Claims, site: Site) -> None:
    """Every Japanese page, and every seventh of the other languages: they come from the same templates."""
    pages = [site.file(address) for address in (*site.addresses(), *sorted(set(site.everywhere()) - set(site.addresses()))[::7])]
    found = valid_html.faults(pages)
    claims.line("faults of HTML validation", f"{len(found)} in {len(pages)} pages", "0", not found)


def _pages(claims: Claims, up: Running) -> None:
    base = up.at.url(up.at.gateway)
    outside: set[str] = set()
    violations = over = 0
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page(locale="ja-JP")
        page.on("request", lambda request: None if request.url.startswith(base) else outside.add(request.url))
        looked = 0
        for address in _in_every_language():
            page.goto(base + address)
            page.wait_for_load_state("networkidle")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                looked += 1
                violations += len(Axe().run(page).response["violations"])
                over += int(page.evaluate("document.documentElement.scrollWidth")) > width
        for open_state in STATES:
            page.goto(base + open_state[0])
            open_state[1](page)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                looked += 1
                violations += len(Axe().run(page).response["violations"])
                over += int(page.evaluate("document.documentElement.scrollWidth")) > width
        reached = _by_keyboard(page, base)
        walked = _without_scripts(browser, base)
        browser.close()
    tried = f"{looked} looks: every page type × {len(WIDTHS)} widths × {len(LANGUAGES)} languages, and {len(STATES)} states"
    claims.line("axe violations (WCAG 2.2 AA)", f"{violations} in {tried}", "0", violations == 0)
    claims.line("certificates whose navigator leads to a result without scripts", f"{walked[0]} of {walked[1]}", "all",
                walked[0] == walked[1])
    claims.line("pages wider than the screen, from 320 px", over, "0", over == 0)
    claims.line("third-party requests", len(outside), "0", not outside)
    claims.line("from home to the result by keyboard alone", reached, "True", reached)
    for name, address in FOUR.items():
        weight = page_weight.weigh(base + address)
        light = weight.html + weight.css <= 51_200 and weight.js <= 20_480
        claims.line(f"bytes compressed, {name}", f"HTML+CSS {weight.html + weight.css}, JS {weight.js}", "≤ 51200, ≤ 20480", light)


def _in_every_language() -> list[str]:
    """The page types; those that stand in every language, in every language."""
    plain = [a for a in PAGE_TYPES if not a.startswith(tuple(f"/{one.id}/" for one in OTHERS))]
    alone = ("/offline/", "/404.html", "/signs/")
    others = [f"/{one.path}{a[1:]}" for one in OTHERS for a in plain if not a.startswith(alone)]
    return plain + others


def _search(words: str) -> Callable[[Page], None]:
    def typed(page: Page) -> None:
        page.get_by_role("searchbox").fill(words)
        page.locator(".search__said:not(:empty)").wait_for()

    return typed


def _opened(page: Page) -> None:
    for one in page.locator("main summary").all():
        one.click()


STATES: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("/", _search("住民票")), ("/", _search("ぬぬぬぬ")), ("/en/", _search("passport")),
    ("/", lambda page: page.locator(".tongues summary").click()),
    ("/navi/juminhyo/self/ready/konbini/", lambda page: page.locator(".answered summary").first.click()),
    ("/easy/navi/juminhyo/self/", lambda page: page.locator(".answered summary").first.click()),
    ("/certificates/juminhyo/", lambda page: _opened(page)),
)
"""What a page looks like after something was done on it."""


def _without_scripts(browser: Browser, base: str) -> tuple[int, int]:
    """From each certificate's page to a result by its first answers, with scripts off."""
    page = browser.new_context(java_script_enabled=False).new_page()
    certificates = load("ibusuki").certificates
    ended = 0
    for certificate in certificates:
        page.goto(f"{base}/navi/{certificate.id}/")
        for _ in range(7):
            if page.locator(".result").count():
                break
            page.locator("a.answer").first.click()
        ended += page.locator(".result").count()
    return ended, len(certificates)


def _by_keyboard(page: Page, base: str) -> bool:
    """Tab and Enter only: certificate, three questions, result."""
    page.goto(f"{base}/certificates/juminhyo/")
    for words in ("取り方を調べる", "自分、または", "カードがあって", "コンビニへ行ける"):
        for _ in range(40):
            page.keyboard.press("Tab")
            if str(page.evaluate("document.activeElement.textContent.trim()")).startswith(words):
                break
        else:
            return False
        with page.expect_navigation():
            page.keyboard.press("Enter")
    return "コンビニで取る" in page.locator("h1").inner_text()


def _lighthouse(claims: Claims, up: Running) -> None:
    for name, address in FOUR.items():
        got = site_speed.scores(up.at.url(up.at.gateway) + address)
        reached = all(got[category] >= goal for category, goal in LIGHT.items())
        claims.line(f"Lighthouse mobile, {name}", " / ".join(str(got[c]) for c in LIGHT), "≥ 98 / 100 / 100 / 100", reached)


if __name__ == "__main__":
    sys.exit(main())
