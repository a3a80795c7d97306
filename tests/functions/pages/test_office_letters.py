"""Notices on paper: an officer prints what waits, marks it in one press, and can take that back for ten minutes."""

from dataclasses import replace

from chalicelib.services import deliver
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, SUZUKI, YAMADA
from tests.functions.pages.hall import PUBLIC, Hall, apply_and_send
from tests.functions.pages.office_desk import log_in, words
from tests.functions.pages.resident_phone import words as page_words

LETTERS = f"{PUBLIC}/office/letters"


def with_a_letter(many: int = 1) -> Hall:
    """A hall in which residents without mail or mobile phone have applied."""
    hall = Hall()
    for _ in range(many):
        cases.a_submitted(hall.world, contact={"notify": ["letter"], "phone": [""]})
    deliver.drain(hall.world.parts)
    return hall


def test_who_wants_letters_gets_neither_mail_nor_sms_and_reads_so() -> None:
    hall = Hall()
    phone = hall.browser()
    apply_and_send(phone, notify="letter")
    assert "手紙でもお送りします" in page_words(phone)
    deliver.drain(hall.world.parts)
    assert hall.world.mailer.sent == []
    assert hall.world.texts.sent == []
    assert [one.template for one in hall.world.letters.of("shimin")] == ["received"]


def test_a_notice_waits_for_its_department_without_personal_data_in_the_list() -> None:
    hall = with_a_letter()
    desk = log_in(hall).get(LETTERS)
    case = next(iter(hall.world.store.cases.values()))
    assert case.reference in words(desk)
    assert "申請を受け付けました" in words(desk)
    assert "花子" not in desk.html
    foreign = log_in(hall, replace(YAMADA, department="zeimu")).get(LETTERS)
    assert case.reference not in foreign.html


def test_letters_are_printed_for_window_envelopes_and_each_case_counts_as_looked_at() -> None:
    hall = with_a_letter(2)
    desk = log_in(hall).get(f"{LETTERS}/print")
    assert desk.html.count("paper--letter") == 2
    said = words(desk)
    for expected in ("鹿児島県指宿市十町２４２４番地", "指宿 花子 様", "申請を受け付けました。", f"{PUBLIC}/status/",
                     "お電話ください"):
        assert expected in said
    assert {look.application for look in hall.world.store.looked} == set(hall.world.store.cases)


def test_one_press_marks_what_was_on_the_paper_and_nothing_that_came_after() -> None:
    hall = with_a_letter(2)
    desk = log_in(hall).get(f"{LETTERS}/print")
    cases.a_submitted(hall.world, contact={"notify": ["letter"], "phone": [""]})
    deliver.drain(hall.world.parts)
    shown = [value for form in desk.forms() for name, value in form.fields if name == "letter"]
    assert len(shown) == 2
    desk.submit("/office/letters", letter=shown)
    assert "印刷した印をつけました" in words(desk)
    assert "1 通が印刷を待っています" in words(desk)


def test_a_mark_can_be_taken_back_for_ten_minutes_by_who_made_it() -> None:
    hall = with_a_letter()
    desk = log_in(hall).get(f"{LETTERS}/print").submit("/office/letters")
    assert "印刷を待つ手紙は、いまありません" in words(desk)
    assert "取り消す" not in words(log_in(hall, SUZUKI).get(LETTERS))
    desk.submit("/office/letters", then="undo")
    assert "1 通が印刷を待っています" in words(desk)
    desk.get(f"{LETTERS}/print").submit("/office/letters")
    hall.world.clock.pass_(minutes=11)
    assert "取り消す" not in words(desk.get(LETTERS))


def test_a_letter_of_a_case_that_was_erased_does_not_wait_for_ever() -> None:
    hall = with_a_letter()
    hall.world.store.cases.clear()
    desk = log_in(hall).get(f"{LETTERS}/print")
    assert "印刷を待つ手紙は、いまありません" in words(desk)
    assert "印刷を待つ手紙は、いまありません" in words(desk.get(LETTERS))


def test_who_only_watches_sees_the_list_and_prints_nothing() -> None:
    hall = with_a_letter()
    desk = log_in(hall, AUDITOR).get(LETTERS)
    assert "1 通が印刷を待っています" in words(desk)
    assert "/office/letters/print" not in desk.html
    assert desk.get(f"{LETTERS}/print").status == 404


def test_a_worker_that_dies_after_keeping_a_letter_does_not_keep_a_second() -> None:
    hall = Hall()
    cases.a_submitted(hall.world, contact={"notify": ["letter"], "phone": [""]})
    (effect,) = hall.world.store.lease(hall.world.clock(), 10)
    deliver._leave(hall.world.parts, effect)
    hall.world.clock.pass_(minutes=2)
    deliver.drain(hall.world.parts)
    assert len(hall.world.letters.by_id) == 1
