"""An officer types what came on paper or by telephone: nothing typed is lost, and the case is like any other."""

import re
from typing import Any

import pytest

from chalicelib.domain.application import State
from chalicelib.domain.contents import ApplicationId
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.fakes.world import ibusuki
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import address, buttons, log_in, words
from tests.functions.pages.resident_phone import status_of

ENTRY = f"{PUBLIC}/office/entry"
HOW = {"entry-channel": "counter", "entry-check": "licence", "entry-note": "代理の方に電話した"}
FILLED: dict[str, Any] = {**HOW, **cases.TYPED}


@pytest.fixture
def hall() -> Hall:
    return Hall()


def typing(hall: Hall) -> HttpBrowser:
    return log_in(hall).get(f"{ENTRY}/juminhyo")


def test_the_department_sees_its_own_procedures(hall: Hall) -> None:
    desk = log_in(hall)
    assert "窓口・郵便・電話で受けた申請を入れる" in words(desk)
    told = words(desk.get(ENTRY))
    assert "住民票の写しの交付請求" in told
    assert "犬" not in told
    assert desk.get(f"{ENTRY}/inu-toroku").status == 404
    assert desk.get(f"{ENTRY}/nothing").status == 404


def test_what_is_typed_becomes_a_case_with_what_was_checked_and_by_whom(hall: Hall) -> None:
    desk = typing(hall).submit("/office/entry/", button="受け付ける", **FILLED)
    case = next(iter(hall.world.store.cases.values()))
    assert desk.url == address(case)
    told = words(desk)
    assert "受け付けました" in told
    assert "運転免許証 確かめた職員 山田 直子 11月20日（金） 12:00" in told
    assert "受付 11月20日（金） 12:00 窓口" in told
    assert "職員が受け付けた 窓口 山田 直子（あなた）" in told
    assert "昭和60年3月15日" in told
    assert "代理の方に電話した" in told
    assert buttons(desk) == ["担当する", "取下げを記録する"]
    assert '<span class="badge">窓口</span>' in desk.get(f"{PUBLIC}/office/").html


def test_the_officer_may_take_it_in_hand_at_once(hall: Hall) -> None:
    desk = typing(hall).submit("/office/entry/", button="担当する", **FILLED)
    case = next(iter(hall.world.store.cases.values()))
    assert (case.state, case.officer_name) == (State.IN_REVIEW, "山田 直子")
    assert buttons(desk) == ["金額を決定する", "入力を直す", "不交付とする", "取下げを記録する", "担当を外す"]
    assert "申請者に書く" not in words(desk)
    assert "メールアドレスがないので、お知らせも届きません" in words(desk)


def test_pressing_twice_makes_one_case(hall: Hall) -> None:
    desk = typing(hall)
    form, url = desk.html, desk.url
    for _ in range(2):
        desk.html, desk.url = form, url
        desk.submit("/office/entry/", button="担当する", **FILLED)
        assert desk.status == 200
    assert len(hall.world.store.cases) == 1


def test_going_back_and_changing_something_is_not_lost_in_silence(hall: Hall) -> None:
    desk = typing(hall)
    form, url = desk.html, desk.url
    desk.submit("/office/entry/", **FILLED)
    desk.html, desk.url = form, url
    desk.submit("/office/entry/", **{**FILLED, "copies": "2"})
    assert desk.status == 409
    assert "もう受け付けています" in words(desk)
    assert 'name="copies" value="2"' in desk.html
    desk.submit("/office/entry/")
    assert sorted(str(case.answers["copies"]) for case in hall.world.store.cases.values()) == ["1", "2"]


def test_a_mistake_is_told_and_everything_typed_is_still_there(hall: Hall) -> None:
    typed = {**FILLED, "entry-check": "", "copies": "99", "whose": "members", "birthdate-month": "13"}
    desk = typing(hall).submit("/office/entry/", **typed)
    assert desk.status == 422
    told = words(desk)
    assert "4か所を確かめてください" in told
    for says in ("本人の確かめ方を選んでください", "通数は、1から10までにしてください", "のせる人の氏名を入れてください",
                 "カレンダーにない日"):
        assert says in told
    assert 'name="name" value="指宿　花子"' in desk.html
    assert 'value="99"' in desk.html
    assert "代理の方に電話した" in desk.html
    for target in re.findall(r'<li><a href="#([\w.-]+)">', desk.html):
        assert f'id="{target}"' in desk.html
    assert not hall.world.store.cases
    desk.submit("/office/entry/", copies="1", members="指宿 一郎", **{"birthdate-month": "3", "entry-check": "unchecked"})
    assert len(hall.world.store.cases) == 1
    assert "確認していない" in words(desk)


