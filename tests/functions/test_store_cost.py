"""docs/store.md tells what each route really costs."""

import re

from tests.functions.store_cost import DOCUMENT, Cost, document, measure


def test_the_page_about_reads_and_writes_is_true(store_url: str) -> None:
    costs = measure(store_url)
    assert DOCUMENT.read_text("utf-8") == document(costs), "run `make docs`"


def test_no_page_that_only_shows_something_writes_more_than_the_session() -> None:
    shown = re.findall(r"^\| GET \| `([^`]+)` \| \d+ \| \d+ \| (\d+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert len(shown) > 10
    # Coming back from a login or from paying is a GET that has to take in what happened.
    takes_in = {"/apply/identity/return", "/office/login/return", "/status/{token}/paid"}
    assert {path: int(writes) for path, writes in shown if path not in takes_in and int(writes) > 1} == {}


def test_costs_are_compared_by_the_larger_of_each() -> None:
    assert Cost(1, 0, 5).most(Cost(2, 1, 0)) == Cost(2, 1, 5)
