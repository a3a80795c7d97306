"""Every procedure of the city from the first answer to its end: whatever shape it has, nobody is stuck with it."""

import uuid
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.errors import NotAllowed
from chalicelib.services import apply, contact, decide, deliver, fulfil, pay, review, versions
from chalicelib.services.officers import Officer, Role
from content.rules import form
from content.rules.fees import NoFee
from content.vocabulary.procedure import Assurance, Procedure, Result
from tests.fakes import cases
from tests.fakes.forms import filled
from tests.fakes.outside import HANAKO
from tests.fakes.world import World, a_world, ibusuki

PROCEDURES = [one.id for one in ibusuki().procedures if not one.interview]
INTERVIEWS = [one.id for one in ibusuki().procedures if one.interview]
CARD = (Assurance.SIGNATURE, Assurance.AUTH)


def begun(world: World, procedure: Procedure) -> Application:
    """A draft of Hanako's, her card shown where the procedure asks for it."""
    draft = apply.begin(world.parts, str(uuid.uuid4()), procedure.id)
    if procedure.assurance in CARD:
        draft = apply.identify(world.parts, draft, world.residents.finish(world.residents.start(), code="good", now=world.clock()))
    return draft


def sent(world: World, draft: Application, procedure: Procedure) -> Application:
    """Sent with the assurance that the procedure needs."""
    if procedure.assurance is Assurance.SIGNATURE:
        return apply.submit(world.parts, draft, HANAKO["subject"], cases.a_signature(world, draft))
    if procedure.assurance is Assurance.CONTACT:
        draft = contact.send_code(world.parts, draft)
        deliver.drain(world.parts)
        told = [*(mail.text for mail in world.mailer.sent), *(text.text for text in world.texts.sent)]  # as the choice fell
        number = next(text for text in told if "確認の番号は " in text).split("確認の番号は ")[1][:6]
        draft = contact.confirm(world.parts, world.store.get(draft.id), number)  # the worker has looked at its files meanwhile
    return apply.send(world.parts, draft)


def officer_of(procedure: Procedure, name: str, *roles: Role) -> Officer:
    """An officer of the procedure's department."""
    return replace(cases.officer(), id=type(cases.officer().id)(name), department=procedure.department, roles=frozenset(roles))


@pytest.mark.parametrize("choice", range(3))
@pytest.mark.parametrize("id", PROCEDURES)
def test_every_procedure_goes_from_the_first_answer_to_its_end(id: str, choice: int) -> None:
    world = a_world()
    procedure = ibusuki().procedure(id)
    case = sent(world, filled(world, begun(world, procedure), choice), procedure)
    assert case.state is State.SUBMITTED
    reviewer = officer_of(procedure, "reviewer", Role.REVIEWER)
    case = review.claim(world.parts, reviewer, case)
    ended = to_the_end(world, case, procedure, reviewer)
    assert ended.state is (State.COMPLETED if procedure.result is Result.NOTICE else State.DELIVERED)
    deliver.drain(world.parts)
    assert world.store.waiting() == 0


def to_the_end(world: World, case: Application, procedure: Procedure, reviewer: Officer) -> Application:
    """Decided, approved where that is needed, paid where that is needed, issued and in the applicant's hands."""
    approver = officer_of(procedure, "approver", Role.APPROVER)
    if procedure.result is Result.NOTICE:
        case = decide.accept(world.parts, reviewer, case, outcome=procedure.outcomes[0].id)
        return decide.approve(world.parts, approver, case) if procedure.approval else case
    try:
        lines = decide.propose_fee(world.parts, case)
    except NoFee:
        lines = ()
    case = decide.decide_fee(world.parts, reviewer, case, lines) if lines else waived(world, case, procedure, reviewer)
    if case.state is State.AWAITING_PAYMENT:
        pay.open_payment(world.parts, case, back_to="http://localhost:8080/status/x/paid")
        case = world.store.get(case.id)
        pay.settle(world.parts, world.provider.pay(cases.attempt_key_of(case), world.clock()), said_id="evt")
        case = world.store.get(case.id)
    case = fulfil.issue(world.parts, reviewer, case)
    if procedure.result is Result.COLLECT:
        return fulfil.hand_over(world.parts, reviewer, case)
    return apply.confirm_arrival(world.parts, fulfil.dispatch(world.parts, reviewer, case, tracking=None))


