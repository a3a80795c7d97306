"""A resident at her phone, over a hall of fakes: small moves that the tests of the resident pages share."""

import html
import re

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId
from chalicelib.services import links
from infra.local.play.browser import HttpBrowser
from tests.functions.pages.hall import PUBLIC, Hall, apply_up_to_review

CANARIES = {"指宿　花子", "指宿 花子", "イブスキ ハナコ", "十町", "２４２４", "1985", "hanako@example.jp", "090-1111-2222",
            "年金の手続き", "年金事務所"}
"""What only the applicant and the officer may read."""


def words(browser: HttpBrowser) -> str:
    """What stands on the page, without tags, in one line."""
    visible = re.sub(r"<(script|style|head).*?</\1>|<[^>]*>", "", browser.html, flags=re.DOTALL)
    return " ".join(html.unescape(visible).split())


def title(browser: HttpBrowser) -> str:
    """The title of the page, as the tab shows it."""
    return html.unescape(browser.html.split("<title>")[1].split("</title>")[0])


def heading(browser: HttpBrowser) -> str:
    """The one h1 of the page."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", browser.html, flags=re.DOTALL)
    assert len(found) == 1, found
    return html.unescape(found[0])


def begun(hall: Hall) -> HttpBrowser:
    """Hanako's browser on the first question, after she showed her card."""
    browser = hall.browser().get(f"{PUBLIC}/apply/juminhyo").submit("/apply/juminhyo").submit("/identity")
    if browser.url.endswith("/others"):  # another application of hers is open: she begins a new one all the same
        browser.get(browser.url.replace("/others", "/q/contact"))
    assert browser.url.endswith("/q/contact"), browser.url
    return browser


def reviewing(hall: Hall, **answers: str | list[str]) -> HttpBrowser:
    """Hanako's browser before the review, everything answered."""
    return apply_up_to_review(hall.browser(), **answers)


def case_of(hall: Hall, browser: HttpBrowser) -> Application:
    """The case whose address the browser shows."""
    return hall.world.store.get(ApplicationId(browser.url.split("/apply/a/")[1].split("/")[0]))


def at(browser: HttpBrowser, case: Application, page: str) -> HttpBrowser:
    """Open a page of a case."""
    return browser.get(f"{PUBLIC}/apply/a/{case.id}/{page}")


def status_of(hall: Hall, case: Application, browser: HttpBrowser | None = None) -> HttpBrowser:
    """A browser, by default one that knows nothing, on the case's status page."""
    return (browser or hall.browser()).get(links.status_url(hall.world.parts, case))


def token_of(hall: Hall, case: Application) -> str:
    """The secret of a case's status page."""
    return links.token(hall.world.parts, case.id, links.STATUS)
