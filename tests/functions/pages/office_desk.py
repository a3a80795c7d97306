"""Officers at their desks over fakes: log in, open a case, and read what the page says."""

import html
import re

from chalicelib.domain.application import Application
from chalicelib.domain.ports import StaffClaims
from infra.local.play.browser import HttpBrowser
from tests.fakes.outside import YAMADA
from tests.functions.pages.hall import PUBLIC, Hall


def log_in(hall: Hall, claims: StaffClaims = YAMADA) -> HttpBrowser:
    """The officer's browser after the city's login; where that led to stands in it."""
    hall.world.staff.officer = claims
    return hall.browser().get(f"{PUBLIC}/office/").submit("/office/login")


def address(case: Application, decision: str = "") -> str:
    """Where a case, or a decision on it, is opened."""
    return f"{PUBLIC}/office/case/{case.id}" + (f"/{decision}" if decision else "")


def words(browser: HttpBrowser) -> str:
    """The text of the page's main part, without tags."""
    main = browser.html.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def buttons(browser: HttpBrowser) -> list[str]:
    """The decisions offered on a case page, buttons and links alike, in order."""
    rail = browser.html.partition('<aside class="rail"')[2].partition("</section>")[0]
    return re.findall(r'class="button[^"]*"[^>]*>([^<]+)<', rail)


def queue_of(browser: HttpBrowser) -> dict[str, str]:
    """Name of each queue → its count."""
    nav = browser.html.partition('class="queue-nav"')[2].partition("</nav>")[0]
    return dict(re.findall(r'<span>([^<]+)</span><span class="queue-nav__count[^>]*>(\d+)', nav))
