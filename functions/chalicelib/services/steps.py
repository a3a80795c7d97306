"""One step of a case: the next state, its history entry and its effects, written together (design D8)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.application import ENDS, Actor, Application, Event, advance
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.errors import DayClosed
from chalicelib.domain.history import record
from chalicelib.domain.ledger import Money
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.payment import Attempt, Said
from chalicelib.services import ledger
from chalicelib.services.parts import Parts

WARN_DAYS = 14
"""Days between the notice of the erasure and the erasure (design D10)."""
CLOSINGS_MOST = 3
"""How often a day may be closed under one step, before the step is given back to its caller."""
LEFT_AT_THE_DESK = ("wiped", "kept")
"""Why a case of the tablet was wiped: to leave nothing, or because a code leads to what was written."""
FORGET_DRAFTS_DAYS = 30
"""Days after which an unsent draft that ended is erased."""


def take(parts: Parts, application: Application, event: Event, by: Actor, *, who: str, detail: Mapping[str, str] | None = None,
         mail: str | None = None, effects: Sequence[tuple[EffectKind, Mapping[str, str]]] = (),
         attempt: Attempt | None = None, said: Said | None = None, link: str | None = None,
         person: str | None = None, money: Sequence[Money] = (), at: datetime, **changes: object) -> Application:
    """Advance the case by one event and store everything that belongs to it in one transaction.

    mail: the message key of a notice to the resident. money: what moved with it; a day of the books that was closed gives
    it on to the next open one. changes: fields of the case to replace with it.
    Returns the stored case. Raises IllegalTransition or Stale; then nothing was written.
    """
    after = replace(advance(application, event, by, at=at), **changes)  # type: ignore[arg-type]  # names checked by tests
    if after.state in ENDS and application.state not in ENDS:
        after = replace(after, due=_erasure(parts, after, at))
    happened = record(application=after.id, number=after.version, at=at, event=event, by=by, who=who, state=after.state,
                      detail=detail or {}, before=application.last_hash)
    after = replace(after, last_hash=happened.hash)
    todo = [*effects, *([(EffectKind.MAIL, {"template": mail})] if mail else [])]
    leaving = tuple(
        Effect(id=f"{after.id}:{after.version}:{place}", kind=kind, application=after.id, created_at=at,
               detail=words, not_before=at)
        for place, (kind, words) in enumerate(todo)
    )
    officer = OfficerId(who) if by is Actor.OFFICER else None
    for last in (*[False] * CLOSINGS_MOST, True):
        try:
            parts.applications.write(after, happened, effects=leaving, attempt=attempt, said=said, link=link,
                                     person=person,
                                     was=application.state if application.submitted_at else None,
                                     ledger=ledger.booked(parts, after, money, officer=officer))
        except DayClosed:
            if last:
                raise
            continue
        break
    return after


def _erasure(parts: Parts, application: Application, at: datetime) -> datetime:
    """When it is time to tell of the erasure; a draft that was never sent goes without a word."""
    if application.submitted_at is None:
        if application.ended_because in LEFT_AT_THE_DESK:  # who left the desk left nothing here (ADR 0031)
            return at
        return at + timedelta(days=FORGET_DRAFTS_DAYS)
    days = parts.catalogue.procedure(application.procedure).retention_days
    return at + timedelta(days=max(days - WARN_DAYS, 1))
