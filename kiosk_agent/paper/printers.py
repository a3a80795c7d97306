"""What a printer is to the counter, and how it gets hold of a sheet: only of the very bytes that were checked."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper.files import digest, read_own


class Printer(Protocol):
    """Something that makes a file into paper."""

    @property
    def name(self) -> str:
        """For the self-check screen."""
        ...

    def condition(self) -> PrinterReason | None:
        """Why nothing would come out now; None when it is ready. Never raises."""
        ...

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """Return when the sheet is out. Raises PrinterTrouble; gives the job up as soon as `wanted` says no.

        After PrinterTrouble nothing of the job comes out any more; PartlyOut when something may have come out before.
        The file is read with `sheet`, once, and never opened by name again.
        """
        ...

    def forget(self) -> None:
        """A new session begins: nothing of the last one may be left."""
        ...


class PartlyOut(PrinterTrouble):
    """The job was ended, yet some of its pages may lie in the tray: an officer takes them away before anybody prints again."""


def file_name(session_mark: str, content: bytes) -> str:
    """The name of a sheet in the spool: its mark and the digest of what was rendered; nothing of a person."""
    return f"{session_mark}-{digest(content)}.pdf"


def mark_of(file: Path) -> str:
    """The mark in that name."""
    return file.stem.split("-")[0]


def sheet(file: Path) -> bytes:
    """What was rendered and checked under this name. A printer calls it at the moment of release.

    Between check and release somebody could swap the file, link it elsewhere, or write into it: then this raises
    PrinterTrouble (FOREIGN).
    """
    try:
        content = read_own(file)
    except OSError as error:
        raise PrinterTrouble(f"the spool file cannot be read: {error.strerror or error}", PrinterReason.FOREIGN) from None
    if file_name(mark_of(file), content) != file.name:
        raise PrinterTrouble("the spool file was changed after its check", PrinterReason.FOREIGN)
    return content
