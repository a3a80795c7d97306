"""What was said in a 転入予約 is not asked again on the phone, and nobody gets at it without showing that it is theirs."""

import re
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.services import apply, contact, deliver
from content.rules import form
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.forms import posted
from tests.fakes.world import World
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.resident_phone import at, case_of, heading, status_of, words

BOOKED = {
    "kind": ["elsewhere"], "moved_out": ["paper"], "movers": ["1", "2"],
    "movers.1.person_name": ["指宿　花子"], "movers.1.kana": ["イブスキ　ハナコ"], "movers.1.relation": ["head"],
    "movers.2.person_name": ["指宿　一郎"], "movers.2.kana": ["イブスキ　イチロウ"], "movers.2.relation": ["child"],
    "household": ["no"], "filer": ["mover"]}
"""What the Ibusuki family said when it booked its day; the rest is the first choice."""


@pytest.fixture
def hall() -> Hall:
    return Hall()


def booked(world: World) -> Application:
    """A 転入予約 that was sent from a phone, with the address proved by a code."""
    draft = apply.begin(world.parts, "6f0c1a52-5d27-4c39-9f55-0d8bb1a6a001", "tennyu-yoyaku")
    procedure = world.parts.catalogue.procedure("tennyu-yoyaku")
    for page in procedure.pages:
        told = {**form.known(procedure, draft.answers), "movers": ("1", "2")}
        if form.asked_fields(page, told):
            draft, check = apply.save_page(world.parts, draft, page, {**posted(page, told), **BOOKED})
            assert not check.problems, check.problems
    draft = contact.send_code(world.parts, draft)
    code = contact.code(world.parts, draft.id, draft.codes, "hanako@example.jp")
    return apply.send(world.parts, contact.confirm(world.parts, draft, code))


def proved(hall: Hall, phone: HttpBrowser) -> HttpBrowser:
    """Hanako has a code sent, and types it."""
    hall.world.clock.pass_(minutes=2)
    phone.submit("/code", button="番号を送る")
    deliver.drain(hall.world.parts)
    code = next(found[1] for mail in reversed(hall.world.mailer.sent) if (found := re.search(r"確認の番号は (\d{6})", mail.text)))
    return phone.submit("/code", button="確かめる", code=code)


def from_status(hall: Hall, case: Application) -> HttpBrowser:
    """Her phone has opened the link of the mail and pressed 「この内容を使って手続きを調べる」."""
    return status_of(hall, case).submit("/open/use")


def by_number(hall: Hall, number: str, to: str) -> HttpBrowser:
    """A phone that names a number and a contact before the interview."""
    phone = hall.browser().get(f"{PUBLIC}/apply/moving-in/known")
    return phone.submit("/apply/moving-in/known", number=number, contact=to)


def test_a_booking_begins_the_interview_with_what_was_said(hall: Hall) -> None:
    case = booked(hall.world)
    phone = proved(hall, from_status(hall, case))
    assert heading(phone) == "この申請の内容を使いますか？"
    phone.submit("/use", button="引っ越してきたとき")
    assert heading(phone) == "もう分かっていることです"
    begun = case_of(hall, phone)
    assert (begun.procedure, begun.answers["people.2.name"]) == ("moving-in", "指宿　一郎")
    assert "指宿 一郎" in words(phone)


def test_what_the_booking_said_is_confirmed_and_its_page_is_not_asked(hall: Hall) -> None:
    phone = proved(hall, from_status(hall, booked(hall.world))).submit("/use", button="引っ越してきたとき")
    interview = case_of(hall, phone)
    phone.get(f"{PUBLIC}/apply/a/{interview.id}/q/from")
    phone.submit("/q/from", **{"from": "other_pref"})
    assert phone.url.endswith("/q/people")  # not where: both addresses and the day are known; of people, their nationality is not
    assert hall.world.store.get(interview.id).answers["address"] == "〒891-0405 鹿児島県指宿市湊1-1"


def test_a_known_answer_can_be_put_right(hall: Hall) -> None:
    phone = proved(hall, from_status(hall, booked(hall.world))).submit("/use", button="引っ越してきたとき")
    interview = case_of(hall, phone)
    at(phone, interview, "q/where").submit("/q/where", previous_address="鹿児島市山下町11-1")
    assert hall.world.store.get(interview.id).answers["previous_address"].endswith("鹿児島市山下町11-1")  # type: ignore[union-attr]  # a text


