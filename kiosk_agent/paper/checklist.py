"""The checklist (チェックシート) of a life event as printed pages: desks in walking order, what is done there, what to bring,
until when. Blocks flow down an A4 sheet; what does not fit goes on on the next one, and nothing is cut."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from content.rules.needs import Line, Needs
from content.rules.wareki import day_seen_on
from content.vocabulary.life_event import Department, Level, Way
from content.vocabulary.paper import Align, Box, Face, Label, Tone
from kiosk_agent.paper.drawing import FillBox, Operation, Rule, Sheet
from kiosk_agent.paper.fit import LEADING, MM_PER_POINT, wrap
from kiosk_agent.paper.glyphs import Piece, Shelf
from kiosk_agent.paper.setting import ASCENT, Modules, Setter, set_line, symbols_in

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 15.0
INNER = WIDTH - 2 * MARGIN
TOP, NEXT_TOP, BOTTOM = 55.0, 26.0, 287.0
"""mm: where blocks begin below the corner of the symbols, where on later sheets, and where they must end."""
QR = Box(x=120, y=11, w=75, h=37)
MARK = Box(x=120, y=48.5, w=75, h=4.5)
"""The same corner as on every sheet of the family (visual.md)."""
NEXT_MARK = Box(x=120, y=14, w=75, h=4.5)
WHAT, UNTIL, BRING = 9.0, 84.0, 121.0
"""mm from the left: what is done, until when, what to bring."""
GAP = 1.2
BIG, TEXT, SMALL = 9.5, 8.0, 7.0
"""Points, for the longest lists."""
SCALES = (1.4, 1.3, 1.2, 1.1, 1.0)
"""A short list is set larger: many who carry it are old."""
HOW: Mapping[Way, str] = {Way.ONLINE: "インターネット", Way.PHONE: "電話", Way.POST: "郵便"}
TAKE = "○"
"""In the first column of what has to be done."""
WAITS = "職員と確かめてから"
"""Beside what nobody promises before an officer has looked."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """What stands on the pages."""

    title: str
    family: str = field(repr=False)
    """Whose it is: 池田 太郎 さんのご家族."""
    needs: Needs = field(repr=False)
    departments: Mapping[str, Department]
    printed: Mapping[str, int]
    """Line → how many sheets of it lie in the bundle."""
    shared: Mapping[str, str]
    """Line without a sheet of its own → the line on whose sheet it is filled in too."""
    desks: tuple[str, ...]
    """Departments that are walked to, in order."""
    day: date
    """On which it is printed."""


@dataclass(frozen=True, slots=True)
class _Pen:
    """With what it is set: the fonts, and how much larger than the least size."""

    shelf: Shelf
    scale: float


@dataclass(frozen=True, slots=True)
class _Text:
    """Lines of one column, `x` mm from the left of the block."""

    x: float
    lines: tuple[tuple[Piece, ...], ...] = field(repr=False)
    size: float

    @property
    def height(self) -> float:
        return len(self.lines) * LEADING * self.size * MM_PER_POINT


@dataclass(frozen=True, slots=True)
class _Block:
    """Something that stays together: columns of texts that each flow down, on a tone, with a rule under it."""

    columns: tuple[tuple[_Text, ...], ...] = field(repr=False)
    tone: Tone | None = None
    heads: bool = False
    """It names what follows, so it never stands last on a sheet, and stands again where that goes on on the next one."""
    pad: float = 0.6

    @property
    def height(self) -> float:
        return max(sum(text.height for text in column) for column in self.columns) + 2 * self.pad

    def drawn(self, y: float) -> Iterator[Operation]:
        """Its operations, with its top at `y`."""
        if self.tone is not None:
            yield FillBox(Box(x=MARGIN, y=y, w=INNER, h=self.height), self.tone, framed=True)
        else:
            yield Rule(MARGIN, y + self.height, MARGIN + INNER, y + self.height, 0.12)
        for column in self.columns:
            at = y + self.pad
            for text in column:
                for line in text.lines:
                    yield from set_line(line, MARGIN + text.x, at + ASCENT * text.size * MM_PER_POINT, text.size)
                    at += LEADING * text.size * MM_PER_POINT


def checklist(told: Checklist, shelf: Shelf) -> tuple[Sheet, ...]:
    """The pages, still without mark and symbols: one in the largest letters that let it be one, or else as many as it needs."""
    for scale in SCALES:
        pages = _flowed(told, _Pen(shelf, scale))
        if len(pages) == 1:
            break
    return pages


def _flowed(told: Checklist, pen: _Pen) -> tuple[Sheet, ...]:
    blocks = [*_desks(told, pen), *_together(told.needs, pen), *_offered(told, pen), *_elsewhere(told, pen),
              *_by_itself(told.needs, pen)]
    pages: list[list[Operation]] = [list(_heading(told, pen.shelf))]
    y, heading = TOP, None
    for n, block in enumerate(blocks):
        heading = block if block.heads else heading
        stays = block.height + (blocks[n + 1].height if block.heads and n + 1 < len(blocks) else 0)
        if y + stays > BOTTOM and y > NEXT_TOP:
            pages.append(list(_next_heading(told, pen.shelf)))
            y = NEXT_TOP
            if heading is not None and heading is not block:  # whose lines these are is said again
                pages[-1] += heading.drawn(y)
                y += heading.height
        y += GAP if block.heads and y not in (TOP, NEXT_TOP) else 0
        pages[-1] += block.drawn(y)
        y += block.height
    return tuple(Sheet(WIDTH, HEIGHT, tuple(operations)) for operations in pages)


def marked_page(sheet: Sheet, shelf: Shelf, *, case_code: str, page: int, pages: int,
                symbols: Sequence[Modules] = ()) -> Sheet:
    """The page with case code and 「page/pages」, and on the first the symbols. Raises SheetError when these do not fit."""
    mark = Label(box=MARK if page == 1 else NEXT_MARK, text=f"受付 {case_code}　{page}/{pages}", size=9, align=Align.RIGHT)
    return Sheet(sheet.width, sheet.height, (*sheet.operations, *Setter(shelf).label(mark), *symbols_in(QR, symbols)))


def _heading(told: Checklist, shelf: Shelf) -> Iterator[Operation]:
    setter = Setter(shelf)
    yield from setter.label(Label(box=Box(x=MARGIN, y=13, w=102, h=9), text="手続きチェックシート", size=19, bold=True))
    yield from setter.label(Label(box=Box(x=MARGIN, y=23, w=102, h=6), text=told.title, size=10.5))
    if told.family:
        yield from setter.value(told.family, Box(x=MARGIN, y=29.5, w=102, h=9), size=12, smallest=7, lines=2, align=Align.LEFT)
    required = sum(1 for line in told.needs.lines if line.need.level is Level.REQUIRED and not _is_outside(line, told))
    yield from setter.label(Label(box=Box(x=MARGIN, y=39, w=102, h=6), size=10.5, bold=True,
                                  text=f"○の手続きは{required}件、窓口は{len(told.desks)}か所です。"))
    yield from setter.label(Label(box=Box(x=MARGIN, y=45.5, w=102, h=9), size=9, lines=2,
                                  text="上から順に、窓口でこの紙を見せてください。\n印字した様式は、それぞれの窓口でそのまま使えます。"))


def _next_heading(told: Checklist, shelf: Shelf) -> Iterator[Operation]:
    setter = Setter(shelf)
    yield from setter.label(Label(box=Box(x=MARGIN, y=13, w=102, h=7), text="手続きチェックシート（続き）", size=12, bold=True))
    yield from setter.label(Label(box=Box(x=MARGIN, y=19.5, w=102, h=5), text=told.title, size=9))


def _is_outside(line: Line, told: Checklist) -> bool:
    return told.departments[line.need.department].outside


def _desks(told: Checklist, pen: _Pen) -> Iterator[_Block]:
    """The desks in walking order, each with what has to be done there, also where it can be done from home."""
    for number, id in enumerate(told.desks, 1):
        department = told.departments[id]
        name, floor = f"{number}　{department.name}", f"{department.floor}{'（見本）' if department.sample else ''}"
        yield _Block(((_text(pen, 2, name, BIG, 110, bold=True),), (_text(pen, BRING, floor, BIG, INNER - BRING - 2, bold=True),)),
                     Tone.BAND, heads=True, pad=0.4)
        brought: set[str] = set()
        for line in told.needs.lines:
            if line.need.department == id and (line.need.level is Level.REQUIRED or _has_sheet(line, told)):
                yield _line(line, told, brought, pen)


def _line(line: Line, told: Checklist, brought: set[str], pen: _Pen) -> _Block:
    need, printed = line.need, told.printed.get(line.id, 0)
    ways = "・".join(HOW[way] for way in need.ways if way in HOW)
    home = f"家からもできます（{ways}）" if ways and not line.waits else ""
    under = "　".join(part for part in (need.name, "、".join(line.who), home) if part)
    what = (_text(pen, WHAT, need.plain, BIG, UNTIL - WHAT - 3, bold=True), _text(pen, WHAT, under, SMALL, UNTIL - WHAT - 3))
    when = [_text(pen, UNTIL, text, SMALL + 0.5, BRING - UNTIL - 3, bold=bold) for text, bold in (
        (WAITS if line.waits else "", True), (_until(line, told.day), line.until is not None),
        (f"印字した様式 {printed}枚" if printed else _on_whose_sheet(line, told), False)) if text]
    bring = "　".join(f"・{thing}" for thing in need.bring if thing not in brought)
    brought |= set(need.bring)
    take = TAKE if need.level is Level.REQUIRED else "希望"
    size = BIG + 2 if take == TAKE else SMALL
    return _Block(((_text(pen, 1.5, take, size, WHAT, bold=True),), what, tuple(when),
                   (_text(pen, BRING, bring, SMALL, INNER - BRING - 1),)))


def _has_sheet(line: Line, told: Checklist) -> bool:
    return bool(told.printed.get(line.id)) or line.id in told.shared


def _on_whose_sheet(line: Line, told: Checklist) -> str:
    """So that nobody looks for a sheet that is not missing."""
    return "".join(f"様式は「{other.need.name}」と同じ紙です" for other in told.needs.lines
                   if other.id == told.shared.get(line.id))


def _until(line: Line, today: date) -> str:
    if line.until is not None:
        return f"{day_seen_on(line.until, today)}まで"
    return line.need.deadline.words if line.need.deadline else ""


def _together(needs: Needs, pen: _Pen) -> Iterator[_Block]:
    if needs.together:
        yield _titled("いっしょに手続きします", pen)
    for one in needs.together:
        yield _Block(((_text(pen, 2, f"・{one.person.resident}", TEXT + 0.5, INNER - 4),),))


def _offered(told: Checklist, pen: _Pen) -> Iterator[_Block]:
    """What they may want at the city's desks, in two columns: each with the desk."""
    lines = [line for line in told.needs.of(Level.OFFERED) if not _is_outside(line, told) and not _has_sheet(line, told)]
    if lines:
        yield _titled("希望する人だけ", pen)
    desks = [told.departments[line.need.department].name for line in lines]
    yield from _pairs([f"・{line.need.plain}（{desk}{_from_home(line)}{f'・{WAITS}' if line.waits else ''}）"
                       for line, desk in zip(lines, desks, strict=True)], pen)


