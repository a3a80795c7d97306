"""Officers walk to the family (systems.md S15): which departments it needs, in which order, how far each is, how long it took.

A family is the case of a life event's interview that an officer holds. Only departments with a line in its list see it.
Time is measured from the call to the end; 相談 (consultation) apart, and the resident's own writing is part of the stay (P05–P07).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import ApplicationId, Stop, StopState
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound
from chalicelib.domain.sitting import Sitting, newest
from chalicelib.services.officers import DECIDES, SEES_CASES, Officer
from chalicelib.services.parts import Parts
from chalicelib.services.review import step
from content.rules import form, opening
from content.rules.needs import Line, Needs, needs
from content.vocabulary.life_event import Department, LifeEvent
from content.vocabulary.procedure import Procedure

REASONS = ("papers", "other_day", "at_home", "not_applicable", "absent")
"""A paper is missing, the family comes another day, it does it from home, it does not apply, nobody of the department is there."""
STEPS: Mapping[tuple[StopState | None, StopState], Event] = MappingProxyType({
    (None, StopState.CALLED): Event.CALL_DESK,
    (StopState.LATER, StopState.CALLED): Event.CALL_DESK,
    (StopState.NOT_NEEDED, StopState.CALLED): Event.CALL_DESK,
    (StopState.CALLED, StopState.HERE): Event.REACH_DESK,
    (StopState.CALLED, StopState.DONE): Event.FINISH_DESK,
    (StopState.HERE, StopState.DONE): Event.FINISH_DESK,
    **{(state, to): Event.SKIP_DESK for state in (None, StopState.CALLED, StopState.HERE)
       for to in (StopState.NOT_NEEDED, StopState.LATER)},
})
"""What may follow what at one department; None waits."""
ENDED = frozenset({StopState.DONE, StopState.NOT_NEEDED, StopState.LATER})


@dataclass(frozen=True, slots=True)
class Desk:
    """One department on the family's list. stop: None while it waits."""

    department: Department
    lines: tuple[Line, ...]
    stop: Stop | None

    @property
    def is_over(self) -> bool:
        """Whether the family waits for it no more."""
        return self.stop is not None and self.stop.state in ENDED

    def seconds(self, now: datetime) -> int:
        """From the call until it was done, or until now; consultation is in it."""
        if self.stop is None or self.stop.called_at is None:
            return 0
        return max(int(((self.stop.done_at or now) - self.stop.called_at).total_seconds()), 0)

    def consulted(self, now: datetime) -> int:
        """Of these, seconds of consultation."""
        if self.stop is None:
            return 0
        since = self.stop.consulting_since
        return self.stop.consulted + (max(int((now - since).total_seconds()), 0) if since else 0)


@dataclass(frozen=True, slots=True)
class Family:
    """Everything a desk knows of a family. sitting: where it began and who wrote how long."""

    case: Application
    event: LifeEvent
    procedure: Procedure
    needs: Needs
    sitting: Sitting
    desks: tuple[Desk, ...]

    @property
    def next(self) -> Desk | None:
        """The first department in walking order that nobody has called."""
        return next((desk for desk in self.desks if desk.stop is None), None)

    def desk(self, department: str) -> Desk:
        """One department's. Raises NotFound."""
        found = next((desk for desk in self.desks if desk.department.id == department), None)
        if found is None:
            raise NotFound("no line")
        return found


def event_of(parts: Parts, procedure: Procedure) -> LifeEvent:
    """The life event whose interview this is. Raises NotFound for another procedure."""
    found = next((one for one in parts.catalogue.life_events if one.procedure == procedure.id), None)
    if found is None:
        raise NotFound(procedure.id)
    return found


def needs_of(parts: Parts, event: LifeEvent, procedure: Procedure, answers: form.Answers) -> Needs:
    """What follows from the answers; last days move to days on which the city's first office is open."""
    hours = parts.catalogue.offices[0].opening
    return needs(event, procedure, answers, {one.id: one for one in parts.catalogue.departments},
                 is_open=lambda day: bool(opening.hours_of(hours, day)))


def opened(parts: Parts, officer: Officer, id: ApplicationId) -> Family:
    """The family, for an officer of the desk that lent the tablet or of a department with a line in it.

    Raises NotFound or NotAllowed, which look alike.
    """
    family = _family(parts, parts.sittings.get(id), parts.applications.get(id))
    if not _may_see(officer, family):
        raise NotAllowed("no line of this department")
    return family


def all_for(parts: Parts, officer: Officer) -> tuple[Family, ...]:
    """The families in the house that this officer may see, the oldest first. One query, and the cases at once."""
    events = {one.procedure for one in parts.catalogue.life_events}
    there = newest(one for one in parts.sittings.all() if one.procedure in events)
    cases = parts.applications.several([one.case for one in there]) if there else {}
    held = [one for one in there if one.case in cases and cases[one.case].state is State.HELD]
    found = [_family(parts, one, cases[one.case]) for one in held]
    return tuple(sorted((one for one in found if _may_see(officer, one)), key=lambda one: one.sitting.began_at))


