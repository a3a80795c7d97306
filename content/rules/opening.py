"""Whether something is open at a moment, until when, and when it opens next. All times are Japan time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

import jpholiday

from content.vocabulary.opening import Closure, OpeningRule, Weekday

JAPAN = ZoneInfo("Asia/Tokyo")
LOOK_AHEAD_DAYS = 60
"""The longest stretch a city closes is a few weeks; beyond two months we say that no opening is known."""


@dataclass(frozen=True, slots=True)
class Openness:
    """The state at one moment: open until `closes`, or shut until `opens` (None: no opening is known)."""

    is_open: bool
    closes: datetime | None
    opens: datetime | None
    reason: str | None
    """Why it is shut today, in words, where there is a reason beyond the hour."""


def is_holiday(day: date) -> bool:
    """Whether `day` is a national holiday (国民の祝日に関する法律)."""
    return bool(jpholiday.is_holiday(day))


class Standing(Enum):
    """Reasons to be shut that come back each year."""

    NEW_YEAR = "new-year"
    HOLIDAY = "holiday"


def closing_of(rule: OpeningRule, day: date) -> Closure | Standing | None:
    """What shuts the whole day; None when the weekly hours hold."""
    for closure in rule.closures:
        if closure.first <= day <= closure.last:
            return closure
    if any(span.covers(day) for span in rule.closed_each_year):
        return Standing.NEW_YEAR
    if rule.closed_on_holidays and is_holiday(day):
        return Standing.HOLIDAY
    return None


def closed_all_day(rule: OpeningRule, day: date) -> str | None:
    """Why the whole day is shut, in words; None when the weekly hours hold."""
    match closing_of(rule, day):
        case Closure() as closure:
            return closure.reason
        case Standing.NEW_YEAR:
            return "年末年始のお休み"
        case Standing.HOLIDAY:
            return f"祝日（{jpholiday.is_holiday_name(day)}）のお休み"
        case None:
            return None


def hours_of(rule: OpeningRule, day: date) -> tuple[tuple[time, time], ...]:
    """The open stretches of one day in order; empty when shut all day."""
    if closed_all_day(rule, day) is not None:
        return ()
    today = Weekday.of(day)
    return tuple(sorted((h.opens, h.closes) for h in rule.hours if today in h.days))


def at(rule: OpeningRule, moment: datetime) -> Openness:
    """The state at `moment` (aware). The first moment of `closes` is shut."""
    here = moment.astimezone(JAPAN)
    for opens, closes in hours_of(rule, here.date()):
        if opens <= here.time() < closes:
            return Openness(True, _moment(here.date(), closes), None, None)
    return Openness(False, None, next_opening(rule, here), closed_all_day(rule, here.date()))


def next_opening(rule: OpeningRule, moment: datetime) -> datetime | None:
    """The first opening after `moment`; None when there is none within LOOK_AHEAD_DAYS."""
    here = moment.astimezone(JAPAN)
    for ahead in range(LOOK_AHEAD_DAYS + 1):
        day = here.date() + timedelta(days=ahead)
        for opens, _ in hours_of(rule, day):
            if (starts := _moment(day, opens)) > here:
                return starts
    return None


def _moment(day: date, at_time: time) -> datetime:
    return datetime.combine(day, at_time, tzinfo=JAPAN)
