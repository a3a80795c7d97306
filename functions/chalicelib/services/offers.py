"""Lines of a family's list that need no desk: each becomes an application of its department, begun with what is known already.

At home it is the family's own draft, at the desk a case that an officer holds. Both end in the same queue (issue 6, item 7).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.application import TABLET, Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import AlreadyThere, FormFaulty, IllegalTransition, NaviError, NotAllowed, NotFound
from chalicelib.domain.history import GENESIS, record
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.reference import reference_of
from chalicelib.domain.sitting import Sitting
from chalicelib.services import apply, desks, held, links, tablet, told, versions
from chalicelib.services.carried import Row, carried
from chalicelib.services.desks import Family
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from chalicelib.services.receive import on_paper
from content.rules import form
from content.rules.needs import Line, Needs, row_of
from content.vocabulary.life_event import LifeEvent
from content.vocabulary.procedure import Procedure

BEGUN_MOST = 3
"""How often an application of a line can be begun: one that was given up or wiped makes room for the next."""
GIVEN_UP = frozenset({State.WITHDRAWN, State.EXPIRED, State.ERASED})


class NotConfirmed(NaviError):
    """The family has confirmed the answers neither on the tablet nor, as the officer says, by word of mouth."""

    code = "form-faulty"


@dataclass(frozen=True, slots=True)
class Offer:
    """A line that needs no desk, as an application of its department.

    missing: labels of what the interview did not ask. case: the application that was begun or sent for it.
    """

    line: Line
    procedure: Procedure
    answers: Mapping[str, form.Answer] = field(repr=False)
    missing: tuple[str, ...]
    case: Application | None

    @property
    def is_sent(self) -> bool:
        """Whether it has gone to its department."""
        return self.case is not None and self.case.submitted_at is not None


def all_of(parts: Parts, interview: Application, needs: Needs) -> tuple[Offer, ...]:
    """What needs no desk and is an online procedure of ours, in the order of the list. One read of all their cases."""
    asked = parts.catalogue.procedure(interview.procedure)
    lines = [(line, procedure) for line in needs.from_home if (procedure := _procedure(parts, line)) is not None]
    there = parts.applications.several([id for line, _ in lines for id in _ids(interview, line)]) if lines else {}
    found = []
    for line, procedure in lines:
        answers = carried(asked, interview.answers, procedure, apply.today(parts), of=line.need.of, rows=line.rows,
                          applicant=_applicant(desks.event_of(parts, asked), asked, interview, line))
        missing = form.problems_of(on_paper(procedure), answers, apply.today(parts))
        labels = tuple(dict.fromkeys(form.part_of(procedure, one.field).label for _, one in missing))
        cases = [there[id] for id in _ids(interview, line) if id in there]
        case = next((one for one in reversed(cases) if one.state not in GIVEN_UP), None)
        if case is None and len(cases) == BEGUN_MOST:
            continue  # given up each time: the form itself is still there, empty
        found.append(Offer(line, procedure, answers, labels, case))
    return tuple(found)


def apply_for(parts: Parts, interview: Application, needs: Needs, need: str) -> Application:
    """The family's own application of a line: the one that is there, or a new draft with what is known. Twice it is one.

    Raises NotFound for a line that is not offered.
    """
    offer = _offer(parts, interview, needs, need)
    return offer.case or apply.begin(parts, _next(parts, interview, offer.line), offer.procedure.id, offer.answers)


def hold(parts: Parts, officer: Officer, family: Family, need: str) -> Sitting:
    """The line as a case that the officer holds, with what is known: the tablet or a 補記 adds the rest. Twice it is one.

    Raises NotFound for a line that is not offered or was sent, NotAllowed but for the desk at which the family sits.
    """
    if not desks.is_front(officer, family):
        raise NotAllowed("front desk")
    offer = _offer(parts, family.case, family.needs, need)
    if offer.is_sent:
        raise NotFound("sent already")
    id = offer.case.id if offer.case is not None else _next(parts, family.case, offer.line)
    return tablet.hold(parts, officer, id, offer.procedure.id, offer.answers)


def send(parts: Parts, officer: Officer, family: Family, need: str, *, spoken: bool) -> Application:
    """One button: the line becomes a case in its department's queue, beside what came online. Pressed twice it is one case.

    spoken: the officer says that the family was asked, for answers that it has not confirmed on the tablet; which of both it
    was stands in the history (ADR 0031). Raises NotFound for a line that is not offered, NotAllowed, FormFaulty while the form
    wants more than is known, IllegalTransition while somebody writes it on a tablet, NotConfirmed.
    """
    offer = _offer(parts, family.case, family.needs, need)
    if not desks.may_act(officer, family, offer.procedure.department):
        raise NotAllowed("department")
    if offer.case is not None:
        if not offer.is_sent:
            raise IllegalTransition("a colleague is still writing it")
        return offer.case
    if offer.missing:
        raise FormFaulty("missing")
    confirmed = held.is_confirmed(parts, family.case)
    if not confirmed and not spoken:
        raise NotConfirmed(need)
    id = _next(parts, family.case, offer.line)
    try:
        return _filed(parts, officer, id, offer, by="tablet" if confirmed else "spoken")
    except AlreadyThere:
        return parts.applications.get(id)


def _offer(parts: Parts, interview: Application, needs: Needs, need: str) -> Offer:
    offer = next((one for one in all_of(parts, interview, needs) if one.line.id == need), None)
    if offer is None:
        raise NotFound(need)
    return offer


def _procedure(parts: Parts, line: Line) -> Procedure | None:
    if line.need.online is None or line.waits:
        return None
    try:
        return parts.catalogue.procedure(line.need.online)
    except KeyError:
        return None


def _applicant(event: LifeEvent, asked: Procedure, interview: Application, line: Line) -> Row | None:
    """The row of the person in whose name the line is, where content says who that is."""
    if line.need.applicant is None:
        return None
    role = event.roles[line.need.applicant]
    group = role.of or event.people or ""
    return group, row_of(role, group, form.known(asked, interview.answers))


def _ids(interview: Application, line: Line) -> tuple[ApplicationId, ...]:
    """The same family's same line is the same case, however often the button is pressed; behind it, those that may follow."""
    names = (f"need/{line.id}" if number == 1 else f"need/{line.id}/{number}" for number in range(1, BEGUN_MOST + 1))
    return tuple(ApplicationId(str(uuid.uuid5(uuid.UUID(interview.id), name))) for name in names)


