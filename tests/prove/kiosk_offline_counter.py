"""Half an hour at a whole counter without a network: what is printed, kept, and sent once when the line is back."""

import tempfile
from collections import Counter as Tally
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from kiosk_agent.journeys import Journey, Screen
from kiosk_agent.paper import fonts
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.queue import Outgoing, sealing_key
from kiosk_agent.sync import Line, Sync
from tests.fakes.office import FakeOffice
from tests.fakes.world import FRIDAY_NOON, FakeClock
from tests.kiosk_agent.test_prepared import a_code
from tests.prove.claims import Claims
from tests.prove.kiosk_bench import Bench, in_process

OUTAGE = timedelta(minutes=30)
PACE = timedelta(seconds=50)
"""Between two people."""
TURNS = 20
"""Of the sender, when the network is back."""


def claim(claims: Claims) -> None:
    """Forms from cards, requests by card, and forms from the phone's symbols."""
    clock, wanted, came, symbols = FakeClock(FRIDAY_NOON), Tally[str](), Tally[str](), a_code(parts=2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = FakeOffice(clock=clock)
        outgoing = Outgoing(folder / "queue", sealing_key(folder / "keys"))
        sync = Sync(office, outgoing, clock=clock)
        bench = Bench(in_process(), folder, Shelf(fonts.prepare(folder / "fonts")), office=office, outgoing=outgoing, clock=clock)
        sync.turn()
        office.away = True
        back = clock.now + OUTAGE
        while clock.now < back:
            for way in (Journey.FORMS, Journey.REQUEST, Journey.CODE):
                wanted[way] += 1
                came[way] += _sheets_of(bench, way, symbols)
                clock.now += PACE
                sync.turn()
        line, waiting = sync.standing.line, outgoing.waiting()
        office.away = False
        for _ in range(TURNS):
            clock.now += timedelta(seconds=sync.turn())
        left, heard, cases = outgoing.waiting(), len(office.heard), dict(office.cases)
        outgoing.close()
    forms, codes, requests = (wanted[way] for way in (Journey.FORMS, Journey.CODE, Journey.REQUEST))
    claims.line(f"at a whole counter, {OUTAGE.seconds // 60} simulated minutes without a network ({line}), in-process card: "
                "(a) forms printed / (c) forms from a phone's two symbols printed / (b) requests kept, number printed",
                f"{came[Journey.FORMS]} of {forms} / {came[Journey.CODE]} of {codes} / {came[Journey.REQUEST]} of {requests}",
                "all", came == wanted and waiting == requests and line is Line.OFFLINE)
    people = {str(case.applicant["fullName"]) for case in cases.values()}
    claims.line("  then synced / heard by the office / double / left", f"{len(cases)} / {heard} / {heard - len(cases)} / {left}",
                f"{requests} / {requests} / 0 / 0", len(cases) == heard == requests and left == 0 and people == {"指宿 花子"})


def _sheets_of(bench: Bench, way: Journey, symbols: Sequence[str]) -> bool:
    """Whether one person of that journey came to its end with one job printed."""
    bench.to_start()
    bench.printer.sheets.clear()
    if way is not Journey.CODE:
        end = bench.walks("hanako", way)
        if way is Journey.REQUEST and end is Screen.INSTEAD:
            bench.press("go_on")
            return bench.screen is Screen.TAKE_CARD and len(bench.printer.sheets) == 1
        return end is Screen.DONE and len(bench.printer.sheets) == 1
    for pressed, value in (("touched", ""), ("code_way", ""), *(("code", symbol) for symbol in symbols), ("go_on", "")):
        bench.press(pressed, value)
    return bench.screen is Screen.DONE and len(bench.printer.sheets) == 1
