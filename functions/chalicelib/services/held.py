"""職員預かり: a case that a resident writes on a tablet, an officer holds and adds to, and the resident confirms whole (ADR 0031).

The confirmation binds the SHA-256 of the canonical content. Whatever changes the content voids it in the same transaction,
and only content that is confirmed as it stands goes on (peers.md goal 32).
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.application import TABLET, Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId, Confirmation, Edit
from chalicelib.domain.errors import AlreadyThere, FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.history import GENESIS, record
from chalicelib.domain.reference import reference_of
from chalicelib.services import links, told, versions
from chalicelib.services.apply import text_to_sign, today
from chalicelib.services.officers import DECIDES, Officer
from chalicelib.services.parts import Parts
from chalicelib.services.receive import CHECKS, on_paper
from chalicelib.services.review import step
from chalicelib.services.steps import take
from content.rules import form
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Page, Procedure


def form_of(parts: Parts, application: Application) -> Procedure:
    """The form as a tablet asks it: no card fills anything in and no page says that one did, and papers are given by hand."""
    procedure = parts.catalogue.procedure(application.procedure)
    title = parts.catalogue.say("tablet.applicant")
    asked = tuple(page.model_copy(update={"title": title, "help": None}) if all(one.from_identity for one in page.fields) else page
                  for page in procedure.pages)
    return on_paper(procedure.model_copy(update={"pages": asked}))


def begin(parts: Parts, officer: Officer, id: str, procedure: Procedure, answers: form.Answers) -> Application:
    """A new case for the tablet, with what is known already. The same id again gives the same case.

    Raises NotFound for an id that is none, NotAllowed for an officer who only looks, AlreadyThere for another's id.
    """
    if not officer.is_one_of(DECIDES):
        raise NotAllowed("role")
    try:
        chosen = ApplicationId(str(uuid.UUID(id)))
    except ValueError:
        raise NotFound("id") from None
    now = parts.clock()
    first = record(application=chosen, number=1, at=now, event=Event.LEND, by=Actor.OFFICER, who=officer.id, before=GENESIS,
                   state=State.DRAFT, detail={"procedure": procedure.id, "version": str(procedure.version), "channel": TABLET,
                                              "taken_in": str(len(answers))})
    draft = Application(id=chosen, procedure=procedure.id, procedure_version=procedure.version, department=procedure.department,
                        reference=reference_of(chosen), state=State.DRAFT, state_since=now, created_at=now, version=1,
                        last_hash=first.hash, asked_as=versions.asked_as(procedure), answers=dict(answers), taken_in=tuple(answers),
                        channel=TABLET, due=now + timedelta(days=procedure.draft_days))
    try:
        parts.applications.write(draft, first)
    except AlreadyThere:
        there = parts.applications.get(chosen)
        if (there.procedure, there.channel) != (procedure.id, TABLET):
            raise
        return there
    return draft


def save_page(parts: Parts, application: Application, page: Page, posted: Mapping[str, Sequence[str]],
              ) -> tuple[Application, form.PageCheck]:
    """Keep what the resident answered on a page, faulty answers too: nothing typed is lost. Raises IllegalTransition while an
    officer holds the case, Stale."""
    procedure = form_of(parts, application)
    check = form.check_page(page, posted, application.answers, today(parts), of=procedure)
    if dict(application.answers) == check.answers:
        return application, check
    now = parts.clock()
    return take(parts, application, Event.SAVE, Actor.RESIDENT, who=Actor.RESIDENT, at=now, detail={"page": page.id},
                answers=check.answers, due=now + timedelta(days=procedure.draft_days)), check


def give(parts: Parts, application: Application) -> Application:
    """The resident gives the tablet to the officer, however much is filled in. Raises IllegalTransition for what was never
    on a tablet: somebody's draft at home is theirs alone."""
    _need_tablet(application)
    return take(parts, application, Event.HOLD, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock())


def take_back(parts: Parts, officer: Officer, application: Application) -> Application:
    """The officer takes what the resident has written so far. Raises IllegalTransition as `give` does."""
    _need_tablet(application)
    return step(parts, officer, application, Event.TAKE_BACK)


def lend_again(parts: Parts, officer: Officer, application: Application) -> Application:
    """The resident goes on writing: what was confirmed is confirmed no more."""
    return step(parts, officer, application, Event.LEND, confirmation=_void(parts, application))


def supplement(parts: Parts, officer: Officer, application: Application, answers: form.Answers) -> Application:
    """補記: the officer's own version of the answers. Each that changes is marked with who, before and after.

    What is missing may stay missing for now. A change voids the confirmation; a wording that is the same changes nothing.
    """
    before, after = (form.sent_answers(form_of(parts, application), one) for one in (application.answers, answers))
    changed = [id for id in {**before, **after} if (before.get(id) or "") != (after.get(id) or "")]
    if not changed:
        return application
    now = parts.clock()
    made = tuple(Edit(about=id, before=before.get(id, ""), after=after.get(id, ""), by=officer.id, by_name=officer.name, at=now)
                 for id in changed)
    return step(parts, officer, application, Event.SUPPLEMENT, detail={"fields": " ".join(changed)}, answers=dict(answers),
                edits=(*application.edits, *made), confirmation=_void(parts, application))


