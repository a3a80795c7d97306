"""A fee is paid at Stripe's double through the real services: page, webhook, voucher, taking back, giving back."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import httpx
import pytest

from chalicelib.adapters.stripe_checkout import StripeCheckout
from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.errors import ProviderDown
from chalicelib.services import apply, decide, deliver, pay
from tests.contract.stripe_books import Json
from tests.contract.stripe_double import StripeDouble, signature
from tests.fakes import cases
from tests.fakes.world import World, a_world

BACK = "https://navi.example/status/x/paid"
SECRET = "whsec_made_up"


@dataclass(frozen=True)
class Desk:
    """A city hall whose payments go to the double."""

    world: World
    stripe: StripeDouble

    def opened(self) -> Application:
        """A case whose payment page is open."""
        case = cases.awaiting_payment(self.world)
        pay.open_payment(self.world.parts, case, back_to=BACK)
        return self.world.store.get(case.id)

    @property
    def page(self) -> str:
        """The latest page's id at Stripe."""
        return list(self.stripe.books.sessions)[-1]

    def tell(self, event: Json) -> None:
        """A webhook arrives."""
        body = self.stripe.notice(event)
        pay.receive_notice(self.world.parts, signature(body, self.world.clock().timestamp(), SECRET), body)

    def tell_all(self) -> None:
        """Every event so far arrives, the newest first and each twice."""
        for event in [*reversed(self.stripe.books.events), *self.stripe.books.events]:
            self.tell(event)

    def drain(self) -> None:
        """Everything leaves the outbox."""
        while deliver.drain(self.world.parts):
            pass


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A city hall at noon of a Friday."""
    world = a_world()
    with StripeDouble(lambda: world.clock().timestamp()) as stripe, closing(httpx.Client(timeout=5)) as http:
        world.parts = replace(world.parts, provider=StripeCheckout(stripe.url, stripe.secret, (SECRET,), http))
        yield Desk(world, stripe)
        assert stripe.broken_promises == []


def test_a_paid_page_makes_the_case_ready_once_however_the_notices_come(desk: Desk) -> None:
    case = desk.opened()
    desk.stripe.books.pay(desk.page)
    desk.tell_all()
    assert desk.world.store.get(case.id).state is State.READY_TO_ISSUE
    assert cases.events_of(desk.world, case.id).count(Event.PAY) == 1


def test_news_of_another_kind_is_taken_and_changes_nothing(desk: Desk) -> None:
    case = desk.opened()
    desk.tell({**desk.stripe.books.pay(desk.page), "type": "payment_intent.succeeded"})
    assert desk.world.store.get(case.id) == case


def test_pressing_pay_again_gives_the_same_page_and_a_voucher_once_it_was_chosen(desk: Desk) -> None:
    case = desk.opened()
    first = pay.open_payment(desk.world.parts, case, back_to=BACK)
    assert first == desk.stripe.books.sessions[desk.page]["url"]
    desk.stripe.books.take_voucher(desk.page)
    desk.world.clock.pass_(hours=30)
    assert "voucher" in pay.open_payment(desk.world.parts, desk.world.store.get(case.id), back_to=BACK)
    assert len(desk.stripe.books.sessions) == 1


def test_a_voucher_leaves_the_case_waiting_until_the_money_comes(desk: Desk) -> None:
    case = desk.opened()
    desk.tell(desk.stripe.books.take_voucher(desk.page))
    assert desk.world.store.get(case.id).state is State.AWAITING_PAYMENT
    desk.world.clock.pass_(days=2)
    desk.tell(desk.stripe.books.pay_voucher(desk.page))
    assert desk.world.store.get(case.id).state is State.READY_TO_ISSUE


def test_after_a_voucher_ran_out_another_page_is_opened(desk: Desk) -> None:
    case = desk.opened()
    desk.stripe.books.take_voucher(desk.page)
    desk.tell(desk.stripe.books.lose_voucher(desk.page))
    pay.open_payment(desk.world.parts, desk.world.store.get(case.id), back_to=BACK)
    assert [one["client_reference_id"][-3:] for one in desk.stripe.books.sessions.values()] == ["-a1", "-a2"]


def test_the_timer_finds_a_payment_of_which_nobody_told(desk: Desk) -> None:
    case = desk.opened()
    desk.stripe.books.pay(desk.page)
    assert pay.reconcile(desk.world.parts) == 1
    assert desk.world.store.get(case.id).state is State.READY_TO_ISSUE


def test_when_the_answer_to_the_opening_was_lost_the_resident_presses_again_and_pays_one_page(desk: Desk) -> None:
    case = cases.awaiting_payment(desk.world)
    desk.stripe.faults.append("lost")
    with pytest.raises(ProviderDown):
        pay.open_payment(desk.world.parts, case, back_to=BACK)
    pay.open_payment(desk.world.parts, case, back_to=BACK)
    assert len(desk.stripe.books.sessions) == 1


def test_a_page_that_ended_before_anybody_saw_it_is_passed_over(desk: Desk) -> None:
    case = cases.awaiting_payment(desk.world)
    desk.stripe.faults.append("lost")
    with pytest.raises(ProviderDown):
        pay.open_payment(desk.world.parts, case, back_to=BACK)
    desk.world.clock.pass_(hours=3)
    url = pay.open_payment(desk.world.parts, case, back_to=BACK)
    assert url == desk.stripe.books.sessions[desk.page]["url"] is not None
    assert desk.world.store.get(case.id).attempts == 2


def test_taking_the_fee_back_closes_every_page_also_after_one_was_passed_over(desk: Desk) -> None:
    case = cases.awaiting_payment(desk.world)
    desk.stripe.faults.append("lost")
    with pytest.raises(ProviderDown):
        pay.open_payment(desk.world.parts, case, back_to=BACK)
    desk.world.clock.pass_(hours=3)
    pay.open_payment(desk.world.parts, case, back_to=BACK)
    decide.reconsider_fee(desk.world.parts, cases.officer(), desk.world.store.get(case.id))
    desk.drain()
    assert {one["status"] for one in desk.stripe.books.sessions.values()} == {"expired"}


def test_taking_the_fee_back_closes_a_page_whose_opening_was_never_noted(desk: Desk) -> None:
    case = cases.awaiting_payment(desk.world)
    desk.stripe.faults.append("lost")
    with pytest.raises(ProviderDown):
        pay.open_payment(desk.world.parts, case, back_to=BACK)
    decide.reconsider_fee(desk.world.parts, cases.officer(), case)
    desk.drain()
    assert desk.stripe.books.sessions[desk.page]["status"] == "expired"


def test_money_for_a_withdrawn_case_is_given_back_once_and_the_giving_back_is_written_down(desk: Desk) -> None:
    case = desk.opened()
    apply.withdraw(desk.world.parts, case)
    desk.stripe.books.pay(desk.page)
    desk.tell_all()
    desk.drain()
    desk.tell_all()
    desk.drain()
    assert [one["amount"] for one in desk.stripe.books.refunds.values()] == [410]
    said = desk.world.store.said(cases.attempt_key_of(case))
    assert max(one.refunded for one in said) == 410
