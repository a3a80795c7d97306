"""The neighbours of a counter under exploration: card, form maker, printer, office and queue, each of which does its work and
lets the counter know of it only when the walk says so."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Semaphore
from typing import Any

from content.rules.answers import Answers
from kiosk_agent import work
from kiosk_agent.desk import Filed, Filing, Left, Offline, Prepared, Refused
from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper import marks
from kiosk_agent.paper.drawing import Sheet
from kiosk_agent.paper.printers import sheet
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import Job
from kiosk_agent.sheet import Bundle, Form, Wish
from kiosk_agent.transport.base import CardConnection
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.slot import Slot
from tests.fakes.world import FRIDAY_NOON

SECONDS = 10.0
"""A thread that does not come to its next halt in that time hangs."""
CODE = "ABCD-EFGH"
"""On every sheet: what tells them apart is the mark."""
CHALLENGE = "dGhpcnR5LXR3byBieXRlcyBvZiB0aGUgb2ZmaWNlLi4="
CHECK = "4821"


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
    """The virtual card; it is asked, and its answers reach the counter, when the walk says so."""

    name = "walk's reader"

    def __init__(self, slot: Slot, baton: Baton, *, notices_swap: bool) -> None:
        self._slot, self._baton, self._notices_swap = slot, baton, notices_swap
        self._reader = InProcessReader(slot)

    def placed(self) -> int | None:
        """The number of this laying down."""
        number = self._slot.placed()
        return number if self._notices_swap or number is None else 1

    @contextmanager
    def connect(self) -> Iterator[CardConnection]:
        """Power up; what was read arrives late."""
        self._baton.halt("card is to be asked")
        with self._reader.connect() as card:
            yield card
            whose = self._slot.person()
        self._baton.halt(f"card of {whose} has answered")


@dataclass(frozen=True, slots=True)
class Made:
    """What a sheet says: whose it is, and what was asked for. A ticket names the application's number in the office's list."""

    name: str
    procedures: tuple[str, ...]
    ticket_of: str = ""


class LateForms:
    """Forms with marks and nothing on them; remembers whose each was."""

    def __init__(self, baton: Baton) -> None:
        self._baton = baton
        self.made: dict[str, Made] = {}

    @property
    def last(self) -> tuple[str, tuple[str, ...], bool] | None:
        """What the form says that was made last, without the number drawn by lot."""
        made = next(reversed(self.made.values()), None)
        return None if made is None else (made.name, made.procedures, bool(made.ticket_of))

    def bundle(self, bundle: Bundle, *, now: datetime) -> Form:
        """All sheets of one person."""
        return self._form(Made(bundle.person.name or "", tuple(_procedure(wish) for wish in bundle.wishes)))

    def family(self, event: str, answers: Answers, case_code: str, *, now: datetime) -> Form:
        """A family's bundle."""
        return self._form(Made(str(answers.get("people.1.name", "")), (event,), case_code))

    def ticket(self, case_code: str, title: str, lines: tuple[str, ...], symbol_text: str | None, *, now: datetime) -> Form:
        """A number."""
        return self._form(Made("", (), case_code))

    def _form(self, made: Made) -> Form:
        mark = f"{len(self.made):032x}"
        self.made[mark] = made
        self._baton.halt("form is made")
        return Form(Job(CODE, mark, _pdf(mark)), ())


def _procedure(wish: Wish) -> str:
    return wish.paper.procedure or wish.paper.id


@dataclass(frozen=True, slots=True)
class Out:
    """A sheet that came out, and whose card lay there when it was let out."""

    mark: str
    before: str | None


