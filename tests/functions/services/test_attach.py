"""Files of a case: nobody opens one before it is clean, and one that is taken back or refused counts no more."""

import uuid

import pytest

from chalicelib.domain.application import Application
from chalicelib.domain.contents import FileStatus
from chalicelib.domain.errors import FormFaulty, NotFound, ProviderDown
from chalicelib.domain.task import TaskKind
from chalicelib.services import apply, attach, deliver
from content.rules import form
from tests.fakes import cases
from tests.fakes.forms import filled, with_a_file
from tests.fakes.outside import HANAKO
from tests.fakes.world import World, a_world, ibusuki


def required_file(procedure: str) -> str:
    """A file field that is asked of everybody."""
    return next(field.id for field in ibusuki().procedure(procedure).fields() if field.kind == "file" and field.required
                and not field.when)


def a_draft(world: World) -> Application:
    """A form with a file, everything answered."""
    draft = apply.begin(world.parts, str(uuid.uuid4()), "kodomo-iryo")
    draft = apply.identify(world.parts, draft, world.residents.finish(world.residents.start(), code="good", now=world.clock()))
    return filled(world, draft)


def test_a_file_is_checked_and_can_then_be_opened_page_by_page() -> None:
    world = a_world()
    draft = a_draft(world)
    one = draft.attachments[0]
    with pytest.raises(NotFound):
        attach.picture(world.parts, draft, one.id, 1)
    deliver.drain(world.parts)
    draft = world.store.get(draft.id)
    assert draft.attachments[0].status is FileStatus.CLEAN
    assert attach.picture(world.parts, draft, one.id, 1)
    for page in (0, 2):
        with pytest.raises(NotFound):
            attach.picture(world.parts, draft, one.id, page)


def test_while_the_scanner_is_away_the_case_lives_on_and_nobody_opens_the_file() -> None:
    world = a_world()
    draft = a_draft(world)
    world.scanner.down = True
    deliver.drain(world.parts)
    draft = world.store.get(draft.id)
    assert draft.attachments[0].status is FileStatus.CHECKING
    assert not form.problems_of(ibusuki().procedure("kodomo-iryo"), draft.answers)
    with pytest.raises(NotFound):
        attach.picture(world.parts, draft, draft.attachments[0].id, 1)
    world.scanner.down = False
    world.clock.pass_(minutes=2)
    deliver.drain(world.parts)
    assert world.store.get(draft.id).attachments[0].status is FileStatus.CLEAN


def test_a_bad_file_is_refused_and_asked_for_again() -> None:
    world = a_world()
    draft = attach.drop(world.parts, d := a_draft(world), d.attachments[0].id)
    field = required_file("kodomo-iryo")
    draft = with_a_file(world, draft, field, b"GIF89a not one of ours")
    deliver.drain(world.parts)
    draft = world.store.get(draft.id)
    assert draft.attachments[-1].status is FileStatus.REFUSED
    assert field in [problem.field for _, problem in form.problems_of(ibusuki().procedure("kodomo-iryo"), draft.answers)]


def test_a_file_that_is_taken_back_leaves_the_case_and_the_store() -> None:
    world = a_world()
    draft = a_draft(world)
    deliver.drain(world.parts)
    kept = len(world.uploads.clean)
    draft = world.store.get(draft.id)
    draft = attach.drop(world.parts, draft, draft.attachments[0].id)
    deliver.drain(world.parts)
    assert len(world.uploads.clean) == kept - 1
    assert draft.attachments == ()


def test_a_place_nobody_used_is_given_again_and_there_are_not_more_than_the_form_takes() -> None:
    world = a_world()
    draft = a_draft(world)
    field = next(one for one in ibusuki().procedure("kodomo-iryo").fields() if one.id == required_file("kodomo-iryo"))
    while len(draft.attachments) < field.at_most:
        draft, first = attach.expect(world.parts, draft, field.id)
        assert attach.expect(world.parts, draft, field.id) == (draft, first)
        draft = with_a_file(world, draft, field.id)
    with pytest.raises(FormFaulty):
        attach.expect(world.parts, draft, field.id)


def test_a_file_goes_only_to_a_question_that_is_asked() -> None:
    world = a_world()
    for field in ("name", "nothing"):
        with pytest.raises(NotFound):
            attach.expect(world.parts, a_draft(world), field)


def test_without_a_file_store_nothing_is_noted() -> None:
    world = a_world()
    draft = a_draft(world)
    draft = attach.drop(world.parts, draft, draft.attachments[0].id)
    draft, id = attach.expect(world.parts, draft, required_file("kodomo-iryo"))
    world.uploads.down = True
    with pytest.raises(ProviderDown):
        attach.arrived(world.parts, draft, id)
    world.uploads.down = False
    assert attach.arrived(world.parts, draft, id).attachments[0].status is FileStatus.EXPECTED


def test_a_file_found_bad_after_the_case_was_sent_is_told_to_the_resident_and_is_a_task_of_the_department() -> None:
    world = a_world()
    draft = attach.drop(world.parts, d := a_draft(world), d.attachments[0].id)
    draft = with_a_file(world, draft, required_file("kodomo-iryo"), b"GIF89a not one of ours")
    draft = filled(world, draft)
    sent = apply.submit(world.parts, draft, HANAKO["subject"], cases.a_signature(world, draft))
    while deliver.drain(world.parts):
        pass
    (task,) = world.store.tasks.open(sent.department)
    assert (task.kind, task.case) == (TaskKind.FILE_REFUSED, sent.id)
    assert any("見られませんでした" in mail.subject for mail in world.mailer.sent)
