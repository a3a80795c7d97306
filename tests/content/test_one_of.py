"""One of a family is chosen by a touch: among whom, when nobody is asked, and what happens when the family changes."""

import pytest

from content import check_life_events
from content.rules import form
from content.rules.answers import Answer
from content.rules.derived import known
from content.vocabulary.form import Derived, Field, FieldKind, Part
from tests.fakes.world import ibusuki
from tests.personas import personas

MOVING_IN = ibusuki().procedure("moving-in")
FAMILY = next(one for one in personas() if one.id == "moving-2-family")
STUDENT = next(one for one in personas() if one.id == "moving-1-student")


def asked(page: str, answers: dict[str, Answer]) -> dict[str, Part]:
    """What a page asks, by id."""
    return {part.id: part for part in form.asked_fields(MOVING_IN.page(page), known(MOVING_IN, answers))}


def without(*ids: str) -> dict[str, Answer]:
    """The family's answers before these questions."""
    return {id: answer for id, answer in FAMILY.answers.items() if id not in ids}


def test_the_dogs_owner_is_chosen_among_the_grown_ups_by_name() -> None:
    owner = asked("things", dict(FAMILY.answers))["dog_owner"]
    assert owner.kind is FieldKind.CHOICE
    assert {one.id: one.label for one in owner.choices} == {
        "row-1": "池田 太郎さん", "row-2": "池田 春さん", "row-6": "池田 松さん", "row-7": "池田 梅さん"}


def test_nobody_is_asked_whose_dog_it_is_where_one_grown_up_moves_and_it_is_theirs() -> None:
    answers = {**STUDENT.answers, "things": ("dog",)}
    assert "dog_owner" not in asked("things", answers)
    assert known(MOVING_IN, answers)["people.1.owns_dog"] == "yes"


def test_somebody_who_did_not_move_may_have_been_the_head_so_one_grown_up_is_asked_too() -> None:
    answers = {id: answer for id, answer in STUDENT.answers.items() if id != "previous_head"}
    assert [one.label for one in asked("joins", answers)["previous_head"].choices] == ["開聞 岳さん", "ほかの人"]
    assert known(MOVING_IN, answers)["was_head"] == "no"


def test_before_one_is_chosen_nobody_of_several_is_taken_for_the_owner() -> None:
    assert known(MOVING_IN, without("dog_owner"))["owns_dog"] == "no"


def test_whoever_was_chosen_before_somebody_else_turned_out_to_be_meant_is_forgotten() -> None:
    """First the wife was to come, then the head comes after all: nobody is asked again, and it is the head."""
    facts = known(MOVING_IN, {**FAMILY.answers, "who_files": "self_head", "comes": "row-2"})
    assert [row for row in "1234567" if facts[f"people.{row}.files"] == "yes"] == ["1"]


def test_only_the_one_who_was_chosen_is_the_owner() -> None:
    facts = known(MOVING_IN, FAMILY.answers)
    assert [row for row in "1234567" if facts[f"people.{row}.owns_dog"] == "yes"] == ["6"]


@pytest.mark.parametrize("chosen", ["row-3", "row-9", "池田 松さん"])
def test_a_child_or_somebody_who_is_not_there_cannot_be_chosen(chosen: str) -> None:
    posted = {"things": ["dog"], "dog_owner": [chosen]}
    check = form.check_page(MOVING_IN.page("things"), posted, without("dog_owner"), of=MOVING_IN)
    assert [one.field for one in check.problems] == ["dog_owner"]


def posted_people(rows: str) -> dict[str, list[str]]:
    """The page of the people as it is sent, with these rows."""
    posted = {"people": list(rows)}
    for row in rows:
        for part in ("name", "kana", "birthdate", "sex", "relation", "foreign"):
            posted[f"people.{row}.{part}"] = [str(FAMILY.answers.get(f"people.{row}.{part}", ""))]
    return posted


def test_whoever_is_taken_away_owns_the_dog_no_more_and_the_next_one_with_the_number_does_not_either() -> None:
    kept = form.check_page(MOVING_IN.page("people"), posted_people("12345"), FAMILY.answers, of=MOVING_IN).answers
    assert "dog_owner" not in kept
    assert kept["water_user"] == "row-1"


def test_the_review_calls_the_chosen_one_by_name() -> None:
    part = form.part_of(MOVING_IN, "dog_owner", FAMILY.answers)
    assert form.shown(part, FAMILY.answers["dog_owner"]) == "池田 松さん"


@pytest.mark.parametrize(("row", "unit", "most", "place", "called"), [
    ("人", "人", 12, 1, "1人目"), ("お子さん", "人", 12, 2, "お子さん（2人目）"), ("犬", "頭", 10, 1, "犬（1頭目）"),
    ("方", "名", 1, 1, "お亡くなりになった方")])
def test_a_row_is_called_as_one_counts_such_things(row: str, unit: str, most: int, place: int, called: str) -> None:
    group = Field(id="rows", kind=FieldKind.GROUP, label="お亡くなりになった方", row=row, unit=unit, at_most=most,
                  parts=(Part(id="name", kind=FieldKind.PERSON_NAME, label="氏名"),))
    assert form.row_name(group, place) == called


def test_every_group_says_how_its_rows_are_counted() -> None:
    groups = [field for procedure in ibusuki().procedures for field in procedure.fields() if field.kind is FieldKind.GROUP]
    assert groups
    assert [field.id for field in groups if field.unit is None] == []


def test_a_fact_about_a_chosen_one_names_a_question_about_the_same_people() -> None:
    wrong = Derived(id="drives", says="運転する人がいる", of="people", chosen="things")
    changed = MOVING_IN.model_copy(update={"derived": (*MOVING_IN.derived, wrong)})
    assert [says for *_, says in check_life_events.derived_faults(changed) if "things" in says]
