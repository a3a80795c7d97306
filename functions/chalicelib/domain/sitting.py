"""A sitting (タブレットの貸し出し): one case of the desk and the one tablet that has it now (ADR 0031).

Nothing personal is in it: what the resident writes stands in the case. It says whose turn it is and when the tablet was heard.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.contents import ApplicationId, OfficerId

PIN_LIVES = timedelta(minutes=10)
QUIET = timedelta(minutes=5)
"""A tablet that was not heard for so long has lost its sitting: its battery is empty, or somebody carried it away."""
PIN_DIGITS = 6
MOST_AT_ONCE = 100
"""Cases that are read at once; no house has so many tablets."""


class Turn(StrEnum):
    """Whose turn it is."""

    OFFICER = "officer"
    WRITE = "write"
    """The resident answers the questions."""
    LOOK = "look"
    """The resident reads the whole and says whether it is right."""


class Left(StrEnum):
    """How the tablet came back last."""

    GIVEN = "given"
    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    """The resident found something that is not right."""
    STOPPED = "stopped"
    IDLE = "idle"
    CUT = "cut"
    """An officer ended it from the console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One case at the desk. department: of the officer who lent; the case may belong to another.

    code_hashes: of the PIN and of the secret in the QR, which lead here until `code_until`, once. tablet: a random name that
    only the session of the tablet holds; empty while no tablet has it. knocked_at: when a second one was turned away.
    version counts the changes; a write is conditional on it.
    """

    case: ApplicationId
    procedure: str
    department: str
    officer: OfficerId
    officer_name: str
    began_at: datetime
    version: int = 1
    turn: Turn = Turn.OFFICER
    codes: int = 0
    code_for: Turn = Turn.WRITE
    code_hashes: tuple[str, ...] = field(default=(), repr=False)
    code_until: datetime | None = None
    tablet: str = field(default="", repr=False)
    tablet_since: datetime | None = None
    heard_at: datetime | None = None
    left: Left | None = None
    left_at: datetime | None = None
    knocked_at: datetime | None = None
    seconds: int = 0
    """How long the resident has had tablets in hand in all, but for the present one."""

    def has_tablet(self, now: datetime) -> bool:
        """Whether a tablet has it: one that was heard lately."""
        return bool(self.tablet) and self.heard_at is not None and now - self.heard_at < QUIET

    def has_code(self, now: datetime) -> bool:
        """Whether a PIN still waits for its tablet."""
        return bool(self.code_hashes) and not self.tablet and self.code_until is not None and now < self.code_until

    def in_hand(self, now: datetime) -> int:
        """Seconds for which the resident has had tablets in hand, the present one too, as far as it was heard."""
        if not self.tablet or self.tablet_since is None or self.heard_at is None:
            return self.seconds
        return self.seconds + max(int((min(now, self.heard_at + QUIET) - self.tablet_since).total_seconds()), 0)

    def with_code(self, code_for: Turn, number: int, hashes: tuple[str, ...], now: datetime) -> "Sitting":
        """A PIN and a QR wait for a tablet. number: which of this sitting's codes it is."""
        return self._next(codes=number, code_for=code_for, code_hashes=hashes, code_until=now + PIN_LIVES, knocked_at=None)

    def paired(self, tablet: str, now: datetime) -> "Sitting":
        """The tablet has it."""
        return self._next(turn=self.code_for, tablet=tablet, tablet_since=now, heard_at=now, left=None, left_at=None)

    def heard(self, now: datetime) -> "Sitting":
        """The tablet told that it is there."""
        return self._next(heard_at=now)

    def knocked(self, now: datetime) -> "Sitting":
        """A second tablet wanted it."""
        return self._next(knocked_at=now)

    def back(self, how: Left, now: datetime) -> "Sitting":
        """No tablet has it any more, and no code leads to it."""
        return self._next(turn=Turn.OFFICER, seconds=self.in_hand(now), tablet="", tablet_since=None, code_hashes=(),
                          code_until=None, left=how, left_at=now, knocked_at=None)

    def taken_over(self, officer: OfficerId, name: str) -> "Sitting":
        """Another officer goes on with it."""
        return self._next(officer=officer, officer_name=name)

    def _next(self, **changed: object) -> "Sitting":
        return replace(self, version=self.version + 1, **changed)  # type: ignore[arg-type]  # fields of this class


class Sittings(Protocol):
    """The sittings of the city, some dozens at a time. Reads are strongly consistent."""

    def get(self, case: ApplicationId) -> Sitting:
        """One. Raises NotFound."""

    def all(self) -> tuple[Sitting, ...]:
        """All of them, also such as nobody ended; the caller asks how their cases stand."""

    def put(self, sitting: Sitting) -> None:
        """Store a new one (version 1), or what was read as `version - 1`. Raises Stale."""

    def drop(self, case: ApplicationId) -> None:
        """Forget it; one that is not there is fine."""

    def lead(self, hashed: str, case: ApplicationId, *, until: datetime, now: datetime) -> None:
        """Let a code lead to a sitting. Raises AlreadyThere while the same code leads to another."""

    def by_code(self, hashed: str, now: datetime) -> ApplicationId:
        """Where a code leads. Raises NotFound for every code that leads nowhere (any more)."""


def newest(sittings: Iterable[Sitting]) -> tuple[Sitting, ...]:
    """Those that began last, the newest first: what nobody ended lies there for weeks and must not stand before them."""
    return tuple(sorted(sittings, key=lambda one: one.began_at, reverse=True)[:MOST_AT_ONCE])


def hash_of(secret: str) -> str:
    """What is stored of a PIN or of the secret in a QR."""
    return hashlib.sha256(f"tablet/{secret}".encode()).hexdigest()
