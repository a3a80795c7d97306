"""What moves with a step of a case as lines of the ledger: split by fee item, and entered in the first day that is open."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chalicelib.domain.application import Application
from chalicelib.domain.contents import FeeDecision, OfficerId, PaidBy
from chalicelib.domain.ledger import FeeItem, LedgerLine, Money, Movement, spread
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.vocabulary.procedure import Procedure


def of_fee(parts: Parts, application: Application, fee: FeeDecision, movement: Movement, method: PaidBy, *, at: datetime,
           attempt: str | None = None) -> tuple[Money, ...]:
    """The whole of a fee decision that was paid, by fee item."""
    return tuple(Money(movement=movement, method=method, item=item, yen=yen, at=at, attempt=attempt)
                 for item, yen in _items(parts, application, fee))


def given_back(parts: Parts, application: Application, yen: int, *, at: datetime) -> tuple[Money, ...]:
    """`yen` of what was paid, given back: shared out over what is left of each item, so that all parts together end at zero."""
    if application.fee is None or application.paid_by is None:
        return ()
    left = _items(parts, application, application.fee)
    for earlier in application.refunds:
        gone = spread(earlier.yen, left)
        left = tuple((item, amount - less) for (item, amount), (_, less) in zip(left, gone, strict=True))
    return tuple(Money(movement=Movement.REFUND, method=application.paid_by, item=item, yen=-part, at=at,
                       attempt=application.paid_attempt)
                 for item, part in spread(yen, left) if part)


def booked(parts: Parts, application: Application, money: Sequence[Money], *, officer: OfficerId | None) -> tuple[LedgerLine, ...]:
    """The lines of one event, all in the same open day. `application` is the case after the event. Reads only for money."""
    if not money:
        return ()
    day = first_open(parts, application.department, min(one.at for one in money).astimezone(JAPAN).date())
    return tuple(
        LedgerLine(id=f"{application.id}:{application.version}:{place}", day=day, department=application.department,
                   procedure=application.procedure, reference=application.reference, movement=one.movement,
                   method=one.method, item=one.item, yen=one.yen, at=one.at, attempt=one.attempt, officer=officer)
        for place, one in enumerate(money))


def first_open(parts: Parts, department: str, day: date) -> date:
    """The first day from `day` on that is not closed; one query a month. Days to come are never closed, so there is one."""
    while True:
        closed = {one.day for one in parts.books.days(department, f"{day:%Y-%m}") if one.closing is not None}
        month = day.month
        while day.month == month:
            if day not in closed:
                return day
            day += timedelta(days=1)


def _items(parts: Parts, application: Application, fee: FeeDecision) -> tuple[tuple[FeeItem, int], ...]:
    procedure = parts.catalogue.procedure(application.procedure)
    return tuple((_item(parts, procedure, what), yen) for what, yen in fee.lines if yen)


def _item(parts: Parts, procedure: Procedure, what: str) -> FeeItem:
    """What kind of line it is: as content.rules.fees words it; what an officer worded otherwise is `other`."""
    certificates = {parts.catalogue.certificate(rule.certificate).name for rule in procedure.fees}
    postages = {one.name for one in parts.catalogue.postage if one.id in {rule.postage for rule in procedure.fees}}
    if any(what.startswith(name) for name in certificates):
        return FeeItem.CERTIFICATE
    if any(what.startswith(one.what) for one in procedure.charges):
        return FeeItem.CHARGE
    return FeeItem.POSTAGE if what in postages else FeeItem.OTHER
