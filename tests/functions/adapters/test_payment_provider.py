"""Speaking to a payment provider: lost answers are asked for again, and a forged notice is never believed."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from chalicelib.adapters.payment_provider import HttpPaymentProvider
from chalicelib.domain.errors import ForgedNotice, ProviderDown
from chalicelib.domain.payment import AttemptStatus
from tests.fakes.world import FRIDAY_NOON

KEY = "m462101-3f2504e04f8941d39a0c0305e82c3301-f1-a1"
OPEN = {"id": "co_1", "reference": KEY, "url": "http://pay.example/co_1", "amount": 410, "status": "open", "captured": None,
        "refunded": 0, "expires_at": 1790000000, "metadata": {}}
PAID = {**OPEN, "status": "paid", "captured": {"amount": 410, "at": 1789999000}}


def provider(*answers: tuple[int, object]) -> tuple[HttpPaymentProvider, list[httpx.Request]]:
    """An adapter whose provider gives these answers in turn, and the requests it saw."""
    seen: list[httpx.Request] = []
    waiting = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        status, body = waiting.pop(0)
        return httpx.Response(status, json=body) if not isinstance(body, str) else httpx.Response(status, text=body)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return HttpPaymentProvider("http://pay.example", "sk_test", ("new-secret", "old-secret"), http), seen


NEW = "new-secret"


def signed(body: bytes, at: datetime = FRIDAY_NOON, secret: str = NEW) -> dict[str, str]:
    """The header of a notice as the provider signs it."""
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"madopay-signature": f"t={stamp},v1={mac}"}


NOTICE = json.dumps({"id": "evt_1", "type": "checkout.paid", "created": 1, "data": {"checkout": PAID}}).encode()


def test_an_opened_page_carries_the_key_the_amount_and_nothing_personal() -> None:
    adapter, seen = provider((200, OPEN))
    checkout = adapter.open(KEY, 410, back_to="http://localhost/status/x", expires_at=datetime(2026, 11, 20, 4, tzinfo=UTC))
    assert (checkout.id, checkout.yen, checkout.status) == ("co_1", 410, AttemptStatus.OPEN)
    assert seen[0].headers["idempotency-key"] == f"{KEY}:open"
    assert json.loads(seen[0].content)["name"] == "手数料"


def test_when_the_first_answer_was_lost_the_page_is_found_by_its_key() -> None:
    adapter, _ = provider((409, {"error": {"code": "idempotency_mismatch"}}), (200, {"data": [OPEN]}))
    assert adapter.open(KEY, 410, back_to="x", expires_at=FRIDAY_NOON).id == "co_1"


def test_a_key_that_was_used_for_another_amount_is_an_alarm_and_not_a_payment() -> None:
    adapter, _ = provider((409, {}), (200, {"data": [{**OPEN, "amount": 300}]}))
    with pytest.raises(ProviderDown):
        adapter.open(KEY, 410, back_to="x", expires_at=FRIDAY_NOON)


def test_closing_a_page_that_was_paid_meanwhile_tells_that_it_was_paid() -> None:
    adapter, _ = provider((409, PAID), (200, PAID))
    assert adapter.close("co_1").status is AttemptStatus.PAID


@pytest.mark.parametrize("answer", [(500, {}), (503, "maintenance"), (429, {}), (401, {}), (200, "<html>"), (200, []),
                                    (200, {"id": "co_1"})])
def test_whatever_cannot_be_used_is_no_answer(answer: tuple[int, object]) -> None:
    adapter, _ = provider(answer)
    with pytest.raises(ProviderDown):
        adapter.inquire("co_1")


def test_a_refund_always_names_its_amount_and_its_key() -> None:
    adapter, seen = provider((200, {"id": "re_1"}))
    adapter.refund("co_1", 410, key="case:9:0")
    assert json.loads(seen[0].content)["amount"] == 410
    assert seen[0].headers["idempotency-key"] == "case:9:0"


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_a_notice_signed_with_either_secret_is_read_while_they_change(secret: str) -> None:
    adapter, _ = provider()
    notice = adapter.read_notice(signed(NOTICE, secret=secret), NOTICE, now=FRIDAY_NOON)
    assert notice is not None
    assert (notice.id, notice.checkout.captured) == ("evt_1", 410)


@pytest.mark.parametrize("headers", [
    {}, {"madopay-signature": ""}, {"madopay-signature": "t=1,v1=00"}, {"madopay-signature": "v1=00"},
    {"madopay-signature": "t=abc,v1=00"}, signed(NOTICE, secret="guessed"), signed(NOTICE + b" "),
    signed(NOTICE, FRIDAY_NOON - timedelta(minutes=6)), signed(NOTICE, FRIDAY_NOON + timedelta(minutes=6)),
])
def test_a_forged_altered_old_or_future_notice_is_refused(headers: dict[str, str]) -> None:
    adapter, _ = provider()
    with pytest.raises(ForgedNotice):
        adapter.read_notice(headers, NOTICE, now=FRIDAY_NOON)


def test_a_notice_of_a_kind_we_do_not_know_is_refused_without_a_crash() -> None:
    adapter, _ = provider()
    for body in (b"{}", b"[]", b"not json", b'{"id": "e", "data": {"checkout": null}}'):
        with pytest.raises(ForgedNotice):
            adapter.read_notice(signed(body), body, now=FRIDAY_NOON)
