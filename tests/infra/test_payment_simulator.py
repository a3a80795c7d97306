"""The payment simulator keeps its books like an honest provider: no yen twice, no answer lost, no notice forgotten."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient

from chalicelib.adapters.payment_provider import HttpPaymentProvider
from chalicelib.domain.errors import ProviderRefused
from content.rules.opening import JAPAN
from infra.local.database import Database
from infra.local.payment.app import create_app
from infra.local.payment.notices import PAUSES, Sender
from infra.local.payment.provider import SCHEMA, Provider

SECRET, SIGNING = "sk_practice", "whsec_practice"
CALLER = {"Authorization": f"Bearer {SECRET}"}
NOON = 1_795_143_600.0
JUMINHYO = {"reference": "m462101-3f2504e0-f1-a1", "amount": 410, "currency": "JPY", "name": "手数料",
            "success_url": "http://localhost/status/x", "cancel_url": "http://localhost/status/x",
            "expires_at": int(NOON) + 1800, "metadata": {"reference": "m462101-3f2504e0-f1-a1"}}


class City:
    """The receiver of notices: what it was told, and what it answers next (2xx when nothing is set)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bytes]] = []
        self.answers: list[int] = []

    def take(self, request: httpx.Request) -> httpx.Response:
        """One notice arrives."""
        self.told.append((request.headers["madopay-signature"], request.content))
        return httpx.Response(self.answers.pop(0) if self.answers else 200)

    def types(self) -> list[str]:
        """What happened, as told."""
        return [json.loads(body)["type"] for _, body in self.told]


class World:
    """The simulator over a file, with a clock that stands still until it is moved."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.at = NOON
        self.city = City()
        self.start()

    def start(self) -> None:
        """Start on what is on disk, as after kill -9."""
        database = Database(self.file, SCHEMA)
        self.provider = Provider(database, "http://localhost:8083", lambda: self.at)
        self.client: FlaskClient = create_app(self.provider, SECRET).test_client()
        self.sender = Sender(database, self.provider, to="http://city.example/webhooks/payment", secret=SIGNING,
                             http=httpx.Client(transport=httpx.MockTransport(self.city.take)), now=lambda: self.at)

    def open(self, **changed: object) -> tuple[int, dict[str, object]]:
        """POST /v1/checkouts, always under the same key."""
        answer = self.client.post("/v1/checkouts", json={**JUMINHYO, **changed},
                                  headers={**CALLER, "Idempotency-Key": "a1:open"})
        return answer.status_code, answer.get_json()

    def refund(self, checkout: object, amount: object, key: str) -> tuple[int, dict[str, object]]:
        """POST /v1/refunds."""
        answer = self.client.post("/v1/refunds", json={"checkout": checkout, "amount": amount, "reason": "decision_changed"},
                                  headers={**CALLER, "Idempotency-Key": key})
        return answer.status_code, answer.get_json()

    def pay(self, checkout: object, card: str = "4242 4242 4242 4242", answer: str = "pay") -> str:
        """What the payer's browser shows or where it is sent."""
        shown = self.client.post(f"/pay/{checkout}", data={"card": card, "answer": answer})
        return shown.headers.get("Location") or shown.get_data(as_text=True)

    def asked(self, checkout: object) -> dict[str, object]:
        """GET /v1/checkouts/{id}."""
        told: dict[str, object] = self.client.get(f"/v1/checkouts/{checkout}", headers=CALLER).get_json()
        return told


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "payment.db")


def test_a_caller_without_the_key_learns_nothing(world: World) -> None:
    assert world.client.get("/v1/events").status_code == 401
    assert world.client.get("/v1/events", headers={"Authorization": "Bearer guessed"}).status_code == 401


