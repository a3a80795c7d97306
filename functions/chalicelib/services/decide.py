"""The decisions on a case: fee, no fee, acceptance, refusal; proposed and approved where a procedure asks for four eyes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import FeeDecision, PaidBy, Proposal, Refund
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed
from chalicelib.domain.outbox import EffectKind
from chalicelib.services import ledger
from chalicelib.services.officers import Officer, Role, need, need_own
from chalicelib.services.parts import Parts
from chalicelib.services.review import step
from content.rules import fees
from content.rules.opening import JAPAN
from content.vocabulary.procedure import Procedure, Result

FEE_LEAST, FEE_MOST = 50, 100_000
"""Yen: what a card payment can be, and what is more likely a slip of the finger."""
REOPEN_DAYS = 14
"""Days in which a head can take back an end that was a slip."""
WORDS_MOST = 1000
NOT_ISSUED = "not_issued"
"""The reason of the refund when a paid case turns out to be one that cannot be issued."""


def propose_fee(parts: Parts, application: Application) -> tuple[tuple[str, int], ...]:
    """The fee as the rules of today give it; the officer may change it before deciding."""
    procedure = parts.catalogue.procedure(application.procedure)
    if application.is_from_kiosk:
        procedure = at_counter(parts, procedure)
    return fees.proposed(parts.catalogue, procedure, application.answers, parts.clock().astimezone(JAPAN).date())


def at_counter(parts: Parts, procedure: Procedure) -> Procedure:
    """The procedure with the fees of the counter's screen: its own price, and nothing is posted. Raises NoFee."""
    day = parts.clock().astimezone(JAPAN).date()
    rules = tuple(rule.model_copy(update={
        "channel": fees.at_the_counter(parts.catalogue, rule.certificate, day).channel, "postage": None})
        for rule in procedure.fees)
    return procedure.model_copy(update={"fees": rules})


def decide_fee(parts: Parts, officer: Officer, application: Application, lines: Sequence[tuple[str, int]]) -> Application:
    """Fix the fee as a new numbered decision; a payment can be opened for this decision only.

    A line below zero is a reduction (減免); what is left must be payable. Raises FormFaulty.
    """
    need_own(officer, application)
    if not lines or not FEE_LEAST <= sum(yen for _, yen in lines) <= FEE_MOST:
        raise FormFaulty("fee")
    return _decided(parts, officer, application, Event.DECIDE_FEE, lines=tuple(lines))


def waive_fee(parts: Parts, officer: Officer, application: Application, *, reason: str = "") -> Application:
    """Nothing is to be paid: the procedure is free, or the fee is waived (免除) for a reason that stands on record."""
    need_own(officer, application)
    procedure = parts.catalogue.procedure(application.procedure)
    if procedure.result is Result.NOTICE:
        raise IllegalTransition("nothing to issue")
    if procedure.costs and reason not in procedure.reductions:
        raise FormFaulty("reason")
    return _decided(parts, officer, application, Event.WAIVE_FEE, words=reason)


def accept(parts: Parts, officer: Officer, application: Application, *, outcome: str, words: str = "") -> Application:
    """Accept or decide a case whose result is a notice. words: what the applicant reads beside the outcome's own text."""
    need_own(officer, application)
    procedure = parts.catalogue.procedure(application.procedure)
    if procedure.result is not Result.NOTICE or application.state is State.AWAITING_PAYMENT:
        raise IllegalTransition("no notice")
    if outcome not in {one.id for one in procedure.outcomes} or len(words) > WORDS_MOST:
        raise FormFaulty("outcome")
    return _decided(parts, officer, application, Event.ACCEPT, reason=outcome, words=words)


def reject(parts: Parts, officer: Officer, application: Application, *, reason: str) -> Application:
    """End a case without what was asked for, for a reason of the procedure's list. What was paid is given back."""
    need_own(officer, application)
    if reason not in {r.id for r in parts.catalogue.procedure(application.procedure).rejection_reasons}:
        raise FormFaulty("reason")
    return _decided(parts, officer, application, Event.REJECT, reason=reason)


def approve(parts: Parts, officer: Officer, application: Application) -> Application:
    """決裁: let the proposal happen. Raises NotAllowed for the one who proposed it: two pairs of eyes."""
    need(officer, application, frozenset({Role.APPROVER}))
    proposal = application.proposal
    if application.state is not State.AWAITING_APPROVAL or proposal is None:
        raise IllegalTransition("nothing is proposed")
    if proposal.by == officer.id:
        raise NotAllowed("own proposal")
    return _made(parts, officer, application, proposal)


def return_proposal(parts: Parts, officer: Officer, application: Application) -> Application:
    """Give a proposal back to the reviewer (差戻し), or take one's own back."""
    need(officer, application, frozenset({Role.APPROVER, Role.REVIEWER, Role.HEAD}))
    if Role.APPROVER not in officer.roles and (application.proposal is None or application.proposal.by != officer.id):
        raise NotAllowed("somebody else's proposal")
    return step(parts, officer, application, Event.RETURN_PROPOSAL, proposal=None)


