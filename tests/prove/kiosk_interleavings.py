"""Whether anything of one person ever reaches another, or an application stays behind whose number nobody has: every order in
which cards, presses, time, the line's death and late answers of card, printer, office and queue can come, up to eight steps, over
the real counter, session and spool. Two kiosks in one process, and people one after the other on one."""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from kiosk_agent.journeys import Journey, Screen
from tests.prove.claims import Claims
from tests.prove.kiosk_one import Kiosk, Trust

DEPTH = int(os.environ.get("INTERLEAVING_DEPTH", "8"))
TWO_DEPTH = int(os.environ.get("INTERLEAVING_DEPTH_OF_TWO", "8"))
SOUND_DEPTH = 3
"""So deep every order is walked by itself too, to see that equal situations were rightly taken as one."""
MUTANT_DEPTH = 5
LONGEST_WAY = 60


@dataclass(frozen=True)
class Beginning:
    """Where eight steps begin: on that screen, with the counter's thread waiting there."""

    name: str
    way: Journey
    screen: Screen
    at: str = "rest"


B, J, S = Beginning, Journey, Screen
BEGINNINGS = (
    B("nobody is there", J.FORMS, S.IDLE),
    B("her card is looked at", J.FORMS, S.LOOKING, "card of hanako has answered"),
    B("her card is being read", J.FORMS, S.READING, "card of hanako has answered"),
    B("her wish is looked over", J.FORMS, S.REVIEW),
    B("her sheet is being printed", J.FORMS, S.PRINTING, "printer has the sheet"),
    B("the office is asked for a challenge", J.REQUEST, S.PROVING, "office is to be asked"),
    B("her key has answered", J.REQUEST, S.PROVING, "card of hanako has answered"),
    B("the office has her application", J.REQUEST, S.PROVING, "office has answered the filing"),
    B("her ticket is being printed", J.REQUEST, S.TICKETING, "printer has the sheet"),
    B("she waits", J.REQUEST, S.WAITING),
    B("the check is on both screens", J.REQUEST, S.CHECK),
    B("she has said that it is hers", J.REQUEST, S.CONFIRMING, "office has answered the confirmation"),
    B("her code is being looked up", J.CODE, S.FETCHING, "office has answered the phone's form"),
    B("her phone's form is shown", J.CODE, S.PREPARED),
    B("her phone's form is being printed", J.CODE, S.PRINTING, "printer has the sheet"),
)
TWO = ("her card is being read", "her sheet is being printed", "the office has her application")
"""Where both kiosks stand when two are walked at once."""


class Driver(Protocol):
    """What is explored: a situation, the steps that are possible in it, and what was seen to cross."""

    def steps(self) -> tuple[str, ...]:
        """What can happen now."""
        ...

    def take(self, step: str) -> None:
        """It happens."""
        ...

    def situation(self) -> Hashable:
        """All that decides what can follow; two equal situations have the same future."""
        ...

    def crossed(self) -> tuple[str, ...]:
        """What reached somebody else so far."""
        ...

    def close(self) -> None:
        """Let go of threads."""
        ...


@dataclass
class Explored:
    """What an exploration saw."""

    situations: set[Hashable] = field(default_factory=set)
    moves: int = 0
    orders: int = 0
    """Orders of at most so many steps that were covered: each is a way through the situations."""
    crossed: list[tuple[str, ...]] = field(default_factory=list)


def explore(make: Callable[[], Driver], beginning: tuple[str, ...], depth: int, *, merge: bool) -> Explored:
    """Every order of steps, breadth first. merge: a situation that was met before is not walked on from again, since what can
    follow was or will be seen from there; the orders that lead through it are counted all the same."""
    seen = Explored()
    first, steps = _walk(make, beginning, seen)
    to_walk: list[tuple[Hashable, tuple[str, ...], tuple[str, ...]]] = [(first, (), steps)]
    follows: dict[Hashable, list[Hashable]] = {}
    known: set[Hashable] = {first}
    for _ in range(depth):
        found = []
        for key, path, possible in to_walk:
            follows[key] = []
            for step in possible:
                longer = (*path, step)
                situation, steps = _walk(make, (*beginning, *longer), seen)
                seen.moves += 1
                then: Hashable = situation if merge else longer
                follows[key].append(then)
                if then not in known:
                    known.add(then)
                    found.append((then, longer, steps))
        to_walk = found
    seen.orders = _orders(first, follows, depth)
    return seen


def _orders(first: Hashable, follows: dict[Hashable, list[Hashable]], depth: int) -> int:
    """How many orders of one to `depth` steps lead through the situations."""
    there, total = Counter({first: 1}), 0
    for _ in range(depth):
        after: Counter[Hashable] = Counter()
        for situation, times in there.items():
            for then in follows.get(situation, ()):
                after[then] += times
        total, there = total + after.total(), after
    return total


def _walk(make: Callable[[], Driver], path: tuple[str, ...], seen: Explored) -> tuple[Hashable, tuple[str, ...]]:
    driver = make()
    try:
        for step in path:
            driver.take(step)
        crossed = driver.crossed()
        if crossed:
            seen.crossed.append((*path, *crossed))
        situation = driver.situation()
        seen.situations.add(situation)
        return situation, driver.steps()
    finally:
        driver.close()


def way_to(make: Callable[[], Kiosk], beginning: Beginning) -> tuple[str, ...]:
    """The steps by which one person alone comes there. Raises AssertionError when the journey does not lead there."""
    kiosk = make()
    path: list[str] = []
    try:
        while (kiosk.screen, kiosk.baton.at) != (beginning.screen, beginning.at):
            step = _next(kiosk)
            kiosk.take(step)
            path.append(step)
            if len(path) > LONGEST_WAY:
                raise AssertionError(f"no way to: {beginning.name}")
    finally:
        kiosk.close()
    return tuple(path)


