"""Whether a page ever comes out for the wrong person, late, twice, or of a job that was given up: thousands of jobs on many
kiosks against a hostile print service, over the real spool and the real CUPS code; and the same with each guard taken away."""

import os
import random
import secrets
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_agent.errors import PrinterTrouble
from kiosk_agent.paper.cups import LEASE, CupsPrinter
from kiosk_agent.paper.drawing import Sheet
from kiosk_agent.paper.files import digest
from kiosk_agent.paper.printers import PartlyOut
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import Job, Released, Spool
from tests.prove.claims import Claims
from tests.prove.hostile_cups import HostileCups

KIOSKS, SESSIONS = 100, int(os.environ.get("PRINT_SESSIONS", "100"))
NOTICED = 0.25
"""Seconds until the agent has noticed that a person has gone, and taken the ticket back."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a spool in memory, as ADR and setup ask for
FAULTS = ("for the wrong person", "let out after the session's end", "twice", "of an aborted job, untold",
          "missing, yet told as printed")


class AgentDied(BaseException):
    """kill -9: nothing of the agent runs after it."""


@dataclass
class Visit:
    """One session, and what it was told at its end."""

    kiosk: int
    job: Job
    pages: int
    begins: float
    ends: float
    told: str = ""
    found_by: CupsPrinter | None = None
    """After the agent died: the one that started next, which tells that something may lie in the tray."""


class Unchecked(Spool):
    """Mutant: what is in the folder is printed as it is."""

    def _check(self, file: Path, job: Job) -> None:
        return


class Forgetful(Released):
    """Mutant: a mark may be used again and again."""

    def let_out(self, session_mark: str) -> None:
        """Remembers nothing."""


@dataclass(frozen=True)
class Guards:
    """What is switched on. Each mutant switches one off."""

    gate: bool = True
    checks: bool = True
    once: bool = True


@dataclass
class Kiosk:
    """One counter: an agent that may die, a print service that outlives it, and people one after the other."""

    number: int
    folder: Path
    dice: random.Random
    guards: Guards
    visits: list[Visit] = field(default_factory=list)
    restarts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        tickets = self.folder / "tickets"
        tickets.mkdir(parents=True)
        self.tickets = tickets if self.guards.gate else None
        self.cups = HostileCups(self.dice, self.tickets)
        self.start()

    def start(self) -> None:
        """The agent starts, on the same folders."""
        self.printer = CupsPrinter("kiosk", self.cups.run, self.cups.wait, tickets=self.tickets, clock=lambda: self.cups.now)
        spool = Spool if self.guards.checks else Unchecked
        self.spool = spool(self.folder / "spool", self.printer)
        if not self.guards.once:
            self.spool._released = Forgetful()

    def receives(self, job: Job, pages: int, foreign: bytes | None, swapped: bytes | None) -> None:
        """A person comes, prints, and goes at some moment: mostly with the sheet, sometimes long before it."""
        began = self.cups.now
        stays = self.dice.choice((300.0, 300.0, 300.0, self.dice.random() * 8, self.dice.random() * 60))
        visit = Visit(self.number, job, pages, began, began + stays)
        self.visits.append(visit)
        self.spool.forget()
        dies = began + self.dice.random() * 8 if self.dice.random() < 0.05 else float("inf")
        breaks = began + self.dice.random() * 8 if self.dice.random() < 0.1 else float("inf")
        self.cups.during = lambda: self._accidents(dies, breaks)
        sent = Job(job.case_code, job.session_mark, foreign) if foreign else job
        try:
            visit.told = self._prints(sent, visit, swapped)
        except AgentDied:
            visit.told = "died"
            visit.ends = min(visit.ends, self.cups.now)
            self.cups.during = lambda: None
            self.cups.wait(self.dice.random() * 60)
            self.start()
            visit.found_by = self.printer
            self.restarts["agent"] += 1
        self.cups.during = lambda: None
        visit.ends = min(visit.ends, self.cups.now)
        self.cups.wait(self.dice.random() * 3)

    def _prints(self, job: Job, visit: Visit, swapped: bytes | None) -> str:
        def wanted() -> bool:
            if swapped is not None:  # the first question comes between check and release
                for file in (self.folder / "spool").iterdir():
                    file.write_bytes(swapped)
            return self.cups.now < visit.ends

        told = _outcome(lambda: self.spool.print(job, wanted))
        if self.dice.random() < 0.05:  # a double press
            again = _outcome(lambda: self.spool.print(job, wanted))
            told = "printed" if told == "printed" else "partly" if "partly" in (told, again) else again
        return told

    def _accidents(self, dies: float, breaks: float) -> None:
        if self.cups.now >= breaks and self.restarts["service"] < len(self.visits):
            self.restarts["service"] = len(self.visits)
            self.restarts["services"] += 1
            self.cups.restart()
        if self.cups.now >= dies:
            raise AgentDied


def _outcome(act: Callable[[], None]) -> str:
    try:
        act()
    except PartlyOut:
        return "partly"
    except PrinterTrouble:
        return "nothing"
    return "printed"


def measure(folder: Path, guards: Guards, *, kiosks: int, sessions: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """(faults by name, what happened) over kiosks x sessions jobs; the same seed meets the same accidents."""
    dice = random.Random(seed)
    renderer = Renderer({})
    faults: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    for number in range(kiosks):
        kiosk = Kiosk(number, folder / str(number), random.Random(dice.random()), guards)
        others = [_job(renderer, 1).pdf]
        for _ in range(sessions):
            pages = kiosk.dice.choice((1, 1, 2))
            job = _job(renderer, pages)
            foreign = others[-1] if kiosk.dice.random() < 0.03 else None
            swapped = others[-1] if kiosk.dice.random() < 0.03 else None
            kiosk.receives(job, pages, foreign, swapped)
            others = [job.pdf]
        kiosk.cups.wait(200.0)
        _judge(kiosk, faults, happened)
    return faults, happened


def _job(renderer: Renderer, pages: int) -> Job:
    code, mark = f"{secrets.randbelow(10000):04}-{secrets.randbelow(10000):04}", secrets.token_hex(16)
    return Job(code, mark, renderer.pdf([Sheet(210, 297, ())] * pages, title="x", case_code=code, session_mark=mark))


def _judge(kiosk: Kiosk, faults: Counter[str], happened: Counter[str]) -> None:
    """Look at every page in the tray: whose it is, who stood there when it was let to the printer, what they were told."""
    owners = {digest(visit.job.pdf): visit for visit in kiosk.visits}
    begins = [visit.begins for visit in kiosk.visits]
    out: Counter[tuple[str, int]] = Counter()
    for page in kiosk.cups.tray:
        name = digest(page.content)
        visit = owners.get(name)
        out[name, page.page] += 1
        there = kiosk.visits[bisect_right(begins, page.passed) - 1]
        if visit is None or visit is not there:
            faults["for the wrong person"] += 1
        elif page.passed > visit.ends + (LEASE if visit.told == "died" else NOTICED):
            faults["let out after the session's end"] += 1
        elif visit.told == "nothing":
            faults["of an aborted job, untold"] += 1
    faults["twice"] += sum(times > 1 for times in out.values())
    for name, visit in owners.items():
        came = sum((name, page) in out for page in range(1, visit.pages + 1))
        faults["missing, yet told as printed"] += visit.told == "printed" and came < visit.pages
        torn = visit.found_by is not None and 0 < came < visit.pages
        faults["of an aborted job, untold"] += torn and visit.found_by is not None and not visit.found_by.left_behind
        happened[visit.told] += 1
        happened["pages"] += came
    happened["agent restarts"] += kiosk.restarts["agent"]
    happened["service restarts"] += kiosk.restarts["services"]


MUTANTS = {
    "without the check of the spool": Guards(checks=False),
    "without the gate": Guards(gate=False),
    "without marks that are used once": Guards(once=False),
}


def claim(claims: Claims) -> None:
    """All faults 0 over all jobs; each guard, taken away, lets faults through."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        faults, happened = measure(Path(folder) / "all", Guards(), kiosks=KIOSKS, sessions=SESSIONS, seed=1)
        claims.told("print jobs", f"{KIOSKS * SESSIONS} on {KIOSKS} simulated kiosks: {_told(happened)}")
        for name in FAULTS:
            claims.line(f"pages {name}", faults[name], "0", faults[name] == 0)
        for name, guards in MUTANTS.items():
            found, _ = measure(Path(folder) / name.replace(" ", "-"), guards, kiosks=10, sessions=60, seed=2)
            total = sum(found.values())
            claims.line(f"the same {name}, 600 jobs", f"{total} faults ({_listed(found)})", "> 0: they are seen", total > 0)


def _told(happened: Counter[str]) -> str:
    return (f"{happened['printed']} printed, {happened['nothing']} gave nothing, {happened['partly']} partly out and told, "
            f"{happened['died']} while the agent died; {happened['pages']} pages; restarts: agent {happened['agent restarts']}, "
            f"print service {happened['service restarts']}")


def _listed(faults: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in faults.items() if count)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


if __name__ == "__main__":
    raise SystemExit(main())
