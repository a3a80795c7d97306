"""No case is ever stuck: every situation that the use cases can lead to, walked through one step at a time."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.application import ENDS, TRANSITIONS, Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId, PaidBy
from chalicelib.domain.errors import NaviError
from chalicelib.domain.ports import Checkout
from chalicelib.services import apply, decide, desk_money, fulfil, held, pay, review, timers
from chalicelib.services.officers import Officer, Role
from tests.fakes import cases
from tests.fakes.outside import HANAKO, SUZUKI
from tests.fakes.world import World, a_world_where_juminhyo
from tests.fakes.writing import written
from tests.prove.app_city import KINDS
from tests.prove.app_money import kept, put_back
from tests.prove.app_ways import with_document
from tests.prove.claims import Claims

DAYS_MOST = 30
DEEPEST = 12
Step = Callable[[World, Application], object]
COLLEAGUE = Officer(id=SUZUKI.subject, name=SUZUKI.name, department=SUZUKI.department,
                    roles=frozenset({Role.REVIEWER, Role.APPROVER, Role.CASHIER, Role.HEAD}))
"""Somebody who is at work while the officer of the case is away for good."""


def _document(world: World, case: Application) -> Application:
    return fulfil.deliver(world.parts, cases.officer(), with_document(world, case))


def _pays(world: World, case: Application) -> None:
    paid = world.provider.pay(cases.attempt_key_of(case), world.clock())
    pay.settle(world.parts, paid, said_id="evt")


def _officers(name: str, officer: Officer) -> Iterator[tuple[str, Step]]:
    """What an officer can do, by name; those of the holder and of a colleague are walked both."""
    o = officer
    yield f"{name} claims", lambda w, c: review.claim(w.parts, o, c)
    yield f"{name} releases", lambda w, c: review.release(w.parts, o, c)
    yield f"{name} takes over", lambda w, c: review.take_over(w.parts, o, c, reason="away")
    yield f"{name} asks for a correction", lambda w, c: review.request_correction(
        w.parts, o, c, fields=["copies"], reason="other", words="x")
    yield f"{name} decides the fee", lambda w, c: decide.decide_fee(w.parts, o, c, [("手数料", 410)])
    yield f"{name} waives", lambda w, c: decide.waive_fee(w.parts, o, c)
    yield f"{name} accepts", lambda w, c: decide.accept(w.parts, o, c, outcome="accepted")
    yield f"{name} rejects", lambda w, c: decide.reject(w.parts, o, c, reason="duplicate")
    yield f"{name} approves", lambda w, c: decide.approve(w.parts, o, c)
    yield f"{name} sends back", lambda w, c: decide.return_proposal(w.parts, o, c)
    yield f"{name} reconsiders", lambda w, c: decide.reconsider_fee(w.parts, o, c)
    yield f"{name} reopens", lambda w, c: decide.reopen(w.parts, o, c)
    yield f"{name} takes cash", lambda w, c: desk_money.pay_at_desk(w.parts, o, c, by=PaidBy.CASH, yen=410)
    yield f"{name} issues", lambda w, c: fulfil.issue(w.parts, o, c)
    yield f"{name} undoes the issue", lambda w, c: fulfil.undo_issue(w.parts, o, c)
    yield f"{name} dispatches", lambda w, c: fulfil.dispatch(w.parts, o, c, tracking=None)
    yield f"{name} undoes the dispatch", lambda w, c: fulfil.undo_dispatch(w.parts, o, c)
    yield f"{name} hands over", lambda w, c: fulfil.hand_over(w.parts, o, c)
    yield f"{name} withdraws for the resident", lambda w, c: review.withdraw_for(w.parts, o, c, way="phone")


OFFICERS: tuple[tuple[str, Step], ...] = (*_officers("holder", cases.officer()), *_officers("colleague", COLLEAGUE),
                                          ("holder puts a document there", _document))
RESIDENT: tuple[tuple[str, Step], ...] = (
    ("resident signs", lambda w, c: apply.submit(w.parts, c, HANAKO["subject"], cases.a_signature(w, c))),
    ("resident corrects", lambda w, c: apply.correct(w.parts, c, {"copies": ["2"]})),
    ("resident withdraws", lambda w, c: apply.withdraw(w.parts, c)),
    ("resident opens payment", lambda w, c: pay.open_payment(w.parts, c, back_to="http://localhost:8080/")),
    ("resident confirms", lambda w, c: apply.confirm_arrival(w.parts, c)))
TABLET: tuple[tuple[str, Step], ...] = (
    ("resident gives back", lambda w, c: held.give(w.parts, c)),
    ("resident confirms the content", lambda w, c: held.confirm(w.parts, c, held.digest(w.parts, c))),
    ("colleague takes back", lambda w, c: held.take_back(w.parts, COLLEAGUE, c)),
    ("colleague lends again", lambda w, c: held.lend_again(w.parts, COLLEAGUE, c)),
    ("colleague hands in", lambda w, c: held.hand_in(w.parts, COLLEAGUE, c, identity_checked="licence", writing_seconds=0)),
    ("colleague wipes", lambda w, c: held.wipe(w.parts, COLLEAGUE, c, "wiped")))
OUTSIDE: tuple[tuple[str, Step], ...] = (("provider captures", _pays),)


@dataclass
class Found:
    """situations: different ones that were reached; stuck: those in which nobody can act and no timer fires in time."""

    situations: int = 0
    steps: int = 0
    stuck: list[str] = field(default_factory=list)
    unended: list[str] = field(default_factory=list)
    """Ends without a day of their erasure."""
    states: set[State] = field(default_factory=set)


def _situation(world: World, case: Application) -> tuple[object, ...]:
    due = None if case.due is None else (case.due - world.clock.now).days
    return (case.state, case.officer, case.proposal is not None, case.fee is not None, min(case.attempts, 1),
            case.paid_at is not None, case.confirmation is not None,
            case.paid_by, case.outcome, case.warned_at is not None, bool(case.refunds), due is not None)


def walk(kind: str, found: Found, begun: Callable[[World], Application] = cases.a_draft) -> None:
    """Every situation that can be reached from a draft in at most DEEPEST steps, breadth first."""
    world = a_world_where_juminhyo(**KINDS[kind])
    start = begun(world)
    known = {_situation(world, start)}
    todo = deque([(start.id, kept(world.store), dict(world.provider.checkouts), world.clock.now, 0)])
    while todo:
        id, memory, pages, now, depth = todo.popleft()
        found.situations += 1
        acts = []
        for name, step in (*OFFICERS, *RESIDENT, *TABLET, *OUTSIDE, ("timer", lambda w, c: _timer(w, c))):
            _go_back(world, memory, pages, now)
            before = world.store.cases[id]
            try:
                step(world, before)
            except (NaviError, KeyError, AssertionError):
                continue
            after = world.store.cases[id]
            if after.version == before.version:
                continue
            found.steps += 1
            acts.append(name)
            found.states.add(after.state)
            if after.state is not State.ERASED and depth < DEEPEST and _situation(world, after) not in known:
                known.add(_situation(world, after))
                todo.append((id, kept(world.store), dict(world.provider.checkouts), world.clock.now, depth + 1))
        _go_back(world, memory, pages, now)
        _judge(found, world, id, acts, kind)


def _go_back(world: World, memory: dict[str, object], pages: dict[str, Checkout], now: datetime) -> None:
    put_back(world.store, memory)
    world.provider.checkouts = dict(pages)
    world.clock.now = now


def _timer(world: World, case: Application) -> None:
    """The day comes on which the timer acts."""
    if case.due is None:
        raise KeyError("never due")
    world.clock.now = max(world.clock.now, case.due + timedelta(seconds=1))
    timers.run(world.parts)


def _judge(found: Found, world: World, id: ApplicationId, acts: list[str], kind: str) -> None:
    case = world.store.cases[id]
    in_time = case.due is not None and case.due - world.clock.now <= timedelta(days=DAYS_MOST) and "timer" in acts
    said = f"{kind}: {case.state}, officer {case.officer}, acts {acts}"
    if case.state in ENDS:
        if case.due is None or "timer" not in acts:
            found.unended.append(said)
        return
    # An act counts when somebody is surely there to make it: an officer of the department other than the one who has the
    # case, who may be away for good. Residents may never come back, so for them the timer has to fire.
    if not in_time and not any(name.startswith("colleague") for name in acts):
        found.stuck.append(said)


def by_table() -> list[State]:
    """States that the table alone leaves without a way out."""
    return [state for state in State if state is not State.ERASED and not any(
        (row := TRANSITIONS.get((state, event))) is not None and row.to is not state and row.by in (Actor.OFFICER, Actor.TIMER)
        for event in Event)]


def claim(claims: Claims, url: str) -> None:
    """Goal 14."""
    del url
    dead = by_table()
    claims.line("states without a way out by an officer or a timer in the table", ", ".join(dead) or 0, "0", not dead)
    found = Found()
    for kind in KINDS:
        walk(kind, found)
    walk("by post", found, begun=written)
    for what in (*found.stuck[:5], *found.unended[:5]):
        claims.told("  stuck", what)
    missing = set(State) - found.states - {State.DRAFT}
    claims.line(f"{found.situations} situations that {found.steps} steps of the services lead to, in {len(KINDS)} kinds",
                f"{len(found.stuck)} where neither a colleague can act nor a timer fires within {DAYS_MOST} days, "
                f"{len(found.unended)} ends without a day of erasure", "0, 0", not found.stuck and not found.unended)
    claims.line("states that were reached on the way", f"{len(State) - 1 - len(missing)} of {len(State) - 1}", f"{len(State) - 1}",
                not missing)



