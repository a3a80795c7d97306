"""A resident and an officer who use the running local stack over HTTP, simulators' pages included."""

import re
import time
from typing import Any

from infra.local.addresses import Addresses
from tests.journeys.http_browser import HttpBrowser

ANSWERS: dict[str, str | list[str]] = {
    "phone": "", "name_kana": "イブスキ ハナコ", "whose": "self", "members": "", "items": ["none"], "copies": "1"}


class Resident:
    """指宿 花子 at her phone."""

    def __init__(self, at: Addresses, mail: str, *, patience: float = 0) -> None:
        self.at = at
        self.public = at.url(at.gateway)
        self.mail = mail
        self.browser = HttpBrowser(patience=patience)

    def begins(self) -> None:
        """Opens the start page, presses start, shows the card."""
        self.browser.get(f"{self.public}/apply/juminhyo").submit("/apply/juminhyo").submit("/identity")
        self.browser.submit("", button="許可", person="hanako", secret="1234")

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
        """Signs, and so sends the application; returns the reference number."""
        self.browser.submit("", button="署名", person="hanako", secret="ABC123")
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

    def pays(self, card: str = "4242424242424242") -> None:
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

    def asks_correction(self, case: str, field: str) -> None:
        """Asks for one field."""
        self.browser.get(f"{case}/correction").submit("/correction", fields=[field], reason="other", words="もう一度お願いします")

    def issues(self, case: str) -> None:
        """Notes the printed certificate."""
        self.browser.get(f"{case}/issue").submit("/issue", looked="yes")

    def dispatches(self, case: str) -> None:
        """Notes the posted certificate."""
        self.browser.get(f"{case}/dispatch").submit("/dispatch", tracking="1234-5678-9012")
