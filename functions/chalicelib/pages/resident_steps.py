"""The dated list of what has happened to an application and what comes next, in public words only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.application import Application, State
from chalicelib.services.documents import result_for
from chalicelib.services.parts import Parts
from content.catalogue import Catalogue
from content.rules import opening
from content.rules.opening import JAPAN
from content.rules.wareki import short_day
from content.vocabulary.procedure import Procedure, Result

PRINT_DAYS = 1
"""Working days from payment to the printed sheet, as 奈良市 promises it."""
POST_DAYS = 4
"""Days a letter takes at most inside the country (日本郵便 since 2021-10; certificates.md §4)."""
ENDED = (State.REJECTED, State.WITHDRAWN, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list."""

    name: str
    when: str
    how: str
    """done, now or next: how far the case has come."""


def day_of(moment: datetime | None) -> str:
    """The day of a moment as people in Japan say it; empty without one."""
    return short_day(moment.astimezone(JAPAN).date()) if moment is not None else ""


def working_day_after(catalogue: Catalogue, procedure: Procedure, start: datetime, count: int) -> date:
    """The `count`-th day after `start` on which the desk of the procedure works; weekends and holidays do not count."""
    wanted = procedure.fees[0].certificate if procedure.fees else ""
    office = next((o for o in catalogue.offices if any(wanted in desk.certificates for desk in o.desks)), catalogue.offices[0])
    day, left = start.astimezone(JAPAN).date(), count
    for _ in range(opening.LOOK_AHEAD_DAYS):
        day += timedelta(days=1)
        left -= bool(opening.hours_of(office.opening, day))
        if not left:
            break
    return day


def steps(parts: Parts, application: Application) -> Sequence[Step]:
    """What is done with its day, the present step with the day it should be done by, and what comes."""
    if application.state in ENDED:
        return (Step(parts.catalogue.say("status.step.received.done"), day_of(application.submitted_at), "done"),
                Step(parts.catalogue.say(f"status.step.{application.state}.now"), day_of(application.state_since), "now"))
    procedure = parts.catalogue.procedure(application.procedure)
    rows: list[Stage] = [
        ("received", application.submitted_at, (State.SUBMITTED,)),
        ("review", _reviewed_at(application), (State.IN_REVIEW, State.AWAITING_APPROVAL, State.CORRECTION_REQUESTED)),
    ]
    if application.fee is not None or (procedure.costs and _reviewed_at(application) is None):
        rows.append(("pay", application.paid_at, (State.AWAITING_PAYMENT,)))
    rows += _last(procedure, application)
    return tuple(_step(parts, application, name, at, present=application.state in states) for name, at, states in rows)


Stage = tuple[str, datetime | None, tuple[State, ...]]
"""A stage: the word of its messages, when it was done, and in which states it is going on."""


def _reviewed_at(application: Application) -> datetime | None:
    """When the review ended: with a fee, or with the word that nothing is to be paid."""
    if application.fee is not None:
        return application.fee.decided_at
    over = application.state in (State.READY_TO_ISSUE, State.ISSUED, State.DISPATCHED, State.DELIVERED, State.COMPLETED)
    return (application.issued_at or application.state_since) if over else None


def _last(procedure: Procedure, application: Application) -> list[Stage]:
    """The stages after the decision, by what the applicant gets."""
    done = application.state_since if application.state in (State.COMPLETED, State.DELIVERED) else None
    match result_for(procedure, application):
        case Result.NOTICE:
            return [("decided", done, (State.READY_TO_ISSUE,))]
        case Result.DOCUMENT:
            return [("document", application.issued_at, (State.READY_TO_ISSUE,))]
        case Result.COLLECT:
            return [("ready", application.issued_at, (State.READY_TO_ISSUE,)), ("collect", done, (State.ISSUED,))]
        case _:
            return [("print", application.issued_at, (State.READY_TO_ISSUE,)),
                    ("post", application.dispatched_at, (State.ISSUED,)), _end(application)]


def _end(application: Application) -> Stage:
    """The last row. A case that closed by itself has ended, but nobody told us that the letter arrived."""
    if application.state is State.COMPLETED:
        return "closed", application.state_since, ()
    arrived = application.state_since if application.state is State.DELIVERED else None
    return "arrive", arrived, (State.DISPATCHED,)


def _step(parts: Parts, application: Application, name: str, at: datetime | None, *, present: bool) -> Step:
    say = parts.catalogue.say
    if name == "received":
        return Step(say("status.step.received.done"), day_of(at), "now" if present else "done")
    if present:
        asked_back = application.state is State.CORRECTION_REQUESTED
        return Step(say("status.step.correct.now" if asked_back else f"status.step.{name}.now"),
                    _expected(parts, application, name), "now")
    if at is not None:
        return Step(say(f"status.step.{name}.done"), day_of(at), "done")
    return Step(say(f"status.step.{name}.next"), _later(parts, application, name), "next")


def _expected(parts: Parts, application: Application, name: str) -> str:
    """Until when the present step should be done; an honest word once that day is over."""
    if application.due is not None and name in ("review", "pay"):  # the resident's own days, with their real end
        return parts.catalogue.say("status.until", day=day_of(application.due))
    return _about(parts, expected_day(parts, application, name))


def _about(parts: Parts, day: date | None) -> str:
    if day is None:
        return ""
    late = day < parts.clock().astimezone(JAPAN).date()
    return parts.catalogue.say("status.late") if late else parts.catalogue.say("status.about", day=short_day(day))


def expected_day(parts: Parts, application: Application, name: str) -> date | None:
    """The day by which a step should be done, where what comes before it is known."""
    procedure = parts.catalogue.procedure(application.procedure)
    # After a correction the days are counted anew: the officer could not go on before it came.
    taken_up = application.state_since if application.before_correction else application.submitted_at
    starts = {"review": (taken_up, procedure.review_days), "print": (application.paid_at, PRINT_DAYS),
              "ready": (application.paid_at, PRINT_DAYS), "document": (application.paid_at, PRINT_DAYS),
              "post": (application.issued_at, PRINT_DAYS)}
    if name == "arrive":
        sent = application.dispatched_at
        return (sent + timedelta(days=POST_DAYS)).astimezone(JAPAN).date() if sent is not None else None
    start, count = starts.get(name, (None, 0))
    return working_day_after(parts.catalogue, procedure, start, count) if start is not None else None


def _later(parts: Parts, application: Application, name: str) -> str:
    """When a step that has not begun will come: a day where one can be named, else in words."""
    day = expected_day(parts, application, name)
    if day is not None:
        return _about(parts, day)
    procedure = parts.catalogue.procedure(application.procedure)
    return parts.catalogue.say(f"status.step.{name}.when", days=procedure.payment_days, review=procedure.review_days)
