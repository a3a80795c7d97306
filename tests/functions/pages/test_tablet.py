"""A resident with the lent tablet: pairing, big pages, giving back, the final look; and between people nothing remains."""

import re
from collections.abc import Callable

import pytest

from chalicelib.domain.application import State
from chalicelib.domain.sitting import Left, Turn
from chalicelib.services import held, tablet
from tests.fakes import cases
from tests.fakes.writing import lent
from tests.functions.pages.hall import PUBLIC
from tests.functions.pages.tablet_desk import Desk, words


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_tablet_that_nobody_uses_shows_the_citys_notices_and_asks_for_a_number(desk: Desk) -> None:
    told = words(desk.tablet.get(f"{PUBLIC}/tablet"))
    assert "きょう：08:30から17:15まで" in told
    kiosk_only = [one.title for one in desk.hall.world.parts.catalogue.signage.slides if not one.on_tablets]
    assert kiosk_only
    assert not any(title in told for title in kiosk_only)
    assert "職員が伝える6けたの番号" in told


def test_the_resident_writes_gives_back_confirms_and_the_officer_hands_in(desk: Desk) -> None:
    desk.lend().pair().write().give()
    assert desk.case.state is State.HELD
    desk.confirm()
    desk.press("hand_in", checked="licence")
    assert (desk.case.state, desk.case.channel) == (State.SUBMITTED, "tablet")
    assert desk.case.reference in words(desk.office)


def test_no_question_on_a_tablet_speaks_of_a_card_that_was_read(desk: Desk) -> None:
    world = desk.hall.world
    for procedure in world.parts.catalogue.procedures:
        pages = held.form_of(world.parts, lent(world, procedure.id)).pages
        told = " ".join(page.model_dump_json() for page in pages)
        assert not re.search("カードの住所に|カードから読み取|その人のカード", told), procedure.id


def test_a_wrong_number_says_what_to_do(desk: Desk) -> None:
    desk.tablet.get(f"{PUBLIC}/tablet").submit("/tablet", pin="000000")
    assert desk.tablet.status == 422
    assert "この番号では、はじめられません" in words(desk.tablet)


def test_a_number_works_once_and_the_second_tablet_reads_a_sentence(desk: Desk) -> None:
    pin = desk.lend().pin()
    desk.pair()
    second = desk.hall.browser().get(f"{PUBLIC}/tablet").submit("/tablet", pin=pin)
    assert second.status == 409
    assert "別のタブレットで開いています" in words(second)
    assert "もう1台のタブレット" in words(desk.look())


def test_opening_the_qrs_address_pairs_nothing_before_the_button(desk: Desk) -> None:
    desk.lend().look()
    codes = tablet.codes(desk.hall.world.parts, desk.sitting)
    assert codes is not None
    desk.tablet.get(f"{PUBLIC}/tablet/p/{codes.secret}")
    assert desk.sitting.tablet == ""
    desk.tablet.submit("/tablet/p/")
    assert desk.sitting.turn is Turn.WRITE
    assert "/tablet/q/" in desk.tablet.url


def test_half_filled_is_fine_and_what_was_typed_last_goes_along(desk: Desk) -> None:
    desk.lend().pair()
    desk.tablet.submit("/tablet/q/", button="ここまでで、職員にわたす", notify="mail", mail="hanako@example.jp")
    assert desk.case.state is State.HELD
    assert desk.case.answers["mail"] == "hanako@example.jp"
    assert "まだ足りないところ" in words(desk.look())


def test_the_resident_sees_the_officers_changes_marked_before_saying_yes(desk: Desk) -> None:
    desk.lend().pair().write().give()
    desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").submit("/edit", copies="2")
    desk.press("look")
    told = words(desk.pair().tablet)
    assert "2通 職員が直しました （山田 直子） 前： 1通" in told


