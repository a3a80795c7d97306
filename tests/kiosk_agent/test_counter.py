"""A person at the counter, told as it is seen: card, number, questions, sheet, and everything that comes between."""

import logging
import time
from datetime import date

import pypdfium2
import pytest

from content.vocabulary.counter import Limit
from kiosk_agent.card.facts import CardKind, Opening, Part, Picture, Secret, SecretKind
from kiosk_agent.errors import PrinterReason
from kiosk_agent.journeys import Screen
from kiosk_agent.virtual_card.slot import Accidents
from tests.kiosk_agent.table import Table, people_in_memory


def nobodys(table: Table) -> bool:
    """Whether nothing of a person is left: in the session, in the spool folder."""
    session = table.counter.session
    spooled = list((table.folder / "spool").iterdir())
    return (session.person is None and not session.wishes and session.prepared is None and not spooled
            and people_in_memory() == table.people_before)


def limit(table: Table) -> Limit | None:
    """What is said at the limit."""
    return table.counter.session.limit


def pages(pdf: bytes) -> int:
    """How many pages a job has."""
    return len(pypdfium2.PdfDocument(pdf))


def test_from_the_card_to_the_sheet_and_back_to_the_start(table: Table) -> None:
    table.up_to_secret()
    assert (table.screen, table.counter.session.tries) == (Screen.SECRET, 3)
    table.presses("secret", "1234")
    assert table.screen == Screen.CONFIRM
    assert getattr(table.counter.session.person, "name", None) == "指宿　花子"
    for pressed, value in (("go_on", ""), ("choose", "juminhyo"), ("own", ""), ("answer", "household"),
                           ("answer", "relation domicile"), ("answer", "2"), ("print", "")):
        table.presses(pressed, value)
    assert table.screen == Screen.DONE
    assert [pages(sheet) for sheet in table.printer.sheets] == [1]
    assert table.counter.session.case_code
    assert nobodys(table)
    table.takes()
    assert table.screen == Screen.IDLE


def test_one_juminhyo_takes_at_most_ten_touches(table: Table) -> None:
    table.places("hanako")  # laying the card wakes the screen
    table.presses("forms")
    typed = ["1", "2", "3", "4", "決定"]
    table.presses("secret", "".join(typed[:4]))
    pressed = [("go_on", ""), ("choose", "juminhyo"), ("usual", ""), ("print", "")]
    for press, value in pressed:
        table.presses(press, value)
    assert table.screen == Screen.DONE
    assert len(["forms", *typed, *pressed]) <= 10


def test_a_card_laid_on_the_idle_counter_is_used_as_soon_as_the_way_is_chosen(table: Table) -> None:
    table.places("hanako")
    assert table.screen == Screen.START
    table.presses("forms")
    assert table.screen == Screen.SECRET


def test_a_wrong_number_is_told_with_the_tries_left_and_can_be_tried_again(table: Table) -> None:
    table.up_to_secret()
    table.presses("secret", "0000")
    assert (table.screen, table.counter.session.tries, limit(table)) == (Screen.WRONG, 2, Limit.WRONG)
    table.presses("go_on")
    assert (table.screen, table.counter.session.tries) == (Screen.SECRET, 2)
    table.presses("secret", "1234")
    assert table.screen == Screen.CONFIRM


def test_before_the_last_try_the_person_is_asked(table: Table) -> None:
    table.up_to_secret("last-try")
    assert (table.screen, limit(table)) == (Screen.LAST_TRY, Limit.LAST_TRY)
    table.presses("secret", "1234")  # nothing is typed on this screen, so nothing is sent
    assert table.screen == Screen.LAST_TRY
    table.presses("go_on")
    table.presses("secret", "0000")
    assert (table.screen, limit(table)) == (Screen.TROUBLE, Limit.BLOCKED)


@pytest.mark.parametrize("typed", ["", "123", "12345", "１２３４", "12a4", "1234\n"])
def test_what_cannot_be_the_number_never_reaches_the_card(table: Table, typed: str) -> None:
    table.up_to_secret()
    table.presses("secret", typed)
    assert table.screen == Screen.SECRET
    table.presses("stopped")
    table.takes()
    table.up_to_secret()
    assert table.counter.session.tries == 3


def test_a_card_with_two_ways_of_opening_offers_the_other_and_asks_before_its_last_try(table: Table) -> None:
    table.cards.seen = {"openings": (Opening(SecretKind.PIN4, 3), Opening(SecretKind.REFERENCE_B, 1))}
    table.up_to_secret()
    table.presses("other_secret")
    assert (table.screen, table.counter.session.secret) == (Screen.LAST_TRY, SecretKind.REFERENCE_B)
    table.presses("other_secret")
    assert (table.screen, table.counter.session.secret) == (Screen.SECRET, SecretKind.PIN4)


