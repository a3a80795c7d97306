"""How the fields of a page are drawn where one of the family is chosen, and where a field waits for what is asked elsewhere."""

from chalicelib.pages.questions import as_drawn, asking
from content.rules import form
from tests.fakes.world import ibusuki
from tests.personas import personas

MOVING_IN = ibusuki().procedure("moving-in")
FAMILY = next(one for one in personas() if one.id == "moving-2-family")


def drawn(page: str, **changed: str) -> list[str]:
    """The fields of a page that are drawn, hidden or not."""
    asked = MOVING_IN.page(page)
    answers = form.known(MOVING_IN, {**FAMILY.answers, **changed})
    return [field.id for field in as_drawn(asked, answers, tuple(field.id for field in asked.fields))]


def test_an_owner_is_drawn_to_be_touched_and_waits_hidden_until_there_is_a_dog() -> None:
    answers = form.known(MOVING_IN, {**FAMILY.answers, "things": ("nothing",)})
    told = asking((MOVING_IN.page("things"),), answers, {})
    assert "dog_owner" in drawn("things", things="nothing")
    assert told["asked"] == {"things"}


def test_what_nothing_on_the_page_can_call_for_is_not_drawn_at_all() -> None:
    """From within the city nobody is asked where they lived on 1 January, whatever they answer about the children."""
    assert "jan1" in drawn("children")
    assert "jan1" not in drawn("children", **{"from": "same_city"})


def test_no_empty_choice_is_drawn_where_only_one_can_be_meant() -> None:
    alone = {f"people.{row}.birthdate": "2020-01-01" for row in "267"}
    assert "dog_owner" not in drawn("things", **alone)
