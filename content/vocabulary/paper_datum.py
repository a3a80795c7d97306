"""The data that a paper can hold, by name, and the people whom a life event's papers call by a role."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from content.vocabulary.fact import Frozen, Slug, Words
from content.vocabulary.form import Condition


class Datum(StrEnum):
    """What can be printed of the request itself, of the person, and of the way that a leaflet tells of.

    An answer is named `answer.<field>`, a part of a table's row `row.<part>`, a part of the person whom the sheet is about
    `subject.<part>`, and of somebody with a role in the life event `<role>.<part>` (`content/rules/paper_data.py`).
    """

    ADDRESSEE = "addressee"
    """宛先, with 様."""
    DATE = "date"
    """The day of the request, with its era."""
    CASE_CODE = "case_code"
    COPIES = "copies"
    """The answer `copies` as a bare number."""
    NAME = "person.name"
    KANA = "person.kana"
    """From the card, or as the person typed it."""
    ADDRESS = "person.address"
    BIRTHDATE = "person.birthdate"
    SEX = "person.sex"
    """男 or 女; empty where the card does not say."""
    CERTIFICATE = "certificate"
    """What people call it."""
    WHERE = "channel.where"
    HOURS = "channel.hours"
    BRING = "channel.bring"
    FEE = "channel.fee"
    FALLBACK = "channel.fallback"


class Facet(StrEnum):
    """A part of a datum that has a box of its own."""

    ERA = "era"
    YEAR = "year"
    """Of the era; the first one is 元."""
    MONTH = "month"
    DAY = "day"
    POSTAL = "postal"
    """891-0405."""
    STREET = "street"
    """The address without its postal code."""
    NUMBER = "number"
    """The bare number, without its unit."""
    SHORT = "short"
    """A choice without what stands in brackets: that was for the person who chose."""


Holds = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+){0,2}$")]
"""The name of a datum: `person.name`, `person.birthdate.year`, `answer.purpose`, `row.name`, `row.number`, `subject.name`,
`head.name`."""


class Role(Frozen):
    """A part that one of a life event's people plays: 世帯主. It is theirs for whom all of `when` are true, and nobody's where
    that holds for several."""

    says: Words
    of: Slug | None = None
    """The group that they are looked for in, where it is not the event's people: the parents of babies."""
    when: tuple[Condition, ...] = Field(min_length=1)
