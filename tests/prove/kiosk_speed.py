"""`python -m tests.prove.kiosk_speed`: from the tap (the number is typed) to the finished form, split in card, render and spool.

The questions in between are the person's own time and are not counted. Milliseconds depend on the computer; so the shares, and
what PC/SC adds, are told as ratios, and the goal is held against a simulated slow card: each command costs 100 ms more than here.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from content.catalogue import load
from kiosk_agent import keys
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.card.reading import read_basic_four, tries_left
from kiosk_agent.paper import fonts
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.spool import FilePrinter, Spool
from kiosk_agent.sheet import Form, FormMaker, Request
from kiosk_agent.transport.base import Reader
from kiosk_agent.virtual_card.people import DEMO_PIN, PEOPLE
from tests.prove.claims import Claims
from tests.prove.kiosk_pulled import Table, in_process, over_pcsc

T = TypeVar("T")
CATALOGUE = load("ibusuki")
SESSIONS = 40
SLOW_CARD_SECONDS = 0.1
"""Per command, over what the virtual card takes. An assumption on the bad side: no real card was measured for this."""
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
READABLE = tuple(person.id for person in PEOPLE if person.is_my_number_card and person.tries > 1)


@dataclass
class Times:
    """Seconds of each session, split; `commands` of each session's card."""

    card: list[float] = field(default_factory=list)
    render: list[float] = field(default_factory=list)
    spool: list[float] = field(default_factory=list)
    commands: list[int] = field(default_factory=list)

    def whole(self, per_command: float = 0.0) -> list[float]:
        """Tap to form ready, with so many seconds more for each command to the card."""
        return [c + r + s + n * per_command
                for c, r, s, n in zip(self.card, self.render, self.spool, self.commands, strict=True)]


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


def claim(claims: Claims) -> None:
    """All lines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        maker = FormMaker(Shelf(fonts.prepare(folder / "fonts")), keys.sender(folder / "keys", None, demo=True))
        spool = Spool(folder / "spool", FilePrinter(folder / "printed"))
        here = in_process()
        inside = _sessions(here, maker, spool)
        _tell(claims, here.says, inside)
        with over_pcsc() as real:
            if real is None:
                claims.line("tap → form ready over real PC/SC", "not measured: pcscd or vsmartcard-vpcd is missing", "measured",
                            reached=False)
                return
            outside = _sessions(real, maker, spool)
            _tell(claims, real.says, outside)
    ratio = statistics.median(outside.card) / statistics.median(inside.card)
    claims.told("card step over real PC/SC against in-process, medians", f"× {ratio:.1f}")


def _sessions(table: Table, maker: FormMaker, spool: Spool) -> Times:
    """The first session of each table is not counted: it warms the caches, as the agent's self-test does each morning."""
    times = Times()
    for number in range(SESSIONS + 1):
        table.lay(READABLE[number % len(READABLE)])
        facts, card = _timed(partial(_card, table.reader))
        commands = len(table.slot.commands)
        form, render = _timed(partial(_render, maker, facts))
        _, to_spool = _timed(partial(spool.print, form.job, lambda: True))
        table.take()
        if number:
            times.card.append(card)
            times.render.append(render)
            times.spool.append(to_spool)
            times.commands.append(commands)
    return times


def _card(reader: Reader) -> BasicFour:
    """Look, then read with the number."""
    tries_left(reader)
    return read_basic_four(reader, DEMO_PIN)


def _render(maker: FormMaker, facts: BasicFour) -> Form:
    request = Request(CATALOGUE.paper("juminhyo"), CATALOGUE.procedure("juminhyo"), facts,
                      {"whose": ("self",), "items": ("none",)}, 1)
    return maker.make(request, now=NOON)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def _tell(claims: Claims, says: str, times: Times) -> None:
    whole = times.whole()
    claims.told(f"tap → form ready, {says}, {SESSIONS} sessions of {len(READABLE)} people: p50 / p95",
                f"{_ms(whole, 50)} / {_ms(whole, 95)} ms")
    total = sum(whole)
    claims.told(f"  split in card / render / spool, {says}: p50; p95; share",
                "; ".join((" / ".join(_ms(step, 50) for step in (times.card, times.render, times.spool)) + " ms",
                           " / ".join(_ms(step, 95) for step in (times.card, times.render, times.spool)) + " ms",
                           " / ".join(f"{sum(step) / total:.0%}" for step in (times.card, times.render, times.spool)))))
    slow = times.whole(SLOW_CARD_SECONDS)
    at_95 = float(_ms(slow, 95)) / 1000
    claims.line(f"tap → form ready with a card that takes {SLOW_CARD_SECONDS * 1000:.0f} ms more for each of its "
                f"{statistics.median(times.commands):.0f} commands (simulated), {says}: p95", f"{at_95:.2f} s", "≤ 5 s", at_95 <= 5)
    render = float(_ms(times.render, 95))
    claims.line(f"PDF alone, {says}: p95", f"{render:.0f} ms", "≤ 1000 ms", render <= 1000)


def _ms(seconds: list[float], percent: int) -> str:
    return f"{statistics.quantiles(seconds, n=100, method='inclusive')[percent - 1] * 1000:.1f}"


if __name__ == "__main__":
    sys.exit(main())
