"""What an officer does with a case: take it, ask for a correction, fix the fee, reject, issue, dispatch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from chalicelib.domain.application import (
    Actor,
    Application,
    ApplicationId,
    Correction,
    Event,
    FeeDecision,
    Note,
    OfficerId,
)
from chalicelib.domain.errors import FormFaulty, NotAllowed, Stale
from chalicelib.domain.outbox import EffectKind
from chalicelib.services.apply import correction_due
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take
from content.rules import fees
from content.rules.opening import JAPAN

CLOSE_AFTER_DAYS = 30
"""Days after dispatch until a case that nobody reported closes by itself."""
NOTE_MOST = 500
NOTES_MOST = 50
"""Characters of a note, and notes of a case; a case that needs more needs a meeting."""
TAKE_OVER_REASONS = ("away", "moved", "shared", "asked")
"""The officer is away, has moved to another division, the work is shared anew, the officer asked for it."""
FEE_MOST = 100_000
"""Yen; a larger decision is a slip of the finger."""


class Role(StrEnum):
    """What an officer may do; the provider's roles of the same name are taken, all others are nothing."""

    REVIEWER = "reviewer"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer at work: who, where, with which rights."""

    id: OfficerId
    name: str
    department: str
    roles: frozenset[Role]


def opened(parts: Parts, officer: Officer, id: ApplicationId) -> Application:
    """The case, for an officer who may see it. Raises NotFound or NotAllowed, which look alike."""
    application = parts.applications.get(id)
    # A draft, and one that was given up or ran out, was never sent to the city: it is the resident's alone.
    if not officer.roles or application.department != officer.department or application.submitted_at is None:
        raise NotAllowed("department")
    return application


def claim(parts: Parts, officer: Officer, application: Application) -> Application:
    """Take a case; from now on only this officer decides."""
    _may_review(officer, application)
    return _step(parts, officer, application, Event.CLAIM, officer=officer.id, officer_name=officer.name)


def release(parts: Parts, officer: Officer, application: Application) -> Application:
    """Give a case back to the queue."""
    _has_it(officer, application)
    return _step(parts, officer, application, Event.RELEASE, officer=None, officer_name=None)


def take_over(parts: Parts, officer: Officer, application: Application, *, reason: str) -> Application:
    """Go on with a colleague's case. The one who had it can decide no more; the history says who took it, from whom and why."""
    _may_review(officer, application)
    if application.officer in (None, officer.id):
        raise NotAllowed("nobody to take it from")
    if reason not in TAKE_OVER_REASONS:
        raise FormFaulty("reason")
    return _step(parts, officer, application, Event.TAKE_OVER, detail={"from": str(application.officer), "reason": reason},
                 officer=officer.id, officer_name=officer.name)


def note(parts: Parts, officer: Officer, application: Application, words: str) -> Application:
    """Leave a note for colleagues. The words are sealed with the case; the history keeps only that there is one."""
    _may_review(officer, application)
    if not words.strip() or len(words) > NOTE_MOST or len(application.notes) >= NOTES_MOST:
        raise FormFaulty("note")
    left = Note(by=officer.id, by_name=officer.name, at=parts.clock(), words=words.strip())
    return _step(parts, officer, application, Event.NOTE, notes=(*application.notes, left))


def request_correction(parts: Parts, officer: Officer, application: Application, *, fields: Sequence[str], reason: str,
                       words: str) -> Application:
    """Ask the resident to put named fields right. Raises FormFaulty without a field or a reason."""
    _has_it(officer, application)
    procedure = parts.catalogue.procedure(application.procedure)
    correctable = {f.id for f in procedure.fields() if f.from_identity is None}
    if not fields or not set(fields) <= correctable or reason not in {r.id for r in procedure.correction_reasons}:
        raise FormFaulty("correction")
    now = parts.clock()
    asked = Correction(fields=tuple(dict.fromkeys(fields)), reason=reason, words=words, asked_at=now)
    return _step(parts, officer, application, Event.REQUEST_CORRECTION, detail={"fields": " ".join(fields), "reason": reason},
                 mail="correction", correction=asked, due=correction_due(now))


