"""The drawing operations of a sheet: what is drawn where, in mm from the top left corner, without a word about PDF."""

from dataclasses import dataclass, field

from content.vocabulary.paper import Box, Tone


@dataclass(frozen=True, slots=True)
class FillBox:
    """A rectangle with a tone and perhaps a frame."""

    box: Box
    tone: Tone
    framed: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A line; `width` in mm."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one font on one baseline. `text` may be personal and is not shown in a repr."""

    x: float
    baseline: float
    size: float
    """Points."""
    font: str
    text: str = field(repr=False)
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """The mark in a square whose top left corner is (x, y)."""

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol: rows of dark (True) and light modules, drawn into a square with its quiet zone."""

    x: float
    y: float
    size: float
    modules: tuple[tuple[bool, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The city's own sheet, under everything. `file` is below the folder of the content."""

    file: str
    box: Box


Operation = FillBox | Rule | Run | Tick | Symbol | Backdrop


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, ready to be drawn."""

    width: float
    height: float
    operations: tuple[Operation, ...] = field(repr=False)
