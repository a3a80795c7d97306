"""Which font draws which character: BIZ UD first, IPAmj Mincho for what it lacks, the font of the added characters of
行政事務標準文字 where there is one; nothing is ever dropped.

A character is a base with the variation selector that may follow it. Names keep both from card to paper (design D17).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from content.vocabulary.paper import Face
from kiosk_agent.paper.fonts import GYOSEI, Font

CHAINS: Mapping[tuple[Face, bool], tuple[str, ...]] = {
    (Face.MINCHO, False): ("mincho", "ipamj", GYOSEI),
    (Face.MINCHO, True): ("mincho", "ipamj", GYOSEI),
    (Face.GOTHIC, False): ("gothic", "ipamj", GYOSEI),
    (Face.GOTHIC, True): ("gothic-bold", "ipamj", GYOSEI),
}
"""`gyosei`, the added characters of 行政事務標準文字, is on few computers; without it they are boxed and told."""

WIDEST = 1.0
"""A boxed code point takes one em, like a kanji."""


class Fidelity(Enum):
    """How near the print is to what the card says."""

    EXACT = "exact"
    USUAL_FORM = "usual form"
    """No font has the selected variant: its base is drawn inside a thin box."""
    NO_GLYPH = "no glyph"
    """No font has the character: its code point is drawn inside a box."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One character as it will be drawn. `text` is in the font's own code points (private ones for variants)."""

    character: str
    font: str
    text: str
    em: float
    """Width in ems."""
    fidelity: Fidelity = Fidelity.EXACT


@dataclass(frozen=True, slots=True)
class Unprintable:
    """A character that did not print as written; an officer must write it in by hand."""

    character: str
    fidelity: Fidelity

    @property
    def code(self) -> str:
        """As U+8FBB U+E0101."""
        return code_points(self.character)


def code_points(character: str) -> str:
    """Unicode notation of every code point."""
    return " ".join(f"U+{ord(one):04X}" for one in character)


def is_selector(character: str) -> bool:
    """Whether it is a variation selector (U+FE00–FE0F, U+E0100–E01EF)."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def clusters(text: str) -> Iterator[str]:
    """Characters with the selector that follows each."""
    at = 0
    while at < len(text):
        end = at + 1
        if end < len(text) and is_selector(text[end]):
            end += 1
        yield text[at:end]
        at = end


class Shelf:
    """The fonts at hand."""

    def __init__(self, fonts: Mapping[str, Font]) -> None:
        self.fonts = fonts

    def pieces(self, text: str, face: Face, *, bold: bool = False) -> tuple[Piece, ...]:
        """Every character of `text` in the first font of the face's chain that can draw it."""
        chain = tuple(self.fonts[key] for key in CHAINS[(face, bold)] if key in self.fonts)
        return tuple(self._piece(cluster, chain) for cluster in clusters(text))

    def _piece(self, cluster: str, chain: tuple[Font, ...]) -> Piece:
        base = ord(cluster[0])
        if len(cluster) == 2:
            for font in chain:
                code = font.variants.get((base, ord(cluster[1])))
                if code is not None and font.has(code):
                    return _drawn(cluster, font, chr(code))
            usual = self._piece(cluster[0], chain)
            fidelity = Fidelity.NO_GLYPH if usual.fidelity is Fidelity.NO_GLYPH else Fidelity.USUAL_FORM
            return replace(usual, character=cluster, fidelity=fidelity)
        if cluster == "\n":
            return Piece(cluster, chain[0].key, "", 0.0)
        for font in chain:
            if font.has(base) and _means_the_same(base, font):
                return _drawn(cluster, font, cluster)
        return Piece(cluster, chain[0].key, code_points(cluster).removeprefix("U+"), WIDEST, Fidelity.NO_GLYPH)


def _means_the_same(code_point: int, font: Font) -> bool:
    """A private code point means what its owner says: only the 行政事務標準文字 font knows those of plane 16, and nobody here
    knows what a card meant by another. IPAmj has glyphs at U+F8xx, and our copies use plane 15."""
    if 0xE000 <= code_point <= 0xF8FF or 0xF0000 <= code_point <= 0xFFFFF:
        return False
    return code_point < 0x100000 or font.key == GYOSEI


def _drawn(cluster: str, font: Font, text: str) -> Piece:
    return Piece(cluster, font.key, text, font.width(text, 1.0))
