"""What we claim about the counter's paper: no character lost, nothing outside its box, little time and few bytes.

`claim(claims)` is called by `make prove-kiosk`; `python -m tests.prove.kiosk_paper` runs it alone. Characters are judged by
looking at the rendered cells: one is drawn when its cell has ink and does not look like the font's .notdef.
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from content.catalogue import load
from content.vocabulary.paper import Box, Face, Paper, Slot
from kiosk_agent import keys
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.paper import fonts
from kiosk_agent.paper.drawing import FillBox, Operation, Rule, Run, Sheet
from kiosk_agent.paper.fill import Known, fill
from kiosk_agent.paper.fit import MM_PER_POINT
from kiosk_agent.paper.glyphs import Fidelity, Piece, Shelf
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.setting import ASCENT, set_line
from kiosk_agent.preview.people import LONG_ADDRESS, LONG_KANA, LONG_NAME, SAMPLES, sample_answers, ways_through
from kiosk_agent.sheet import Bundle, FormMaker, Wish
from tests.prove.claims import Claims

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
PIXELS = 4
"""A mm, so that the same glyph in another cell has the same pixels."""
CELL, COLUMNS, ROWS = 8, 25, 36
SIZE = 15.0
INK = 160
"""A grey value darker than this is ink."""
EDGE = 0.3
"""mm outside of a box that still count as its edge: a pixel, and the overhang that every serif has."""
NOWHERE = "\u0378"
"""Not assigned: no font has it."""
COMBINING = "\u309a\u0300\u0301\u02e5\u02e9"
"""What the second code point is where JIS X 0213 has one character and Unicode two."""
KANJI_STEP = 8
GYOSEI_SAMPLE = tuple(chr(0x10DE00 + 16 * n) for n in range(64))
"""Code points of plane 16 in which GJ glyphs lie (domain.md §5.3)."""
SHEETS = 12


@dataclass
class Cells:
    """What became of characters: drawn, flagged to the officer, or silently lost."""

    drawn: int = 0
    flagged: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def jis_x_0213() -> tuple[str, ...]:
    """Every character of JIS X 0213, as Python's codec knows them; some are two code points."""
    found: dict[str, None] = {}
    for first in range(0x81, 0xFD):
        for second in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            try:
                text = bytes((first, second)).decode("shift_jis_2004")
            except UnicodeDecodeError:
                continue
            if len(text) == 1 or text[1] in COMBINING:  # else two letters of one byte each
                found[text] = None
    return tuple(found)


def gyosei_sample(shelf: Shelf) -> tuple[str, ...]:
    """Of 行政事務標準文字: every variant that IPAmj Mincho has, every eighth of its kanji, and GJ characters of plane 16."""
    ipamj = shelf.fonts["ipamj"]
    variants = tuple(chr(base) + chr(selector) for base, selector in ipamj.variants)
    kanji = sorted(code for code in ipamj.advances if 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF)
    return variants + tuple(map(chr, kanji[::KANJI_STEP])) + GYOSEI_SAMPLE


def looked_at(characters: Sequence[str], shelf: Shelf) -> Cells:
    """What became of each character, by its picture."""
    renderer = Renderer(shelf.fonts)
    empty_boxes = _notdef_pictures(renderer, shelf)
    cells = Cells()
    for at in range(0, len(characters), COLUMNS * ROWS):
        part = characters[at:at + COLUMNS * ROWS]
        pieces = [shelf.pieces(character, Face.MINCHO) for character in part]
        image = _rendered(renderer, _grid(pieces))
        for place, (character, set_as) in enumerate(zip(part, pieces, strict=True)):
            cell = _cell(image, place)
            exact = all(piece.fidelity is Fidelity.EXACT for piece in set_as)
            has_ink = cell.convert("L").getextrema()[0] < INK  # type: ignore[operator]  # a grey picture's are numbers
            if not (has_ink or character.isspace()) or (exact and cell.tobytes() in empty_boxes):
                cells.lost.append(character)
            elif exact:
                cells.drawn += 1
            else:
                cells.flagged.append(character)
    return cells


def _grid(cells: Sequence[tuple[Piece, ...]]) -> Sheet:
    operations: list[Operation] = []
    for place, pieces in enumerate(cells):
        row, column = divmod(place, COLUMNS)
        operations += set_line(pieces, 5 + column * CELL, 5 + row * CELL + 6, SIZE)
    return Sheet(210, 297, tuple(operations))


def _rendered(renderer: Renderer, sheet: Sheet) -> Image.Image:
    pdf = renderer.pdf([sheet], title="x", case_code="ABCD-EFGH", session_mark="0" * 32)
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=PIXELS * 25.4 / 72, grayscale=True).to_pil()
    return image


