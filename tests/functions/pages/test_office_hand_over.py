"""Handing a paper over at the console: what the officer sees of the card and of the check, and what is refused too late."""

from dataclasses import replace

import pytest

from chalicelib.domain.application import State
from chalicelib.domain.card_proof import Withdrawn
from chalicelib.services import counter, hand_over, links, receive, review
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import address, buttons, log_in, words


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_an_application_from_the_kiosk_is_shown_as_such_in_the_queue_and_the_case(hall: Hall) -> None:
    case = cases.filed(hall.world)
    desk = log_in(hall)
    assert "窓口端末" in words(desk)
    assert "おくれて届いた" not in words(desk)
    shown = words(desk.get(address(case)))
    assert "窓口端末（市民課 1番）" in shown
    assert "用紙のコード ABCD-2345" in shown
    assert "窓口端末で申請した" in shown


def test_what_came_late_is_marked_and_both_moments_are_told(hall: Hall) -> None:
    hall.world.clock.pass_(minutes=30)
    case = cases.filed(hall.world)
    desk = log_in(hall)
    assert "おくれて届いた" in words(desk)
    shown = words(desk.get(address(case)))
    assert "11月20日（金） 12:00 に入力され" in shown
    assert "11月20日（金） 12:30 に届きました" in shown


def test_the_code_on_the_paper_finds_the_case_however_it_is_typed(hall: Hall) -> None:
    case = cases.filed(hall.world)
    desk = log_in(hall)
    for typed in ("ABCD-2345", "abcd 2345", "ＡＢＣＤ２３４５"):
        assert desk.get(f"{PUBLIC}/office/find?reference={typed}").url == address(case)
    assert "見つかりません" in words(desk.get(f"{PUBLIC}/office/find?reference=ABCD-2346"))


def test_a_code_that_two_papers_bear_finds_neither(hall: Hall) -> None:
    cases.filed(hall.world)
    cases.filed(hall.world)
    assert "見つかりません" in words(log_in(hall).get(f"{PUBLIC}/office/find?reference=ABCD-2345"))


@pytest.mark.parametrize(("says", "told"), [
    (Withdrawn.GOOD, "失効していません"), (Withdrawn.UNKNOWN, "失効していないかを確かめられません"),
    (Withdrawn.REVOKED, "証明書が失効しています")])
def test_the_officer_reads_what_the_certificate_shows_and_what_it_does_not(hall: Hall, says: Withdrawn, told: str) -> None:
    hall.world.validity.says = says
    shown = words(log_in(hall).get(address(cases.filed(hall.world))))
    assert told in shown
    assert "この文字を証明するものではありません" in shown


def test_why_an_answer_of_the_card_proves_nothing_is_told(hall: Hall) -> None:
    shown = words(log_in(hall).get(address(cases.filed(hall.world, proved=False))))
    assert "カードの証明なし" in shown
    assert "確かめる時間をすぎたか、一度使われています" in shown


def test_what_an_officer_made_of_the_cards_words_stands_beside_them(hall: Hall) -> None:
    case = review.claim(hall.world.parts, cases.officer(), cases.filed(hall.world))
    receive.amend(hall.world.parts, cases.officer(), case, {**case.answers, "name": "指宿　花代"})
    assert "氏名 指宿 花代 カードの記録 指宿 花子" in words(log_in(hall).get(address(case)))


def test_a_birthday_without_a_day_is_shown_so(hall: Hall) -> None:
    case = cases.filed(hall.world, applicant=replace(cases.FACTS, birthdate="1985-03-00"))
    assert "1985-03-（不明）" in words(log_in(hall).get(address(case)))


def test_the_answers_are_amended_by_an_officer_since_nobody_else_can_open_them(hall: Hall) -> None:
    case = review.claim(hall.world.parts, cases.officer(), cases.filed(hall.world))
    desk = log_in(hall).get(address(case, "amend")).submit("/amend", copies="3")
    assert "入力を直しました" in words(desk)
    assert hall.world.store.get(case.id).answers["copies"] == "3"


