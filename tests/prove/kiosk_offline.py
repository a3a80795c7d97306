"""`python -m tests.prove.kiosk_offline`: the network is gone, answers get lost, the agent is killed: nothing lost, nothing double.

Four parts. In the first a whole counter works through thirty simulated minutes without a network; in the second the real queue and
sender take many more applications in that time, with a clock that is moved. In the third a real process owns the queue and is
killed at random moments. In the fourth the safeguards are taken away one by one, to show that these counts can find a fault.
"""

import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from kiosk_agent.queue import Outgoing, sealing_key
from kiosk_agent.sync import Sync
from tests.fakes.office import FakeOffice
from tests.fakes.world import FRIDAY_NOON, FakeClock
from tests.prove.claims import Claims
from tests.prove.kiosk_killed import LONGEST_LIFE, NewIdEachTime, SaysFirst, doubles, filing_of, killed

SESSIONS, OUTAGE = 400, timedelta(minutes=30)
KILLS = 150
"""How often the process is killed."""


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


def claim(claims: Claims) -> None:
    """All lines."""
    # Not at the top: it draws fonts and keys, and each killed process imports this module again when it is run by itself.
    from tests.prove import kiosk_offline_counter

    kiosk_offline_counter.claim(claims)
    _half_an_hour(claims)
    _kills(claims)
    _without_safeguards(claims)


def _half_an_hour(claims: Claims) -> None:
    dice, clock = random.Random(5), FakeClock(FRIDAY_NOON)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outgoing = Outgoing(folder / "queue", sealing_key(folder / "keys"))
        office = FakeOffice(clock=lambda: clock.now)
        sync = Sync(office, outgoing, clock=clock)
        sync.turn()
        office.away = True
        back, step = clock.now + OUTAGE, OUTAGE / SESSIONS
        next_try, calls, waits = clock.now, 0, 0
        while clock.now < back:
            outgoing.put(filing_of(f"{waits:08}", clock.now))
            waits += 1
            clock.now += step
            if clock.now >= next_try:
                next_try = clock.now + timedelta(seconds=sync.turn())
                calls += 1
        most, oldest = outgoing.waiting(), outgoing.oldest()
        office.away, office.while_asked = False, lambda: setattr(office, "answers_lost", int(dice.random() < 0.3))
        began = clock.now
        while outgoing.waiting() and clock.now < began + timedelta(hours=1):
            clock.now += timedelta(seconds=sync.turn())
        took, left = clock.now - began, outgoing.waiting()
        outgoing.close()
    claims.line(f"{OUTAGE.seconds // 60} simulated minutes offline: applications taken / waiting at the end", f"{waits} / {most}",
                "equal", waits == most)
    age = f"{(began - oldest).seconds // 60} min" if oldest else "none"
    claims.told("  calls made in vain meanwhile; age of the oldest that the staff see", f"{calls}; {age}")
    lost, twice = waits - len(office.cases), doubles(office.cases)
    claims.told("  then the network is back but loses 30 % of all answers; applications that the office heard", len(office.heard))
    claims.line("  at the office / lost / double / left here", f"{len(office.cases)} / {lost} / {twice} / {left}",
                f"{waits} / 0 / 0 / 0", lost == twice == left == 0)
    claims.told("  simulated time until all was there", f"{took.seconds} s")


def _kills(claims: Claims) -> None:
    seen = killed(KILLS)
    claims.told("kill -9 of a real process that owns the queue", f"{seen.kills} times at random moments, at most "
                f"{LONGEST_LIFE * 1000:.0f} ms into its work; {len(seen.said)} applications were said to be taken, "
                f"{seen.heard} calls heard by the office")
    twice, unsaid = doubles(seen.cases), len({str(c.answers["purpose"]) for c in seen.cases.values()} - seen.said)
    claims.line("  of them at the office / lost / double", f"{len(seen.said) - seen.lost} / {seen.lost} / {twice}",
                f"{len(seen.said)} / 0 / 0", seen.lost == twice == 0 < len(seen.said))
    claims.told("  kept on the disk but killed before the screen could say so (sent all the same, once)", unsaid)
    claims.line("  restarts that found a damaged or held queue; queue empty at the end", f"{len(seen.troubles)}; {seen.drained}",
                "0; True", not seen.troubles and seen.drained)
    claims.line("  looks into the queue's files that found a name in the clear; ids left in them at the end",
                f"{seen.readable}; {seen.remains}", "0; 0", seen.readable == seen.remains == 0)


def _without_safeguards(claims: Claims) -> None:
    few = max(KILLS // 5, 20)
    first = killed(few, (SaysFirst, Sync))
    able = "> 0, or this proof could find nothing"
    claims.line(f"the same with a queue that says taken before it is on the disk ({few} kills): lost", first.lost, able,
                first.lost > 0)
    new_ids = killed(few, (Outgoing, NewIdEachTime))
    twice = doubles(new_ids.cases)
    claims.line(f"the same with a sender that chooses a new id at each try ({few} kills): double", twice, able, twice > 0)


if __name__ == "__main__":
    sys.exit(main())
