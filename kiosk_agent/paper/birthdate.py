"""A birth date as a card writes it, in the words of a Japanese form."""

from datetime import date

from content.rules.wareki import era_year, wareki


def birthdate(written: str) -> str:
    """「昭和55年2月17日」 from 19800217. A part written 00 is unknown and says 不詳; a day before 明治 keeps its western year, and
    so does a year that belongs to two eras."""
    year, month, day = int(written[:4]), int(written[4:6]), int(written[6:])
    try:
        born = date(year, month, day)
    except ValueError:
        if not year:
            return "生年月日不詳"
        return _year(year) + (f"{month}月日不詳" if 1 <= month <= 12 else "月日不詳")
    try:
        return wareki(born)
    except ValueError:
        return f"西暦{born.year}年{born.month}月{born.day}日"


def _year(year: int) -> str:
    try:
        (era, first), (also, _) = era_year(date(year, 1, 1)), era_year(date(year, 12, 31))
    except ValueError:
        return f"西暦{year}年"
    return f"{era}{'元' if first == 1 else first}年" if era == also else f"西暦{year}年"


def birthdate_parts(written: str) -> tuple[str, str, str, str]:
    """(era, year, month, day) for a form with a box for each; an unknown part is 不詳, and no birth date at all is empty.

    Without the whole day no era is certain, so the western year stands there.
    """
    if len(written) != 8 or not written.isdigit():
        return "", "", "", ""
    year, month, day = int(written[:4]), int(written[4:6]), int(written[6:])
    try:
        era, of_era = era_year(date(year, month, day))
        return era, "元" if of_era == 1 else str(of_era), str(month), str(day)
    except ValueError:
        return "西暦", _or_unknown(year), _or_unknown(month), _or_unknown(day)


def _or_unknown(part: int) -> str:
    return str(part) if part else "不詳"
