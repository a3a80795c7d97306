"""The log tells how the product does, in lines that a machine reads, and nothing about anybody."""

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from chalicelib import worker
from chalicelib.domain.outbox import Effect
from chalicelib.telemetry import Lines, PlaceOnly
from tests.fakes.store import MemoryStore
from tests.fakes.world import a_world
from tests.functions.pages.hall import PUBLIC, Hall, apply_and_send

CANARY = "カナリア花子"
KEYS = {"program", "route", "method", "status", "request", "cold", "milliseconds", "faults", "_aws"}


class BrokenStore(MemoryStore):
    """An outbox that fails in a way nobody foresaw, with a name in its message."""

    def lease(self, now: datetime, most: int) -> tuple[Effect, ...]:
        raise ValueError(f"name={CANARY}")


class Watched:
    """A city hall whose lines and logs are kept."""

    def __init__(self) -> None:
        self.hall = Hall()
        self.out, self.log = io.StringIO(), io.StringIO()
        self.lines = Lines(self.out, now=lambda: 1_763_600_000.0)
        self.hall.app.register_middleware(self.lines.middleware, "http")
        self.handler, self.filter = logging.StreamHandler(self.log), PlaceOnly()
        self.hall.app.log.addHandler(self.handler)
        self.hall.app.log.addFilter(self.filter)

    def told(self) -> list[dict[str, Any]]:
        """The lines, read as CloudWatch reads them: each whole and alone."""
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


@pytest.fixture
def watched() -> Iterator[Watched]:
    here = Watched()
    yield here
    here.hall.app.log.removeHandler(here.handler)
    here.hall.app.log.removeFilter(here.filter)


def test_each_request_is_one_line_under_its_route(watched: Watched) -> None:
    with httpx.Client(transport=watched.hall.transport) as visitor:
        visitor.get(f"{PUBLIC}/api/v1/health")
        visitor.get(f"{PUBLIC}/status/someSecretOfALink")
    first, second = watched.told()
    assert set(first) == KEYS
    assert (first["route"], first["method"], first["status"], first["cold"]) == ("/api/v1/health", "GET", 200, True)
    assert (second["route"], second["status"], second["cold"]) == ("/status/{token}", 404, False)


def test_cloudwatch_finds_every_metric_it_is_told_of(watched: Watched) -> None:
    with httpx.Client(transport=watched.hall.transport) as visitor:
        visitor.get(f"{PUBLIC}/api/v1/health")
    watched.lines.round({"left": 1, "waiting": 0, "due": 0})
    for line in watched.told():
        directive, = line["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "Madonavi"
        assert all(isinstance(line[metric["Name"]], int) for metric in directive["Metrics"])
        assert [[isinstance(line[name], str) for name in names] for names in directive["Dimensions"]] == [[True]]
        assert line["_aws"]["Timestamp"] == 1_763_600_000_000


def test_no_line_holds_anything_that_a_person_typed_or_an_address_carried(watched: Watched) -> None:
    phone = watched.hall.browser()
    status = apply_and_send(phone, mail="canary@example.jp", name_kana="カナリア", purpose=CANARY, destination=f"{CANARY}行き")
    desk = watched.hall.browser()
    desk.get(f"{PUBLIC}/office/").submit("/office/login")
    desk.get(f"{PUBLIC}/office/find?reference=canary{CANARY}")
    sent = {"User-Agent": "canary", "X-Forwarded-For": "203.0.113.77"}
    with httpx.Client(transport=watched.hall.transport, headers=sent) as visitor:
        visitor.get(f"{PUBLIC}/status/canaryInPath?q={CANARY}")
        visitor.post(f"{PUBLIC}/apply/juminhyo?name={CANARY}", data={"name": CANARY})
        visitor.post(f"{PUBLIC}/webhooks/payment", json={"canary": CANARY})
        visitor.request("CANARY", f"{PUBLIC}/api/v1/health")
    watched.lines.round(worker.tick(watched.hall.world.parts, reconcile=True))
    everything = watched.out.getvalue() + watched.log.getvalue()
    assert len(watched.told()) > 30
    assert status not in everything
    for trace in ("canary", "CANARY", "カナリア", CANARY, json.dumps(CANARY)[1:-1], "203.0.113.77", "指宿", "hanako"):
        assert trace not in everything, trace
    assert not re.search(r"[^\x00-\x7f]|\\\\u", watched.out.getvalue())


def test_an_error_that_nobody_caught_is_logged_by_its_place_and_not_by_its_message(watched: Watched) -> None:
    @watched.hall.app.route("/api/v1/broken")
    def broken() -> None:
        raise ValueError(f"name={CANARY}")

    with httpx.Client(transport=watched.hall.transport) as visitor:
        assert visitor.get(f"{PUBLIC}/api/v1/broken").status_code == 500
    assert CANARY not in watched.log.getvalue()
    assert "unexpected error at ValueError" in watched.log.getvalue()
    assert "test_telemetry.py:" in watched.log.getvalue()
    assert watched.told()[-1]["faults"] == 1


def test_a_round_of_the_worker_says_what_left_and_what_waits() -> None:
    world = a_world()
    hall = Hall(world)
    apply_and_send(hall.browser())
    world.mailer.down = True
    waits = worker.tick(world.parts, reconcile=True)
    assert (waits["left"], waits["due"], waits["open_payments"]) == (0, 0, 0)
    assert waits["waiting"] > 0
    world.mailer.down = False
    world.clock.pass_(minutes=2)
    after = worker.tick(world.parts, reconcile=False)
    assert (after["left"], after["waiting"]) == (waits["waiting"], 0)
    assert "open_payments" not in after


def test_a_round_that_breaks_off_tells_lambda_no_message(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(worker.RoundFailed) as failed:
        worker.guarded(replace(a_world().parts, outbox=BrokenStore()), reconcile=True)
    assert str(failed.value) == ""
    assert "unexpected error at ValueError" in caplog.text
    assert CANARY not in caplog.text