def propose_fee(parts: Parts, application: Application) -> tuple[tuple[str, int], ...]:
    """The fee as the rules of today give it; the officer may change it before deciding."""
    procedure = parts.catalogue.procedure(application.procedure)
    return fees.proposed(parts.catalogue, procedure, application.answers, parts.clock().astimezone(JAPAN).date())


def decide_fee(parts: Parts, officer: Officer, application: Application, lines: Sequence[tuple[str, int]]) -> Application:
    """Fix the fee as a new numbered decision; a payment can be opened for this decision only."""
    _has_it(officer, application)
    total = sum(yen for _, yen in lines)
    if not lines or any(yen < 0 for _, yen in lines) or not 50 <= total <= FEE_MOST:
        raise FormFaulty("fee")
    now = parts.clock()
    number = len(application.fees) + 1
    decision = FeeDecision(number=number, lines=tuple(lines), decided_by=officer.id, decided_at=now)
    days = parts.catalogue.procedure(application.procedure).payment_days
    return _step(parts, officer, application, Event.DECIDE_FEE, detail={"decision": str(number), "yen": str(total)},
                 mail="to_pay", fees=(*application.fees, decision), attempts=0, due=now + timedelta(days=days))


def reconsider_fee(parts: Parts, officer: Officer, application: Application) -> Application:
    """Take back a fee decision before it is paid; an open payment page is closed."""
    _has_it(officer, application)
    if application.fee is None:
        raise NotAllowed("no fee decision stands")
    withdrawn = replace(application.fee, withdrawn=True)
    return _step(parts, officer, application, Event.RECONSIDER_FEE, detail={"decision": str(withdrawn.number)},
                 effects=[(EffectKind.CLOSE_CHECKOUT, {"decision": str(withdrawn.number)})],
                 fees=(*application.fees[:-1], withdrawn), due=None)


def reject(parts: Parts, officer: Officer, application: Application, *, reason: str) -> Application:
    """End a case without a certificate, for a reason of the procedure's list."""
    _has_it(officer, application)
    if reason not in {r.id for r in parts.catalogue.procedure(application.procedure).rejection_reasons}:
        raise FormFaulty("reason")
    return _step(parts, officer, application, Event.REJECT, detail={"reason": reason}, mail="rejected",
                 ended_because=reason, due=None)


def issue(parts: Parts, officer: Officer, application: Application) -> Application:
    """The certificate was printed in the core system."""
    _may_review(officer, application)
    return _step(parts, officer, application, Event.ISSUE, issued_at=parts.clock())


def dispatch(parts: Parts, officer: Officer, application: Application, *, tracking: str | None) -> Application:
    """The certificate was posted."""
    _may_review(officer, application)
    now = parts.clock()
    return _step(parts, officer, application, Event.DISPATCH, mail="dispatched", dispatched_at=now, tracking=tracking,
                 due=now + timedelta(days=CLOSE_AFTER_DAYS))


def as_seen(application: Application, version: str) -> Application:
    """The case, when it is still what the officer saw. Raises Stale."""
    if version != str(application.version):
        raise Stale(f"seen {version}, is {application.version}")
    return application


def _step(parts: Parts, by: Officer, application: Application, event: Event, /, **more: object) -> Application:
    return take(parts, application, event, Actor.OFFICER, who=by.id, at=parts.clock(), **more)  # type: ignore[arg-type]  # names are take's own


def _may_review(officer: Officer, application: Application) -> None:
    if Role.REVIEWER not in officer.roles or application.department != officer.department:
        raise NotAllowed("role")


def _has_it(officer: Officer, application: Application) -> None:
    _may_review(officer, application)
    if application.officer != officer.id:
        raise NotAllowed("somebody else's case")