def test_the_check_shows_its_number_and_its_words_and_looks_again_by_itself(hall: Hall) -> None:
    case = cases.filed_and_issued(hall.world)
    desk = log_in(hall).get(address(case))
    assert buttons(desk)[:1] == ["お渡しの確認をはじめる"]
    assert "交付を記録する" not in buttons(desk)
    desk.get(address(case, "check")).submit("/check")
    check = hall.world.store.get(case.id).check
    assert check is not None
    assert check.code in words(desk)
    assert "住民票の写し 1通 200円" in words(desk)
    assert 'http-equiv="refresh"' in desk.html
    assert buttons(desk)[:2] == ["わたしました", "お渡しの確認をやめる"]


def test_the_officers_word_counts_although_the_resident_spoke_while_the_page_was_open(hall: Hall) -> None:
    case = cases.checking(hall.world)
    desk = log_in(hall).get(address(case))
    hand_over.confirm(hall.world.parts, case)
    desk.submit("/vouch")
    assert "到着" in words(desk)
    assert hall.world.store.get(case.id).state is State.DELIVERED


def test_the_officers_word_first_waits_for_the_resident(hall: Hall) -> None:
    case = cases.checking(hall.world)
    desk = log_in(hall).get(address(case)).submit("/vouch")
    assert "受け取る人も端末で確かめると、交付になります" in words(desk)
    assert "わたしました" not in buttons(desk)
    hand_over.confirm(hall.world.parts, hall.world.store.get(case.id))
    assert hall.world.store.get(case.id).state is State.DELIVERED


def test_an_officer_whose_check_was_stopped_is_told_who_did_it(hall: Hall) -> None:
    case = cases.checking(hall.world)
    desk = log_in(hall).get(address(case))
    hand_over.stop(hall.world.parts, cases.officer(SUZUKI), case, number=1)
    desk.submit("/vouch")
    assert desk.status == 409
    assert "お渡しの確認をやめた" in words(desk)
    assert hall.world.store.get(case.id).state is State.ISSUED


def test_a_page_of_the_first_check_says_nothing_in_the_second(hall: Hall) -> None:
    case = cases.checking(hall.world)
    desk = log_in(hall).get(address(case))
    stopped = hand_over.stop(hall.world.parts, cases.officer(SUZUKI), case, number=1)
    hand_over.begin(hall.world.parts, cases.officer(SUZUKI), stopped)
    assert desk.submit("/vouch").status == 409
    check = hall.world.store.get(case.id).check
    assert check is not None
    assert check.officer_at is None


def test_where_the_card_proves_nothing_the_page_asks_whether_it_was_seen(hall: Hall) -> None:
    case = cases.filed_and_issued(hall.world, proved=False)
    desk = log_in(hall).get(address(case, "check")).submit("/check")
    assert desk.status == 422
    assert "カードの券面を目で確かめてから" in words(desk)
    desk.submit("/check", card_seen="yes")
    assert "券面を目で確かめた" in words(desk)


def test_handing_over_by_eye_asks_for_a_reason_and_keeps_it(hall: Hall) -> None:
    case = cases.filed_and_issued(hall.world)
    desk = log_in(hall).get(address(case, "by_eye")).submit("/by_eye")
    assert desk.status == 422
    desk.submit("/by_eye", reason="kiosk_down", looked="yes")
    assert hall.world.store.get(case.id).state is State.DELIVERED
    assert "窓口で交付した 窓口端末が使えない" in words(desk)


def test_the_officer_reads_why_an_application_was_taken_back_by_the_kiosk(hall: Hall) -> None:
    case = counter.take_back(hall.world.parts, cases.filed(hall.world))
    assert "取り下げた 受付番号をわたす前に、申請者が端末をはなれた" in words(log_in(hall).get(address(case)))


def test_the_status_page_speaks_of_fetching_and_not_of_posting(hall: Hall) -> None:
    case = cases.filed_and_issued(hall.world)
    page = hall.browser().get(links.status_url(hall.world.parts, case))
    assert page.status == 200
    assert "郵便" not in words(page)
