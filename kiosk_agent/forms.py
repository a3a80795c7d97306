"""What the journeys print, as one protocol: several forms of one person in one job, and a ticket."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from content.rules.answers import Answers
from content.vocabulary.paper import Align, Box, Label, Paper
from content.vocabulary.procedure import Procedure
from kiosk_agent import qr
from kiosk_agent.card.facts import CardFacts
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.paper.fill import Filled, Known, Modules, fill
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import Job
from kiosk_agent.sheet import JAPAN, LIVES, Form, Request, content


@dataclass(frozen=True, slots=True)
class Wish:
    """One paper, and the answers it is filled in with."""

    paper: Paper
    answers: Answers = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything one person wants printed, in one job."""

    person: CardFacts = field(repr=False)
    wishes: tuple[Wish, ...] = field(repr=False)
    case_code: str
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)


class Forms(Protocol):
    """Makes print jobs. Raises SheetError or QrError when something cannot be drawn whole."""

    def bundle(self, bundle: Bundle, *, now: datetime) -> Form:
        """All sheets of one person."""
        ...

    def ticket(self, case_code: str, title: str, lines: Sequence[str], symbol_text: str | None, *, now: datetime) -> Form:
        """A small slip with the number, a few lines, and a QR symbol."""
        ...


class SheetForms:
    """Draws every paper of a bundle as the single sheets are drawn."""

    def __init__(self, shelf: Shelf, sender: qr.Sender, procedures: Sequence[Procedure]) -> None:
        self._shelf = shelf
        self._sender = sender
        self._renderer = Renderer(shelf.fonts)
        self._procedures = {one.id: one for one in procedures}

    def bundle(self, bundle: Bundle, *, now: datetime) -> Form:
        """One page for each wish, numbered through."""
        filled = [self._page(bundle, wish, number, now) for number, wish in enumerate(bundle.wishes, 1)]
        title = "・".join(wish.paper.title for wish in bundle.wishes)
        unprintable = tuple(dict.fromkeys(one for sheet in filled for one in sheet.unprintable))
        return Form(self._job(filled, title, bundle.case_code), unprintable)

    def ticket(self, case_code: str, title: str, lines: Sequence[str], symbol_text: str | None, *, now: datetime) -> Form:
        """80 mm wide, as a ticket printer's roll."""
        labels = [Label(box=Box(x=4, y=8, w=72, h=10), text=title, size=14, bold=True, align=Align.CENTER),
                  Label(box=Box(x=4, y=20, w=72, h=12), text=case_code, size=24, bold=True, align=Align.CENTER)]
        labels += [Label(box=Box(x=4, y=34 + 9 * n, w=72, h=9), text=line, size=9, lines=2) for n, line in enumerate(lines)]
        below = 36 + 9 * len(lines)
        paper = Paper(id="ticket", title=title, short=title, certificate="none", procedure="none", width=80, height=below + 50,
                      labels=tuple(labels), slots=(), qr=Box(x=22, y=below, w=36, h=36), mark=Box(x=4, y=below + 40, w=72, h=5),
                      source="この機械", checked_on=now.date())
        known = Known("", now.astimezone(JAPAN).date(), BasicFour("", "", "00000000", "9"), {}, 1, case_code)
        symbols = () if symbol_text is None else (_symbol(symbol_text),)
        return Form(self._job([fill(paper, known, self._shelf, symbols)], title, case_code), ())

    def _page(self, bundle: Bundle, wish: Wish, number: int, now: datetime) -> Filled:
        procedure = self._procedures[wish.paper.procedure]
        answers = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in wish.answers.items()}
        copies = int(answers.get("copies", ("1",))[0])
        person = BasicFour(bundle.person.name or "", bundle.person.address or "", bundle.person.birthdate or "00000000",
                           bundle.person.sex or "9")
        request = Request(wish.paper, procedure, person, answers, copies)
        texts = qr.encode(content(request, bundle.case_code, now), self._sender, now=now, lives=LIVES)
        known = Known(procedure.addressee, now.astimezone(JAPAN).date(), person, answers, copies, bundle.case_code)
        return fill(wish.paper, known, self._shelf, tuple(qr.modules(text) for text in texts), page=number,
                    pages=len(bundle.wishes))

    def _job(self, filled: Sequence[Filled], title: str, case_code: str) -> Job:
        mark = secrets.token_hex(16)
        pdf = self._renderer.pdf([one.sheet for one in filled], title=title, case_code=case_code, session_mark=mark)
        return Job(case_code, mark, pdf)


def _symbol(text: str) -> Modules:
    return qr.modules(text)
