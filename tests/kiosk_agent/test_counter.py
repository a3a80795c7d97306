"""A person at the counter, told as it is seen: card, number, questions, sheet, and everything that comes between."""

import pytest

from kiosk_agent.session import Screen
from kiosk_agent.virtual_card.slot import Accidents
from tests.kiosk_agent.table import Table, people_in_memory


def nobodys(table: Table) -> bool:
    """Whether nothing of a person is left: in the session, in the spool folder."""
    session = table.counter.session
    spooled = list((table.folder / "spool").iterdir())
    return session.person is None and not session.answers and not spooled and people_in_memory() == table.people_before


def test_from_the_card_to_the_sheet_and_back_to_the_start(table: Table) -> None:
    assert table.screen == Screen.IDLE
    table.places("hanako")
    assert (table.screen, table.counter.session.tries) == (Screen.PIN, 3)
    table.presses("pin", "1234")
    assert table.screen == Screen.CONFIRM
    assert getattr(table.counter.session.person, "name", None) == "指宿　花子"
    table.presses("go_on")
    table.presses("answer", "household")
    table.presses("answer", "relation domicile")
    table.presses("answer", "2")
    assert table.screen == Screen.DONE
    assert len(table.printer.sheets) == 1
    assert table.counter.session.case_code
    assert nobodys(table)
    table.takes()
    assert table.screen == Screen.IDLE


def test_a_wrong_number_is_told_with_the_tries_left_and_can_be_tried_again(table: Table) -> None:
    table.places("hanako")
    table.presses("pin", "0000")
    assert (table.screen, table.counter.session.tries) == (Screen.WRONG_PIN, 2)
    table.presses("go_on")
    assert (table.screen, table.counter.session.tries) == (Screen.PIN, 2)
    table.presses("pin", "1234")
    assert table.screen == Screen.CONFIRM


def test_before_the_last_try_the_person_is_asked(table: Table) -> None:
    table.places("last-try")
    assert table.screen == Screen.LAST_TRY
    table.presses("pin", "1234")  # nothing is typed on this screen, so nothing is sent
    assert table.screen == Screen.LAST_TRY
    table.presses("go_on")
    table.presses("pin", "0000")
    assert table.screen == Screen.BLOCKED


def test_a_blocked_card_is_told_before_anything_is_typed(table: Table) -> None:
    table.places("blocked")
    assert table.screen == Screen.BLOCKED
    table.takes()
    assert table.screen == Screen.IDLE


def test_another_card_has_a_screen_of_its_own(table: Table) -> None:
    table.places("unknown")
    assert table.screen == Screen.UNKNOWN_CARD
    table.takes()
    assert table.screen == Screen.IDLE


@pytest.mark.parametrize("at", range(1, 16))
def test_a_card_pulled_at_any_command_leaves_nothing(table: Table, at: int) -> None:
    table.places("hanako", Accidents(pull_at=at))
    if table.screen == Screen.PIN:
        table.presses("pin", "1234")
    if table.screen == Screen.CONFIRM:  # pulled after the last command
        table.takes()
    assert table.screen == Screen.PULLED
    assert nobodys(table)
    table.presses("go_on")
    assert table.screen == Screen.IDLE


@pytest.mark.parametrize("presses", [[], [("go_on", "")], [("go_on", ""), ("answer", "self")],
                                     [("go_on", ""), ("answer", "self"), ("answer", "none")]])
def test_a_card_pulled_on_any_screen_leaves_nothing(table: Table, presses: list[tuple[str, str]]) -> None:
    table.up_to_confirm()
    for pressed, value in presses:
        table.presses(pressed, value)
    table.takes()
    assert table.screen == Screen.PULLED
    assert nobodys(table)
    assert table.printer.sheets == []


def test_a_card_that_cannot_be_read_is_told(table: Table) -> None:
    table.places("hanako", Accidents(garble_at=4))
    assert table.screen == Screen.GARBLED


def test_cards_swapped_between_two_looks_begin_a_new_session(table: Table) -> None:
    table.up_to_confirm("hanako")
    table.slot.place("yoshida")
    table.goes_on()
    assert table.screen in (Screen.PULLED, Screen.PIN)
    assert nobodys(table)


def test_a_sheet_on_its_way_is_given_up_when_the_card_is_pulled(table: Table) -> None:
    table.up_to_copies()
    table.printer.meanwhile = table.slot.remove
    table.presses("answer", "1")
    table.goes_on()
    assert table.printer.sheets == []
    assert table.screen == Screen.PULLED
    assert nobodys(table)


def test_a_printer_without_paper_is_told_and_can_be_tried_again(table: Table) -> None:
    table.up_to_copies()
    table.printer.out_of_paper = True
    table.presses("answer", "1")
    assert table.screen == Screen.PRINTER
    table.printer.out_of_paper = False
    table.presses("go_on")
    assert table.screen == Screen.DONE
    assert len(table.printer.sheets) == 1


def test_a_doubled_press_prints_one_sheet(table: Table) -> None:
    table.up_to_copies()
    turn = table.counter.session.turn
    for _ in range(3):
        table.counter.press(turn, "answer", "1")
    table.goes_on()
    assert len(table.printer.sheets) == 1


def test_a_late_press_of_an_earlier_screen_changes_nothing(table: Table) -> None:
    table.up_to_confirm()
    table.counter.press(table.counter.session.turn - 1, "go_on")
    assert table.screen == Screen.CONFIRM


@pytest.mark.parametrize("value", ["", "everybody", "4", "self none", "<script>"])
def test_an_answer_that_was_not_offered_changes_nothing(table: Table, value: str) -> None:
    table.up_to_confirm()
    table.presses("go_on")
    table.presses("answer", value)
    assert table.screen == Screen.WHOSE


def test_one_question_back_and_forth(table: Table) -> None:
    table.up_to_copies()
    for screen in (Screen.ITEMS, Screen.WHOSE, Screen.CONFIRM):
        table.presses("back")
        assert table.screen == screen


def test_a_person_who_goes_away_is_forgotten_after_a_minute(table: Table) -> None:
    table.up_to_confirm()
    table.waits(59)
    assert table.screen == Screen.CONFIRM
    table.waits(2)
    assert table.screen == Screen.TIMED_OUT
    assert nobodys(table)
    table.waits(3600)  # the forgotten card stays a reminder until somebody takes it
    assert table.screen == Screen.TIMED_OUT
    table.takes()
    assert table.screen == Screen.IDLE


def test_stop_forgets_at_once_and_the_card_may_stay(table: Table) -> None:
    table.up_to_confirm()
    table.presses("stopped")
    assert table.screen == Screen.IDLE
    assert nobodys(table)


def test_the_number_is_forgotten_as_soon_as_it_was_used(table: Table) -> None:
    table.up_to_confirm()
    assert "1234" not in {value for value in vars(table.counter).values() if isinstance(value, str)}


def test_a_second_person_gets_a_sheet_of_their_own(table: Table) -> None:
    for person in ("hanako", "yoshida"):
        table.up_to_copies(person)
        table.presses("answer", "1")
        table.takes()
    assert len(table.printer.sheets) == 2
    assert table.printer.sheets[0] != table.printer.sheets[1]
