"""One answer: made uniform as it comes in, checked in a sentence that says how to put it right, and shown to people.

Days are kept as ISO text; a day that cannot be read is kept as it was typed (`昭和/60/2/31`), so that nothing is lost.
An address may begin with its postal code: `〒891-0405 鹿児島県…`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from content.rules.wareki import BadDay, day_of, era_year, wareki
from content.vocabulary.form import Field, FieldKind, Part, Side

Answer = str | tuple[str, ...]
"""What a person answered: text, or the ids of several choices, rows or files."""
Answers = Mapping[str, Answer]
"""Field id → answer. A field that was never answered is absent. A group's part is `members.1.name`."""
Posted = Mapping[str, Sequence[str]]
"""Field name → values, as a browser sends them. A day comes as `born-era`, `born-year`, `born-month`, `born-day`."""

_MAIL = re.compile(r"[^@\s,;:<>()\"\\]+@[^@\s,;:<>()\"\\.]+(\.[^@\s,;:<>()\"\\.]+)+")
_PHONE = re.compile(r"0\d{9,10}")
_MOBILE = re.compile(r"0[789]0\d{8}")
_KANA = re.compile(r"[ァ-ヶー・ 　]+")
_POSTAL = re.compile(r"〒(\d{3})-?(\d{4}) ?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
DAY_PARTS = ("era", "year", "month", "day")


def tidy(field: Part, posted: Posted, id: str) -> Answer:
    """What was posted for `field` under the name `id`, made uniform where that cannot change its meaning.

    Names keep every character (design D17).
    """
    if field.kind is FieldKind.CHOICES:
        return tuple(dict.fromkeys(posted.get(id, ())))
    text = _CONTROL.sub("", (posted.get(id) or ("",))[0].strip().replace("\r\n", "\n").replace("\r", "\n"))
    match field.kind:
        case FieldKind.PHONE:
            return re.sub(r"[ー―−–—‐－]", "-", unicodedata.normalize("NFKC", text)).replace(" ", "")
        case FieldKind.MOBILE:
            return re.sub(r"^\+81-?0?", "0", re.sub(r"[ー―−–—‐－]", "-", unicodedata.normalize("NFKC", text)).replace(" ", ""))
        case FieldKind.MAIL | FieldKind.NUMBER:
            return unicodedata.normalize("NFKC", text).strip()
        case FieldKind.YEN:
            return re.sub(r"[,、円¥\s]", "", unicodedata.normalize("NFKC", text))
        case FieldKind.DATE:
            return _tidy_day(text, posted, id)
        case FieldKind.ADDRESS:
            return _tidy_address(text, posted, id)
        case FieldKind.KANA:
            return _katakana(unicodedata.normalize("NFKC", text))
        case FieldKind.LONG_TEXT:
            return text
        case _:
            return text.replace("\n", " ")


def _tidy_day(text: str, posted: Posted, id: str) -> str:
    pieces = [unicodedata.normalize("NFKC", (posted.get(f"{id}-{part}") or ("",))[0]).strip() for part in DAY_PARTS]
    typed = unicodedata.normalize("NFKC", text) if text else "/".join(pieces) if any(pieces[1:]) else ""
    try:
        return day_of(typed).isoformat() if typed else ""
    except BadDay:
        return typed[:40]


def _tidy_address(text: str, posted: Posted, id: str) -> str:
    postal = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", (posted.get(f"{id}-postal") or ("",))[0]))
    if not postal:
        return text
    return f"〒{postal[:3]}-{postal[3:]} {text}".strip()


def _katakana(text: str) -> str:
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in text)


def postal_of(answer: Answer) -> str:
    """The postal code of an address as 891-0405; empty where none was given."""
    found = _POSTAL.match(answer) if isinstance(answer, str) else None
    return f"{found[1]}-{found[2]}" if found else ""


def street_of(answer: Answer) -> str:
    """An address without its postal code."""
    return re.sub(r"^〒[0-9-]* ?", "", answer) if isinstance(answer, str) else ""


def day_parts(answer: Answer) -> tuple[str, str, str, str]:
    """(era, year, month, day) to fill the boxes of a day with; a readable day comes in the Japanese calendar."""
    text = answer if isinstance(answer, str) else ""
    try:
        day = date.fromisoformat(text)
        era, year = era_year(day)
        return era, str(year), str(day.month), str(day.day)
    except ValueError:
        era, year_, month, day_, *_ = (*text.split("/"), "", "", "", "")
        return era, year_, month, day_


def shown(field: Part, answer: Answer) -> str:
    """An answer as people read it: labels of choices, days in the Japanese calendar, numbers with their unit."""
    if field.choices:
        labels = {choice.id: choice.label for choice in field.choices}
        given = (answer,) if isinstance(answer, str) else answer
        return "、".join(labels.get(value, value) for value in given)
    match field.kind:
        case FieldKind.FILE | FieldKind.GROUP | FieldKind.EACH:
            count = len(answer) if isinstance(answer, tuple) else 0
            return f"{count}{field.unit or '件'}" if count else ""
        case FieldKind.CONSENT:
            return "同意した" if answer == "yes" else ""
        case FieldKind.DATE if answer:
            return _shown_day(str(answer))
        case FieldKind.YEN if isinstance(answer, str) and answer.isdigit():
            return f"{int(answer):,}円"
        case FieldKind.NUMBER if answer and field.unit:
            return f"{answer}{field.unit}"
        case _:
            return answer if isinstance(answer, str) else "、".join(answer)


