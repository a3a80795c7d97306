"""`make prove-navigator`: what issue 3 claims of the navigator and the site, one line per claim."""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from content import check
from content.catalogue import Catalogue, load
from content.rules import channel_rules, flow_paths
from infra.local.addresses import Addresses
from infra.local.up import Running, running
from tests.content.test_navigator_proof import AGREED, mutants, survives
from tests.journeys.main_job import open_browser
from tests.navi_site import test_search
from tests.navi_site.site import Site
from tests.navi_site.test_in_browser import PAGE_TYPES
from tests.prove import page_weight, site_speed, year
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
    _builds(claims)
    without = frozenset({"kiosk", "seed", "payment", "identity", "mailbox"})
    with tempfile.TemporaryDirectory() as data, running(Path(data), Addresses(FIRST_PORT), without=without) as up:
        _queries(claims, Site(up.stack.data / "site"))
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
        pages = len(list((root / "one").rglob("index.html")))
        plain = site_speed.plain_build(root / "plain", pages)
        claims.line("two builds byte-identical", same, "True", same)
        claims.told("build beside plain mkdocs-material of as many pages", f"{pages} pages, {ours:.1f} s to {plain:.1f} s")


def _queries(claims: Claims, site: Site) -> None:
    results = test_search.found(site, [typed for typed, _ in test_search.TABLE])
    right = sum(got[:1] == [f"/{first}/"] for (_, first), got in zip(test_search.TABLE, results, strict=True))
    claims.line("queries whose page comes first", f"{right} of {len(results)}", "≥ 150, all", right == len(results) >= 150)


def _pages(claims: Claims, up: Running) -> None:
    base = up.at.url(up.at.gateway)
    outside: set[str] = set()
    violations = over = 0
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page(locale="ja-JP")
        page.on("request", lambda request: None if request.url.startswith(base) else outside.add(request.url))
        for address in PAGE_TYPES:
            page.goto(base + address)
            page.wait_for_load_state("networkidle")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                violations += len(Axe().run(page).response["violations"])
                over += int(page.evaluate("document.documentElement.scrollWidth")) > width
        reached = _by_keyboard(page, base)
        browser.close()
    tried = f"{len(PAGE_TYPES)} page types × {len(WIDTHS)} widths, one language"
    claims.line("axe violations (WCAG 2.2 AA)", f"{violations} ({tried})", "0", violations == 0)
    claims.line("pages wider than the screen, from 320 px", over, "0", over == 0)
    claims.line("third-party requests", len(outside), "0", not outside)
    claims.line("from home to the result by keyboard alone", reached, "True", reached)
    for name, address in FOUR.items():
        weight = page_weight.weigh(base + address)
        light = weight.html + weight.css <= 51_200 and weight.js <= 20_480
        claims.line(f"bytes compressed, {name}", f"HTML+CSS {weight.html + weight.css}, JS {weight.js}", "≤ 51200, ≤ 20480", light)


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
