"""What comes on paper or by telephone: an officer types it in, and from then on it stands in the same queue as the rest.

It is received (受付待ち), not yet in anybody's hands: who types need not be who decides, and the oldest case stays the
first whichever way it came (systems.md S11). Nobody signs and no card is read; the case says what was checked, and by whom.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId, Note
from chalicelib.domain.errors import AlreadyThere, FormFaulty, IllegalTransition, NotAllowed, NotFound
from chalicelib.domain.history import GENESIS, record
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.reference import reference_of
from chalicelib.services import links, told, versions
from chalicelib.services.apply import today
from chalicelib.services.officers import DECIDES, Officer, need_own, opened
from chalicelib.services.parts import Parts
from chalicelib.services.review import NOTE_MOST, step
from content.rules import form
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Field, Page, Procedure

CHANNELS = ("counter", "post", "phone")
CHECKS = ("mynumber_card", "licence", "residence_card", "two_papers", "copies", "unchecked")
"""One paper with a face, two without one, copies in a letter, or nothing (住民基本台帳法12条3項 and the city's rules)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """How an application came. identity_checked: one of CHECKS. note: for colleagues; may be empty."""

    channel: str
    identity_checked: str = field(repr=False)
    note: str = field(default="", repr=False)


def offered(parts: Parts, officer: Officer) -> tuple[Procedure, ...]:
    """What this officer can take in: the procedures of the own department. Raises NotAllowed for who only looks."""
    if not officer.is_one_of(DECIDES):
        raise NotAllowed("role")
    own = [one for one in parts.catalogue.procedures if one.department == officer.department and not one.interview]
    return tuple(sorted(own, key=lambda one: (one.order, one.id)))


def on_paper(procedure: Procedure, *, kana: bool = True) -> Procedure:
    """The procedure as an officer types it: no card fills anything in, papers stay paper, and not everybody has mail.

    kana: whether ふりがな is needed; most cards do not say it, and the core system knows it.
    """
    return procedure.model_copy(update={"pages": tuple(
        page.model_copy(update={"fields": tuple(_typed(one, kana=kana) for one in page.fields)}) for page in procedure.pages)})


def as_came(parts: Parts, application: Application) -> Procedure:
    """The form of a case that was typed in here or came from a kiosk, as it is put right by an officer."""
    return on_paper(parts.catalogue.procedure(application.procedure), kana=not application.is_from_kiosk)


def may_amend(application: Application) -> bool:
    """Whether an officer puts its answers right: nobody else can open it."""
    return application.received_by is not None or application.is_from_kiosk


def _typed(one: Field, *, kana: bool) -> Field:
    optional = one.kind in (FieldKind.MAIL, FieldKind.FILE) or (one.kind is FieldKind.KANA and not kana)
    return one.model_copy(update={"from_identity": None, "required": one.required and not optional})


def check(parts: Parts, procedure: Procedure, posted: Mapping[str, Sequence[str]], answers: form.Answers) -> form.PageCheck:
    """The whole form at once. procedure: as it is `on_paper`. What is wrong on a page that is not asked does not count."""
    kept: form.Answers = answers
    problems: list[form.Problem] = []
    for page in procedure.pages:
        looked = form.check_page(page, posted, kept, today(parts), of=procedure)
        kept = looked.answers
        problems += looked.problems if form.holds(page.when, form.known(procedure, kept)) else ()
    return form.PageCheck(dict(kept), tuple(problems))


def with_row_changed(pages: Sequence[Page], posted: Mapping[str, Sequence[str]], then: str) -> dict[str, Sequence[str]]:
    """The post after a button that adds a row to a group, or takes one away."""
    changed = dict(posted)
    for page in pages:
        changed = form.with_row_changed(page, changed, then)
    return changed


def receive(parts: Parts, officer: Officer, id: str, procedure: Procedure, answers: form.Answers, how: Received) -> Application:
    """A new case in one event. The same id with the same answers again gives the same case, as when pressed twice.

    Raises NotFound for an id that is none, NotAllowed outside of the department, FormFaulty while something is missing,
    AlreadyThere when the id was used for other answers.
    """
    if procedure.id not in {one.id for one in offered(parts, officer)}:
        raise NotAllowed("department")
    typed = on_paper(procedure)
    known = how.channel in CHANNELS and how.identity_checked in CHECKS and len(how.note) <= NOTE_MOST
    if not known or form.problems_of(typed, answers, today(parts)):
        raise FormFaulty("entry")
    try:
        chosen = ApplicationId(str(uuid.UUID(id)))
    except ValueError:
        raise NotFound("id") from None
    sent = form.sent_answers(typed, answers)
    try:
        return _written(parts, officer, chosen, procedure, sent, how)
    except AlreadyThere:
        there = opened(parts, officer, chosen)
        if (there.procedure, there.channel, dict(there.answers)) != (procedure.id, how.channel, sent):
            raise
        return there


def _written(parts: Parts, officer: Officer, id: ApplicationId, procedure: Procedure, answers: Mapping[str, form.Answer],
             how: Received) -> Application:
    now = parts.clock()
    parts.applications.reserve(id)  # the link of the status page is made with the case's own key
    link = links.hash_of(links.token(parts, id, links.STATUS))
    first = record(application=id, number=1, at=now, event=Event.RECEIVE, by=Actor.OFFICER, who=officer.id, before=GENESIS,
                   state=State.SUBMITTED, detail={"procedure": procedure.id, "version": str(procedure.version),
                                                  "channel": how.channel})
    notes = (Note(by=officer.id, by_name=officer.name, at=now, words=how.note.strip()),) if how.note.strip() else ()
    case = Application(id=id, procedure=procedure.id, procedure_version=procedure.version, department=procedure.department,
                       reference=reference_of(id), state=State.SUBMITTED, state_since=now, created_at=now, version=1,
                       last_hash=first.hash, asked_as=versions.asked_as(procedure), submitted_at=now, answers=dict(answers),
                       channel=how.channel, identity_checked=how.identity_checked, received_by=officer.id,
                       received_by_name=officer.name, notes=notes)
    notice = Effect(id=f"{id}:1:0", kind=EffectKind.MAIL, application=id, created_at=now, detail={"template": "received"},
                    not_before=now)
    effects = (notice,) if told.reached_at(parts, case) else ()
    parts.applications.write(case, first, effects=effects, link=f"{links.STATUS}:{link}")
    return case


def amend(parts: Parts, officer: Officer, application: Application, answers: form.Answers) -> Application:
    """Put right what was typed wrongly, or what the applicant said later; what stood there before stays to be seen, and
    what a card said is kept for ever beside what an officer made of it.

    Raises IllegalTransition for a case the applicant sent themselves, FormFaulty while something is missing.
    """
    need_own(officer, application)
    if not may_amend(application):
        raise IllegalTransition("not typed by an officer")
    typed = as_came(parts, application)
    if form.problems_of(typed, answers, today(parts)):
        raise FormFaulty("entry")
    sent = form.sent_answers(typed, answers)
    sent |= {id: answer for id, answer in application.answers.items() if _is_older(typed, id)}
    changed = [id for id in {**application.answers, **sent} if application.answers.get(id) != sent.get(id)]
    if not changed:
        return application
    return step(parts, officer, application, Event.AMEND, detail={"fields": " ".join(changed)}, answers=sent,
                before_correction=dict(application.answers))


def _is_older(procedure: Procedure, id: str) -> bool:
    """Whether an answer is to a question that the present form does not ask any more: an amendment does not touch it."""
    return id.partition(".")[0] not in {one.id for one in procedure.fields()}
