"""Dates as Japanese forms write them, with the era. Boundaries: domain.md §5.2."""

from datetime import date

ERAS: tuple[tuple[str, date], ...] = (
    ("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8)), ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)), ("明治", date(1868, 1, 25)),
)


def wareki(day: date) -> str:
    """「令和8年11月20日」; the first year of an era is 元年. A day before 明治 keeps the western year."""
    return f"{_year(day)}{day.month}月{day.day}日"


def birthdate(written: str) -> str:
    """The same from a card's YYYYMMDD. A part written 00 is unknown and says 不詳."""
    year, month, day = int(written[:4]), int(written[4:6]), int(written[6:])
    try:
        return wareki(date(year, month, day))
    except ValueError:
        said = f"{year}年" if year else "生年不詳"
        return said + (f"{month}月" if 1 <= month <= 12 else "") + (f"{day}日" if 1 <= day <= 31 else "日不詳")


def _year(day: date) -> str:
    for era, first in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年"
    return f"西暦{day.year}年"
