"""Whether anything of one person ever reaches another: every order in which cards, presses, time and late answers can come, up
to eight steps, over the real counter, session and spool. Two kiosks in one process, and people one after the other on one."""

import tempfile
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from tests.prove.claims import Claims
from tests.prove.kiosk_one import Kiosk, Trust

DEPTH = 8
SOUND_DEPTH = 4
"""So deep every order is walked by itself too, to see that equal situations were rightly taken as one."""
BEGINNINGS: dict[str, tuple[str, ...]] = {
    "nobody is there": (),
    "her card lies there": ("hers", "counter", "counter", "counter"),
    "her card is being read": ("hers", "counter", "counter", "counter", "press", "counter"),
    "her facts are shown": ("hers", *(["counter"] * 4), "press", *(["counter"] * 4)),
    "her last question": ("hers", *(["counter"] * 4), "press", *(["counter"] * 4), "press", "press", "press"),
    "her sheet is being printed": ("hers", *(["counter"] * 4), "press", *(["counter"] * 4), "press", "press", "press", "press",
                                   "counter"),
}
"""Where eight steps begin. In each, `counter` lets the counter's thread run up to its next wait for card, form or printer."""


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
    """Orders of at most so many steps that were covered, equal situations counted as often as they are reached."""
    crossed: list[tuple[str, ...]] = field(default_factory=list)


def explore(make: Callable[[], Driver], beginning: tuple[str, ...], depth: int, *, merge: bool) -> Explored:
    """Every order of steps, breadth first. merge: an equal situation is walked on from once, and counted as often as met."""
    seen = Explored()
    rank: dict[Hashable, tuple[tuple[str, ...], int]] = {}
    first = _walk(make, beginning, seen)
    rank[first[0]] = ((), 1)
    possible: dict[tuple[str, ...], tuple[str, ...]] = {(): first[1]}
    for _ in range(depth):
        following: dict[Hashable, tuple[tuple[str, ...], int]] = {}
        steps_after: dict[tuple[str, ...], tuple[str, ...]] = {}
        for path, times in rank.values():
            for step in possible[path]:
                longer = (*path, step)
                situation, steps = _walk(make, (*beginning, *longer), seen)
                seen.moves += 1
                seen.orders += times
                key: Hashable = situation if merge else longer
                kept, before = following.get(key, (longer, 0))
                following[key] = (kept, before + times)
                steps_after.setdefault(kept, steps)
        rank, possible = following, steps_after
    return seen


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


class Two:
    """Two kiosks in one process, as one driver: each step belongs to one of them."""

    def __init__(self, folders: Iterator[Path]) -> None:
        self._both = {"1": Kiosk(next(folders), mine="hanako"), "2": Kiosk(next(folders), mine="tsuji")}

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


def claim(claims: Claims) -> None:
    """Nothing crosses, on one kiosk and between two; with a swapped card or an absent person unnoticed, it does."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
        places = folders(Path(folder))
        began = time.monotonic()
        for name, beginning in BEGINNINGS.items():
            seen = explore(lambda: Kiosk(next(places)), beginning, DEPTH, merge=True)
            _line(claims, f"one kiosk, {name}", seen)
        for name in ("her card is being read", "her last question", "her sheet is being printed"):
            seen = explore(lambda: Two(places), both(BEGINNINGS[name]), DEPTH, merge=True)
            _line(claims, f"two kiosks in one process, {name}", seen)
        _sound(claims, places)
        for mutant, trust in (("a swapped card goes unnoticed", Trust(notices_swap=False)),
                              ("the printer does not ask who is there", Trust(asks_again=False))):
            crossed = sum(len(explore(partial(_distrusted, places, trust), beginning, 5, merge=True).crossed)
                          for beginning in BEGINNINGS.values())
            claims.line(f"the same when {mutant}: fields crossed", crossed, "> 0: they are seen", crossed > 0)
        claims.told("interleavings took", f"{time.monotonic() - began:.0f} s")


def _distrusted(places: Iterator[Path], trust: Trust) -> Kiosk:
    return Kiosk(next(places), trust=trust)


def _line(claims: Claims, name: str, seen: Explored) -> None:
    claims.line(f"fields crossed, {name}, all orders of {DEPTH} steps",
                f"{len(seen.crossed)} in {seen.orders} orders ({seen.moves} moves between {len(seen.situations)} situations)", "0",
                not seen.crossed)
    for found in seen.crossed[:2]:
        claims.told("  crossed", " → ".join(found))


def _sound(claims: Claims, places: Iterator[Path]) -> None:
    """Walking every order by itself finds the same situations as merging equal ones."""
    differ = 0
    walked = 0
    for beginning in BEGINNINGS.values():
        merged = explore(lambda: Kiosk(next(places)), beginning, SOUND_DEPTH, merge=True)
        plain = explore(lambda: Kiosk(next(places)), beginning, SOUND_DEPTH, merge=False)
        walked += plain.moves
        differ += len(merged.situations ^ plain.situations)
    claims.line(f"situations missed by taking equal ones as one ({walked} orders of {SOUND_DEPTH} steps walked singly)",
                differ, "0", differ == 0)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


if __name__ == "__main__":
    raise SystemExit(main())
