"""The state of an online form from its definition and the answers so far: what is asked, what is wrong, what is sent."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from content.rules.wareki import wareki
from content.vocabulary.procedure import Condition, Field, FieldKind, Page, Procedure

Answer = str | tuple[str, ...]
"""What a person answered: text, or the ids of several choices."""
Answers = Mapping[str, Answer]
"""Field id → answer. A field that was never answered is absent."""

_MAIL = re.compile(r"[^@\s,;:<>()\"\\]+@[^@\s,;:<>()\"\\.]+(\.[^@\s,;:<>()\"\\.]+)+")
_PHONE = re.compile(r"0\d{9,10}")
_KANA = re.compile(r"[ァ-ヶー・ 　]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in words for the person who filled it in."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class PageCheck:
    """A page after checking: the answers as they will be kept, and what is wrong with them."""

    answers: dict[str, Answer]
    problems: tuple[Problem, ...]


def holds(conditions: Sequence[Condition], answers: Answers) -> bool:
    """Whether all conditions are true for the answers so far."""
    return all(_one_holds(condition, answers) for condition in conditions)


def _one_holds(condition: Condition, answers: Answers) -> bool:
    answer = answers.get(condition.field, ())
    given = (answer,) if isinstance(answer, str) else answer
    return any(value in condition.any_of for value in given)


def asked_fields(page: Page, answers: Answers) -> tuple[Field, ...]:
    """The fields of a page that these answers call for."""
    return tuple(field for field in page.fields if holds(field.when, answers)) if holds(page.when, answers) else ()


def asked_pages(procedure: Procedure, answers: Answers) -> tuple[Page, ...]:
    """The pages these answers call for, in order."""
    return tuple(page for page in procedure.pages if asked_fields(page, answers))


def check_page(page: Page, posted: Mapping[str, Sequence[str]], answers: Answers) -> PageCheck:
    """Check what was posted for one page. Verified items are never taken from the post (they came from the card).

    posted: field name → values as a browser sends them. Answers of fields that are hidden now stay as they were:
    they are dropped when the form is sent, so that changing one's mind twice loses nothing.
    """
    merged: dict[str, Answer] = dict(answers)
    problems: list[Problem] = []
    for field in page.fields:
        if field.from_identity is not None or not holds(field.when, merged):
            continue
        answer = _tidy(field, posted.get(field.id, ()))
        merged[field.id] = answer
        if (says := problem_with(field, answer)) is not None:
            problems.append(Problem(field.id, says))
    return PageCheck(merged, tuple(problems))


def problems_of(procedure: Procedure, answers: Answers) -> tuple[tuple[Page, Problem], ...]:
    """Everything that still stands in the way of sending the form, with the page to put it right on."""
    return tuple(
        (page, Problem(field.id, says))
        for page in asked_pages(procedure, answers)
        for field in asked_fields(page, answers)
        if (says := problem_with(field, answers.get(field.id, () if field.kind is FieldKind.CHOICES else ""))) is not None
    )


def next_page(procedure: Procedure, answers: Answers, after: str) -> Page | None:
    """The page to show after the page `after`: the next one that is asked; None when the review comes."""
    pages = asked_pages(procedure, answers)
    order = [page.id for page in procedure.pages]
    return next((page for page in pages if order.index(page.id) > order.index(after)), None)


def previous_page(procedure: Procedure, answers: Answers, before: str) -> Page | None:
    """The page before the page `before`; None for the first."""
    order = [page.id for page in procedure.pages]
    return next((p for p in reversed(asked_pages(procedure, answers)) if order.index(p.id) < order.index(before)), None)


def first_open_page(procedure: Procedure, answers: Answers) -> Page | None:
    """The first page that is not answered yet; None when all are."""
    return next((page for page, _ in problems_of(procedure, answers)), None)


def sent_answers(procedure: Procedure, answers: Answers) -> dict[str, Answer]:
    """What is sent: only the fields that are asked. Hidden answers are dropped here, not before."""
    asked = [field.id for page in asked_pages(procedure, answers) for field in asked_fields(page, answers)]
    return {id: answers[id] for id in asked if id in answers}


def shown(field: Field, answer: Answer) -> str:
    """An answer as people read it: labels of choices, days in the Japanese calendar."""
    if field.choices:
        labels = {choice.id: choice.label for choice in field.choices}
        given = (answer,) if isinstance(answer, str) else answer
        return "、".join(labels.get(value, value) for value in given)
    text = answer if isinstance(answer, str) else "、".join(answer)
    if field.kind is FieldKind.DATE and text:
        day = date.fromisoformat(text)
        return f"{wareki(day)}（{day.year}年）"
    if field.kind is FieldKind.NUMBER and text and field.label == "通数":
        return f"{text}通"
    return text


def problem_with(field: Field, answer: Answer) -> str | None:
    """What is wrong with an answer, in a sentence that says how to put it right; None when nothing is."""
    if not answer:
        return (field.missing or f"{field.label}を入れてください。") if field.required else None
    if isinstance(answer, tuple) or field.choices:
        return _problem_with_choice(field, answer)
    if len(answer) > field.max_length:
        return f"{field.label}は{field.max_length}文字までにしてください（いま{len(answer)}文字です）。"
    match field.kind:
        case FieldKind.MAIL if not _MAIL.fullmatch(answer) or not answer.isascii():
            return "メールアドレスの形になっていません。「hanako@example.jp」のように、半角で入れてください。"
        case FieldKind.PHONE if not _PHONE.fullmatch(answer.replace("-", "")):
            return "電話番号は、0から始まる10けたか11けたの数字で入れてください（例：090-1234-5678）。"
        case FieldKind.KANA if not _KANA.fullmatch(answer):
            return "カタカナで入れてください（例：イブスキ ハナコ）。"
        case FieldKind.NUMBER:
            return _problem_with_number(field, answer)
        case FieldKind.DATE:
            return _problem_with_date(answer)
        case _:
            return None


def _problem_with_choice(field: Field, answer: Answer) -> str | None:
    given = (answer,) if isinstance(answer, str) else answer
    known = {choice.id: choice for choice in field.choices}
    if any(value not in known for value in given):
        return f"{field.label}を、もう一度選んでください。"
    alone = next((known[value] for value in given if known[value].exclusive), None)
    if alone is not None and len(given) > 1:
        return f"「{alone.label}」は、ほかのものといっしょには選べません。どちらかにしてください。"
    return None


def _problem_with_number(field: Field, answer: str) -> str | None:
    low, high = field.minimum, field.maximum
    span = f"{low}から{high}まで" if low is not None and high is not None else "数字"
    if not answer.isascii() or not answer.isdigit() or len(answer) > 9:
        return f"{field.label}は、{span}の数字で入れてください。"
    if (low is not None and int(answer) < low) or (high is not None and int(answer) > high):
        return f"{field.label}は、{span}にしてください。"
    return None


def _problem_with_date(answer: str) -> str | None:
    try:
        date.fromisoformat(answer)
    except ValueError:
        return "日付として読めません。カレンダーから選ぶか、「1985-03-15」のように入れてください。"
    return None


def _tidy(field: Field, values: Sequence[str]) -> Answer:
    """What was typed, made uniform where that cannot change its meaning. Names keep every character (design D17)."""
    if field.kind is FieldKind.CHOICES:
        return tuple(dict.fromkeys(values))
    text = (values[0] if values else "").strip().replace("\r\n", "\n").replace("\x00", "")
    match field.kind:
        case FieldKind.PHONE:
            return re.sub(r"[ー―−–—‐－]", "-", unicodedata.normalize("NFKC", text)).replace(" ", "")
        case FieldKind.MAIL | FieldKind.NUMBER | FieldKind.DATE:
            return unicodedata.normalize("NFKC", text).strip()
        case FieldKind.KANA:
            return _katakana(unicodedata.normalize("NFKC", text))
        case _:
            return text


def _katakana(text: str) -> str:
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in text)
