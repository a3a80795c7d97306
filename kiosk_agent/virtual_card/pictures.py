"""The pictures on virtual cards: printed text in one bit, and an invented face in grey, in the formats of real cards."""

import io
from functools import cache
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
TEXT_PIXELS = 24
FACE_WIDTH, FACE_HEIGHT = 192, 240


def text(words: str) -> bytes:
    """A PNG of one bit, as a card holds its printed name and address."""
    font = _font()
    width = max(1, round(font.getlength(words)))
    picture = Image.new("1", (width + 8, TEXT_PIXELS + 12), 1)
    ImageDraw.Draw(picture).text((4, 4), words, fill=0, font=font)
    return _bytes(picture, "PNG")


def face(of: str) -> bytes:
    """A JPEG 2000 of grey values: a head and shoulders whose shape differs from person to person. Nobody's portrait."""
    shape = sha256(of.encode()).digest()
    picture = Image.new("L", (FACE_WIDTH, FACE_HEIGHT), 225)
    draw = ImageDraw.Draw(picture)
    wide, high = 44 + shape[0] % 16, 58 + shape[1] % 14
    draw.ellipse((16, 170, FACE_WIDTH - 16, 330), fill=60 + shape[2] % 90)
    draw.ellipse((96 - wide - 8, 100 - high - 12, 96 + wide + 8, 100 + high // 2), fill=30 + shape[3] % 60)
    draw.ellipse((96 - wide, 100 - high, 96 + wide, 100 + high), fill=190)
    for x in (96 - wide // 2, 96 + wide // 2):
        draw.ellipse((x - 5, 92, x + 5, 100), fill=40)
    draw.arc((76, 112, 116, 140), 20, 160, fill=70, width=3)
    return _bytes(picture, "JPEG2000")


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A Japanese font of this computer; without one Pillow's own, which draws boxes."""
    found = next((file for folder in FONTS if folder.is_dir() for file in sorted(folder.rglob("BIZUDGothic-Regular.ttf"))), None)
    return ImageFont.truetype(found, TEXT_PIXELS) if found else ImageFont.load_default(TEXT_PIXELS)


def _bytes(picture: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind)
    return written.getvalue()
