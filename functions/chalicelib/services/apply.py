"""What a resident does with an application: begin, answer, come back, sign and send, correct, withdraw."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.application import ENDS, Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId, Signature, VerifiedIdentity
from chalicelib.domain.errors import AlreadyThere, FormFaulty, NotAllowed, NotFound
from chalicelib.domain.history import GENESIS, record
from chalicelib.domain.outbox import EffectKind
from chalicelib.domain.reference import reference_of
from chalicelib.services import limits, links, told, versions
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take
from content.rules import form
from content.rules.opening import JAPAN
from content.vocabulary.procedure import Assurance, Page, Procedure

CORRECTION_DAYS = 30
"""Days a resident has for a correction; then the case ends, so that none is stuck for ever (peers.md goal 14)."""
RESUME_LINKS_MOST = 10
"""Resume links of one draft; more would make us a tool for flooding somebody's inbox."""


def begin(parts: Parts, id: str, procedure_id: str, answers: form.Answers | None = None) -> Application:
    """A new draft under the id the browser chose; the same id again gives the same draft. Raises NotFound.

    answers: what the applicant has said elsewhere already; what the card will say is not taken from there.
    """
    try:
        chosen = ApplicationId(str(uuid.UUID(id)))
        procedure = parts.catalogue.procedure(procedure_id)
    except (ValueError, KeyError):
        raise NotFound(procedure_id) from None
    now = parts.clock()
    of_card = {one.id for one in procedure.fields() if one.from_identity}
    of_card |= {"name_kana"} if "name" in of_card else set()  # the card may be another's of the family
    known = {id: answer for id, answer in (answers or {}).items() if id not in of_card}
    first = record(application=chosen, number=1, at=now, event=Event.BEGIN, by=Actor.RESIDENT, who=Actor.RESIDENT,
                   state=State.DRAFT, before=GENESIS, detail={
                       "procedure": procedure.id, "version": str(procedure.version),
                       **({"taken_in": str(len(known))} if known else {})})
    draft = Application(id=chosen, procedure=procedure.id, procedure_version=procedure.version,
                        department=procedure.department, reference=reference_of(chosen), state=State.DRAFT,
                        state_since=now, created_at=now, version=1, last_hash=first.hash,
                        asked_as=versions.asked_as(procedure), due=now + timedelta(days=procedure.draft_days),
                        answers=known, taken_in=tuple(known))
    try:
        parts.applications.write(draft, first)
    except AlreadyThere:
        there = parts.applications.get(chosen)
        if (there.procedure, there.channel) != (procedure.id, draft.channel):
            raise
        return there
    return draft


def identify(parts: Parts, application: Application, identity: VerifiedIdentity) -> Application:
    """Fill in who the applicant is. Later logins must be the same person. Raises NotAllowed for another."""
    if application.identity is not None:
        if application.identity.subject != identity.subject:
            raise NotAllowed("other person")
        return application
    procedure = parts.catalogue.procedure(application.procedure)
    verified = {"name": identity.name, "address": identity.address, "birthdate": identity.birthdate, "gender": identity.gender}
    filled = {f.id: verified[f.from_identity] for f in procedure.fields() if f.from_identity}
    return take(parts, application, Event.IDENTIFY, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                identity=identity, answers={**application.answers, **filled}, person=person_of(identity.subject))


def person_of(proved: str) -> str:
    """How a person is looked up who has proved a subject of the card's provider, an address or a number."""
    return hashlib.sha256(f"person/{proved}".encode()).hexdigest()


def person_behind(application: Application) -> str | None:
    """The person that a case is looked up by; None while nobody has proved anything."""
    proved = application.identity.subject if application.identity else application.confirmed_contact
    return person_of(proved) if proved else None


OPEN = frozenset(State) - {*ENDS, State.ERASED, State.DELIVERED}


