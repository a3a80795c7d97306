"""A life event (ライフイベント): what a family needs because of it, each line with its reason, deadline, desk and source.

The interview itself is an ordinary procedure (`procedure`), so phone, tablet, counter and console ask it in the same way.
"""

from enum import StrEnum

from pydantic import Field as F

from content.vocabulary.fact import Frozen, Slug, Source, Words
from content.vocabulary.form import Condition
from content.vocabulary.paper_datum import Role


class Level(StrEnum):
    """How much a line matters."""

    REQUIRED = "required"
    """Has to be done when its condition holds."""
    OFFERED = "offered"
    """Only if the person wants it."""
    BY_ITSELF = "by_itself"
    """Happens without them; worth knowing, nothing to do."""


class Way(StrEnum):
    """How a line can be done."""

    OFFICE = "office"
    POST = "post"
    PHONE = "phone"
    ONLINE = "online"
    OUTSIDE = "outside"
    """At another office than the city's: 年金事務所, 運輸支局, 法務局, the employer, the bank."""


class Begins(StrEnum):
    """From which day a term is counted."""

    NEXT_DAY = "next_day"
    """The first day is not counted (民法140条): 転入届, 国保, 介護, 年金."""
    SAME_DAY = "same_day"
    """The first day is counted (戸籍法43条): 出生届, 死亡届."""


class Deadline(Frozen):
    """Until when. `words` is what people read; with `field` and a span the day itself is worked out."""

    words: Words
    field: Slug | None = None
    """The answer that holds the first day."""
    days: int | None = F(default=None, ge=1, le=400)
    months: int | None = F(default=None, ge=1, le=120)
    begins: Begins = Begins.NEXT_DAY
    rolls: bool = True
    """Whether a last day on which the office is shut moves to the next open one."""


class Need(Source):
    """One line of a life event's checklist."""

    name: Words
    """正式名, as it stands on the door of the desk and on the paper."""
    plain: Words
    """The same in everyday words."""
    level: Level
    of: Slug | None = None
    """A group of the interview: one line per row for which it holds, with the person's name."""
    when: tuple[Condition, ...] = ()
    any_when: tuple[tuple[Condition, ...], ...] = ()
    """Needed when all of `when` are true, and all of at least one list of `any_when`, where there are any."""
    why: Words
    """Why it is needed. `{who}` becomes the names of those it is about."""
    why_not: Words
    """Why it is not, for those who wonder."""
    department: Slug
    deadline: Deadline | None = None
    missed: Words | None = None
    """What is lost when it is late."""
    bring: tuple[Words, ...] = ()
    ways: tuple[Way, ...] = F(default=(Way.OFFICE,), min_length=1)
    online: Slug | None = None
    """The online procedure of ours that does it."""
    applicant: Slug | None = None
    """Whose name it is in: one of the event's roles. Without it, that of the head of a household that moves."""
    link: Words | None = None
    """Where else it is done online or by telephone, in words."""
    in_person: bool = False
    """Whether the person must come themselves: an agent learns that before the visit."""
    after: tuple[Slug, ...] = ()
    """Lines that must be done before this one."""
    money: Words | None = None
    note: Words | None = None
    law: Words | None = None


class Person(Frozen):
    """Something that the rules do not settle: an officer does it together with the family."""

    when: tuple[Condition, ...] = ()
    any_when: tuple[tuple[Condition, ...], ...] = ()
    resident: Words
    """What the family reads. It names no reason that the law wants silent (domain.md §4.6)."""
    officer: Words
    """What the officer looks at first."""
    holds_back: tuple[Slug, ...] = ()
    """Lines that nobody should promise until the officer has looked."""


class EventPaper(Frozen):
    """A paper (様式) of a life event, and when it is printed: where one of its lines holds, or without lines, its conditions."""

    paper: Slug
    lines: tuple[Slug, ...] = ()
    """The lines of the checklist that it serves. It waits with them for an officer."""
    each: bool = False
    """One sheet for each person whom its lines are about; else one for the family."""
    when: tuple[Condition, ...] = ()
    any_when: tuple[tuple[Condition, ...], ...] = ()
    """Beside its lines; of `each`, conditions name parts and facts of the person first."""
    why: Words
    """Why it is printed. `{who}` becomes the names of those it is about."""
    department: Slug | None = None
    """Of a paper without lines: the desk at which it is handed in."""
    spared: Words | None = None
    """Why nobody has to write this paper although its line holds; then it is never printed."""


class LifeEvent(Source):
    """One event: the interview that asks, and everything that can follow from it."""

    id: Slug
    order: int = 100
    procedure: Slug
    title: Words
    summary: Words
    people: Slug | None = None
    """The group that holds the people; its part `name` is what lines call them by."""
    family: Words = "{who} さんのご家族"
    """How the printed list calls them; `{who}` is the first of the people. One alone is 「さん」, without 「のご家族」."""
    happened: Slug | None = None
    """The field with the day of the event."""
    needs: dict[Slug, Need]
    """By id, so that a city changes one line without repeating the others."""
    together: dict[Slug, Person] = F(default_factory=dict)
    roles: dict[Slug, Role] = F(default_factory=dict)
    """What papers call people by: `head.name` is the name of the one who is 世帯主."""
    papers: dict[Slug, EventPaper] = F(default_factory=dict)
    """By id, so that a city changes one paper without repeating the others."""
    quiet: bool = False
    """Grief: no congratulations, no pictures, no exclamation marks (visual.md)."""


class Department(Source):
    """A department (課) as people walk to it."""

    id: Slug
    name: Words
    floor: Words
    order: int
    """Place on the way through the building: the resident record first, because everything else rests on it."""
    phone: Words | None = None
    divisions: tuple[Slug, ...] = ()
    """Other departments' officers who sit at this desk, as procedures and logins name them."""
    outside: bool = False
    """Another office than the city's."""
    branches: bool = False
    """Whether 山川・開聞 and the like take it in as well."""

    def is_served_by(self, department: str) -> bool:
        """Whether officers of that department sit here."""
        return department == self.id or department in self.divisions


__all__ = ["Begins", "Deadline", "Department", "EventPaper", "Level", "LifeEvent", "Need", "Person", "Role", "Way"]