def test_an_empty_form_asks_for_no_mail_address(hall: Hall) -> None:
    told = words(typing(hall).submit("/office/entry/"))
    assert "受けた方法を選んでください" in told
    assert "氏名を入れてください" in told
    assert "お知らせを送るメールアドレスを入れてください" not in told


def test_a_page_that_the_answers_do_not_call_for_waits_hidden(hall: Hall) -> None:
    desk = typing(hall)
    assert re.search(r'<section class="entry__page" data-when="items:mynumber code" hidden>\s*<h2>何に使いますか', desk.html)
    desk.submit("/office/entry/", **{**FILLED, "items": ["mynumber"]})
    assert "使いみちを入れてください" in words(desk)
    assert re.search(r'<section class="entry__page" data-when="items:mynumber code">\s*<h2>何に使いますか', desk.html)


def test_rows_of_a_group_are_added_and_taken_away_on_the_spot() -> None:
    hall = Hall()
    procedure = next(one for one in ibusuki().procedures if any(field.kind == "group" for field in one.fields()))
    group = next(field for field in procedure.fields() if field.kind == "group")
    desk = log_in(hall, cases.of_department(procedure.department)).get(f"{ENTRY}/{procedure.id}")
    before = desk.html.count('class="group__row"')
    desk.submit("/office/entry/", button=f"{group.row}をたす", **HOW)
    assert desk.status == 200
    assert desk.html.count('class="group__row"') == before + 1
    assert "代理の方に電話した" in desk.html
    desk.submit("/office/entry/", button=f"この{group.row}を消す")
    assert desk.html.count('class="group__row"') == before


@pytest.mark.parametrize("procedure", [one for one in ibusuki().procedures if not one.interview], ids=lambda one: str(one.id))
def test_every_procedure_can_be_typed_on_one_page(procedure: cases.Procedure) -> None:
    hall = Hall()
    claims = cases.of_department(procedure.department)
    desk = log_in(hall, claims).get(f"{ENTRY}/{procedure.id}")
    assert desk.status == 200
    for field in procedure.fields():
        assert field.label in desk.html
    assert desk.submit("/office/entry/", **HOW).status == 422


def test_the_browser_neither_offers_nor_keeps_what_is_typed(hall: Hall) -> None:
    kept = set(re.findall(r'autocomplete="([^"]*)"', typing(hall).html))
    assert kept == {"off"}


def test_a_login_that_ran_out_gives_back_what_was_typed(hall: Hall) -> None:
    desk = typing(hall)
    hall.world.clock.pass_(minutes=16)
    desk.submit("/office/entry/", **FILLED)
    assert desk.status == 401
    told = words(desk)
    assert "フリガナ イブスキ ハナコ" in told
    assert "代理の方に電話した" in told
    assert not hall.world.store.cases


def test_a_slip_of_the_finger_is_put_right_from_the_case(hall: Hall) -> None:
    case = cases.received(hall.world)
    desk = log_in(hall).get(address(case, "amend"))
    assert 'name="name" value="指宿　花子"' in desk.html
    desk.submit("/amend", copies="0")
    assert desk.status == 422
    desk.submit("/amend", copies="3")
    assert "入力を直しました" in words(desk)
    assert "通数 3通 補正前 1通" in words(desk)
    assert "入力を直した 通数 山田 直子（あなた）" in words(desk)


def test_only_who_has_the_case_types_in_it_again(hall: Hall) -> None:
    case = cases.received(hall.world)
    assert log_in(hall, SUZUKI).get(address(case, "amend")).status == 409


def test_the_slip_shows_the_number_large_and_no_answer(hall: Hall) -> None:
    case = cases.a_received(hall.world)
    desk = log_in(hall).get(address(case, "print") + "?only=slip")
    assert f'<p class="slip__reference">{case.reference}</p>' in desk.html
    assert "指宿 花子 様" in words(desk)
    assert "十町" not in desk.html
    assert "受付票を印刷する" in words(desk.get(address(case)))


def test_the_link_shows_how_it_stands_and_opens_nothing_even_with_a_card(hall: Hall) -> None:
    case = cases.a_received(hall.world, mail=["hanako@example.jp"])
    phone = status_of(hall, case)
    assert phone.status == 200
    assert "市役所とのやりとり" not in words(phone)
    token = phone.url.rpartition("/")[2]
    csrf = next(value for form in phone.forms() for name, value in form.fields if name == "csrf") if phone.forms() else ""
    phone._go("POST", f"{PUBLIC}/status/{token}/open/messages", {"csrf": [csrf]})
    if phone.status == 200 and "/identity" in phone.url:
        phone.submit("/identity")
    assert phone.status >= 400
    assert "花子" not in phone.html
    assert hall.world.store.get(ApplicationId(case.id)).identity is None
