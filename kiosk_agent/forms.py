"""What the journeys print, as one protocol: several forms of one person in one job, and a ticket."""

from datetime import datetime
from typing import Protocol

from kiosk_agent.sheet import Bundle, Form, Wish


class Forms(Protocol):
    """Makes print jobs. Raises SheetError or QrError when something cannot be drawn whole."""

    def bundle(self, bundle: Bundle, *, now: datetime) -> Form:
        """All sheets of one person."""
        ...

    def ticket(self, case_code: str, title: str, lines: tuple[str, ...], symbol_text: str | None, *, now: datetime) -> Form:
        """A small slip with the number, a few lines, and a QR symbol."""
        ...


__all__ = ["Bundle", "Form", "Forms", "Wish"]