def test_a_screen_that_is_older_than_the_content_is_asked_again(desk: Desk) -> None:
    desk.lend().pair().write().give()
    desk.press("look")
    desk.pair()
    desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").submit("/edit", copies="2")
    desk.tablet.submit("/tablet/look", button="まちがいありません")
    assert desk.tablet.status == 409
    assert "内容が変わりました" in words(desk.tablet)
    assert desk.case.confirmation is None
    desk.tablet.submit("/tablet/look", button="まちがいありません")
    assert "確認しました" in words(desk.tablet)


def test_a_change_after_the_confirmation_voids_it_and_the_officer_must_ask_again(desk: Desk) -> None:
    desk.lend().pair().write().give().confirm()
    desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").submit("/edit", copies="2")
    told = words(desk.look())
    assert "確認は、無効になりました" in told
    assert "受け付ける" not in told
    desk.confirm().press("hand_in", checked="licence")
    assert desk.case.state is State.SUBMITTED
    assert desk.case.answers["copies"] == "2"


def test_who_finds_something_wrong_gives_it_back_unconfirmed(desk: Desk) -> None:
    desk.lend().pair().write().give()
    desk.press("look")
    desk.pair().tablet.submit("/tablet/look", button="ちがうところがあります（職員にわたす）")
    assert (desk.case.confirmation, desk.sitting.left) == (None, Left.DIFFERS)
    assert "「ちがうところがあります」が押されました" in words(desk.look())


PAGES = ("/tablet/known", "/tablet/q/contact", "/tablet/q/kana", "/tablet/check", "/tablet/look")


def end_by_giving(desk: Desk) -> None:
    desk.tablet.get(f"{PUBLIC}/tablet/check").submit("/tablet/give")


def end_by_stopping(desk: Desk) -> None:
    desk.tablet.submit("/tablet/stop")


def end_by_idling(desk: Desk) -> None:
    desk.tablet.submit("/tablet/stop", why="idle")


def end_by_the_officer(desk: Desk) -> None:
    desk.press("cut")


def end_by_taking_back(desk: Desk) -> None:
    desk.press("take_back")


def end_by_a_new_number(desk: Desk) -> None:
    desk.press("write")


def end_by_wiping(desk: Desk) -> None:
    desk.press("wiped")


def end_by_silence(desk: Desk) -> None:
    desk.hall.world.clock.pass_(minutes=5)


@pytest.mark.parametrize("end", [end_by_giving, end_by_stopping, end_by_idling, end_by_the_officer, end_by_taking_back,
                                 end_by_a_new_number, end_by_wiping, end_by_silence])
def test_however_a_sitting_ends_no_address_shows_anything_of_it(desk: Desk, end: Callable[[Desk], None]) -> None:
    desk.lend().pair()
    desk.tablet.submit("/tablet/q/", notify="mail", mail="hanako@example.jp")
    before = dict(desk.tablet._cookies)
    end(desk)
    for page in PAGES:
        desk.tablet.get(f"{PUBLIC}{page}")
        assert desk.tablet.url.partition("?")[0] == f"{PUBLIC}/tablet", page
        assert "hanako" not in desk.tablet.html
    assert desk.tablet._cookies != before
    assert f"'case': '{desk.id}'" not in repr(desk.hall.world.sessions.rows)


def test_the_next_persons_sitting_has_a_session_of_its_own(desk: Desk) -> None:
    desk.lend().pair().write().give()
    first, before = desk.id, dict(desk.tablet._cookies)
    desk.lend().pair()
    assert desk.id != first
    assert desk.tablet._cookies != before
    assert "花子" not in desk.tablet.html


def test_every_page_forbids_keeping_it_and_the_browser_offers_no_old_words(desk: Desk) -> None:
    desk.lend().pair()
    answer = desk.tablet._once("GET", desk.tablet.url, None)
    assert answer.headers["cache-control"] == "no-store"
    inputs = re.findall(r'<input (?!type="(?:hidden|radio|checkbox))[^>]*>', desk.tablet.html)
    assert inputs
    assert [one for one in inputs if 'autocomplete="off"' not in one and "type=\"email\"" not in one] == []


