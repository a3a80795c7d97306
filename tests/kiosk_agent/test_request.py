"""らくらく窓口証明書: asked for, proven, waited for, checked on both screens, taken back, or on paper instead."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from content.rules.answers import Answer
from content.vocabulary.counter import Limit
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.errors import PrinterReason
from kiosk_agent.journeys import Screen
from kiosk_agent.questions import fee, offered
from kiosk_agent.work import SETTLED_AFTER, applicant
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.kiosk_agent.table import AUTH_PIN, CHALLENGE, Table
from tests.kiosk_agent.test_counter import limit, nobodys


def test_a_request_goes_to_the_officers_with_the_proof_of_the_card(table: Table) -> None:
    table.up_to_ticket()
    assert table.screen == Screen.TAKE_CARD
    [filing] = table.office.filings.values()
    assert (filing.procedure, filing.card, dict(filing.answers)["whose"]) == ("juminhyo", "my_number", "self")
    assert filing.applicant == {"fullName": "指宿 花子", "fullAddress": "鹿児島県指宿市十町２４２４番地",
                                "dateOfBirth": "1985-03-15", "sex": "2"}
    assert filing.proof is not None
    assert (filing.proof.certificate, table.cards.signed) == (b"certificate", [CHALLENGE])
    assert len(table.printer.sheets) == 1  # the ticket
    assert table.counter.session.case_code == filing.case_code
    assert table.counter.session.person is None


def test_the_paper_changes_hands_only_after_both_screens_showed_the_same_number(table: Table) -> None:
    table.up_to_ticket()
    table.takes()
    assert table.screen == Screen.WAITING
    table.office.calls = True
    table.waits(3)
    assert table.screen == Screen.CHECK
    assert getattr(table.counter.session.filed, "check_code", "") == "4821"
    table.presses("go_on")
    assert table.screen == Screen.HANDED_OVER
    assert table.office.confirmed == list(table.office.filings)
    table.waits(46)
    assert table.screen == Screen.IDLE
    assert table.counter.session.case_code is None


def test_a_check_that_the_officer_stops_leads_back_to_waiting(table: Table) -> None:
    table.up_to_ticket()
    table.takes()
    table.office.calls = True
    table.waits(3)
    table.office.calls = False
    table.waits(3)
    assert table.screen == Screen.WAITING


def up_to_check(table: Table) -> None:
    """Asked for, and the officer has the paper in hand."""
    table.up_to_ticket()
    table.takes()
    table.office.calls = True
    table.waits(3)


def up_to_second_number(table: Table) -> None:
    """All is chosen, and the number of the card's key is asked for."""
    table.up_to_review(way="request")
    table.presses("request_it")


def test_the_office_hears_that_the_person_stopped_the_check(table: Table) -> None:
    up_to_check(table)
    table.presses("stopped")
    assert (table.screen, table.office.left) == (Screen.IDLE, list(table.office.filings))


def test_the_office_hears_that_the_person_walked_away_from_the_check(table: Table) -> None:
    up_to_check(table)
    table.waits(301)
    assert (table.screen, table.office.left) == (Screen.IDLE, list(table.office.filings))


def test_leaving_after_the_check_was_answered_takes_nothing_back(table: Table) -> None:
    up_to_check(table)
    table.presses("go_on")
    table.presses("stopped")
    assert (table.screen, table.office.left) == (Screen.IDLE, [])


def test_a_check_can_be_left_while_the_office_is_away(table: Table) -> None:
    up_to_check(table)
    table.office.away = True
    table.presses("stopped")
    assert table.screen == Screen.IDLE
    assert nobodys(table)


def test_a_confirmation_that_the_office_did_not_hear_is_not_taken_for_one(table: Table) -> None:
    table.up_to_ticket()
    table.takes()
    table.office.calls = True
    table.waits(3)
    table.office.away = True
    table.presses("go_on")
    assert (table.screen, limit(table)) == (Screen.CHECK, Limit.OFFICE_OFFLINE)


def test_the_two_numbers_are_counted_apart_and_told_before_the_second_is_typed(table: Table) -> None:
    table.cards.key_tries = 2
    table.up_to_review(way="request")
    table.presses("request_it")
    assert (table.screen, table.counter.session.tries) == (Screen.AUTH, 2)
    table.presses("secret", "9999")
    assert (table.screen, table.counter.session.tries) == (Screen.AUTH_WRONG, 1)
    table.presses("go_on")
    assert (table.screen, limit(table)) == (Screen.AUTH_LAST_TRY, Limit.LAST_TRY)
    assert table.office.filings == {}


def test_a_blocked_second_number_leaves_the_paper_form(table: Table) -> None:
    table.cards.key_tries = 1
    table.up_to_review(way="request")
    table.presses("request_it")
    table.presses("go_on")
    table.presses("secret", "9999")
    assert (table.screen, limit(table)) == (Screen.INSTEAD, Limit.BLOCKED)
    table.presses("print")
    assert table.screen == Screen.DONE
    assert len(table.printer.sheets) == 1


