"""`python -m tests.prove.kiosk_pulled`: how many commands each read of a card costs, and what happens when it is pulled at each.

Every read stands in one table. Commands are counted on the card's side. A card is pulled at every single command of every
read, in this process and over real PC/SC (pcscd with vsmartcard's virtual reader), and the next person's card must work.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk_agent.card import facts, kenmen_nyuryoku_hojo
from kiosk_agent.card.reading import read_basic_four, tries_left
from kiosk_agent.errors import CardRemoved, KioskError, ReaderTrouble
from kiosk_agent.transport import daemon, pcsc
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.people import DEMO_PIN
from kiosk_agent.virtual_card.slot import NO_ACCIDENTS, Accidents, Slot
from kiosk_agent.virtual_card.vpcd import FIRST_PORT, VpcdCard
from tests.prove.claims import Claims

IDLE_SECONDS = 3.0
"""Goal 28 of the study: so soon after a pull the counter is ready for the next person."""
NOTICE_SECONDS = 15.0
KEPT = (kenmen_nyuryoku_hojo.BasicFour, facts.CardFacts, facts.Picture, facts.SignedChallenge, facts.Secret)
"""What holds something of a person after a read."""


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that the counter does with a card, and whose card it is tried with."""

    name: str
    person: str
    run: Callable[[Reader], object]


LOOK = Read("look at a My Number card (tries left)", "hanako", tries_left)
FOUR = Read("four facts by PIN, 券面事項入力補助AP", "hanako", lambda reader: read_basic_four(reader, DEMO_PIN))
LONGEST = Read("the same, the longest name and address", "nagai", lambda reader: read_basic_four(reader, DEMO_PIN))
READS: tuple[Read, ...] = (LOOK, FOUR, LONGEST)
"""A new kind of card adds a row here: then it is counted, pulled at every command, and read after every pull."""
JOURNEYS: tuple[tuple[str, tuple[Read, ...]], ...] = (("card → printed form", (LOOK, FOUR)),)
AFTERWARDS = Read("the next person's card", "yoshida", lambda reader: read_basic_four(reader, DEMO_PIN))


class CountingSlot(Slot):
    """Writes down which commands reached the card."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[bytes] = []

    def exchange(self, command: bytes, placing: int) -> bytes | None:
        """As the slot does; counted before, since a card that is pulled was asked too."""
        self.commands.append(command)
        return super().exchange(command, placing)


@dataclass
class Table:
    """A slot, the reader over it, and how long the reader takes to notice what is laid and taken."""

    says: str
    slot: CountingSlot
    reader: Reader

    def lay(self, person: str, accidents: Accidents = NO_ACCIDENTS) -> None:
        """Lay a card and wait until the reader has it."""
        self.slot.place(person, accidents)
        self._until(lambda: self.reader.placed() is not None)
        self.slot.commands.clear()

    def take(self) -> None:
        """Take it away and wait until the reader knows."""
        self.slot.remove()
        self._until(lambda: self.reader.placed() is None)

    @staticmethod
    def _until(so: Callable[[], bool]) -> None:
        until = time.monotonic() + NOTICE_SECONDS
        while not so():
            if time.monotonic() > until:
                raise TimeoutError("the reader did not notice")
            time.sleep(0.01)


def in_process() -> Table:
    """Without PC/SC."""
    slot = CountingSlot()
    return Table("in-process", slot, InProcessReader(slot))


@contextmanager
def over_pcsc() -> Iterator[Table | None]:
    """The last virtual reader of a real pcscd, which is started here where none runs; None where that cannot be had."""
    if daemon.missing_parts():
        yield None
        return
    started = None if _virtual_readers() else daemon.start()
    until = time.monotonic() + NOTICE_SECONDS
    while not (names := _virtual_readers()) and time.monotonic() < until:
        time.sleep(0.05)
    slot = CountingSlot()
    # The last one, so that a running demonstration keeps the first.
    card = VpcdCard(slot, FIRST_PORT + max(len(names) - 1, 0))
    try:
        if names:
            card.start()
            yield Table("over real PC/SC", slot, pcsc.PcscReader(names[-1]))
        else:
            yield None
    finally:
        if names:
            card.stop()
        if started is not None:
            started.terminate()
            started.wait(timeout=10)


def _virtual_readers() -> list[str]:
    try:
        return sorted(name for name in pcsc.reader_names() if name.startswith(pcsc.VIRTUAL))
    except ReaderTrouble:
        return []


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


def claim(claims: Claims) -> None:
    """All lines."""
    here = in_process()
    counts = {read.name: _commands(here, read) for read in READS}
    _pulled(claims, here, counts)
    with over_pcsc() as real:
        if real is None:
            claims.line("over real PC/SC", f"not proved: {'・'.join(daemon.missing_parts()) or 'pcscd cannot be started here'}",
                        "proved", reached=False)
        else:
            there = {read.name: _commands(real, read) for read in READS}
            claims.line("commands counted in-process and over real PC/SC", "equal" if counts == there else f"{counts} / {there}",
                        "equal", counts == there)
            _pulled(claims, real, counts)
    for read in READS:
        claims.told(f"commands (APDUs): {read.name}", counts[read.name])
    for name, parts in JOURNEYS:
        claims.told(f"commands (APDUs) of the journey {name}", sum(counts[read.name] for read in parts))


def _commands(table: Table, read: Read) -> int:
    table.lay(read.person)
    read.run(table.reader)
    count = len(table.slot.commands)
    table.take()
    return count


def kept_in_memory() -> int:
    """How many things that hold something of a person this process still has."""
    gc.collect()
    return sum(type(thing) in KEPT for thing in gc.get_objects())


@dataclass
class _Pulls:
    points: int = 0
    wrong: int = 0
    """Ended with anything but "the card was removed"."""
    late: int = 0
    """Later than three seconds."""
    remains: int = 0
    next_failed: int = 0
    slowest: float = 0.0


def _pulled(claims: Claims, table: Table, counts: dict[str, int]) -> None:
    seen, before = _Pulls(), kept_in_memory()
    for read in READS:
        for at in range(1, counts[read.name] + 1):
            _pull(table, read, at, seen)
            seen.remains += max(kept_in_memory() - before, 0)
    claims.line(f"card pulled at every command of every read, {table.says}: points / stuck or wrongly told / something kept / "
                "next card does not work", f"{seen.points} / {seen.wrong + seen.late} / {seen.remains} / {seen.next_failed}",
                "all / 0 / 0 / 0", seen.wrong + seen.late + seen.remains + seen.next_failed == 0 < seen.points)
    claims.line(f"  slowest of them until the counter could go on, {table.says}", f"{seen.slowest:.2f} s",
                f"≤ {IDLE_SECONDS:.0f} s", seen.slowest <= IDLE_SECONDS)


def _pull(table: Table, read: Read, at: int, seen: _Pulls) -> None:
    table.lay(read.person, Accidents(pull_at=at))
    seen.points += 1
    began = time.monotonic()
    try:
        read.run(table.reader)
        seen.wrong += 1
    except CardRemoved:
        pass
    except KioskError:
        seen.wrong += 1
    table.take()
    took = time.monotonic() - began
    seen.slowest = max(seen.slowest, took)
    seen.late += took > IDLE_SECONDS
    table.lay(AFTERWARDS.person)
    try:
        AFTERWARDS.run(table.reader)
    except KioskError:
        seen.next_failed += 1
    table.take()


if __name__ == "__main__":
    sys.exit(main())
