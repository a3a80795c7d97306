"""From a finished PDF to paper. A job that was given up never comes out later, and no printed file stays behind.

A job is written into the spool folder, read back, compared with the session it should belong to, and only then given to
the printer, which gets these very bytes or nothing. Whatever lies in the folder when the program starts belongs to nobody
any more and is wiped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper import marks
from kiosk_agent.paper.cups import CupsPrinter, run_command
from kiosk_agent.paper.files import own_folder, wipe, write_new
from kiosk_agent.paper.pdf_printer import FilePrinter
from kiosk_agent.paper.printers import Printer, file_name, sheet

REMEMBERED = 1000
"""Marks that were used. A job lives no longer than its session, and this is days of sessions."""


@dataclass(frozen=True, slots=True)
class Job:
    """One print of one session."""

    case_code: str
    session_mark: str
    pdf: bytes = field(repr=False)


class Released:
    """The marks that were let out. Each is let out once: a second press, or a job that comes back, finds it used."""

    def __init__(self) -> None:
        self._marks: dict[str, None] = {}

    def let_out(self, session_mark: str) -> None:
        """Use the mark up. Raises PrinterTrouble (FOREIGN) when it was used before."""
        if session_mark in self._marks:
            raise PrinterTrouble("this mark was printed before", PrinterReason.FOREIGN)
        self._marks[session_mark] = None
        if len(self._marks) > REMEMBERED:
            del self._marks[next(iter(self._marks))]


class Spool:
    """The spool folder and the printer behind it."""

    def __init__(self, folder: Path, printer: Printer) -> None:
        self.printer = printer
        self._folder = folder
        self._lock = Lock()
        self._released = Released()
        own_folder(folder)
        printer.forget()

    def condition(self) -> PrinterReason | None:
        """Why nothing would come out now; None when the printer is ready."""
        return self.printer.condition()

    def print(self, job: Job, wanted: Callable[[], bool]) -> None:
        """Print one job. Raises PrinterTrouble when it did not come out; the file is gone in every case.

        A job is printed once: after trouble a new form with a new mark is made.
        """
        file = self._folder / file_name(job.session_mark, job.pdf)
        with self._lock:
            try:
                write_new(file, job.pdf)
                self._check(file, job)
                if not wanted():
                    raise PrinterTrouble("given up", PrinterReason.GIVEN_UP)
                self._released.let_out(job.session_mark)
                self.printer.print(file, wanted)
            except OSError as error:
                raise PrinterTrouble(f"spool: {error.strerror}") from None
            finally:
                wipe(file)

    def forget(self) -> None:
        """Drop what the printer may still show of the last session."""
        self.printer.forget()

    def _check(self, file: Path, job: Job) -> None:
        """What lies on the disk is what was rendered, and every page of it is this session's. Raises PrinterTrouble."""
        marks.require(sheet(file), case_code=job.case_code, session_mark=job.session_mark)


__all__ = ["CupsPrinter", "FilePrinter", "Job", "Printer", "Released", "Spool", "run_command"]
