"""The characters of a licence that no character set has (外字): their bitmaps, put side by side as one small picture."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image

from kiosk_agent.card.facts import Picture
from kiosk_agent.card.licence_files import TAGS_GAIJI

SIDES: Mapping[int, int] = {0x10: 16, 0x16: 16, 0x18: 24, 0x24: 24, 0x20: 32, 0x32: 32}
"""First byte of a bitmap → dots a side, as a number or as two packed digits: no source says which, and none means two
things."""
GAP = 4
"""White dots around each character."""
ENLARGED = 4
"""Times: 24 dots are 4 mm on a screen that is looked at from an arm's length."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """One character: `side` × `side` dots, rows from above, a set bit is black."""

    side: int
    dots: bytes = field(repr=False)


def bitmaps(objects: Mapping[int, bytes]) -> dict[int, Bitmap]:
    """The bitmaps among data objects of EF03 and EF05, by the number of their 外字. What is no bitmap is left out."""
    found: dict[int, Bitmap] = {}
    for tag, number in TAGS_GAIJI.items():
        value = objects.get(tag, b"")
        side = SIDES.get(value[0]) if value else None
        size = side * side // 8 if side else 0
        if side and len(value) > size:
            found[number] = Bitmap(side, value[1:1 + size])
    return found


def side_by_side(characters: Sequence[Bitmap]) -> Picture:
    """The characters from left to right as a PNG of one bit a dot, enlarged. ValueError for none."""
    if not characters:
        raise ValueError("no character to draw")
    height = max(one.side for one in characters) + 2 * GAP
    sheet = Image.new("1", (sum(one.side + 2 * GAP for one in characters), height), 1)
    at = 0
    for one in characters:
        black_on_white = bytes(~byte & 0xFF for byte in one.dots)
        sheet.paste(Image.frombytes("1", (one.side, one.side), black_on_white), (at + GAP, GAP))
        at += one.side + 2 * GAP
    out = io.BytesIO()
    sheet.resize((sheet.width * ENLARGED, sheet.height * ENLARGED), Image.Resampling.NEAREST).save(out, "PNG")
    return Picture("png", out.getvalue())
