"""Invented people, and answers for any paper, to see how a form looks when it is filled: the ordinary and the hardest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from content.rules.answers import Answer, Answers
from content.rules.derived import row_value
from content.rules.form import holds
from content.vocabulary.form import Field, FieldKind, Part
from content.vocabulary.paper import Paper
from kiosk_agent.card.facts import CardFacts, CardKind

LONG_ADDRESS = ("鹿児島県指宿市十二町２１９０番地の１０５　いぶすき海岸通り温泉団地南西側第二住宅ロイヤルコーポラス"
                "うなぎ池ビューハイツ壱番館１２０５号室")
LONG_NAME = ("ＡＬＥＸＡＮＤＥＲ　ＢＡＲＴＨＯＬＯＭＥＷ　ＣＨＲＩＳＴＯＰＨＥＲ　"
             "ＭＯＮＴＧＯＭＥＲＹ　ＦＩＴＺＧＥＲＡＬＤ　ＳＥＡＮ")
"""Over 60 full-width characters."""
LONG_KANA = "アレクサンダー　バーソロミュー　クリストファー　モンゴメリー　フィッツジェラルド　ショーン"


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented person; `family` are the names that answers about other people take."""

    id: str
    says: str
    person: CardFacts = field(repr=False)
    family: tuple[tuple[str, str], ...] = field(repr=False)
    """(name, kana)."""


def _sample(id: str, says: str, name: str, kana: str | None, birthdate: str, sex: str,
            family: Sequence[tuple[str, str]] = (("指宿　一郎", "イブスキ　イチロウ"),),
            address: str = "鹿児島県指宿市十町２４２４番地") -> Sample:
    return Sample(id, says, CardFacts(CardKind.MY_NUMBER, name, kana, address, birthdate, sex), tuple(family))


SAMPLES: Mapping[str, Sample] = {one.id: one for one in (
    _sample("hanako", "ふつうの人", "指宿　花子", "イブスキ　ハナコ", "19850315", "2"),
    _sample("long", "60文字の氏名と、長い住所", LONG_NAME, LONG_KANA, "19720229", "1", ((LONG_NAME, LONG_KANA),), LONG_ADDRESS),
    _sample("mononym", "名前が一つだけの人（フリガナなし）", "スカルノプトリ", None, "19931224", "2"),
    _sample("gaiji", "めずらしい字の人", "渡邉\U000e0113　𠮷\U0010de92", "ワタナベ　ヨシ", "19490000", "1",
            (("渡邉\U000e0113　髙子", "ワタナベ　タカコ"),)),
    _sample("family", "7人の家族", "今和泉　島津", "イマイズミ　シマヅ", "19601215", "1", (
        ("今和泉　京子", "イマイズミ　キョウコ"), ("今和泉　太郎", "イマイズミ　タロウ"), ("今和泉　花", "イマイズミ　ハナ"),
        ("今和泉　次郎", "イマイズミ　ジロウ"), ("今和泉　さくら", "イマイズミ　サクラ"), ("今和泉　ハル", "イマイズミ　ハル"),
        ("今和泉　湖", "イマイズミ　ミズウミ"))),
)}


def sample_answers(paper: Paper, sample: Sample, chosen: Mapping[str, Answer] | None = None) -> dict[str, Answer]:
    """An answer to every question that the paper asks of somebody with these `chosen` answers.

    Else a choice takes its first value, so that the paper is filled as for most people; several choices take all that go
    together.
    """
    answers: dict[str, Answer] = {}
    for page in paper.pages:
        for one in page.fields:
            if one.from_identity is not None or not holds((*page.when, *one.when), {**answers, **(chosen or {})}):
                continue
            answers |= dict(_answers(one, sample, answers))
            if one.id in (chosen or {}):
                answers[one.id] = (chosen or {})[one.id]
    return answers


def ways_through(paper: Paper) -> Iterator[dict[str, Answer]]:
    """For each value of each choice the answers that lead to it, so that every slot and check of a paper is printed once."""
    yield {}
    for one in paper.fields():
        for choice in one.choices:
            value: Answer = (choice.id,) if one.kind is FieldKind.CHOICES else choice.id
            yield {**_leading_to(paper, one), one.id: value}


def _leading_to(paper: Paper, wanted: Field) -> Answers:
    """Answers under which a field is asked, and facts that are derived and not asked: 「18歳までの子がいる」."""
    page = next(page for page in paper.pages if wanted in page.fields)
    asked = {one.id: one for one in paper.fields()}
    leading: dict[str, Answer] = {}
    for condition in (*page.when, *wanted.when):
        before, value = asked.get(condition.field), condition.any_of[0]
        if before is None:
            leading[condition.field] = value
        else:
            leading |= {**_leading_to(paper, before), before.id: (value,) if before.kind is FieldKind.CHOICES else value}
    return leading


def _answers(one: Field, sample: Sample, before: Answers) -> Iterator[tuple[str, Answer]]:
    if one.kind is FieldKind.EACH:
        rows = before.get(one.rows_of or "", ())
        for place, row in enumerate(rows):
            yield from ((f"{one.rows_of}.{row}.{part.id}", _answer(part, sample, place)) for part in one.parts)
        return
    if one.kind is not FieldKind.GROUP:
        yield one.id, _answer(one, sample, 0)
        return
    numbers = tuple(str(number) for number in range(1, max(len(sample.family), one.at_least) + 1))
    yield one.id, numbers
    for place, row in enumerate(numbers):
        beside: dict[str, Answer] = {}
        for part in one.parts:
            if holds(tuple(c for c in part.when if c.field in beside), beside):
                beside[part.id] = _answer(part, sample, place)
                yield f"{one.id}.{row}.{part.id}", beside[part.id]


def _answer(part: Part, sample: Sample, place: int) -> Answer:
    name, kana = sample.family[place % len(sample.family)]
    match part.kind:
        case FieldKind.PERSON_NAME:
            return name
        case FieldKind.KANA:
            return kana
        case FieldKind.ADDRESS:
            return f"〒891-0405 {sample.person.address}"
        case FieldKind.DATE:
            return f"{1960 + 7 * place}-0{place % 9 + 1}-1{place % 9}"
        case FieldKind.CHOICE:
            return part.choices[place % len(part.choices)].id if place else part.choices[0].id
        case FieldKind.CHOICES:
            return tuple(choice.id for choice in part.choices if not choice.exclusive)
        case FieldKind.NUMBER | FieldKind.YEN:
            return str(max(part.minimum or 0, 2))
        case FieldKind.PHONE | FieldKind.MOBILE:
            return "090-1234-5678"
        case FieldKind.MAIL:
            return "hanako@example.jp"
        case FieldKind.CONSENT:
            return "yes"
        case FieldKind.ONE_OF:
            return row_value("1")
        case FieldKind.FILE | FieldKind.GROUP | FieldKind.EACH:
            return ("1",)
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return name if "氏名" in part.label else part.example or "社会保険の手続きのため"