@pytest.mark.parametrize(("seen", "says"), [
    ({"kind": CardKind.JUKI}, Limit.OLD_CARD),
    ({"expires": date(2026, 11, 19)}, Limit.EXPIRED_CARD),
    ({"openings": ()}, Limit.FACE_ONLY),
    ({"openings": (Opening(SecretKind.PIN4, 0),)}, Limit.BLOCKED),
])
def test_a_card_that_cannot_be_used_is_told_before_anything_is_typed(table: Table, seen: dict[str, object], says: Limit) -> None:
    table.cards.seen = seen
    table.up_to_secret()
    assert (table.screen, limit(table)) == (Screen.TROUBLE, says)
    table.takes()
    assert table.screen == Screen.IDLE


def test_a_card_is_good_on_its_last_day(table: Table) -> None:
    table.cards.seen = {"expires": date(2026, 11, 20)}
    table.up_to_secret()
    assert table.screen == Screen.SECRET


@pytest.mark.parametrize(("person", "says"), [
    ("unknown", Limit.UNKNOWN_CARD), ("juki", Limit.OLD_CARD), ("expired-card", Limit.EXPIRED_CARD)])
def test_another_card_has_a_sentence_of_its_own(table: Table, person: str, says: Limit) -> None:
    table.up_to_secret(person)
    assert (table.screen, limit(table)) == (Screen.TROUBLE, says)


def test_a_card_of_another_city_prints_forms_with_a_word_and_cannot_ask_for_certificates(table: Table) -> None:
    table.cards.seen = {"municipality": "46201"}
    table.up_to_confirm()
    assert (table.screen, limit(table)) == (Screen.CONFIRM, Limit.OTHER_CITY)
    table.presses("stopped")
    table.takes()
    table.up_to_secret(way="request")
    assert (table.screen, limit(table)) == (Screen.TROUBLE, Limit.OTHER_CITY)


@pytest.mark.parametrize("at", range(1, 16))
def test_a_card_pulled_at_any_command_leaves_nothing(table: Table, at: int) -> None:
    table.up_to_secret(accidents=Accidents(pull_at=at))
    if table.screen == Screen.SECRET:
        table.presses("secret", "1234")
    if table.screen == Screen.CONFIRM:  # pulled after the last command
        table.takes()
    assert table.screen == Screen.PULLED
    assert nobodys(table)
    table.presses("go_on")
    assert table.screen == Screen.START


STEPS = [("go_on", ""), ("choose", "juminhyo"), ("own", ""), ("answer", "self"), ("answer", "none"), ("answer", "1")]


@pytest.mark.parametrize("count", range(len(STEPS) + 1))
def test_a_card_pulled_on_any_screen_leaves_nothing(table: Table, count: int) -> None:
    table.up_to_confirm()
    for pressed, value in STEPS[:count]:
        table.presses(pressed, value)
    table.takes()
    assert table.screen == Screen.PULLED
    assert nobodys(table)
    assert table.printer.sheets == []


def test_a_card_that_cannot_be_read_is_told(table: Table) -> None:
    table.up_to_secret(accidents=Accidents(garble_at=4))
    assert (table.screen, limit(table)) == (Screen.TROUBLE, Limit.GARBLED)


def test_cards_swapped_between_two_looks_begin_a_new_session(table: Table) -> None:
    table.up_to_confirm("hanako")
    table.slot.place("yoshida")
    table.goes_on()
    assert table.screen == Screen.START
    assert nobodys(table)


def test_a_sheet_on_its_way_is_given_up_when_the_card_is_pulled(table: Table) -> None:
    table.up_to_review()
    table.printer.meanwhile = table.slot.remove
    table.presses("print")
    table.goes_on()
    assert table.printer.sheets == []
    assert table.screen == Screen.PULLED
    assert nobodys(table)


def test_a_sheet_on_its_way_is_given_up_when_the_person_stops(table: Table) -> None:
    table.up_to_review()
    table.printer.meanwhile = lambda: table.counter.press(table.counter.session.turn, "stopped")
    table.presses("print")
    assert table.printer.sheets == []
    assert table.screen == Screen.IDLE
    assert nobodys(table)


@pytest.mark.parametrize("reason", list(PrinterReason))
def test_each_trouble_of_the_printer_has_its_sentence_and_can_be_tried_again(table: Table, reason: PrinterReason) -> None:
    table.up_to_review()
    table.printer.broken = reason
    table.presses("print")
    assert (table.screen, limit(table)) == (Screen.PRINTER, Limit(f"printer_{reason}"))
    code = table.counter.session.case_code
    table.printer.broken = None
    table.presses("go_on")
    assert table.screen == Screen.DONE
    assert len(table.printer.sheets) == 1
    assert table.counter.session.case_code == code


def test_a_doubled_press_prints_one_sheet(table: Table) -> None:
    table.up_to_review()
    turn = table.counter.session.turn
    for _ in range(3):
        table.counter.press(turn, "print")
    table.goes_on()
    assert len(table.printer.sheets) == 1


def test_a_late_press_of_an_earlier_screen_changes_nothing(table: Table) -> None:
    table.up_to_confirm()
    table.counter.press(table.counter.session.turn - 1, "go_on")
    assert table.screen == Screen.CONFIRM


