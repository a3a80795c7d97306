"""What only Stripe does: kept failures, vouchers, events that are hints, requests held to Stripe's own types."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from chalicelib.adapters import stripe_checkout
from chalicelib.adapters.stripe_checkout import StripeCheckout
from chalicelib.domain.errors import ForgedNotice, ProviderDown
from chalicelib.domain.payment import AttemptStatus
from chalicelib.domain.ports import Checkout, Notice
from tests.contract.excerpt import API_VERSION, request_faults
from tests.contract.stripe_books import Json
from tests.contract.stripe_double import StripeDouble, signature
from tests.fakes.world import FRIDAY_NOON, FakeClock

KEY = "m462101-3f2504e04f8941d39a0c0305e82c3301-f1-a1"
SECRET = "whsec_made_up"
SESSIONS = "/v1/checkout/sessions"


@dataclass(frozen=True)
class City:
    """Our adapter, and Stripe's double with a clock that a test moves."""

    adapter: StripeCheckout
    stripe: StripeDouble
    clock: FakeClock

    def open(self, key: str = KEY) -> Checkout:
        """A page of 410 yen for an hour."""
        return self.adapter.open(key, 410, back_to="https://navi.example/x", expires_at=self.clock() + timedelta(hours=1))

    def paid(self) -> Checkout:
        """A page that was paid by card."""
        opened = self.open()
        self.stripe.books.pay(opened.id)
        return opened

    def told(self, event: Json, *secrets: str) -> Notice | None:
        """What we read in a webhook."""
        body = self.stripe.notice(event)
        headers = signature(body, self.clock().timestamp(), *(secrets or (SECRET,)))
        return self.adapter.read_notice(headers, body, now=self.clock())


@pytest.fixture
def city() -> Iterator[City]:
    """Noon of a Friday, nothing opened yet."""
    clock = FakeClock()
    with StripeDouble(lambda: clock().timestamp()) as stripe, closing(httpx.Client(timeout=0.25)) as http:
        yield City(StripeCheckout(stripe.url, stripe.secret, (SECRET,), http), stripe, clock)
        assert stripe.broken_promises == []


def test_we_speak_the_version_of_the_types_that_requests_are_held_to() -> None:
    assert stripe_checkout.API_VERSION == API_VERSION


def test_stripe_learns_the_amount_and_our_key_and_nothing_of_the_person(city: City) -> None:
    city.open()
    _, _, form, key = city.stripe.seen[0]
    assert key == f"{KEY}:open"
    assert form["line_items"] == [{"quantity": "1", "price_data": {"currency": "jpy", "unit_amount": "410",
                                                                   "product_data": {"name": "手数料"}}}]
    assert (form["mode"], form["locale"], form["client_reference_id"]) == ("payment", "ja", KEY)
    assert form["metadata"] == form["payment_intent_data"]["metadata"] == {"attempt": KEY}
    assert form["adaptive_pricing"] == {"enabled": "false"}
    assert not {"customer", "customer_email", "phone_number_collection"} & set(form)


@pytest.mark.parametrize("wrong", [
    {"payment_method_types": ["card"]}, {"line_items": [{"price_data": {"unit_amount": "410"}}]}, {"expires_at": "soon"},
    {"locale": "jp"}, {"adaptive_pricing": {"enabled": "no"}}, {"line_items": [{"price_data": {"currency": "jpy", "yen": "1"}}]},
    {"shipping_options": [{}]},
])
def test_the_double_would_notice_a_parameter_that_stripe_does_not_know(wrong: Json) -> None:
    assert request_faults("POST /v1/checkout/sessions", wrong)


def test_a_page_outside_half_an_hour_to_a_day_is_refused(city: City) -> None:
    for hours in (0.1, 25):
        with pytest.raises(ProviderDown):
            city.adapter.open(KEY, 410, back_to="https://x", expires_at=city.clock() + timedelta(hours=hours))


@pytest.mark.parametrize("fault", ["lost", "slow", "429", "500", "kept-500", "done-500"])
def test_after_any_failure_pressing_again_gives_exactly_one_page(city: City, fault: str) -> None:
    city.stripe.faults.append(fault)
    with pytest.raises(ProviderDown):
        city.open()
    city.clock.pass_(minutes=1)
    opened = city.open()
    assert list(city.stripe.books.sessions) == [opened.id]
    assert city.open().id == opened.id


def test_two_tabs_a_moment_apart_send_the_same_request_so_stripe_itself_gives_one_page(city: City) -> None:
    """At the very same moment there is nothing yet to look for: only the same body under the same key is safe."""
    city.clock.pass_(minutes=1)
    first = city.open()
    city.clock.pass_(seconds=5)
    assert city.open().id == first.id
    assert city.stripe.seen[0] == city.stripe.seen[1]
    assert len(city.stripe.seen) == 2


