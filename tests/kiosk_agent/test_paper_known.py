"""What stands in a slot: facts of the person, answers of every kind, parts of days, rows of a family."""

from datetime import date

import pytest

from content.rules.answers import Answer
from content.rules.paper_data import named
from content.vocabulary.form import Condition, Field, FieldChoice, FieldKind, Page, Part
from content.vocabulary.paper import Box, Paper, Slot, Table
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.paper.known import Known

HANAKO = CardFacts(CardKind.MY_NUMBER, "指宿　花子", None, "鹿児島県指宿市十町２４２４番地", "19850315", "2")
BOX = Box(x=20, y=100, w=60, h=8)
TABLE = Table(id="family", of="members", rows=4, down=10, slots=(Slot(id="row-name", box=BOX, holds="row.name"),))
FIELDS = (
    Field(id="move_day", kind=FieldKind.DATE, label="引っ越した日"),
    Field(id="old_address", kind=FieldKind.ADDRESS, label="前の住所"),
    Field(id="copies", kind=FieldKind.NUMBER, label="通数", unit="通"),
    Field(id="income", kind=FieldKind.YEN, label="収入"),
    Field(id="items", kind=FieldKind.CHOICES, label="のせたい内容", choices=(
        FieldChoice(id="relation", label="続柄"), FieldChoice(id="domicile", label="本籍"))),
    Field(id="agrees", kind=FieldKind.CONSENT, label="同意"),
    Field(id="birthdate", kind=FieldKind.DATE, label="生年月日", from_identity="birthdate"),
    Field(id="principal_kana", kind=FieldKind.KANA, label="頼んだ人のフリガナ", gif="fullNameKana"),
    Field(id="name_kana", kind=FieldKind.KANA, label="フリガナ", gif="fullNameKana"),
    Field(id="members", kind=FieldKind.GROUP, label="家族", row="家族", unit="人", parts=(
        Part(id="name", kind=FieldKind.PERSON_NAME, label="氏名"), Part(id="born", kind=FieldKind.DATE, label="生年月日"),
        Part(id="sex", kind=FieldKind.CHOICE, label="性別",
             choices=(FieldChoice(id="male", label="男"), FieldChoice(id="female", label="女"))))),
)
PAPER = Paper(id="ido", title="住民異動届", short="異動届", mark=BOX, slots=(Slot(id="name", box=BOX, holds="person.name"),),
              tables=(TABLE,), pages=(Page(id="all", title="すべて", fields=FIELDS),), source="試験", checked_on=date(2026, 11, 20))
ANSWERS: dict[str, Answer] = {
    "move_day": "2019-05-03", "old_address": "〒891-0405 鹿児島県指宿市湯の浜", "copies": "3", "income": "1200000",
    "items": ("relation", "domicile"), "agrees": "yes", "name_kana": "イブスキ ハナコ", "members": ("2", "5"),
    "members.2.name": "指宿　一郎", "members.2.born": "1980-02-17", "members.2.sex": "male",
    "members.5.name": "指宿　さくら", "members.5.born": "2019-05-01", "members.5.sex": "female"}


def known(person: CardFacts = HANAKO, **answers: Answer) -> Known:
    """What is known of 花子's move."""
    return Known(PAPER, date(2026, 11, 20), person, {**ANSWERS, **answers}, "ABCD-EFGH")


@pytest.mark.parametrize(("holds", "says"), [
    ("addressee", "市長　様"), ("date", "令和8年11月20日"), ("date.era", "令和"), ("date.year", "8"), ("case_code", "ABCD-EFGH"),
    ("copies", "3"), ("person.name", "指宿　花子"), ("person.kana", "イブスキ ハナコ"), ("person.sex", "女"),
    ("person.birthdate", "昭和60年3月15日"), ("person.birthdate.era", "昭和"), ("person.birthdate.year", "60"),
    ("person.birthdate.month", "3"), ("person.birthdate.day", "15"),
    ("answer.move_day", "令和元年5月3日"), ("answer.move_day.year", "元"), ("answer.old_address.postal", "891-0405"),
    ("answer.old_address.street", "鹿児島県指宿市湯の浜"), ("answer.copies", "3通"), ("answer.copies.number", "3"),
    ("answer.income", "1,200,000円"), ("answer.income.number", "1200000"), ("answer.items", "続柄、本籍"),
    ("answer.agrees", "同意した"), ("answer.members", "2人"), ("answer.birthdate", "昭和60年3月15日"),
    ("answer.birthdate.era", "昭和"),
])
def test_a_slot_says_its_datum_in_words(holds: str, says: str) -> None:
    assert known().text(holds) == says


def test_rows_of_a_family_are_numbered_from_one_whatever_was_taken_away_before() -> None:
    rows = known().rows(TABLE)
    assert [(known().text("row.number", row), known().text("row.name", row), known().text("row.born", row)) for row in rows] == [
        ("1", "指宿　一郎", "昭和55年2月17日"), ("2", "指宿　さくら", "令和元年5月1日")]


def test_a_check_may_ask_for_the_sex_and_the_era_of_the_person_and_for_a_row() -> None:
    first, second = known().rows(TABLE)
    assert known().fulfils((Condition(field="person-sex", any_of=("female",)), Condition(field="person-era", any_of=("showa",))))
    assert not known().fulfils((Condition(field="person-sex", any_of=("male",)),))
    assert known().fulfils((Condition(field="sex", any_of=("male",)),), first)
    assert not known().fulfils((Condition(field="sex", any_of=("male",)),), second)


def test_what_a_card_does_not_say_stays_empty_to_be_written_by_hand() -> None:
    nobody = known(CardFacts(CardKind.RESIDENCE))
    assert [nobody.text(holds) for holds in ("person.name", "person.address", "person.birthdate", "person.birthdate.era",
                                             "person.sex", "answer.birthdate")] == [""] * 6


def test_the_reading_of_somebody_elses_name_is_never_taken_for_the_persons() -> None:
    typed = {"principal_kana": "ヤマダ タロウ"}
    assert Known(PAPER, date(2026, 11, 20), HANAKO, typed, "ABCD-EFGH").text("person.kana") == ""


def test_a_group_that_was_not_asked_has_no_rows() -> None:
    assert Known(PAPER, date(2026, 11, 20), HANAKO, {}, "ABCD-EFGH").rows(TABLE) == ()


def test_nothing_of_the_person_shows_in_a_repr() -> None:
    assert "花子" not in repr(known())
    assert "一郎" not in repr(known().rows(TABLE))


@pytest.mark.parametrize("holds", ["name", "person.height", "answer", "answer.copies.weight", "date.century", "row"])
def test_a_name_that_means_nothing_is_no_datum(holds: str) -> None:
    assert named(holds) is None
