"""Pictures for virtual cards, drawn by us in the formats that real cards hold."""

import io

from PIL import Image, ImageDraw, ImageFont

MOJI_SIDE = 24
MARGIN = 8


def lines_as_tiff(*lines: str, size: int = 28) -> bytes:
    """Lines of Latin letters, black on white, as a TIFF compressed by MMR (CCITT group 4), which residence cards use.

    Pillow's own face has no Japanese, and the demonstration must draw the same on a computer without Japanese fonts.
    """
    face = ImageFont.load_default(size)
    width = max(int(face.getlength(line)) for line in lines) + 2 * MARGIN
    sheet = Image.new("1", (width, len(lines) * (size + MARGIN) + 2 * MARGIN), 1)
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        pen.text((MARGIN, MARGIN + row * (size + MARGIN)), line, fill=0, font=face)
    out = io.BytesIO()
    sheet.save(out, "TIFF", compression="group4")
    return out.getvalue()


def face_as_jpeg2000() -> bytes:
    """A head and shoulders in grey, as JPEG 2000: the photo of nobody."""
    photo = Image.new("L", (60, 80), 230)
    pen = ImageDraw.Draw(photo)
    pen.ellipse((18, 12, 42, 44), fill=120)
    pen.ellipse((6, 50, 54, 110), fill=90)
    out = io.BytesIO()
    photo.save(out, "JPEG2000", quality_mode="rates", quality_layers=[20], irreversible=True)
    return out.getvalue()


def tsuchi_yoshi() -> bytes:
    """𠮷 (土 over 口, which JIS X 0208 does not have) in 24 × 24 dots, one bit each, black set: 72 bytes."""
    sheet = Image.new("1", (MOJI_SIDE, MOJI_SIDE), 0)
    pen = ImageDraw.Draw(sheet)
    pen.line((5, 6, 18, 6), fill=1)
    pen.line((11, 1, 11, 11), fill=1, width=2)
    pen.line((1, 11, 22, 11), fill=1)
    pen.rectangle((5, 15, 18, 22), outline=1)
    return sheet.tobytes()