def _cell(image: Image.Image, place: int) -> Image.Image:
    row, column = divmod(place, COLUMNS)
    left, top = (5 + column * CELL) * PIXELS, (5 + row * CELL) * PIXELS
    return image.crop((left, top, left + CELL * PIXELS, top + CELL * PIXELS))


def _notdef_pictures(renderer: Renderer, shelf: Shelf) -> set[bytes]:
    """How a character looks that a font does not have, in each font and at each place of a pixel."""
    sheets = Sheet(210, 297, tuple(Run(5 + number * CELL, 5 + 6, SIZE, key, NOWHERE) for number, key in enumerate(shelf.fonts)))
    image = _rendered(renderer, sheets)
    return {_cell(image, number).tobytes() for number in range(len(shelf.fonts))}


def _characters(claims: Claims, shelf: Shelf) -> None:
    mincho = shelf.fonts["mincho"]
    lying = replace(mincho, advances={**mincho.advances, ord(NOWHERE): 1000})  # says it has a character that it has not
    caught = looked_at((NOWHERE, "花"), Shelf({**shelf.fonts, "mincho": lying})).lost
    noticed = caught == [NOWHERE]
    claims.line("a .notdef put among them on purpose is noticed", "yes" if noticed else "no", "yes", noticed)
    jis = looked_at(jis_x_0213(), shelf)
    claims.line("JIS X 0213 drawn / flagged / silently lost", f"{jis.drawn} / {len(jis.flagged)} / {len(jis.lost)}",
                "0 lost of at least 11,233", not jis.lost and jis.drawn + len(jis.flagged) >= 11_233)
    claims.told("  flagged", " ".join(f"U+{ord(one[0]):04X}" for one in jis.flagged) or "none")
    sample = looked_at(gyosei_sample(shelf), shelf)
    claims.line("行政事務標準文字, a sample, drawn / flagged / silently lost",
                f"{sample.drawn} / {len(sample.flagged)} / {len(sample.lost)}", "0 lost", not sample.lost)
    variants = len(shelf.fonts["ipamj"].variants)
    claims.told("  the sample", f"all {variants} variants of IPAmj Mincho, 1 of {KANJI_STEP} of its kanji, {len(GYOSEI_SAMPLE)} of "
                f"plane 16; font of the added characters here: {'yes' if fonts.GYOSEI in shelf.fonts else 'no'}")


HARD_NAMES = (LONG_NAME, "齋" * 60, "邉\U000e0113" * 60, "W" * 60, ("ＡＢＣＤＥＦＧＨＩＪ" * 6)[:60], "𠮷\U0010de92" * 30)


NOTHING_ELSE = {"panels": (), "lines": (), "labels": (), "checks": (), "tables": (), "sample": False, "background": None}


@dataclass
class Overflows:
    """Slots that took sixty characters."""

    slots: int = 0
    annexed: int = 0
    by_operations: int = 0
    by_ink: int = 0


def overflows(papers: Sequence[Paper], shelf: Shelf) -> Overflows:
    """Every slot of every paper with each hard name, alone on its sheet: operations, and then ink, outside of its box."""
    renderer = Renderer(shelf.fonts)
    found = Overflows()
    for paper in papers:
        for slot in _slots(paper):
            for name in HARD_NAMES:
                takes = slot.model_copy(update={"holds": "person.name", "reading": slot.reading and "person.kana", "when": ()})
                alone = paper.model_copy(update={"slots": (takes,), **NOTHING_ELSE})
                person = CardFacts(CardKind.MY_NUMBER, name, LONG_KANA, LONG_ADDRESS, "19720229", "1")
                sheets = fill(alone, Known(alone, NOON.date(), person, {}, "ABCD-EFGH"), shelf).sheets
                found.slots += 1
                found.annexed += len(sheets) > 1
                found.by_operations += any(not _inside(operation, slot.box, shelf) for operation in sheets[0].operations)
                if name in (LONG_NAME, HARD_NAMES[1]):
                    found.by_ink += _ink_outside(_rendered(renderer, sheets[0]), slot.box)
    return found


def _slots(paper: Paper) -> Iterator[Slot]:
    yield from (slot for slot in paper.slots if slot.holds)
    for table in paper.tables:
        yield from table.slots


def _inside(operation: Operation, box: Box, shelf: Shelf) -> bool:
    match operation:
        case Run():
            font = shelf.fonts[operation.font]
            right = operation.x + font.width(operation.text, operation.size) * MM_PER_POINT
            top = operation.baseline - ASCENT * operation.size * MM_PER_POINT
            return (operation.x >= box.x - 0.01 and right <= box.x + box.w + 0.01
                    and top >= box.y - 0.01 and operation.baseline <= box.y + box.h)
        case Rule():
            return (box.x - 0.01 <= min(operation.x1, operation.x2) and max(operation.x1, operation.x2) <= box.x + box.w + 0.01
                    and box.y - 0.01 <= min(operation.y1, operation.y2) and max(operation.y1, operation.y2) <= box.y + box.h + 0.01)
        case _:
            return True


