"""The code of a form from the phone at the kiosk: its eight letters, and its QR symbols (content.rules.prepared_code)."""

from collections.abc import Sequence
from datetime import date

from content.catalogue import Catalogue
from content.rules import prepared_code
from content.rules.codes import LETTERS, as_typed, in_groups
from content.rules.prepared_code import Trouble, Unreadable
from kiosk_agent.desk import Prepared
from kiosk_agent.errors import QrError

LENGTH = 8
"""Letters of the code that leads to the form over the network."""


class PreparedTrouble(QrError):
    """A code that cannot be taken. `missing` names the symbols (1 to 4) that are still to be read. Nothing of it is told."""

    def __init__(self, trouble: Trouble, missing: tuple[int, ...] = ()) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.missing = missing


def letters(typed: str) -> str | None:
    """The eight letters as `XXXX-XXXX`, however they were typed (small, full-width, with spaces); None when they are none."""
    found = as_typed(typed[:100])
    return in_groups(found) if len(found) == LENGTH and set(found) <= set(LETTERS) else None


def read(symbols: Sequence[str], catalogue: Catalogue, *, today: date) -> Prepared:
    """The form in these symbols, in whatever order they were read and however often. today: the day in Japan.

    Raises PreparedTrouble, and nothing else.
    """
    try:
        form = prepared_code.read(symbols, catalogue.procedures, today=today)
    except Unreadable as unreadable:
        raise PreparedTrouble(unreadable.trouble, unreadable.missing) from None
    return Prepared(form.procedure, form.version, answers=form.answers, applicant=form.applicant)