@pytest.mark.parametrize("value", ["", "everybody", "4", "self none", "<script>"])
def test_an_answer_that_was_not_offered_changes_nothing(table: Table, value: str) -> None:
    table.up_to_confirm()
    for pressed, given in STEPS[:3]:
        table.presses(pressed, given)
    table.presses("answer", value)
    assert table.counter.session.step == 0


@pytest.mark.parametrize("procedure", ["", "suido-kaishi", "inu-toroku"])
def test_a_form_that_is_not_offered_here_cannot_be_chosen(table: Table, procedure: str) -> None:
    table.up_to_confirm()
    table.presses("go_on")
    table.presses("choose", procedure)
    assert table.screen == Screen.CHOOSE


def test_one_question_back_and_forth(table: Table) -> None:
    table.up_to_confirm()
    for pressed, value in STEPS[:5]:
        table.presses(pressed, value)
    seen = []
    for _ in range(5):
        question = table.counter.question()
        seen.append(question.field if question else table.screen)
        table.presses("back")
    assert seen == ["copies", "items", "whose", Screen.USUAL, Screen.CHOOSE]
    assert table.screen == Screen.CONFIRM


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


def test_whoever_says_that_they_are_still_here_gets_another_minute(table: Table) -> None:
    table.up_to_confirm()
    table.waits(59)
    table.presses("stay")
    table.waits(59)
    assert table.screen == Screen.CONFIRM


def test_stop_forgets_at_once_and_the_card_may_stay(table: Table) -> None:
    table.up_to_confirm()
    table.presses("stopped")
    assert table.screen == Screen.IDLE
    assert nobodys(table)


def test_the_number_is_forgotten_as_soon_as_it_was_used(table: Table) -> None:
    table.up_to_confirm()
    held = [value for value in vars(table.counter).values() if isinstance(value, str | Secret)]
    assert held == [""]
    assert "1234" not in repr(Secret(SecretKind.PIN4, "1234"))


def test_a_second_person_gets_a_sheet_of_their_own(table: Table) -> None:
    for person in ("hanako", "yoshida"):
        table.up_to_review(person)
        table.presses("print")
        table.takes()
    assert len(table.printer.sheets) == 2
    assert table.printer.sheets[0] != table.printer.sheets[1]


def test_a_name_that_is_a_picture_is_typed_by_the_officer_and_shown_to_the_person(table: Table) -> None:
    table.cards.told = {"name": None, "pictures": {Part.NAME: Picture("png", b"")}}
    table.up_to_confirm()
    assert table.screen == Screen.OFFICER_TYPES
    table.counter.officer_types(table.counter.session.turn, "  ", "")
    assert table.screen == Screen.OFFICER_TYPES
    table.counter.officer_types(table.counter.session.turn, "NGUYEN THI HOA", "somewhere else")
    assert table.screen == Screen.CONFIRM
    person = table.counter.session.person
    assert person is not None
    assert (person.name, person.address) == ("NGUYEN THI HOA", "鹿児島県指宿市十町２４２４番地")


def test_doubtful_characters_are_told_with_the_facts(table: Table) -> None:
    table.cards.told = {"doubtful": frozenset({Part.NAME})}
    table.up_to_confirm()
    assert (table.screen, limit(table)) == (Screen.CONFIRM, Limit.DOUBTFUL)


def test_a_reader_unplugged_in_use_drops_everything_and_its_return_is_told(table: Table) -> None:
    table.up_to_confirm()
    table.reader.unplugged = True
    table.goes_on()
    assert (table.screen, limit(table)) == (Screen.NO_READER, Limit.READER_UNPLUGGED)
    assert nobodys(table)
    table.reader.unplugged = False
    table.goes_on()
    assert (table.screen, limit(table)) in ((Screen.PULLED, Limit.SERVICE_RESTARTED), (Screen.START, None))


def test_without_a_reader_a_phones_code_still_works(table: Table) -> None:
    table.reader.unplugged = True
    table.goes_on()
    assert (table.screen, limit(table)) == (Screen.NO_READER, Limit.NO_READER)
    table.presses("code_way")
    for symbol in ("MP1A", "MP1B"):
        table.presses("code", symbol)
    table.presses("go_on")
    assert table.screen == Screen.DONE
    assert len(table.printer.sheets) == 1


def test_what_nobody_foresaw_clears_the_screen_and_calls_the_officer(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    table.up_to_review()

    def breaks() -> None:
        raise RuntimeError("指宿 花子")

    table.printer.meanwhile = breaks
    table.counter.press(table.counter.session.turn, "print")
    with caplog.at_level(logging.ERROR):
        table.counter.start()
        until = time.monotonic() + 10.0
        while table.screen != Screen.IDLE and time.monotonic() < until:
            time.sleep(0.01)
    table.counter.stop()
    assert (table.screen, table.counter.session.called) == (Screen.IDLE, True)
    assert nobodys(table)
    assert "花子" not in caplog.text