def _ink_outside(image: Image.Image, box: Box) -> bool:
    grey = image.convert("L").point([255 if value < INK else 0 for value in range(256)])
    ImageDraw.Draw(grey).rectangle(((box.x - EDGE) * PIXELS, (box.y - EDGE) * PIXELS, (box.x + box.w + EDGE) * PIXELS,
                                    (box.y + box.h + EDGE) * PIXELS), 0)
    return grey.getbbox() is not None


def _boxes(claims: Claims, papers: Sequence[Paper], shelf: Shelf) -> None:
    found = overflows(papers, shelf)
    tried = found.slots
    claims.line("names of 60 characters outside of their boxes, by operations / by ink",
                f"{found.by_operations} / {found.by_ink} of {tried} (slots × names)", "0 / 0",
                tried > 0 and not (found.by_operations or found.by_ink))
    claims.told("  of them too small to read there, so whole on an annex (別紙)", found.annexed)
    sheets = [len(fill(paper, Known(paper, NOON.date(), one.person, sample_answers(paper, one, chosen), "ABCD-EFGH"), shelf).sheets)
              for paper in papers for one in SAMPLES.values() for chosen in ways_through(paper)]
    claims.told("papers filled (paper × sample person × way through its questions) / sheets", f"{len(sheets)} / {sum(sheets)}")


def naive(sheet: Sheet, font: Path, name: str) -> bytes:
    """The same words and lines as a plain reportlab script draws them: one font that has every character, drawn as it comes."""
    out = io.BytesIO()
    pdfmetrics.registerFont(TTFont(name, str(font)))
    canvas = Canvas(out, pagesize=(sheet.width * mm, sheet.height * mm))
    for operation in sheet.operations:
        match operation:
            case FillBox():
                canvas.rect(operation.box.x * mm, (sheet.height - operation.box.y - operation.box.h) * mm, operation.box.w * mm,
                            operation.box.h * mm)
            case Rule():
                canvas.line(operation.x1 * mm, (sheet.height - operation.y1) * mm, operation.x2 * mm,
                            (sheet.height - operation.y2) * mm)
            case Run():
                canvas.setFont(name, operation.size)
                canvas.drawString(operation.x * mm, (sheet.height - operation.baseline) * mm, operation.text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _cost(claims: Claims, papers: Sequence[Paper], shelf: Shelf, folder: Path) -> None:
    maker = FormMaker(shelf, keys.sender(folder / "keys", None, demo=True))
    person = SAMPLES["hanako"]
    ipamj = fonts.find_sources()["ipamj"]
    ours_ms, ours_kb, theirs_ms, theirs_kb = [], [], [], []
    forms = [paper for paper in papers if paper.qr is not None]
    for number in range(SHEETS):
        paper = forms[number % len(forms)]
        answers = sample_answers(paper, person)
        began = time.perf_counter()
        job = maker.bundle(Bundle(person.person, (Wish(paper, answers),)), now=NOON).job
        ours_ms.append((time.perf_counter() - began) * 1000)
        ours_kb.append(len(job.pdf) / 1024)
        sheet = fill(paper, Known(paper, NOON.date(), person.person, answers, "ABCD-EFGH"), shelf).sheets[0]
        began = time.perf_counter()
        plain = naive(sheet, ipamj, f"naive-{number}")
        theirs_ms.append((time.perf_counter() - began) * 1000)
        theirs_kb.append(len(plain) / 1024)
    ms, plain_ms = statistics.median(ours_ms), statistics.median(theirs_ms)
    kb, plain_kb = statistics.median(ours_kb), statistics.median(theirs_kb)
    claims.line("a sheet, ms: ours (QR, sealing and fonts' fallback in it) / naive reportlab with one font that has all characters",
                f"{ms:.0f} / {plain_ms:.0f} = {ms / plain_ms:.2f}", "under 1", ms < plain_ms)
    claims.told("a sheet, KB: ours (symbols in it) / that naive one", f"{kb:.0f} / {plain_kb:.0f} = {kb / plain_kb:.2f}")


def claim(claims: Claims) -> None:
    """All lines about paper."""
    papers = load("ibusuki").papers
    with tempfile.TemporaryDirectory() as name:
        shelf = Shelf(fonts.prepare(Path(name) / "fonts"))
        _characters(claims, shelf)
        _boxes(claims, papers, shelf)
        _cost(claims, papers, shelf, Path(name))


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


if __name__ == "__main__":
    sys.exit(main())
