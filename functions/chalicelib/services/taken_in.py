"""What is known already, taken in before the first question: shown to the resident to be confirmed, not asked again.

It comes from a code of the phone (its letters, or its QR), or of a sitting that was kept, from an earlier application (転入予約
too), from a life event's interview, or from what a kiosk read off a card. An officer has the code or the number from the
resident's hand; on the phone it is the resident's own application, proved as its pages want it.
"""

import hmac
import unicodedata
from enum import StrEnum

from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.prepared import hash_of_code
from chalicelib.domain.reference import as_written
from chalicelib.services import limits, prepared, told
from chalicelib.services.apply import today
from chalicelib.services.carried import carried
from chalicelib.services.counter import CASE_CODE
from chalicelib.services.limits import Limit
from chalicelib.services.officers import Officer, opened
from chalicelib.services.parts import Parts
from content.rules import form, prepared_code
from content.vocabulary.form import Page
from content.vocabulary.life_event import LifeEvent
from content.vocabulary.procedure import Procedure

WRONG = Limit("taken-in-wrong", 20)
"""Wrong codes and numbers of one officer."""
NUMBERS_WRONG = Limit("own-number-wrong", 10)
"""Reference numbers that one place on the net names with a contact that is not theirs."""


class Source(StrEnum):
    """Where it came from."""

    CODE = "code"
    APPLICATION = "application"
    CARD = "card"


def find(parts: Parts, officer: Officer, typed: str, procedure: Procedure) -> tuple[Source, dict[str, form.Answer]]:
    """What the code or number leads to, as answers to `procedure`. A code of the phone counts as one of its three fetches.

    typed: as a keyboard or a reader put it, a line each, one as often as it was read. Raises NotFound for what leads nowhere, or
    to what this officer may not see; TooMany after too many of those; prepared_code.Unreadable for a QR that cannot be taken.
    """
    if prepared_code.is_symbol(typed):  # the form itself: it leads to nothing that could be guessed
        brought = prepared_code.read([typed], parts.catalogue.procedures, today=today(parts))
        return Source.CODE, carried(_procedure(parts, brought.procedure), brought.answers, procedure, today(parts))
    typed = "\n".join(dict.fromkeys(line.strip() for line in typed.splitlines()))
    limits.check(parts, officer.id, WRONG)
    try:
        return _found(parts, officer, typed, procedure)
    except (NotFound, NotAllowed):
        limits.note(parts, officer.id, WRONG)
        raise NotFound("nothing known") from None


def _found(parts: Parts, officer: Officer, typed: str, procedure: Procedure) -> tuple[Source, dict[str, form.Answer]]:
    code = as_written(typed)
    filed = parts.applications.by_case_code(code) if CASE_CODE.fullmatch(code) else ()
    if len(filed) == 1:  # two cases of one code are none: the paper does not say whose it is
        case = opened(parts, officer, filed[0])
        source = Source.CARD if case.card is not None else Source.APPLICATION
        return source, of_case(parts, case, procedure)
    if (hashed := hash_of_code(typed)) is not None:
        kept = prepared.from_json(parts.prepared.fetch(hashed, parts.clock()))
        return Source.CODE, carried(_procedure(parts, kept.procedure), kept.answers, procedure, today(parts))
    try:
        case = opened(parts, officer, parts.applications.by_reference(as_written(typed)))
    except ValueError:
        raise NotFound("no number") from None
    return Source.APPLICATION, of_case(parts, case, procedure)


def by_number(parts: Parts, typed: str, contact: str, *, place: str, own: bool = False) -> Application:
    """The application of a reference number whose notices go to that address or mobile number.

    It is not proved by this whose it is, and nothing of it may be shown yet: a code goes to that contact, or the card is
    asked for. Raises NotFound for whatever does not fit, all alike, TooMany after too many of those from one place.
    """
    limits.check(parts, place, NUMBERS_WRONG, own=own)
    to = None
    try:
        case = parts.applications.get(parts.applications.by_reference(as_written(typed)))
        if case.submitted_at is not None:
            to = case.confirmed_contact or told.reached_at(parts, case)
    except (NotFound, KeyError):  # KeyError: of a procedure that the city has no more
        case = None
    if case is None or to is None or not case.opens or not hmac.compare_digest(_plain(contact).encode(), _plain(to).encode()):
        limits.note(parts, place, NUMBERS_WRONG)
        raise NotFound("no number with that contact")
    return case


def _plain(contact: str) -> str:
    """A contact however it was written: an address in small letters, a number as its digits."""
    said = unicodedata.normalize("NFKC", contact).strip().lower()
    return said if "@" in said else "".join(sign for sign in said if sign.isdigit())


def of_case(parts: Parts, case: Application, procedure: Procedure) -> dict[str, form.Answer]:
    """What an application tells another form: its answers, and what a kiosk read off the applicant's card.

    Raises NotFound for an application of a procedure that the city has no more.
    """
    answers: dict[str, form.Answer] = dict(case.answers)
    if case.card is not None:
        read = {"name": case.card.name, "name_kana": case.card.kana, "address": case.card.address,
                "birthdate": case.card.birthdate, "gender": case.card.sex}
        answers = {**{id: fact for id, fact in read.items() if fact}, **answers}
    return carried(_procedure(parts, case.procedure), answers, procedure, today(parts))


def _procedure(parts: Parts, id: str) -> Procedure:
    try:
        return parts.catalogue.procedure(id)
    except KeyError:
        raise NotFound(id) from None


def begins(parts: Parts, procedure: Procedure) -> tuple[LifeEvent, ...]:
    """The life events whose interview an application of it can begin, being of the same situation: a 転入予約, a move."""
    if procedure.interview:
        return ()
    return tuple(one for one in parts.catalogue.life_events
                 if parts.catalogue.procedure(one.procedure).situation == procedure.situation)


def is_known(procedure: Procedure, application: Application, page: Page) -> bool:
    """Whether everything on the page was taken in and is in order: it is shown to be confirmed, not asked."""
    fields = form.asked_fields(page, form.known(procedure, application.answers))
    bad = {problem.field for where, problem in form.problems_of(procedure, application.answers) if where.id == page.id}
    return bool(fields) and all(one.id in application.taken_in for one in fields) and not bad


def first_asked(procedure: Procedure, application: Application) -> Page | None:
    """The first page that is not known; None when all are."""
    pages = form.asked_pages(procedure, application.answers)
    return next((page for page in pages if not is_known(procedure, application, page)), None)


def next_asked(procedure: Procedure, application: Application, after: str) -> Page | None:
    """The next page behind `after` that is not known; None when there is none."""
    following = form.next_page(procedure, application.answers, after)
    while following is not None and is_known(procedure, application, following):
        following = form.next_page(procedure, application.answers, following.id)
    return following
