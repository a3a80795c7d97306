"""Tablets at the console: who has a sitting in hand, what may be pressed, and what becomes of it when somebody leaves."""

from dataclasses import replace

import httpx
import pytest

from chalicelib.domain.application import State
from chalicelib.domain.prepared import LIVES, Prepared
from chalicelib.services import prepared_qr
from chalicelib.services.officers import Role
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, SUZUKI, YAMADA
from tests.fakes.world import FRIDAY_NOON
from tests.functions.pages.hall import PUBLIC
from tests.functions.pages.office_desk import log_in
from tests.functions.pages.tablet_desk import Desk, words
from tests.functions.services.test_prepared import long_words


@pytest.fixture
def desk() -> Desk:
    return Desk().lend()


def test_the_console_says_whose_turn_it_is(desk: Desk) -> None:
    assert "タブレットを待っています" in words(desk.look())
    desk.pair()
    assert "申請者が書いています" in words(desk.look())
    desk.write().give()
    assert "職員にわたされました" in words(desk.look())


def test_the_number_is_gone_from_the_console_once_a_tablet_has_it(desk: Desk) -> None:
    assert len(desk.pin()) == 6
    desk.pair()
    assert 'class="reference"' not in desk.look().html


def test_an_officer_who_logs_out_ends_nothing_and_a_colleague_takes_it_over(desk: Desk) -> None:
    desk.pair()
    desk.office.submit("/office/logout")
    desk.tablet.submit("/tablet/q/", notify="letter", mail="")
    suzuki = log_in(desk.hall, SUZUKI).get(f"{PUBLIC}/office/tablet/{desk.id}")
    assert "山田 直子さんが担当しています" in words(suzuki)
    suzuki.submit("/take_over")
    assert "預かって確かめる" in words(suzuki)
    suzuki.submit("/take_back")
    assert desk.case.state is State.HELD


def test_only_who_has_it_presses(desk: Desk) -> None:
    suzuki = log_in(desk.hall, SUZUKI).get(f"{PUBLIC}/office/tablet/{desk.id}")
    assert "つぎにすること" not in words(suzuki)
    assert suzuki.get(f"{PUBLIC}/office/tablet/{desk.id}/edit").status == 404


@pytest.mark.parametrize("claims", [replace(YAMADA, department="suido"), replace(YAMADA, roles=("admin",))])
def test_another_department_and_an_administrator_see_no_sitting(desk: Desk, claims: object) -> None:
    assert log_in(desk.hall, claims).get(f"{PUBLIC}/office/tablet/{desk.id}").status == 404  # type: ignore[arg-type]  # both are claims


def test_an_auditor_sees_it_and_may_press_nothing(desk: Desk) -> None:
    page = log_in(desk.hall, AUDITOR).get(f"{PUBLIC}/office/tablet/{desk.id}")
    assert page.status == 200
    assert 'class="reference"' not in page.html
    assert f"/office/tablet/{desk.id}/" not in page.html


def test_two_officers_who_change_the_answers_at_once_are_told(desk: Desk) -> None:
    desk.pair().write().give()
    first = desk.office.get(f"{PUBLIC}/office/tablet/{desk.id}/edit")
    second = desk.another(first).get(f"{PUBLIC}/office/tablet/{desk.id}/edit")
    first.submit("/edit", copies="2")
    second.submit("/edit", copies="3")
    assert second.status == 409
    assert 'value="3"' in second.html
    assert desk.case.answers["copies"] == "2"


def test_without_a_look_at_who_it_is_nothing_is_handed_in(desk: Desk) -> None:
    desk.pair().write().give().confirm()
    desk.press("hand_in", checked="")
    assert desk.office.status == 422
    assert desk.case.state is State.HELD


def test_a_resident_who_leaves_leaves_nothing_where_the_form_wants_a_card(desk: Desk) -> None:
    desk.pair().write().give()
    told = words(desk.look())
    assert "入力をすべて消します" in told
    assert "コードを出して" not in told
    desk.press("wiped")
    assert "すべて消しました" in words(desk.office)
    assert dict(desk.case.answers) == {}


def test_an_interview_is_kept_under_a_code_that_stands_on_one_page_only() -> None:
    desk = Desk().lend("moving-in").pair()
    desk.tablet.submit("/tablet/q/", **{"from": "same_city"})
    desk.press("kept")
    code = desk.office.html.partition('class="reference">')[2].partition("<")[0]
    assert code not in repr(desk.hall.world.sessions.rows)
    assert code not in desk.office.get(f"{PUBLIC}/office/tablet").html
    desk.lend("moving-in", known=code)
    assert desk.case.answers["from"] == "same_city"
    assert "スマホか前の受付のコードから、1個の答え" in words(desk.office)


def test_the_case_is_marked_in_the_queue_with_its_channel(desk: Desk) -> None:
    desk.pair().write().give().confirm().press("hand_in", checked="licence")
    assert "窓口タブレット" in words(desk.office.get(f"{PUBLIC}/office/case/{desk.id}"))


def test_the_officers_changes_stay_marked_in_the_queue(desk: Desk) -> None:
    desk.pair().write().give()
    desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").submit("/edit", copies="2")
    desk.confirm().press("hand_in", checked="licence")
    told = words(desk.office.get(f"{PUBLIC}/office/case/{desk.id}"))
    assert "2通 補記（山田 直子）前 1通" in told


def test_a_reviewer_may_lend_and_a_cashier_may_not() -> None:
    assert cases.officer().is_one_of(frozenset({Role.REVIEWER}))
    hall = Desk().hall
    assert log_in(hall, replace(YAMADA, roles=("cashier",))).get(f"{PUBLIC}/office/tablet").status == 404


def test_while_the_resident_writes_nothing_is_edited_at_the_console(desk: Desk) -> None:
    desk.pair()
    assert desk.office.get(f"{PUBLIC}/office/tablet/{desk.id}/edit").status == 409
    assert desk.press("cut").status == 200


def test_half_of_a_familys_qr_is_not_taken_and_the_missing_half_is_named() -> None:
    desk = Desk()
    first, second = prepared_qr.texts(Prepared(procedure="juminhyo", version=1, applicant={}, answers={
        "whose": "members", "members": long_words(300)}), FRIDAY_NOON + LIVES)
    lend = desk.office.get(f"{PUBLIC}/office/tablet")
    lend.submit("/office/tablet", procedure="juminhyo", known=second)
    assert (lend.status, "1つめ" in words(lend), second in lend.html) == (422, True, True)
    desk.lend("juminhyo", known=f"{second}\r\n{first}")
    assert desk.case.answers["members"] == long_words(300)


def test_the_camera_may_be_opened_on_the_page_that_takes_in_codes_and_nowhere_else() -> None:
    desk = Desk().lend()
    pages = ("/office/tablet", "/office/", f"/office/tablet/{desk.id}", "/tablet", "/apply/juminhyo")
    told = {path: asked(desk, path) for path in pages}
    assert [path for path, one in told.items() if "camera=(self)" in one["Permissions-Policy"]] == ["/office/tablet"]
    assert [path for path, one in told.items() if "wasm" in one["Content-Security-Policy"]] == ["/office/tablet"]


def asked(desk: Desk, path: str) -> httpx.Headers:
    """The headers of a page that the officer opens."""
    cookies = "; ".join(f"{name}={value}" for (_, name), value in desk.office._cookies.items())
    return desk.hall.transport.handle_request(httpx.Request("GET", f"{PUBLIC}{path}", headers={"Cookie": cookies})).headers
