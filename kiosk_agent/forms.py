"""What the journeys print: several forms of one person in one job, a family's bundle, and a ticket."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol

from content.catalogue import Catalogue
from content.rules.answers import Answers
from content.rules.opening import hours_of
from kiosk_agent import qr
from kiosk_agent.bundle import BundleMaker, plan
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.sheet import Bundle, Form, FormMaker, Wish


class Forms(Protocol):
    """Makes print jobs. Raises SheetError or QrError when something cannot be drawn whole."""

    def bundle(self, bundle: Bundle, *, now: datetime) -> Form:
        """All sheets of one person."""
        ...

    def family(self, event: str, answers: Answers, case_code: str, *, now: datetime) -> Form:
        """The checklist of a life event's interview, and only the sheets that apply."""
        ...

    def ticket(self, case_code: str, title: str, lines: tuple[str, ...], symbol_text: str | None, *, now: datetime) -> Form:
        """A small slip with the number, a few lines, and a QR symbol."""
        ...


class CounterForms:
    """Everything this counter prints, with its fonts and its keys."""

    def __init__(self, catalogue: Catalogue, shelf: Shelf, sender: qr.Sender) -> None:
        self._catalogue = catalogue
        self._sheets = FormMaker(shelf, sender)
        self._families = BundleMaker(catalogue, shelf, sender)

    def bundle(self, bundle: Bundle, *, now: datetime) -> Form:
        """See Forms."""
        return self._sheets.bundle(bundle, now=now)

    def ticket(self, case_code: str, title: str, lines: tuple[str, ...], symbol_text: str | None, *, now: datetime) -> Form:
        """See Forms."""
        return self._sheets.ticket(case_code, title, lines, symbol_text, now=now)

    def family(self, event: str, answers: Answers, case_code: str, *, now: datetime) -> Form:
        """See Forms. Last days move to days on which the city's first office is open."""
        told = plan(self._catalogue, event, answers, is_open=_is_open(self._catalogue))
        return self._families.bundle(told, now=now, case_code=case_code)


def _is_open(catalogue: Catalogue) -> Callable[[date], bool]:
    rule = catalogue.offices[0].opening
    return lambda day: bool(hours_of(rule, day))


__all__ = ["Bundle", "CounterForms", "Form", "Forms", "Wish"]
