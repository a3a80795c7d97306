"""The desk and its tablets over fakes: 山田 lends, the resident writes, and what each screen says."""

import html
import re
from typing import Any

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.ports import StaffClaims
from chalicelib.domain.sitting import Sitting
from content.rules import form
from infra.local.play.browser import HttpBrowser
from tests.fakes.forms import posted
from tests.fakes.outside import YAMADA
from tests.fakes.writing import WRITTEN
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in

HANAKO = {"people": ["1"], "people.1.name": ["指宿 花子"], "people.1.kana": ["イブスキ ハナコ"],
          "people.1.birthdate": ["1985-03-15"], "people.1.sex": ["f"], "people.1.relation": ["head"], "people.1.foreign": ["no"]}
FILLED = {"juminhyo": WRITTEN, "moving-in": HANAKO}
"""What Hanako writes where the first choice is not hers."""


class Desk:
    """One officer's browser, one tablet, and the sitting between them."""

    def __init__(self, hall: Hall | None = None, claims: StaffClaims = YAMADA) -> None:
        self.hall = hall or Hall()
        self.office = log_in(self.hall, claims)
        self.tablet = self.hall.browser()
        self.id = ApplicationId("")

    @property
    def case(self) -> Application:
        """The case as it is stored now."""
        return self.hall.world.store.cases[self.id]

    @property
    def sitting(self) -> Sitting:
        """The sitting as it is stored now."""
        return self.hall.world.sittings.rows[self.id]

    def lend(self, procedure: str = "juminhyo", known: str = "") -> "Desk":
        """山田 chooses what is asked; a PIN waits."""
        self.office.get(f"{PUBLIC}/office/tablet").submit("/office/tablet", procedure=procedure, known=known)
        assert "/office/tablet/" in self.office.url, words(self.office)
        self.id = ApplicationId(self.office.url.rpartition("/")[2])
        return self

    def pin(self) -> str:
        """What the console shows."""
        self.look()
        return re.sub(r"\D", "", self.office.html.partition('class="reference">')[2].partition("<")[0])

    def look(self) -> HttpBrowser:
        """The console's page of the sitting, anew."""
        return self.office.get(f"{PUBLIC}/office/tablet/{self.id}")

    def press(self, action: str, **filled: Any) -> HttpBrowser:
        """A button of that page."""
        return self.look().submit(f"/{self.id}/{action}", **filled)

    def pair(self, tablet: HttpBrowser | None = None) -> "Desk":
        """The tablet begins with the PIN."""
        pin = self.pin()
        (tablet or self.tablet).get(f"{PUBLIC}/tablet").submit("/tablet", pin=pin)
        return self

    def write(self, **changed: list[str]) -> "Desk":
        """Hanako answers page after page, up to the list of all answers."""
        for _ in range(30):
            if "/q/" not in self.tablet.url:
                return self
            self.write_page(**changed)
        raise AssertionError(self.tablet.url)

    def write_page(self, **changed: list[str]) -> None:
        """Hanako answers the page before her."""
        procedure = self.hall.world.parts.catalogue.procedure(self.case.procedure)
        page = procedure.page(self.tablet.url.partition("?")[0].rpartition("/")[2])
        told = form.known(procedure, self.case.answers)
        said: dict[str, Any] = {**posted(page, told), **FILLED.get(procedure.id, {}), **changed}
        self.tablet.submit("/tablet/q/", **{name: one for name, one in said.items() if f'name="{name}' in self.tablet.html})

    def give(self) -> "Desk":
        """「職員にわたす」."""
        self.tablet.submit("/tablet/give")
        return self

    def another(self, of: HttpBrowser) -> HttpBrowser:
        """A second window of the same browser."""
        window = self.hall.browser()
        window._cookies = dict(of._cookies)
        return window

    def confirm(self) -> "Desk":
        """The final look, on the same tablet."""
        self.press("look")
        self.pair()
        self.tablet.submit("/tablet/look", button="まちがいありません")
        return self


def words(browser: HttpBrowser) -> str:
    """The text of the page's main part, without tags."""
    main = browser.html.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())
