"""What counts of attempts must do; the memory one and the DynamoDB one are held to the same sentences."""

import secrets
from datetime import timedelta

import pytest

from chalicelib.adapters.sessions_table import TableAttempts
from chalicelib.adapters.table import Row
from chalicelib.domain.ports import Attempts
from tests.fakes.outside import MemoryAttempts
from tests.fakes.world import FRIDAY_NOON

DAY = 86400


@pytest.fixture(params=["memory", "dynamodb"])
def attempts(request: pytest.FixtureRequest) -> Attempts:
    """Both in turn; the real one under a municipality of its own."""
    if request.param == "memory":
        return MemoryAttempts()
    Row.Meta.host = request.getfixturevalue("store_url")
    return TableAttempts(f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}")


def test_ten_minutes_later_nothing_counts_any_more(attempts: Attempts) -> None:
    for _ in range(3):
        attempts.failed("here", FRIDAY_NOON)
    assert attempts.too_many("here", FRIDAY_NOON, 3)
    assert not attempts.too_many("here", FRIDAY_NOON, 4)
    assert not attempts.too_many("there", FRIDAY_NOON, 3)
    assert not attempts.too_many("here", FRIDAY_NOON + timedelta(minutes=10), 3)


def test_what_is_counted_by_the_day_counts_for_hours_and_is_over_a_day_later(attempts: Attempts) -> None:
    for hours in range(3):
        attempts.failed("texts/a", FRIDAY_NOON + timedelta(hours=hours), DAY)
    assert attempts.too_many("texts/a", FRIDAY_NOON + timedelta(hours=8), 3, DAY)
    assert not attempts.too_many("texts/a", FRIDAY_NOON + timedelta(hours=27), 3, DAY)
