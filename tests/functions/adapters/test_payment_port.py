"""What a payment provider must do for us: the simulator and the double of Stripe are held to the same sentences."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from chalicelib.adapters.payment_provider import HttpPaymentProvider
from chalicelib.adapters.stripe_checkout import StripeCheckout
from chalicelib.domain.errors import ForgedNotice, ProviderDown
from chalicelib.domain.payment import AttemptStatus
from chalicelib.domain.ports import Checkout, PaymentProvider
from infra.local.database import Database
from infra.local.payment.app import create_app
from infra.local.payment.notices import signature as simulator_signature
from infra.local.payment.provider import SCHEMA, Provider
from tests.contract.stripe_double import StripeDouble, signature
from tests.fakes.world import FRIDAY_NOON, FakeClock

KEY = "m462101-3f2504e04f8941d39a0c0305e82c3301-f1-a1"
BACK = "https://navi.example/status/x/paid"
NEW, OLD = "whsec_new", "whsec_old"
Signed = tuple[dict[str, str], bytes]


@dataclass(frozen=True)
class House:
    """One provider with its adapter, and what people do there."""

    provider: PaymentProvider
    clock: FakeClock
    pay: Callable[[str], object]
    pages: Callable[[], int]
    lose_next_answer: Callable[[], None]
    latest_notice: Callable[..., Signed]

    def open(self, key: str = KEY, yen: int = 410) -> Checkout:
        """The page of an attempt, for an hour."""
        return self.provider.open(key, yen, back_to=BACK, expires_at=self.clock() + timedelta(minutes=60))


@dataclass
class LosesAnswers(httpx.BaseTransport):
    """A network that can lose an answer after the request has had its effect."""

    inner: httpx.BaseTransport
    lose: list[bool] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        if self.lose and self.lose.pop():
            answer.close()
            raise httpx.ReadTimeout("lost")
        return answer


def at_the_simulator(file: Path, clock: FakeClock, stack: list[httpx.Client]) -> House:
    """The simulator of `make up`, in this process."""
    books = Provider(Database(file, SCHEMA), "http://pay.example", lambda: clock().timestamp())
    network = LosesAnswers(httpx.WSGITransport(app=create_app(books, "sk_practice")))
    http = httpx.Client(transport=network)
    stack.append(http)

    def latest_notice(*secrets: str, at: datetime | None = None) -> Signed:
        body = json.dumps(books.events_after("", 100)[-1]).encode()
        return {"madopay-signature": simulator_signature(secrets[-1], int((at or clock()).timestamp()), body)}, body

    return House(provider=HttpPaymentProvider("http://pay.example", "sk_practice", (NEW, OLD), http), clock=clock,
                 pay=books.pay, pages=lambda: len(books.latest()), lose_next_answer=lambda: network.lose.append(True),
                 latest_notice=latest_notice)


def at_stripe(stripe: StripeDouble, clock: FakeClock, http: httpx.Client) -> House:
    """The double of Stripe, over the loopback address."""
    def latest_notice(*secrets: str, at: datetime | None = None) -> Signed:
        body = stripe.notice(stripe.books.events[-1])
        return signature(body, (at or clock()).timestamp(), *secrets), body

    return House(provider=StripeCheckout(stripe.url, stripe.secret, (NEW, OLD), http), clock=clock, pay=stripe.books.pay,
                 pages=lambda: len(stripe.books.sessions), lose_next_answer=lambda: stripe.faults.append("lost"),
                 latest_notice=latest_notice)


@pytest.fixture(params=["simulator", "stripe"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Both providers in turn, at noon of a Friday."""
    clock = FakeClock()
    if request.param == "simulator":
        clients: list[httpx.Client] = []
        yield at_the_simulator(tmp_path / "payment.db", clock, clients)
        clients[0].close()
        return
    with StripeDouble(lambda: clock().timestamp()) as stripe, closing(httpx.Client(timeout=5)) as http:
        yield at_stripe(stripe, clock, http)
        assert stripe.broken_promises == []


def test_a_page_opened_twice_with_the_same_key_is_one_page(house: House) -> None:
    first = house.open()
    assert house.open().id == first.id
    assert house.pages() == 1
    assert (first.reference, first.yen, first.status, first.captured) == (KEY, 410, AttemptStatus.OPEN, 0)
    assert first.url.startswith("http")
    assert timedelta(minutes=60) <= first.expires_at - house.clock() <= timedelta(minutes=75)


def test_a_page_opened_again_half_an_hour_later_is_still_that_page(house: House) -> None:
    first = house.open()
    house.clock.pass_(minutes=30)
    assert house.open().id == first.id
    assert house.pages() == 1


def test_a_key_is_never_used_for_another_amount(house: House) -> None:
    house.open()
    with pytest.raises(ProviderDown):
        house.open(yen=300)
    assert house.pages() == 1


def test_a_page_whose_answer_was_lost_is_given_when_it_is_asked_for_again(house: House) -> None:
    house.lose_next_answer()
    with pytest.raises(ProviderDown):
        house.open()
    house.clock.pass_(minutes=1)
    assert house.open().status is AttemptStatus.OPEN
    assert house.pages() == 1


