"""When a desk, a machine or a service can be used: weekly hours, holidays, year-end, dated closures."""

from datetime import date, time
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from content.vocabulary.fact import Frozen, PublicWords, Source


class Weekday(StrEnum):
    """The days of a week in calendar order; the value is what officers write in YAML."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @classmethod
    def of(cls, day: date) -> "Weekday":
        """The weekday of a day in Japan."""
        return list(cls)[day.weekday()]


class Hours(Frozen):
    """One open stretch of some weekdays, Japan time. `closes` is the first moment when it is shut."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("閉まる時刻は、開く時刻より後にしてください。")
        return self


class YearlySpan(Frozen):
    """A stretch that returns each year, such as 12-29 to 01-03. Written MM-DD, both ends included."""

    first: str
    last: str

    @model_validator(mode="after")
    def _are_days(self) -> Self:
        for written in (self.first, self.last):
            try:
                date.fromisoformat(f"2000-{written}")  # 2000 is a leap year, so 02-29 may be written
            except ValueError:
                raise ValueError(f"「{written}」は月日として読めません。「12-29」のように書いてください。") from None
        return self

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the span; a span may pass the turn of the year."""
        at = day.strftime("%m-%d")
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


class Closure(Frozen):
    """A dated stop, such as a maintenance day; both ends included. `reason` is shown to residents."""

    first: date
    last: date
    reason: PublicWords


class OpeningRule(Source):
    """When something is open. Days of national holidays are closed where `closed_on_holidays` says so."""

    hours: tuple[Hours, ...]
    closed_on_holidays: bool = False
    closed_each_year: tuple[YearlySpan, ...] = ()
    closures: tuple[Closure, ...] = ()
