"""Days in the Japanese calendar, for paper and screens; inside, days are always 西暦."""

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
