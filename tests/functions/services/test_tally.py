"""Counting looks at results: known results only, by the day in Japan, and nothing about anybody."""

import json
import secrets
from datetime import UTC, date, datetime

import httpx
import pytest

from chalicelib.domain.ports import Tallies
from chalicelib.services import tally
from tests.fakes.outside import MemoryTallies
from tests.fakes.world import a_world
from tests.functions.pages.hall import PUBLIC, Hall

KONBINI = {"certificate": "juminhyo", "outcome": "konbini", "came": "search"}
FRIDAY = date(2026, 11, 20)


@pytest.fixture(params=["memory", "dynamodb"])
def tallies(request: pytest.FixtureRequest) -> Tallies:
    """Both in turn."""
    if request.param == "memory":
        return MemoryTallies()
    request.getfixturevalue("store_url")
    from chalicelib.adapters.tallies_table import TableTallies

    return TableTallies(f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}")


def test_each_look_is_one_more_and_months_stay_apart(tallies: Tallies) -> None:
    for _ in range(3):
        tallies.add(FRIDAY, "juminhyo#konbini#konbini#search#shown")
    tallies.add(date(2026, 12, 1), "juminhyo#konbini#konbini#search#shown")
    assert tallies.of_month("2026-11") == {(FRIDAY, "juminhyo#konbini#konbini#search#shown"): 3}
    assert tallies.of_month("2026-10") == {}


def test_the_day_is_the_day_in_japan() -> None:
    world = a_world()
    world.clock.now = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # half past midnight in Japan
    assert tally.seen(world.parts, KONBINI)
    counted = [(one.day, one.channel, one.times) for one in tally.of_month(world.parts, "2026-11")]
    assert counted == [(date(2026, 11, 21), "konbini", 1)]


@pytest.mark.parametrize("said", [
    {}, {**KONBINI, "certificate": "nobody"}, {**KONBINI, "outcome": "nothing"}, {**KONBINI, "came": "090-1234-5678"},
    {**KONBINI, "certificate": ["juminhyo"]}, {**KONBINI, "outcome": None}, {**KONBINI, "step": "bought"}])
def test_what_is_not_a_known_result_is_not_counted(said: dict[str, object]) -> None:
    world = a_world()
    assert not tally.seen(world.parts, said)
    assert world.tallies.counts == {}


def post(hall: Hall, body: str) -> int:
    with httpx.Client(transport=hall.transport) as visitor:
        answer = visitor.post(f"{PUBLIC}/api/v1/count", content=body, headers={"Content-Type": "application/json"})
    assert "set-cookie" not in answer.headers
    return answer.status_code


def test_the_page_sends_and_the_officer_sees() -> None:
    hall = Hall()
    assert post(hall, json.dumps(KONBINI)) == 204
    assert post(hall, json.dumps({**KONBINI, "outcome": "joho", "name": "指宿 花子"})) == 204
    assert post(hall, json.dumps({**KONBINI, "step": "followed"})) == 204
    assert all("花子" not in what for _, what in hall.world.tallies.counts)
    desk = hall.browser().get(f"{PUBLIC}/office/").submit("/office/login").get(f"{PUBLIC}/office/counts?month=2026-11")
    assert "2</b> 回" in desk.html
    assert "コンビニ" in desk.html
    assert "2026-11-20,juminhyo,konbini,konbini,search,shown,1" in desk.html
    assert "2026-11-20,juminhyo,konbini,konbini,search,followed,1" in desk.html


@pytest.mark.parametrize("body", ["", "[]", "no json", '{"certificate": "juminhyo"}', '{"a": "' + "x" * 600 + '"}'])
def test_a_strange_body_is_refused_and_stores_nothing(body: str) -> None:
    hall = Hall()
    assert post(hall, body) == 400
    assert hall.world.tallies.counts == {}


def test_the_city_can_turn_it_off() -> None:
    from dataclasses import replace

    world = a_world()
    world.parts = replace(world.parts, counting=False)
    assert post(Hall(world), json.dumps(KONBINI)) == 404
    assert world.tallies.counts == {}


def test_nobody_sees_the_numbers_without_a_login() -> None:
    hall = Hall()
    assert "ナビの数" not in hall.browser().get(f"{PUBLIC}/office/counts").html
