"""What a shelf of letters must do; the memory one and the DynamoDB one are held to the same sentences."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.letters_table import TableLetters
from chalicelib.adapters.table import Row
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.outbox import Letter
from chalicelib.domain.ports import Letters
from tests.fakes.letters import MemoryLetters
from tests.fakes.world import FRIDAY_NOON

YAMADA = OfficerId("staff-yamada")
FIRST = Letter(id="case-1:7:0", application=ApplicationId("case-1"), department="shimin", reference="ABCD-EFGH",
               procedure="juminhyo", template="received", at=FRIDAY_NOON)
SECOND = replace(FIRST, id="case-1:9:0", template="to_pay", at=FRIDAY_NOON + timedelta(hours=1))


@pytest.fixture(params=["memory", "dynamodb"])
def letters(request: pytest.FixtureRequest) -> Letters:
    """Both in turn; the real one under a municipality of its own."""
    if request.param == "memory":
        return MemoryLetters()
    Row.Meta.host = request.getfixturevalue("store_url")
    return TableLetters(f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}")


def test_letters_wait_for_their_department_the_oldest_first(letters: Letters) -> None:
    for one in (SECOND, FIRST, replace(FIRST, id="case-2:3:0", department="zeimu")):
        letters.put(one)
    assert letters.of("shimin") == (FIRST, SECOND)


def test_a_letter_that_is_put_twice_is_there_once_and_stays_printed(letters: Letters) -> None:
    letters.put(FIRST)
    assert letters.printed(FIRST, YAMADA, FRIDAY_NOON)
    letters.put(FIRST)
    assert letters.of("shimin") == (replace(FIRST, printed_at=FRIDAY_NOON, printed_by=YAMADA),)


def test_of_two_who_mark_a_letter_one_has_done_it(letters: Letters) -> None:
    letters.put(FIRST)
    assert letters.printed(FIRST, YAMADA, FRIDAY_NOON)
    assert not letters.printed(FIRST, OfficerId("staff-suzuki"), FRIDAY_NOON)
    assert not letters.printed(SECOND, YAMADA, FRIDAY_NOON)  # never put


def test_a_mark_is_taken_back_and_can_be_made_again(letters: Letters) -> None:
    letters.put(FIRST)
    letters.printed(FIRST, YAMADA, FRIDAY_NOON)
    letters.not_printed(letters.of("shimin")[0])
    assert letters.of("shimin") == (FIRST,)
    assert letters.printed(FIRST, YAMADA, FRIDAY_NOON + timedelta(minutes=1))
