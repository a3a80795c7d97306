"""A counter on a test's table: virtual cards in this process, a clock the test moves, a printer that can be out of paper."""

import gc
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from content.catalogue import Catalogue
from kiosk_agent import keys
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.counter import Counter
from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.spool import Spool
from kiosk_agent.session import Screen
from kiosk_agent.sheet import FormMaker
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.slot import NO_ACCIDENTS, Accidents, Slot
from tests.fakes.world import FRIDAY_NOON, ibusuki


def people_in_memory() -> int:
    """How many people's facts this process holds, wherever."""
    gc.collect()
    return sum(type(thing) is BasicFour for thing in gc.get_objects())


class TablePrinter:
    """Keeps what it printed; `out_of_paper` makes it refuse; `meanwhile` happens while a sheet is on its way."""

    name = "tests' printer"

    def __init__(self) -> None:
        self.sheets: list[bytes] = []
        self.out_of_paper = False
        self.meanwhile: Callable[[], None] = lambda: None

    def condition(self) -> PrinterReason | None:
        """What it tells when it is asked."""
        return PrinterReason.PAPER if self.out_of_paper else None

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """One sheet, unless it is not wanted any more."""
        self.meanwhile()
        if self.out_of_paper or not wanted():
            raise PrinterTrouble("no paper")
        self.sheets.append(file.read_bytes())

    def forget(self) -> None:
        """Nothing is kept of a session."""


class Table:
    """Counter, slot, printer and clock."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self.now = FRIDAY_NOON
        self.slot = Slot(wait=lambda seconds: None)
        self.printer = TablePrinter()
        self.folder = folder
        self.people_before = people_in_memory()
        catalogue: Catalogue = ibusuki()
        paper = catalogue.paper("juminhyo")
        forms = FormMaker(shelf, keys.sender(folder / "keys", None, demo=True))
        self.counter = Counter(InProcessReader(self.slot), forms, Spool(folder / "spool", self.printer), paper,
                               catalogue.procedure(paper.procedure or ""), clock=self.clock)

    def clock(self) -> datetime:
        """The table's time."""
        return self.now

    @property
    def screen(self) -> str:
        """The name of what the person sees."""
        return str(self.counter.session.screen)

    def places(self, person: str, accidents: Accidents = NO_ACCIDENTS) -> None:
        """A card is laid down, and the counter looks at it."""
        self.slot.place(person, accidents)
        self.goes_on()

    def takes(self) -> None:
        """The card is taken."""
        self.slot.remove()
        self.goes_on()

    def presses(self, pressed: str, value: str = "") -> None:
        """A button of the screen that is shown."""
        self.counter.press(self.counter.session.turn, pressed, value)
        self.goes_on()

    def waits(self, seconds: float) -> None:
        """Time goes by without a touch."""
        self.now += timedelta(seconds=seconds)
        self.goes_on()

    def goes_on(self) -> None:
        """The counter's thread, until nothing moves any more."""
        for _ in range(20):
            before = self.counter.session.turn
            self.counter.tick()
            if self.counter.session.turn == before:
                return
        raise AssertionError(f"never comes to rest: {self.screen}")

    def up_to_confirm(self, person: str = "hanako") -> None:
        """Card laid, number typed, facts on the screen."""
        self.places(person)
        if self.screen == Screen.LAST_TRY:
            self.presses("go_on")
        self.presses("pin", "1234")

    def up_to_copies(self, person: str = "hanako") -> None:
        """The last question."""
        self.up_to_confirm(person)
        self.presses("go_on")
        self.presses("answer", "self")
        self.presses("answer", "none")
