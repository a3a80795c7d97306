"""Payment: its own machine. What the provider said is an append-only log; "paid" is folded from it (design D7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.contents import ApplicationId


class AttemptStatus(StrEnum):
    """How one attempt to pay stands. Declared from weak to strong: the strongest thing ever said wins, in any order."""

    OPEN = "open"
    DECLINED = "declined"
    EXPIRED = "expired"
    PAID = "paid"


_STRENGTH = {status: place for place, status in enumerate(AttemptStatus)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One opening of the provider's payment page, bound to one numbered fee decision.

    key: `m{municipality}-{case}-f{decision}-a{number}`; it is the provider's idempotency key and our only reference.
    """

    key: str
    application: ApplicationId
    decision: int
    number: int
    yen: int
    checkout: str
    """The provider's id."""
    url: str
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing the provider said about an attempt, by notice or when asked. The same `id` again is no news."""

    id: str
    attempt: str
    status: AttemptStatus
    yen: int
    refunded: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptState:
    """An attempt after everything said of it."""

    status: AttemptStatus
    captured: int
    refunded: int
    captured_at: datetime | None


def fold(said: Iterable[Said]) -> AttemptState:
    """Where an attempt stands after all that was said, whatever came first or twice.

    A capture beats every end, since money that was taken was taken (integrations.md §2.1); times never decide.
    """
    status, captured, refunded = AttemptStatus.OPEN, 0, 0
    captured_at: datetime | None = None
    for one in said:
        if _STRENGTH[one.status] > _STRENGTH[status]:
            status = one.status
        if one.status is AttemptStatus.PAID:
            captured = max(captured, one.yen)
            captured_at = one.at if captured_at is None else min(captured_at, one.at)
        refunded = max(refunded, one.refunded)
    return AttemptState(status=status, captured=captured, refunded=refunded, captured_at=captured_at)


def attempt_key(municipality: str, application: ApplicationId, decision: int, number: int) -> str:
    """The key of an attempt: ASCII, at most 60 characters, with nothing personal in it."""
    return f"m{municipality}-{application.replace('-', '')}-f{decision}-a{number}"


def application_of(key: str) -> ApplicationId:
    """The case an attempt key belongs to. Raises ValueError for a key that is not ours."""
    parts = key.split("-")
    if len(parts) != 4 or len(parts[1]) != 32 or not parts[0].startswith("m"):
        raise ValueError("not an attempt key")
    case = parts[1]
    return ApplicationId(f"{case[:8]}-{case[8:12]}-{case[12:16]}-{case[16:20]}-{case[20:]}")