def marks(application: Application) -> Mapping[str, Edit]:
    """Field id → the officers' change that stands in the answers now, from what the resident wrote to what it is."""
    found: dict[str, Edit] = {}
    for one in application.edits:
        earlier = found.get(one.about)
        # What the resident wrote again after an officer's change is their own: the chain begins anew behind it.
        found[one.about] = replace(one, before=earlier.before) if earlier and earlier.after == one.before else one
    return {id: one for id, one in found.items()
            if one.after in (application.answers.get(id, ""), "") and (one.before or "") != (one.after or "")}


def problems(parts: Parts, application: Application) -> tuple[tuple[Page, form.Problem], ...]:
    """What still stands in the way, with the page it stands on."""
    return form.problems_of(form_of(parts, application), application.answers, today(parts))


def digest(parts: Parts, application: Application) -> str:
    """Hex SHA-256 of the canonical content, as for a signature: the procedure, its version and every answer that is sent."""
    procedure = form_of(parts, application)
    return hashlib.sha256(text_to_sign(procedure, replace(application, procedure_version=procedure.version)).encode()).hexdigest()


def is_confirmed(parts: Parts, application: Application) -> bool:
    """Whether the resident has confirmed the content exactly as it stands now."""
    said = application.confirmation
    return said is not None and said.void_since is None and said.digest == digest(parts, application)


def confirm(parts: Parts, application: Application, seen: str) -> Application:
    """The resident says that the whole is right. seen: the digest of what their screen showed. A second time changes nothing.

    Raises IllegalTransition unless an officer holds the case, Stale when it is not what stands there now, FormFaulty while
    something is missing.
    """
    if application.state is not State.HELD:
        raise IllegalTransition("not held")
    now_there = digest(parts, application)
    if seen != now_there:
        raise Stale("the content on the screen is older")
    if problems(parts, application):
        raise FormFaulty("open")
    if is_confirmed(parts, application):
        return application
    now = parts.clock()
    return take(parts, application, Event.CONFIRM, Actor.RESIDENT, who=Actor.RESIDENT, at=now,
                detail={"confirmed": _told(parts, application, now_there)}, confirmation=Confirmation(digest=now_there, at=now))


def hand_in(parts: Parts, officer: Officer, application: Application, *, identity_checked: str,
            writing_seconds: int) -> Application:
    """The confirmed content becomes an application in its department's queue; from then on everything as always.

    Raises NotAllowed for an interview, which asks the city for nothing, and FormFaulty unless the content is confirmed as it
    stands now. The check and the write meet the same version of the case.
    """
    procedure = form_of(parts, application)
    if procedure.interview:
        raise NotAllowed("an interview asks for nothing")
    if identity_checked not in CHECKS:
        raise FormFaulty("check")
    if problems(parts, application) or not is_confirmed(parts, application):
        raise FormFaulty("not confirmed")
    now = parts.clock()
    secret = links.token(parts, application.id, links.STATUS)
    return step(parts, officer, application, Event.HAND_IN, link=f"{links.STATUS}:{links.hash_of(secret)}",
                detail={"confirmed": _told(parts, application, digest(parts, application)), "seconds": str(writing_seconds)},
                mail="received" if told.reached_at(parts, application) else None, submitted_at=now, due=None,
                answers=form.sent_answers(procedure, application.answers), received_by=officer.id,
                received_by_name=officer.name, identity_checked=identity_checked, writing_seconds=writing_seconds,
                procedure_version=procedure.version,
                asked_as=versions.asked_as(parts.catalogue.procedure(procedure.id)))


def wipe(parts: Parts, officer: Officer, application: Application, why: str) -> Application:
    """The resident has left: the answers go with this write, the key at the worker's next round. why: wiped or kept."""
    _need_tablet(application)
    return step(parts, officer, application, Event.WIPE, detail={"reason": why}, ended_because=why, answers={}, edits=(),
                confirmation=None, stops=())


def papers(procedure: Procedure, answers: form.Answers) -> tuple[str, ...]:
    """What the form asks for as a file; at the desk it is given by hand."""
    return tuple(part.label for page in form.asked_pages(procedure, answers)
                 for part in form.asked_fields(page, form.known(procedure, answers)) if part.kind is FieldKind.FILE)


def _need_tablet(application: Application) -> None:
    if application.channel != TABLET:
        raise IllegalTransition("not on a tablet")


def _void(parts: Parts, application: Application) -> Confirmation | None:
    said = application.confirmation
    return replace(said, void_since=parts.clock()) if said is not None and said.void_since is None else said


def _told(parts: Parts, application: Application, content: str) -> str:
    """What the history keeps of a digest: with the case's own secret nobody can guess few answers from it (ADR 0024)."""
    return links.hash_of(f"{links.token(parts, application.id, links.SIGNED)}/{content}")
