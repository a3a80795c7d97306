"""What the provider says adds up to one truth, in whatever order and however often it arrives."""

from datetime import timedelta
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.payment import AttemptStatus, Said, application_of, attempt_key, fold
from tests.fakes.world import FRIDAY_NOON

CASE = ApplicationId("3f2504e0-4f89-41d3-9a0c-0305e82c3301")


def said(status: AttemptStatus, at: int = 0, refunded: int = 0) -> Said:
    """One thing said of an attempt over 410 yen."""
    return Said(id=f"{status}-{at}-{refunded}", attempt=attempt_key("462101", CASE, 1, 1), status=status,
                yen=410 if status is AttemptStatus.PAID else 0, refunded=refunded, at=FRIDAY_NOON + timedelta(seconds=at))


@pytest.mark.parametrize("order", list(permutations([
    said(AttemptStatus.OPEN), said(AttemptStatus.DECLINED, 1), said(AttemptStatus.EXPIRED, 2), said(AttemptStatus.PAID, 3)])))
def test_money_taken_is_money_taken_whatever_was_said_before_or_after(order: tuple[Said, ...]) -> None:
    assert fold(order).status is AttemptStatus.PAID
    assert fold(order).captured == 410


@given(st.lists(st.builds(said, st.sampled_from(AttemptStatus), st.integers(0, 3), st.sampled_from([0, 410])), max_size=8),
       st.randoms())
def test_order_and_repeats_never_change_the_result(history: list[Said], chance: Random) -> None:
    shuffled = [*history, *history]
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(history)


def test_an_attempt_key_is_short_plain_and_leads_back_to_its_case() -> None:
    for decision, number in product((1, 99), (1, 99)):
        key = attempt_key("462101", CASE, decision, number)
        assert len(key) <= 60
        assert key.isascii()
        assert application_of(key) == CASE


@pytest.mark.parametrize("foreign", ["", "pay_123", "m462101-short-f1-a1", "x-3f2504e04f8941d39a0c0305e82c3301-f1-a1"])
def test_a_key_that_is_not_ours_is_refused(foreign: str) -> None:
    with pytest.raises(ValueError, match="not an attempt key"):
        application_of(foreign)