def test_the_earlier_application_stays_as_it_is_and_a_second_press_begins_nothing_more(hall: Hall) -> None:
    case = booked(hall.world)
    phone = proved(hall, from_status(hall, case))
    page = phone.forms()
    for _ in range(2):
        phone._send(page[0], page[0].buttons[0], {})
    assert hall.world.store.get(case.id).state is State.SUBMITTED
    assert sorted(one.procedure for one in hall.world.store.cases.values()) == ["moving-in", "tennyu-yoyaku"]


def test_number_and_contact_lead_to_the_code_and_then_to_the_interview(hall: Hall) -> None:
    case = booked(hall.world)
    phone = by_number(hall, case.reference.lower().replace("-", " "), " HANAKO@example.jp ")
    assert phone.url.endswith("/code")
    assert "湊" not in phone.html
    proved(hall, phone).submit("/use")
    assert case_of(hall, phone).procedure == "moving-in"


@pytest.mark.parametrize(("number", "to"), [
    ("right", "somebody@example.jp"), ("right", ""), ("ABCD-EFGH-JKMN", "hanako@example.jp"), ("", "hanako@example.jp")])
def test_a_number_with_another_contact_looks_like_an_unknown_number(hall: Hall, number: str, to: str) -> None:
    case = booked(hall.world)
    phone = by_number(hall, case.reference if number == "right" else number, to)
    assert phone.status == 422
    assert "受付番号と連絡先の組が、見つかりませんでした" in words(phone)
    assert case.id not in phone.html


def test_a_number_of_a_procedure_that_the_city_has_no_more_looks_like_an_unknown_number(hall: Hall) -> None:
    case = booked(hall.world)
    hall.world.store.cases[case.id] = replace(hall.world.store.get(case.id), procedure="gone", confirmed_contact=None)
    assert by_number(hall, case.reference, "hanako@example.jp").status == 422


def test_whoever_guesses_numbers_has_to_wait(hall: Hall) -> None:
    case = booked(hall.world)
    for _ in range(10):
        by_number(hall, "ABCD-EFGH-JKMN", "hanako@example.jp")
    assert by_number(hall, case.reference, "hanako@example.jp").status == 429


def test_without_the_code_nothing_of_the_booking_is_used(hall: Hall) -> None:
    case = booked(hall.world)
    phone = from_status(hall, case)
    assert phone.url.endswith("/code")
    assert at(phone, case, "use").url.endswith("/code")
    assert at(hall.browser(), case, "use").status == 404
    assert len(hall.world.store.cases) == 1


def test_whoever_wants_to_know_of_one_event_is_not_shown_another(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    phone = hall.browser().get(f"{PUBLIC}/apply/divorce/known")
    phone.submit("/apply/divorce/known", number=case.reference, contact="hanako@example.jp").submit("/identity")
    assert heading(phone) == "この申請の内容を使いますか？"
    assert "procedure" not in {name for form in phone.forms() for _, name, _ in form.buttons}
    assert "/apply/divorce" in phone.html


@pytest.mark.parametrize(("event", "asked"), [("moving-in", True), ("birth", True), ("bereavement", False), ("divorce", False)])
def test_nobody_is_asked_for_a_number_where_no_application_could_spare_them_a_question(
        hall: Hall, event: str, asked: bool) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/{event}")
    assert (f'href="/apply/{event}/known"' in phone.html) is asked


def test_a_draft_that_nobody_sent_begins_nothing(hall: Hall) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/suido-kaishi").submit("/apply/suido-kaishi")
    assert at(phone, case_of(hall, phone), "use").status == 404


def test_the_interview_that_nothing_was_taken_into_has_no_such_page(hall: Hall) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/moving-in").submit("/apply/moving-in")
    assert at(phone, case_of(hall, phone), "known").url.endswith("/q/from")


def test_only_an_interview_is_begun_by_a_number(hall: Hall) -> None:
    assert hall.browser().get(f"{PUBLIC}/apply/suido-kaishi/known").status == 404


def test_a_person_who_applied_with_the_card_shows_the_card_again(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    phone = by_number(hall, case.reference, "hanako@example.jp")
    assert phone.url.endswith("/identity")
    phone.submit("/identity")
    assert heading(phone) == "この申請の内容を使いますか？"
