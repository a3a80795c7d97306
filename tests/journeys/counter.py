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
            sees(self.page, "画面にさわって、はじめる")
        self._to_forms("hanako")
        with self.album.step("the tries left are shown before anything is typed", self.page):
            sees(self.page, "あと3回まで入れられます")
        self._types("9999")
        with self.album.step("a wrong number", self.page):
            sees(self.page, "番号がちがいます")
        self._presses("もう一度入れる")

    def prints(self, person: str, sheet: Path) -> None:
        """The whole way to the sheet."""
        sees(self.page, "4けたの番号を入れてください")
        self._types("1234")
        with self.album.step(f"name and address from the card of {person}", self.page):
            sees(self.page, "この内容でよいですか？")
        self._presses("はい、これでよいです")
        sees(self.page, "何がいりますか？")
        self._presses("住民票の写し")
        with self.album.step(f"what nearly everybody asks for, {person}", self.page):
            sees(self.page, "いちばん多いのは、これです")
        self._presses("自分でえらぶ")
        for question in ("だれの分がのった住民票ですか？", "のせたい内容はありますか？", "何通いりますか？"):
            sees(self.page, question)
            self.page.locator("button.button--choice").first.click()
        sees(self.page, "これでよいですか？")
        self._presses("印刷する")
        with self.album.step(f"the form for {person} is printed", self.page):
            sees(self.page, "申請書ができました")
        pdf = self.page.request.get(self.home + "demo/sheet.pdf").body()
        expect(pdf.startswith(b"%PDF"), "a PDF was printed")
        pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().save(sheet)
        self._takes()
        sees(self.page, "画面にさわって、はじめる")

    def rare_name(self, person: str, sheet: Path) -> None:
        """A card with rare characters."""
        self._to_forms(person)
        self.prints(person, sheet)

    def pulled(self) -> None:
        """The card is pulled while the facts are on the screen: everything is gone."""
        self._to_forms("hanako")
        sees(self.page, "4けたの番号を入れてください")
        self._types("1234")
        sees(self.page, "この内容でよいですか？")
        self._takes()
        with self.album.step("the card is pulled and nothing is kept", self.page):
            sees(self.page, "カードが取られたので、止めました")
            expect("花子" not in self.page.content(), "no name stays on the screen")
        self._stops()

    def blocked(self) -> None:
        """A card whose number is locked has another number, which opens it; whoever has it not at hand stops."""
        self._to_forms("blocked")
        with self.album.step("a blocked number", self.page):
            sees(self.page, "この番号はロックされています")
            sees(self.page, "14けたの番号を入れてください")
        self._stops()
        self._takes()

    def unknown(self) -> None:
        """Another card has a sentence of its own, and taking it leads back."""
        self._to_forms("unknown")
        with self.album.step("not a My Number card", self.page):
            sees(self.page, "このカードは使えません")
        self._takes()
        sees(self.page, "画面にさわって、はじめる")

    def _to_forms(self, person: str) -> None:
        self._presses("画面にさわって、はじめる")
        sees(self.page, "何をしますか？")
        self._presses("申請書を印刷する")
        sees(self.page, "カードを置いてください")
        self._places(person)

    def _stops(self) -> None:
        self.page.locator("footer").get_by_role("button", name="やめる").click()
        sees(self.page, "画面にさわって、はじめる")

    def _places(self, person: str) -> None:
        self.page.locator(".demo select[name=person]").select_option(person)
        self.page.locator(".demo button", has_text="カードを置く").click()

    def _takes(self) -> None:
        self.page.locator(".demo button", has_text="カードを取る").click()

    def _presses(self, words: str) -> None:
        self.page.locator("main").get_by_role("button", name=words).first.click()

    def _types(self, digits: str) -> None:
        for digit in digits:
            self.page.locator(f'[data-letter="{digit}"]').click()
        self.page.locator(".pad__enter").click()
