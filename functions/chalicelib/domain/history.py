"""The history of a case: append-only, each entry sealed to the one before it by a hash (design D8, D10)."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.application import Actor, Event, State
from chalicelib.domain.contents import ApplicationId, OfficerId

GENESIS = "0" * 64
"""What the first entry names as the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One entry. `detail` holds no personal data: field ids, reason ids, yen, numbers (it outlives the case's data)."""

    application: ApplicationId
    number: int
    at: datetime
    event: Event
    by: Actor
    who: str
    """The officer's id, or the actor's own name."""
    state: State
    detail: Mapping[str, str] = field(default_factory=dict)
    before: str
    hash: str


@dataclass(frozen=True, slots=True)
class Look:
    """One officer's opening of a case: reads are logged too (peers.md goal 38). hash: over all that it says."""

    application: ApplicationId
    officer: OfficerId
    name: str
    at: datetime
    hash: str


def looked(application: ApplicationId, officer: OfficerId, name: str, at: datetime) -> Look:
    """A look, with its hash. It has no number: a reader must not wait for a writer, so the day's seal keeps the order."""
    said = {"application": application, "officer": officer, "name": name, "at": at.isoformat()}
    return Look(application, officer, name, at, _hash(said))


def _hash(said: Mapping[str, object]) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(*, application: ApplicationId, number: int, at: datetime, event: Event, by: Actor, who: str, state: State,
           detail: Mapping[str, str], before: str) -> Happened:
    """The next entry, with its hash over everything it says and the hash before it."""
    said = {"application": application, "number": number, "at": at.isoformat(), "event": event, "by": by, "who": who,
            "state": state, "detail": dict(sorted(detail.items())), "before": before}
    return Happened(application=application, number=number, at=at, event=event, by=by, who=who, state=state,
                    detail=dict(detail), before=before, hash=_hash(said))


def unbroken(entries: Iterable[Happened]) -> bool:
    """Whether the entries are complete, in order and unaltered from the first on."""
    before = GENESIS
    for number, entry in enumerate(entries, start=1):
        again = record(application=entry.application, number=number, at=entry.at, event=entry.event, by=entry.by,
                       who=entry.who, state=entry.state, detail=entry.detail, before=before)
        if again != entry:
            return False
        before = entry.hash
    return True


def whole(entries: Sequence[Happened], version: int, last_hash: str) -> bool:
    """Whether they are unbroken and end where the case says that they end: a chain alone does not show a missing tail."""
    return bool(entries) and unbroken(entries) and (len(entries), entries[-1].hash) == (version, last_hash)
