"""Days in the Japanese calendar, for paper and screens; inside, days are always 西暦."""

import re
from datetime import date

ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
"""First day and name of each era, newest first (元号を改める政令; domain.md §5.2)."""
WEEKDAYS = "月火水木金土日"


def era_year(day: date) -> tuple[str, int]:
    """Era and year of it, as in ("令和", 8). Raises ValueError before 明治."""
    for first, name in ERAS:
        if day >= first:
            return name, day.year - first.year + 1
    raise ValueError(f"{day} is before 明治")


def wareki(day: date) -> str:
    """A day as paper says it: 令和8年11月20日; the first year of an era is 元年."""
    era, year = era_year(day)
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def short_day(day: date) -> str:
    """A day as screens say it: 11月20日（金）."""
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def day_seen_on(day: date, today: date) -> str:
    """A day as somebody reads it today: 12月4日（金）, and with its year where that is another: 2027年2月10日（水）."""
    return short_day(day) if day.year == today.year else f"{day.year}年{short_day(day)}"


class BadDay(ValueError):
    """The text names no day of the calendar."""


_LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_WRITTEN = re.compile(
    r"(?P<era>令和|平成|昭和|大正|明治|西暦|[RHSTM])?[ /.]*(?P<year>元|\d{1,4})[年/.-] ?"
    r"(?P<month>\d{1,2})[月/.-] ?(?P<day>\d{1,2})日?", re.IGNORECASE)


def day_of(text: str) -> date:
    """The day that people write as 昭和60年3月15日, S60.3.15, 昭和/60/3/15, 1985-03-15 or 1985年3月15日 (half-width digits).

    A year after the end of an era (昭和66年) counts on, as people do. Raises BadDay for what is no day, and for a day
    before the era that it names began: that is a slip which nobody can put right but the writer.
    """
    found = _WRITTEN.fullmatch(text.strip().lstrip("/"))
    if found is None:
        raise BadDay(text)
    era = _LETTERS.get((found["era"] or "").upper(), found["era"])
    year = 1 if found["year"] == "元" else int(found["year"])
    try:
        if era in (None, "西暦"):
            if year < 1868:
                raise BadDay(text)
            return date(year, int(found["month"]), int(found["day"]))
        first = next(first for first, name in ERAS if name == era)
        day = date(first.year + year - 1, int(found["month"]), int(found["day"]))
    except ValueError:
        raise BadDay(text) from None
    if day < first or year == 0:
        raise BadDay(text)
    return day
