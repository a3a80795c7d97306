"""What a shelf of sittings must do; the memory one and the DynamoDB one are held to the same sentences."""

import secrets
from datetime import timedelta

import pytest

from chalicelib.adapters.sittings_table import TableSittings
from chalicelib.adapters.table import KeyRow, Row
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.errors import AlreadyThere, NotFound, Stale
from chalicelib.domain.sitting import Left, Sitting, Sittings, Turn, hash_of
from tests.fakes.sittings import MemorySittings
from tests.fakes.world import FRIDAY_NOON

SHE, HE = ApplicationId("3f2504e0-4f89-41d3-9a0c-0305e82c3301"), ApplicationId("3f2504e0-4f89-41d3-9a0c-0305e82c3302")
LATER = FRIDAY_NOON + timedelta(minutes=10)


@pytest.fixture(params=["memory", "dynamodb"])
def sittings(request: pytest.FixtureRequest) -> Sittings:
    """Both in turn."""
    if request.param == "memory":
        return MemorySittings()
    for table in (Row, KeyRow):
        table.Meta.host = request.getfixturevalue("store_url")
    return TableSittings(f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}")


def a_sitting(case: ApplicationId = SHE) -> Sitting:
    """山田 lends a tablet for 水道."""
    return Sitting(case=case, procedure="suido-kaishi", department="shimin", officer=OfficerId("yamada"), officer_name="山田 直子",
                   began_at=FRIDAY_NOON)


def test_a_sitting_comes_back_as_it_was_stored(sittings: Sittings) -> None:
    first = a_sitting()
    sittings.put(first)
    then = first.with_code(Turn.LOOK, 1, ("a", "b"), FRIDAY_NOON)
    sittings.put(then)
    paired = then.paired("tablet", LATER)
    sittings.put(paired)
    assert sittings.get(SHE) == paired
    sittings.put(back := paired.back(Left.IDLE, LATER))
    assert sittings.all() == (back,)


def test_of_two_who_change_it_at_once_one_is_told(sittings: Sittings) -> None:
    first = a_sitting()
    sittings.put(first)
    with pytest.raises(Stale):
        sittings.put(first)
    sittings.put(first.heard(LATER))
    with pytest.raises(Stale):
        sittings.put(first.knocked(LATER))


def test_a_sitting_that_was_dropped_is_unknown(sittings: Sittings) -> None:
    sittings.put(a_sitting())
    sittings.put(a_sitting(HE))
    sittings.drop(SHE)
    sittings.drop(SHE)
    with pytest.raises(NotFound):
        sittings.get(SHE)
    assert [one.case for one in sittings.all()] == [HE]


def test_a_code_leads_to_one_sitting_until_its_time_is_over(sittings: Sittings) -> None:
    pin = hash_of("123456")
    sittings.lead(pin, SHE, until=LATER, now=FRIDAY_NOON)
    assert sittings.by_code(pin, FRIDAY_NOON) == SHE
    with pytest.raises(AlreadyThere):
        sittings.lead(pin, HE, until=LATER, now=FRIDAY_NOON)
    with pytest.raises(NotFound):
        sittings.by_code(pin, LATER)
    sittings.lead(pin, HE, until=LATER + timedelta(minutes=10), now=LATER)
    assert sittings.by_code(pin, LATER) == HE


def test_a_code_that_nobody_made_leads_nowhere(sittings: Sittings) -> None:
    with pytest.raises(NotFound):
        sittings.by_code(hash_of("000000"), FRIDAY_NOON)
