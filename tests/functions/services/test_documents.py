"""A document of the city on its way to the applicant: through quarantine, scanner and check, looked at, then delivered."""

import pytest

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import FileStatus
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound
from chalicelib.domain.history import unbroken
from chalicelib.services import attach, decide, deliver, documents, fulfil, timers
from chalicelib.services.officers import Role
from tests.fakes import cases, files
from tests.fakes.world import World, a_world_where_juminhyo


@pytest.fixture
def world() -> World:
    return a_world_where_juminhyo(**cases.FOR_THE_SCREEN)


def sent(world: World, case: Application, data: bytes) -> tuple[Application, str]:
    """The document posted by the officer's browser, and looked at by the worker."""
    case, id = documents.expect(world.parts, cases.officer(), case)
    form = documents.offer(world.parts, case, id, back_to="http://localhost:8080/back")
    assert world.uploads.posts(form.fields, data)[0] == 303
    documents.arrived(world.parts, cases.officer(), case, id)
    deliver.drain(world.parts)
    return world.store.get(case.id), id


def test_the_applicant_gets_the_very_file_and_officers_see_pictures(world: World) -> None:
    pdf = files.scan(2)
    case, id = sent(world, cases.to_deliver(world), pdf)
    assert [(one.status, one.pages, one.name) for one in case.documents] == [(FileStatus.CLEAN, 2, "書類1")]
    assert attach.picture(world.parts, case, id, 2)[:3] == b"\xff\xd8\xff"
    case = fulfil.deliver(world.parts, cases.officer(), case)
    assert documents.original(world.parts, case, id) == pdf
    assert (case.state, unbroken(world.store.history(case.id))) == (State.DELIVERED, True)
    deliver.drain(world.parts)
    assert "書類ができました" in str(world.mailer.sent)


def test_what_lies_in_the_store_is_sealed_and_names_nobody(world: World) -> None:
    case, id = sent(world, cases.to_deliver(world), files.scan(1))
    assert len(world.uploads.clean) == 2
    assert not world.uploads.quarantine
    assert not any(id in key or case.id in key or b"%PDF" in data for key, data in world.uploads.clean.items())


def test_nothing_is_given_out_before_it_is_delivered(world: World) -> None:
    case, id = sent(world, cases.to_deliver(world), files.scan(1))
    assert documents.delivered(case) == ()
    with pytest.raises(NotFound):
        documents.original(world.parts, case, id)


@pytest.mark.parametrize(("data", "code"), [
    (files.photo(), "wrong-kind"), (files.scan(1, lock="secret"), "locked")], ids=["a photo", "locked"])
def test_only_a_plain_pdf_is_taken(world: World, data: bytes, code: str) -> None:
    case, _ = sent(world, cases.to_deliver(world), data)
    assert [(one.status, one.code) for one in case.documents] == [(FileStatus.REFUSED, code)]
    assert not world.uploads.clean
    with pytest.raises(FormFaulty):
        fulfil.deliver(world.parts, cases.officer(), case)


def test_what_was_refused_or_never_came_is_not_given_out(world: World) -> None:
    case, _ = sent(world, cases.to_deliver(world), files.photo())
    case, good = sent(world, case, files.scan(1))
    case, _ = documents.expect(world.parts, cases.officer(), case)
    case = fulfil.deliver(world.parts, cases.officer(), case)
    assert [one.id for one in case.documents] == [good]


def test_while_one_is_being_looked_at_nothing_is_delivered(world: World) -> None:
    case, _ = sent(world, cases.to_deliver(world), files.scan(1))
    case, id = documents.expect(world.parts, cases.officer(), case)
    world.uploads.quarantine[id] = files.scan(1)
    case = documents.arrived(world.parts, cases.officer(), case, id)
    with pytest.raises(FormFaulty):
        fulfil.deliver(world.parts, cases.officer(), case)


def test_a_document_that_was_taken_back_leaves_the_store(world: World) -> None:
    case, id = sent(world, cases.to_deliver(world), files.scan(2))
    documents.drop(world.parts, cases.officer(), case, id)
    deliver.drain(world.parts)
    assert world.store.get(case.id).documents == ()
    assert not world.uploads.clean


def test_the_place_of_a_document_is_offered_once_and_five_at_most(world: World) -> None:
    case, id = documents.expect(world.parts, cases.officer(), cases.to_deliver(world))
    assert documents.expect(world.parts, cases.officer(), case) == (case, id)
    for _ in range(documents.MOST):
        case, _ = sent(world, case, files.scan(1))
    with pytest.raises(FormFaulty):
        documents.expect(world.parts, cases.officer(), case)


def test_only_who_decides_sends_one_and_only_where_a_document_is_the_result(world: World) -> None:
    with pytest.raises(NotAllowed):
        documents.expect(world.parts, cases.tanaka(Role.CASHIER), cases.to_deliver(world))
    posted = a_world_where_juminhyo()
    with pytest.raises(IllegalTransition):
        documents.expect(posted.parts, cases.officer(), cases.ready_to_issue(posted))


def test_the_document_is_erased_with_its_case(world: World) -> None:
    case, _ = sent(world, cases.to_deliver(world), files.scan(1))
    fulfil.deliver(world.parts, cases.officer(), case)
    for days in (31, 3650, 15):
        world.clock.pass_(days=days)
        timers.run(world.parts)
    assert world.store.cases[case.id].state is State.ERASED
    assert not world.uploads.clean


def test_who_came_to_the_counter_fetches_the_document_there(world: World) -> None:
    case = decide.waive_fee(world.parts, cases.officer(), cases.received(world))
    with pytest.raises(IllegalTransition):
        documents.expect(world.parts, cases.officer(), case)
    case = fulfil.hand_over(world.parts, cases.officer(), fulfil.issue(world.parts, cases.officer(), case))
    assert case.state is State.DELIVERED
    assert cases.events_of(world, case.id)[-2:] == [Event.ISSUE, Event.HAND_OVER]