@pytest.mark.parametrize("fault", ["lost", "kept-500", "done-500"])
def test_pressing_again_much_later_gives_one_page_too(city: City, fault: str) -> None:
    """By then the page would end later, so Stripe refuses the key; what the first try left is looked for."""
    city.stripe.faults.append(fault)
    with pytest.raises(ProviderDown):
        city.open()
    city.clock.pass_(minutes=40)
    opened = city.open()
    assert list(city.stripe.books.sessions) == [opened.id]


def test_a_page_that_ended_before_anybody_saw_it_is_told_as_ended(city: City) -> None:
    city.stripe.faults.append("lost")
    with pytest.raises(ProviderDown):
        city.open()
    city.clock.pass_(hours=2)
    assert city.open().status is AttemptStatus.EXPIRED


def test_a_page_is_found_among_many_others_and_not_before_its_time(city: City) -> None:
    first = city.open()
    for number in range(2, 130):
        city.open(KEY.replace("-a1", f"-a{number}"))
    found = city.adapter.find(KEY, since=city.clock() - timedelta(hours=1))
    assert found is not None
    assert found.id == first.id
    assert city.adapter.find(KEY, since=city.clock() + timedelta(seconds=1)) is None


def test_a_voucher_is_not_money_and_no_second_page_is_needed_while_it_lives(city: City) -> None:
    opened = city.open()
    city.stripe.books.take_voucher(opened.id, days=3)
    waiting = city.adapter.inquire(opened.id)
    assert (waiting.status, waiting.captured) == (AttemptStatus.OPEN, 0)
    assert waiting.expires_at == FRIDAY_NOON + timedelta(days=3)
    assert "voucher" in waiting.url


def test_money_paid_at_the_till_days_later_counts(city: City) -> None:
    opened = city.open()
    completed = city.stripe.books.take_voucher(opened.id)
    first = city.told(completed)
    assert first is not None
    assert first.checkout.status is AttemptStatus.OPEN
    city.clock.pass_(days=2)
    second = city.told(city.stripe.books.pay_voucher(opened.id))
    assert second is not None
    assert (second.checkout.status, second.checkout.captured) == (AttemptStatus.PAID, 410)


def test_a_voucher_that_ran_out_ends_the_attempt(city: City) -> None:
    opened = city.open()
    city.stripe.books.take_voucher(opened.id)
    notice = city.told(city.stripe.books.lose_voucher(opened.id))
    assert notice is not None
    assert notice.checkout.status is AttemptStatus.EXPIRED


def test_closing_takes_a_voucher_back(city: City) -> None:
    opened = city.open()
    city.stripe.books.take_voucher(opened.id)
    assert city.adapter.close(opened.id).status is AttemptStatus.EXPIRED
    assert next(iter(city.stripe.books.intents.values()))["status"] == "canceled"


def test_money_that_is_on_its_way_and_cannot_be_stopped_is_told_as_open(city: City) -> None:
    opened = city.open()
    city.stripe.books.take_voucher(opened.id)
    next(iter(city.stripe.books.intents.values())).update(status="processing", next_action=None)
    closed = city.adapter.close(opened.id)
    assert (closed.status, closed.url) == (AttemptStatus.OPEN, "")
    assert closed.expires_at > city.clock() + timedelta(days=59)


def test_what_was_refunded_by_hand_at_stripe_is_not_refunded_again(city: City) -> None:
    opened = city.paid()
    city.stripe.books.give_back_by_hand(opened.id, 410)
    city.adapter.refund(opened.id, 410, key="case:9:0")
    assert len(city.stripe.books.refunds) == 1


def test_a_refund_asked_for_again_after_stripe_forgot_the_key_is_made_once(city: City) -> None:
    opened = city.paid()
    city.adapter.refund(opened.id, 200, key="case:9:0")
    city.clock.pass_(days=3)
    city.adapter.refund(opened.id, 200, key="case:9:0")
    assert [one["amount"] for one in city.stripe.books.refunds.values()] == [200]


@pytest.mark.parametrize("fault", ["lost", "429", "500", "kept-500", "done-500"])
def test_a_refund_that_failed_midway_is_made_once_when_it_is_tried_again(city: City, fault: str) -> None:
    opened = city.paid()
    city.stripe.faults += ["", "", fault]
    with pytest.raises(ProviderDown):
        city.adapter.refund(opened.id, 410, key="case:9:0")
    city.adapter.refund(opened.id, 410, key="case:9:0")
    assert [one["amount"] for one in city.stripe.books.refunds.values()] == [410]
    sent = [form for method, path, form, _ in city.stripe.seen if (method, path) == ("POST", "/v1/refunds")]
    assert all(form["amount"] == "410" and form["reason"] == "requested_by_customer" for form in sent)


