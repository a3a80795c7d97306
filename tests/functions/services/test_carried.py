"""What a family said in one form stands in another only where it is the same fact of the same person."""

from collections.abc import Sequence

import pytest

from chalicelib.services.carried import carried
from content.rules.answers import Answer, Answers
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.personas import personas

TODAY = FRIDAY_NOON.date()
MOTHER: Answers = {"name": "今和泉　園", "name_kana": "イマイズミ ソノ", "birthdate": "1994-03-03",
                   "address": "鹿児島県指宿市岩本5番地", "phone": "090-1111-2222"}


def told(source: str, answers: Answers, target: str, of: str | None = None, rows: Sequence[str] = ()) -> dict[str, Answer]:
    """What the answers of one form are in another."""
    catalogue = ibusuki()
    return carried(catalogue.procedure(source), answers, catalogue.procedure(target), TODAY, of=of, rows=rows)


def family(persona: str) -> Answers:
    return next(one.answers for one in personas() if one.id == persona)


@pytest.mark.parametrize(("persona", "target"), [
    ("mourning-2-son-elsewhere", "suido-chushi"), ("mourning-3-farmer", "jido-teate"), ("mourning-3-farmer", "shugaku-enjo")])
def test_nobody_applies_in_the_name_of_who_died(persona: str, target: str) -> None:
    known = told("bereavement", family(persona), target)
    assert known == {"phone": "090-1111-2222"}


def test_the_medical_form_of_two_babies_lists_the_babies_and_not_their_parents() -> None:
    known = told("birth", family("birth-1-twins"), "kodomo-iryo", of="babies", rows=("1", "2"))
    assert [known[f"children.{row}.person_name"] for row in known["children"]] == ["今和泉 菜", "今和泉 豆"]


def test_a_babys_day_of_birth_is_not_that_of_who_claims_for_it() -> None:
    assert "birthdate" not in told("birth", family("birth-1-twins"), "jido-teate")


def test_the_number_of_a_grandmother_who_comes_for_the_parents_is_not_that_of_who_claims() -> None:
    comes = {"comes": "other", "agent_name": "山川　良子"}
    assert "phone" not in told("birth", {**family("birth-1-twins"), **comes}, "jido-teate")


def test_a_mothers_day_of_birth_is_not_that_of_her_baby() -> None:
    known = told("ninshin-todoke", MOTHER, "birth")
    assert known == {"address": MOTHER["address"], "phone": MOTHER["phone"]}


@pytest.mark.parametrize("event", ["bereavement", "marriage", "birth", "moving-in"])
def test_the_children_of_an_earlier_form_are_not_the_people_of_another_event(event: str) -> None:
    children: Answers = {"children": ("1",), "children.1.person_name": "池田　一", "children.1.birthdate": "2018-07-01"}
    known = told("kodomo-iryo", {**MOTHER, **children}, event)
    assert "池田　一" not in known.values()


def test_where_a_baby_was_born_is_not_where_somebody_died() -> None:
    assert told("birth", {"place": "abroad"}, "bereavement") == {}


def test_where_somebody_lived_when_they_applied_is_where_they_move_from() -> None:
    known = told("juminhyo", MOTHER, "moving-in")
    assert (known["previous_address"], known.get("address")) == (MOTHER["address"], None)


def test_where_a_couple_will_live_is_not_where_one_of_them_lived() -> None:
    assert told("juminhyo", MOTHER, "marriage") == {"phone": MOTHER["phone"]}


def test_after_a_divorce_the_number_that_may_be_called_is_asked_anew() -> None:
    assert told("juminhyo", MOTHER, "divorce") == {}
