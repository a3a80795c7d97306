"""Paying a fee decision. Notice, return page and timer all end in `settle`, so a capture counts exactly once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import FeeDecision, PaidBy
from chalicelib.domain.errors import IllegalTransition, NotAllowed, NotFound, ProviderDown, Stale
from chalicelib.domain.outbox import EffectKind
from chalicelib.domain.payment import Attempt, AttemptStatus, Said, application_of, attempt_key
from chalicelib.domain.ports import Checkout
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take

PAGE_LIVES = timedelta(minutes=60)
"""How long the provider's page can be paid; after it a new attempt is opened."""
LOST_MOST = 3
"""How many pages in a row may have ended unseen before we stop opening others."""


def open_payment(parts: Parts, application: Application, *, back_to: str) -> str:
    """The address of the payment page for the standing fee decision. The open page of before is given again.

    Raises NotAllowed when there is nothing to pay, ProviderDown when the provider does not answer.
    """
    now = parts.clock()
    if application.fee is None or not application.allows(Event.OPEN_PAYMENT, Actor.RESIDENT):
        raise NotAllowed("nothing to pay")
    before = _latest(parts, application, application.fee)
    if before is not None:
        _settle_asked(parts, before)
        if before.status is AttemptStatus.PAID:
            return back_to
        if before.status is AttemptStatus.OPEN and before.expires_at > now:
            return before.url or back_to
    attempt = _open_page(parts, application, application.fee, back_to)
    try:
        take(parts, application, Event.OPEN_PAYMENT, Actor.RESIDENT, who=Actor.RESIDENT, at=now, attempt=attempt,
             detail={"decision": str(attempt.decision), "attempt": str(attempt.number)}, attempts=attempt.number)
    except Stale:  # a second tab was first; nobody is shown a page other than the one that was written down
        attempt = _held(parts, application, attempt.key)
    return attempt.url or back_to


def _held(parts: Parts, application: Application, key: str) -> Attempt:
    """The attempt that another tab wrote. Raises Stale where it was something else that came first."""
    try:
        held = parts.payments.attempt(key)
    except NotFound:
        raise Stale(key) from None
    if parts.applications.get(application.id).fee != application.fee:
        raise Stale(key)
    return held


def _open_page(parts: Parts, application: Application, fee: FeeDecision, back_to: str) -> Attempt:
    """The next page. One that ended unseen, because the answer to its opening was lost, is passed over."""
    now = parts.clock()
    for number in range(application.attempts + 1, application.attempts + 1 + LOST_MOST):
        key = attempt_key(_muni(parts), application.id, fee.number, number)
        checkout = parts.provider.open(key, fee.yen, back_to=back_to, expires_at=now + PAGE_LIVES)
        if checkout.status is not AttemptStatus.EXPIRED:
            return Attempt(key=key, application=application.id, decision=fee.number, number=number, yen=fee.yen,
                           checkout=checkout.id, url=checkout.url, opened_at=now, expires_at=checkout.expires_at)
    raise ProviderDown("pages end as soon as they open")


def receive_notice(parts: Parts, headers: Mapping[str, str], body: bytes) -> None:
    """Take in a webhook. Raises ForgedNotice. A notice about something that is not ours is accepted and dropped."""
    notice = parts.provider.read_notice(headers, body, now=parts.clock())
    if notice is not None:
        settle(parts, notice.checkout, said_id=notice.id)


def look(parts: Parts, application: Application) -> Application:
    """Ask the provider about the latest attempt, as when the resident comes back; returns the case as it is then."""
    if application.state is not State.AWAITING_PAYMENT or application.fee is None:
        return application
    checkout = _latest(parts, application, application.fee)
    if checkout is not None:
        _settle_asked(parts, checkout)
    return parts.applications.get(application.id)


def _latest(parts: Parts, application: Application, fee: FeeDecision) -> Checkout | None:
    """How the latest page of the standing decision stands, asked by the provider's id that we hold."""
    if not application.attempts:
        return None
    try:
        attempt = parts.payments.attempt(attempt_key(_muni(parts), application.id, fee.number, application.attempts))
    except NotFound:  # none was opened for this decision yet
        return None
    return parts.provider.inquire(attempt.checkout)


def reconcile(parts: Parts) -> int:
    """The timer: ask the provider about every attempt that is open. Returns how many were asked."""
    attempts = parts.payments.open_attempts()
    for attempt in attempts:
        _settle_asked(parts, parts.provider.inquire(attempt.checkout))
    return len(attempts)


def _settle_asked(parts: Parts, checkout: Checkout) -> None:
    settle(parts, checkout, said_id=f"asked:{checkout.reference}:{checkout.status}:{checkout.refunded}")


def settle(parts: Parts, checkout: Checkout, *, said_id: str) -> None:
    """Let what the provider says of one checkout take effect, once, whoever learned it and however often.

    A capture of the standing decision's amount makes the case ready to issue. Any other capture (the decision was
    taken back, the case ended, a second page was paid) is given back through the outbox.
    """
    try:
        id = application_of(checkout.reference)
        application = parts.applications.get(id)
    except (ValueError, NotFound):
        return
    said = Said(id=said_id, attempt=checkout.reference, status=checkout.status, yen=checkout.captured,
                refunded=checkout.refunded, at=checkout.captured_at or parts.clock())
    if checkout.status is not AttemptStatus.PAID:
        parts.payments.note(said)
        if checkout.status is AttemptStatus.EXPIRED:
            parts.payments.close(checkout.reference)
        return
    for _ in range(5):
        if any(one.status is AttemptStatus.PAID for one in parts.payments.said(checkout.reference)):
            if checkout.refunded:  # the capture has had its effect; that money went back is written down beside it
                parts.payments.note(said)
            return
        try:
            _capture(parts, application, checkout, said)
        except Stale:  # another write came first: look again with what is true now
            application = parts.applications.get(id)
            continue
        return
    raise Stale(checkout.reference)


def _capture(parts: Parts, application: Application, checkout: Checkout, said: Said) -> None:
    # One id for every capture of an attempt: notice and timer may learn of it at the same moment, and the store
    # takes the first only.
    once = replace(said, id="capture")
    fee = application.fee
    now = parts.clock()
    for_this_decision = fee is not None and f"-f{fee.number}-" in checkout.reference and checkout.captured == fee.yen
    if fee is not None and for_this_decision and application.allows(Event.PAY, Actor.PROVIDER):
        take(parts, application, Event.PAY, Actor.PROVIDER, who=Actor.PROVIDER, at=now, said=once, mail="paid",
             detail={"decision": str(fee.number), "yen": str(checkout.captured)}, paid_at=now, due=None,
             paid_by=PaidBy.ONLINE, paid_attempt=checkout.reference)
        return
    try:
        take(parts, application, Event.RETURN_MONEY, Actor.PROVIDER, who=Actor.PROVIDER, at=now, said=once,
             detail={"yen": str(checkout.captured), "attempt": checkout.reference.rpartition("-")[2]},
             effects=[(EffectKind.REFUND, {"checkout": checkout.id, "yen": str(checkout.captured)})], mail="returned")
    except IllegalTransition:
        parts.payments.note(said)


def _muni(parts: Parts) -> str:
    return parts.catalogue.city.code
