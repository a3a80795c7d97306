"""What the proofs of the counter (tests/prove/kiosk*.py) brought to light, one sentence each."""

from kiosk_agent.journeys import Screen
from tests.kiosk_agent.table import AUTH_PIN, Table
from tests.kiosk_agent.test_prepared import a_code, read


def test_a_number_is_not_printed_while_the_next_persons_card_lies_there(table: Table) -> None:
    table.up_to_review("hanako", "request")
    table.presses("request_it")
    table.printer.meanwhile = lambda: _lays(table, "yoshida")
    table.presses("secret", AUTH_PIN)
    assert (table.screen, table.printer.sheets) == (Screen.WAITING, [])
    assert table.counter.session.case_code  # it stands on the screen instead


def test_a_number_is_printed_for_somebody_who_took_the_card_early(table: Table) -> None:
    table.up_to_review("hanako", "request")
    table.presses("request_it")
    table.printer.meanwhile = table.slot.remove
    table.presses("secret", AUTH_PIN)
    assert (table.screen, len(table.printer.sheets)) == (Screen.WAITING, 1)


def test_no_number_is_given_for_an_application_that_was_not_taken(table: Table) -> None:
    table.up_to_review("hanako", "request")
    table.office.refuses = "faulty"
    table.presses("request_it")
    table.presses("secret", AUTH_PIN)
    assert table.screen == Screen.INSTEAD
    table.presses("go_on")
    assert (table.screen, table.printer.sheets) == (Screen.INSTEAD, [])


def test_the_reader_of_phones_forms_keeps_no_name_for_the_next_one() -> None:
    first, second = read(a_code()).applicant["fullName"], read(a_code()).applicant["fullName"]
    assert first == second
    assert first is not second  # pydantic's JSON reader would hand out the one it has kept


def _lays(table: Table, person: str) -> None:
    table.slot.place(person)
