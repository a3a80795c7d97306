"""The picture that a message shows when somebody sends a link (OGP), and the QR code on a printed page. Pure bytes and text."""

import io
from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
"""What LINE and others show whole (ogp.me; 1.91 : 1)."""
INK, ACTION, PAPER, QUIET = "#1a1a1c", "#0017c1", "#e8f1fe", "#414143"
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
BOLD = "BIZUDPGothic-Bold.ttf"


@cache
def font_file() -> Path | None:
    """The site's own face, where the computer that builds has it; without it there is no picture, and pages say so by none."""
    return next((path for folder in FONTS if folder.is_dir() for path in sorted(folder.rglob(BOLD))), None)


def card(title: str, line: str, city: str) -> bytes | None:
    """A PNG with a title, a line below, and the city's name; None where the face is missing."""
    face = font_file()
    if face is None:
        return None
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 18), fill=ACTION)
    rows, size = _fitted(title, face)
    top = 150
    for row in rows:
        draw.text((80, top), row, font=ImageFont.truetype(face, size), fill=INK)
        top += int(size * 1.3)
    draw.text((80, top + 24), line, font=ImageFont.truetype(face, 40), fill=ACTION)
    draw.text((80, 530), f"まどナビ　{city}", font=ImageFont.truetype(face, 44), fill=QUIET)
    out = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(title: str, face: Path) -> tuple[list[str], int]:
    """The title in at most two lines, as large as they allow."""
    for size in (88, 76, 64, 54):
        font = ImageFont.truetype(face, size)
        rows = _broken(title, font, SIZE[0] - 160)
        if len(rows) <= 2:
            return rows, size
    return rows, size


def _broken(title: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    rows = [""]
    for one in title:
        if font.getlength(rows[-1] + one) > width or (one == "（" and len(rows) == 1 and font.getlength(title) > width):
            rows.append("")
        rows[-1] += one
    return rows


def qr(address: str) -> str:
    """The address as an inline SVG, black on white, with its quiet zone."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, nl=False,
                                           svgclass="qr", lineclass=None)
    return out.getvalue().decode()