def test_a_page_that_nobody_noted_is_found_by_its_key(house: House) -> None:
    opened = house.open()
    house.open(key=KEY.replace("-a1", "-a2"))
    since = house.clock() - timedelta(hours=2)
    found = house.provider.find(KEY, since=since)
    assert found is not None
    assert found.id == opened.id
    assert house.provider.find(KEY.replace("-a1", "-a3"), since=since) is None


def test_money_that_was_taken_is_told_with_its_amount_and_its_moment(house: House) -> None:
    opened = house.open()
    house.pay(opened.id)
    paid = house.provider.inquire(opened.id)
    assert (paid.status, paid.captured, paid.captured_at, paid.refunded) == (AttemptStatus.PAID, 410, FRIDAY_NOON, 0)


def test_a_page_runs_out_by_itself(house: House) -> None:
    opened = house.open()
    house.clock.pass_(minutes=76)
    assert house.provider.inquire(opened.id).status is AttemptStatus.EXPIRED


def test_a_page_that_is_closed_cannot_be_paid_any_more_and_closing_again_does_no_harm(house: House) -> None:
    opened = house.open()
    assert house.provider.close(opened.id).status is AttemptStatus.EXPIRED
    assert house.provider.close(opened.id).status is AttemptStatus.EXPIRED


def test_closing_a_page_that_was_paid_tells_that_it_was_paid(house: House) -> None:
    opened = house.open()
    house.pay(opened.id)
    closed = house.provider.close(opened.id)
    assert (closed.status, closed.captured) == (AttemptStatus.PAID, 410)


def test_the_same_refund_asked_for_again_gives_the_money_back_once(house: House) -> None:
    opened = house.open()
    house.pay(opened.id)
    for _ in range(3):
        house.provider.refund(opened.id, 200, key="case:9:0")
    assert house.provider.inquire(opened.id).refunded == 200


def test_a_refund_whose_answer_was_lost_gives_the_money_back_once(house: House) -> None:
    opened = house.open()
    house.pay(opened.id)
    house.lose_next_answer()
    with pytest.raises(ProviderDown):
        house.provider.refund(opened.id, 200, key="case:9:0")
    house.provider.refund(opened.id, 200, key="case:9:0")
    assert house.provider.inquire(opened.id).refunded == 200


def test_never_more_is_given_back_than_was_taken(house: House) -> None:
    opened = house.open()
    house.pay(opened.id)
    house.provider.refund(opened.id, 400, key="case:9:0")
    with pytest.raises(ProviderDown):
        house.provider.refund(opened.id, 11, key="case:9:1")
    assert house.provider.inquire(opened.id).refunded == 400


def test_nothing_is_given_back_where_nothing_was_taken(house: House) -> None:
    opened = house.open()
    with pytest.raises(ProviderDown):
        house.provider.refund(opened.id, 410, key="case:9:0")


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_a_notice_tells_of_the_money_while_secrets_change(house: House, secret: str) -> None:
    house.pay(house.open().id)
    headers, body = house.latest_notice(secret)
    notice = house.provider.read_notice(headers, body, now=house.clock())
    assert notice is not None
    assert (notice.checkout.reference, notice.checkout.status, notice.checkout.captured) == (KEY, AttemptStatus.PAID, 410)


def test_a_notice_sent_again_carries_the_same_id(house: House) -> None:
    house.pay(house.open().id)
    headers, body = house.latest_notice(NEW)
    notices = [house.provider.read_notice(headers, body, now=house.clock()) for _ in range(2)]
    assert notices[0] == notices[1] is not None


def test_a_forged_altered_old_or_future_notice_is_refused(house: House) -> None:
    house.pay(house.open().id)
    headers, body = house.latest_notice(NEW)
    name = next(iter(headers))
    forged: list[Signed] = [
        ({}, body), ({name: ""}, body), ({name: "v1=00"}, body), ({name: "t=abc,v1=00"}, body), ({name: "t=²,v1=é"}, body),
        ({name: headers[name].split(",")[0]}, body), (headers, body + b" "), (headers, body.replace(b"410", b"411")),
        house.latest_notice("guessed"), house.latest_notice(""),
        house.latest_notice(NEW, at=house.clock() - timedelta(minutes=6)),
        house.latest_notice(NEW, at=house.clock() + timedelta(minutes=6)),
    ]
    for wrong_headers, wrong_body in forged:
        with pytest.raises(ForgedNotice):
            house.provider.read_notice(wrong_headers, wrong_body, now=house.clock())


def test_when_the_provider_is_out_of_reach_no_answer_is_made_up() -> None:
    nowhere = httpx.MockTransport(lambda request: httpx.Response(200, text="<html>"))
    for adapter in (HttpPaymentProvider, StripeCheckout):
        with httpx.Client(transport=nowhere) as http, pytest.raises(ProviderDown):
            adapter("http://pay.example", "key", (NEW,), http).inquire("co_1")