def others_open(parts: Parts, application: Application) -> tuple[Application, ...]:
    """Other open cases of the same person for the same procedure: a draft to go on with, or one that was sent already."""
    person = person_behind(application)
    found = []
    for id in parts.applications.of_person(person) if person else ():
        if id == application.id:
            continue
        with suppress(NotFound):  # erased
            other = parts.applications.get(id)
            if other.procedure == application.procedure and other.state in OPEN:
                found.append(other)
    return tuple(found)


def save_page(parts: Parts, application: Application, page: Page, posted: Mapping[str, Sequence[str]],
              ) -> tuple[Application, form.PageCheck]:
    """Keep what was answered on a page, faulty answers too: nothing typed is lost. Saves only what changed."""
    procedure = parts.catalogue.procedure(application.procedure)
    check = form.check_page(page, posted, application.answers, today(parts), of=procedure)
    if dict(application.answers) == check.answers:
        return application, check
    now = parts.clock()
    saved = take(parts, application, Event.SAVE, Actor.RESIDENT, who=Actor.RESIDENT, at=now, detail={"page": page.id},
                 answers=check.answers, due=now + timedelta(days=procedure.draft_days),
                 bounced=_still_bounced(parts, application, check.answers))
    return saved, check


def _still_bounced(parts: Parts, application: Application, answers: Mapping[str, str | tuple[str, ...]]) -> bool:
    """Whether notices still go to the address from which one came back."""
    after = replace(application, answers=answers)
    return application.bounced and told.reached_at(parts, after) == told.reached_at(parts, application)


def send_resume_link(parts: Parts, application: Application) -> Application:
    """Send a link that leads back to the draft. Raises FormFaulty without a sound contact or after too many, TooMany when
    the contact was sent too much."""
    to = told.reached_at(parts, application)
    if to is None or application.links >= RESUME_LINKS_MOST:
        raise FormFaulty("contact")
    limits.count_asked(parts, to)
    number = application.links + 1
    secret = links.token(parts, application.id, links.RESUME, number)
    return take(parts, application, Event.REQUEST_LINK, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                detail={"link": str(number)}, mail="resume", link=f"{links.RESUME}:{links.hash_of(secret)}", links=number)


def text_to_sign(procedure: Procedure, application: Application) -> str:
    """The exact text the applicant signs: the procedure, its version, and every answer that is sent, in order."""
    answers = form.sent_answers(procedure, application.answers)
    said = {"procedure": procedure.id, "version": application.procedure_version, "reference": application.reference,
            "answers": {id: list(a) if isinstance(a, tuple) else a for id, a in answers.items()}}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def digest_to_sign(parts: Parts, application: Application) -> str:
    """Hex SHA-256 of the text to sign. Raises FormFaulty while something is missing."""
    procedure = parts.catalogue.procedure(application.procedure)
    if form.problems_of(procedure, application.answers, today(parts)) or versions.is_old(parts, application):
        raise FormFaulty("open")
    return hashlib.sha256(text_to_sign(procedure, application).encode()).hexdigest()


def submit(parts: Parts, application: Application, subject: str, signature: Signature) -> Application:
    """Send the application with the signature over its content. A second time gives the first result.

    Raises NotAllowed when another person signed, FormFaulty when the content changed after signing.
    """
    if application.state is not State.DRAFT and application.signature is not None:
        return application
    if application.identity is None or application.identity.subject != subject:
        raise NotAllowed("signed by another")
    if digest_to_sign(parts, application) != signature.digest:
        raise FormFaulty("changed after signing")
    return _sent(parts, application, signature.digest, signature=signature)


def send(parts: Parts, application: Application) -> Application:
    """Send an application whose procedure asks for no signature. A second time gives the first result.

    Raises NotAllowed where a signature or the card is missing, FormFaulty while the form or the contact is not in order.
    """
    if application.submitted_at is not None:
        return application
    procedure = parts.catalogue.procedure(application.procedure)
    match procedure.assurance:
        case Assurance.SIGNATURE:
            raise NotAllowed("not signed")
        case Assurance.AUTH if application.identity is None:
            raise NotAllowed("no card")
        case Assurance.CONTACT if not is_confirmed(parts, application):
            raise FormFaulty("contact")
    return _sent(parts, application, digest_to_sign(parts, application))


