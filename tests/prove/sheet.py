"""What one filled-in A4 form costs: milliseconds from the card's data to the finished PDF, and its size."""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from content.catalogue import load
from kiosk_agent import keys
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.paper import fonts
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.sheet import FormMaker, Request
from kiosk_agent.virtual_card.people import PEOPLE

SHEETS = 40
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


def measure() -> tuple[float, float]:
    """(median milliseconds, largest kilobytes) over sheets of all practice people; the fonts are prepared once before, as at
    the start of the agent."""
    catalogue = load("ibusuki")
    paper, procedure = next(p for p in catalogue.papers if p.id == "juminhyo"), catalogue.procedure("juminhyo")
    with tempfile.TemporaryDirectory() as folder:
        maker = FormMaker(Shelf(fonts.prepare(Path(folder) / "fonts")), keys.sender(Path(folder) / "keys", None, demo=True))
        milliseconds: list[float] = []
        kilobytes: list[float] = []
        for number in range(SHEETS):
            person = PEOPLE[number % len(PEOPLE)]
            request = Request(paper, procedure, BasicFour(person.name, person.address, person.birthdate, person.sex),
                              {"whose": ("self",), "items": ("none",)}, 1)
            began = time.perf_counter()
            form = maker.make(request, now=NOON)
            milliseconds.append((time.perf_counter() - began) * 1000)
            kilobytes.append(len(form.job.pdf) / 1024)
    return statistics.median(milliseconds), max(kilobytes)