def test_a_refund_that_stripe_could_not_carry_out_stays_visible(city: City) -> None:
    opened = city.paid()
    city.adapter.refund(opened.id, 410, key="case:9:0")
    next(iter(city.stripe.books.refunds.values()))["status"] = "failed"
    with pytest.raises(ProviderDown):
        city.adapter.refund(opened.id, 410, key="case:9:0")


def test_money_given_back_at_stripe_is_told(city: City) -> None:
    opened = city.paid()
    city.stripe.books.give_back_by_hand(opened.id, 100)
    for event in city.stripe.books.events[-2:]:
        notice = city.told(event)
        assert notice is not None
        assert (notice.checkout.reference, notice.checkout.captured, notice.checkout.refunded) == (KEY, 410, 100)


def test_an_event_is_a_hint_and_stripe_is_asked_for_the_truth(city: City) -> None:
    """Somebody who learned the signing secret can still not make a page paid."""
    opened = city.open()
    city.stripe.books.pay(opened.id)
    event = city.stripe.books.events[-1]
    other = city.open(KEY.replace("-a1", "-a2"))
    event["data"]["object"].update(id=other.id, client_reference_id=other.reference)
    notice = city.told(event)
    assert notice is not None
    assert (notice.checkout.id, notice.checkout.status) == (other.id, AttemptStatus.OPEN)


def test_an_old_event_tells_how_it_stands_now(city: City) -> None:
    opened = city.open()
    completed = city.stripe.books.take_voucher(opened.id)
    city.stripe.books.pay_voucher(opened.id)
    notice = city.told(completed)
    assert notice is not None
    assert notice.checkout.status is AttemptStatus.PAID


def test_events_of_other_kinds_and_of_other_shops_are_taken_and_change_nothing(city: City) -> None:
    opened = city.paid()
    completed = city.stripe.books.events[-1]
    assert city.told({**completed, "type": "payment_intent.succeeded"}) is None
    stranger = {**completed, "data": {"object": {**completed["data"]["object"], "metadata": {}}}}
    assert city.told(stranger) is None
    city.stripe.books.sessions[opened.id]["metadata"] = {}
    assert city.told(city.stripe.books.give_back_by_hand(opened.id, 1) and city.stripe.books.events[-1]) is None


def test_while_keys_are_rolled_a_notice_bears_two_signatures(city: City) -> None:
    city.paid()
    assert city.told(city.stripe.books.events[-1], "whsec_coming", SECRET) is not None
    with pytest.raises(ForgedNotice):
        city.told(city.stripe.books.events[-1], "whsec_coming", "whsec_gone")


def test_practice_money_does_not_count_where_the_key_is_live(city: City) -> None:
    city.paid()
    body = city.stripe.notice(city.stripe.books.events[-1])
    with httpx.Client() as http, pytest.raises(ForgedNotice):
        StripeCheckout(city.stripe.url, "rk_live_made_up", (SECRET,), http).read_notice(
            signature(body, FRIDAY_NOON.timestamp(), SECRET), body, now=FRIDAY_NOON)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"not json", b"\xff",
                                  b'{"id": 1, "type": [], "livemode": false, "data": {"object": 1}}',
                                  b'{"id": "e", "type": "t", "livemode": false, "data": null}'])
def test_a_signed_notice_of_another_shape_is_refused_without_a_crash(city: City, body: bytes) -> None:
    with pytest.raises(ForgedNotice):
        city.adapter.read_notice(signature(body, FRIDAY_NOON.timestamp(), SECRET), body, now=FRIDAY_NOON)


def test_a_wrong_key_or_another_version_is_no_answer(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = city.open()
    with httpx.Client() as http, pytest.raises(ProviderDown):
        StripeCheckout(city.stripe.url, "rk_test_gone", (SECRET,), http).inquire(opened.id)
    monkeypatch.setattr(stripe_checkout, "API_VERSION", "2020-08-27")
    with pytest.raises(ProviderDown):
        city.adapter.inquire(opened.id)


@pytest.mark.parametrize("change", [{"object": "order"}, {"currency": "usd"}, {"amount_total": None, "expires_at": None},
                                    {"payment_status": "paid"}])
def test_a_page_that_reads_strangely_is_no_answer(change: Json) -> None:
    page: Json = {"id": "cs_1", "object": "checkout.session", "currency": "jpy", "status": "open", "payment_status": "unpaid",
                  "payment_intent": None, "url": "https://x", "expires_at": 1, "amount_total": 410, "client_reference_id": KEY}
    network = httpx.MockTransport(lambda request: httpx.Response(200, json={**page, **change}))
    with httpx.Client(transport=network) as http, pytest.raises(ProviderDown):
        StripeCheckout("https://api.example", "rk_test", (SECRET,), http).inquire("cs_1")
