"""One kiosk to be explored: the real counter and spool between a card, a form maker and a printer that answer when told."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Semaphore, Thread

from content.catalogue import Catalogue, load
from kiosk_agent.counter import Counter
from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper import marks
from kiosk_agent.paper.drawing import Sheet
from kiosk_agent.paper.printers import sheet
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import Job, Spool
from kiosk_agent.session import Screen
from kiosk_agent.sheet import Form, FormMaker, Request
from kiosk_agent.transport.base import CardConnection
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.people import DEMO_PIN, PEOPLE
from kiosk_agent.virtual_card.slot import Slot
from tests.fakes.world import FRIDAY_NOON

NAMES = {person.id: person.name for person in PEOPLE}
ANSWERS = {"hanako": "self", "tsuji": "household"}
"""What each of the two says to the question whose certificate it is."""
SECONDS = 10.0
"""A thread that does not come to its next halt in that time hangs."""


@dataclass(frozen=True)
class Trust:
    """What is as it should be. Each mutant leaves one of them out."""

    notices_swap: bool = True
    asks_again: bool = True


class Ended(BaseException):
    """The walk is over: the counter's thread ends wherever it waits."""


class Baton:
    """Lets the counter's thread run from one wait to the next, and nobody else meanwhile."""

    def __init__(self) -> None:
        self.at = ""
        self._go, self._halted, self._over = Semaphore(0), Semaphore(0), False

    def halt(self, where: str) -> None:
        """Called by the counter's thread: wait here until it is told to go on."""
        self.at = where
        self._halted.release()
        self._go.acquire()
        if self._over:
            raise Ended

    def arrived(self) -> None:
        """Called by the walk: the thread has come to a halt. Raises AssertionError when it hangs."""
        if not self._halted.acquire(timeout=SECONDS):
            raise AssertionError(f"the counter hangs after {self.at}")

    def run_on(self) -> None:
        """Up to the next halt."""
        self._go.release()
        self.arrived()

    def end(self) -> None:
        """For good."""
        self._over = True
        self._go.release()


class LateReader:
    """The virtual card; its answers are there at once, and reach the counter when the walk says so."""

    name = "walk's reader"

    def __init__(self, slot: Slot, baton: Baton, trust: Trust) -> None:
        self._slot, self._baton, self._trust = slot, baton, trust
        self._reader = InProcessReader(slot)

    def placed(self) -> int | None:
        """The number of this laying down."""
        number = self._slot.placed()
        return number if self._trust.notices_swap or number is None else 1

    @contextmanager
    def connect(self) -> Iterator[CardConnection]:
        """Power up; what was read arrives late."""
        with self._reader.connect() as card:
            yield card
        self._baton.halt("card has answered")


class LateForms(FormMaker):
    """Forms with marks and nothing on them; remembers whose each was."""

    def __init__(self, baton: Baton) -> None:
        self._baton = baton
        self.made: dict[str, tuple[str, str]] = {}

    def make(self, request: Request, *, now: datetime) -> Form:
        """(name, whose) is kept by mark."""
        mark = f"{len(self.made):032x}"
        self.made[mark] = (request.person.name, request.answers["whose"][0])
        self._baton.halt("form is made")
        return Form(Job("ABCD-EFGH", mark, _pdf(mark)), ())


class LatePrinter:
    """A printer that asks whether the sheet is wanted when it takes it, and answers late."""

    name = "walk's printer"

    def __init__(self, baton: Baton, slot: Slot, trust: Trust) -> None:
        self._baton, self._slot, self._trust = baton, slot, trust
        self.sheets: list[tuple[str, str | None]] = []
        """(mark, whose card lay there when the sheet was let out)."""

    def condition(self) -> PrinterReason | None:
        """Always ready."""
        return None

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """One sheet, if it is still wanted."""
        self._baton.halt("printer has the sheet")
        if self._trust.asks_again and not wanted():
            raise PrinterTrouble("given up", PrinterReason.GIVEN_UP)
        self.sheets.append((marks.read(sheet(file))[0].session_mark, self._slot.person()))
        self._baton.halt("sheet is out")

    def forget(self) -> None:
        """Nothing is kept of a session."""


