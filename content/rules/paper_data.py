"""What the names in a paper's slots mean: `person.birthdate.year`, `answer.purpose`, `row.name`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from content.vocabulary.form import Condition, Field, FieldKind, Page, Part
from content.vocabulary.paper import Paper
from content.vocabulary.paper_datum import Datum, Facet

DAY = (Facet.ERA, Facet.YEAR, Facet.MONTH, Facet.DAY)
FACETS: Mapping[FieldKind, tuple[Facet, ...]] = {
    FieldKind.DATE: DAY, FieldKind.ADDRESS: (Facet.POSTAL, Facet.STREET), FieldKind.NUMBER: (Facet.NUMBER,),
    FieldKind.YEN: (Facet.NUMBER,), FieldKind.CHOICE: (Facet.SHORT,)}
"""Which kinds of answers can be printed in parts."""
FACETS_OF_DATA: Mapping[Datum, tuple[Facet, ...]] = {Datum.DATE: DAY, Datum.BIRTHDATE: DAY}
NUMBER_OF_ROW = "number"
STEP = "step"
OWN_KANA = "name_kana"
"""The field in which people type the reading of their own name (page_sets/card_holder.yml). Readings of other people's names
have the same GIF name, so that cannot be asked."""
PERSON_CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "person-sex": ("male", "female", "other"), "person-era": ("meiji", "taisho", "showa", "heisei", "reiwa")}
"""What checks may ask about the person whose card was read, as if it were a field of the form."""
WORDS: Mapping[Datum, str] = {
    Datum.ADDRESSEE: "宛先", Datum.DATE: "日付", Datum.CASE_CODE: "受付番号", Datum.COPIES: "通数", Datum.NAME: "氏名",
    Datum.KANA: "フリガナ", Datum.ADDRESS: "住所", Datum.BIRTHDATE: "生年月日", Datum.SEX: "性別", Datum.CERTIFICATE: "証明書",
    Datum.WHERE: "場所", Datum.HOURS: "時間", Datum.BRING: "持ち物", Datum.FEE: "手数料", Datum.FALLBACK: "取れないとき"}
"""What an officer calls each datum."""


class Origin(Enum):
    """Where a datum comes from."""

    KNOWN = "known"
    """Of the request, the person or the catalogue: a Datum."""
    ANSWER = "answer"
    ROW = "row"
    ROLE = "role"
    """Of one of the event's people: the one the sheet is about, or one with a role."""


SUBJECT = "subject"
"""The person whom the sheet is about."""
OWN_WORDS = frozenset(one.partition(".")[0] for one in Datum)
"""First words that are no role."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name taken apart. `id` is a Datum's value, or the id of a field or of a part of a group."""

    origin: Origin
    id: str
    facet: Facet | None = None
    role: str | None = None
    """Of Origin.ROLE: `subject`, or one of the event's roles."""


def named(holds: str) -> Named | None:
    """The name taken apart; None for a name that means nothing. Whether the field exists is not looked at here."""
    first, *rest = holds.split(".")
    if first in (Origin.ANSWER.value, Origin.ROW.value):
        if not rest:
            return None
        facet = _facet(rest[1]) if len(rest) == 2 else None
        return None if len(rest) == 2 and facet is None else Named(Origin(first), rest[0], facet)
    if holds in set(Datum):
        return Named(Origin.KNOWN, holds)
    if rest and first not in OWN_WORDS:
        facet = _facet(rest[1]) if len(rest) == 2 else None
        return None if len(rest) == 2 and facet is None else Named(Origin.ROLE, rest[0], facet, first)
    whole, _, last = holds.rpartition(".")
    facet = _facet(last)
    return Named(Origin.KNOWN, whole, facet) if whole in set(Datum) and facet else None


def _facet(word: str) -> Facet | None:
    return Facet(word) if word in set(Facet) else None


def parts_of(group: str, fields: Iterable[Field]) -> Mapping[str, Part]:
    """The parts of a group's row by id, also those that are asked later of `each` row."""
    return {part.id: part for one in fields if group in (one.id, one.rows_of) for part in one.parts}


def counter_pages(paper: Paper) -> tuple[Page, ...]:
    """The questions that filling this paper takes, and those that these depend on, in their order.

    What the card answers and files are left out, and so is what only an online case needs, such as a mail address: the
    counter has the person, and the paper has no box for it.
    """
    wanted = set(_named_fields(paper)) & {one.id for one in paper.fields()}
    while more := {c.field for page in paper.pages for one in page.fields if one.id in wanted
                   for c in (*page.when, *one.when)} - wanted:
        wanted |= more
    pages = (page.model_copy(update={"fields": tuple(
        one for one in page.fields
        if one.id in wanted and one.from_identity is None and one.kind is not FieldKind.FILE)}) for page in paper.pages)
    return tuple(page for page in pages if page.fields)


def _named_fields(paper: Paper) -> Iterator[str]:
    """Fields that a slot prints or a check, a label or a slot asks for."""
    slots = [*paper.slots, *(slot for table in paper.tables for slot in table.slots)]
    checks = [*paper.checks, *(check for table in paper.tables for check in table.checks)]
    conditions: list[Condition] = []
    conditions += [one for slot in slots for one in slot.when]
    conditions += [one for check in checks for one in check.when]
    conditions += [one for label in paper.labels for one in label.when]
    yield from (condition.field for condition in conditions)
    yield from (table.of for table in paper.tables)
    for slot in slots:
        for holds in (slot.holds, slot.reading):
            told = named(holds) if holds else None
            if told is not None and told.origin is Origin.ANSWER:
                yield told.id
            if holds == Datum.COPIES:
                yield "copies"
            if holds == Datum.KANA:
                yield OWN_KANA
