"""指宿 花子 at her phone, 360 px wide: from the home page to the certificate in her hands."""

import re

from playwright.sync_api import Page

from infra.local.addresses import Addresses
from infra.local.identity.people import PASSWORD, PIN
from tests.journeys.album import Album, expect, sees

MAIL = "hanako@example.jp"


class Phone:
    """One phone. `page` may be replaced: she goes on at another one."""

    def __init__(self, page: Page, at: Addresses, album: Album) -> None:
        self.page = page
        self.at = at
        self.album = album
        self.reference = ""
        self.status = ""

    def finds_the_way(self) -> None:
        """Home, search, certificate, three questions, the result, and from there into the application."""
        page, album = self.page, self.album
        with album.step("home shows the certificates", page, full=False):
            page.goto(self.at.url(self.at.gateway) + "/")
            sees(page, "住民票の写し")
        with album.step("search finds what she types", page, full=False):
            page.get_by_role("searchbox").or_(page.locator("input[type=search]")).first.fill("ひっこし")
            sees(page, "住民票の写し")
        with album.step("the certificate and its ways", page):
            page.goto(self.at.url(self.at.gateway) + "/certificates/juminhyo/")
            sees(page, "住民票の写し")
        with album.step("first question", page):
            page.locator('a[href*="/navi/juminhyo/"]').first.click()
            sees(page, "だれの住民票")
        with album.step("second question", page):
            page.get_by_role("link", name=re.compile("自分")).first.click()
            sees(page, "マイナンバーカード")
        with album.step("third question", page):
            page.get_by_role("link", name=re.compile("番号もわかる")).first.click()
            sees(page, "コンビニ")
        with album.step("result for the konbini", page):
            page.get_by_role("link", name=re.compile("コンビニへ行ける")).first.click()
            sees(page, "コンビニで取る")
        with album.step("result at home", page):
            page.go_back()
            page.get_by_role("link", name=re.compile("家で受け取りたい")).first.click()
            sees(page, "オンラインで申請する")
        with album.step("what the application takes", page):
            page.get_by_role("link", name="オンラインで申請する").first.click()
            sees(page, "用意するもの")

    def proves_who_she_is(self) -> None:
        """Start, and the card at the identity provider."""
        page, album = self.page, self.album
        with album.step("identity explained", page):
            page.get_by_role("button", name="申請をはじめる").click()
            sees(page, "マイナンバーカードで本人確認をします")
        with album.step("wrong number is told at the provider", page):
            page.get_by_role("button", name="カードで本人確認をする").click()
            self._shows_card("9999", "許可")
            sees(page, "暗証番号")
        with album.step("what she has open already is shown", page):
            self._shows_card(PIN, "許可")
            sees(page, "同じ手続きの申請が、もうあります")
        with album.step("the first question", page):
            page.get_by_role("link", name="新しく申請する").click()
            sees(page, "1問め")

    def answers_and_stops(self) -> None:
        """The first pages, a mistake, and then something comes between."""
        page, album = self.page, self.album
        with album.step("a mistake is told beside the field and in the summary", page):
            page.locator('input[type="email"]').fill("hanako@example")
            page.get_by_role("button", name="つぎへ", exact=True).click()
            sees(page, "もう一度お願いします")
            focused = page.evaluate("document.activeElement.id")
            expect(focused == "errors", f"the summary takes the focus, not {focused!r}")
            expect(page.locator('input[type="email"]').input_value() == "hanako@example", "what she typed is kept")
        page.locator('input[type="email"]').fill(MAIL)
        page.get_by_role("button", name="つぎへ", exact=True).click()
        with album.step("back to the page with the mistake, and forward again", page):
            there = page.url
            page.go_back()
            sees(page, "メール")
            page.go_forward()
            expect(page.url == there, "forward leads to the next question")
        with album.step("a link to go on later is mailed", page):
            page.get_by_role("button", name="あとでつづける").click()
            page.get_by_role("button", name="リンクを送る").click()
            sees(page, "つづきのリンクを送りました")

    def goes_on(self, page: Page) -> None:
        """The link from the mail, opened on another phone; the card is shown again."""
        self.page = page
        album = self.album
        with album.step("the mail with the link", page):
            link = self._link_in_mail("/apply/resume/")
        with album.step("the link on another phone", page):
            page.goto(link)
            sees(page, "つづき")
        page.get_by_role("button", name="つづける").click()
        if page.get_by_role("button", name="カードで本人確認をする").count():
            page.get_by_role("button", name="カードで本人確認をする").click()
        self._shows_card(PIN, "許可")
        with album.step("what was answered is still there", page):
            sees(page, "問中")

    def answers_the_rest(self) -> None:
        """One question a page, then the review."""
        page, album = self.page, self.album
        for _ in range(12):
            if page.url.endswith("/review"):
                break
            with album.step(f"question {page.url.rpartition('/')[2].partition('?')[0]}", page):
                self._answers_page()
            page.get_by_role("button", name=re.compile("つぎへ|この内容でよい")).click()
        with album.step("the review", page):
            sees(page, "この内容で申請しますか")
        with album.step("a change from the review comes back to it", page):
            page.get_by_role("link", name=re.compile("変更.*通数|変更（何通|変更.*通")).first.click()
            page.locator('input[name="copies"]').first.fill("2")
            page.get_by_role("button", name="つぎへ", exact=True).click()
            sees(page, "この内容で申請しますか")

    def signs(self) -> None:
        """Signs and sends."""
        page, album = self.page, self.album
        page.get_by_role("button", name="署名して申請する").click()
        with album.step("the signature at the provider", page):
            sees(page, "申請の内容に署名する")
        with album.step("the receipt with its number", page):
            self._shows_card(PASSWORD, "署名")
            sees(page, "申請を受け付けました")
            self.reference = page.locator(".reference").inner_text().strip()
            self.status = page.get_by_role("link", name="いまの状況を見る").get_attribute("href") or ""
        self.looks("she sees that it was received", "受け付けました")

    def looks(self, says: str, words: str) -> None:
        """Opens her status page."""
        with self.album.step(says, self.page):
            self.page.goto(self.status)
            sees(self.page, words)

    def corrects(self) -> None:
        """Opens what is to be put right, shows the card, mends it."""
        page, album = self.page, self.album
        self.looks("she sees what is to be put right", "市役所からのお願い")
        page.get_by_role("button", name="直すところを開く").click()
        if page.get_by_role("button", name="カードで本人確認をする").count():
            page.get_by_role("button", name="カードで本人確認をする").click()
            self._shows_card(PIN, "許可")
        with album.step("only the named field can be changed", page):
            sees(page, "次のところを直してください")
            expect(page.locator("form input:not([type=hidden])").count() == 1, "one field, and no other")
        with album.step("the correction is sent", page):
            page.locator('input[name="name_kana"]').fill("イブスキ ハナコ")
            page.get_by_role("button", name="直した内容を送る").click()
            page.wait_for_url("**/status/**")

    def pays(self) -> None:
        """Pays the fee that was fixed; the first card is refused."""
        page, album = self.page, self.album
        self.looks("she sees what to pay", "お支払い")
        page.get_by_role("button", name=re.compile("円を支払う")).click()
        with album.step("a card that is refused", page):
            page.locator("#card").fill("4000 0000 0000 0002")
            page.get_by_role("button", name=re.compile("円を支払う")).click()
            page.locator(".error").wait_for()
        with album.step("the payment is confirmed", page):
            page.locator("#card").fill("4242 4242 4242 4242")
            page.get_by_role("button", name=re.compile("円を支払う")).click()
            page.wait_for_url("**/status/**")
            for _ in range(20):
                if page.get_by_text("証明書を用意").or_(page.get_by_text("準備")).count():
                    break
                page.wait_for_timeout(500)
                page.reload()
            expect(page.get_by_role("button", name=re.compile("円を支払う")).count() == 0, "nothing left to pay")

    def has_it(self) -> None:
        """Says that it arrived."""
        self.looks("she sees that it is in the post", "1234-5678-9012")
        with self.album.step("it arrived", self.page):
            self.page.get_by_role("button", name="証明書が届きました").click()
            sees(self.page, "ありがとう") if self.page.get_by_text("ありがとう").count() else self.page.wait_for_load_state()
            expect(self.page.get_by_role("button", name="証明書が届きました").count() == 0, "the question is answered")

    def _answers_page(self) -> None:
        page = self.page
        for name, value in (("name_kana", "イブスキ ハナヨ"), ("copies", "1"), ("phone", "")):
            if page.locator(f'input[name="{name}"]:visible').count():
                page.locator(f'input[name="{name}"]').fill(value)
        for name, value in (("whose", "self"), ("items", "none")):
            choice = page.locator(f'input[name="{name}"][value="{value}"]')
            if choice.count():
                choice.check()

    def _shows_card(self, secret: str, button: str) -> None:
        self.page.locator('input[name="person"][value="hanako"]').check()
        self.page.locator("#secret").fill(secret)
        self.page.get_by_role("button", name=re.compile(button)).click()

    def _link_in_mail(self, kind: str) -> str:
        for _ in range(40):
            self.page.goto(self.at.url(self.at.mailbox) + "/")
            link = self.page.locator(f'a[href*="{kind}"]')
            if link.count():
                return link.first.get_attribute("href") or ""
            self.page.wait_for_timeout(250)
        raise LookupError(f"no mail with {kind}")
