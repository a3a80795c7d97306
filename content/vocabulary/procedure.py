"""An online procedure (手続き): what officers, books and channels need of it, around the form that residents fill in."""

from enum import StrEnum

from pydantic import Field as F
from pydantic import model_validator

from content.vocabulary.fact import Frozen, Slug, Source, Words
from content.vocabulary.form import Condition, Derived, Field, FieldChoice, FieldKind, Page, PageSet, Part


class Assurance(StrEnum):
    """How surely we must know the applicant (design D5)."""

    SIGNATURE = "signature"
    """署名用電子証明書 over the content. Required online for 住民票 and 戸籍 (住民基本台帳法施行規則, since 2021-09-29)."""
    AUTH = "auth"
    """利用者証明用電子証明書."""
    CONTACT = "contact"
    """A mail address or telephone number that was confirmed."""
    NONE = "none"


class Result(StrEnum):
    """What the applicant gets in the end, and so which way a case goes after the review."""

    POST = "post"
    """A document by post: 発行 → 発送."""
    DOCUMENT = "document"
    """A document on the status page, to be opened with the card or the confirmed address."""
    COLLECT = "collect"
    """Something to fetch at the desk."""
    NOTICE = "notice"
    """Nothing but the word that it was accepted or decided."""


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
    when: tuple[Condition, ...] = ()
    """When this certificate is asked for; all must be true."""


class Charge(Source):
    """A fee that is no certificate's, such as the registration of a dog: yen × the number in `times`, or once."""

    what: Words
    yen: int = F(ge=0, le=100_000)
    times: Slug | None = None
    """A field of kind number, or a group whose rows are counted."""
    when: tuple[Condition, ...] = ()


class Procedure(Source):
    """One procedure as data: every channel's form is made from it (design D1)."""

    id: Slug
    order: int = 100
    """Place in the list of procedures; equal ones by id."""
    version: int = F(ge=1)
    name: Words
    short: Words
    summary: Words
    situation: Words
    """The moment of life under which the list of procedures shows it, as in services.yml."""
    department: Slug
    office_name: Words
    phone: Words | None = None
    """The division's own telephone; else the city's."""
    addressee: Words
    """宛先, as printed on paper."""
    assurance: Assurance
    law: Words
    needs: tuple[Words, ...]
    """What to have at hand before starting."""
    takes: Words
    minutes: int
    pages: tuple[Page, ...] = F(min_length=1)
    derived: tuple[Derived, ...] = ()
    """Facts that follow from the answers; pages may be asked because of them."""
    ages_on: Slug | None = None
    """The field with the day on which ages count; without it, or before it is answered, no age is known."""
    born: Slug = "birthdate"
    """The part of a group's row that holds the birth date."""
    interview: bool = False
    """Only asks, so that a family learns what it needs: it can be kept and brought along, but asks for nothing itself."""
    result: Result = Result.POST
    approval: bool = False
    """Whether a second officer must approve what the first one proposes (決裁)."""
    outcomes: tuple[Reason, ...] = ()
    """What can be decided where the result is a notice: 受理, 承認, 一部公開 …"""
    fees: tuple[FeeRule, ...] = ()
    charges: tuple[Charge, ...] = ()
    reductions: tuple[Words, ...] = ()
    """Why a fee may be reduced or waived (減免), as the officer's line says it."""
    correction_reasons: tuple[Reason, ...] = F(min_length=1)
    rejection_reasons: tuple[Reason, ...] = F(min_length=1)
    retention_days: int = F(ge=30, le=3660)
    """Days after the case ends until its personal data are erased. Not under 30: the notice of it comes 14 days before, and
    somebody must be able to answer it. docs/retention.md is drawn from it."""
    draft_days: int = F(ge=1, le=365)
    """Days an untouched draft is kept."""
    payment_days: int = F(default=14, ge=1, le=90)
    """Days the resident has to pay."""
    review_days: int = F(default=2, ge=1, le=60)
    """Working days until the division has looked at it, as residents are told."""
    export: tuple[ExportColumn, ...] = ()

    @model_validator(mode="after")
    def _decided_where_only_told(self) -> "Procedure":
        if (self.result is Result.NOTICE) != bool(self.outcomes):
            raise ValueError("「outcomes」は、結果（result）が notice の手続きにだけ、必ず書いてください。")
        return self

    @property
    def fee(self) -> FeeRule | None:
        """The first certificate's fee rule; None where nothing is paid for a certificate."""
        return self.fees[0] if self.fees else None

    @property
    def costs(self) -> bool:
        """Whether anything may have to be paid."""
        return bool(self.fees or self.charges)

    def fields(self) -> tuple[Field, ...]:
        """All fields in the order they are asked; the rows of groups are not unfolded."""
        return tuple(field for page in self.pages for field in page.fields)

    def field(self, id: str) -> Field:
        """The field of that id; KeyError when there is none."""
        return {f.id: f for f in self.fields()}[id]

    def page(self, id: str) -> Page:
        """The page of that id; KeyError when there is none."""
        return {p.id: p for p in self.pages}[id]


__all__ = ["Assurance", "Charge", "Condition", "Derived", "ExportColumn", "FeeRule", "Field", "FieldChoice", "FieldKind", "Page",
           "PageSet", "Part", "Procedure", "Reason", "Result"]
