"""A print queue of CUPS: hands a sheet over, follows it to its end, and takes it back so that it never comes out later.

CUPS is spoken to through its own programs: `lp`, `cancel`, and `ipptool`, which tells the states of IPP. (`lpstat` does not
do: on CUPS 2.4.2 it says the same of a job that was printed and of one that failed.) CUPS keeps its queue over a crash and
then prints it from the first page; what stops that is the gate (`cups_files/gate.sh`) with its tickets.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn
from urllib.parse import quote

from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper.printers import PartlyOut, mark_of, sheet

Command = Callable[[Sequence[str], bytes], str]
"""Runs a program with that input and gives what it printed; raises PrinterTrouble (OFFLINE) when it failed."""

QUESTION = Path(__file__).parent / "cups_files" / "state.test"
LOOK_SECONDS = 0.5
BLINK_SECONDS = 0.1
"""How soon it is noticed that nobody wants the sheet any more."""
LEASE = 3.0
"""Seconds for which a ticket is good after it was last renewed; FRESH in gate.sh. A dead agent's job dies with it."""
TRIES = 50
"""Looks at the queue until a cancelled job is gone."""
LIVE = frozenset({"pending", "pending-held", "processing", "processing-stopped"})
"""Job states in which a page may still come (RFC 8011 §5.3.7)."""
REASONS: Mapping[str, PrinterReason] = MappingProxyType({
    "media-empty": PrinterReason.PAPER, "media-needed": PrinterReason.PAPER, "input-tray-missing": PrinterReason.PAPER,
    "media-jam": PrinterReason.JAM, "output-area-full": PrinterReason.JAM,
    "cover-open": PrinterReason.COVER, "door-open": PrinterReason.COVER, "interlock-open": PrinterReason.COVER,
    "toner-empty": PrinterReason.INK, "marker-supply-empty": PrinterReason.INK, "developer-empty": PrinterReason.INK,
    "offline": PrinterReason.OFFLINE, "shutdown": PrinterReason.OFFLINE, "timed-out": PrinterReason.OFFLINE,
    "paused": PrinterReason.OFFLINE, "stopped-partly": PrinterReason.OFFLINE,
})
"""printer-state-reasons (RFC 8011 §5.4.12) that keep a sheet from coming out."""
_SEVERITY = re.compile(r"-(report|warning|error)$")
_VALUE = re.compile(r"^ {8}([a-z-]+) \((?:1setOf )?\w+\) = (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Look:
    """What CUPS said at one moment. `jobs`: (state, pages so far) of each of our jobs by its number."""

    stopped: bool
    busy: bool
    reason: PrinterReason | None
    jobs: Mapping[int, tuple[str, int]]


class CupsPrinter:
    """One queue. `tickets`: the gate's folder, which the agent and CUPS may both write; None for a queue without gate."""

    def __init__(self, queue: str, run: Command, wait: Callable[[float], None], *, patience: float = 60.0,
                 tickets: Path | None = None, server: str = "localhost", clock: Callable[[], float] = time.time) -> None:
        self._queue = queue
        self._run = run
        self._wait = wait
        self._patience = patience
        self._tickets = tickets
        self._server = server
        self._clock = clock
        self._owes = self._first = True
        self.left_behind = False
        """A job of a program that died may have come out in part: an officer looks into the tray."""
        self.keeps_copies = False
        """CUPS did not let us delete the files of ended jobs: its operator must (cupsd.conf: PreserveJobFiles No)."""

    @property
    def name(self) -> str:
        """The queue's name."""
        return self._queue

    def condition(self) -> PrinterReason | None:
        """What CUPS says of the printer. What an idle queue says of paper is old: it is heard anew with the next job."""
        try:
            look = self._look()
        except PrinterTrouble as trouble:
            return trouble.reason
        return PrinterReason.OFFLINE if look.stopped else look.reason if look.busy else None

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """Hand the sheet over and return when CUPS says that it is out. Nothing else of ours is in the queue then."""
        self._take_back()
        reason = self.condition()
        if reason is not None:
            raise PrinterTrouble("the printer is not ready", reason)
        content, mark = sheet(file), mark_of(file)
        self._owes = True
        self._allow(mark)
        try:
            self._follow(self._hand_over(content, mark), mark, wanted)
        except PrinterTrouble as trouble:
            self._end(mark, trouble)
        self._revoke(mark)
        self.forget()

    def forget(self) -> None:
        """Nothing of ours stays in the queue, neither waiting nor as a printed file that CUPS would keep for a day.

        While CUPS does not answer, the debt stands: it is paid before the next sheet.
        """
        try:
            self._take_back()
        except PrinterTrouble:
            return

    def _hand_over(self, content: bytes, mark: str) -> int:
        """By standard input: no name of a file that could be swapped before `lp` opens it."""
        said = self._run(["lp", "-h", self._server, "-d", self._queue, "-t", f"madonavi-{mark}", "-o", "media=A4",
                          "-o", "sides=one-sided", "-o", "job-sheets=none"], content)
        match = re.search(rf"\b{re.escape(self._queue)}-(\d+)\b", said)
        if match is None:
            raise PrinterTrouble("lp did not name its job")
        return int(match.group(1))

    def _follow(self, job: int, mark: str, wanted: Callable[[], bool]) -> None:
        """Look until the job is out. A reason is believed when it is heard twice: printers mutter while they warm up."""
        waited, before = 0.0, None
        while True:
            look = self._look()
            state, _ = look.jobs.get(job, ("lost", 0))
            if not wanted():
                raise PrinterTrouble("given up", PrinterReason.GIVEN_UP)
            if state == "completed" and look.reason is None:
                return
            if state not in LIVE and state != "completed":
                raise PrinterTrouble(f"the job is {state}", look.reason or PrinterReason.STUCK)
            reason = PrinterReason.OFFLINE if look.stopped else look.reason
            if reason is not None and reason is before:
                raise PrinterTrouble("the printer has stopped", reason)
            if waited >= self._patience:
                raise PrinterTrouble("the job is stuck", PrinterReason.STUCK)
            before = reason
            self._pause(mark, wanted)
            waited += LOOK_SECONDS

    def _pause(self, mark: str, wanted: Callable[[], bool]) -> None:
        """Until the next look, with an eye on the person; the ticket stays good only as long as they are there."""
        for _ in range(round(LOOK_SECONDS / BLINK_SECONDS)):
            if not wanted():
                return
            self._renew(mark)
            self._wait(BLINK_SECONDS)

    def _end(self, mark: str, trouble: PrinterTrouble) -> NoReturn:
        """The ticket first: whoever gets it decides whether a page could have come out. Then the queue."""
        never_passed = self._revoke(mark)
        self.forget()
        if never_passed:
            raise trouble
        raise PartlyOut(f"{trouble}; pages may be out", trouble.reason) from None

    def _take_back(self) -> None:
        """Cancel what is ours and see it gone. Raises PrinterTrouble when that is not sure."""
        if not self._owes:
            return
        valid = self._revoke_all()
        jobs = self._look().jobs
        if jobs:
            self.left_behind |= self._first and (not valid or any(pages for _, pages in jobs.values()))
            self._cancel()
            self._purge()
        self._owes = self._first = False

    def _cancel(self) -> None:
        for _ in range(TRIES):
            live = [f"{self._queue}-{job}" for job, (state, _) in self._look().jobs.items() if state in LIVE]
            if not live:
                return
            with suppress(PrinterTrouble):  # one of them has ended by itself meanwhile: the next look says so
                self._run(["cancel", "-h", self._server, "-x", *live], b"")
            self._wait(BLINK_SECONDS)
        raise PrinterTrouble("a job of the past cannot be taken back", PrinterReason.STUCK)

    def _purge(self) -> None:
        """The files of ended jobs too, which CUPS keeps for a day. Only a member of lpadmin may do that."""
        try:
            self._run(["cancel", "-h", self._server, "-a", "-x", self._queue], b"")
            self.keeps_copies = False
        except PrinterTrouble:
            self.keeps_copies = True

    def _allow(self, mark: str) -> None:
        if self._tickets is not None:
            (self._tickets / mark).touch(mode=0o640, exist_ok=False)
            self._renew(mark)

    def _renew(self, mark: str) -> None:
        """Only a ticket that is there: one that the gate has taken does not come back."""
        if self._tickets is not None:
            with suppress(FileNotFoundError):
                os.utime(self._tickets / mark, (self._clock(), self._clock()))

    def _revoke_all(self) -> bool:
        """Whether any ticket was still there. Raises PrinterTrouble when the folder is not to be had."""
        if self._tickets is None:
            return False
        try:
            marks = [ticket.name for ticket in self._tickets.iterdir()]
        except OSError as error:
            raise PrinterTrouble(f"tickets: {error.strerror}", PrinterReason.OFFLINE) from None
        return sum(self._revoke(mark) for mark in marks) > 0

    def _revoke(self, mark: str) -> bool:
        """Whether the ticket was still there: then nothing has come out, and nothing will."""
        if self._tickets is None:
            return False
        try:
            (self._tickets / mark).unlink()
        except FileNotFoundError:
            return False
        return True

    def _look(self) -> Look:
        said = self._run(["ipptool", "-tv", f"ipp://{quote(self._server, safe='')}/printers/{quote(self._queue)}",
                          str(QUESTION)], b"")
        parts = [dict(_VALUE.findall(part)) for part in said.split("-- separator --")]
        state = parts[0].get("printer-state", "stopped")
        jobs = {int(part["job-id"]): (part.get("job-state", "unknown"), int(part.get("job-impressions-completed", "0")))
                for part in parts if "job-id" in part}
        return Look(state == "stopped", state == "processing", _worst(parts[0].get("printer-state-reasons", "none")), jobs)


def _worst(keywords: str) -> PrinterReason | None:
    """The first of these reasons that stops a sheet. A warning does not, except that the printer is off."""
    for keyword in keywords.split(","):
        severity = _SEVERITY.search(keyword)
        reason = REASONS.get(_SEVERITY.sub("", keyword))
        if reason and (severity is None or severity.group(1) == "error" or reason is PrinterReason.OFFLINE):
            return reason
    return None


def run_command(words: Sequence[str], content: bytes) -> str:
    """Run a printing command in plain English, so that its answer can be understood."""
    try:
        done = subprocess.run(list(words), input=content, capture_output=True, timeout=10,  # noqa: S603 - no shell
                              env={**os.environ, "LC_ALL": "C"}, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise PrinterTrouble(f"{words[0]}: {type(error).__name__}", PrinterReason.OFFLINE) from None
    return done.stdout.decode("utf-8", "replace")
