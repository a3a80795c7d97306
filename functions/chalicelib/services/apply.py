"""What a resident does with an application: begin, answer, come back, sign and send, correct, withdraw."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId, Signature, VerifiedIdentity
from chalicelib.domain.errors import AlreadyThere, FormFaulty, NotAllowed, NotFound
from chalicelib.domain.history import GENESIS, record
from chalicelib.domain.outbox import EffectKind
from chalicelib.domain.reference import reference_of
from chalicelib.services import links
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take
from content.rules import form
from content.vocabulary.procedure import Page, Procedure

CORRECTION_DAYS = 30
"""Days a resident has for a correction; then the case ends, so that none is stuck for ever (peers.md goal 14)."""
RESUME_LINKS_MOST = 10
"""Resume mails of one draft; more would make us a tool for flooding somebody's inbox."""


def begin(parts: Parts, id: str, procedure_id: str) -> Application:
    """A new draft under the id the browser chose; the same id again gives the same draft. Raises NotFound."""
    try:
        chosen = ApplicationId(str(uuid.UUID(id)))
        procedure = parts.catalogue.procedure(procedure_id)
    except (ValueError, KeyError):
        raise NotFound(procedure_id) from None
    now = parts.clock()
    first = record(application=chosen, number=1, at=now, event=Event.BEGIN, by=Actor.RESIDENT, who=Actor.RESIDENT,
                   state=State.DRAFT, detail={"procedure": procedure.id, "version": str(procedure.version)}, before=GENESIS)
    draft = Application(id=chosen, procedure=procedure.id, procedure_version=procedure.version,
                        department=procedure.department, reference=reference_of(chosen), state=State.DRAFT,
                        state_since=now, created_at=now, version=1, last_hash=first.hash,
                        due=now + timedelta(days=procedure.draft_days))
    try:
        parts.applications.write(draft, first)
    except AlreadyThere:
        there = parts.applications.get(chosen)
        if there.procedure != procedure.id:
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
                identity=identity, answers={**application.answers, **filled})


def save_page(parts: Parts, application: Application, page: Page, posted: Mapping[str, Sequence[str]],
              ) -> tuple[Application, form.PageCheck]:
    """Keep what was answered on a page, faulty answers too: nothing typed is lost. Saves only what changed."""
    check = form.check_page(page, posted, application.answers)
    if dict(application.answers) == check.answers:
        return application, check
    now = parts.clock()
    procedure = parts.catalogue.procedure(application.procedure)
    saved = take(parts, application, Event.SAVE, Actor.RESIDENT, who=Actor.RESIDENT, at=now, detail={"page": page.id},
                 answers=check.answers, due=now + timedelta(days=procedure.draft_days))
    return saved, check


def send_resume_link(parts: Parts, application: Application) -> Application:
    """Mail a link that leads back to the draft. Raises FormFaulty without a sound address, or after too many."""
    if mail_address(parts, application) is None or application.links >= RESUME_LINKS_MOST:
        raise FormFaulty("mail")
    number = application.links + 1
    secret = links.token(parts, application.id, links.RESUME, number)
    return take(parts, application, Event.REQUEST_LINK, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                detail={"link": str(number)}, mail="resume", link=f"{links.RESUME}:{links.hash_of(secret)}", links=number)


def mail_address(parts: Parts, application: Application) -> str | None:
    """Where notices go: the answer of the first mail field, when it is sound."""
    procedure = parts.catalogue.procedure(application.procedure)
    for field in procedure.fields():
        answer = application.answers.get(field.id)
        if field.kind == "mail" and isinstance(answer, str) and answer and form.problem_with(field, answer) is None:
            return answer
    return None


def text_to_sign(procedure: Procedure, application: Application) -> str:
    """The exact text the applicant signs: the procedure, its version, and every answer that is sent, in order."""
    answers = form.sent_answers(procedure, application.answers)
    said = {"procedure": procedure.id, "version": application.procedure_version, "reference": application.reference,
            "answers": {id: list(a) if isinstance(a, tuple) else a for id, a in answers.items()}}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def digest_to_sign(parts: Parts, application: Application) -> str:
    """Hex SHA-256 of the text to sign. Raises FormFaulty while something is missing."""
    procedure = parts.catalogue.procedure(application.procedure)
    if form.problems_of(procedure, application.answers):
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
    procedure = parts.catalogue.procedure(application.procedure)
    now = parts.clock()
    secret = links.token(parts, application.id, links.STATUS)
    # A bare hash of few answers can be guessed; with the case's own secret nobody can, once the key is gone (ADR 0024).
    signed = links.hash_of(f"{links.token(parts, application.id, links.SIGNED)}/{signature.digest}")
    return take(parts, application, Event.SUBMIT, Actor.RESIDENT, who=Actor.RESIDENT, at=now,
                detail={"signed": signed}, mail="received", link=f"{links.STATUS}:{links.hash_of(secret)}",
                answers=form.sent_answers(procedure, application.answers), signature=signature, submitted_at=now, due=None)


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
    check = form.check_page(fields_to_correct(parts, application), posted, application.answers)
    if check.problems:
        return application, check
    changed = [id for id, answer in check.answers.items() if application.answers.get(id) != answer]
    corrected = take(parts, application, Event.CORRECT, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                     detail={"fields": " ".join(changed)}, mail="corrected", answers=check.answers,
                     before_correction=dict(application.answers), correction=None, due=None)
    return corrected, check


def withdraw(parts: Parts, application: Application) -> Application:
    """End the case at the resident's wish; an open payment page is closed. A second time changes nothing."""
    if application.state is State.WITHDRAWN:
        return application
    closing = [(EffectKind.CLOSE_CHECKOUT, {"decision": str(application.fee.number)})] if application.fee else []
    mail = "withdrawn" if application.state is not State.DRAFT else None
    return take(parts, application, Event.WITHDRAW, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(), mail=mail,
                effects=closing, ended_because="withdrawn", proposal=None)


def confirm_arrival(parts: Parts, application: Application) -> Application:
    """The resident has the certificate in hand."""
    now = parts.clock()
    return take(parts, application, Event.CONFIRM_ARRIVAL, Actor.RESIDENT, who=Actor.RESIDENT, at=now, due=now + timedelta(days=1))


def correction_due(now: datetime) -> datetime:
    """Until when a correction asked now can be made."""
    return now + timedelta(days=CORRECTION_DAYS)
