"""What an officer does with a case under review: take it, hand it over, ask for a correction, leave a note, end it by request."""

from collections.abc import Sequence

from chalicelib.domain.application import Actor, Application, Event
from chalicelib.domain.contents import Correction, Note
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed
from chalicelib.domain.outbox import EffectKind
from chalicelib.services.apply import correction_due
from chalicelib.services.officers import DECIDES, WORKS, Officer, need, need_own
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take
from content.rules import form

NOTE_MOST = 500
NOTES_MOST = 50
"""Characters of a note, and notes of a case; a case that needs more needs a meeting."""
TAKE_OVER_REASONS = ("away", "moved", "shared", "asked")
"""The officer is away, has moved to another division, the work is shared anew, the officer asked for it."""
WITHDRAWAL_WAYS = ("phone", "counter", "letter", "message")
"""How the applicant told us that the application is no longer wanted."""


def claim(parts: Parts, officer: Officer, application: Application) -> Application:
    """Take a case; from now on only this officer decides."""
    need(officer, application, DECIDES)
    return step(parts, officer, application, Event.CLAIM, officer=officer.id, officer_name=officer.name)


def release(parts: Parts, officer: Officer, application: Application) -> Application:
    """Give a case back to the queue."""
    need_own(officer, application)
    return step(parts, officer, application, Event.RELEASE, officer=None, officer_name=None)


def take_over(parts: Parts, officer: Officer, application: Application, *, reason: str) -> Application:
    """Go on with a colleague's case. The one who had it can decide no more; the history says who took it, from whom and why."""
    need(officer, application, DECIDES)
    if application.officer in (None, officer.id):
        raise NotAllowed("nobody to take it from")
    if reason not in TAKE_OVER_REASONS:
        raise FormFaulty("reason")
    return step(parts, officer, application, Event.TAKE_OVER, detail={"from": str(application.officer), "reason": reason},
                officer=officer.id, officer_name=officer.name)


def note(parts: Parts, officer: Officer, application: Application, words: str) -> Application:
    """Leave a note for colleagues. The words are sealed with the case; the history keeps only that there is one."""
    need(officer, application, WORKS)
    if not words.strip() or len(words) > NOTE_MOST or len(application.notes) >= NOTES_MOST:
        raise FormFaulty("note")
    left = Note(by=officer.id, by_name=officer.name, at=parts.clock(), words=words.strip())
    return step(parts, officer, application, Event.NOTE, notes=(*application.notes, left))


def request_correction(parts: Parts, officer: Officer, application: Application, *, fields: Sequence[str], reason: str,
                       words: str) -> Application:
    """Ask the resident to put named fields right. Raises FormFaulty without a field or a reason."""
    need_own(officer, application)
    if not application.opens:
        raise IllegalTransition("the applicant cannot open it")
    procedure = parts.catalogue.procedure(application.procedure)
    correctable = {f.id for f in procedure.fields() if f.from_identity is None}
    if not fields or not set(fields) <= correctable or reason not in {r.id for r in procedure.correction_reasons}:
        raise FormFaulty("correction")
    now = parts.clock()
    named = form.depending(procedure, fields)
    asked = Correction(fields=named, reason=reason, words=words, asked_at=now)
    return step(parts, officer, application, Event.REQUEST_CORRECTION, detail={"fields": " ".join(named), "reason": reason},
                mail="correction", correction=asked, due=correction_due(now))


def withdraw_for(parts: Parts, officer: Officer, application: Application, *, way: str) -> Application:
    """End the case because the applicant told us so outside of the product; an open payment page is closed."""
    need(officer, application, DECIDES)
    if way not in WITHDRAWAL_WAYS:
        raise FormFaulty("way")
    closing = [(EffectKind.CLOSE_CHECKOUT, {"decision": str(application.fee.number)})] if application.fee else []
    return step(parts, officer, application, Event.WITHDRAW_FOR, detail={"way": way}, mail="withdrawn", effects=closing,
                ended_because="withdrawn", proposal=None)


def step(parts: Parts, by: Officer, application: Application, event: Event, /, **more: object) -> Application:
    """One step that an officer makes."""
    return take(parts, application, event, Actor.OFFICER, who=by.id, at=parts.clock(), **more)  # type: ignore[arg-type]  # names are take's own
