"""`make journey`: the main job on the running stack, as its people see it; pictures in var/journey.

A stack of its own with empty data is started on free ports, so it neither needs nor touches the one of `make up`.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from infra.local.addresses import Addresses
from infra.local.up import running
from tests.journeys.album import Album, Broken
from tests.journeys.counter import Kiosk
from tests.journeys.officer_desk import Desk
from tests.journeys.picture import compose
from tests.journeys.resident_phone import Phone

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var/journey"
FIRST_PORT = 18700
PHONE, DESK, TOUCH = (360, 740), (1280, 860), (1080, 1920)
BROWSERS = ("chromium", "chromium-browser")


def open_browser(playwright: Playwright) -> Browser:
    """The system's own Chromium, without a sandbox since CI runs as root."""
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


def walk(at: Addresses, folder: Path, *, with_kiosk: bool = True, say: Callable[[str], None] = print) -> Album:
    """The whole story on a running stack; pictures in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    album = Album(folder, say)
    with sync_playwright() as playwright:
        browser = open_browser(playwright)

        def window(size: tuple[int, int]) -> Page:
            context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="ja-JP", timezone_id="Asia/Tokyo",
                                          device_scale_factor=2 if size is PHONE else 1, is_mobile=size is PHONE)
            return album.watch(context.new_page())

        try:
            _certificate_by_post(window, at, album)
            if with_kiosk:
                _form_at_the_counter(window, at, album)
        except (Error, Broken, LookupError) as error:
            album.failed = album.failed or 1
            say(f"stopped: {error}")
        finally:
            browser.close()
    return album


def _certificate_by_post(window: Callable[[tuple[int, int]], Page], at: Addresses, album: Album) -> None:
    phone = Phone(window(PHONE), at, album)
    phone.finds_the_way()
    phone.proves_who_she_is()
    phone.answers_and_stops()
    phone.goes_on(window(PHONE))
    phone.answers_the_rest()
    phone.signs()
    desk = Desk(window(DESK), at, album)
    desk.logs_in()
    desk.takes(phone.reference)
    desk.asks_correction()
    phone.corrects()
    desk.sees_the_change()
    desk.fixes_the_fee()
    phone.pays()
    desk.issues_and_posts()
    phone.has_it()
    with album.step("the mails that were sent", phone.page):
        phone.page.goto(at.url(at.mailbox) + "/")


def _form_at_the_counter(window: Callable[[tuple[int, int]], Page], at: Addresses, album: Album) -> None:
    kiosk = Kiosk(window(TOUCH), at, album)
    kiosk.wrong_number()
    kiosk.prints("hanako", album.folder / "sheet-hanako.png")
    kiosk.rare_name("tsuji", album.folder / "sheet-tsuji.png")
    kiosk.rare_name("yoshida", album.folder / "sheet-yoshida.png")
    kiosk.pulled()
    kiosk.blocked()
    kiosk.unknown()


def main() -> int:
    """Start a stack, walk, tell. 1 when a step failed."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory() as data, running(Path(data), Addresses(FIRST_PORT)) as up:
        album = walk(up.at, FOLDER)
    for url in sorted(album.outside):
        print(f"left this computer: {url}")
    if not album.failed:
        compose(FOLDER, ROOT / "docs/pictures/product.png")
    print(f"journey: {album.steps} steps, {album.failed + len(album.outside)} failed")
    return 1 if album.failed or album.outside else 0


if __name__ == "__main__":
    sys.exit(main())
