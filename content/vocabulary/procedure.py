"""An online procedure (手続き): its pages, fields and conditions, and what officers and books need of it."""

from enum import StrEnum

from pydantic import Field as F
from pydantic import model_validator

from content.vocabulary.fact import Frozen, Slug, Source, Words


class Assurance(StrEnum):
    """How surely we must know the applicant (design D5)."""

    SIGNATURE = "signature"
    """署名用電子証明書 over the content. Required online for 住民票 and 戸籍 (住民基本台帳法施行規則, since 2021-09-29)."""
    AUTH = "auth"
    """利用者証明用電子証明書."""
    CONTACT = "contact"
    """A mail address or telephone number that was confirmed."""
    NONE = "none"


class FieldKind(StrEnum):
    """What a field holds and how it is asked."""

    TEXT = "text"
    KANA = "kana"
    PERSON_NAME = "person_name"
    DATE = "date"
    ADDRESS = "address"
    PHONE = "phone"
    MAIL = "mail"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"


class FieldChoice(Frozen):
    """One value of a choice. An `exclusive` one (「なし」) cannot stand beside others."""

    id: Slug
    label: Words
    hint: Words | None = None
    exclusive: bool = False


class Condition(Frozen):
    """True when the answer to `field` is one of `any_of` (for several choices: contains one of them)."""

    field: Slug
    any_of: tuple[str, ...] = F(min_length=1)


class Field(Frozen):
    """One datum. `gif` is its name in the Government Interoperability Framework, where that has one."""

    id: Slug
    kind: FieldKind
    label: Words
    hint: Words | None = None
    example: Words | None = None
    required: bool = True
    when: tuple[Condition, ...] = ()
    """All must be true for the field to be asked."""
    choices: tuple[FieldChoice, ...] = ()
    max_length: int = F(default=200, ge=1, le=2000)
    minimum: int | None = None
    maximum: int | None = None
    gif: Words | None = None
    from_identity: Slug | None = None
    """Name of the verified item (name, address, birthdate, gender) that fills the field; it is not asked again."""
    missing: Words | None = None
    """What we say when it is empty; else a sentence is made from the label."""

    @model_validator(mode="after")
    def _choices_where_chosen(self) -> "Field":
        if (self.kind in (FieldKind.CHOICE, FieldKind.CHOICES)) != bool(self.choices):
            raise ValueError("「choices」は、種類が choice または choices の項目にだけ、必ず書いてください。")
        return self


class Page(Frozen):
    """One question page: its title is the question."""

    id: Slug
    title: Words
    help: Words | None = None
    fields: tuple[Field, ...] = F(min_length=1)
    when: tuple[Condition, ...] = ()


class Reason(Frozen):
    """A reason an officer chooses from; `resident` is what the resident reads."""

    id: Slug
    label: Words
    resident: Words


class ExportColumn(Frozen):
    """One column of the export for the core system; `field` is a field id or one of the case's own words."""

    header: Words
    field: Slug


class FeeRule(Frozen):
    """How the fee is proposed: copies × fee of the certificate, plus postage. The officer decides (S03)."""

    certificate: Slug
    channel: Slug
    copies: Slug
    postage: Slug | None = None


class Procedure(Source):
    """One procedure as data: every channel's form is made from it (design D1)."""

    id: Slug
    version: int = F(ge=1)
    name: Words
    short: Words
    summary: Words
    department: Slug
    office_name: Words
    addressee: Words
    """宛先, as printed on paper."""
    assurance: Assurance
    law: Words
    needs: tuple[Words, ...]
    """What to have at hand before starting."""
    takes: Words
    minutes: int
    pages: tuple[Page, ...] = F(min_length=1)
    fee: FeeRule | None = None
    correction_reasons: tuple[Reason, ...] = F(min_length=1)
    rejection_reasons: tuple[Reason, ...] = F(min_length=1)
    retention_days: int = F(ge=1)
    """Days after the case ends until its personal data are erased."""
    draft_days: int = F(ge=1, le=365)
    """Days an untouched draft is kept."""
    payment_days: int = F(ge=1, le=90)
    """Days the resident has to pay."""
    export: tuple[ExportColumn, ...] = ()

    def fields(self) -> tuple[Field, ...]:
        """All fields in the order they are asked."""
        return tuple(field for page in self.pages for field in page.fields)

    def field(self, id: str) -> Field:
        """The field of that id; KeyError when there is none."""
        return {f.id: f for f in self.fields()}[id]

    def page(self, id: str) -> Page:
        """The page of that id; KeyError when there is none."""
        return {p.id: p for p in self.pages}[id]
