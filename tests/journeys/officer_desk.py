"""山田 直子 at her desk, 1280 px wide: queue, claim, correction, fee, issue, dispatch."""

import re

from playwright.sync_api import Page

from infra.local.addresses import Addresses
from tests.journeys.album import Album, sees


class Desk:
    """One officer's screen."""

    def __init__(self, page: Page, at: Addresses, album: Album, *, person: str = "yamada") -> None:
        self.page = page
        self.album = album
        self.person = person
        self.home = at.url(at.gateway) + "/office/"

    def logs_in(self) -> None:
        """By the staff's own provider."""
        page, album = self.page, self.album
        with album.step("the staff door", page, full=False):
            page.goto(self.home)
            sees(page, "職員ログイン")
        page.get_by_role("button", name="ログインする").click()
        with album.step("the queue", page, full=False):
            page.locator(f'input[name="person"][value="{self.person}"]').check()
            page.get_by_role("button", name="ログインする").click()
            page.locator("#list-title").wait_for()

    def takes(self, reference: str) -> None:
        """Finds the case by its number and takes it."""
        page, album = self.page, self.album
        with album.step("the case beside its history", page):
            page.goto(self.home)
            page.locator("#reference").fill(reference)
            page.get_by_role("button", name="さがす").click()
            sees(page, "これまで")
        with album.step("it is hers", page, full=False):
            page.get_by_role("button", name="担当").first.click()
            sees(page, "あなたが担当")

    def asks_correction(self) -> None:
        """Asks for the kana."""
        page, album = self.page, self.album
        page.get_by_role("link", name=re.compile("補正")).first.click()
        with album.step("what the resident will read", page):
            page.locator('input[name="fields"][value="name_kana"]').check()
            page.locator('input[name="reason"][value="other"]').check()
            page.locator("#words").fill("フリガナの最後は「コ」ではありませんか。もう一度お確かめください。")
            sees(page, "フリガナの最後")
        with album.step("the correction is asked", page, full=False):
            page.get_by_role("button", name="補正のお願いを送る").click()
            sees(page, "補正待ち")

    def sees_the_change(self) -> None:
        """What was mended is marked."""
        with self.album.step("the change is marked", self.page):
            self.page.reload()
            sees(self.page, "イブスキ ハナコ")

    def fixes_the_fee(self) -> None:
        """Decides the proposed fee."""
        page, album = self.page, self.album
        page.get_by_role("link", name=re.compile("金額")).first.click()
        with album.step("the fee as the rules give it", page, full=False):
            page.locator("#yen-1").wait_for()
        with album.step("the fee is fixed", page, full=False):
            page.get_by_role("button", name="この金額に決定する").click()
            sees(page, "決定1")

    def issues_and_posts(self) -> None:
        """After the payment: prints, issues, posts."""
        page, album = self.page, self.album
        with album.step("it is paid and ready", page, full=False):
            page.reload()
            page.get_by_role("link", name=re.compile("発行")).first.wait_for()
        with album.step("the sheet for the envelope", page):
            page.get_by_role("link", name=re.compile("印刷する")).first.click()
            page.locator(".paper--letter").wait_for()
        page.go_back()
        with album.step("issued", page, full=False):
            page.get_by_role("link", name=re.compile("発行")).first.click()
            page.locator("#looked").check()
            page.get_by_role("button", name="発行を記録する").click()
            page.get_by_role("link", name=re.compile("発送")).first.wait_for()
        with album.step("posted", page):
            page.get_by_role("link", name=re.compile("発送")).first.click()
            page.locator("#tracking").fill("1234-5678-9012")
            page.get_by_role("button", name=re.compile("発送を記録")).click()
            sees(page, "1234-5678-9012")