def _from_home(line: Line) -> str:
    return "".join(f"・{HOW[way]}でも" for way in line.need.ways if way in HOW)


def _pairs(said: Sequence[str], pen: _Pen) -> Iterator[_Block]:
    """Short texts in two columns."""
    for at in range(0, len(said), 2):
        columns = zip((2.0, INNER / 2 + 1), said[at:at + 2], strict=False)
        yield _Block(tuple((_text(pen, x, text, TEXT - 0.5, INNER / 2 - 4),) for x, text in columns), pad=0.3)


def _elsewhere(told: Checklist, pen: _Pen) -> Iterator[_Block]:
    lines = [line for line in told.needs.lines if _is_outside(line, told) and line.need.level is not Level.BY_ITSELF]
    if lines:
        yield _titled("市役所の外で", pen)
    yield from _pairs([f"・{line.need.plain}：{_said(line, told.day)}" for line in lines], pen)


def _said(line: Line, today: date) -> str:
    until = _until(line, today)
    return "".join((f"{WAITS}。" if line.waits else "", line.need.note or "", f"（{until}）" if until else ""))


def _by_itself(needs: Needs, pen: _Pen) -> Iterator[_Block]:
    """What happens without them, as running text: good to know, nothing to do."""
    lines = needs.of(Level.BY_ITSELF)
    if lines:
        yield _titled("手続きのいらないこと（お知らせ）", pen)
        said = "　".join(f"・{line.need.plain}：{line.why}" for line in lines)
        yield _Block(((_text(pen, 2, said, SMALL, INNER - 4),),))


def _titled(title: str, pen: _Pen) -> _Block:
    return _Block(((_text(pen, 2, title, TEXT + 0.5, INNER - 4, bold=True),),), Tone.LABEL, heads=True, pad=0.3)


def _text(pen: _Pen, x: float, text: str, size: float, width: float, *, bold: bool = False) -> _Text:
    pieces = pen.shelf.pieces(text, Face.GOTHIC, bold=bold)
    return _Text(x, wrap(pieces, width, size * pen.scale) if pieces else (), size * pen.scale)


__all__ = ["Checklist", "checklist", "marked_page"]
