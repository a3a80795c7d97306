"""What a family needs because of a life event: the answers of the interview → lines with reasons, and what stays open. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from content.rules import derived
from content.rules.answers import Answers
from content.rules.deadlines import last_day
from content.vocabulary.form import Condition
from content.vocabulary.life_event import Department, EventPaper, Level, LifeEvent, Need, Person, Way
from content.vocabulary.paper_datum import Role
from content.vocabulary.procedure import Procedure

NAMELESS = "人目の人"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist as it holds for this family."""

    id: str
    need: Need
    rows: tuple[str, ...] = field(repr=False)
    """The numbers of the rows it is about; empty where it is about the whole family."""
    who: tuple[str, ...] = field(repr=False)
    """Their names, as they were answered; 「2人目の人」 while a name is missing."""
    why: str = field(repr=False)
    until: date | None
    """The last day in time, where it can be worked out."""
    waits: bool = False
    """An officer must look at the case before anybody promises this line."""

    @property
    def count(self) -> int:
        """How often it is done: once per person, or once."""
        return len(self.rows) or 1


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """A line that does not hold, and why."""

    id: str
    need: Need
    why: str


@dataclass(frozen=True, slots=True)
class Together:
    """What an officer settles with the family."""

    id: str
    person: Person


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything that follows from the answers, in the order in which desks are walked to."""

    lines: tuple[Line, ...]
    not_needed: tuple[NotNeeded, ...]
    together: tuple[Together, ...]

    def of(self, level: Level) -> tuple[Line, ...]:
        """The lines of one level."""
        return tuple(line for line in self.lines if line.need.level is level)

    @property
    def to_visit(self) -> tuple[Line, ...]:
        """Lines that bring people to a desk of the city: required ones that cannot be done from home, nor elsewhere."""
        return tuple(line for line in self.of(Level.REQUIRED)
                     if set(line.need.ways) <= {Way.OFFICE} or (Way.OFFICE in line.need.ways and line.need.online is None
                                                               and Way.PHONE not in line.need.ways))

    @property
    def from_home(self) -> tuple[Line, ...]:
        """Lines that need no visit today."""
        visits = {line.id for line in self.to_visit}
        return tuple(line for line in self.lines if line.id not in visits and line.need.level is not Level.BY_ITSELF
                     and Way.OUTSIDE not in line.need.ways and set(line.need.ways) != {Way.OFFICE})

    @property
    def on_wish(self) -> tuple[Line, ...]:
        """Lines for those who want them, at a desk of the city."""
        return tuple(line for line in self.of(Level.OFFERED) if set(line.need.ways) == {Way.OFFICE})


def needs(event: LifeEvent, procedure: Procedure, answers: Answers, departments: Mapping[str, Department], *,
          is_open: Callable[[date], bool]) -> Needs:
    """What follows. procedure: the event's interview. is_open: whether the city's office is open on a day."""
    known = derived.known(procedure, answers)
    together = tuple(Together(id, person) for id, person in event.together.items()
                     if derived.holds(person.when, person.any_when, known))
    waiting = held_back(event, known)
    lines: list[Line] = []
    not_needed: list[NotNeeded] = []
    for id, need in event.needs.items():
        rows = holds_for(need, known)
        if rows is not None:
            who = tuple(name_of(need.of, row, known) for row in rows if need.of is not None)
            lines.append(Line(id, need, rows, who, need.why.replace("{who}", called(who)),
                              last_day(need.deadline, answers, is_open) if need.deadline else None, id in waiting))
        else:
            not_needed.append(NotNeeded(id, need, need.why_not))
    place = {id: n for n, id in enumerate(event.needs)}
    lines.sort(key=lambda line: (departments[line.need.department].order, place[line.id]))
    return Needs(tuple(_in_order(lines)), tuple(not_needed), together)


def held_back(event: LifeEvent, known: Answers) -> frozenset[str]:
    """The lines that nobody promises until an officer has looked. known: the answers with the derived facts."""
    return frozenset(id for one in event.together.values() if derived.holds(one.when, one.any_when, known)
                     for id in one.holds_back)


def holds_for(need: Need, known: Answers) -> tuple[str, ...] | None:
    """The rows for which a line holds, none of them where it is about the whole family; None where it does not hold.

    known: the answers with the derived facts.
    """
    if need.of is None:
        return () if derived.holds(need.when, need.any_when, known) else None
    return tuple(row for row in derived.rows(need.of, known)
                 if derived.holds(need.when, need.any_when, derived.RowView(known, f"{need.of}.{row}."))) or None


def row_of(role: Role, group: str, known: Answers) -> str | None:
    """The one row of a group whose person has the role; None where nobody has it, or several have.

    known: the answers with the derived facts.
    """
    rows = [row for row in derived.rows(group, known)
            if derived.holds(role.when, (), derived.RowView(known, f"{group}.{row}."))]
    return rows[0] if len(rows) == 1 else None


def name_of(group: str | None, row: str, answers: Answers) -> str:
    """A row's person by name."""
    name = answers.get(f"{group}.{row}.name", "")
    return name if isinstance(name, str) and name else f"{row}{NAMELESS}"


def called(names: Sequence[str]) -> str:
    """People as one speaks of them: 池田 太郎・池田 春さん; 2人目の人."""
    polite = bool(names) and not names[-1].endswith(NAMELESS)
    return "・".join(names) + ("さん" if polite else "")


def _in_order(lines: list[Line]) -> Iterator[Line]:
    """The lines, each after those that must be done before it."""
    left = list(lines)
    there = {line.id for line in lines}
    done: set[str] = set()
    while left:
        at = next((n for n, line in enumerate(left) if set(line.need.after) & there <= done), 0)
        line = left.pop(at)
        done.add(line.id)
        yield line


def conditions_of(need: Need | Person | EventPaper) -> Iterator[Condition]:
    """Every condition of a line, or of a paper."""
    yield from need.when
    for one in need.any_when:
        yield from one