def _next(kiosk: Kiosk) -> str:
    """What the person, the officer or the counter does when all goes as it should."""
    by_card = {S.PLACE: "hers", S.TAKE_CARD: "takes"}
    possible = kiosk.steps()
    if kiosk.baton.at != "rest":
        return "counter"
    if by_card.get(kiosk.screen) in possible:
        return by_card[kiosk.screen]
    if kiosk.screen is S.WAITING and not kiosk.is_called:
        return "officer"
    return "press" if "press" in possible else "counter"


class Two:
    """Two kiosks in one process, as one driver: each step belongs to one of them."""

    def __init__(self, folders: Iterator[Path], way: Journey) -> None:
        self._both = {"1": Kiosk(next(folders), way, mine="hanako"), "2": Kiosk(next(folders), way, mine="tsuji")}

    def steps(self) -> tuple[str, ...]:
        """Both's. A kiosk has one person here: the strangers' cards belong to the other walk."""
        return tuple(f"{number}:{step}" for number, kiosk in self._both.items() for step in kiosk.steps()
                     if step in ("hers", "counter", "press", "takes"))

    def take(self, step: str) -> None:
        """On that kiosk."""
        number, _, what = step.partition(":")
        self._both[number].take(what)

    def situation(self) -> Hashable:
        """Both's."""
        return tuple(kiosk.situation() for kiosk in self._both.values())

    def crossed(self) -> tuple[str, ...]:
        """On either."""
        return tuple(one for kiosk in self._both.values() for one in kiosk.crossed())

    def close(self) -> None:
        """Both."""
        for kiosk in self._both.values():
            kiosk.close()


def folders(base: Path) -> Iterator[Path]:
    """The same few folders again and again: a kiosk empties its own at the start."""
    while True:
        yield from (base / "1", base / "2")


def both(path: tuple[str, ...]) -> tuple[str, ...]:
    """The beginning of one, for both, step by step in turn."""
    return tuple(f"{number}:{step}" for step in path for number in "12")


MUTANTS = {
    "a swapped card goes unnoticed": Trust(notices_swap=False),
    "the printer does not ask who is there": Trust(asks_again=False),
    "a late answer is believed for whoever is there": Trust(forgets_late_answers=False),
    "nobody is told of an application without a number": Trust(takes_back=False),
}


@dataclass(frozen=True)
class Task:
    """One exploration, in a process of its own."""

    one: Beginning
    depth: int
    trust: Trust | None = None
    merge: bool = True
    two: bool = False


def explored(task: Task) -> Explored:
    """What it saw."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
        places = folders(Path(folder))
        path = way_to(partial(_kiosk, places, task.one.way), task.one)
        if task.two:
            return explore(partial(Two, places, task.one.way), both(path), task.depth, merge=True)
        return explore(partial(_kiosk, places, task.one.way, task.trust), path, task.depth, merge=task.merge)


def _kiosk(places: Iterator[Path], way: Journey, trust: Trust | None = None) -> Kiosk:
    return Kiosk(next(places), way, trust=trust)


def claim(claims: Claims) -> None:
    """Nothing crosses, on one kiosk and between two; with a guard taken away, it does."""
    began = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as workers:
        alone = workers.map(explored, [Task(one, DEPTH) for one in BEGINNINGS])
        pairs = [one for one in BEGINNINGS if one.name in TWO]
        two = workers.map(explored, [Task(one, TWO_DEPTH, two=True) for one in pairs])
        merged = workers.map(explored, [Task(one, SOUND_DEPTH) for one in BEGINNINGS])
        plain = workers.map(explored, [Task(one, SOUND_DEPTH, merge=False) for one in BEGINNINGS])
        mutants = {name: workers.map(explored, [Task(one, MUTANT_DEPTH, trust) for one in BEGINNINGS])
                   for name, trust in MUTANTS.items()}
        for one, seen in zip(BEGINNINGS, alone, strict=True):
            _line(claims, f"one kiosk, {one.way}, {one.name}, all orders of {DEPTH} steps", seen)
        for one, seen in zip(pairs, two, strict=True):
            _line(claims, f"two kiosks in one process, {one.name}, all orders of {TWO_DEPTH} steps", seen)
        _sound(claims, tuple(merged), tuple(plain))
        for name, found in mutants.items():
            crossed = sum(len(seen.crossed) for seen in found)
            claims.line(f"the same when {name}, orders of {MUTANT_DEPTH} steps: fields crossed", crossed, "> 0: they are seen",
                        crossed > 0)
    claims.told("interleavings took", f"{time.monotonic() - began:.0f} s")


def _line(claims: Claims, name: str, seen: Explored) -> None:
    claims.line(f"fields crossed, {name}",
                f"{len(seen.crossed)} in {seen.orders} orders ({seen.moves} moves between {len(seen.situations)} situations)", "0",
                not seen.crossed)
    for found in seen.crossed[:2]:
        claims.told("  crossed", " → ".join(found))


def _sound(claims: Claims, merged: Sequence[Explored], plain: Sequence[Explored]) -> None:
    """Walking every order by itself finds the same situations as merging equal ones."""
    differ = sum(len(one.situations ^ other.situations) for one, other in zip(merged, plain, strict=True))
    walked = sum(other.moves for other in plain)
    claims.line(f"situations missed by taking equal ones as one ({walked} orders of {SOUND_DEPTH} steps walked singly)",
                differ, "0", differ == 0)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


if __name__ == "__main__":
    raise SystemExit(main())
