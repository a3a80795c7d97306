"""Fills a form: paper + what is known → its sheets, and the characters that do not print as written. Pure.

A table with more rows than boxes goes on on a further sheet of the same form; a text too long for its box goes to an annex
(別紙), and its box says so. Nothing is cut, and nothing is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from content.vocabulary.paper import Align, Box, Label, Paper, Slot, Table
from kiosk_agent.errors import SheetError
from kiosk_agent.paper.annex import Annexed, annex
from kiosk_agent.paper.drawing import Backdrop, FillBox, Operation, Rule, Sheet
from kiosk_agent.paper.glyphs import Shelf, Unprintable
from kiosk_agent.paper.known import Known, Row
from kiosk_agent.paper.setting import Modules, Setter, symbols_in


@dataclass(frozen=True, slots=True)
class Filled:
    """The sheets of one paper, still without page number and symbols, and what an officer must add by hand."""

    sheets: tuple[Sheet, ...]
    unprintable: tuple[Unprintable, ...] = field(repr=False)


def fill(paper: Paper, known: Known, shelf: Shelf) -> Filled:
    """The filled sheets of `paper`: one, and as many more as its tables and annexes need."""
    setter = Setter(shelf)
    annexed: list[Annexed] = []
    rows = {table.id: known.rows(table) for table in paper.tables}
    pages = max([1, *(-(-len(rows[table.id]) // table.rows) for table in paper.tables)])
    sheets = []
    for number in range(pages):
        operations = list(_form(paper, known, setter, first=number == 0))
        for slot in paper.slots:
            if number == 0 or slot.every_sheet:
                operations += _slot(slot, known, setter, annexed)
        for table in paper.tables:
            operations += _table(table, rows[table.id], number, known, setter, annexed)
        sheets.append(Sheet(paper.width, paper.height, tuple(operations)))
    sheets += annex(paper, known, annexed, shelf)
    return Filled(tuple(sheets), tuple(dict.fromkeys(setter.unprintable)))


def marked(sheet: Sheet, paper: Paper, shelf: Shelf, *, case_code: str, page: int, pages: int,
           symbols: Sequence[Modules] = ()) -> Sheet:
    """The sheet with its case code and 「page/pages」, and the symbols of its data. Raises SheetError when these do not fit."""
    mark = Label(box=paper.mark, text=f"受付 {case_code}　{page}/{pages}", size=9, align=Align.RIGHT)
    operations = [*sheet.operations, *Setter(shelf).label(mark)]
    if paper.qr is not None:
        operations += symbols_in(paper.qr, symbols)
    return replace(sheet, operations=tuple(operations))


def _form(paper: Paper, known: Known, setter: Setter, *, first: bool) -> Iterator[Operation]:
    if paper.background is not None:
        yield Backdrop(paper.background, Box(x=0, y=0, w=paper.width, h=paper.height))
    yield from (FillBox(p.box, p.tone, p.framed) for p in paper.panels)
    yield from (Rule(one.x1, one.y1, one.x2, one.y2, one.width, one.dashed) for one in paper.lines)
    for label in paper.labels:
        if known.fulfils(label.when):
            yield from setter.label(label)
    for check in paper.checks:
        yield from setter.check(check, ticked=first and bool(check.when) and known.fulfils(check.when))
    if not first:
        left = paper.mark.model_copy(update={"w": paper.mark.w * 0.4})
        yield from setter.label(Label(box=left, text="続きの用紙", size=9, bold=True))
    if paper.sample:
        yield from setter.label(Label(box=Box(x=paper.width - 55, y=paper.height - 12.5, w=40, h=4.5), text="見本の様式", size=7,
                                      align=Align.RIGHT))


def _table(table: Table, rows: tuple[Row, ...], sheet: int, known: Known, setter: Setter,
           annexed: list[Annexed]) -> Iterator[Operation]:
    here = rows[sheet * table.rows:(sheet + 1) * table.rows]
    for place in range(table.rows):
        row = here[place] if place < len(here) else None
        down = place * table.down
        for check in table.checks:
            ticked = row is not None and bool(check.when) and known.fulfils(check.when, row)
            yield from setter.check(check, ticked=ticked, down=down)
        if row is not None:
            for slot in table.slots:
                lower = slot.model_copy(update={"box": slot.box.model_copy(update={"y": slot.box.y + down})})
                yield from _slot(lower, known, setter, annexed, row)


def _slot(slot: Slot, known: Known, setter: Setter, annexed: list[Annexed], row: Row | None = None) -> list[Operation]:
    text, reading = known.values(slot, row)
    if not text:
        return []

    def said(text: str, reading: str = "") -> list[Operation]:
        return setter.value(text, slot.box, size=slot.size, smallest=slot.smallest, lines=slot.lines, align=slot.align,
                            reading=reading)

    try:
        return said(text, reading)
    except SheetError:
        what = known.label(slot.holds or "")
        whole = f"{text}\n（{reading}）" if reading else text
        same = next((one.number for one in annexed if one.text == whole), None)
        number = same or len(annexed) + 1
        if same is None:
            annexed.append(Annexed(number, f"{what}（{row.number}番目）" if row else what, whole))
        try:
            return said(f"別紙{number}のとおり")
        except SheetError:
            return said(f"別紙{number}")


__all__ = ["Filled", "Known", "Modules", "fill", "marked"]
