"""Fills a form: paper + what is known → drawing operations, and the characters that do not print as written. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from content.rules.wareki import wareki
from content.vocabulary.paper import Align, Box, Check, Datum, Face, Label, Paper, Slot, Tone
from content.vocabulary.procedure import Condition
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.errors import SheetError
from kiosk_agent.paper.birthdate import birthdate
from kiosk_agent.paper.drawing import FillBox, Operation, Rule, Run, Sheet, Symbol, Tick
from kiosk_agent.paper.fit import LEADING, MM_PER_POINT, Fitted, fit, height_of, width_of
from kiosk_agent.paper.glyphs import Fidelity, Piece, Shelf, Unprintable

ASCENT = 0.88
"""Of an em: from the top of a kanji's square to the baseline."""
SQUARE_LINE = 0.2
"""mm, of the frame of a check square and of a boxed character."""
LEAST_MODULE = 0.28
"""mm. Narrower modules do not survive an office printer and a hand-held reader."""
QUIET_ZONE = 4
"""Modules left white around a symbol (ISO/IEC 18004)."""
NO_GLYPH_SIZE = 0.22
"""Of an em: the digits of a code point in its box."""

Modules = tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is printed into a paper. The person's facts do not show in a repr."""

    addressee: str
    day: date
    person: BasicFour = field(repr=False)
    answers: Mapping[str, tuple[str, ...]] = field(repr=False)
    copies: int
    case_code: str

    def text(self, datum: Datum) -> str:
        """The datum as the form writes it."""
        match datum:
            case Datum.ADDRESSEE:
                return f"{self.addressee}　様"
            case Datum.DATE:
                return wareki(self.day)
            case Datum.NAME:
                return self.person.name
            case Datum.ADDRESS:
                return self.person.address
            case Datum.BIRTHDATE:
                return birthdate(self.person.birthdate)
            case Datum.COPIES:
                return str(self.copies)

    def fulfils(self, conditions: Sequence[Condition]) -> bool:
        """Whether all hold; the answer to a field is none, one or several of its choices."""
        return all(set(c.any_of) & set(self.answers.get(c.field, ())) for c in conditions)


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet, and what an officer must add by hand."""

    sheet: Sheet
    unprintable: tuple[Unprintable, ...] = field(repr=False)


def fill(paper: Paper, known: Known, shelf: Shelf, symbols: Sequence[Modules] = (), *,
         page: int = 1, pages: int = 1) -> Filled:
    """The filled sheet. Raises SheetError when a value or the symbols do not fit: nothing is ever cut off."""
    filler = _Filler(shelf)
    operations: list[Operation] = [FillBox(p.box, p.tone, p.framed) for p in paper.panels]
    operations += [Rule(one.x1, one.y1, one.x2, one.y2, one.width, one.dashed) for one in paper.lines]
    for label in paper.labels:
        if known.fulfils(label.when):
            operations += filler.label(label)
    for check in paper.checks:
        operations += filler.check(check, ticked=bool(check.when) and known.fulfils(check.when))
    for slot in paper.slots:
        if slot.holds is not None and known.fulfils(slot.when):
            operations += filler.slot(slot, known.text(slot.holds))
    operations += _symbols(paper.qr, symbols)
    operations += filler.label(Label(box=paper.mark, text=f"受付 {known.case_code}　{page}/{pages}", size=9,
                                     align=Align.RIGHT))
    if paper.sample:
        operations += filler.label(Label(
            box=Box(x=paper.width - 55, y=paper.height - 12.5, w=40, h=4.5), text="見本の様式", size=7, align=Align.RIGHT))
    return Filled(Sheet(paper.width, paper.height, tuple(operations)), tuple(dict.fromkeys(filler.unprintable)))


class _Filler:
    """Sets texts and remembers what no font could draw."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.unprintable: list[Unprintable] = []

    def label(self, label: Label) -> Iterator[Operation]:
        pieces = self._shelf.pieces(label.text, label.face, bold=label.bold)
        fitted = fit(pieces, label.box, size=label.size, smallest=label.size * 0.8, lines=label.lines)
        yield from self._set(fitted, label.box, label.align)

    def check(self, check: Check, *, ticked: bool) -> Iterator[Operation]:
        yield from _square(check.x, check.y, check.size)
        if ticked:
            yield Tick(check.x, check.y, check.size)
        pieces = self._shelf.pieces(check.label, Face.GOTHIC)
        box = Box(x=check.x + check.size + 1, y=max(check.y - 2, 0), w=width_of(pieces, check.label_size) + 0.1,
                  h=check.size + 4)
        yield from self._set(Fitted((pieces,), check.label_size), box, Align.LEFT)

    def slot(self, slot: Slot, text: str) -> Iterator[Operation]:
        pieces = self._shelf.pieces(text, Face.MINCHO)
        self.unprintable += [Unprintable(p.character, p.fidelity) for p in pieces if p.fidelity is not Fidelity.EXACT]
        fitted = fit(pieces, slot.box, size=slot.size, smallest=slot.smallest, lines=slot.lines)
        yield from self._set(fitted, slot.box, slot.align)

    def _set(self, fitted: Fitted, box: Box, align: Align) -> Iterator[Operation]:
        """The lines, centred up and down in the box."""
        size = fitted.size
        top = box.y + (box.h - height_of(len(fitted.lines), size)) / 2
        for number, line in enumerate(fitted.lines):
            spare = box.w - width_of(line, size)
            x = box.x + {Align.LEFT: 0.0, Align.CENTER: spare / 2, Align.RIGHT: spare}[align]
            yield from _line(line, x, top + (number * LEADING + ASCENT) * size * MM_PER_POINT, size)


def _line(pieces: tuple[Piece, ...], x: float, baseline: float, size: float) -> Iterator[Operation]:
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
        yield Run(x + em * 0.12, baseline - em * (0.50 - 0.38 * number), size * NO_GLYPH_SIZE * 1.2, piece.font, digits)


def _square(x: float, y: float, size: float) -> Iterator[Operation]:
    yield Rule(x, y, x + size, y, SQUARE_LINE)
    yield Rule(x + size, y, x + size, y + size, SQUARE_LINE)
    yield Rule(x + size, y + size, x, y + size, SQUARE_LINE)
    yield Rule(x, y + size, x, y, SQUARE_LINE)


def _symbols(box: Box, symbols: Sequence[Modules]) -> Iterator[Symbol]:
    """The symbols side by side from the right, or in two rows when that makes them larger."""
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


__all__ = ["Filled", "Known", "Modules", "Tone", "fill"]
