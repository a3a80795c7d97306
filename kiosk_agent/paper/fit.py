"""Fits a text into a box: full size, then smaller, then more lines, then smaller still; never cut, never overlapping."""

from collections.abc import Sequence
from dataclasses import dataclass

from content.vocabulary.paper import Box
from kiosk_agent.errors import SheetError
from kiosk_agent.paper.glyphs import Piece

MM_PER_POINT = 25.4 / 72
LEADING = 1.25
"""Distance of lines, in ems."""
TALL = 1.05
"""Height of one line of letters, in ems."""
STEP = 0.25
"""Points by which a text is made smaller."""
ONE_LINE_UNTIL = 0.75
"""A text stays on one line down to this part of its size; smaller than that, two lines read better."""
LEAST = 5.0
"""Points. Below that few can read it: the text goes to an annex instead."""

NOT_AT_LINE_START = frozenset("、。，．・：；？！）」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines of pieces at one size in points."""

    lines: tuple[tuple[Piece, ...], ...]
    size: float


def width_of(pieces: Sequence[Piece], size: float) -> float:
    """Millimetres."""
    return sum(piece.em for piece in pieces) * size * MM_PER_POINT


def height_of(lines: int, size: float) -> float:
    """Millimetres that so many lines take."""
    return ((lines - 1) * LEADING + TALL) * size * MM_PER_POINT


def fit(pieces: tuple[Piece, ...], box: Box, *, size: float, smallest: float, lines: int,
        one_line_until: float = ONE_LINE_UNTIL) -> Fitted:
    """The text in `box`; a line feed begins a new line. Raises SheetError when not even the least readable size holds it.

    one_line_until: part of the size down to which one smaller line is better than several.
    """
    paragraphs = _paragraphs(pieces)
    tried = size
    while tried >= min(LEAST, size):
        allowed = 1 if tried >= size * one_line_until and len(paragraphs) == 1 else lines
        if tried < smallest:  # rather more lines than planned than a text that is cut
            allowed = max(lines, int(box.h / (LEADING * tried * MM_PER_POINT)))
        broken = tuple(line for paragraph in paragraphs for line in wrap(paragraph, box.w, tried))
        if len(broken) <= allowed and height_of(len(broken), tried) <= box.h and _narrow_enough(broken, box.w, tried):
            return Fitted(broken, tried)
        tried -= STEP
    raise SheetError("a value is too long for its box")


def _paragraphs(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], ...]:
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.character == "\n":
            found.append([])
        else:
            found[-1].append(piece)
    return tuple(map(tuple, found))


def _narrow_enough(lines: tuple[tuple[Piece, ...], ...], width: float, size: float) -> bool:
    return all(width_of(line, size) <= width + 1e-6 for line in lines)


def wrap(pieces: tuple[Piece, ...], width: float, size: float) -> tuple[tuple[Piece, ...], ...]:
    """Lines no wider than `width` mm. Breaks anywhere between characters, as Japanese does, but prefers a space in
    Latin text, and never begins a line with a closing mark."""
    lines: list[tuple[Piece, ...]] = []
    rest = list(pieces)
    while rest and width_of(rest, size) > width:
        end = 1
        while end < len(rest) and width_of(rest[:end + 1], size) <= width:
            end += 1
        end = _good_break(rest, end)
        line, rest = rest[:end], rest[end:]
        while rest and rest[0].character.isspace():
            rest = rest[1:]
        lines.append(tuple(line))
    if rest:
        lines.append(tuple(rest))
    return tuple(lines) or ((),)


def _good_break(rest: list[Piece], end: int) -> int:
    spaces = [i for i in range(end // 2, min(end + 1, len(rest))) if rest[i].character.isspace()]
    if spaces:
        return max(spaces[-1], 1)
    while end > 1 and rest[end].character in NOT_AT_LINE_START:
        end -= 1
    return end
