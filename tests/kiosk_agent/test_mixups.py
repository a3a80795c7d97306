"""What the proofs of the counter (tests/prove/kiosk*.py) brought to light, one sentence each."""

from threading import Thread

from kiosk_agent.counter import Counter
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


def test_calling_the_officer_while_an_application_is_sent_loses_neither_its_number_nor_the_call(table: Table) -> None:
    table.up_to_review("hanako", "request")
    table.presses("request_it")
    table.office.meanwhile = lambda: table.counter.press(table.counter.session.turn, "help")
    table.presses("secret", AUTH_PIN)
    [filing] = table.office.filings.values()
    assert (table.screen, table.counter.session.case_code) == (Screen.TAKE_CARD, filing.case_code)
    assert table.counter.session.called


def test_an_officer_who_answers_the_call_while_a_sheet_comes_out_does_not_make_it_come_out_twice(table: Table) -> None:
    table.up_to_review()
    table.presses("help")
    table.printer.meanwhile = table.counter.officer_came
    table.presses("print")
    assert (table.screen, len(table.printer.sheets)) == (Screen.DONE, 1)


def test_a_card_that_is_being_read_is_read_though_the_officer_is_called(table: Table) -> None:
    table.up_to_secret()
    table.cards.meanwhile = lambda: table.counter.press(table.counter.session.turn, "help")
    table.presses("secret", "1234")
    assert table.screen == Screen.CONFIRM


class PressedAtTheLastMoment(Counter):
    """A counter whose button is pressed, by the web's thread, just after the clock was found to have run out."""

    def seconds_left(self) -> float | None:
        """As it is; then somebody presses, and gets as far as they can."""
        left = super().seconds_left()
        if left == 0.0:
            finger = Thread(target=self.press, args=(self.session.turn, "go_on"))
            finger.start()
            finger.join(0.1)
        return left


def test_a_press_at_the_last_moment_does_not_run_out_the_next_screens_time(table: Table) -> None:
    table.counter = PressedAtTheLastMoment(table.reader, table.parts)
    table.up_to_confirm()
    before = table.counter.session.moves
    table.waits(61)
    assert (table.screen, table.counter.session.moves) == (Screen.TIMED_OUT, before + 1)
