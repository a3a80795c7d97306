"""Verifies the audit trail: every day against its seal, the seals against one another and against what was kept outside, and the
history of every case that occurs. It only reads, and needs no key of any case.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.audit import Entry, Seal, StoredSeal, Trail, digest_of, follows
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.history import Happened, Look, looked, whole
from chalicelib.domain.ports import Audit
from chalicelib.services.day_seals import GRACE, last_closed
from content.rules.opening import JAPAN

SETTLED = timedelta(minutes=10)
"""How long the worker has for a day's seal before it is missed."""


class Fault(StrEnum):
    """What can be wrong. The words for people stand in chalicelib/audit.py."""

    UNREADABLE = "unreadable"
    """An entry that is not written as we write it."""
    STRAY = "stray"
    """An entry that lies elsewhere than where its own words belong."""
    LOOK = "look"
    """A look whose hash is not that of its content."""
    MISSING_SEAL = "missing-seal"
    BROKEN_SEAL = "broken-seal"
    UNCHAINED = "unchained"
    """A seal that does not follow the one before."""
    DAY = "day"
    """A day that is not what was sealed."""
    OUTSIDE = "outside"
    """A seal that is not what was kept outside."""
    HISTORY = "history"
    """A case whose events are not complete and in order."""
    NO_CASE = "no-case"
    """Events of a case that is not there, or contradicts itself."""
    NOT_IN_DAY = "not-in-day"
    """An entry of a case that is missing in its day."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. where: a place of the day, a reference number or an id; empty for the day as a whole."""

    fault: Fault
    day: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class DayChecked:
    """One day that was looked at. is_open: not sealed yet, so that only its entries and cases could be checked."""

    day: date
    count: int
    is_open: bool


Outside = Mapping[date, tuple[int, str]]
"""What was kept outside: day → (count, hash of the seal)."""


def verify(audit: Audit, now: datetime, first: date, last: date, outside: Outside | None = None) -> Iterator[Finding | DayChecked]:
    """Everything that is wrong from `first` to `last`, day by day, then case by case; a day without a fault is told too."""
    closed = min(last_closed(now - SETTLED), last)
    yield from _seals(audit.seals(first - timedelta(days=1), last), first, closed, min(last_closed(now), last))
    yield from _outside(audit, first, last, outside or {})
    seen: dict[ApplicationId, set[str]] = {}
    for day in _days(first, last):
        entries = tuple(audit.entries(day))
        yield from _entries(day, entries)
        stored = next((one.seal for one in audit.seals(day, day)), None)
        if stored is not None and digest_of(entries) != (stored.count, stored.digest):
            yield Finding(Fault.DAY, day.isoformat(), f"{stored.count} → {len(entries)}")
        for entry in entries:
            if entry.what is not None:
                seen.setdefault(entry.what.application, set()).add(entry.place)
        yield DayChecked(day, len(entries), stored is None and day > closed)
    for case, places in seen.items():
        yield from _case(audit.trail(case), case, places, now, first, last)


def first_day(audit: Audit) -> date | None:
    """The day of the oldest seal that can be read; None where there is none."""
    return next((one.seal.day for one in audit.seals(date.min, date.max) if one.seal), None)


def _seals(stored: Sequence[StoredSeal], first: date, closed: date, may_be: date) -> Iterator[Finding]:
    there = {one.day: one for one in stored}
    before: Seal | None = None
    if (one := there.get((first - timedelta(days=1)).isoformat())) is not None:
        before = one.seal
    for day in _days(first, closed):
        one = there.get(day.isoformat())
        if one is None:
            yield Finding(Fault.MISSING_SEAL, day.isoformat())
        elif one.seal is None:
            yield Finding(Fault.BROKEN_SEAL, day.isoformat())
        elif not follows(one.seal, before):
            yield Finding(Fault.UNCHAINED, day.isoformat())
        before = one.seal if one else None
    for name in there.keys() - {day.isoformat() for day in _days(first - timedelta(days=1), may_be)}:
        yield Finding(Fault.BROKEN_SEAL, name)  # of a day that is still open, or under no day's name


def _outside(audit: Audit, first: date, last: date, outside: Outside) -> Iterator[Finding]:
    there = {one.seal.day: (one.seal.count, one.seal.hash) for one in audit.seals(first, last) if one.seal} if outside else {}
    for day, kept in sorted(outside.items()):
        if first <= day <= last and there.get(day) != kept:
            yield Finding(Fault.OUTSIDE, day.isoformat())


def _entries(day: date, entries: Sequence[Entry]) -> Iterator[Finding]:
    for entry in entries:
        if entry.what is None and entry.taken is None:
            yield Finding(Fault.UNREADABLE, day.isoformat(), entry.place)
        elif entry.stray:
            yield Finding(Fault.STRAY, day.isoformat(), entry.place)
        elif isinstance(entry.what, Look) and not _is_sound(entry.what):
            yield Finding(Fault.LOOK, day.isoformat(), entry.place)


def _case(trail: Trail, case: ApplicationId, places: set[str], now: datetime, first: date, last: date) -> Iterator[Finding]:
    where = trail.head.reference if trail.head else case
    latest = max((_day(one.what) for one in trail.entries if one.what), default=last)
    if trail.head is None:
        yield Finding(Fault.NO_CASE, latest.isoformat(), where)
    elif not whole(trail.history(), trail.head.version, trail.head.last_hash):
        yield Finding(Fault.HISTORY, latest.isoformat(), where)
    for entry in trail.entries:
        if entry.what is None or entry.stray:
            yield Finding(Fault.STRAY if entry.what else Fault.UNREADABLE, _place_day(entry, latest), where)
        elif isinstance(entry.what, Look) and not _is_sound(entry.what):
            yield Finding(Fault.LOOK, _day(entry.what).isoformat(), where)
        # The index follows within moments; what is that young may not have reached its day.
        elif first <= _day(entry.what) <= last and entry.place not in places and entry.what.at < now - GRACE:
            yield Finding(Fault.NOT_IN_DAY, _day(entry.what).isoformat(), where)


def _is_sound(look: Look) -> bool:
    return look == looked(look.application, look.officer, look.name, look.at)


def _place_day(entry: Entry, otherwise: date) -> str:
    return _day(entry.what).isoformat() if entry.what else otherwise.isoformat()


def _day(what: Happened | Look) -> date:
    return what.at.astimezone(JAPAN).date()


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