def waived(world: World, case: Application, procedure: Procedure, reviewer: Officer) -> Application:
    """Without a fee, for a reason where the procedure has one; else a fee of the officer's own."""
    if not procedure.costs or procedure.reductions:
        return decide.waive_fee(world.parts, reviewer, case, reason=procedure.reductions[0] if procedure.costs else "")
    return decide.decide_fee(world.parts, reviewer, case, [("手数料", 450)])


@pytest.mark.parametrize("id", PROCEDURES)
def test_every_procedure_says_what_is_missing_before_it_is_sent(id: str) -> None:
    world = a_world()
    procedure = ibusuki().procedure(id)
    draft = begun(world, procedure)
    problems = form.problems_of(procedure, draft.answers)
    assert problems
    assert all(problem.says.endswith("。") for _, problem in problems)
    assert all("None" not in problem.says for _, problem in problems)


@pytest.mark.parametrize("id", PROCEDURES)
def test_a_draft_begun_under_the_version_before_is_finished_under_this_one(id: str) -> None:
    """One question is new, one is worded otherwise, one is gone; nothing that was answered is lost."""
    procedure = ibusuki().procedure(id)
    page, *others = procedure.pages
    old_first = page.model_copy(update={"fields": (page.fields[0].model_copy(update={"label": "前の聞き方"}), *page.fields[1:])})
    gone = others[-1].fields[-1].model_copy(update={"id": "gone", "required": False, "when": (), "label": "なくなる質問"})
    old_last = others[-1].model_copy(update={"fields": (*others[-1].fields[:-1], gone) if len(others[-1].fields) > 1 else (gone,)})
    before = procedure.model_copy(update={"version": procedure.version, "pages": (old_first, *others[:-1], old_last)})
    old_world = World(ibusuki().model_copy(update={"procedures": (before,)}))
    draft = filled(old_world, begun(old_world, before))
    new_world = a_world()
    new_world.parts = replace(new_world.parts, applications=old_world.store, catalogue=ibusuki().model_copy(update={
        "procedures": (procedure.model_copy(update={"version": procedure.version + 1}),)}))
    assert versions.is_old(new_world.parts, draft)
    after, told = versions.go_on(new_world.parts, draft)
    assert page.fields[0].label in told.differ
    assert told.gone == ("なくなる質問",)
    assert others[-1].fields[-1].label in told.new
    assert {id for id in draft.answers if id != "gone"} <= set(after.answers) | {page.fields[0].id}
    assert after.procedure_version == procedure.version + 1
    assert not versions.is_old(new_world.parts, after)


def test_a_draft_of_an_older_version_is_not_sent_before_its_changes_were_seen() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    procedure = ibusuki().procedure("juminhyo")
    newer = procedure.model_copy(update={"version": 2, "pages": (
        *procedure.pages[:-1], procedure.pages[-1].model_copy(update={"fields": (
            procedure.pages[-1].fields[0].model_copy(update={"hint": "1〜5通", "maximum": 5}),)}))})
    world.parts = replace(world.parts, catalogue=ibusuki().model_copy(update={"procedures": (newer,)}))
    with pytest.raises(Exception, match="open"):
        apply.digest_to_sign(world.parts, draft)
    draft, told = versions.go_on(world.parts, draft)
    assert told.differ == ("通数",)
    assert len(apply.digest_to_sign(world.parts, draft)) == 64
    assert cases.events_of(world, draft.id)[-1] is Event.UPDATE_FORM


@pytest.mark.parametrize("choice", range(3))
@pytest.mark.parametrize("id", INTERVIEWS)
def test_every_interview_can_be_answered_to_its_end_and_asks_for_nothing(id: str, choice: int) -> None:
    world = a_world()
    draft = filled(world, begun(world, ibusuki().procedure(id)), choice)
    with pytest.raises(NotAllowed):
        apply.send(world.parts, draft)
    assert world.store.get(draft.id).state is State.DRAFT
