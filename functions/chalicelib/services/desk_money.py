"""Money that passes the desk: a fee paid in cash or at the terminal, and money given back, to the yen and never twice."""

from chalicelib.domain.application import Application, Event
from chalicelib.domain.contents import PaidBy, Refund
from chalicelib.domain.errors import FormFaulty, NotAllowed, Stale
from chalicelib.domain.ledger import Movement
from chalicelib.domain.outbox import EffectKind
from chalicelib.services import ledger
from chalicelib.services.decide import refund_effects
from chalicelib.services.officers import Officer, Role, need
from chalicelib.services.parts import Parts
from chalicelib.services.review import step

CASHIERS = frozenset({Role.CASHIER})
REFUND_REASONS = ("overpaid", "reduced", "not_issued", "goodwill")
"""Too much was taken, a reduction was found later, it cannot be issued, the city's mistake."""


def pay_at_desk(parts: Parts, officer: Officer, application: Application, *, by: PaidBy, yen: int) -> Application:
    """Take the fee at the desk; an open payment page is closed. yen: what the cashier saw; Stale when it is another now."""
    need(officer, application, CASHIERS)
    if application.fee is None:
        raise NotAllowed("nothing to pay")
    if by is PaidBy.ONLINE:
        raise FormFaulty("by")
    if yen != application.fee.yen:
        raise Stale("another amount")
    fee, now = application.fee, parts.clock()
    return step(parts, officer, application, Event.PAY_AT_DESK, mail="paid",
                detail={"decision": str(fee.number), "yen": str(fee.yen), "paid_by": str(by)},
                effects=[(EffectKind.CLOSE_CHECKOUT, {"decision": str(fee.number)})], paid_at=now, paid_by=by, due=None,
                money=ledger.of_fee(parts, application, fee, Movement.DESK, by, at=now))


def refund(parts: Parts, officer: Officer, application: Application, *, yen: int, balance: int, reason: str) -> Application:
    """Give back `yen`. balance: what the cashier saw as left; Stale when that is no longer true (peers.md goal 22).

    Raises FormFaulty for more than is left, nothing, or an unknown reason.
    """
    need(officer, application, CASHIERS)
    if balance != application.paid_yen:
        raise Stale("another balance")
    if not 0 < yen <= application.paid_yen or reason not in REFUND_REASONS:
        raise FormFaulty("refund")
    given = Refund(number=len(application.refunds) + 1, yen=yen, reason=reason, by=officer.id, at=parts.clock())
    return step(parts, officer, application, Event.REFUND, mail="refunded",
                detail={"yen": str(yen), "reason": reason, "paid_by": str(application.paid_by)},
                effects=refund_effects(parts, application, yen), money=ledger.given_back(parts, application, yen, at=given.at),
                refunds=(*application.refunds, given))