def _family(parts: Parts, sitting: Sitting, case: Application) -> Family:
    if case.state is not State.HELD:
        raise NotFound("not held")
    procedure = parts.catalogue.procedure(case.procedure)
    event = event_of(parts, procedure)
    found = needs_of(parts, event, procedure, case.answers)
    stops = {one.department: one for one in case.stops}
    visits = {line.need.department for line in found.to_visit} | set(stops)
    desks = tuple(Desk(one, tuple(line for line in found.to_visit if line.need.department == one.id), stops.get(one.id))
                  for one in sorted(parts.catalogue.departments, key=lambda one: one.order) if one.id in visits and not one.outside)
    return Family(case, event, procedure, found, sitting, desks)


def _may_see(officer: Officer, family: Family) -> bool:
    here = any(desk.department.is_served_by(officer.department) for desk in family.desks)
    return officer.is_one_of(SEES_CASES) and (here or is_front(officer, family))


def is_front(officer: Officer, family: Family) -> bool:
    """Whether it is the desk at which the family sits."""
    return officer.department == family.sitting.department


def may_act(officer: Officer, family: Family, department: str) -> bool:
    """Whether the officer may say how far a department is: its own people, and the desk at which the family sits."""
    own = officer.department == department or any(
        desk.department.id == department and desk.department.is_served_by(officer.department) for desk in family.desks)
    return officer.is_one_of(DECIDES) and (own or is_front(officer, family))


def move(parts: Parts, officer: Officer, family: Family, department: str, to: StopState, reason: str = "") -> Application:
    """Bring a department to its next state. Raises NotAllowed, IllegalTransition, FormFaulty without a reason, Stale."""
    desk = family.desk(department)
    # Whoever has the family may call the next one; the rest is the department's own word, or the front desk's.
    if to is not StopState.CALLED and not may_act(officer, family, department):
        raise NotAllowed("another department's desk")
    if not officer.is_one_of(DECIDES):
        raise NotAllowed("role")
    event = STEPS.get((desk.stop.state if desk.stop else None, to))
    if event is None:
        raise IllegalTransition(f"{to} does not follow")
    if (event is Event.SKIP_DESK) != (reason in REASONS):
        raise FormFaulty("reason")
    now = parts.clock()
    before = desk.stop or Stop(department=department, state=to, by=officer.id, by_name=officer.name)
    times = {StopState.CALLED: {"called_at": now, "here_at": None, "done_at": None, "reason": "", "consulted": 0},
             StopState.HERE: {"here_at": now}, StopState.DONE: {"here_at": before.here_at or now}}.get(to, {"reason": reason})
    ended = {"done_at": now, "consulted": desk.consulted(now), "consulting_since": None} if to in ENDED else {}
    after = replace(before, state=to, by=officer.id, by_name=officer.name, **times, **ended)  # type: ignore[arg-type]  # its fields
    measured = {"seconds": str(desk.seconds(now)), "consulted": str(desk.consulted(now))} if to in ENDED else {}
    return step(parts, officer, family.case, event, stops=_with(family.case, after),
                detail={"department": department, **({"reason": reason} if reason else {}), **measured})


def consult(parts: Parts, officer: Officer, family: Family, department: str) -> Application:
    """相談 begins, or the one that goes on is over. Raises NotAllowed, IllegalTransition."""
    stop = family.desk(department).stop
    if not may_act(officer, family, department):
        raise NotAllowed("another department's desk")
    if stop is None or stop.state is not StopState.HERE:
        raise IllegalTransition("nobody is here")
    now = parts.clock()
    total = family.desk(department).consulted(now)
    after = replace(stop, consulted=total, consulting_since=None if stop.consulting_since else now)
    return step(parts, officer, family.case, Event.CONSULT, stops=_with(family.case, after),
                detail={"department": department, "consulted": str(total)})


def end(parts: Parts, officer: Officer, family: Family) -> Application:
    """The family goes home. Raises IllegalTransition while a department is open, NotAllowed for another desk."""
    if not is_front(officer, family) or not officer.is_one_of(DECIDES):
        raise NotAllowed("front desk")
    if not all(desk.is_over for desk in family.desks):
        raise IllegalTransition("a department is open")
    now = parts.clock()
    seconds = family.sitting.in_hand(now)
    stay = int((now - family.sitting.began_at).total_seconds())
    ended = step(parts, officer, family.case, Event.END_STAY, writing_seconds=seconds,
                 detail={"stay": str(stay), "seconds": str(seconds),
                         "consulted": str(sum(desk.consulted(now) for desk in family.desks))})
    parts.sittings.drop(family.case.id)
    return ended


def _with(case: Application, stop: Stop) -> tuple[Stop, ...]:
    return (*(one for one in case.stops if one.department != stop.department), stop)
