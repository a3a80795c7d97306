"""Money: notices of the provider in every order, and more refunds at once than there is money."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.errors import FormFaulty, Stale
from chalicelib.domain.payment import AttemptStatus, fold
from chalicelib.domain.ports import Checkout
from chalicelib.services import decide, deliver, desk_money, fulfil, pay
from tests.fakes import cases
from tests.fakes.store import MemoryStore
from tests.fakes.world import World, a_world
from tests.prove.app_city import a_city
from tests.prove.claims import Claims

NOTICES = ("open", "declined", "expired", "paid", "a part refunded", "all refunded")
LONGEST, REPEATS = 6, 3
REFUNDERS, REFUND = 50, 100


@dataclass
class Orders:
    """sequences: how many orders were played; diverging: sets of notices with more than one end."""

    sequences: int = 0
    sets: int = 0
    diverging: list[str] = field(default_factory=list)
    twice: int = 0
    """Orders in which something was paid or issued, or money given back, more than once."""


def orders(*, stands: bool) -> Orders:
    """Play every order of up to six notices with up to three repeats. stands: whether the fee decision still does.

    In memory: order is the question here, not crashes or races. Orders share their beginnings, so each step is taken once.
    """
    world = a_world()
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to="http://localhost:8080/")
    if not stands:
        decide.reconsider_fee(world.parts, cases.officer(), world.store.get(case.id))
    found = Orders()
    ends: dict[frozenset[str], set[tuple[object, ...]]] = {}
    for told, end, twice in _played(world, case):
        found.sequences += 1
        found.twice += twice
        ends.setdefault(frozenset(told), set()).add(end)
    found.sets = len(ends)
    found.diverging = [f"{sorted(names)}: {len(several)} ends" for names, several in ends.items() if len(several) > 1]
    return found


def _played(world: World, case: Application) -> Iterator[tuple[tuple[str, ...], tuple[object, ...], bool]]:
    """(notices, where it ended, whether something happened twice) of every order, the shorter ones as beginnings of others."""
    notices = _notices(world, case)
    todo: list[tuple[tuple[str, ...], dict[str, object]]] = [((), kept(world.store))]
    while todo:
        told, memory = todo.pop()
        for name in NOTICES:
            if told.count(name) == REPEATS:
                continue
            put_back(world.store, memory)
            pay.settle(world.parts, notices[name], said_id=f"evt_{name}")
            now, after = (*told, name), kept(world.store)
            yield (now, *_end(world, case))
            if len(now) < LONGEST:
                todo.append((now, after))


def _notices(world: World, case: Application) -> dict[str, Checkout]:
    opened = world.provider.checkouts[cases.attempt_key_of(case_with_attempt(world, case))]
    paid = replace(opened, status=AttemptStatus.PAID, captured=opened.yen, captured_at=world.clock())
    return {"open": opened, "declined": replace(opened, status=AttemptStatus.DECLINED),
            "expired": replace(opened, status=AttemptStatus.EXPIRED), "paid": paid,
            "a part refunded": replace(paid, refunded=100), "all refunded": replace(paid, refunded=paid.yen)}


def case_with_attempt(world: World, case: Application) -> Application:
    """The case with the fee its page was opened for."""
    now = world.store.get(case.id)
    return replace(now, fees=case.fees, attempts=1)


def _end(world: World, case: Application) -> tuple[tuple[object, ...], bool]:
    """Where it ended once everything left and the officer issued what is ready; then whether anything happened twice."""
    before = kept(world.store)
    now = world.store.get(case.id)
    if now.state is State.READY_TO_ISSUE:
        fulfil.issue(world.parts, cases.officer(), now)
    happened = Counter(entry.event for entry in world.store.history(case.id))
    refunds = sum(effect.kind == "refund" for effect in world.store.effects.values())
    key = cases.attempt_key_of(case_with_attempt(world, case))
    folded = fold(world.store.said(key))
    end = (world.store.get(case.id).state, folded.status, folded.captured, folded.refunded, happened[Event.PAY],
           happened[Event.ISSUE], happened[Event.RETURN_MONEY], refunds)
    put_back(world.store, before)
    return end, max(happened[Event.PAY], happened[Event.ISSUE], happened[Event.RETURN_MONEY], refunds) > 1


def kept(store: MemoryStore) -> dict[str, object]:
    """A copy of what a step can change; the values themselves never change."""
    return {"cases": dict(store.cases), "entries": {id: list(all_) for id, all_ in store.entries.items()},
            "effects": dict(store.effects), "closed": set(store.closed),
            "notes": {key: dict(said) for key, said in store.notes.items()}}


def put_back(store: MemoryStore, memory: dict[str, object]) -> None:
    again = {"cases": dict(memory["cases"]), "entries": {id: list(all_) for id, all_ in memory["entries"].items()},  # type: ignore[call-overload,attr-defined]
             "effects": dict(memory["effects"]), "closed": set(memory["closed"]),  # type: ignore[call-overload]
             "notes": {key: dict(said) for key, said in memory["notes"].items()}}  # type: ignore[attr-defined]
    for name, value in again.items():
        setattr(store, name, value)


def refunds_at_once(url: str) -> tuple[int, int, int, int, int]:
    """(captured yen, yen given back, attempts, stopped, refunds that left) of fifty cashiers who all saw the same balance."""
    city = a_city(url)
    case = cases.ready_to_issue(city.world)
    parts = city.world.parts
    captured = case.paid_yen
    attempts = stopped = 0
    lock, gate = threading.Lock(), threading.Barrier(REFUNDERS)

    def cashier(number: int) -> None:
        nonlocal attempts, stopped
        dice = random.Random(number)
        seen = case  # what was on the screen; everybody begins with the same
        gate.wait()
        for _ in range(3):
            try:
                with lock:
                    attempts += 1
                desk_money.refund(parts, cases.tanaka(), seen, yen=dice.choice((REFUND, 10, captured)),
                                  balance=seen.paid_yen, reason="overpaid")
            except (Stale, FormFaulty):
                with lock:
                    stopped += 1
            if dice.random() < 0.5:  # half of them look again, the others press once more on what they saw
                seen = city.get(case.id)

    with ThreadPoolExecutor(REFUNDERS) as pool:
        list(pool.map(cashier, range(REFUNDERS)))
    while deliver.drain(parts):
        pass
    left = [yen for _, yen in city.world.provider.refunds.values()]
    given = sum(one.yen for one in city.get(case.id).refunds)
    if sum(left) != given:
        raise AssertionError(f"{sum(left)} yen left for {given} yen decided")
    return captured, given, attempts, stopped, len(left)


def claim_orders(claims: Claims, url: str) -> None:
    """Goal 19."""
    del url
    for stands, name in ((True, "while the fee stands"), (False, "after the fee was taken back")):
        found = orders(stands=stands)
        for what in found.diverging[:5]:
            claims.told("  diverges", what)
        claims.line(f"orders of up to {LONGEST} notices of {len(NOTICES)} kinds, each up to {REPEATS} times, {name}",
                    f"{found.sequences} orders of {found.sets} sets, {len(found.diverging)} sets with more than one end, "
                    f"{found.twice} paid, issued or refunded twice", "0, 0", not found.diverging and not found.twice)


def claim_refunds(claims: Claims, url: str) -> None:
    """Goal 22."""
    captured, given, attempts, stopped, left = refunds_at_once(url)
    claims.line(f"{REFUNDERS} cashiers refund at once from a stale balance ({attempts} attempts)",
                f"{given} yen of {captured} given back in {left} refunds, {stopped} attempts stopped", f"≤ {captured} yen",
                0 < given <= captured and stopped > 0 and left + stopped == attempts)


