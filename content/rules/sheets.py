"""Which sheets a family needs because of a life event: its lines and answers → one wish per sheet, with the reason. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from content.rules import derived
from content.rules.answers import Answers
from content.rules.needs import called, held_back, holds_for, name_of
from content.vocabulary.life_event import EventPaper, LifeEvent
from content.vocabulary.procedure import Procedure


@dataclass(frozen=True, slots=True)
class SheetWish:
    """One sheet that this family needs."""

    id: str
    """Of the event's paper: S05."""
    paper: str
    lines: tuple[str, ...]
    """The lines of the checklist that it serves here."""
    row: str | None = field(repr=False)
    """The number of the person whom it is about; None where it is about the whole family."""
    why: str = field(repr=False)


def sheets(event: LifeEvent, procedure: Procedure, answers: Answers) -> tuple[SheetWish, ...]:
    """The sheets, in the order of the event's papers. A sheet of a line that waits for an officer is none of them."""
    known = derived.known(procedure, answers)
    waiting = held_back(event, known)
    return tuple(wish for id, one in event.papers.items() if one.spared is None
                 for wish in _sheets_of(id, one, event, known, waiting))


def _sheets_of(id: str, paper: EventPaper, event: LifeEvent, known: Answers, waiting: frozenset[str]) -> Iterator[SheetWish]:
    found = {line: holds_for(event.needs[line], known) for line in paper.lines if line not in waiting}
    lines = tuple(line for line, rows in found.items() if rows is not None)
    if paper.lines and not lines:
        return
    if not paper.each:
        who = dict.fromkeys(name_of(event.needs[line].of, row, known) for line in lines for row in found[line] or ())
        if derived.holds(paper.when, paper.any_when, known):
            yield SheetWish(id, paper.paper, lines, None, paper.why.replace("{who}", called(tuple(who))))
        return
    group = event.people or ""
    for row in derived.rows(group, known):
        here = tuple(line for line in lines if event.needs[line].of is None or row in (found[line] or ()))
        if (here or not paper.lines) and derived.holds(paper.when, paper.any_when, derived.RowView(known, f"{group}.{row}.")):
            yield SheetWish(id, paper.paper, here, row, paper.why.replace("{who}", called((name_of(group, row, known),))))