class Kiosk:
    """The driver of one kiosk: `mine` is the person it begins with, the other one comes later."""

    def __init__(self, folder: Path, *, mine: str = "hanako", trust: Trust | None = None) -> None:
        trust = trust or Trust()
        self._people = {"hers": mine, "his": next(person for person in ANSWERS if person != mine)}
        self._now = FRIDAY_NOON
        self._baton = Baton()
        self._slot = Slot(wait=lambda seconds: None)
        self._forms = LateForms(self._baton)
        self._printer = LatePrinter(self._baton, self._slot, trust)
        self._counter = _counter(LateReader(self._slot, self._baton, trust), self._forms, Spool(folder, self._printer), self._clock)
        self._old_page = 0
        self._unseen: tuple[str, ...] = ()
        self._crossed: list[str] = []
        Thread(target=self._runs, daemon=True).start()
        self._baton.arrived()

    def steps(self) -> tuple[str, ...]:
        """What can happen: the counter goes on; a card is laid or taken; a button of this page or an old one; a minute goes by."""
        person, screen = self._slot.person(), self._counter.session.screen
        steps = ["counter"]
        steps += [name for name, who in self._people.items() if who != person]
        steps += ["takes"] if person is not None else []
        steps += ["press"] if screen in _BUTTONS else []
        steps += ["old page"] if self._old_page not in (0, self._counter.session.turn) else []
        steps += ["minute"] if self._counter.seconds_left() is not None else []
        return tuple(steps)

    def take(self, step: str) -> None:
        """It happens; then it is looked whether something of one reached the other."""
        match step:
            case "counter":
                if self._baton.at == "rest":
                    self._unseen = ()
                self._baton.run_on()
            case "hers" | "his":
                self._slot.place(self._people[step])
                self._unseen += (step,)
            case "takes":
                self._slot.remove()
                self._unseen += (step,)
            case "press":
                self._press(self._counter.session.turn)
            case "old page":
                self._press(self._old_page)
            case "minute":
                self._now += timedelta(seconds=61)
        self._look()

    def situation(self) -> Hashable:
        """The session, what lies there, what the counter has not seen of it, where its thread waits, what is out."""
        session = self._counter.session
        person = session.person.name if session.person else None
        old = self._old_page - session.turn if self._old_page else None
        minutes = self._counter.seconds_left()
        return (session.screen, person, tuple(sorted(session.answers.items())), session.copies, session.tries, self._slot.person(),
                self._unseen, self._baton.at, old, minutes, tuple(self._printer.sheets), tuple(self._forms.made.values()))

    def crossed(self) -> tuple[str, ...]:
        """What reached somebody else."""
        return tuple(self._crossed)

    def close(self) -> None:
        """The thread ends."""
        self._baton.end()

    def _clock(self) -> datetime:
        return self._now

    def _runs(self) -> None:
        try:
            while True:
                self._baton.halt("rest")
                self._counter.tick()
        except Ended:
            return

    def _press(self, turn: int) -> None:
        """The next button of that page, by whoever stands there."""
        screen, person = self._counter.session.screen, self._slot.person() or "hanako"
        pressed, value = _BUTTONS.get(screen, ("go_on", ""))
        value = ANSWERS[person] if screen is Screen.WHOSE else value
        current = turn == self._counter.session.turn
        if current and self._old_page == 0 and person == self._people["hers"]:
            self._old_page = turn
        self._counter.press(turn, pressed, value)

    def _look(self) -> None:
        """At rest with everything seen, the facts shown are those of the card that lies there. A sheet is let out only while the
        card of the person on it lies there, and says what that person said."""
        session, lies = self._counter.session, self._slot.person()
        names = {name: id for id, name in NAMES.items()}
        shown = names[session.person.name] if session.person else None
        noticed = self._baton.at == "rest" and not self._unseen
        if noticed and shown is not None and shown != lies:
            self._crossed.append(f"{shown} is shown to {lies}")
        said = session.answers.get("whose", ())
        if noticed and shown and said and said[0] != ANSWERS[shown]:
            self._crossed.append(f"{shown} has the answer of somebody else")
        for mark, there in self._printer.sheets:
            name, whose = self._forms.made[mark]
            if there != names[name]:
                self._crossed.append(f"the sheet of {names[name]} came out before {there}")
            if whose != ANSWERS[names[name]]:
                self._crossed.append(f"the sheet of {names[name]} says what somebody else said")


_BUTTONS = {Screen.PIN: ("pin", DEMO_PIN), Screen.CONFIRM: ("go_on", ""), Screen.WHOSE: ("answer", ""),
            Screen.ITEMS: ("answer", "none"), Screen.COPIES: ("answer", "1"),
            Screen.PRINTER: ("go_on", ""), Screen.TIMED_OUT: ("go_on", "")}
"""The button with which a person goes on, on each screen that waits for one."""


def _counter(reader: LateReader, forms: LateForms, spool: Spool, clock: Callable[[], datetime]) -> Counter:
    """The one place that knows how a counter is put together."""
    paper = _catalogue().paper("juminhyo")
    return Counter(reader, forms, spool, paper, _catalogue().procedure(paper.procedure), clock=clock)


@cache
def _catalogue() -> Catalogue:
    return load("ibusuki")


@cache
def _renderer() -> Renderer:
    return Renderer({})


@cache
def _pdf(mark: str) -> bytes:
    return _renderer().pdf([Sheet(210, 297, ())], title="x", case_code="ABCD-EFGH", session_mark=mark)
