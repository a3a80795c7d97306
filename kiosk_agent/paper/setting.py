"""Sets texts, check marks and QR symbols into their boxes, as drawing operations, and remembers what no font could draw."""

from collections.abc import Iterator, Sequence

from content.vocabulary.paper import Align, Box, Check, Face, Label
from kiosk_agent.errors import SheetError
from kiosk_agent.paper.drawing import Operation, Rule, Run, Symbol, Tick
from kiosk_agent.paper.fit import LEADING, LEAST, MM_PER_POINT, TALL, Fitted, fit, height_of, width_of
from kiosk_agent.paper.glyphs import Fidelity, Piece, Shelf, Unprintable

ASCENT = 0.88
"""Of an em: from the top of a kanji's square to the baseline."""
SQUARE_LINE = 0.2
"""mm, of the frame of a check square and of a boxed character."""
LEAST_MODULE = 0.28
"""mm. Narrower modules do not survive an office printer and a hand-held reader."""
QUIET_ZONE = 4
"""Modules left white around a symbol (ISO/IEC 18004)."""
NO_GLYPH_SIZE = 0.42
"""Of an em: the digits of a code point in its box."""
HALF_WIDTH = 0.5
"""Of an em: a digit of our fonts."""
READING_PART = 0.3
"""Of a box's height: what ふりがな takes above the text."""
LONG_READING_PART = 0.45
"""The same for ふりがな of several lines."""
READING_SIZE = 0.6
"""Of the text's size, at most: ふりがな is about half as large as what it reads (JIS X 4051)."""

Modules = tuple[tuple[bool, ...], ...]


class Setter:
    """Sets what one form needs; `unprintable` grows by what an officer must write in by hand."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.unprintable: list[Unprintable] = []

    def label(self, label: Label) -> Iterator[Operation]:
        """Words of the form itself."""
        pieces = self._shelf.pieces(label.text, label.face, bold=label.bold)
        fitted = fit(pieces, label.box, size=label.size, smallest=label.size * 0.8, lines=label.lines, one_line_until=1.01)
        yield from placed(fitted, label.box, label.align)

    def check(self, check: Check, *, ticked: bool, down: float = 0.0) -> Iterator[Operation]:
        """The square, its tick and its words, `down` mm below where the form has it."""
        y = check.y + down
        if check.framed:
            yield from _square(check.x, y, check.size)
        if ticked:
            yield Tick(check.x, y, check.size)
        if check.label is not None:
            pieces = self._shelf.pieces(check.label, Face.GOTHIC)
            box = Box(x=check.x + check.size + 1, y=max(y - 2, 0), w=width_of(pieces, check.label_size) + 0.1, h=check.size + 4)
            yield from placed(Fitted((pieces,), check.label_size), box, Align.LEFT)

    def value(self, text: str, box: Box, *, size: float, smallest: float, lines: int, align: Align,
              reading: str = "") -> list[Operation]:
        """A value in its box, with its reading above it where there is one. Raises SheetError when it does not fit."""
        pieces = self._pieces(text)
        if not reading:
            return list(placed(fit(pieces, box, size=size, smallest=smallest, lines=lines), box, align))
        read = self._pieces(reading)
        for part, reading_lines in ((READING_PART, 1), (LONG_READING_PART, 3)):
            above = box.model_copy(update={"h": box.h * part})
            below = box.model_copy(update={"y": box.y + box.h * part, "h": box.h * (1 - part)})
            small = min(above.h / MM_PER_POINT / TALL, size * READING_SIZE)
            try:
                return [*placed(fit(read, above, size=small, smallest=LEAST, lines=reading_lines), above, align),
                        *placed(fit(pieces, below, size=size, smallest=smallest, lines=lines), below, align)]
            except SheetError:
                continue
        raise SheetError("a value and its reading are too long for their box")

    def _pieces(self, text: str) -> tuple[Piece, ...]:
        pieces = self._shelf.pieces(text, Face.MINCHO)
        self.unprintable += [Unprintable(p.character, p.fidelity) for p in pieces if p.fidelity is not Fidelity.EXACT]
        return pieces


def placed(fitted: Fitted, box: Box, align: Align) -> Iterator[Operation]:
    """The lines, centred up and down in the box."""
    size = fitted.size
    top = box.y + (box.h - height_of(len(fitted.lines), size)) / 2
    for number, line in enumerate(fitted.lines):
        spare = box.w - width_of(line, size)
        x = box.x + {Align.LEFT: 0.0, Align.CENTER: spare / 2, Align.RIGHT: spare}[align]
        yield from set_line(line, x, top + (number * LEADING + ASCENT) * size * MM_PER_POINT, size)


def set_line(pieces: tuple[Piece, ...], x: float, baseline: float, size: float) -> Iterator[Operation]:
    """One line from `x` on; a run for each stretch of one font."""
    em = size * MM_PER_POINT
    waiting: list[Piece] = []
    start = x
    for piece in pieces:
        if waiting and (piece.font != waiting[0].font or piece.fidelity is not Fidelity.EXACT):
            yield Run(start, baseline, size, waiting[0].font, "".join(p.text for p in waiting))
            waiting = []
        if piece.fidelity is Fidelity.EXACT:
            start = start if waiting else x
            waiting.append(piece)
        else:
            yield from _boxed(piece, x, baseline, size)
        x += piece.em * em
    if waiting:
        yield Run(start, baseline, size, waiting[0].font, "".join(p.text for p in waiting))


def _boxed(piece: Piece, x: float, baseline: float, size: float) -> Iterator[Operation]:
    """A character that does not print as written: in a frame, its base form or else its code point on two lines."""
    em = size * MM_PER_POINT
    yield from _square(x + em * 0.02, baseline - em * 0.86, em * 0.96)
    if piece.fidelity is Fidelity.USUAL_FORM:
        yield Run(x, baseline, size, piece.font, piece.text)
        return
    half = (len(piece.text) + 1) // 2
    for number, digits in enumerate((piece.text[:half], piece.text[half:])):
        left = em * (1 - NO_GLYPH_SIZE * HALF_WIDTH * len(digits)) / 2
        yield Run(x + left, baseline - em * (0.46 - 0.40 * number), size * NO_GLYPH_SIZE, piece.font, digits)


def _square(x: float, y: float, size: float) -> Iterator[Operation]:
    yield Rule(x, y, x + size, y, SQUARE_LINE)
    yield Rule(x + size, y, x + size, y + size, SQUARE_LINE)
    yield Rule(x + size, y + size, x, y + size, SQUARE_LINE)
    yield Rule(x, y + size, x, y, SQUARE_LINE)


def symbols_in(box: Box, symbols: Sequence[Modules]) -> Iterator[Symbol]:
    """The symbols side by side from the right, or in two rows when that makes them larger. Raises SheetError when they would
    be too fine to read."""
    if not symbols:
        return
    widest = max(len(symbol) for symbol in symbols) + 2 * QUIET_ZONE
    rows = max((1, 2), key=lambda r: min(box.h / r, box.w / -(-len(symbols) // r)))
    side = min(box.h / rows, box.w / -(-len(symbols) // rows))
    if side / widest < LEAST_MODULE:
        raise SheetError("the symbols are too fine for their corner")
    in_a_row = -(-len(symbols) // rows)
    for number, modules in enumerate(symbols):
        column, row = number % in_a_row, number // in_a_row
        yield Symbol(box.x + box.w - (in_a_row - column) * side, box.y + row * side, side, modules)
