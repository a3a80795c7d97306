"""The last day of a term: how it is counted, and where it falls when the office is shut.

Sources: 民法140–143条 (first day not counted), 戸籍法43条 (counted), 地方自治法4条の2 (shut on the last day).
"""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from content.rules.answers import Answers
from content.vocabulary.life_event import Begins, Deadline


def last_day(deadline: Deadline, answers: Answers, is_open: Callable[[date], bool]) -> date | None:
    """The last day on which it is in time; None while the first day is unknown or no span is given.

    is_open: whether the office is open on a day.
    """
    happened = _day(answers, deadline.field)
    if happened is None or (deadline.days is None and deadline.months is None):
        return None
    first = happened if deadline.begins is Begins.SAME_DAY else happened + timedelta(days=1)
    if deadline.months is not None:
        day = _end_of_months(first, deadline.months)
    else:
        day = first + timedelta(days=(deadline.days or 0) - 1)
    for _ in range(31):
        if not deadline.rolls or is_open(day):
            break
        day += timedelta(days=1)
    return day


def _end_of_months(first: date, months: int) -> date:
    """The eve of the first counted day's date so many months later; the month's end where it has no such date (民法143条)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if first.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, first.day) - timedelta(days=1)


def _day(answers: Answers, field: str | None) -> date | None:
    answer = answers.get(field or "")
    try:
        return date.fromisoformat(answer) if isinstance(answer, str) and answer else None
    except ValueError:
        return None