def _shown_day(answer: str) -> str:
    try:
        day = date.fromisoformat(answer)
        return f"{wareki(day)}（{day.year}年）"
    except ValueError:
        return answer


def problem_with(field: Part, answer: Answer, today: date | None = None) -> str | None:
    """What is wrong with an answer, in a sentence that says how to put it right; None when nothing is.

    today: the day in Japan, for days that must lie before or after it; without it that is not checked.
    """
    if field.kind is FieldKind.EACH:  # its parts are what is answered
        return None
    if not answer:
        return (field.missing or _missing(field)) if field.required else None
    if field.kind is FieldKind.CONSENT:
        return None if answer == "yes" else _missing(field)
    if isinstance(answer, tuple) or field.choices:
        return _problem_with_several(field, answer)
    if len(answer) > field.max_length:
        return f"{field.label}は{field.max_length}文字までにしてください（いま{len(answer)}文字です）。"
    match field.kind:
        case FieldKind.MAIL if not _MAIL.fullmatch(answer) or not answer.isascii():
            return "メールアドレスの形になっていません。「hanako@example.jp」のように、半角で入れてください。"
        case FieldKind.PHONE if not _PHONE.fullmatch(answer.replace("-", "")):
            return "電話番号は、0から始まる10けたか11けたの数字で入れてください（例：090-1234-5678）。"
        case FieldKind.MOBILE if not _MOBILE.fullmatch(answer.replace("-", "")):
            return "SMSを受け取れる携帯電話の番号を、070・080・090から始まる11けたの数字で入れてください（例：090-1234-5678）。"
        case FieldKind.KANA if not _KANA.fullmatch(answer):
            return "カタカナで入れてください（例：イブスキ ハナコ）。"
        case FieldKind.ADDRESS:
            return _problem_with_address(field, answer)
        case FieldKind.NUMBER | FieldKind.YEN:
            return _problem_with_number(field, answer)
        case FieldKind.DATE:
            return _problem_with_day(field, answer, today)
        case _:
            return None


def _missing(field: Part) -> str:
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return f"{field.label}を選んでください。"
        case FieldKind.FILE:
            return f"{field.label}をつけてください。"
        case FieldKind.CONSENT:
            return f"「{field.label}」に同意するときは、印をつけてください。"
        case _:
            return f"{field.label}を入れてください。"


def _problem_with_several(field: Part, answer: Answer) -> str | None:
    given = (answer,) if isinstance(answer, str) else answer
    if isinstance(field, Field) and not field.choices:
        if len(given) > field.at_most:
            return f"{field.label}は{field.at_most}{field.unit or '件'}までにしてください。"
        few = field.required and len(given) < field.at_least
        return f"{field.label}は{field.at_least}{field.unit or '件'}以上にしてください。" if few else None
    known = {choice.id: choice for choice in field.choices}
    if any(value not in known for value in given):
        return f"{field.label}を、もう一度選んでください。"
    alone = next((known[value] for value in given if known[value].exclusive), None)
    if alone is not None and len(given) > 1:
        return f"「{alone.label}」は、ほかのものといっしょには選べません。どちらかにしてください。"
    return None


def _problem_with_address(field: Part, answer: str) -> str | None:
    if answer.startswith("〒") and not _POSTAL.match(answer):
        return "郵便番号は7けたの数字で入れてください（例：891-0405）。わからないときは、空けておいてください。"
    return None if street_of(answer) or not field.required else f"{field.label}を入れてください。"


def _problem_with_number(field: Part, answer: str) -> str | None:
    low, high = field.minimum, field.maximum
    span = f"{low}から{high}まで" if low is not None and high is not None else "数字"
    if not answer.isascii() or not answer.isdigit() or len(answer) > 9:
        return f"{field.label}は、{span}の数字で入れてください。" if span != "数字" else f"{field.label}は、数字で入れてください。"
    if (low is not None and int(answer) < low) or (high is not None and int(answer) > high):
        return f"{field.label}は、{span}にしてください。"
    return None


def _problem_with_day(field: Part, answer: str, today: date | None) -> str | None:
    try:
        day = date.fromisoformat(answer)
    except ValueError:
        return f"{field.label}が、カレンダーにない日になっています。「昭和60年3月15日」か「1985年3月15日」のように入れてください。"
    if today is None or field.only is None:
        return None
    if field.only is Side.PAST and day > today:
        return f"{field.label}が、きょうより先の日になっています。年を確かめてください。"
    if field.only is Side.FUTURE and day < today:
        return f"{field.label}が、過ぎた日になっています。きょうからあとの日を入れてください。"
    return None
