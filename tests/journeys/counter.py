"""At the counter, on the touch screen: a card is laid on the reader, and the filled-in form comes out."""

from pathlib import Path

import pypdfium2
from playwright.sync_api import Page

from infra.local.addresses import Addresses
from tests.journeys.album import Album, expect, sees


class Kiosk:
    """The touch screen and the practice table below it."""

    def __init__(self, page: Page, at: Addresses, album: Album) -> None:
        self.page = page
        self.album = album
        self.home = at.url(at.kiosk) + "/"

    def wrong_number(self) -> None:
        """A number typed wrong costs one try, which is told."""
        with self.album.step("the counter waits", self.page):
            self.page.goto(self.home)
            sees(self.page, "置いてください")
        self._places("hanako")
        with self.album.step("the tries left are shown before anything is typed", self.page):
            sees(self.page, "あと 3回")
        self._types("9999")
        with self.album.step("a wrong number", self.page):
            sees(self.page, "番号がちがいます")
        self._presses("もう一度入れる")

    def prints(self, person: str, sheet: Path) -> None:
        """The whole way to the sheet."""
        sees(self.page, "4けたの番号を入れてください")
        self._types("1234")
        with self.album.step(f"name and address from the card of {person}", self.page):
            sees(self.page, "この内容で申請書をつくりますか")
        self._presses("はい、つくります")
        with self.album.step(f"whose certificate, {person}", self.page):
            sees(self.page, "自分だけ")
        self._presses("自分だけ")
        self.page.locator("button.button--choice").first.click()
        sees(self.page, "2通")
        self._presses("1通")
        with self.album.step(f"the form for {person} is printed", self.page):
            sees(self.page, "申請書ができました")
        pdf = self.page.request.get(self.home + "demo/sheet.pdf").body()
        expect(pdf.startswith(b"%PDF"), "a PDF was printed")
        pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().save(sheet)
        self._takes()
        sees(self.page, "置いてください")

    def rare_name(self, person: str, sheet: Path) -> None:
        """A card with rare characters."""
        self._places(person)
        self.prints(person, sheet)

    def pulled(self) -> None:
        """The card is pulled while the answers are on the screen: everything is gone."""
        self._places("hanako")
        sees(self.page, "4けたの番号を入れてください")
        self._types("1234")
        sees(self.page, "この内容で申請書をつくりますか")
        self._takes()
        with self.album.step("the card is pulled and nothing is kept", self.page):
            sees(self.page, "カードが取られたので")
            expect("花子" not in self.page.content(), "no name stays on the screen")
        self._presses("はじめにもどる")

    def trouble(self, person: str, says: str, words: str) -> None:
        """A card that cannot be used has a screen of its own, and taking it leads back."""
        self._places(person)
        with self.album.step(says, self.page):
            sees(self.page, words)
        self._takes()
        sees(self.page, "マイナンバーカードを")

    def _places(self, person: str) -> None:
        self.page.locator(".demo select[name=person]").select_option(person)
        self.page.locator(".demo button", has_text="カードを置く").click()

    def _takes(self) -> None:
        self.page.locator(".demo button", has_text="カードを取る").click()

    def _presses(self, words: str) -> None:
        self.page.locator("main").get_by_role("button", name=words).first.click()

    def _types(self, digits: str) -> None:
        for digit in digits:
            self.page.locator(f'[data-digit="{digit}"]').click()
        self.page.locator("#pad button.button--main").click()
