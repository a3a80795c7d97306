"""Whether the books and the payment provider tell the same of what was captured, attempt by attempt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ledger import Difference, LedgerLine, Movement
from chalicelib.domain.payment import application_of
from chalicelib.domain.ports import Checkout
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN


@dataclass(frozen=True, slots=True)
class OnlineCheck:
    """What the provider captured for the lines of a department's day, and where it tells something else. In yen."""

    provider: int
    differences: tuple[Difference, ...]


def online_check(parts: Parts, department: str, day: date) -> OnlineCheck:
    """Compare a day that is about to be closed. Raises ProviderDown.

    A capture counts in the day it was made, or in the first open day after it: the evening of a day that was closed before
    its end counts here, so the provider is asked about that day too, and about the days of lines that came later still.
    """
    own = parts.books.lines(day, department)
    late = {line.at.astimezone(JAPAN).date() for line in own if line.movement is Movement.CAPTURE}
    days = {day, *_evening_before(parts, department, day), *(one for one in late if one < day)}
    captured = {one.reference: one for asked in days for one in parts.provider.captured_on(asked) if _ours(parts, one)}
    elsewhere = {one.attempt for other in days if other != day for one in parts.books.lines(other)}
    here = parts.books.lines(day)
    booked = _captures(line for line in here if line.department == department)
    known = elsewhere | {line.attempt for line in here}
    wrong = [Difference(where=key, yen=told - yen) for key, yen in booked.items() if (told := _yen(captured, key)) != yen]
    wrong += [Difference(where=key, yen=one.captured) for key, one in captured.items()
              if key not in known and _department(parts, key) in (department, None)]
    return OnlineCheck(sum(booked.values()) + sum(one.yen for one in wrong), tuple(wrong))


def _evening_before(parts: Parts, department: str, day: date) -> Sequence[date]:
    """The day before, where it was closed on that day itself: what was captured after its closing counts later."""
    before = day - timedelta(days=1)
    closing = parts.books.day(department, before).closing
    return [before] if closing is not None and closing.at.astimezone(JAPAN).date() <= before else []


def _captures(lines: Iterable[LedgerLine]) -> Mapping[str, int]:
    booked: dict[str, int] = {}
    for line in lines:
        if line.movement is Movement.CAPTURE and line.method is PaidBy.ONLINE and line.attempt is not None:
            booked[line.attempt] = booked.get(line.attempt, 0) + line.yen
    return booked


def _yen(captured: Mapping[str, Checkout], key: str) -> int:
    return captured[key].captured if key in captured else 0


def _ours(parts: Parts, checkout: Checkout) -> bool:
    return checkout.reference.startswith(f"m{parts.catalogue.city.code}-")


def _department(parts: Parts, key: str) -> str | None:
    """Whose case it is; None for a case that is unknown or erased, which every department is shown."""
    try:
        return parts.applications.get(application_of(key)).department
    except (NotFound, ValueError):
        return None
