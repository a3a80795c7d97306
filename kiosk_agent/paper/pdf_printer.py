"""A printer that prints into a PDF file, for demonstrations and for counters where the officer prints."""

from collections.abc import Callable
from pathlib import Path

from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper.files import wipe, write_new
from kiosk_agent.paper.printers import sheet

LAST = "last.pdf"


class FilePrinter:
    """Prints into one PDF file. The file shows the last sheet until the next session begins."""

    name = "PDFファイル（プリンターなし）"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.last = folder / LAST
        self._part = folder / "part.pdf"
        self.forget()

    def condition(self) -> PrinterReason | None:
        """There is always room for one more file."""
        return None

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """Keep a copy as the last sheet."""
        content = sheet(file)
        wipe(self._part)
        write_new(self._part, content)
        wipe(self.last)
        self._part.replace(self.last)
        if not wanted():
            self.forget()
            raise PrinterTrouble("given up", PrinterReason.GIVEN_UP)

    def forget(self) -> None:
        """Wipe the last sheet, and one that a power cut left half-way."""
        wipe(self._part)
        wipe(self.last)
