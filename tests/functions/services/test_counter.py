"""What a kiosk files: one event, the officers' queue at once, and the same message again changes nothing."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters import case_json
from chalicelib.domain.application import Event, State
from chalicelib.domain.card_proof import Withdrawn
from chalicelib.domain.contents import ApplicationId, Certificate
from chalicelib.domain.errors import AlreadyThere, IllegalTransition, NotFound
from chalicelib.domain.history import unbroken
from chalicelib.services import counter, decide, deliver, fulfil, receive, review
from chalicelib.services.counter import FieldFaulty
from chalicelib.services.documents import result_for
from content.vocabulary.procedure import Result
from tests.fakes import cases
from tests.fakes.counter import Challenges, a_kiosk
from tests.fakes.world import FRIDAY_NOON, World, a_world, ibusuki


@pytest.fixture
def world() -> World:
    return a_world()


def test_an_application_from_the_kiosk_stands_in_the_queue_at_once(world: World) -> None:
    case = world.store.get(cases.filed(world).id)
    assert (case.state, case.version, case.channel, case.kiosk_name) == (State.SUBMITTED, 1, "kiosk", "市民課 1番")
    assert cases.events_of(world, case.id) == [Event.FILE]
    assert unbroken(world.store.history(case.id))
    assert [(row.id, row.channel) for row in world.store.queue("shimin", State.SUBMITTED).rows] == [(case.id, "kiosk")]
    assert case.answers["name"] == "指宿　花子"
    assert case.answers["copies"] == "1"


def test_the_same_message_again_gives_the_same_case_even_after_an_officer_took_it(world: World) -> None:
    id = str(uuid.uuid4())
    case = cases.filed(world, id)
    assert cases.filed(world, id, proved=False) == case  # its challenge is used up by then
    taken = review.claim(world.parts, cases.officer(), case)
    assert cases.filed(world, id) == taken
    assert len(world.store.cases) == 1


@pytest.mark.parametrize("changed", [
    {"answers": {"whose": "self", "items": ("none",), "copies": "2"}}, {"case_code": "ABCD-2346"}, {"card": "licence"},
    {"made_at": FRIDAY_NOON - timedelta(minutes=1)}, {"applicant": replace(cases.FACTS, name="別府　太郎")}], ids=str)
def test_the_same_id_with_another_content_is_refused(world: World, changed: dict[str, Any]) -> None:
    id = str(uuid.uuid4())
    cases.filed(world, id)
    with pytest.raises(AlreadyThere):
        cases.filed(world, id, **changed)


def test_another_kiosk_cannot_use_the_id_nor_ask_how_it_stands(world: World) -> None:
    case = cases.filed(world)
    with pytest.raises(AlreadyThere):
        counter.file(world.parts, a_kiosk("kiosk-2"), cases.a_filing(case.id), use=Challenges())
    with pytest.raises(NotFound):
        counter.own(world.parts, a_kiosk("kiosk-2"), case.id)
    with pytest.raises(NotFound):
        counter.own(world.parts, a_kiosk(), cases.a_submitted(world).id)
    assert counter.own(world.parts, a_kiosk(), case.id) == case


def test_the_id_of_an_erased_case_is_not_used_again(world: World) -> None:
    case = cases.filed(world)
    world.store.cases[case.id] = replace(case, state=State.ERASED)
    with pytest.raises(AlreadyThere):
        cases.filed(world, case.id)


def test_what_was_made_without_a_network_keeps_both_moments(world: World) -> None:
    world.clock.pass_(minutes=30)
    case = cases.filed(world)
    assert (case.made_at, case.submitted_at) == (FRIDAY_NOON, FRIDAY_NOON + timedelta(minutes=30))
    (row,) = world.store.queue("shimin", State.SUBMITTED).rows
    assert row.made_at == FRIDAY_NOON


def test_a_kiosk_whose_clock_is_ahead_makes_nothing_in_the_future(world: World) -> None:
    assert cases.filed(world, made_at=FRIDAY_NOON + timedelta(minutes=4)).made_at == FRIDAY_NOON


@pytest.mark.parametrize(("changed", "field"), [
    ({"answers": {"whose": "self", "items": ("none",), "copies": "99"}}, "copies"),
    ({"answers": {"whose": "self", "copies": "1"}}, "items"),
    ({"answers": {"whose": "self", "items": "none", "copies": "1"}}, "items"),
    ({"answers": {"whose": ("self",), "items": ("none",), "copies": "1"}}, "whose"),
    ({"answers": {"whose": "self", "items": ("none",), "copies": "1", "shoes": "42"}}, "shoes"),
    ({"case_code": "ABCD-0000"}, "caseCode"), ({"card": "library"}, "card"),
    ({"card": "", "applicant": replace(cases.FACTS, name="")}, "name"),
    ({"card": "residence", "applicant": replace(cases.FACTS, name="")}, "name"),
], ids=lambda one: str(one)[:40])
def test_a_message_with_a_fault_is_refused_by_the_name_of_its_field(world: World, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldFaulty) as refused:
        cases.filed(world, **changed)
    assert refused.value.field == field
    assert not world.store.cases


def test_answers_to_questions_of_an_older_form_are_kept_to_be_read(world: World) -> None:
    answers = {"whose": "self", "items": ("none",), "copies": "1", "shoes": "42"}
    case = cases.filed(world, answers=answers, version=2)
    assert case.answers["shoes"] == "42"
    mine = review.claim(world.parts, cases.officer(), case)
    after = receive.amend(world.parts, cases.officer(), mine, {**case.answers, "copies": "2"})
    assert (after.answers["shoes"], after.answers["copies"]) == ("42", "2")


@pytest.mark.parametrize(("id", "is_offered"), [
    ("juminhyo", True), ("shotoku-kazei", True), ("jido-teate", False), ("joho-kokai", False)])
def test_only_what_the_counter_offers_can_be_filed_there(world: World, id: str, is_offered: bool) -> None:
    assert counter.offered(world.parts, ibusuki().procedure(id)) is is_offered
    if not is_offered:
        with pytest.raises(NotFound):
            cases.filed(world, procedure=id, answers={})


def test_a_birthday_whose_day_the_card_does_not_know_is_taken_as_it_is(world: World) -> None:
    case = cases.filed(world, applicant=replace(cases.FACTS, birthdate="1985-03-00"))
    assert case.answers["birthdate"] == "1985-03-00"


def test_facts_that_were_typed_are_checked_like_any_answer_and_are_no_card(world: World) -> None:
    case = cases.filed(world, card="", proof=None)
    assert case.card is None
    assert case.answers["name"] == "指宿　花子"
    assert counter.standing(world.parts, case).certificate is Certificate.NONE


@pytest.mark.parametrize(("says", "certificate"), [
    (Withdrawn.GOOD, Certificate.GOOD), (Withdrawn.REVOKED, Certificate.REVOKED), (Withdrawn.UNKNOWN, Certificate.UNKNOWN)])
def test_a_withdrawn_or_unknown_certificate_refuses_nobody(world: World, says: Withdrawn, certificate: Certificate) -> None:
    world.validity.says = says
    case = cases.filed(world)
    assert case.card is not None
    assert (case.state, case.card.certificate, case.card.serial) == (State.SUBMITTED, certificate, "1A2B")
    assert world.store.history(case.id)[0].detail["certificate"] == certificate


def test_an_expired_certificate_refuses_nobody(world: World) -> None:
    world.certificates.expires = FRIDAY_NOON - timedelta(days=1)
    card = cases.filed(world).card
    assert card is not None
    assert card.certificate is Certificate.EXPIRED


@pytest.mark.parametrize("why", ["challenge", "issuer", "signature", "early"])
def test_an_answer_that_proves_nothing_refuses_nobody_and_says_why(world: World, why: str) -> None:
    if why == "early":
        world.certificates.begins = FRIDAY_NOON + timedelta(days=1)
    elif why != "challenge":
        world.certificates.refuse = why
    card = cases.filed(world, proved=why != "challenge").card
    assert card is not None
    assert (card.certificate, card.why) == (Certificate.NONE, why)


def test_what_the_card_said_is_sealed_and_stands_in_no_history_and_no_repr(world: World) -> None:
    case = cases.filed(world, card="residence")
    plain, sealed = case_json.split(case)
    for secret in ("residence", "花子", "1985", "1A2B", case.filed_digest):
        assert secret not in plain
        assert secret not in repr(case)
        assert secret not in str(world.store.history(case.id))
    assert "花子".encode() in sealed
    assert case_json.join(plain, sealed) == case


def test_what_the_card_said_outlives_every_amendment(world: World) -> None:
    case = review.claim(world.parts, cases.officer(), cases.filed(world))
    for name in ("指宿　花代", "指宿　花江"):
        case = receive.amend(world.parts, cases.officer(), case, {**case.answers, "name": name})
    assert case.card is not None
    assert (case.card.name, case.answers["name"], case.before_correction["name"]) == ("指宿　花子", "指宿　花江", "指宿　花代")
    assert [one.detail for one in world.store.history(case.id) if one.event is Event.AMEND] == [{"fields": "name"}] * 2


def test_it_costs_what_the_counters_own_screen_said_and_is_not_posted(world: World) -> None:
    case = cases.filed(world)
    assert counter.standing(world.parts, case).fee_yen == 200
    assert sum(yen for _, yen in decide.propose_fee(world.parts, case)) == 200
    assert sum(yen for _, yen in decide.propose_fee(world.parts, cases.a_submitted(world))) == 410
    assert result_for(world.parts.catalogue.procedure("juminhyo"), case) is Result.COLLECT


def test_its_document_can_neither_be_posted_nor_handed_over_without_the_check(world: World) -> None:
    case = cases.filed_and_issued(world)
    with pytest.raises(IllegalTransition):
        fulfil.dispatch(world.parts, cases.officer(), case, tracking=None)
    with pytest.raises(IllegalTransition):
        fulfil.hand_over(world.parts, cases.officer(), case)


def test_who_stands_in_the_hall_gets_no_notice_unless_an_address_was_given(world: World) -> None:
    cases.filed_and_issued(world)
    deliver.drain(world.parts)
    assert not world.mailer.sent
    cases.filed(world, answers={"whose": "self", "items": ("none",), "copies": "1", "notify": "mail", "mail": "hanako@example.jp"})
    deliver.drain(world.parts)
    assert len(world.mailer.sent) == 1


def test_the_printed_code_finds_the_case(world: World) -> None:
    case = cases.filed(world)
    assert world.store.by_case_code("ABCD-2345") == (case.id,)
    assert world.store.by_case_code("ABCD-2346") == ()


def test_an_id_that_is_none_is_unknown(world: World) -> None:
    with pytest.raises(NotFound):
        cases.filed(world, "not-a-uuid")
    with pytest.raises(NotFound):
        counter.own(world.parts, a_kiosk(), str(ApplicationId("../etc")))


def test_what_nobody_got_a_number_for_is_taken_back_though_an_officer_has_it_already(world: World) -> None:
    case = cases.filed(world)
    review.claim(world.parts, cases.officer(), case)
    after = counter.take_back(world.parts, case)
    assert (after.state, cases.events_of(world, case.id)) == (State.WITHDRAWN, [Event.FILE, Event.CLAIM, Event.WITHDRAW])
    assert counter.take_back(world.parts, after) == after


def test_what_was_paid_for_is_left_to_the_officer(world: World) -> None:
    case = cases.filed_and_issued(world)
    with pytest.raises(IllegalTransition):
        counter.take_back(world.parts, case)
    assert world.store.get(case.id) == case