def is_confirmed(parts: Parts, application: Application) -> bool:
    """Whether the address or number that stands in the draft now was proved by a code."""
    return application.confirmed_contact is not None and application.confirmed_contact == told.reached_at(parts, application)


def _sent(parts: Parts, application: Application, digest: str, signature: Signature | None = None) -> Application:
    procedure = parts.catalogue.procedure(application.procedure)
    now = parts.clock()
    if procedure.interview:
        raise NotAllowed("an interview asks for nothing")
    secret = links.token(parts, application.id, links.STATUS)
    # A bare hash of few answers can be guessed; with the case's own secret nobody can, once the key is gone (ADR 0024).
    signed = links.hash_of(f"{links.token(parts, application.id, links.SIGNED)}/{digest}")
    return take(parts, application, Event.SUBMIT, Actor.RESIDENT, who=Actor.RESIDENT, at=now,
                detail={"signed": signed}, mail="received", link=f"{links.STATUS}:{links.hash_of(secret)}",
                answers=form.sent_answers(procedure, application.answers), submitted_at=now, due=None, signature=signature)


def fields_to_correct(parts: Parts, application: Application) -> Page:
    """The fields the officer named, as one page. Raises NotAllowed when no correction is open."""
    if application.state is not State.CORRECTION_REQUESTED or application.correction is None:
        raise NotAllowed("no correction open")
    procedure = parts.catalogue.procedure(application.procedure)
    named = application.correction.fields
    # A question is asked because of one that is asked again too, or else because the officer wants it.
    fields = tuple(f.model_copy(update={"when": tuple(one for one in f.when if one.field in named)})
                   for f in procedure.fields() if f.id in named)
    return Page(id="correction", title="直してほしいところ", fields=fields)


def correct(parts: Parts, application: Application, posted: Mapping[str, Sequence[str]],
            ) -> tuple[Application, form.PageCheck]:
    """Take the corrected fields and give the case back to the officer; faulty answers change nothing."""
    check = form.check_page(fields_to_correct(parts, application), posted, application.answers, today(parts),
                            of=parts.catalogue.procedure(application.procedure))
    if check.problems:
        return application, check
    changed = [id for id, answer in check.answers.items() if application.answers.get(id) != answer]
    corrected = take(parts, application, Event.CORRECT, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                     detail={"fields": " ".join(changed)}, mail="corrected", answers=check.answers,
                     bounced=_still_bounced(parts, application, check.answers),
                     before_correction=dict(application.answers), correction=None, due=None)
    return corrected, check


def withdraw(parts: Parts, application: Application, *, why: str = "") -> Application:
    """End the case at the resident's wish; an open payment page is closed. A second time changes nothing.

    why: for the history, where they did not say so themselves."""
    if application.state is State.WITHDRAWN:
        return application
    closing = [(EffectKind.CLOSE_CHECKOUT, {"decision": str(application.fee.number)})] if application.fee else []
    mail = "withdrawn" if application.state is not State.DRAFT else None
    return take(parts, application, Event.WITHDRAW, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(), mail=mail,
                detail={"reason": why} if why else {}, effects=closing, ended_because="withdrawn", proposal=None)


def confirm_arrival(parts: Parts, application: Application) -> Application:
    """The resident has the certificate in hand."""
    now = parts.clock()
    return take(parts, application, Event.CONFIRM_ARRIVAL, Actor.RESIDENT, who=Actor.RESIDENT, at=now, due=now + timedelta(days=1))


def today(parts: Parts) -> date:
    """The day in Japan."""
    return parts.clock().astimezone(JAPAN).date()


def correction_due(now: datetime) -> datetime:
    """Until when a correction asked now can be made."""
    return now + timedelta(days=CORRECTION_DAYS)