def test_the_tablet_never_sees_the_console_and_the_console_never_the_tablet(desk: Desk) -> None:
    desk.lend().pair()
    assert "ログイン" in desk.another(desk.tablet).get(f"{PUBLIC}/office/tablet").html
    assert desk.office.get(f"{PUBLIC}/tablet/check").url == f"{PUBLIC}/tablet"
    assert f"{desk.id}" not in desk.tablet.html + desk.tablet.url


def test_what_is_known_is_shown_to_be_confirmed_and_not_asked_again(desk: Desk) -> None:
    before = cases.a_received(desk.hall.world)
    desk.lend("suido-kaishi", known=before.reference).pair()
    assert "もう分かっていることです" in words(desk.tablet)
    assert "指宿 花子" in words(desk.tablet)
    then = re.findall(r'href="(/tablet/q/[a-z_-]+)">合っています', desk.tablet.html)
    asked = [desk.tablet.get(PUBLIC + then[0]).url]
    while "/q/" in desk.tablet.url and len(asked) < 20:
        desk.write_page()
        asked.append(desk.tablet.url)
    assert asked[-1] == f"{PUBLIC}/tablet/check"
    assert not [url for url in asked if url.endswith(("/q/name", "/q/address"))]
    assert desk.case.answers["name"] == "指宿　花子"


def test_an_unknown_number_of_what_is_known_is_told(desk: Desk) -> None:
    desk.office.get(f"{PUBLIC}/office/tablet").submit("/office/tablet", procedure="juminhyo", known="ABCD-EFGH-JKLM")
    assert desk.office.status == 422
    assert "何も見つかりません" in words(desk.office)


def test_the_beat_keeps_the_sitting_and_ends_with_it(desk: Desk) -> None:
    desk.lend().pair()
    token = desk.tablet.html.partition('name="csrf" value="')[2].partition('"')[0]
    for _ in range(4):
        desk.hall.world.clock.pass_(minutes=2)
        assert desk.tablet._once("POST", f"{PUBLIC}/tablet/alive", {"csrf": [token]}).status_code == 200
    desk.press("cut")
    assert desk.tablet._once("POST", f"{PUBLIC}/tablet/alive", {"csrf": [token]}).status_code == 303


def test_a_tablet_without_a_sound_form_token_reads_its_own_page_and_nothing_that_was_typed(desk: Desk) -> None:
    desk.lend().pair()
    answer = desk.tablet._once("POST", desk.tablet.url, {"csrf": ["stale"], "mail": ["hanako@example.jp"]})
    assert answer.status_code == 403
    assert "hanako" not in answer.text
    assert "職員に声をかけてください" in answer.text


def test_a_tablet_that_was_not_heard_is_told_to_the_officer_with_its_minutes(desk: Desk) -> None:
    desk.lend().pair()
    desk.hall.world.clock.pass_(minutes=3)
    assert "最後の知らせ 3分前" in words(desk.look())


def test_nothing_a_resident_wrote_is_in_a_session_a_sitting_or_an_address(desk: Desk) -> None:
    desk.lend().pair().write()
    assert "花子" not in repr(desk.hall.world.sessions.rows) + repr(desk.hall.world.sittings.rows) + desk.tablet.url


def test_no_page_of_a_tablet_says_that_a_card_was_read(desk: Desk) -> None:
    desk.lend().pair().tablet.get(f"{PUBLIC}/tablet/q/applicant")
    assert "氏名・住所などを教えてください" in words(desk.tablet)
    assert "読み取りました" not in words(desk.tablet)


def test_an_interview_is_asked_on_the_tablet_and_leads_to_the_family(desk: Desk) -> None:
    desk.lend("moving-in").pair().write().give()
    assert "家族の手続きへ" in desk.look().html
    assert "受け付ける" not in words(desk.office)
