"""The bundle of a life event as one print job: the checklist, then only the sheets that this family needs, in walking order."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from content.catalogue import Catalogue
from content.rules import derived, form
from content.rules.answers import Answers
from content.rules.needs import Needs, needs
from content.rules.paper_data import Origin, named
from content.rules.sheets import SheetWish, sheets
from content.vocabulary.life_event import Level, LifeEvent
from content.vocabulary.paper import Face, Paper, Slot
from content.vocabulary.procedure import Procedure
from kiosk_agent import qr
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.errors import QrError, SheetError
from kiosk_agent.paper.checklist import QR, Checklist, checklist, marked_page
from kiosk_agent.paper.drawing import Sheet
from kiosk_agent.paper.fill import Known, fill, marked
from kiosk_agent.paper.glyphs import Fidelity, Shelf, Unprintable
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.setting import Modules, symbols_in
from kiosk_agent.paper.spool import Job
from kiosk_agent.sheet import JAPAN, LIVES, Form, new_case_code

NO_CARD = CardFacts(CardKind.MY_NUMBER)
"""Everything on these sheets comes from the interview, also what a card told before it began."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be printed for one family, before anything is drawn."""

    event: LifeEvent
    procedure: Procedure
    answers: Answers = field(repr=False)
    """As they are sent: only what was asked."""
    needs: Needs = field(repr=False)
    wishes: tuple[SheetWish, ...] = field(repr=False)
    """In walking order."""
    desks: tuple[str, ...]
    """Departments of the city that are walked to, in order: those of required lines, and of the sheets."""


def plan(catalogue: Catalogue, event: str, answers: Answers, *, is_open: Callable[[date], bool]) -> Plan:
    """What follows from the answers to the event's interview. KeyError for an unknown event."""
    life = catalogue.life_event(event)
    procedure = catalogue.procedure(life.procedure)
    sent = form.sent_answers(procedure, answers)
    departments = {one.id: one for one in catalogue.departments}
    found = needs(life, procedure, sent, departments, is_open=is_open)

    def desk(wish: SheetWish) -> str:
        return life.papers[wish.id].department or life.needs[wish.lines[0]].department

    wishes = sorted(sheets(life, procedure, sent), key=lambda wish: departments[desk(wish)].order)
    walked = {line.need.department for line in found.of(Level.REQUIRED)} | {desk(wish) for wish in wishes}
    desks = sorted((id for id in walked if not departments[id].outside), key=lambda id: departments[id].order)
    return Plan(life, procedure, sent, found, tuple(wishes), tuple(desks))


def known_for(plan: Plan, wish: SheetWish, paper: Paper, day: date, case_code: str) -> Known:
    """What is printed into one sheet."""
    return Known(paper, day, NO_CARD, derived.known(plan.procedure, plan.answers), case_code, subject=wish.row)


