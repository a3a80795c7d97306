"""A webhook of Stripe arrives at the route as Stripe sends it: raw bytes, its own headers, until it had its effect."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import httpx
import pytest
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.adapters.stripe_checkout import StripeCheckout
from chalicelib.api import machines
from chalicelib.domain.application import State
from chalicelib.services import pay
from tests.contract.stripe_double import StripeDouble, signature
from tests.fakes import cases
from tests.fakes.world import World, a_world

SECRET = "whsec_made_up"


@pytest.fixture
def place() -> Iterator[tuple[World, StripeDouble, Client]]:
    """A city hall with its routes for machines, and Stripe's double."""
    world = a_world()
    app = Chalice(app_name="machines")
    with StripeDouble(lambda: world.clock().timestamp()) as stripe, closing(httpx.Client(timeout=5)) as http:
        world.parts = replace(world.parts, provider=StripeCheckout(stripe.url, stripe.secret, (SECRET,), http))
        machines.routes(app, world.parts)
        with Client(app) as client:
            yield world, stripe, client


def test_a_notice_has_its_effect_and_is_answered_with_200(place: tuple[World, StripeDouble, Client]) -> None:
    world, stripe, client = place
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to="https://navi.example/x")
    body = stripe.notice(stripe.books.pay(next(iter(stripe.books.sessions))))
    headers = {"Stripe-Signature": signature(body, world.clock().timestamp(), SECRET)["stripe-signature"],
               "Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0"}
    stripe.faults.append("500")
    assert client.http.post("/webhooks/payment", headers=headers, body=body).status_code == 503
    assert world.store.get(case.id).state is State.AWAITING_PAYMENT
    assert client.http.post("/webhooks/payment", headers=headers, body=body).status_code == 200
    assert world.store.get(case.id).state is State.READY_TO_ISSUE
    assert client.http.post("/webhooks/payment", headers=headers, body=body + b"\n").status_code == 400
