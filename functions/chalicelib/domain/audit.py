"""The audit trail by day: what stands under a day in Japan, and the seal that closes it and chains it to the day before."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from chalicelib.domain.application import Actor
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.history import GENESIS, Happened, Look
from chalicelib.domain.receipts import Taking


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event, look or download as the store holds it.

    place: where it stands in the day's order. text: exactly what is stored. what: what that says of a case, taken: what it
    says of an export; neither when it cannot be read or is not written as we write it. stray: whether it stands elsewhere
    than where its own words belong.
    """

    place: str
    text: str = field(repr=False)
    what: Happened | Look | None
    stray: bool = False
    taken: Taking | None = None

    def is_of(self, officer: OfficerId | None) -> bool:
        """Whether it is a look or a deed of that officer, of any officer for None; what cannot be read is shown then too."""
        match self.what:
            case None:
                return officer is None
            case Look() as look:
                return officer in (None, look.officer)
            case deed:
                return deed.by is Actor.OFFICER and officer in (None, deed.who)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """A piece of a day. next: what to ask with for the piece after it; None at the end."""

    entries: tuple[Entry, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a case says about itself without its key: how far it has come, and whose it is."""

    id: ApplicationId
    reference: str
    department: str
    version: int
    last_hash: str
    is_sent: bool
    """Whether the city ever got it; a draft is the resident's alone."""
    is_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """All entries of one case; head: None when the case itself is missing or cannot be read."""

    entries: tuple[Entry, ...]
    head: Head | None

    def history(self) -> tuple[Happened, ...]:
        """The events that can be read, in the order of their rows."""
        return tuple(one.what for one in self.entries if isinstance(one.what, Happened))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The end of a day: how many entries, a hash over all of them in order, and the hash of the seal before.

    Everything it says is under `hash`; the moment too, so that a seal that was made anew is another one.
    """

    day: date
    count: int
    digest: str
    before: str
    sealed_at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class StoredSeal:
    """A seal as it lies in the store under its day's name; None when it is not what we wrote there."""

    day: str
    seal: Seal | None


def digest_of(entries: Iterable[Entry]) -> tuple[int, str]:
    """(count, hex SHA-256 over one line per entry: the JSON list of its place and its text)."""
    count, digest = 0, hashlib.sha256()
    for entry in entries:
        digest.update((json.dumps([entry.place, entry.text], ensure_ascii=False, separators=(",", ":")) + "\n").encode())
        count += 1
    return count, digest.hexdigest()


def seal_of(day: date, count: int, digest: str, *, before: str, at: datetime) -> Seal:
    """The seal that says so. before: the hash of the seal of the day before; GENESIS for the first."""
    said = {"day": day.isoformat(), "count": count, "digest": digest, "before": before, "sealed_at": at.isoformat()}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return Seal(day=day, count=count, digest=digest, before=before, sealed_at=at,
                hash=hashlib.sha256(text.encode()).hexdigest())


def chained(stored: Sequence[StoredSeal]) -> Mapping[date, bool]:
    """For each day after the first of these whether its seal is ours and follows the one before."""
    return {one.seal.day: before.seal is not None and follows(one.seal, before.seal)
            for before, one in pairwise(stored) if one.seal is not None}


def follows(seal: Seal, before: Seal | None) -> bool:
    """Whether it is chained to the seal of the day before; the first one to none."""
    if before is None:
        return seal.before == GENESIS
    return (seal.day - before.day).days == 1 and seal.before == before.hash


def lines(seals: Sequence[Seal]) -> str:
    """What is kept outside: one line `day count hash` for each seal."""
    return "".join(f"{seal.day.isoformat()} {seal.count} {seal.hash}\n" for seal in seals)
