"""A paper form (様式) as data: panels, rules, words and boxes in millimetres from the top left corner of the sheet."""

from enum import StrEnum

from pydantic import Field

from content.vocabulary.fact import Frozen, Slug, Source, Words
from content.vocabulary.procedure import Condition


class Face(StrEnum):
    """Which of our two families a text is set in: Gothic for labels, Mincho for content."""

    GOTHIC = "gothic"
    MINCHO = "mincho"


class Tone(StrEnum):
    """What a panel means; its colour is the printer's business."""

    PLAIN = "plain"
    """White: to be filled in."""
    LABEL = "label"
    """Pale: names the box beside it."""
    BAND = "band"
    """The heading of a part of the form."""
    STAFF = "staff"
    """Only officers write here."""


class Align(StrEnum):
    """Where a text stands in its box, across."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Datum(StrEnum):
    """What the counter knows and can print into a slot."""

    ADDRESSEE = "addressee"
    """宛先 of the procedure, with 様."""
    DATE = "date"
    """The day of the request, with its era."""
    NAME = "name"
    ADDRESS = "address"
    BIRTHDATE = "birthdate"
    """Of the person whose card was read."""
    COPIES = "copies"


class Box(Frozen):
    """A rectangle of the sheet in mm; x and y are its top left corner, y grows downwards."""

    x: float = Field(ge=0, le=297)
    y: float = Field(ge=0, le=297)
    w: float = Field(gt=0, le=297)
    h: float = Field(gt=0, le=297)


class Panel(Frozen):
    """A filled or framed rectangle."""

    box: Box
    tone: Tone = Tone.PLAIN
    framed: bool = True


class Line(Frozen):
    """A ruled line in mm."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.2
    dashed: bool = False


class Label(Frozen):
    """Printed words of the form itself. With `when`, only where the answers ask for them."""

    box: Box
    text: Words
    size: float = Field(default=9, gt=3, le=40)
    """Points."""
    align: Align = Align.LEFT
    face: Face = Face.GOTHIC
    bold: bool = False
    lines: int = Field(default=1, ge=1, le=12)
    when: tuple[Condition, ...] = ()


class Slot(Frozen):
    """A box that takes one datum. Text is made smaller, then set in more lines, until it fits; never cut."""

    id: Slug
    box: Box
    holds: Datum | None = None
    """Nothing: the box stays clearly empty, for writing by hand."""
    size: float = Field(default=12, gt=3, le=40)
    smallest: float = Field(default=7, gt=3, le=40)
    lines: int = Field(default=1, ge=1, le=4)
    align: Align = Align.LEFT
    when: tuple[Condition, ...] = ()
    """All must be true for the datum to be printed."""
    gif: Words | None = None
    """Its name in the Government Interoperability Framework, where that has one."""


class Check(Frozen):
    """A square with words beside it; it gets a tick when all of `when` are true, and stays open without `when`."""

    x: float = Field(ge=0, le=297)
    y: float = Field(ge=0, le=297)
    """Top left corner of the square."""
    label: Words
    size: float = 3.6
    label_size: float = Field(default=9.5, gt=3, le=40)
    when: tuple[Condition, ...] = ()


class Paper(Source):
    """One sheet as data. The drawn form is panels, lines and labels; what is known of the person goes into slots."""

    id: Slug
    title: Words
    """Printed on the sheet and shown on the screen."""
    short: Words
    """What the screen calls it, in everyday words."""
    certificate: Slug
    procedure: Slug
    """Whose fields the screen asks and the checks refer to."""
    order: int = 100
    width: float = 210
    height: float = 297
    panels: tuple[Panel, ...] = ()
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...]
    slots: tuple[Slot, ...]
    checks: tuple[Check, ...] = ()
    qr: Box
    """Room for the symbols of one message, set from the right."""
    mark: Box
    """Where page number and case code stand; the same corner on every sheet."""