def _next(parts: Parts, interview: Application, line: Line) -> ApplicationId:
    """The id of the application that can be begun now. Raises NotFound when it was given up too often."""
    for id in _ids(interview, line):
        history = parts.applications.history(id)
        if not history or history[-1].state not in GIVEN_UP:
            return id
    raise NotFound("given up too often")


def _filed(parts: Parts, officer: Officer, id: ApplicationId, offer: Offer, *, by: str) -> Application:
    procedure, now = offer.procedure, parts.clock()
    parts.applications.reserve(id)  # the link of the status page is made with the case's own key
    link = links.hash_of(links.token(parts, id, links.STATUS))
    first = record(application=id, number=1, at=now, event=Event.RECEIVE, by=Actor.OFFICER, who=officer.id, before=GENESIS,
                   state=State.SUBMITTED, detail={"procedure": procedure.id, "version": str(procedure.version), "channel": TABLET,
                                                  "family": by})
    case = Application(id=id, procedure=procedure.id, procedure_version=procedure.version, department=procedure.department,
                       reference=reference_of(id), state=State.SUBMITTED, state_since=now, created_at=now, version=1,
                       last_hash=first.hash, asked_as=versions.asked_as(procedure), submitted_at=now, channel=TABLET,
                       answers=form.sent_answers(on_paper(procedure), offer.answers), identity_checked="unchecked",
                       received_by=officer.id, received_by_name=officer.name)
    notice = Effect(id=f"{id}:1:0", kind=EffectKind.MAIL, application=id, created_at=now, detail={"template": "received"},
                    not_before=now)
    parts.applications.write(case, first, effects=(notice,) if told.reached_at(parts, case) else (),
                             link=f"{links.STATUS}:{link}")
    return case
