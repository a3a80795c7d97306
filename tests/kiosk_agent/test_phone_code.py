"""A form from the phone at the counter: by its eight letters or its QR symbols, what it may hold, and what goes wrong."""

from typing import Any

import pytest

from content.rules.form import sent_answers
from content.rules.prepared_code import checked
from content.vocabulary.counter import Limit
from kiosk_agent.desk import Prepared
from kiosk_agent.journeys import Screen
from kiosk_agent.paper import marks
from kiosk_agent.virtual_card.slot import Accidents
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.kiosk_agent.table import HANAKOS_FORM, Table
from tests.kiosk_agent.test_counter import limit, nobodys
from tests.personas import personas


def test_two_symbols_of_a_phone_are_taken_in_any_order_and_the_missing_one_is_named(table: Table) -> None:
    table.presses("touched")
    table.presses("code_way")
    table.presses("code", "ＭＰ１ａ")  # an input method made it full-width
    assert (table.screen, limit(table), table.counter.session.missing) == (Screen.CODE, Limit.PART_MISSING, (2,))
    table.presses("code", "MP1B")
    assert table.screen == Screen.PREPARED
    table.presses("go_on")
    assert table.screen == Screen.DONE
    assert nobodys(table)


def test_eight_letters_fetch_the_form_from_the_office(table: Table) -> None:
    table.office.codes["ABCD-EFGH"] = HANAKOS_FORM
    table.presses("touched")
    table.presses("code_way")
    table.presses("code", "abcd efgh")
    assert table.screen == Screen.PREPARED


def test_a_form_fetched_by_its_letters_is_believed_no_more_than_one_in_a_qr_code(table: Table) -> None:
    told: dict[str, Any] = {"whose": "somebody", "items": ["none"], "copies": "1", "no_field_of_ours": "1"}
    table.office.codes["ABCD-EFGH"] = Prepared("juminhyo", 99, told, HANAKOS_FORM.applicant)
    table.presses("touched")
    table.presses("code_way")
    table.presses("code", "ABCD-EFGH")
    fetched = table.counter.session.prepared
    assert fetched is not None
    assert fetched.version == ibusuki().procedure("juminhyo").version
    assert fetched.answers == {"items": ("none",), "copies": "1"}  # nobody is asked for whom: that is written by hand
    table.presses("go_on")
    assert table.screen == Screen.DONE


@pytest.mark.parametrize("scanned", ["https://example.jp/menu", "4901234567894", "ABCD-EFG", "ABCD-EFG1"])
def test_what_is_no_code_is_told_without_asking_the_office_which_would_count_it(table: Table, scanned: str) -> None:
    table.office.refuses = "too-many"
    table.presses("touched")
    table.presses("code_way")
    table.presses("code", scanned)
    assert (table.screen, limit(table)) == (Screen.CODE, Limit.CODE_UNKNOWN)


@pytest.mark.parametrize(("code", "away", "refuses", "says"), [
    ("ABCDEFGH", False, None, Limit.CODE_UNKNOWN), ("ABCDEFGH", True, None, Limit.CODE_OFFLINE),
    ("ABCDEFGH", False, "expired", Limit.CODE_EXPIRED), ("ABCDEFGH", False, "too-many", Limit.CODE_TOO_MANY),
    ("MP1X", True, None, Limit.CODE_DAMAGED)])
def test_each_trouble_with_a_code_has_its_sentence(
        table: Table, code: str, says: Limit, refuses: str | None, *, away: bool) -> None:
    table.office.away, table.office.refuses = away, refuses
    table.presses("touched")
    table.presses("code_way")
    table.presses("code", code)
    assert (table.screen, limit(table)) == (Screen.CODE, says)


def test_somebody_elses_card_on_the_reader_does_not_disturb_the_phones_form(table: Table) -> None:
    table.presses("touched")
    table.presses("code_way")
    for symbol in ("MP1B", "MP1A"):
        table.presses("code", symbol)
    table.slot.place("hanako", Accidents())
    table.printer.meanwhile = table.slot.remove
    table.presses("go_on")
    assert table.screen == Screen.DONE


def test_a_familys_interview_from_the_phone_is_printed_as_its_checklist_and_only_the_sheets_that_apply(table: Table) -> None:
    student = next(one for one in personas() if one.id == "moving-1-student")
    procedure = ibusuki().procedure("moving-in")
    table.office.codes["ABCD-EFGH"] = Prepared("moving-in", procedure.version, student.answers)
    table.presses("touched")
    table.presses("code_way")
    table.presses("code", "abcd efgh")
    assert table.screen == Screen.PREPARED
    table.presses("go_on")
    assert table.screen == Screen.DONE
    (pdf,) = table.printer.sheets
    assert len(marks.read(pdf)) == 3  # the checklist, 住民異動届, 水道の使用開始届
    assert nobodys(table)


def test_an_interview_keeps_what_was_asked_of_each_person_on_its_way_through_the_symbols() -> None:
    family = next(one for one in personas() if one.id == "moving-2-family")
    procedure = ibusuki().procedure("moving-in")
    given = {id: answer if isinstance(answer, str) else list(answer) for id, answer in family.answers.items()}
    assert checked(procedure, given, FRIDAY_NOON.date()) == sent_answers(procedure, family.answers)