@pytest.mark.parametrize("away_for_filing", [False, True])
def test_while_the_office_is_away_the_request_is_kept_and_a_form_can_be_had_under_the_same_number(
        table: Table, *, away_for_filing: bool) -> None:
    table.office.away_for_filing, table.office.away = away_for_filing, not away_for_filing
    table.up_to_ticket()
    assert (table.screen, limit(table)) == (Screen.INSTEAD, Limit.OFFICE_OFFLINE)
    [kept] = table.queue.kept
    assert (kept.proof is not None) == away_for_filing  # without a challenge nothing can be signed, and no try is used
    assert len(table.cards.signed) == away_for_filing
    table.presses("print")
    assert table.screen == Screen.DONE
    assert table.counter.session.case_code == kept.case_code


def test_whoever_stops_while_the_request_is_sent_leaves_none_behind(table: Table) -> None:
    """It used to stay, filed, with a number that nobody had: nobody would have come for the paper."""
    up_to_second_number(table)
    table.office.meanwhile = lambda: table.counter.press(table.counter.session.turn, "stopped")
    table.presses("secret", AUTH_PIN)
    assert (table.screen, table.printer.sheets, nobodys(table)) == (Screen.IDLE, [], True)
    assert table.office.withdrawn == list(table.office.filings) != []


def test_whoever_stops_before_the_card_has_answered_files_nothing(table: Table) -> None:
    up_to_second_number(table)
    table.office.challenged = lambda: table.counter.press(table.counter.session.turn, "stopped")
    table.presses("secret", AUTH_PIN)
    assert (table.screen, table.office.filings, table.office.withdrawn) == (Screen.IDLE, {}, [])


def test_whoever_stops_before_the_ticket_is_out_leaves_no_request_behind(table: Table) -> None:
    up_to_second_number(table)
    table.printer.meanwhile = lambda: table.counter.press(table.counter.session.turn, "stopped")
    table.presses("secret", AUTH_PIN)
    assert (table.screen, table.printer.sheets) == (Screen.IDLE, [])
    assert table.office.withdrawn == list(table.office.filings) != []


def test_what_is_taken_back_while_the_line_is_dead_is_taken_back_when_it_is_there_again(table: Table) -> None:
    def line_dies() -> None:
        table.office.away = True
        table.counter.press(table.counter.session.turn, "stopped")

    up_to_second_number(table)
    table.printer.meanwhile = line_dies
    table.presses("secret", AUTH_PIN)
    assert table.queue.to_take_back == [(id, table.now) for id in table.office.filings]


@pytest.mark.parametrize("leaves", [
    lambda table: table.presses("stopped"), Table.takes, lambda table: table.waits(61),
    lambda table: table.presses("forms")], ids=["stops", "takes the card", "walks away", "begins anew"])
def test_a_kept_request_whose_number_nobody_had_is_not_sent_later(table: Table, leaves: Callable[[Table], None]) -> None:
    table.office.away = True
    table.up_to_ticket()
    [kept] = table.queue.kept
    leaves(table)
    assert table.queue.kept == []
    assert table.queue.to_take_back == [(kept.id, table.now + SETTLED_AFTER)]


def test_a_word_that_neither_office_nor_queue_takes_is_told_again(table: Table) -> None:
    table.office.away = True
    table.up_to_ticket()
    table.queue.full = True
    table.presses("stopped")
    assert (table.screen, table.queue.to_take_back) == (Screen.IDLE, [])
    table.queue.full = False
    table.goes_on()
    assert len(table.queue.to_take_back) == 1


@pytest.mark.parametrize("away", [False, True])
def test_whoever_leaves_with_a_number_keeps_their_request(table: Table, *, away: bool) -> None:
    table.office.away = away
    table.up_to_ticket()
    if away:
        table.presses("go_on")
    assert table.screen == Screen.TAKE_CARD
    table.presses("stopped")
    assert (table.office.withdrawn, table.queue.to_take_back) == ([], [])


def test_what_the_office_may_have_while_the_kiosk_could_not_keep_it_is_taken_back(table: Table) -> None:
    table.office.away_for_filing = table.queue.full = True
    table.up_to_ticket()
    assert (table.screen, limit(table), table.queue.to_take_back) == (Screen.INSTEAD, Limit.QUEUE_FULL, [])
    table.queue.full = False
    table.goes_on()
    assert len(table.queue.to_take_back) == 1


def test_what_cannot_even_be_kept_is_not_called_taken(table: Table) -> None:
    table.office.away = table.queue.full = True
    table.up_to_ticket()
    assert (table.screen, limit(table)) == (Screen.INSTEAD, Limit.QUEUE_FULL)
    assert table.counter.session.filed is None


def test_a_kept_request_can_be_waited_for_with_a_ticket(table: Table) -> None:
    table.office.away = True
    table.up_to_ticket()
    table.presses("go_on")
    assert (table.screen, limit(table)) == (Screen.TAKE_CARD, Limit.OFFICE_OFFLINE)
    assert len(table.printer.sheets) == 1


