"""A print service as hostile as CUPS was seen to be, in simulated time: what `lp`, `cancel` and `ipptool` would say of it.

Seen on CUPS 2.4.2 (Debian 12), and done here at random: a job that was printing when the service was killed is printed again
from its first page after the start; the service is away for a while; `lp` queues a job and its answer is lost; a job waits
long before it starts; a cancelled job lingers; the page that lies in the printer comes out after the cancelling; waiting jobs
overtake one another; the printer jams between two pages; the service ends a job for no reason.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper import marks
from kiosk_agent.paper.cups import LEASE

STEP = 0.05


@dataclass
class Queued:
    """One job as the service knows it."""

    content: bytes = field(repr=False)
    title: str
    starts: float
    """No sooner than this."""
    whole: int
    """Pages of it."""
    state: str = "pending"
    pages: int = 0
    next_page: float = 0.0
    lingers: int = 0
    """So many cancellings are not heard."""


@dataclass(frozen=True)
class Sheet:
    """A page that came out."""

    at: float
    passed: float
    """When its job was let to the printer."""
    content: bytes = field(repr=False)
    page: int


class HostileCups:
    """One kiosk's service and printer. `gate`: the tickets' folder of the gate in front of the printer, or None."""

    def __init__(self, dice: random.Random, gate: Path | None, accidents: float = 0.1) -> None:
        self.now = 0.0
        self.tray: list[Sheet] = []
        self.accidents = accidents
        self.during: Callable[[], None] = lambda: None
        self._dice = dice
        self._gate = gate
        self._jobs: dict[int, Queued] = {}
        self._number = 0
        self._away_until = 0.0
        self._jammed_until = 0.0
        self._slow = 0.0
        self._passed: dict[int, float] = {}
        self._late: list[Sheet] = []

    def wait(self, seconds: float) -> None:
        """Time goes by: the service works, and what else happens meanwhile happens (`during`)."""
        until = self.now + seconds
        while self.now < until:
            self.now += STEP
            self._work()
        self.during()

    def restart(self) -> None:
        """Killed and started again: what was printing is waiting again, and everything may be overtaken."""
        self._away_until = self.now + self._dice.choice((0.0, 2.0, 20.0))
        for job in self._jobs.values():
            if job.state in ("processing", "processing-stopped"):
                job.state, job.pages, job.starts = "pending", 0, self._away_until + self._dice.random() * 3
        self._jobs = dict(self._dice.sample(sorted(self._jobs.items(), key=lambda entry: entry[0]), len(self._jobs)))

    def jam(self, seconds: float) -> None:
        """The printer says so, and nothing comes for that long."""
        self._jammed_until = self.now + seconds

    def go_away(self, seconds: float) -> None:
        """Nobody answers for that long."""
        self._away_until = self.now + seconds

    def slow_down(self, seconds: float) -> None:
        """Every job waits that long before it begins."""
        self._slow = seconds

    def run(self, words: Sequence[str], content: bytes) -> str:
        """The answer of a printing program."""
        self.wait(0.02)
        if self.now < self._away_until:
            raise PrinterTrouble(f"{words[0]}: nobody answers", PrinterReason.OFFLINE)
        match words[0]:
            case "lp":
                return self._lp(words[words.index("-t") + 1], content)
            case "cancel":
                self._cancel()
                return ""
            case _:
                return self._state()

    def _happens(self, share: float = 1.0) -> bool:
        return self._dice.random() < self.accidents * share

    def _lp(self, title: str, content: bytes) -> str:
        self._number += 1
        slow = self._dice.choice((5.0, 40.0, 90.0)) if self._happens() else self._slow
        lingers = self._dice.choice((3, 80)) if self._happens() else 0
        self._jobs[self._number] = Queued(content, title, self.now + 0.1 + slow, len(marks.read(content)), lingers=lingers)
        if self._happens(0.3):
            raise PrinterTrouble("lp: the answer is lost", PrinterReason.OFFLINE)
        return f"request id is kiosk-{self._number} (1 file(s))\n"

    def _cancel(self) -> None:
        for number, job in list(self._jobs.items()):
            if job.state == "completed":
                del self._jobs[number]
                continue
            job.lingers -= 1
            if job.lingers >= 0:
                continue
            if job.state == "processing" and job.pages < job.whole and self._happens(5.0):
                self._late.append(Sheet(self.now + self._dice.random() * 5, self._passed[number], job.content, job.pages + 1))
            del self._jobs[number]

    def _state(self) -> str:
        busy = any(job.state == "processing" for job in self._jobs.values())
        reason = "media-jam-error" if self.now < self._jammed_until else "none"
        lines = [f"        printer-state (enum) = {'processing' if busy else 'idle'}",
                 f"        printer-state-reasons (keyword) = {reason}"]
        for count, (number, job) in enumerate(self._jobs.items()):
            lines += ["        -- separator --"] if count else []
            lines += [f"        job-id (integer) = {number}", f"        job-state (enum) = {job.state}",
                      f"        job-impressions-completed (integer) = {job.pages}"]
        return "\n".join(lines) + "\n"

    def _work(self) -> None:
        for late in [one for one in self._late if one.at <= self.now]:
            self._late.remove(late)
            self.tray.append(late)
        if self.now < self._away_until or self.now < self._jammed_until:
            return
        printing = next(((n, job) for n, job in self._jobs.items() if job.state == "processing"), None)
        if printing is None:
            self._begin()
            return
        number, job = printing
        if self.now < job.next_page:
            return
        if self._happens(0.2):
            self._jammed_until = self.now + self._dice.choice((0.3, 30.0))
            return
        if self._happens(0.1):
            job.state = "aborted"
            return
        job.pages += 1
        job.next_page = self.now + 1.0
        self.tray.append(Sheet(self.now, self._passed[number], job.content, job.pages))
        if job.pages == job.whole:
            job.state = "completed"

    def _begin(self) -> None:
        for number, job in self._jobs.items():
            if job.state == "pending" and job.starts <= self.now:
                if not self._lets_through(job.title.removeprefix("madonavi-")):
                    job.state = "canceled"
                    return
                job.state, job.next_page = "processing", self.now + 1.0
                self._passed[number] = self.now
                return

    def _lets_through(self, mark: str) -> bool:
        """What gate.sh does, in simulated time."""
        if self._gate is None:
            return True
        try:
            age = self.now - (self._gate / mark).stat().st_mtime
            (self._gate / mark).unlink()
        except FileNotFoundError:
            return False
        return -0.001 <= age <= LEASE



def well_behaved(gate: Path | None) -> HostileCups:
    """One to which nothing happens but what is ordered."""
    return HostileCups(random.Random(0), gate, accidents=0.0)
