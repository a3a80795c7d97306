"""Decisions: with four eyes, without a fee, taken back; and money at the desk, to the yen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.application import Event, State
from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, Stale
from chalicelib.services import apply, correspond, decide, deliver, desk_money, fulfil, pay, review
from chalicelib.services.officers import Role
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.fakes.world import a_world, a_world_where_juminhyo


def test_with_four_eyes_nothing_happens_before_another_officer_agrees() -> None:
    world = a_world_where_juminhyo(approval=True)
    case = decide.reject(world.parts, cases.officer(), cases.in_review(world), reason="duplicate")
    assert case.state is State.AWAITING_APPROVAL
    deliver.drain(world.parts)
    assert len(world.mailer.sent) == 1  # only that it was received
    with pytest.raises(NotAllowed):
        decide.approve(world.parts, cases.officer(SUZUKI), case)  # a reviewer is no approver
    case = decide.approve(world.parts, cases.tanaka(), case)
    assert (case.state, case.proposal) == (State.REJECTED, None)


def test_nobody_approves_what_they_proposed_themselves() -> None:
    world = a_world_where_juminhyo(approval=True)
    both = cases.officer(None, Role.REVIEWER, Role.APPROVER)
    case = decide.decide_fee(world.parts, both, cases.in_review(world), [("手数料", 300)])
    with pytest.raises(NotAllowed):
        decide.approve(world.parts, both, case)
    assert decide.approve(world.parts, cases.tanaka(), case).state is State.AWAITING_PAYMENT


def test_a_proposal_can_be_given_back_and_made_again() -> None:
    world = a_world_where_juminhyo(approval=True)
    case = decide.return_proposal(world.parts, cases.tanaka(), cases.proposed(world))
    assert (case.state, case.proposal) == (State.IN_REVIEW, None)
    case = decide.decide_fee(world.parts, cases.officer(), case, [("手数料", 300)])
    assert decide.approve(world.parts, cases.tanaka(), case).fee is not None


def test_a_proposal_cannot_be_changed_under_the_approvers_eyes() -> None:
    world = a_world_where_juminhyo(approval=True)
    with pytest.raises(IllegalTransition):
        decide.decide_fee(world.parts, cases.officer(), cases.proposed(world), [("手数料", 300)])


def test_what_is_only_told_is_accepted_with_words_that_stay_sealed() -> None:
    world = a_world_where_juminhyo(**cases.A_NOTICE)
    case = decide.accept(world.parts, cases.officer(), cases.in_review(world), outcome="accepted", words="12月1日に伺います")
    assert (case.state, case.outcome) == (State.COMPLETED, "accepted")
    assert "伺います" not in repr(case) + str(world.store.history(case.id))
    deliver.drain(world.parts)
    assert "伺います" not in world.mailer.sent[-1].text


@pytest.mark.parametrize("outcome", ["", "unknown", "duplicate"])
def test_an_outcome_must_be_one_of_the_procedures_own(outcome: str) -> None:
    world = a_world_where_juminhyo(**cases.A_NOTICE)
    with pytest.raises(FormFaulty):
        decide.accept(world.parts, cases.officer(), cases.in_review(world), outcome=outcome)


def test_a_fee_is_waived_only_for_a_reason_of_the_procedure() -> None:
    world = a_world_where_juminhyo(reductions=("生活保護を受けている",))
    case = cases.in_review(world)
    with pytest.raises(FormFaulty):
        decide.waive_fee(world.parts, cases.officer(), case)
    assert decide.waive_fee(world.parts, cases.officer(), case, reason="生活保護を受けている").state is State.READY_TO_ISSUE


def test_a_line_below_zero_reduces_a_fee() -> None:
    world = a_world()
    case = decide.decide_fee(world.parts, cases.officer(), cases.in_review(world), [("手数料", 300), ("減免", -100)])
    assert case.fee is not None
    assert case.fee.yen == 200


def test_what_cannot_be_issued_after_it_was_paid_is_refused_and_all_money_goes_back() -> None:
    world = a_world()
    case = decide.reject(world.parts, cases.officer(), cases.ready_to_issue(world), reason="counter-only")
    assert (case.state, case.paid_yen) == (State.REJECTED, 0)
    deliver.drain(world.parts)
    assert [yen for _, yen in world.provider.refunds.values()] == [410]
    assert "全額お返しします" in world.mailer.sent[-1].text


def test_a_slip_is_taken_back_by_the_head_while_nothing_was_built_on_it() -> None:
    world = a_world()
    case = cases.rejected(world)
    with pytest.raises(NotAllowed):
        decide.reopen(world.parts, cases.officer(), case)
    case = decide.reopen(world.parts, cases.tanaka(), case)
    assert (case.state, case.ended_because, case.due) == (State.IN_REVIEW, None, None)
    again = decide.reject(world.parts, cases.tanaka(Role.REVIEWER, Role.HEAD), case, reason="duplicate")
    world.clock.pass_(days=15)
    with pytest.raises(NotAllowed):
        decide.reopen(world.parts, cases.tanaka(), again)


def test_issue_and_dispatch_can_be_taken_back_and_the_applicant_is_told() -> None:
    world = a_world()
    case = fulfil.undo_dispatch(world.parts, cases.officer(), cases.dispatched(world))
    assert (case.state, case.dispatched_at, case.tracking) == (State.ISSUED, None, None)
    case = fulfil.undo_issue(world.parts, cases.officer(), case)
    assert (case.state, case.issued_at) == (State.READY_TO_ISSUE, None)
    deliver.drain(world.parts)
    assert "まだ送っていませんでした" in world.mailer.sent[-1].text


def test_a_fee_paid_at_the_desk_closes_the_payment_page_and_a_card_that_paid_all_the_same_is_paid_back() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to="http://localhost:8080/status/x/paid")
    case = world.store.get(case.id)
    paid = desk_money.pay_at_desk(world.parts, cases.tanaka(), case, by=PaidBy.CASH, yen=410)
    assert (paid.state, paid.paid_by, paid.paid_yen) == (State.READY_TO_ISSUE, PaidBy.CASH, 410)
    pay.settle(world.parts, world.provider.pay(cases.attempt_key_of(paid), world.clock()), said_id="evt_late")
    deliver.drain(world.parts)
    assert [yen for _, yen in world.provider.refunds.values()] == [410]
    assert world.store.get(case.id).paid_yen == 410


def test_the_cashier_takes_the_amount_that_stands_and_no_other() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    with pytest.raises(Stale):
        desk_money.pay_at_desk(world.parts, cases.tanaka(), case, by=PaidBy.CASH, yen=300)
    with pytest.raises(NotAllowed):
        desk_money.pay_at_desk(world.parts, cases.officer(), case, by=PaidBy.CASH, yen=410)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(-5, 500), st.booleans()), max_size=8))
def test_however_often_money_is_given_back_it_is_never_more_than_was_paid(tries: list[tuple[int, bool]]) -> None:
    world = a_world()
    case = cases.ready_to_issue(world)
    for yen, knows in tries:
        balance = case.paid_yen if knows else 410
        try:
            case = desk_money.refund(world.parts, cases.tanaka(), case, yen=yen, balance=balance, reason="overpaid")
        except (FormFaulty, Stale):
            assert yen <= 0 or yen > case.paid_yen or balance != case.paid_yen
    assert 0 <= case.paid_yen <= 410
    deliver.drain(world.parts)
    assert sum(yen for _, yen in world.provider.refunds.values()) == 410 - case.paid_yen


def test_letters_go_both_ways_and_the_mail_says_only_that_there_is_one() -> None:
    world = a_world()
    case = correspond.write(world.parts, cases.officer(), cases.in_review(world), "電話番号を教えてください")
    deliver.drain(world.parts)
    assert "電話番号" not in world.mailer.sent[-1].text
    assert not case.unanswered
    case = correspond.ask(world.parts, case, "090-1234-5678 です")
    assert case.unanswered
    assert world.store.queue("shimin", State.IN_REVIEW).rows[0].unanswered
    assert "090-1234" not in repr(case) + str(world.store.history(case.id))


def test_an_applicant_who_gave_up_by_telephone_is_withdrawn_with_a_word_how() -> None:
    world = a_world()
    case = review.withdraw_for(world.parts, cases.officer(), cases.awaiting_payment(world), way="phone")
    assert case.state is State.WITHDRAWN
    assert world.store.history(case.id)[-1].detail == {"way": "phone"}
    with pytest.raises(FormFaulty):
        review.withdraw_for(world.parts, cases.officer(), cases.a_submitted(world), way="dream")


def test_a_correction_names_the_questions_that_hang_on_the_named_one() -> None:
    world = a_world()
    case = review.request_correction(world.parts, cases.officer(), cases.in_review(world), fields=["whose"],
                                     reason="members-unclear", words="")
    assert case.correction is not None
    assert case.correction.fields == ("whose", "members")
    after, check = apply.correct(world.parts, case, {"whose": ["members"], "members": ["指宿 一郎"]})
    assert not check.problems
    assert after.answers["members"] == "指宿 一郎"


def test_an_ended_case_tells_of_its_erasure_and_is_erased_two_weeks_later() -> None:
    from chalicelib.services import timers

    world = a_world()
    case = cases.rejected(world)
    world.clock.pass_(days=352)
    timers.run(world.parts)
    assert cases.events_of(world, case.id)[-1] is Event.WARN
    deliver.drain(world.parts)
    assert "消します" in world.mailer.sent[-1].text
    world.clock.pass_(days=13)
    timers.run(world.parts)
    assert cases.events_of(world, case.id)[-1] is Event.WARN
    world.clock.pass_(days=2)
    timers.run(world.parts)
    assert cases.events_of(world, case.id)[-1] is Event.FORGET