def test_the_same_key_and_body_opens_one_page_however_often_it_is_sent(world: World) -> None:
    answers = [world.open() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(world.provider.by_reference(str(JUMINHYO["reference"]))) == 1


def test_the_same_key_with_another_amount_is_refused(world: World) -> None:
    world.open()
    status, told = world.open(amount=300)
    assert (status, told["error"]) == (409, {"code": "idempotency_mismatch"})


def test_a_key_is_forgotten_after_a_day_as_with_real_providers(world: World) -> None:
    _, first = world.open()
    world.at += 25 * 3600
    status, second = world.open(expires_at=int(world.at) + 1800)
    assert status == 200
    assert second["id"] != first["id"]


@pytest.mark.parametrize("wrong", [
    {"amount": "410"}, {"amount": 410.0}, {"amount": True}, {"amount": 49}, {"currency": "USD"}, {"reference": "受付"},
    {"reference": "a" * 61}, {"expires_at": int(NOON) - 1}, {"colour": "red"}, {"metadata": None},
])
def test_a_parameter_that_is_wrong_or_unknown_is_refused(world: World, wrong: Mapping[str, object]) -> None:
    assert world.open(**wrong)[0] == 400


def test_a_declined_card_leaves_the_page_open_and_another_card_pays(world: World) -> None:
    id = world.open()[1]["id"]
    assert "使えませんでした" in world.pay(id, "4000000000000002")
    assert world.asked(id)["status"] == "open"
    assert world.pay(id) == JUMINHYO["success_url"]
    assert world.asked(id)["captured"] == {"amount": 410, "at": int(NOON)}


def test_the_card_that_needs_a_check_pays_only_after_the_check(world: World) -> None:
    id = world.open()[1]["id"]
    assert "本人確認" in world.pay(id, "4000 0000 0000 3220")
    assert "使えませんでした" in world.pay(id, "4000 0000 0000 3220", "challenge-failed")
    assert world.asked(id)["status"] == "open"
    assert world.pay(id, "4000 0000 0000 3220", "challenge-passed") == JUMINHYO["success_url"]
    assert world.asked(id)["status"] == "paid"


def test_the_second_of_two_open_tabs_is_told_that_it_is_paid_and_takes_no_money(world: World) -> None:
    id = world.open()[1]["id"]
    world.pay(id)
    assert "すでに支払われています" in world.pay(id)
    assert world.asked(id)["captured"] == {"amount": 410, "at": int(NOON)}


def test_a_page_whose_time_has_passed_takes_no_money(world: World) -> None:
    id = world.open()[1]["id"]
    world.at += 1801
    assert "期限が切れました" in world.pay(id)
    assert world.asked(id)["status"] == "expired"


def test_an_expired_page_is_told_of_though_nobody_asked(world: World) -> None:
    world.open()
    world.at += 1801
    world.provider.expire_all_late()
    world.sender.round()
    assert world.city.types() == ["checkout.expired"]


def test_closing_a_paid_page_answers_that_it_is_paid(world: World) -> None:
    id = world.open()[1]["id"]
    world.pay(id)
    answer = world.client.post(f"/v1/checkouts/{id}/expire", headers=CALLER)
    assert (answer.status_code, answer.get_json()["status"]) == (409, "paid")


def test_money_is_given_back_in_parts_and_never_more_than_was_taken(world: World) -> None:
    id = world.open()[1]["id"]
    world.pay(id)
    assert world.refund(id, 200, "r1")[0] == 200
    assert world.refund(id, 200, "r1")[0] == 200  # the same refund asked again
    assert world.asked(id)["refunded"] == 200
    assert world.refund(id, 211, "r2") == (400, {"error": {"code": "over_refund"}})
    status, told = world.refund(id, 210, "r3")
    assert status == 200
    assert world.asked(id)["refunded"] == 410
    assert world.client.get(f"/v1/refunds/{told['id']}", headers=CALLER).get_json() == told


def test_nothing_is_given_back_of_what_was_never_paid(world: World) -> None:
    id = world.open()[1]["id"]
    assert world.refund(id, 1, "r1") == (400, {"error": {"code": "over_refund"}})
    assert world.refund("co_unknown", 1, "r2")[0] == 404


def test_what_was_captured_on_a_day_is_listed_piece_by_piece(world: World) -> None:
    http = httpx.Client(transport=httpx.WSGITransport(world.client.application))
    adapter = HttpPaymentProvider("http://pay.example", SECRET, (SIGNING,), http)
    soon = datetime.fromtimestamp(NOON + 900, UTC)
    today = datetime.fromtimestamp(NOON, JAPAN).date()
    for number in range(203):
        opened = adapter.open(f"m462101-x-f1-a{number}", 410, back_to="http://localhost/", expires_at=soon)
        if number % 2:
            world.provider.pay(opened.id)
    assert [one.captured for one in adapter.captured_on(today)] == [410] * 101
    assert adapter.captured_on(today - timedelta(days=1)) == adapter.captured_on(today + timedelta(days=1)) == ()
    with pytest.raises(ProviderRefused):
        adapter.refund(opened.id, 411, key="r1")


def test_a_notice_is_signed_over_its_time_and_exact_bytes(world: World) -> None:
    world.pay(world.open()[1]["id"])
    world.sender.round()
    header, body = world.city.told[0]
    mac = hmac.new(SIGNING.encode(), f"{int(NOON)}.".encode() + body, hashlib.sha256).hexdigest()
    assert header == f"t={int(NOON)},v1={mac}"


@pytest.mark.parametrize("answer", [301, 302, 400, 500, 502])
def test_a_notice_is_sent_again_with_growing_pauses_until_it_is_taken(world: World, answer: int) -> None:
    world.pay(world.open()[1]["id"])
    world.city.answers = [answer] * 3
    for pause in PAUSES[:3]:
        assert world.sender.round() == 0
        assert world.sender.round() == 0  # not yet
        world.at += pause
    assert world.sender.round() == 1
    world.at += 3600
    assert world.sender.round() == 0
    assert len(world.city.told) == 4
    assert len({body for _, body in world.city.told}) == 1


def test_when_the_simulator_dies_between_taking_money_and_telling_of_it_nothing_is_lost(world: World) -> None:
    id = world.open()[1]["id"]
    world.pay(id)
    world.start()
    assert world.asked(id)["status"] == "paid"
    world.sender.round()
    assert world.city.types() == ["checkout.paid"]


def turn(world: World, **switches: str) -> None:
    """Press the button of the control page."""
    assert world.client.post("/control", data=switches).status_code == 303


def test_with_the_switch_for_doubles_each_notice_comes_three_times(world: World) -> None:
    turn(world, duplicate="on")
    world.pay(world.open()[1]["id"])
    world.sender.round()
    assert world.city.types() == ["checkout.paid"] * 3
    assert len({json.loads(body)["id"] for _, body in world.city.told}) == 1


def test_with_the_switch_for_order_a_late_notice_tells_how_it_was_then(world: World) -> None:
    turn(world, reorder="on")
    id = world.open()[1]["id"]
    world.pay(id, "4000000000000002")
    world.pay(id)
    world.sender.round()
    assert world.city.told == []
    world.at += 3
    world.sender.round()
    assert world.city.types() == ["checkout.paid", "checkout.declined"]
    assert [json.loads(body)["data"]["checkout"]["status"] for _, body in world.city.told] == ["paid", "open"]


def test_with_the_switch_for_loss_no_notice_comes_but_asking_tells(world: World) -> None:
    turn(world, drop="on")
    id = world.open()[1]["id"]
    world.pay(id)
    world.sender.round()
    assert world.city.told == []
    events = world.client.get("/v1/events", headers=CALLER).get_json()["data"]
    assert [event["type"] for event in events] == ["checkout.paid"]
    assert world.client.get(f"/v1/events?after={events[0]['id']}", headers=CALLER).get_json()["data"] == []
    world.client.post(f"/control/again/{id}")
    world.sender.round()
    assert world.city.types() == ["checkout.paid"]


def test_with_the_delay_a_notice_comes_only_then(world: World) -> None:
    turn(world, delay="60")
    world.pay(world.open()[1]["id"])
    world.sender.round()
    assert world.city.told == []
    world.at += 60
    world.sender.round()
    assert world.city.types() == ["checkout.paid"]


def test_the_clock_of_the_control_page_lets_a_page_expire(world: World) -> None:
    id = world.open()[1]["id"]
    turn(world, ahead="1801")
    assert world.asked(id)["status"] == "expired"


def test_the_hosted_page_names_the_amount_and_is_marked_as_practice(world: World) -> None:
    page = world.client.get(f"/pay/{world.open()[1]['id']}").get_data(as_text=True)
    assert "410円" in page
    assert "練習用" in page
    assert "ページが見つかりません" in world.client.get("/pay/co_unknown").get_data(as_text=True)
