"""Paying: whoever brings the news and however often, one capture makes a case ready exactly once."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.errors import NotAllowed, ProviderDown, Stale
from chalicelib.domain.history import Happened
from chalicelib.domain.payment import AttemptStatus
from chalicelib.services import apply, decide, deliver, pay, timers
from tests.fakes import cases
from tests.fakes.world import World, a_world

BACK = "http://localhost:8080/status/x/paid"


def an_open_payment(world: World) -> tuple[Application, str]:
    """A case whose payment page is open, and the key of the attempt."""
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to=BACK)
    case = world.store.get(case.id)
    return case, cases.attempt_key_of(case)


@pytest.mark.parametrize("order", list(permutations(["notice", "return", "timer"])))
def test_notice_return_page_and_timer_in_any_order_make_it_ready_once(order: tuple[str, ...]) -> None:
    world = a_world()
    case, key = an_open_payment(world)
    paid = world.provider.pay(key, world.clock())
    news: dict[str, Callable[[], object]] = {
        "notice": lambda: pay.settle(world.parts, paid, said_id="evt_1"),
        "return": lambda: pay.look(world.parts, world.store.get(case.id)),
        "timer": lambda: pay.reconcile(world.parts),
    }
    for one in order:
        news[one]()
        news[one]()
    assert world.store.get(case.id).state is State.READY_TO_ISSUE
    assert cases.events_of(world, case.id).count(Event.PAY) == 1
    assert Event.RETURN_MONEY not in cases.events_of(world, case.id)


def test_pressing_pay_again_gives_the_same_page() -> None:
    world = a_world()
    case, _ = an_open_payment(world)
    first = pay.open_payment(world.parts, world.store.get(case.id), back_to=BACK)
    assert first == pay.open_payment(world.parts, world.store.get(case.id), back_to=BACK)
    assert len(world.provider.checkouts) == 1


def test_pressing_pay_in_two_tabs_at_once_gives_one_page() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    first = pay.open_payment(world.parts, case, back_to=BACK)
    assert pay.open_payment(world.parts, case, back_to=BACK) == first
    assert len(world.provider.checkouts) == 1


def test_the_second_tab_is_shown_the_page_that_we_hold_even_if_the_provider_opened_another() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    first = pay.open_payment(world.parts, case, back_to=BACK)
    key = cases.attempt_key_of(world.store.get(case.id))
    world.provider.checkouts[key] = replace(world.provider.checkouts[key], id="co_other", url="https://pay.example/other")
    assert pay.open_payment(world.parts, case, back_to=BACK) == first


def test_a_page_that_could_not_be_written_down_is_shown_to_nobody_and_given_at_the_next_press() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    write = world.store.write

    def somebody_else_was_first(*_: object, **__: object) -> None:
        raise Stale("race")

    world.store.write = somebody_else_was_first  # type: ignore[method-assign]
    with pytest.raises(Stale):
        pay.open_payment(world.parts, case, back_to=BACK)
    world.store.write = write  # type: ignore[method-assign]
    assert pay.open_payment(world.parts, case, back_to=BACK).endswith("-a1")
    assert len(world.provider.checkouts) == 1


def test_a_page_that_ran_out_is_followed_by_a_new_one() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    world.provider.expire(key)
    again = pay.open_payment(world.parts, world.store.get(case.id), back_to=BACK)
    assert again.endswith("-a2")


def test_pressing_pay_after_having_paid_leads_back_instead_of_paying_twice() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    world.provider.pay(key, world.clock())
    assert pay.open_payment(world.parts, world.store.get(case.id), back_to=BACK) == BACK
    assert world.store.get(case.id).state is State.READY_TO_ISSUE


def test_money_for_a_fee_that_was_taken_back_is_given_back_and_nothing_is_issued() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    case = decide.reconsider_fee(world.parts, cases.officer(), case)
    paid = world.provider.pay(key, world.clock())
    for _ in range(3):
        pay.settle(world.parts, paid, said_id="evt_1")
    assert world.store.get(case.id).state is State.IN_REVIEW
    while deliver.drain(world.parts):
        pass
    assert list(world.provider.refunds.values()) == [(paid.id, 410)]


def test_money_that_arrives_after_the_case_was_withdrawn_is_given_back() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    apply.withdraw(world.parts, case)
    paid = world.provider.pay(key, world.clock())
    pay.settle(world.parts, paid, said_id="evt_1")
    while deliver.drain(world.parts):
        pass
    assert [yen for _, yen in world.provider.refunds.values()] == [410]


def test_taking_a_fee_back_closes_the_open_page() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    decide.reconsider_fee(world.parts, cases.officer(), case)
    while deliver.drain(world.parts):
        pass
    assert world.provider.checkouts[key].status is AttemptStatus.EXPIRED


def test_an_amount_other_than_decided_never_makes_a_case_ready() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    world.provider.checkouts[key] = type(world.provider.checkouts[key])(
        **{**{f: getattr(world.provider.checkouts[key], f) for f in world.provider.checkouts[key].__dataclass_fields__},
           "yen": 1})
    pay.settle(world.parts, world.provider.pay(key, world.clock()), said_id="evt_1")
    assert world.store.get(case.id).state is State.AWAITING_PAYMENT
    while deliver.drain(world.parts):
        pass
    assert [yen for _, yen in world.provider.refunds.values()] == [1]


def test_with_every_notice_lost_and_the_browser_closed_the_timer_still_finds_the_payment() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    world.provider.pay(key, world.clock())
    assert pay.reconcile(world.parts) == 1
    assert world.store.get(case.id).state is State.READY_TO_ISSUE
    assert pay.reconcile(world.parts) == 0


def test_before_an_unpaid_case_ends_the_provider_is_asked() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    world.clock.pass_(days=15)
    world.provider.pay(key, world.clock())
    timers.run(world.parts)
    assert world.store.get(case.id).state is State.READY_TO_ISSUE


def test_an_unpaid_case_ends_after_its_days_and_the_resident_is_told() -> None:
    world = a_world()
    case, _ = an_open_payment(world)
    world.clock.pass_(days=15)
    timers.run(world.parts)
    assert world.store.get(case.id).state is State.EXPIRED
    while deliver.drain(world.parts):
        pass
    assert len(world.mailer.sent) == 3


def test_a_case_that_has_nothing_to_pay_opens_no_page() -> None:
    world = a_world()
    with pytest.raises(NotAllowed):
        pay.open_payment(world.parts, cases.in_review(world), back_to=BACK)


def test_when_the_provider_is_down_nothing_changes_and_the_resident_can_try_again() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    world.provider.down = True
    with pytest.raises(ProviderDown):
        pay.open_payment(world.parts, case, back_to=BACK)
    assert world.store.get(case.id) == case


def test_a_lost_race_is_looked_at_again_and_not_given_up() -> None:
    """Two captures learned at the same moment: the store takes the first only, the second finds it done."""
    world = a_world()
    case, key = an_open_payment(world)
    paid = world.provider.pay(key, world.clock())
    write = world.store.write
    lost: list[int] = []

    def write_after_somebody_else(application: Application, happened: Happened, **more: Any) -> None:
        if not lost:
            lost.append(1)
            raise Stale("race")
        write(application, happened, **more)

    world.store.write = write_after_somebody_else  # type: ignore[method-assign]
    pay.settle(world.parts, paid, said_id="evt_1")
    assert world.store.get(case.id).state is State.READY_TO_ISSUE
