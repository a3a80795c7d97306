"""What an officer can do with a case, and what happens when two reach for it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, Stale
from chalicelib.services import decide, fulfil, officers, review
from chalicelib.services.officers import Officer, Role
from content.vocabulary.procedure import Result
from tests.fakes import cases
from tests.fakes.outside import SUZUKI, YAMADA
from tests.fakes.world import World, a_world, a_world_where_juminhyo


def test_of_two_officers_claiming_at_once_one_has_the_case_and_the_other_learns_it() -> None:
    world = a_world()
    case = cases.a_submitted(world)
    review.claim(world.parts, cases.officer(YAMADA), case)
    with pytest.raises(Stale):
        review.claim(world.parts, cases.officer(SUZUKI), case)
    assert world.store.get(case.id).officer_name == "山田 直子"


@pytest.mark.parametrize("decide", [
    lambda w, o, c: decide.decide_fee(w.parts, o, c, [("手数料", 300)]),
    lambda w, o, c: decide.reject(w.parts, o, c, reason="duplicate"),
    lambda w, o, c: review.request_correction(w.parts, o, c, fields=["name_kana"], reason="other", words=""),
    lambda w, o, c: review.release(w.parts, o, c),
])
def test_only_the_officer_who_has_a_case_decides(decide: Callable[[World, Officer, Application], object]) -> None:
    world = a_world()
    case = cases.in_review(world)
    with pytest.raises(NotAllowed):
        decide(world, cases.officer(SUZUKI), case)
    assert world.store.get(case.id).state is State.IN_REVIEW


def test_a_colleague_takes_over_and_the_one_before_decides_no_more() -> None:
    world = a_world()
    case = review.take_over(world.parts, cases.officer(SUZUKI), cases.in_review(world), reason="away")
    assert (case.state, case.officer_name) == (State.IN_REVIEW, "鈴木 健一")
    with pytest.raises(NotAllowed):
        decide.decide_fee(world.parts, cases.officer(YAMADA), case, [("手数料", 300)])
    last = world.store.history(case.id)[-1]
    assert (last.event, last.who, last.detail) == (Event.TAKE_OVER, SUZUKI.subject, {"from": YAMADA.subject, "reason": "away"})
    assert decide.decide_fee(world.parts, cases.officer(SUZUKI), case, [("手数料", 300)]).state is State.AWAITING_PAYMENT


def test_a_paid_case_of_an_absent_officer_goes_on_after_a_take_over() -> None:
    """Where the result is a notice only the officer of the case decides, so without it the case would be stuck."""
    world = a_world_where_juminhyo(result=Result.NOTICE, outcomes=(cases.ACCEPTED,))
    case = review.take_over(world.parts, cases.officer(SUZUKI), cases.ready_to_issue(world), reason="away")
    assert decide.accept(world.parts, cases.officer(SUZUKI), case, outcome="accepted").state is State.COMPLETED


def test_an_unpaid_fee_of_an_absent_officer_can_be_reconsidered_after_a_take_over() -> None:
    world = a_world()
    case = review.take_over(world.parts, cases.officer(SUZUKI), cases.awaiting_payment(world), reason="moved")
    assert decide.reconsider_fee(world.parts, cases.officer(SUZUKI), case).state is State.IN_REVIEW


@pytest.mark.parametrize(("who", "reason", "error"), [
    (cases.officer(), "away", NotAllowed), (cases.officer(SUZUKI), "because", FormFaulty),
    (replace(cases.officer(SUZUKI), department="zeimu"), "away", NotAllowed),
    (cases.officer(SUZUKI, Role.AUDITOR), "away", NotAllowed)])
def test_only_another_reviewer_of_the_department_takes_over_and_says_why(
        who: Officer, reason: str, error: type[Exception]) -> None:
    world = a_world()
    with pytest.raises(error):
        review.take_over(world.parts, who, cases.in_review(world), reason=reason)


def test_a_note_is_for_colleagues_and_changes_nothing_of_the_case() -> None:
    world = a_world()
    before = cases.in_review(world)
    case = review.note(world.parts, cases.officer(SUZUKI), before, "  電話で番地を確かめた  ")
    assert [(note.by_name, note.words) for note in case.notes] == [("鈴木 健一", "電話で番地を確かめた")]
    assert (case.state, case.officer, case.due, case.state_since) == (before.state, before.officer, before.due, before.state_since)
    assert "番地" not in str(world.store.history(case.id)[-1])
    assert "番地" not in repr(case)


@pytest.mark.parametrize("words", ["", "   ", "あ" * 501])
def test_an_empty_or_endless_note_is_refused(words: str) -> None:
    world = a_world()
    with pytest.raises(FormFaulty):
        review.note(world.parts, cases.officer(), cases.in_review(world), words)


def test_an_auditor_reads_notes_and_leaves_none() -> None:
    world = a_world()
    with pytest.raises(NotAllowed):
        review.note(world.parts, cases.officer(YAMADA, Role.AUDITOR), cases.in_review(world), "見た")


def test_nobody_takes_over_a_case_that_nobody_has() -> None:
    world = a_world()
    with pytest.raises(NotAllowed):
        review.take_over(world.parts, cases.officer(SUZUKI), cases.a_submitted(world), reason="away")


def test_the_proposed_fee_is_copies_times_fee_plus_postage() -> None:
    world = a_world()
    case = review.claim(world.parts, cases.officer(), cases.a_submitted(world, copies={"copies": ["3"]}))
    assert [yen for _, yen in decide.propose_fee(world.parts, case)] == [900, 110]


@pytest.mark.parametrize("lines", [[], [("手数料", 49)], [("手数料", 300), ("減免", -300)], [("手数料", 100_001)]])
def test_a_fee_that_cannot_be_meant_is_refused(lines: list[tuple[str, int]]) -> None:
    world = a_world()
    with pytest.raises(FormFaulty):
        decide.decide_fee(world.parts, cases.officer(), cases.in_review(world), lines)


def test_a_fee_can_be_reconsidered_until_it_is_paid_and_gets_a_new_number() -> None:
    world = a_world()
    case = decide.reconsider_fee(world.parts, cases.officer(), cases.awaiting_payment(world))
    assert (case.state, case.fee) == (State.IN_REVIEW, None)
    case = decide.decide_fee(world.parts, cases.officer(), case, [("手数料", 300)])
    assert case.fee is not None
    assert (case.fee.number, case.fee.yen) == (2, 300)
    with pytest.raises(IllegalTransition):
        decide.reconsider_fee(world.parts, cases.officer(), cases.ready_to_issue(world))


@pytest.mark.parametrize(("fields", "reason"), [([], "other"), (["name"], "other"), (["nothing"], "other"),
                                                (["copies"], "because")])
def test_a_correction_names_fields_the_resident_can_change_and_a_reason(fields: list[str], reason: str) -> None:
    world = a_world()
    with pytest.raises(FormFaulty):
        review.request_correction(world.parts, cases.officer(), cases.in_review(world), fields=fields, reason=reason, words="")


def test_an_unpaid_case_is_never_issued() -> None:
    world = a_world()
    with pytest.raises(IllegalTransition):
        fulfil.issue(world.parts, cases.officer(), cases.awaiting_payment(world))


def test_an_auditor_changes_nothing() -> None:
    world = a_world()
    case = cases.a_submitted(world)
    with pytest.raises(NotAllowed):
        review.claim(world.parts, cases.officer(YAMADA, Role.AUDITOR), case)


def test_a_draft_is_nobodys_business_but_the_residents() -> None:
    world = a_world()
    with pytest.raises(NotAllowed):
        officers.opened(world.parts, cases.officer(), cases.a_draft(world).id)


def test_what_an_officer_saw_must_still_be_true() -> None:
    world = a_world()
    case = cases.in_review(world)
    assert officers.as_seen(case, str(case.version)) == case
    with pytest.raises(Stale):
        officers.as_seen(case, str(case.version - 1))


STEPS = st.lists(st.sampled_from(["claim", "release", "correct", "fee", "undo", "reject", "issue", "dispatch", "other-claim",
                                  "take", "take-back"]), max_size=12)


@given(STEPS)
def test_whatever_officers_press_a_case_is_issued_only_after_a_fee_was_fixed_and_paid(steps: list[str]) -> None:
    world = a_world()
    id = cases.a_submitted(world).id
    yamada, suzuki = cases.officer(YAMADA), cases.officer(SUZUKI)
    press = {
        "claim": lambda c: review.claim(world.parts, yamada, c),
        "other-claim": lambda c: review.claim(world.parts, suzuki, c),
        "take": lambda c: review.take_over(world.parts, suzuki, c, reason="away"),
        "take-back": lambda c: review.take_over(world.parts, yamada, c, reason="asked"),
        "release": lambda c: review.release(world.parts, yamada, c),
        "correct": lambda c: review.request_correction(world.parts, yamada, c, fields=["copies"], reason="other", words=""),
        "fee": lambda c: decide.decide_fee(world.parts, yamada, c, [("手数料", 300)]),
        "undo": lambda c: decide.reconsider_fee(world.parts, yamada, c),
        "reject": lambda c: decide.reject(world.parts, yamada, c, reason="duplicate"),
        "issue": lambda c: fulfil.issue(world.parts, yamada, c),
        "dispatch": lambda c: fulfil.dispatch(world.parts, yamada, c, tracking=None),
    }
    for step in steps:
        try:
            press[step](world.store.get(id))
        except (IllegalTransition, NotAllowed, FormFaulty):
            continue
    assert Event.ISSUE not in cases.events_of(world, id)
