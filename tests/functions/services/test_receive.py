"""What came on paper or by telephone: one event, the same queue, and a record of what was checked and by whom."""

import uuid
from typing import Any

import pytest

from chalicelib.adapters import case_json
from chalicelib.domain.application import Event, State
from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import AlreadyThere, FormFaulty, IllegalTransition, NotAllowed
from chalicelib.domain.history import unbroken
from chalicelib.services import correspond, decide, deliver, desk_money, links, receive, review
from chalicelib.services.officers import Officer, Role
from content.vocabulary.procedure import Procedure
from tests.fakes import cases
from tests.fakes.outside import AUDITOR
from tests.fakes.world import World, a_world, ibusuki


@pytest.fixture
def world() -> World:
    return a_world()


def test_a_case_begins_with_one_event_of_the_officer_and_stands_in_the_queue(world: World) -> None:
    case = world.store.get(cases.a_received(world, note="封筒に切手が足りない").id)
    assert cases.events_of(world, case.id) == [Event.RECEIVE]
    assert unbroken(world.store.history(case.id))
    assert (case.state, case.version, case.channel, case.officer) == (State.SUBMITTED, 1, "counter", None)
    assert case.submitted_at == world.clock()
    assert case.received_by_name == "山田 直子"
    assert [note.words for note in case.notes] == ["封筒に切手が足りない"]
    assert world.store.counts("shimin")[State.SUBMITTED] == 1
    assert links.open_link(world.parts, links.token(world.parts, case.id, links.STATUS), links.STATUS, place="x") == case


def test_it_waits_in_line_with_what_came_online(world: World) -> None:
    online = cases.a_submitted(world)
    world.clock.pass_(minutes=1)
    paper = cases.a_received(world, channel="post")
    rows = world.store.queue("shimin", State.SUBMITTED).rows
    assert [(row.id, row.channel) for row in rows] == [(online.id, "online"), (paper.id, "post")]


def test_pressing_twice_makes_one_case(world: World) -> None:
    id = str(uuid.uuid4())
    assert cases.a_received(world, id=id) == cases.a_received(world, id=id)
    assert len(world.store.cases) == 1


def test_the_same_id_with_other_answers_is_no_second_press(world: World) -> None:
    id = str(uuid.uuid4())
    cases.a_received(world, id=id)
    with pytest.raises(AlreadyThere):
        cases.a_received(world, id=id, copies=["2"])
    with pytest.raises(AlreadyThere):
        cases.a_received(world, id=id, channel="post")


def test_without_a_mail_address_no_notice_leaves_and_with_one_it_does(world: World) -> None:
    cases.a_received(world)
    deliver.drain(world.parts)
    assert not world.mailer.sent
    case = cases.a_received(world, mail=["hanako@example.jp"])
    deliver.drain(world.parts)
    assert len(world.mailer.sent) == 1
    assert links.status_url(world.parts, case) in str(world.mailer.sent)


def test_what_was_checked_is_sealed_and_stands_in_no_history(world: World) -> None:
    case = cases.a_received(world)
    plain, sealed = case_json.split(case)
    assert "licence" not in plain
    assert b"licence" in sealed
    assert case_json.join(plain, sealed) == case
    assert "licence" not in repr(case)
    assert [entry.detail.keys() for entry in world.store.history(case.id)] == [{"procedure", "version", "channel"}]


@pytest.mark.parametrize("changed", [
    {"name": [""]}, {"birthdate-month": ["13"]}, {"whose": ["members"]}, {"copies": ["99"]}], ids=str)
def test_it_is_checked_as_the_residents_own_form_is(world: World, changed: dict[str, Any]) -> None:
    with pytest.raises(FormFaulty):
        cases.a_received(world, **changed)
    assert not world.store.cases


def test_only_who_decides_takes_in_and_only_for_the_own_department(world: World) -> None:
    watching = Officer(id=AUDITOR.subject, name="", department="shimin", roles=frozenset({Role.AUDITOR}))
    with pytest.raises(NotAllowed):
        receive.offered(world.parts, watching)
    assert {one.department for one in receive.offered(world.parts, cases.officer())} == {"shimin"}
    how = receive.Received(channel="counter", identity_checked="licence")
    with pytest.raises(NotAllowed):
        receive.receive(world.parts, cases.officer(), str(uuid.uuid4()), ibusuki().procedure("inu-toroku"), {}, how)


@pytest.mark.parametrize("procedure", [one for one in ibusuki().procedures if not one.interview], ids=lambda one: str(one.id))
def test_no_procedure_needs_a_card_a_file_or_a_mail_address_on_paper(world: World, procedure: Procedure) -> None:
    says = [one.field for one in receive.check(world.parts, receive.on_paper(procedure), {}, {}).problems]
    assert says
    assert not {field.id for field in procedure.fields() if field.kind in ("mail", "file")} & set(says)
    assert {field.id for field in procedure.fields() if field.from_identity} <= set(says)


def test_a_received_case_is_paid_at_the_desk_and_goes_on_like_any_other(world: World) -> None:
    case = cases.received(world)
    case = decide.decide_fee(world.parts, cases.officer(), case, decide.propose_fee(world.parts, case))
    case = desk_money.pay_at_desk(world.parts, cases.tanaka(), case, by=PaidBy.CASH, yen=410)
    assert case.state is State.READY_TO_ISSUE


def test_a_slip_in_typing_is_put_right_by_the_officer_and_stays_to_be_seen(world: World) -> None:
    case = cases.received(world)
    procedure = receive.on_paper(world.parts.catalogue.procedure("juminhyo"))
    typed = receive.check(world.parts, procedure, {**cases.TYPED, "copies": ["3"]}, {}).answers
    after = receive.amend(world.parts, cases.officer(), case, typed)
    assert (after.answers["copies"], after.before_correction["copies"], after.state) == ("3", "1", State.IN_REVIEW)
    assert world.store.history(case.id)[-1].detail == {"fields": "copies"}
    assert receive.amend(world.parts, cases.officer(), after, typed) is after


def test_what_a_resident_sent_is_never_typed_over(world: World) -> None:
    with pytest.raises(IllegalTransition):
        receive.amend(world.parts, cases.officer(), cases.in_review(world), {})


def test_nothing_is_asked_on_a_page_that_the_applicant_cannot_open(world: World) -> None:
    case = cases.received(world)
    with pytest.raises(IllegalTransition):
        review.request_correction(world.parts, cases.officer(), case, fields=["copies"], reason="other", words="")
    with pytest.raises(IllegalTransition):
        correspond.write(world.parts, cases.officer(), case, "こんにちは")
