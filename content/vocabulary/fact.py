"""What every fact of the catalogue carries: where it comes from, when it was checked, from when to when it holds."""

from datetime import date
from typing import Annotated, NewType, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Yen = NewType("Yen", int)
"""Whole yen, never a float."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
"""The id of one thing of the catalogue; it is also its address on the site, so it never changes."""

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""Text that a person reads."""


class InEveryLanguage:
    """The mark of a text that stands on the public site, so that each of its languages must have it."""


PublicWords = Annotated[Words, InEveryLanguage()]
"""Text that residents read on the site. `content.languages` finds these fields by their mark."""


class Frozen(BaseModel):
    """The base of every type here: it cannot be changed, and an unknown key is a fault, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """Where a fact was read and on which day.

    `sample` marks a value that nobody could source: every page that shows it says 「見本」 (design D2).
    """

    source: Words
    checked_on: date
    sample: bool = False


class Period(Frozen):
    """The days on which a fact holds, both ends included; an open end has no last day yet."""

    valid_from: date
    valid_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("「valid_until」は「valid_from」より後の日にしてください。")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether `day` (a day in Japan) lies in the period."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


__all__ = ["Frozen", "InEveryLanguage", "Period", "PublicWords", "Slug", "Source", "Words", "Yen"]