class LatePrinter:
    """A printer that asks whether the sheet is wanted when it takes it, and answers late."""

    name = "walk's printer"

    def __init__(self, baton: Baton, slot: Slot, *, asks_again: bool) -> None:
        self._baton, self._slot, self._asks_again = baton, slot, asks_again
        self.sheets: list[Out] = []

    def condition(self) -> PrinterReason | None:
        """Always ready."""
        return None

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """One sheet, if it is still wanted."""
        self._baton.halt("printer has the sheet")
        if self._asks_again and not wanted():
            raise PrinterTrouble("given up", PrinterReason.GIVEN_UP)
        self.sheets.append(Out(marks.read(sheet(file))[0].session_mark, self._slot.person()))
        self._baton.halt("sheet is out")

    def forget(self) -> None:
        """Nothing is kept of a session."""


@dataclass
class LateOffice:
    """An office whose answers come late, or never: when the line is dead at that moment the work is done and nobody hears it."""

    baton: Baton
    prepared_codes: Mapping[str, Prepared] = field(default_factory=dict)
    away: bool = False
    filings: list[Filing] = field(default_factory=list)
    checks: set[str] = field(default_factory=set)
    """Filings whose paper the officer has in hand."""
    confirmed: list[str] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    on_its_way: tuple[str, ...] = ()
    """What the last answer says; it may be old when it arrives."""

    def report(self, condition: Mapping[str, Any]) -> datetime:
        """Not asked here."""
        return FRIDAY_NOON

    def challenge(self) -> str:
        """Always the same one."""
        self._reached()
        self._answers("a challenge")
        return CHALLENGE

    def file(self, filing: Filing) -> Filed:
        """Kept once."""
        self._reached()
        self.filings.append(filing)
        self._answers("the filing")
        return self._stands(filing.id)

    def filed(self, id: str) -> Filed:
        """As it stood when it was asked, however late the answer comes."""
        self._reached()
        found = self._stands(id)
        self.on_its_way = (found.status, found.check_code)
        self._answers("how it stands")
        return found

    def confirm(self, id: str, check_code: str) -> Filed:
        """Only while that check runs."""
        self._reached()
        if id not in self.checks or check_code != CHECK:
            raise Refused("no-check")
        self.confirmed.append(id)
        self._answers("the confirmation")
        return self._stands(id)

    def stop(self, id: str) -> Filed:
        """Not asked here."""
        return self._stands(id)

    def withdraw(self, id: str) -> Filed:
        """Heard at once, or not at all."""
        if self.away:
            raise Offline
        self.withdrawn.add(id)
        return self._stands(id)

    def prepared(self, code: str) -> Prepared:
        """What lies under the code."""
        self._reached()
        if code not in self.prepared_codes:
            raise Refused("not-found")
        self.on_its_way = (code,)
        self._answers("the phone's form")
        return self.prepared_codes[code]

    def _reached(self) -> None:
        self.baton.halt("office is to be asked")
        if self.away:
            raise Offline

    def _answers(self, what: str) -> None:
        self.baton.halt(f"office has answered {what}")
        if self.away:
            raise Offline

    def _stands(self, id: str) -> Filed:
        waits = id in self.checks and id not in self.confirmed
        return Filed(id, "ABCD-EFGH-JKMN", work.DONE if id in self.confirmed else "received", "good", 200, waits,
                     CHECK if waits else "")


class LateQueue:
    """What waits for the office."""

    def __init__(self, baton: Baton) -> None:
        self._baton = baton
        self.kept: list[Filing] = []
        self.taken_back: set[str] = set()

    def put(self, filing: Filing) -> None:
        """Kept."""
        self.kept.append(filing)
        self._baton.halt("queue has the filing")

    def leave(self, left: Left, due: datetime) -> None:
        """Noted beside it: what was kept stays in its list, whose rows a walk numbers."""
        self.taken_back.add(left.id)

    def waiting(self) -> int:
        """How many."""
        return len(self.kept)

    def oldest(self) -> datetime | None:
        """When the first was made."""
        return self.kept[0].made_at if self.kept else None


@cache
def _renderer() -> Renderer:
    return Renderer({})


@lru_cache(maxsize=64)
def _pdf(mark: str) -> bytes:
    return _renderer().pdf([Sheet(210, 297, ())], title="x", case_code=CODE, session_mark=mark)