class BundleMaker:
    """Makes bundles with the fonts and keys of this kiosk."""

    def __init__(self, catalogue: Catalogue, shelf: Shelf, sender: qr.Sender) -> None:
        self._catalogue = catalogue
        self._shelf = shelf
        self._renderer = Renderer(shelf.fonts)
        self._sender = sender

    def bundle(self, plan: Plan, *, now: datetime, case_code: str | None = None) -> Form:
        """All pages as one job: each with case code, n/m over the whole job, and the symbols of its data.

        The checklist's symbols hold all answers, a sheet's only what that sheet prints, so that a desk reads what it needs.
        case_code: XXXX-XXXX where there is one already. now: aware. Raises SheetError when a page cannot be drawn whole.
        """
        code = case_code or new_case_code()
        day = now.astimezone(JAPAN).date()
        filled = []
        for wish in plan.wishes:
            paper = self._catalogue.paper(wish.paper)
            known = known_for(plan, wish, paper, day, code)
            filled.append((paper, fill(paper, known, self._shelf), _printed(paper, known)))
        first = checklist(self._told(plan, day, filled_of=[len(one.sheets) for _, one, _ in filled]), self._shelf)
        pages = len(first) + sum(len(one.sheets) for _, one, _ in filled)
        symbols = self._symbols(_content(plan, code, day, plan.answers), now)
        drawn = [marked_page(page, self._shelf, case_code=code, page=n, pages=pages, symbols=symbols if n == 1 else ())
                 for n, page in enumerate(first, 1)]
        for paper, one, printed in filled:
            own = self._symbols({**_content(plan, code, day, printed), "paper": paper.id}, now) if paper.qr else ()
            drawn += [marked(sheet, paper, self._shelf, case_code=code, page=n, pages=pages, symbols=own)
                      for n, sheet in enumerate(one.sheets, len(drawn) + 1)]
        unprintable = [*self._unprintable_names(plan), *(letter for _, one, _ in filled for letter in one.unprintable)]
        return Form(self._job(drawn, plan.event.title, code), tuple(dict.fromkeys(unprintable)))

    def _unprintable_names(self, plan: Plan) -> Iterator[Unprintable]:
        """Of the names on the checklist: a family may have no sheet that bears them."""
        people = plan.event.people or ""
        names = [plan.answers.get(f"{people}.{row}.name", "") for row in derived.rows(people, plan.answers)]
        for piece in self._shelf.pieces("".join(name for name in names if isinstance(name, str)), Face.MINCHO):
            if piece.fidelity is not Fidelity.EXACT:
                yield Unprintable(piece.character, piece.fidelity)

    def _told(self, plan: Plan, day: date, *, filled_of: Iterable[int]) -> Checklist:
        printed: Counter[str] = Counter()
        shared: dict[str, str] = {}
        for wish, count in zip(plan.wishes, filled_of, strict=True):
            printed.update(dict.fromkeys(wish.lines[:1], count))
            shared |= dict.fromkeys(wish.lines[1:], next(iter(wish.lines), ""))
        first = plan.answers.get(f"{plan.event.people}.{_first_row(plan)}.name", "")
        alone = len(derived.rows(plan.event.people or "", plan.answers)) == 1
        called = plan.event.family.replace("さんのご家族", "さん") if alone else plan.event.family
        family = called.replace("{who}", first) if isinstance(first, str) and first else ""
        return Checklist(plan.event.title, family, plan.needs, {one.id: one for one in self._catalogue.departments}, printed,
                         {line: other for line, other in shared.items() if not printed[line]}, plan.desks, day)

    def _symbols(self, data: Mapping[str, Any], now: datetime) -> tuple[Modules, ...]:
        """The symbols of one page's data. Answers too long for their corner stand on the paper only, and the data say so."""
        try:
            return self._fitting(data, now)
        except (QrError, SheetError):
            return self._fitting({**data, "answers": {}, "answersOnPaper": True}, now)

    def _fitting(self, data: Mapping[str, Any], now: datetime) -> tuple[Modules, ...]:
        symbols = tuple(qr.modules(text) for text in qr.encode(data, self._sender, now=now, lives=LIVES))
        tuple(symbols_in(QR, symbols))  # raises where they would be too fine to read
        return symbols

    def _job(self, pages: list[Sheet], title: str, code: str) -> Job:
        mark = secrets.token_hex(16)
        return Job(code, mark, self._renderer.pdf(pages, title=title, case_code=code, session_mark=mark))


def _first_row(plan: Plan) -> str:
    return next(iter(derived.rows(plan.event.people or "", plan.answers)), "")


def _content(plan: Plan, code: str, day: date, answers: Answers) -> dict[str, Any]:
    """The data of one page, by the ids of the interview's answers; no name of another case, no 個人番号."""
    return {"procedure": plan.procedure.id, "version": plan.procedure.version, "caseCode": code,
            "applicationDate": day.isoformat(),
            "answers": {id: list(answer) if isinstance(answer, tuple) else answer for id, answer in answers.items()}}


def _printed(paper: Paper, known: Known) -> dict[str, Any]:
    """The answers that this sheet prints, under their own ids: what a desk would else type again."""
    found = dict(_printed_in(paper.slots, known, None))
    for table in paper.tables:
        for row in known.rows(table):
            found |= dict(_printed_in(table.slots, known, f"{table.of}.{row.id}"))
    return found


def _printed_in(slots: Iterable[Slot], known: Known, row: str | None) -> Iterator[tuple[str, Any]]:
    for slot in slots:
        for holds in (slot.holds, slot.reading):
            told = named(holds) if holds else None
            if told is None or (row is None and not known.fulfils(slot.when)):
                continue
            match told.origin:
                case Origin.ANSWER:
                    id = told.id
                case Origin.ROW:
                    id = f"{row}.{told.id}"
                case Origin.ROLE:
                    who = known.role(told.role or "")
                    id = f"{known.paper.group_of(told.role or '')}.{who.id}.{told.id}" if who else ""
                case _:
                    continue
            if known.answers.get(id):
                yield id, known.answers[id]


__all__ = ["BundleMaker", "Plan", "known_for", "plan"]
