"""窓口の端末: who runs the system adds and revokes kiosks; everybody at the console sees how they are."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contents import OfficerId
from chalicelib.domain.device import Condition, DeviceEventKind, RevokeReason, Trust
from infra.local.play.browser import HttpBrowser
from tests.fakes.outside import AUDITOR, TANAKA, YAMADA
from tests.fakes.world import FRIDAY_NOON
from tests.functions.api.kiosk import FIRST, NOBODY, a_kiosk, a_request, an_enrolment, told
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in, words

DEVICES = f"{PUBLIC}/office/devices"
KANRI = replace(YAMADA, subject=OfficerId("staff-kanri"), name="管理 守", roles=("admin",))
WELL = Condition(heard_at=FRIDAY_NOON, clock_ahead=2, agent="0.1.0", content="2026-11-20", reader="SCR3310", reader_works=True,
                 printer="counter", printer_works=True)


def code_on(browser: HttpBrowser) -> str:
    """The one-time code on the page."""
    found = re.search(r'class="reference">([^<]+)<', browser.html)
    assert found is not None, words(browser)
    return found.group(1)


def adds(hall: Hall, name: str = "1号機", at: str = "ibusuki/shimin") -> HttpBrowser:
    """管理 守 adds a kiosk."""
    return log_in(hall, KANRI).get(DEVICES).submit("/office/devices", name=name, at=at)


def shown(browser: HttpBrowser) -> dict[str, str]:
    """Heading → cell of the only kiosk in the list."""
    headings = re.findall(r'<th scope="col">([^<]+)</th>', browser.html)
    row = browser.html.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
    texts = [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]
    return dict(zip(headings, texts, strict=True))


def test_a_kiosk_is_added_and_enrolled_with_the_code_that_is_shown() -> None:
    hall = Hall()
    desk = adds(hall)
    assert "12:10" in words(desk)
    assert "指宿庁舎 証明の窓口（1階 1番窓口）" in words(desk)
    code = code_on(desk)
    (device,) = hall.world.devices.by_id.values()
    assert (device.name, device.office, device.desk, device.trust) == ("1号機", "ibusuki", "shimin", Trust.WAITING)
    assert hall.transport.handle_request(an_enrolment(code)).status_code == 200
    page = words(desk.get(f"{DEVICES}/{device.id}"))
    assert "登録済み" in page
    assert "端末が番号で登録した" in page


def test_the_code_stands_on_that_one_page_and_is_stored_nowhere() -> None:
    hall = Hall()
    desk = adds(hall)
    code = code_on(desk)
    (device,) = hall.world.devices.by_id.values()
    for address in (DEVICES, f"{DEVICES}/{device.id}"):
        assert code not in desk.get(address).html
    assert code not in repr(hall.world.sessions.rows) + repr(vars(device) if hasattr(device, "__dict__") else device)
    assert code.replace("-", "") not in repr(hall.world.devices.codes)


def test_a_page_that_is_sent_twice_adds_one_kiosk_and_the_later_code_works() -> None:
    hall = Hall()
    desk = log_in(hall, KANRI).get(DEVICES)
    again = desk.twin()
    again._http = desk._http
    first = code_on(desk.submit("/office/devices", name="1号機", at="ibusuki/shimin"))
    second = code_on(again.submit("/office/devices", name="1号機", at="ibusuki/shimin"))
    assert len(hall.world.devices.by_id) == 1
    assert told(hall.transport.handle_request(an_enrolment(first)))[0] == 404
    assert told(hall.transport.handle_request(an_enrolment(second, nonce="m" * 32)))[0] == 200


@pytest.mark.parametrize(("name", "at", "says"), [
    ("", "ibusuki/shimin", "端末の名前を"), ("あ" * 41, "ibusuki/shimin", "40文字まで"), ("1号機", "", "置く窓口を選んで"),
    ("1号機", "ibusuki/moon", "置く窓口を選んで")])
def test_a_kiosk_without_a_name_or_a_desk_is_not_added_and_what_was_typed_stays(name: str, at: str, says: str) -> None:
    hall = Hall()
    desk = adds(hall, name, at)
    assert desk.status == 422
    assert says in words(desk)
    assert f'value="{name}"' in desk.html
    assert hall.world.devices.by_id == {}


def test_the_list_shows_how_a_kiosk_is() -> None:
    hall = Hall()
    a_kiosk(hall.world)
    hall.world.devices.heard(FIRST, WELL)
    hall.world.clock.pass_(minutes=1)
    assert shown(log_in(hall).get(DEVICES)) == {
        "端末": "1号機", "窓口": "指宿庁舎　証明の窓口（1階 1番窓口）", "登録": "登録済み",
        "最後の知らせ": "11月20日（金） 12:00（1分前）", "読み取り機": "動いています（SCR3310）",
        "プリンター": "動いています（counter）", "時計": "合っています", "未送信": "0件", "版": "0.1.0　2026-11-20"}


@pytest.mark.parametrize(("condition", "heading", "says"), [
    (replace(WELL, heard_at=FRIDAY_NOON - timedelta(hours=2)), "最後の知らせ", "11月20日（金） 10:00（2時間前） 確認"),
    (replace(WELL, reader_works=False), "読み取り機", "動いていません（SCR3310） 確認"),
    (replace(WELL, printer="", printer_works=None), "プリンター", "―"),
    (replace(WELL, clock_ahead=75), "時計", "1分15秒進んでいます 確認"),
    (replace(WELL, clock_ahead=-120), "時計", "2分おくれています 確認"),
    (replace(WELL, unsynced=3, oldest_unsynced=FRIDAY_NOON - timedelta(minutes=29)), "未送信",
     "3件（最も古いもの 29分前） 確認"),
    (replace(WELL, refused=1), "未送信", "0件、受け付けられなかったもの 1件 確認"),
], ids=["silent", "no reader", "says nothing", "fast", "slow", "unsynced", "refused"])
def test_what_somebody_should_look_at_is_marked(condition: Condition, heading: str, says: str) -> None:
    hall = Hall()
    a_kiosk(hall.world)
    hall.world.devices.heard(FIRST, condition)
    assert shown(log_in(hall).get(DEVICES))[heading] == says


def test_a_kiosk_that_was_never_heard_of_says_so() -> None:
    hall = Hall()
    a_kiosk(hall.world, Trust.WAITING)
    row = shown(log_in(hall).get(DEVICES))
    assert (row["登録"], row["最後の知らせ"], row["時計"]) == ("登録待ち", "まだありません", "―")


def test_revoking_asks_for_a_reason_and_for_being_sure() -> None:
    hall = Hall()
    a_kiosk(hall.world)
    desk = log_in(hall, KANRI).get(f"{DEVICES}/{FIRST}/revoke").submit("/revoke")
    assert desk.status == 422
    assert "理由を選んでください" in words(desk)
    assert "確かめてから" in words(desk)
    assert desk.submit("/revoke", sure="yes", reason="moon").status == 422
    assert hall.world.devices.get(FIRST).trust is Trust.TRUSTED


def test_a_revoked_kiosk_is_turned_away_at_once_and_can_be_enrolled_again() -> None:
    hall = Hall()
    a_kiosk(hall.world)
    assert hall.transport.handle_request(a_request()).status_code == 200
    desk = log_in(hall, KANRI).get(f"{DEVICES}/{FIRST}/revoke").submit("/revoke", reason="lost", sure="yes")
    assert "登録を取り消しました" in words(desk)
    assert "登録を取り消した（なくなった・盗まれた） 管理 守" in words(desk)
    assert told(hall.transport.handle_request(a_request(nonce="m" * 32))) == (401, {"error": "not-trusted"})
    code = code_on(desk.submit("/code"))
    assert told(hall.transport.handle_request(a_request(nonce="o" * 32))) == (401, {"error": "not-trusted"})
    assert hall.transport.handle_request(an_enrolment(code)).status_code == 200
    assert hall.transport.handle_request(a_request(nonce="p" * 32)).status_code == 200
    kinds = [event.kind for event in hall.world.devices.get(FIRST).events]
    assert kinds[-3:] == [DeviceEventKind.REVOKED, DeviceEventKind.CODE_MADE, DeviceEventKind.ENROLLED]


def test_before_revoking_the_officer_reads_what_would_not_arrive_any_more() -> None:
    hall = Hall()
    a_kiosk(hall.world)
    hall.world.devices.heard(FIRST, replace(WELL, unsynced=2))
    assert "まだ送っていない申請があります：2件" in words(log_in(hall, TANAKA).get(f"{DEVICES}/{FIRST}/revoke"))


def test_the_head_of_a_department_may_revoke_too() -> None:
    hall = Hall()
    a_kiosk(hall.world)
    log_in(hall, TANAKA).get(f"{DEVICES}/{FIRST}/revoke").submit("/revoke", reason="suspicion", sure="yes")
    assert hall.world.devices.get(FIRST).events[-1].reason == RevokeReason.SUSPICION


def _posts(path: str) -> Callable[[HttpBrowser], HttpBrowser]:
    def press(browser: HttpBrowser) -> HttpBrowser:
        token = next(value for form in browser.forms() for name, value in form.fields if name == "csrf")
        return browser._go("POST", f"{DEVICES}{path}", {"csrf": [token], "id": [NOBODY], "name": ["2号機"], "sure": ["yes"],
                                                        "at": ["ibusuki/shimin"], "reason": ["lost"]})
    return press


@pytest.mark.parametrize("claims", [YAMADA, AUDITOR, replace(TANAKA, roles=("approver", "cashier"))],
                         ids=["a reviewer", "an auditor", "a cashier"])
@pytest.mark.parametrize("press", [_posts(""), _posts(f"/{FIRST}/code"), _posts(f"/{FIRST}/revoke"),
                                   lambda desk: desk.get(f"{DEVICES}/{FIRST}/revoke")], ids=["add", "code", "revoke", "ask"])
def test_who_does_not_manage_can_look_and_change_nothing(claims: object, press: Callable[[HttpBrowser], HttpBrowser]) -> None:
    hall = Hall()
    device = a_kiosk(hall.world)
    desk = log_in(hall, claims)  # type: ignore[arg-type]  # one of the people above
    looked = desk.get(f"{DEVICES}/{FIRST}")
    assert "登録済み" in words(looked)
    assert "登録の番号を出す" not in words(looked)
    assert press(looked).status == 404
    assert hall.world.devices.by_id == {FIRST: device}


@pytest.mark.parametrize("id", [NOBODY, "1", f"{FIRST}%23CONDITION", "x" * 2000])
def test_a_kiosk_that_does_not_exist_is_an_unknown_address(id: str) -> None:
    hall = Hall()
    a_kiosk(hall.world)
    desk = log_in(hall, KANRI).get(f"{DEVICES}/{FIRST}")
    assert desk.get(f"{DEVICES}/{id}").status == 404
    assert desk.get(f"{DEVICES}/{id}/revoke").status == 404


def test_without_any_kiosk_the_page_says_so() -> None:
    assert "登録した端末は、まだありません" in words(log_in(Hall()).get(DEVICES))


def test_the_console_leads_to_the_kiosks() -> None:
    assert 'href="/office/devices"' in log_in(Hall()).html
