"""The annex (別紙) of a form: texts that are too long for their boxes, whole, on sheets of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from content.vocabulary.paper import Align, Box, Face, Label, Paper
from kiosk_agent.paper.drawing import Operation, Rule, Sheet
from kiosk_agent.paper.fit import LEADING, MM_PER_POINT, wrap
from kiosk_agent.paper.glyphs import Piece, Shelf
from kiosk_agent.paper.known import Known
from kiosk_agent.paper.setting import ASCENT, Setter, set_line

MARGIN = 18.0
SIZE = 10.5
TOP = 62.0
"""mm: below the corner in which every sheet of the form has its symbols."""
LINE = LEADING * SIZE * MM_PER_POINT * 1.15
WIDTH, HEIGHT = 210.0, 297.0
SMALLEST_SHEET = 140.0
"""mm of height: an annex of a smaller form is an A4 sheet's width no more, but never so low that nothing fits."""


@dataclass(frozen=True, slots=True)
class Annexed:
    """One text that went to the annex, and what it is called in its box."""

    number: int
    label: str
    text: str = field(repr=False)


def annex(paper: Paper, known: Known, annexed: Sequence[Annexed], shelf: Shelf) -> tuple[Sheet, ...]:
    """The annex sheets, as large as the form; none when everything had its place."""
    if not annexed:
        return ()
    width, height = paper.width, max(paper.height, SMALLEST_SHEET)
    lines = [line for one in annexed for line in _lines(one, shelf, width - 2 * MARGIN)]
    top = min(TOP, height / 4) if paper.qr is None else max(TOP, paper.qr.y + paper.qr.h + 8, paper.mark.y + paper.mark.h + 6)
    room = max(1, int((height - top - MARGIN) / LINE))
    parts = [lines[at:at + room] for at in range(0, len(lines), room)]
    return tuple(Sheet(width, height, tuple(_sheet(paper, known, part, top, shelf, width))) for part in parts)


def _lines(one: Annexed, shelf: Shelf, width: float) -> Iterator[tuple[Piece, ...]]:
    yield shelf.pieces(f"別紙{one.number}　{one.label}", Face.GOTHIC, bold=True)
    for paragraph in one.text.split("\n"):
        yield from wrap(shelf.pieces(paragraph, Face.MINCHO), width, SIZE)
    yield ()


def _sheet(paper: Paper, known: Known, lines: Sequence[tuple[Piece, ...]], top: float, shelf: Shelf,
           width: float) -> Iterator[Operation]:
    setter = Setter(shelf)
    half = (paper.qr.x if paper.qr else width - MARGIN) - MARGIN - 3
    yield from setter.label(Label(box=Box(x=MARGIN, y=14, w=half, h=9), text="別紙", size=18, bold=True))
    yield from setter.label(Label(box=Box(x=MARGIN, y=25, w=half, h=6), text=paper.title, size=10.5, lines=2))
    if known.whose:
        box = Box(x=MARGIN, y=33, w=half, h=10)
        yield from setter.value(known.whose, box, size=12, smallest=7, lines=2, align=Align.LEFT)
    yield Rule(MARGIN, top - 3, width - MARGIN, top - 3, 0.2)
    for number, line in enumerate(lines):
        yield from set_line(line, MARGIN, top + number * LINE + ASCENT * SIZE * MM_PER_POINT, SIZE)


__all__ = ["Annexed", "annex"]
