"""The practice kiosk is trusted without a hand's turn: the made-up administrator makes a code, and the kiosk enrols with it.

Through the front door, as at a real counter: the console's pages and the kiosk's own command. Nothing happens while the
kiosk is trusted already; after the store was emptied, or the kiosk revoked by somebody who tries that, it is enrolled anew.
"""

import re
import subprocess
import sys

from infra.local.addresses import addresses
from infra.local.play.browser import HttpBrowser
from infra.local.play.walkers import OfficerAtDesk

ADMINISTRATOR = "kanri"
NAME = "練習用の端末"
DESK = "ibusuki/shimin"


def main() -> None:
    """Enrol the kiosk of this copy, unless the office trusts it. Raises where the console or the kiosk's command fails."""
    if _command("--check") == 0:
        return
    at = addresses()
    code = code_for(OfficerAtDesk(at, ADMINISTRATOR).browser, at.url(at.gateway))
    if _command("--code", code) != 0:
        raise SystemExit("the practice kiosk could not be enrolled")


def code_for(desk: HttpBrowser, public: str) -> str:
    """A one-time code for the practice kiosk, which is added when it is not there. desk: an administrator's browser."""
    desk.get(f"{public}/office/devices")
    there = re.search(rf'href="(/office/devices/[0-9a-f-]+)">{NAME}<', desk.html)
    if there is None:
        desk.submit("/office/devices", name=NAME, at=DESK)
    else:
        desk.get(f"{public}{there.group(1)}").submit("/code")
    code = re.search(r'class="reference">([^<]+)<', desk.html)
    if code is None:
        raise AssertionError(f"no code: {desk.status} {desk.url}")
    return code.group(1)


def _command(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "kiosk_agent", "enrol", *arguments], check=False).returncode


if __name__ == "__main__":
    main()
