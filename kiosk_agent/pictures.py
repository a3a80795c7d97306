"""Turns a picture of a card into one that a browser shows. In memory only; nothing but the dots goes on."""

import io
import struct
import warnings
from collections.abc import Mapping

from PIL import Image

from kiosk_agent.card.facts import Picture
from kiosk_agent.errors import KioskError

FORMATS: Mapping[str, str] = {"tiff": "TIFF", "jpeg2000": "JPEG2000", "png": "PNG"}
"""Picture.kind → the one format that is tried: what a card calls a TIFF is read as nothing else."""
MOST_BYTES = 65_536
"""The largest picture of the cards we read is the front of a residence card with 7,000."""
MOST_DOTS = 4_000_000
"""A card's front at 600 dots an inch is 2.6 million; a small file must not unfold into more memory than a kiosk has."""
_UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, RuntimeError,
               struct.error)
"""What Pillow raises over broken files; it has no base class of its own."""


class PictureBroken(KioskError):
    """The picture cannot be shown: an officer types from the printed face instead."""


def as_png(picture: Picture) -> bytes:
    """The picture as PNG. Raises PictureBroken for one that is broken, too large, or of another format than it says."""
    if picture.kind not in FORMATS or len(picture.content) > MOST_BYTES:
        raise PictureBroken("not a picture of a card")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes and tags that we refuse or drop
            with Image.open(io.BytesIO(picture.content), formats=(FORMATS[picture.kind],)) as opened:
                if opened.width * opened.height > MOST_DOTS:
                    raise PictureBroken("too many dots")
                dots = opened.convert(opened.mode if opened.mode in ("1", "L") else "RGB")
    except Image.DecompressionBombError:
        raise PictureBroken("too many dots") from None
    except _UNREADABLE as error:
        raise PictureBroken(type(error).__name__) from None
    dots.info.clear()
    out = io.BytesIO()
    dots.save(out, "PNG")
    return out.getvalue()
