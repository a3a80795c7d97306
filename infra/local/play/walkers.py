"""A resident and an officer who use the running stack over HTTP, the pages of the simulators included."""

import re
import time
from typing import Any

from infra.local.addresses import Addresses
from infra.local.identity.people import PASSWORD, PIN
from infra.local.play.browser import HttpBrowser

Answers = dict[str, str | list[str]]
ANSWERS: Answers = {"phone": "", "name_kana": "イブスキ ハナコ", "whose": "self", "members": "", "items": ["none"], "copies": "1"}
"""One 住民票 of the person's own, with nothing special on it."""
CARD_THAT_PAYS = "4242424242424242"


class Resident:
    """Somebody at a phone, 指宿 花子 unless told otherwise."""

    def __init__(self, at: Addresses, mail: str, *, person: str = "hanako", patience: float = 0) -> None:
        self.public = at.url(at.gateway)
        self.mail = mail
        self.person = person
        self.browser = HttpBrowser(patience=patience)

    def begins(self) -> None:
        """Opens the start page, presses start, shows the card."""
        self.browser.get(f"{self.public}/apply/juminhyo").submit("/apply/juminhyo").submit("/identity")
        for _ in range(5):
            self.browser.submit("", button="許可", person=self.person, secret=PIN)
            again = re.search(r'href="([^"]+)"[^>]*>もう一度試す', self.browser.html)
            if again is None:
                break
            self.browser.get(self.public + again.group(1)).submit("/identity")
        if self.browser.url.endswith("/others"):  # another application of theirs is open: they begin a new one all the same
            self.browser.get(self.browser.url.replace("/others", "/q/contact"))

    def answers(self, **changed: str | list[str]) -> None:
        """Answers page after page until the review."""
        said: dict[str, Any] = {"mail": self.mail, **ANSWERS, **changed}
        for _ in range(12):
            if self.browser.url.endswith("/review"):
                return
            here: dict[str, Any] = {name: value for name, value in said.items() if f'name="{name}"' in self.browser.html}
            self.browser.submit("/q/", **here)
        raise AssertionError(f"stuck on {self.browser.url}")

    def goes_to_sign(self) -> None:
        """From the review to the provider's signing page."""
        self.browser.submit("/sign")

    def signs(self) -> str:
        """Signs, and so sends the application; returns the reference number. Tries again when the page says so."""
        for _ in range(5):
            self.browser.submit("", button="署名", person=self.person, secret=PASSWORD)
            if self.browser.status != 403 or "もう一度試す" not in self.browser.html:
                break
            again = re.search(r'href="([^"]+)"[^>]*>もう一度試す', self.browser.html)
            self.browser.get(self.public + (again.group(1) if again else "/")).submit("/sign")
        found = re.search(r'class="reference">([\w-]+)<', self.browser.html)
        if found is None:
            raise AssertionError(f"no receipt: {self.browser.status} {self.browser.url}")
        return found.group(1)

    def applies(self, **changed: str | list[str]) -> str:
        """The whole application; returns the reference number."""
        self.begins()
        self.answers(**changed)
        self.goes_to_sign()
        return self.signs()

    def status_url(self) -> str:
        """The secret address on the receipt."""
        found = re.search(r'href="([^"]*/status/[^"/]+)"', self.browser.html)
        if found is None:
            raise AssertionError("no status link")
        return found.group(1)

    def opens_payment(self, status_url: str) -> None:
        """From the status page to the provider's page."""
        self.browser.get(status_url).submit("/pay")

    def pays(self, card: str = CARD_THAT_PAYS) -> None:
        """On the provider's page."""
        self.browser.submit("", button="支払う", card=card)


class OfficerAtDesk:
    """An officer at the console."""

    def __init__(self, at: Addresses, person: str = "yamada") -> None:
        self.public = at.url(at.gateway)
        self.browser = HttpBrowser()
        self.browser.get(f"{self.public}/office/").submit("/office/login")
        self.browser.submit("", button="ログイン", person=person)

    def opens(self, reference: str) -> str:
        """Finds a case by its number; returns its address."""
        for _ in range(50):
            self.browser.get(f"{self.public}/office/find?reference={reference}")
            if "/office/case/" in self.browser.url:
                return self.browser.url
            time.sleep(0.1)
        raise AssertionError(f"{reference} not found")

    def claims(self, case: str) -> None:
        """Takes the case."""
        self.browser.get(case).submit("/claim")

    def fixes_fee(self, case: str) -> None:
        """Decides the proposed fee."""
        self.browser.get(f"{case}/fee").submit("/fee")

    def asks_correction(self, case: str, field: str, words: str = "もう一度お願いします") -> None:
        """Asks for one field."""
        self.browser.get(f"{case}/correction").submit("/correction", fields=[field], reason="other", words=words)

    def issues(self, case: str) -> None:
        """Notes the printed certificate."""
        self.browser.get(f"{case}/issue").submit("/issue", looked="yes")

    def dispatches(self, case: str) -> None:
        """Notes the posted certificate."""
        self.browser.get(f"{case}/dispatch").submit("/dispatch", tracking="1234-5678-9012")
