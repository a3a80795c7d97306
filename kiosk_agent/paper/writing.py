"""What people write on one sheet: all of it where it is handwritten, and what stays for them where it is printed. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from content.rules.handwriting import Entry, entry_of, places
from content.vocabulary.paper import Paper, Slot
from kiosk_agent.paper.known import Known, Row


@dataclass(frozen=True, slots=True)
class Writing:
    """Entries of one sheet by kind."""

    by_hand: Counter[Entry] = field(default_factory=Counter)
    """Where somebody writes the whole sheet with a pen."""
    left: Counter[Entry] = field(default_factory=Counter)
    """Boxes that are empty after printing and that no officer fills in."""


def writing(paper: Paper, known: Known) -> Writing:
    """Counted from the paper's boxes: as many rows of a table as this family has, and a box that may hold one thing or another
    once. A box that these answers do not ask for is nobody's."""
    found = Writing()
    for here, row in _boxes(paper, known):
        asked = [slot for slot in here if known.fulfils(slot.when, row)]
        kind = next((kind for slot in asked if (kind := entry_of(slot, paper)) is not None), None)
        if kind is None:
            continue
        found.by_hand[kind] += 1
        if not any(slot.officer or known.values(slot, row)[0] for slot in asked):
            found.left[kind] += 1
    return found


def _boxes(paper: Paper, known: Known) -> Iterator[tuple[tuple[Slot, ...], Row | None]]:
    """Each box with all that may be printed into it; those of a table once for each of its rows."""
    yield from ((slots, None) for slots in places(paper.slots).values())
    for table in paper.tables:
        for row in known.rows(table):
            yield from ((slots, row) for slots in places(table.slots).values())
