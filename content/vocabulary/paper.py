"""A paper form (様式) as data: panels, rules, words and boxes in millimetres from the top left corner of the sheet."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from content.vocabulary.borrowed_form import BoxFilling, TableFilling
from content.vocabulary.fact import Frozen, Slug, Source, Words
from content.vocabulary.form import Condition
from content.vocabulary.form import Field as FormField
from content.vocabulary.form import Page as FormPage
from content.vocabulary.paper_datum import Datum, Holds, Role


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
    """A box that takes one datum. Text is made smaller, then set in more lines; what still does not fit goes to an annex
    (別紙), and the box says so. It is never cut."""

    id: Slug
    box: Box
    holds: Holds | None = None
    """Nothing: the box stays clearly empty, for writing by hand."""
    says: Words | None = None
    """Fixed words instead of a datum, where `when` makes them true: 子."""
    reading: Holds | None = None
    """ふりがな, printed small in the upper third of the box where it is known."""
    size: float = Field(default=12, gt=3, le=40)
    smallest: float = Field(default=7, gt=3, le=40)
    lines: int = Field(default=1, ge=1, le=40)
    align: Align = Align.LEFT
    when: tuple[Condition, ...] = ()
    """All must be true for the datum to be printed."""
    every_sheet: bool = False
    """Printed on the sheets that continue a table too: so that each of them names its person."""
    gif: Words | None = None
    """Its name in the Government Interoperability Framework, or ours with `x_`. It also tells what kind of entry it is
    (`content/rules/handwriting.py`)."""
    officer: bool = False
    """What stays empty here is written by an officer: numbers of the city's own books, what another office's paper says."""


class Check(Frozen):
    """A square with words beside it; it gets a tick when all of `when` are true, and stays open without `when`.

    Beside the fields of the form, `when` may ask for `person-sex` (male, female, other) and `person-era` (meiji … reiwa).
    """

    x: float = Field(ge=0, le=297)
    y: float = Field(ge=0, le=297)
    """Top left corner of the square."""
    label: Words | None = None
    """Absent where the words stand on the city's own sheet already."""
    size: float = 3.6
    label_size: float = Field(default=9.5, gt=3, le=40)
    framed: bool = True
    """False where the square stands on the city's own sheet already."""
    when: tuple[Condition, ...] = ()


STEPS = "channel.steps"
"""A table of what to do, one after the other; each row has the part `step`."""


class Table(Frozen):
    """The same boxes for each row of a group: people of a family, dogs, years. More rows than boxes go on on another sheet.

    `slots` and `checks` stand where the first row has them; their `when` may name parts of the row.
    """

    id: Slug
    of: Holds
    """The group's field, or `channel.steps`."""
    rows: int = Field(ge=1, le=40)
    """How many rows of boxes one sheet has."""
    rows_when: tuple[Condition, ...] = ()
    """Only rows for which all are true; a condition names parts and facts of the row first."""
    others: bool = False
    """Not the row of the person whom the sheet is about: the rest of the family."""
    down: float = Field(gt=0, le=297)
    """mm from one row to the next."""
    slots: tuple[Slot, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()


class Paper(Source):
    """One sheet as data. The form is drawn from panels, lines and labels, or lies under everything as the city's own sheet
    (`background`); what is known goes into slots, checks and tables.

    Its questions are those of its procedure or of its life event's interview, or its own `pages` where there is neither. When
    the catalogue is read, these pages, version and addressee are put in, so that a paper can be filled without looking
    anywhere else.
    """

    id: Slug
    title: Words
    """Printed on the sheet and shown on the screen."""
    short: Words
    """What the screen calls it, in everyday words."""
    certificate: Slug | None = None
    procedure: Slug | None = None
    """Whose fields the screen asks and the slots and checks name."""
    event: Slug | None = None
    """The life event whose interview fills it; then nothing is asked for the paper itself."""
    channel: Slug | None = None
    """The way that a leaflet tells of."""
    form: Slug | None = None
    """The paper on whose form it is drawn: the same sheet of the city, after another event. A box that is not named below is
    filled as there."""
    boxes: dict[Slug, BoxFilling] = Field(default_factory=dict)
    """Of such a paper: by box of the form, all that its event's interview fills otherwise."""
    ticks: dict[Words, tuple[Condition, ...]] = Field(default_factory=dict)
    """Likewise: by the words beside a square, when it is ticked; never without conditions."""
    groups: dict[Slug, TableFilling] = Field(default_factory=dict)
    """Likewise: by table of the form, whose rows stand in it."""
    words: dict[Words, Words] = Field(default_factory=dict)
    """Likewise: words of the form that name the other event → what is printed in their place."""
    pages: tuple[FormPage, ...] = ()
    version: int = Field(default=1, ge=1)
    """Of the questions; a procedure's paper has its procedure's."""
    addressee: Words = "市長"
    order: int = 100
    width: float = Field(default=210, gt=0, le=297)
    height: float = Field(default=297, gt=0, le=297)
    background: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9/_-]*\.(pdf|png|jpg)$")] | None = None
    """The city's own sheet: a file beside this one. Its first page fills the sheet."""
    panels: tuple[Panel, ...] = ()
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    slots: tuple[Slot, ...] = ()
    checks: tuple[Check, ...] = ()
    tables: tuple[Table, ...] = ()
    qr: Box | None = None
    """Room for the symbols of one message, set from the right; none on a leaflet, which holds nothing to read in."""
    mark: Box
    """Where page number and case code stand; the same corner on every sheet."""
    told: dict[Datum, str] = Field(default_factory=dict)
    """What the catalogue says of certificate and way. It is filled in, never written in a file."""
    steps: tuple[str, ...] = ()
    """Likewise: the way's steps."""
    people: Slug | None = None
    """Likewise: the group of the event's people, of whom the sheet is about one (`subject`)."""
    roles: dict[Slug, Role] = Field(default_factory=dict)
    """Likewise: the event's roles."""

    def group_of(self, role: str) -> str:
        """The group in which a role's person stands; the event's people for the one whom the sheet is about."""
        return (self.roles[role].of if role in self.roles else None) or self.people or ""

    @model_validator(mode="after")
    def _not_empty(self) -> "Paper":
        if not (self.checks or self.slots or self.tables or self.labels):
            raise ValueError("「slots」「labels」のどれかを書いてください。何も印字されません。")
        return self

    def fields(self) -> tuple[FormField, ...]:
        """All fields that are asked, in order; the rows of groups are not unfolded."""
        return tuple(field for page in self.pages for field in page.fields)

    def field(self, id: str) -> FormField:
        """The field of that id; KeyError when there is none."""
        return {field.id: field for field in self.fields()}[id]

    def page(self, id: str) -> FormPage:
        """The page of that id; KeyError when there is none."""
        return {page.id: page for page in self.pages}[id]
