"""From a finished PDF to paper. A job that was given up never comes out later, and no printed file stays behind.

A job is written into the spool folder, read back, compared with the session it should belong to, and only then given to
the printer. Whatever lies in the folder when the program starts belongs to nobody any more and is deleted.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

from kiosk_agent.errors import PrinterTrouble
from kiosk_agent.paper import marks

LAST = "last.pdf"
Command = Callable[[Sequence[str]], str]
"""Runs a program and gives what it printed; raises PrinterTrouble when it failed."""


@dataclass(frozen=True, slots=True)
class Job:
    """One print of one session."""

    case_code: str
    session_mark: str
    pdf: bytes = field(repr=False)


class Printer(Protocol):
    """Something that makes a file into paper."""

    @property
    def name(self) -> str:
        """For the self-check screen."""
        ...

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """Return when the sheet is out. Raises PrinterTrouble; gives the job up as soon as `wanted` says no."""
        ...

    def forget(self) -> None:
        """A new session begins: nothing of the last one may be left."""
        ...


class Spool:
    """The spool folder and the printer behind it."""

    def __init__(self, folder: Path, printer: Printer) -> None:
        self.printer = printer
        self._folder = folder
        self._lock = Lock()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    def print(self, job: Job, wanted: Callable[[], bool]) -> None:
        """Print one job. Raises PrinterTrouble when it did not come out; the file is gone in every case."""
        file = self._folder / f"{job.session_mark}.pdf"
        with self._lock:
            try:
                _write(file, job.pdf)
                marks.require(file.read_bytes(), case_code=job.case_code, session_mark=job.session_mark)
                if not wanted():
                    raise PrinterTrouble("given up")
                self.printer.print(file, wanted)
            except OSError as error:
                raise PrinterTrouble(f"spool: {error.strerror}") from None
            finally:
                file.unlink(missing_ok=True)

    def forget(self) -> None:
        """Drop what the printer may still show of the last session."""
        self.printer.forget()


class FilePrinter:
    """Prints into one PDF file, for demonstrations. The file shows the last sheet until the next session begins."""

    name = "PDFファイル（プリンターなし）"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.last = folder / LAST
        self.forget()

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """Keep a copy as the last sheet."""
        part = self.last.with_suffix(".part")
        _write(part, file.read_bytes())
        part.replace(self.last)

    def forget(self) -> None:
        """Delete the last sheet."""
        self.last.unlink(missing_ok=True)


class CupsPrinter:
    """A queue of CUPS, through its own commands: `lp` takes the job, `lpstat` says whether it is out, `cancel` ends it."""

    def __init__(self, queue: str, run: Command, wait: Callable[[float], None], *, patience: float = 60.0) -> None:
        self._queue = queue
        self._run = run
        self._wait = wait
        self._patience = patience

    @property
    def name(self) -> str:
        """The queue's name."""
        return self._queue

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """Queue the file and wait until it has left the queue; a job that is stuck or unwanted is cancelled."""
        said = self._run(["lp", "-d", self._queue, "-o", "media=A4", "-o", "sides=one-sided", str(file)])
        match = re.search(rf"\b({re.escape(self._queue)}-\d+)\b", said)
        if match is None:
            raise PrinterTrouble("lp did not name its job")
        job = match.group(1)
        waited = 0.0
        while job in self._run(["lpstat", "-W", "not-completed", "-o", self._queue]).split():
            if not wanted() or waited >= self._patience:
                self._run(["cancel", job])
                raise PrinterTrouble("given up" if not wanted() else "the job is stuck")
            self._wait(0.5)
            waited += 0.5

    def forget(self) -> None:
        """Nothing is kept."""


def run_command(words: Sequence[str]) -> str:
    """Run a printing command in plain English, so that its answer can be understood."""
    try:
        done = subprocess.run(list(words), capture_output=True, text=True, timeout=20,  # noqa: S603 - no shell
                              env={**os.environ, "LC_ALL": "C"}, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise PrinterTrouble(f"{words[0]}: {type(error).__name__}") from None
    return done.stdout


def _write(file: Path, content: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
