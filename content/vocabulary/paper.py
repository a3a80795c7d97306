"""A paper form (様式): boxes in millimetres from the top left corner of the sheet."""

from enum import StrEnum

from pydantic import Field

from content.vocabulary.fact import Frozen, Slug, Source, Words


class Face(StrEnum):
    """Which of our two families a text is set in: Gothic for labels, Mincho for content."""

    GOTHIC = "gothic"
    MINCHO = "mincho"


class Box(Frozen):
    """A rectangle of the sheet in mm; x and y are its top left corner, y grows downwards."""

    x: float = Field(ge=0, le=297)
    y: float = Field(ge=0, le=297)
    w: float = Field(gt=0, le=297)
    h: float = Field(gt=0, le=297)


class Line(Frozen):
    """A ruled line in mm."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.2


class Label(Frozen):
    """Printed words of the form itself."""

    box: Box
    text: Words
    size: float = Field(default=9, gt=3, le=40)
    """Points."""
    align: str = Field(default="left", pattern="^(left|center|right)$")
    face: Face = Face.GOTHIC


class Slot(Frozen):
    """A box that takes one datum. Text is made smaller, then set in more lines, until it fits; never cut."""

    id: Slug
    box: Box
    size: float = Field(default=11, gt=3, le=40)
    smallest: float = Field(default=6, gt=3, le=40)
    lines: int = Field(default=1, ge=1, le=4)
    align: str = Field(default="left", pattern="^(left|center|right)$")
    gif: Words | None = None


class Check(Frozen):
    """A square that gets a mark when `slot` has `value`."""

    slot: Slug
    value: Words
    x: float
    y: float
    size: float = 3.6


class Paper(Source):
    """One sheet as data. The drawn form is lines and labels; what is known of the person goes into slots."""

    id: Slug
    title: Words
    certificate: Slug | None = None
    procedure: Slug | None = None
    width: float = 210
    height: float = 297
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...]
    slots: tuple[Slot, ...]
    checks: tuple[Check, ...] = ()
    qr: Box
    mark: Box
    """Where page number and case code stand; the same corner on every sheet."""
