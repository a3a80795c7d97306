"""After the decision: the document is issued, posted, handed over or put on the status page; and slips are taken back."""

import re
from datetime import timedelta

from chalicelib.domain.application import Application, Event
from chalicelib.domain.errors import FormFaulty, IllegalTransition
from chalicelib.services.documents import ready, result_for
from chalicelib.services.officers import DECIDES, Officer, need
from chalicelib.services.parts import Parts
from chalicelib.services.review import step
from content.rules.codes import as_typed, in_groups
from content.vocabulary.procedure import Result

CLOSE_AFTER_DAYS = 30
"""Days after dispatch until a case that nobody reported closes by itself."""
KEEP_OPEN = timedelta(days=1)
"""How long a case stays open after its last step, so that a slip can still be told."""
TRACKING = re.compile(r"[0-9A-Z]{8,20}")
"""Numbers of 日本郵便 and others, without their hyphens."""


def tracking_number(typed: str) -> str | None:
    """A letter's number as it is kept: figures in fours; None for nothing typed. Raises FormFaulty."""
    signs = as_typed(typed)
    if not typed.strip():
        return None
    if not TRACKING.fullmatch(signs):
        raise FormFaulty("tracking")
    return in_groups(signs) if signs.isdigit() and len(signs) % 4 == 0 else signs


def issue(parts: Parts, officer: Officer, application: Application) -> Application:
    """The document was printed in the core system. Where it is fetched, the applicant is told that it is ready."""
    need(officer, application, DECIDES)
    result = result_for(parts.catalogue.procedure(application.procedure), application)
    if result not in (Result.POST, Result.COLLECT):
        raise IllegalTransition(f"result {result}")
    # Who asked at the kiosk stands in the hall and is called.
    mail = "to_collect" if result is Result.COLLECT and not application.is_from_kiosk else None
    return step(parts, officer, application, Event.ISSUE, mail=mail, issued_at=parts.clock())


def undo_issue(parts: Parts, officer: Officer, application: Application) -> Application:
    """The wrong document was printed, or none: the case waits for its document again."""
    need(officer, application, DECIDES)
    return step(parts, officer, application, Event.UNDO_ISSUE, issued_at=None, check=None)


def dispatch(parts: Parts, officer: Officer, application: Application, *, tracking: str | None) -> Application:
    """The document was posted. tracking: the number of the letter, where it has one."""
    need(officer, application, DECIDES)
    if result_for(parts.catalogue.procedure(application.procedure), application) is not Result.POST:
        raise IllegalTransition("not by post")
    now = parts.clock()
    return step(parts, officer, application, Event.DISPATCH, mail="dispatched", dispatched_at=now, tracking=tracking,
                due=now + timedelta(days=CLOSE_AFTER_DAYS))


def undo_dispatch(parts: Parts, officer: Officer, application: Application) -> Application:
    """The letter did not leave after all; the applicant, who was told otherwise, is told so."""
    need(officer, application, DECIDES)
    return step(parts, officer, application, Event.UNDO_DISPATCH, mail="dispatch_undone", dispatched_at=None, tracking=None,
                due=None)


def hand_over(parts: Parts, officer: Officer, application: Application) -> Application:
    """The applicant fetched the document at the desk and showed who they are."""
    need(officer, application, DECIDES)
    by_check = application.is_from_kiosk  # hand_over.py: both people look, or a reason stands on record
    if by_check or result_for(parts.catalogue.procedure(application.procedure), application) is not Result.COLLECT:
        raise IllegalTransition("not at the desk")
    return step(parts, officer, application, Event.HAND_OVER, due=parts.clock() + KEEP_OPEN)


def deliver(parts: Parts, officer: Officer, application: Application) -> Application:
    """The documents lie on the status page, for the person who shows the card or the confirmed address.

    Raises FormFaulty while there is none that was found clean. Places that nothing came to, and what was refused, go.
    """
    need(officer, application, DECIDES)
    if result_for(parts.catalogue.procedure(application.procedure), application) is not Result.DOCUMENT:
        raise IllegalTransition("no document")
    given = ready(application)
    if not given:
        raise FormFaulty("documents")
    now = parts.clock()
    return step(parts, officer, application, Event.DELIVER, mail="document", issued_at=now,
                documents=given, due=now + timedelta(days=CLOSE_AFTER_DAYS))
