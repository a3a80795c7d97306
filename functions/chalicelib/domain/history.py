"""The history of a case: append-only, each entry sealed to the one before it by a hash (design D8, D10)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.application import Actor, Event, State
from chalicelib.domain.contents import ApplicationId

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


def record(*, application: ApplicationId, number: int, at: datetime, event: Event, by: Actor, who: str, state: State,
           detail: Mapping[str, str], before: str) -> Happened:
    """The next entry, with its hash over everything it says and the hash before it."""
    said = {"application": application, "number": number, "at": at.isoformat(), "event": event, "by": by, "who": who,
            "state": state, "detail": dict(sorted(detail.items())), "before": before}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Happened(application=application, number=number, at=at, event=event, by=by, who=who, state=state,
                    detail=dict(detail), before=before, hash=hashlib.sha256(text.encode()).hexdigest())


def unbroken(entries: Iterable[Happened]) -> bool:
    """Whether the entries are complete, in order and unaltered from the first on."""
    before = GENESIS
    for number, entry in enumerate(entries, start=1):
        again = record(application=entry.application, number=number, at=entry.at, event=entry.event, by=entry.by,
                       who=entry.who, state=entry.state, detail=entry.detail, before=before)
        if again.hash != entry.hash or entry.number != number:
            return False
        before = entry.hash
    return True
