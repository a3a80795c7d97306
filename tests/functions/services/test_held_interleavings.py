"""In whatever order resident, tablet and officers act: nothing goes on but what the resident said yes to (goal 32)."""

import pytest

from tests.prove.tablet_interleavings import explore, hands_in_carelessly, steps

SHALLOW = 5
"""Steps here; `make prove-tablet` goes to eight."""


@pytest.mark.parametrize("from_", ["writing", "confirmed"])
def test_no_order_of_steps_lets_changed_content_go_on(from_: str) -> None:
    found = explore(SHALLOW, from_=from_)
    assert found.changed == []
    assert found.sequences == len(steps()) ** SHALLOW


def test_confirmed_content_does_go_on() -> None:
    assert explore(3, from_="confirmed").accepted > 0


def test_the_search_would_find_a_console_that_does_not_ask() -> None:
    assert explore(4, from_="confirmed", possible=steps(hands_in_carelessly)).changed != []
