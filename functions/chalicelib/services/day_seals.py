"""Closes each day in Japan with a seal over everything that happened and everybody who looked, chained to the day before."""

from datetime import date, datetime, timedelta

from chalicelib.domain.audit import Seal, digest_of, seal_of
from chalicelib.domain.history import GENESIS
from chalicelib.domain.ports import Audit
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN

GRACE = timedelta(minutes=30)
"""How long after midnight a day stays open. What began before midnight ends within a minute (the functions' time limits), and
the index follows within moments; what comes later still is found by the next night's seal and by every verification."""
DAYS_AT_ONCE = 10
"""Days a round of the worker catches up; the next round goes on."""
LOOK_BACK_DAYS = 60
"""How far the very first seal looks back for the first day of the trail."""


def last_closed(now: datetime) -> date:
    """The latest day that can be closed."""
    return (now.astimezone(JAPAN) - GRACE).date() - timedelta(days=1)


def run(parts: Parts) -> tuple[int, int]:
    """Close what can be closed. Returns (days sealed, faults): seals that are not ours or no longer fit their day.

    The day before each new seal is counted once more, so that an entry that came after its seal is noticed.
    Nothing is built on a broken seal: somebody has to look first.
    """
    until = last_closed(parts.clock())
    stored = parts.audit.last_seal()
    if stored is None:
        return _close(parts, None, _first_day(parts.audit, until), until), 0
    if stored.seal is None:
        return 0, 1
    last = stored.seal
    if last.day >= until:
        return 0, 0
    fits = digest_of(parts.audit.entries(last.day)) == (last.count, last.digest)
    return _close(parts, last, last.day + timedelta(days=1), until), int(not fits)


def _close(parts: Parts, before: Seal | None, first: date, until: date) -> int:
    """Seal day after day; stops where another worker was quicker, who goes on."""
    for done in range(min((until - first).days + 1, DAYS_AT_ONCE)):
        day = first + timedelta(days=done)
        count, digest = digest_of(parts.audit.entries(day))
        seal = seal_of(day, count, digest, before=before.hash if before else GENESIS, at=parts.clock())
        if not parts.audit.close(seal):
            return done
        before = seal
    return max(min((until - first).days + 1, DAYS_AT_ONCE), 0)


def _first_day(audit: Audit, until: date) -> date:
    days = (until - timedelta(days=back) for back in range(LOOK_BACK_DAYS, 0, -1))
    return next((day for day in days if next(audit.entries(day), None) is not None), until)
