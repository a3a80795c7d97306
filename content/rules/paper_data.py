"""What the names in a paper's slots mean: `person.birthdate.year`, `answer.purpose`, `row.name`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from content.vocabulary.form import FieldKind
from content.vocabulary.paper import Datum, Facet

DAY = (Facet.ERA, Facet.YEAR, Facet.MONTH, Facet.DAY)
FACETS: Mapping[FieldKind, tuple[Facet, ...]] = {
    FieldKind.DATE: DAY, FieldKind.ADDRESS: (Facet.POSTAL, Facet.STREET), FieldKind.NUMBER: (Facet.NUMBER,),
    FieldKind.YEN: (Facet.NUMBER,)}
"""Which kinds of answers can be printed in parts."""
FACETS_OF_DATA: Mapping[Datum, tuple[Facet, ...]] = {Datum.DATE: DAY, Datum.BIRTHDATE: DAY}
NUMBER_OF_ROW = "number"
STEP = "step"
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


@dataclass(frozen=True, slots=True)
class Named:
    """A name taken apart. `id` is a Datum's value, or the id of a field or of a part of a group."""

    origin: Origin
    id: str
    facet: Facet | None = None


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
    whole, _, last = holds.rpartition(".")
    facet = _facet(last)
    return Named(Origin.KNOWN, whole, facet) if whole in set(Datum) and facet else None


def _facet(word: str) -> Facet | None:
    return Facet(word) if word in set(Facet) else None
