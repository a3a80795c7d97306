"""The questions of a form (様式): pages, fields, what kinds of data they hold, and when each is asked."""

from enum import StrEnum

from pydantic import Field as F
from pydantic import model_validator

from content.vocabulary.fact import Frozen, Slug, Words


class FieldKind(StrEnum):
    """What a field holds and how it is asked."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    """Several lines."""
    KANA = "kana"
    PERSON_NAME = "person_name"
    """A whole name in one field, as the person writes it: no split into family and given name is ever forced."""
    DATE = "date"
    """A day, answered in 和暦 or 西暦."""
    ADDRESS = "address"
    """A postal code, where known, and the address."""
    PHONE = "phone"
    MOBILE = "mobile"
    """A number in Japan that takes SMS: 070, 080, 090."""
    MAIL = "mail"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    YEN = "yen"
    GROUP = "group"
    """The same parts for each of several people or things."""
    EACH = "each"
    """More parts for each row of a group that was asked before, with the person's name above them."""
    ONE_OF = "one_of"
    """One of the rows of a group that was asked before, by a touch: whose dog it is. Not asked where only one can be meant.
    `choices` are what it may be besides: 「ほかの人」."""
    FILE = "file"
    """Pictures or PDF; the answer holds ids of the case's files."""
    CONSENT = "consent"
    """A statement to agree to. It is never ticked beforehand."""


class Side(StrEnum):
    """On which side of the present day a date must lie; the day itself is on both."""

    PAST = "past"
    FUTURE = "future"


class Ages(Frozen):
    """A span of ages, in whole years on the day that counts. A year is full on the eve of the birthday (年齢計算ニ関する法律),
    so pension and care insurance begin a day before it; 後期高齢者医療 begins on the birthday itself: `from_birthday`."""

    at_least: int | None = F(default=None, ge=0, le=150)
    under: int | None = F(default=None, ge=0, le=150)
    from_birthday: bool = False
    until_school_year_of: int | None = F(default=None, ge=0, le=30)
    """「18歳に達する日以後の最初の3月31日まで」 is 18: the school year in which that age is reached still counts."""

    @model_validator(mode="after")
    def _something(self) -> "Ages":
        if self.at_least is None and self.under is None and self.until_school_year_of is None:
            raise ValueError("「at_least」「under」「until_school_year_of」のどれかを書いてください。")
        return self


class FieldChoice(Frozen):
    """One value of a choice. An `exclusive` one (「なし」) cannot stand beside others."""

    id: Slug
    label: Words
    hint: Words | None = None
    exclusive: bool = False


class Condition(Frozen):
    """True when the answer to `field` is one of `any_of` (for several choices: contains one of them). "" is no answer."""

    field: Slug
    any_of: tuple[str, ...] = F(min_length=1)


class Derived(Frozen):
    """What follows from the answers and is never asked: 「75歳以上の人がいる」. Its value is "yes" or "no".

    With `of`, it looks at each row of that group and counts; each row then has it too (`members.1.old`). Conditions name
    the row's own parts first, then fields of the form and facts that stand before it.
    """

    id: Slug
    says: Words
    """The fact in words, as in the reason of a checklist's line."""
    of: Slug | None = None
    when: tuple[Condition, ...] = ()
    """All must be true."""
    any_when: tuple[tuple[Condition, ...], ...] = ()
    """Besides, all of at least one of these lists."""
    ages: Ages | None = None
    at_least: int = F(default=1, ge=0, le=20)
    """How many rows must fit. 0 with at_most 0: nobody."""
    at_most: int | None = F(default=None, ge=0, le=20)
    chosen: Slug | None = None
    """A question of kind one_of: of the rows that fit, only the one that was chosen there; where nobody had to be asked, the
    only one that fits. Nobody is guessed among several."""


class Part(Frozen):
    """One datum: a field of its own, or a part of a group. `gif` is its Government Interoperability Framework name."""

    id: Slug
    kind: FieldKind
    label: Words
    hint: Words | None = None
    example: Words | None = None
    required: bool = True
    when: tuple[Condition, ...] = ()
    """All must be true for it to be asked. A part of a group may name another part of the same row."""
    choices: tuple[FieldChoice, ...] = ()
    max_length: int = F(default=200, ge=1, le=2000)
    minimum: int | None = None
    maximum: int | None = None
    only: Side | None = None
    """Of a date: past for a birth, future for a wish."""
    unit: Words | None = None
    """What stands behind a number: 通, 人, 頭."""
    gif: Words | None = None
    from_identity: Slug | None = None
    """Name of the verified item (name, address, birthdate, gender) that fills the field; it is not asked again."""
    missing: Words | None = None
    """What we say when it is empty; else a sentence is made from the label."""

    @model_validator(mode="after")
    def _choices_where_chosen(self) -> "Part":
        if self.kind is not FieldKind.ONE_OF and (self.kind in (FieldKind.CHOICE, FieldKind.CHOICES)) != bool(self.choices):
            raise ValueError("「choices」は、種類が choice または choices の項目にだけ、必ず書いてください。")
        return self


class Field(Part):
    """One question of a page; a group has parts, and rows that the person adds."""

    parts: tuple[Part, ...] = ()
    row: Words | None = None
    """What one row of a group is called: 家族, 犬."""
    at_least: int = F(default=1, ge=0, le=20)
    at_most: int = F(default=10, ge=1, le=20)
    """Rows of a group, or files of a file field."""
    identifies: bool = False
    """Whether a file shows who somebody is: officers see it with a watermark."""
    rows_of: Slug | None = None
    """Of `each`: the group whose rows are gone through. Its parts are answered as parts of that group. Of `one_of`: the group
    of which one is chosen."""
    rows_when: tuple[Condition, ...] = ()
    """Of both: only rows for which all are true; a condition names parts and facts of the row first."""

    @model_validator(mode="after")
    def _parts_where_grouped(self) -> "Field":
        grouped, each = self.kind is FieldKind.GROUP, self.kind is FieldKind.EACH
        of_rows = self.kind in (FieldKind.EACH, FieldKind.ONE_OF)
        if (grouped or each) != bool(self.parts) or grouped != bool(self.row):
            raise ValueError("「parts」と「row」は、種類が group の項目にだけ、必ず書いてください（each は parts だけ）。")
        if of_rows != bool(self.rows_of) or (self.rows_when and not of_rows):
            raise ValueError("「rows_of」は、種類が each か one_of の項目にだけ、必ず書いてください。")
        if any(part.kind in (FieldKind.GROUP, FieldKind.EACH, FieldKind.ONE_OF, FieldKind.FILE) for part in self.parts):
            raise ValueError("group や each の中に、group・each・one_of・file は置けません。")
        return self


class Page(Frozen):
    """One question page: its title is the question."""

    id: Slug
    title: Words
    help: Words | None = None
    fields: tuple[Field, ...] = F(min_length=1)
    when: tuple[Condition, ...] = ()


class PageSet(Frozen):
    """The file `page_sets/<id>.yml`: pages that many procedures share, taken in by `- use: <id>`."""

    id: Slug
    pages: tuple[Page, ...] = F(min_length=1)
