"""A card laid beside a family's code: it fills what is empty, and what it says otherwise is the family's to decide."""

from dataclasses import replace

import pytest

from content.rules.answers import Answer
from kiosk_agent.beside import Beside, compared
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.card.facts import Part as CardPart
from kiosk_agent.desk import Prepared
from kiosk_agent.journeys import Screen
from tests.fakes.world import ibusuki
from tests.kiosk_agent.table import HANAKOS_FORM, Table
from tests.personas import personas

OFFICE = "鹿児島県指宿市十町２４２４番地"
FAMILY: dict[str, Answer] = {
    **next(one.answers for one in personas() if one.id == "moving-2-family"),
    "people.2.name": "指宿 花子", "people.2.birthdate": "1985-03-15", "people.2.sex": "", "previous_address": OFFICE}
"""The family of seven, in which 花子 is the second and has not said her sex."""
SAID = {id: answer for id, answer in FAMILY.items() if answer}
HANAKO = CardFacts(CardKind.MY_NUMBER, name="指宿　花子", address=OFFICE, birthdate="19850315", sex="2")


def beside(card: CardFacts = HANAKO, **typed: Answer) -> Beside:
    """What the card says beside the family's interview."""
    return compared(ibusuki().procedure("moving-in"), {**FAMILY, **{id.replace("__", "."): one for id, one in typed.items()}}, card)


def test_a_card_fills_the_empty_box_of_its_holder_and_says_nothing_of_what_is_the_same() -> None:
    found = beside()
    assert found.who == "指宿 花子"
    assert [(box.id, box.label, box.card) for box in found.filled] == [("people.2.sex", "性別", "女")]
    assert found.differs == ()


def test_another_character_in_the_name_is_told_and_nothing_is_written_over() -> None:
    found = beside(people__2__name="指宿 華子")
    assert [(box.id, box.typed, box.answer) for box in found.differs] == [("people.2.name", "指宿 華子", "指宿　花子")]


def test_another_day_of_birth_is_told() -> None:
    (box,) = beside(people__2__birthdate="1985-03-16").differs
    assert (box.id, box.answer) == ("people.2.birthdate", "1985-03-15")


@pytest.mark.parametrize("typed", [
    "鹿児島県指宿市十町2424", "〒891-0497 鹿児島県指宿市 十町２４２４番地", "鹿児島県指宿市十町2424番地"])
def test_an_address_that_is_only_written_otherwise_is_the_same(typed: str) -> None:
    assert beside(previous_address=typed).differs == ()


def test_the_card_of_somebody_who_moves_in_tells_where_they_came_from() -> None:
    (box,) = beside(previous_address="鹿児島市山下町11番1号").differs
    assert (box.id, box.card) == ("previous_address", OFFICE)
    assert beside(previous_address="鹿児島市山下町11番1号", address=OFFICE).differs == ()


def test_a_card_does_not_tell_where_a_couple_will_live() -> None:
    couple: dict[str, Answer] = {
        "couple": ("1",), "couple.1.name": "指宿　花子", "couple.1.birthdate": "1985-03-15", "home": "moves_here"}
    found = compared(ibusuki().procedure("marriage"), couple, HANAKO)
    assert found.who == "指宿　花子"
    assert "address" not in {box.id for box in found.filled}


def test_a_card_of_nobody_in_the_family_fills_nothing() -> None:
    assert beside(replace(HANAKO, name="別府　太郎", birthdate="19700101")) == Beside("")


def test_where_two_could_be_meant_nothing_is_guessed() -> None:
    assert beside(replace(HANAKO, name=None), people__1__birthdate="1985-03-15") == Beside("")


def test_a_character_that_the_card_had_to_replace_is_no_difference() -> None:
    card = replace(HANAKO, name="指宿　●子", doubtful=frozenset({CardPart.NAME}))
    assert beside(card).differs == ()


def test_a_day_of_which_the_card_knows_a_part_only_is_not_taken() -> None:
    assert beside(replace(HANAKO, birthdate="19850000")).differs == ()


def family_at(table: Table, **typed: Answer) -> None:
    """The family has typed its code and looks its interview over."""
    answers = {**FAMILY, **{id.replace("__", "."): one for id, one in typed.items()}}
    table.office.codes["ABCD-EFGH"] = Prepared("moving-in", ibusuki().procedure("moving-in").version, answers)
    for pressed, value in (("touched", ""), ("code_way", ""), ("code", "ABCDEFGH")):
        table.presses(pressed, value)
    assert table.screen == Screen.PREPARED


def reads_card(table: Table, person: str = "hanako") -> None:
    """A card is laid beside it and opened."""
    table.presses("card_too")
    table.places(person)
    table.presses("secret", "1234")


def answers_of(table: Table) -> dict[str, Answer]:
    """What would be printed now."""
    form = table.counter.session.prepared
    assert form is not None
    return dict(form.answers)


def test_a_familys_form_is_printed_with_what_the_card_filled_in(table: Table) -> None:
    family_at(table)
    reads_card(table)
    assert (table.screen, answers_of(table)["people.2.sex"]) == (Screen.BESIDE, "f")
    table.takes()  # it is needed no more
    table.presses("go_on")
    assert table.screen == Screen.PREPARED
    table.presses("go_on")
    assert (table.screen, len(table.printer.sheets)) == (Screen.DONE, 1)


@pytest.mark.parametrize(("pressed", "name"), [("by_card", "指宿　花子"), ("as_typed", "指宿 華子")])
def test_the_family_decides_box_by_box_which_word_stands(table: Table, pressed: str, name: str) -> None:
    family_at(table, people__2__name="指宿 華子", previous_address="鹿児島市山下町11番1号")
    reads_card(table)
    table.presses("next_box")  # what the card filled in was shown by itself
    table.presses(pressed)
    assert table.screen == Screen.BESIDE
    table.presses("as_typed")
    assert table.screen == Screen.PREPARED
    assert (answers_of(table)["people.2.name"], answers_of(table)["previous_address"]) == (name, "鹿児島市山下町11番1号")


def test_a_card_that_does_not_open_stops_nothing(table: Table) -> None:
    family_at(table)
    table.presses("card_too")
    table.places("juki")
    assert table.screen == Screen.PREPARED
    assert table.counter.session.limit is not None
    assert answers_of(table) == SAID


def test_who_goes_back_before_laying_a_card_has_the_form_as_it_was(table: Table) -> None:
    family_at(table)
    table.presses("card_too")
    table.presses("back")
    assert (table.screen, answers_of(table)) == (Screen.PREPARED, SAID)


def test_a_card_that_is_pulled_while_it_is_read_takes_everything_with_it(table: Table) -> None:
    family_at(table)
    table.presses("card_too")
    table.places("hanako")
    table.takes()
    assert (table.screen, table.counter.session.prepared) == (Screen.PULLED, None)


def test_of_the_card_nothing_is_left_when_the_comparison_is_shown_but_what_it_shows(table: Table) -> None:
    family_at(table)
    reads_card(table)
    assert (table.counter.session.person, table.counter.session.look) == (None, None)
    table.presses("stopped")
    assert (table.counter.session.prepared, table.counter.session.beside) == (None, None)


def test_only_a_familys_form_is_compared_with_a_card(table: Table) -> None:
    table.office.codes["ABCD-EFGH"] = HANAKOS_FORM
    for pressed, value in (("touched", ""), ("code_way", ""), ("code", "ABCDEFGH"), ("card_too", "")):
        table.presses(pressed, value)
    assert table.screen == Screen.PREPARED
