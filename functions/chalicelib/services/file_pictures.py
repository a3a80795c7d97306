"""Pictures: decoded and made anew, so that nothing of the file but its pixels goes on. Pillow is imported at the first use.

What is lost on purpose: place and time of the photo, the camera, previews, comments, colour profiles, further frames.
"""

import io
import struct
import warnings
from typing import TYPE_CHECKING

from chalicelib.domain.file import MOST_EDGE, MOST_PIXELS, Refusal
from chalicelib.services.file_refusal import Unfit

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

QUALITY = 88
"""JPEG quality at which small print of a photographed page stays sharp."""
_UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error)
"""What Pillow raises over broken files; it has no base class of its own."""
SIXTEEN_BITS = 256
"""Steps of a 16-bit grey per step of an 8-bit one."""


def remake(data: bytes) -> tuple[bytes, ...]:
    """One JPEG of at most MOST_EDGE pixels, upright, on white. Raises Unfit."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that we refuse, and of broken metadata that we drop
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Unfit(Refusal.PIXELS)
                picture.draft("RGB", (MOST_EDGE, MOST_EDGE))  # a JPEG is decoded at half size where that is enough
                picture.load()
                upright = ImageOps.exif_transpose(_small(picture))
                return (as_jpeg(upright),)
    except Image.DecompressionBombError:
        raise Unfit(Refusal.PIXELS) from None
    except _UNREADABLE:
        raise Unfit(Refusal.BROKEN) from None


def _small(picture: "Picture") -> "Picture":
    """At most MOST_EDGE pixels long; first of all, since every later step copies the picture."""
    from PIL import Image

    if max(picture.size) <= MOST_EDGE:
        return picture
    if picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode == "P":  # neighbours in a palette are no neighbours in colour
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((MOST_EDGE, MOST_EDGE), Image.Resampling.LANCZOS)
    return picture


def as_jpeg(picture: "Picture") -> bytes:
    """The pixels on white paper as a JPEG that holds nothing else."""
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow would cut them at 255
        picture = picture.convert("I").point(lambda grey: grey * (1 / SIXTEEN_BITS)).convert("L")
    paper = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        paper.paste(seen, mask=seen)
    else:
        paper.paste(picture.convert("RGB"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def watermark(picture: bytes, text: str) -> bytes:
    """The JPEG with `text` written slantwise all over it, through which the page can be read.

    text: printable ASCII, such as "462101 2026-11-21 ABCD-EFGH-JKLM"; raises ValueError otherwise. Pillow's own face has
    no Japanese, and a Japanese one would weigh more in the package than all the rest (ADR 0021).
    """
    from PIL import Image, ImageDraw, ImageFont

    if not (text.isascii() and text.isprintable() and text.strip()):
        raise ValueError("the text of a watermark is printable ASCII")
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as opened:
        page = opened.convert("RGBA")
    font = ImageFont.load_default(size=max(14, min(page.size) // 32))
    width, height = int(font.getlength(text)), int(font.getbbox(text)[3])
    side = int((page.width**2 + page.height**2) ** 0.5)
    tiles = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(tiles)
    for row, top in enumerate(range(0, side, height * 5)):
        for left in range(-(row % 2) * width // 2, side, int(width * 1.25)):
            draw.text((left, top), text, font=font, fill=(0, 0, 0, 72), stroke_width=1, stroke_fill=(255, 255, 255, 72))
    turned = tiles.rotate(30, resample=Image.Resampling.BILINEAR)
    page.alpha_composite(turned.crop(_middle(turned.size, page.size)))
    return as_jpeg(page.convert("RGB"))


def _middle(outer: tuple[int, int], inner: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top = (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2
    return left, top, left + inner[0], top + inner[1]
