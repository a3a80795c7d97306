"""A ticket (受付票・引換票) for a roll of 80 mm: a title, the case code in large letters, some lines, and a QR symbol."""

from collections.abc import Iterator, Sequence

import segno

from content.vocabulary.paper import Align, Box, Face
from kiosk_agent.paper.drawing import Operation, Rule, Sheet
from kiosk_agent.paper.fit import LEADING, MM_PER_POINT, Fitted, fit, wrap
from kiosk_agent.paper.glyphs import Fidelity, Shelf, Unprintable
from kiosk_agent.paper.setting import ASCENT, Modules, placed, set_line, symbols_in

WIDTH = 80.0
MARGIN = 4.0
"""mm at each side: what a roll printer leaves white."""
INNER = WIDTH - 2 * MARGIN
TITLE, CODE, TEXT, SMALL = 14.0, 24.0, 10.5, 8.0
"""Points."""
SYMBOL = 46.0
"""mm: a symbol of 970 letters stays above the least module."""


def ticket(case_code: str, title: str, lines: Sequence[str], when: str, shelf: Shelf,
           symbol_text: str | None = None) -> tuple[Sheet, tuple[Unprintable, ...]]:
    """The ticket, as long as its content, and the characters that did not print as written. Raises SheetError when the symbol
    would be too fine to read."""
    operations: list[Operation] = []
    y = MARGIN
    heading = fit(shelf.pieces(title, Face.GOTHIC, bold=True), Box(x=MARGIN, y=y, w=INNER, h=14), size=TITLE, smallest=10, lines=2)
    operations += placed(heading, Box(x=MARGIN, y=y, w=INNER, h=14), Align.CENTER)
    y += 15
    code = Fitted((shelf.pieces(case_code, Face.GOTHIC, bold=True),), CODE)
    operations += placed(code, Box(x=MARGIN, y=y, w=INNER, h=11), Align.CENTER)
    y += 13
    operations.append(Rule(MARGIN, y, WIDTH - MARGIN, y, 0.2))
    y += 2
    unprintable: list[Unprintable] = []
    for text in lines:
        pieces = shelf.pieces(text, Face.GOTHIC)
        unprintable += [Unprintable(p.character, p.fidelity) for p in pieces if p.fidelity is not Fidelity.EXACT]
        for line in wrap(pieces, INNER, TEXT):
            operations += set_line(line, MARGIN, y + ASCENT * TEXT * MM_PER_POINT, TEXT)
            y += LEADING * TEXT * MM_PER_POINT
        y += 1.2
    if symbol_text:
        operations += symbols_in(Box(x=(WIDTH - SYMBOL) / 2, y=y, w=SYMBOL, h=SYMBOL), (_modules(symbol_text),))
        y += SYMBOL
    operations += _foot(when, y + 1, shelf)
    return Sheet(WIDTH, y + 9, tuple(operations)), tuple(dict.fromkeys(unprintable))


def _modules(text: str) -> Modules:
    """An address or a code as one symbol, whatever letters it has. Never Micro QR, which few readers know."""
    return tuple(tuple(bool(module) for module in row) for row in segno.make_qr(text, error="m").matrix)


def _foot(when: str, y: float, shelf: Shelf) -> Iterator[Operation]:
    yield from placed(Fitted((shelf.pieces(when, Face.GOTHIC),), SMALL), Box(x=MARGIN, y=y, w=INNER, h=4), Align.RIGHT)
