"""Draws sheets as a PDF. The only module that imports reportlab.

Each page's content is wrapped in a marked-content section that names case, session mark, page and pages. The spooler
reads these marks back from the finished file before it lets it out (`marks.py`).
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import assert_never

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import content
from content.vocabulary.paper import Tone
from kiosk_agent.paper.background import picture
from kiosk_agent.paper.drawing import Backdrop, FillBox, Operation, Rule, Run, Sheet, Symbol, Tick
from kiosk_agent.paper.fonts import Font
from kiosk_agent.paper.marks import PageMark, opening
from kiosk_agent.paper.setting import QUIET_ZONE

FILLS: Mapping[Tone, tuple[float, float, float] | None] = {
    Tone.PLAIN: None,
    Tone.LABEL: (0.93, 0.955, 0.99),
    Tone.BAND: (0.80, 0.87, 0.965),
    Tone.STAFF: (0.955, 0.955, 0.955),
}
"""Pale enough to read on after a black-and-white copy."""
FRAME = (0.25, 0.3, 0.42)
INK = (0.07, 0.07, 0.07)
FRAME_WIDTH = 0.2 * mm
CONTENT = Path(content.__file__).parent
"""Below it lie the cities' own sheets."""


class Renderer:
    """Holds the registered fonts; registering costs a third of a second, so it is done once per process."""

    def __init__(self, fonts: Mapping[str, Font], content: Path = CONTENT) -> None:
        self._content = content
        self._names = {key: f"{key}-{font.file.stem.rsplit('-', 1)[-1]}" for key, font in fonts.items()}
        for key, font in fonts.items():
            if self._names[key] not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(self._names[key], str(font.file)))

    def pdf(self, sheets: Sequence[Sheet], *, title: str, case_code: str, session_mark: str) -> bytes:
        """One PDF, a page per sheet. Title and author say nothing about a person."""
        out = BytesIO()
        canvas = Canvas(out, pagesize=(sheets[0].width * mm, sheets[0].height * mm), lang="ja-JP", pageCompression=1,
                        invariant=True)  # no wall clock inside the file
        canvas.setTitle(title)
        canvas.setAuthor("まどナビ")
        for number, sheet in enumerate(sheets, 1):
            canvas.setPageSize((sheet.width * mm, sheet.height * mm))
            canvas.addLiteral(opening(PageMark(case_code, session_mark, number, len(sheets))))
            for operation in sheet.operations:
                self._draw(canvas, operation, sheet.height)
            canvas.addLiteral("EMC")
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _draw(self, canvas: Canvas, operation: Operation, height: float) -> None:
        match operation:
            case FillBox():
                _fill_box(canvas, operation, height)
            case Rule():
                canvas.setStrokeColorRGB(*FRAME)
                canvas.setLineWidth(operation.width * mm)
                canvas.setDash((1, 1.5) if operation.dashed else [])
                canvas.line(operation.x1 * mm, (height - operation.y1) * mm, operation.x2 * mm,
                            (height - operation.y2) * mm)
                canvas.setDash([])
            case Run():
                canvas.setFillColorRGB(*INK)
                canvas.setFont(self._names[operation.font], operation.size)
                canvas.drawString(operation.x * mm, (height - operation.baseline) * mm, operation.text)
            case Tick():
                _tick(canvas, operation, height)
            case Symbol():
                _symbol(canvas, operation, height)
            case Backdrop():
                self._backdrop(canvas, operation, height)
            case _:
                assert_never(operation)

    def _backdrop(self, canvas: Canvas, under: Backdrop, height: float) -> None:
        """reportlab keeps one copy of a picture however many sheets show it."""
        file, box = self._content / under.file, under.box
        png = picture(file, file.stat().st_mtime_ns, box.w, box.h)
        canvas.drawImage(ImageReader(BytesIO(png)), box.x * mm, (height - box.y - box.h) * mm, box.w * mm, box.h * mm)


def _fill_box(canvas: Canvas, panel: FillBox, height: float) -> None:
    fill = FILLS[panel.tone]
    if fill is not None:
        canvas.setFillColorRGB(*fill)
    canvas.setStrokeColorRGB(*FRAME)
    canvas.setLineWidth(FRAME_WIDTH)
    canvas.rect(panel.box.x * mm, (height - panel.box.y - panel.box.h) * mm, panel.box.w * mm, panel.box.h * mm,
                stroke=int(panel.framed), fill=int(fill is not None))


def _tick(canvas: Canvas, tick: Tick, height: float) -> None:
    canvas.setStrokeColorRGB(*INK)
    canvas.setLineWidth(0.55 * mm)
    canvas.setLineCap(1)
    path = canvas.beginPath()
    path.moveTo((tick.x + tick.size * 0.15) * mm, (height - tick.y - tick.size * 0.45) * mm)
    path.lineTo((tick.x + tick.size * 0.42) * mm, (height - tick.y - tick.size * 0.82) * mm)
    path.lineTo((tick.x + tick.size * 1.1) * mm, (height - tick.y + tick.size * 0.15) * mm)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setLineCap(0)


def _symbol(canvas: Canvas, symbol: Symbol, height: float) -> None:
    """Dark modules of a row that touch are one rectangle: smaller, and without hairlines between them."""
    module = symbol.size / (len(symbol.modules) + 2 * QUIET_ZONE)
    left, top = symbol.x + QUIET_ZONE * module, symbol.y + QUIET_ZONE * module
    canvas.setFillColorRGB(0, 0, 0)
    path = canvas.beginPath()
    for row, modules in enumerate(symbol.modules):
        y = (height - top - (row + 1) * module) * mm
        start = None
        for column, dark in enumerate((*modules, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect((left + start * module) * mm, y, (column - start) * module * mm, module * mm)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)