def reconsider_fee(parts: Parts, officer: Officer, application: Application) -> Application:
    """Take back a fee decision before it is paid; an open payment page is closed."""
    need_own(officer, application)
    if application.fee is None:
        raise NotAllowed("no fee decision stands")
    withdrawn = replace(application.fee, withdrawn=True)
    return step(parts, officer, application, Event.RECONSIDER_FEE, detail={"decision": str(withdrawn.number)},
                effects=[(EffectKind.CLOSE_CHECKOUT, {"decision": str(withdrawn.number)})],
                fees=(*application.fees[:-1], withdrawn), due=None)


def may_reopen(parts: Parts, application: Application) -> bool:
    """Whether an end can still be taken back: an officer's decision, young, nothing paid, and not yet handed on."""
    young = parts.clock() - application.state_since <= timedelta(days=REOPEN_DAYS)
    decided = application.state is State.REJECTED or (application.state is State.COMPLETED and application.outcome is not None)
    return decided and young and application.exported_in is None and application.paid_at is None


def reopen(parts: Parts, officer: Officer, application: Application) -> Application:
    """Take back a refusal or an acceptance that was a slip; the applicant is told. Only the head of the department."""
    need(officer, application, frozenset({Role.HEAD}))
    if not may_reopen(parts, application):
        raise NotAllowed("too late")
    return step(parts, officer, application, Event.REOPEN, mail="reopened", ended_because=None, outcome=None, outcome_words="",
                officer=officer.id, officer_name=officer.name, due=None, warned_at=None)


def _decided(parts: Parts, officer: Officer, application: Application, event: Event, *, lines: tuple[tuple[str, int], ...] = (),
             reason: str | None = None, words: str = "") -> Application:
    """Make the decision, or propose it where another officer has to approve."""
    decision = Proposal(event=event, by=officer.id, by_name=officer.name, at=parts.clock(), lines=lines, reason=reason, words=words)
    procedure = parts.catalogue.procedure(application.procedure)
    if procedure.approval and application.state is State.IN_REVIEW:
        return step(parts, officer, application, Event.PROPOSE, detail=_told(decision), proposal=decision)
    if application.state is State.AWAITING_APPROVAL:
        raise IllegalTransition("already proposed")
    return _made(parts, officer, application, decision)


def _told(decision: Proposal) -> dict[str, str]:
    told = {"what": str(decision.event)}
    if decision.lines:
        told["yen"] = str(sum(yen for _, yen in decision.lines))
    if decision.reason:
        told["reason"] = decision.reason
    return told


def _made(parts: Parts, officer: Officer, application: Application, decision: Proposal) -> Application:
    """The decision takes effect: by the reviewer alone, or by the approver who agreed to it."""
    match Event(decision.event):
        case Event.DECIDE_FEE:
            return _fee(parts, officer, application, decision)
        case Event.WAIVE_FEE:
            return step(parts, officer, application, Event.WAIVE_FEE, mail="free", proposal=None, due=None)
        case Event.ACCEPT:
            return step(parts, officer, application, Event.ACCEPT, detail={"outcome": str(decision.reason)}, mail="accepted",
                        outcome=decision.reason, outcome_words=decision.words, proposal=None)
        case _:
            return _rejection(parts, officer, application, decision)


def _fee(parts: Parts, officer: Officer, application: Application, decision: Proposal) -> Application:
    now = parts.clock()
    number = len(application.fees) + 1
    fee = FeeDecision(number=number, lines=decision.lines, decided_by=officer.id, decided_at=now)
    days = parts.catalogue.procedure(application.procedure).payment_days
    return step(parts, officer, application, Event.DECIDE_FEE, detail={"decision": str(number), "yen": str(fee.yen)},
                mail="to_pay", fees=(*application.fees, fee), attempts=0, due=now + timedelta(days=days), proposal=None)


def _rejection(parts: Parts, officer: Officer, application: Application, decision: Proposal) -> Application:
    balance = application.paid_yen
    if not balance:
        return step(parts, officer, application, Event.REJECT, detail={"reason": str(decision.reason)}, mail="rejected",
                    ended_because=decision.reason, proposal=None)
    refund = Refund(number=len(application.refunds) + 1, yen=balance, reason=NOT_ISSUED, by=officer.id, at=parts.clock())
    return step(parts, officer, application, Event.REJECT, detail={"reason": str(decision.reason), "yen": str(balance)},
                mail="rejected_paid", effects=refund_effects(parts, application, balance), ended_because=decision.reason,
                money=ledger.given_back(parts, application, balance, at=refund.at), refunds=(*application.refunds, refund),
                proposal=None)


def refund_effects(parts: Parts, application: Application, yen: int) -> Sequence[tuple[EffectKind, dict[str, str]]]:
    """What must still be done outside to give money back: nothing where it is handed over at the desk."""
    if application.paid_by is not PaidBy.ONLINE or application.paid_attempt is None:
        return ()
    checkout = parts.payments.attempt(application.paid_attempt).checkout
    return ((EffectKind.REFUND, {"checkout": checkout, "yen": str(yen)}),)