def test_an_office_that_does_not_trust_this_kiosk_leaves_the_paper_form(table: Table) -> None:
    table.office.distrusts = True
    table.up_to_ticket()
    assert (table.screen, limit(table)) == (Screen.INSTEAD, Limit.NOT_TRUSTED)
    assert table.queue.kept == []


def test_a_refused_request_is_not_kept_and_leaves_the_paper_form(table: Table) -> None:
    table.office.refuses = "conflict"
    table.up_to_ticket()
    assert (table.screen, limit(table), table.queue.kept) == (Screen.INSTEAD, Limit.REFUSED, [])


@pytest.mark.parametrize(("certificate", "says"), [("good", None), ("revoked", Limit.REVOKED), ("unknown", Limit.UNKNOWN_VALIDITY),
                                                   ("expired", Limit.EXPIRED_CERTIFICATE)])
def test_what_is_wrong_with_the_certificate_is_told_with_the_ticket(table: Table, certificate: str, says: Limit | None) -> None:
    table.office.certificate = certificate
    table.up_to_ticket()
    assert (table.screen, limit(table)) == (Screen.TAKE_CARD, says)


def test_a_ticket_that_does_not_come_out_does_not_undo_the_request(table: Table) -> None:
    table.printer.broken = PrinterReason.PAPER
    table.up_to_ticket()
    assert (table.screen, limit(table)) == (Screen.TAKE_CARD, Limit.PRINTER_PAPER)
    assert len(table.office.filings) == 1


@pytest.mark.parametrize(("seen", "told", "says"), [
    ({}, {"birthdate": "20111121"}, Limit.UNDER_15), ({"has_auth_certificate": False}, {}, Limit.NO_CERTIFICATE)])
def test_who_cannot_ask_by_card_is_led_to_the_forms(table: Table, seen: dict[str, object], told: dict[str, object],
                                                    says: Limit) -> None:
    table.cards.seen, table.cards.told = seen, told
    table.up_to_confirm(way="request")
    table.presses("go_on")
    assert (table.screen, limit(table)) == (Screen.INSTEAD, says)
    table.presses("forms")
    assert table.screen == Screen.CHOOSE
    assert [one.procedure for one in offered(ibusuki(), table.counter.session.journey)] == [
        "juminhyo", "shotoku-kazei", "koseki-post", "inkan", "mibun"]


def test_on_the_fifteenth_birthday_one_may_ask_alone(table: Table) -> None:
    table.cards.told = {"birthdate": "20111120"}
    table.up_to_confirm(way="request")
    table.presses("go_on")
    assert table.screen == Screen.CHOOSE


def test_a_request_never_offers_an_answer_that_would_need_typing(table: Table) -> None:
    table.up_to_confirm(way="request")
    for pressed, value in (("go_on", ""), ("choose", "juminhyo"), ("own", "")):
        table.presses(pressed, value)
    question = table.counter.question()
    assert question is not None
    assert [choice.value for choice in question.choices] == ["self", "household"]


def test_the_fee_is_that_of_the_citys_terminal_times_the_copies() -> None:
    answers: dict[str, Answer] = {"whose": "self", "items": ("none",), "copies": "2"}
    assert fee(ibusuki(), "juminhyo", answers, FRIDAY_NOON.date()) == 400


def test_a_tax_certificate_is_asked_for_with_its_own_questions(table: Table) -> None:
    table.up_to_confirm(way="request")
    for pressed, value in (("go_on", ""), ("choose", "shotoku-kazei"), ("own", ""), ("answer", "shotoku"), ("answer", "r7"),
                           ("answer", "same"), ("answer", "support")):
        table.presses(pressed, value)
    question = table.counter.question()
    assert question is not None
    assert question.field == "copies_r7"
    table.presses("answer", "1")
    assert table.screen == Screen.REVIEW


@pytest.mark.parametrize("at", range(1, 6))
def test_a_card_pulled_while_the_request_is_made_leaves_nothing(table: Table, at: int) -> None:
    steps = [("go_on", ""), ("choose", "juminhyo"), ("usual", ""), ("request_it", ""), ("secret", "9999")]
    table.up_to_confirm(way="request")
    for pressed, value in steps[:at]:
        table.presses(pressed, value)
    table.takes()
    assert table.screen == Screen.PULLED
    assert nobodys(table)
    assert table.office.filings == {}


def test_a_card_that_is_slow_to_go_does_not_keep_the_ticket(table: Table) -> None:
    table.up_to_ticket()
    table.waits(61)
    assert table.screen == Screen.IDLE
    assert nobodys(table)


def test_what_the_card_says_is_told_to_the_office_in_the_form_of_the_contract() -> None:
    """Found on the running stack: the sex went as a number, and every request was refused."""
    example = json.loads((Path(__file__).parents[1] / "contract/kiosk/file.json").read_text("utf-8"))["applicant"]
    facts = CardFacts(CardKind.MY_NUMBER, name="指宿　花子", kana="イブスキ ハナコ", address="鹿児島県指宿市十町２４２４番地",
                      birthdate="19850315", sex="2")
    told = applicant(facts)
    assert told.keys() == example.keys()
    assert {name: type(value) for name, value in told.items()} == {name: type(value) for name, value in example.items()}
