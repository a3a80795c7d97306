"""One kiosk to be explored: the real counter, session and spool, and two people who come to it in every order."""

import base64
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from threading import Thread

from content.catalogue import Catalogue, load
from kiosk_agent.card import reading
from kiosk_agent.cards import ReaderCards
from kiosk_agent.counter import ASK_EVERY, Counter
from kiosk_agent.desk import Filing, Prepared
from kiosk_agent.errors import QrError
from kiosk_agent.journeys import NUMBER_TO_COME, Journey, Screen
from kiosk_agent.paper.spool import Spool
from kiosk_agent.session import STANDING, Session
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.people import DEMO_PIN, PEOPLE
from kiosk_agent.virtual_card.slot import Slot
from kiosk_agent.work import Outcome, Parts
from tests.fakes.world import FRIDAY_NOON
from tests.prove.kiosk_late import CHALLENGE, Baton, Ended, LateForms, LateOffice, LatePrinter, LateQueue, LateReader

WANTS = {"hanako": "juminhyo", "tsuji": "shotoku-kazei"}
"""What each of the two came for."""
CODES = {"hanako": "AAAABBBB", "tsuji": "CCCCDDDD"}
"""What each has on the phone."""
NAMES = {person.id: person.name for person in PEOPLE if person.id in WANTS}
OWNERS = {name.replace("\u3000", " "): id for id, name in NAMES.items()}
WAYS = {Journey.FORMS: "forms", Journey.REQUEST: "request", Journey.CODE: "code_way"}


@dataclass(frozen=True)
class Trust:
    """What is as it should be. Each mutant leaves one of them out."""

    notices_swap: bool = True
    asks_again: bool = True
    forgets_late_answers: bool = True
    takes_back: bool = True


class Credulous(Counter):
    """Mutant: believes whatever a work has learned, for whomever it was done."""

    def _finish(self, session: Session, outcome: Outcome) -> None:
        self._move(outcome.happening, **outcome.known)


class Silent(Counter):
    """Mutant: tells nobody of an application whose person left without its number."""

    def _tell_who_left(self) -> None:
        self._left.clear()


class Kiosk:
    """The driver of one kiosk: `mine` is the person it begins with, the other one comes later."""

    def __init__(self, folder: Path, way: Journey = Journey.FORMS, *, mine: str = "hanako", trust: Trust | None = None) -> None:
        trust = trust or Trust()
        self._people = {"hers": mine, "his": next(person for person in WANTS if person != mine)}
        self._way = way
        self._now = FRIDAY_NOON
        self.baton = Baton()
        self._slot = Slot(wait=lambda seconds: None)
        self._forms = LateForms(self.baton)
        self._printer = LatePrinter(self.baton, self._slot, asks_again=trust.asks_again)
        self._office = LateOffice(self.baton, {f"{code[:4]}-{code[4:]}": _on_the_phone(id) for id, code in CODES.items()})
        self._queue = LateQueue(self.baton)
        reader = LateReader(self._slot, self.baton, notices_swap=trust.notices_swap)
        self._cards = ReaderCards(reader, lambda: date(2026, 11, 20))
        kind = Credulous if not trust.forgets_late_answers else Counter if trust.takes_back else Silent
        self._counter = kind(reader, Parts(
            catalogue=_catalogue(), cards=self._cards, forms=self._forms, spool=Spool(folder, self._printer), office=self._office,
            outgoing=self._queue, read_symbols=_no_symbols, clock=lambda: self._now))
        self._stands = "hers"
        self._asks_for = ""
        """Whose code was typed into the session that runs."""
        self._at_work_for = 0
        self._old_page = 0
        self._unseen: tuple[str, ...] = ()
        self._crossed: list[str] = []
        self._numbered: set[str] = set()
        """Applications whose number was on paper or on the screen."""
        self._judged = 0
        Thread(target=self._runs, daemon=True).start()
        self.baton.arrived()

    @property
    def screen(self) -> Screen:
        """What is shown."""
        return self._counter.session.screen

    @property
    def is_called(self) -> bool:
        """Whether the officer has a paper in hand."""
        return bool(self._office.checks)

    def steps(self) -> tuple[str, ...]:
        """What can happen: the counter goes on; a card is laid or taken; a button of this page or an old one; the time of this
        screen runs out; the line goes dead or comes back; the officer takes the paper in hand or puts it away."""
        person = self._slot.person()
        steps = ["counter"]
        if self._way is Journey.CODE:
            steps += ["gives place"]
        else:
            steps += [name for name, who in self._people.items() if who != person]
            steps += ["takes"] if person is not None else []
        steps += ["press"] if self.screen in _BUTTONS else []
        steps += ["stops"] if self._way is Journey.REQUEST and self.screen in NUMBER_TO_COME | {Screen.PROVING} else []
        steps += ["old page"] if self._old_page not in (0, self._counter.session.turn) else []
        steps += ["time"] if self._counter.seconds_left() is not None else []
        steps += ["line"] if self._way is not Journey.FORMS else []
        steps += ["officer"] if self._office.filings else []
        return tuple(steps)

    def take(self, step: str) -> None:
        """It happens; then it is looked whether something of one reached the other."""
        match step:
            case "counter":
                self._goes_on()
            case "hers" | "his":
                self._slot.place(self._people[step])
                self._stands = step
                self._unseen += (step,)
            case "takes":
                self._slot.remove()
                self._unseen += (step,)
            case "stops":
                self._counter.press(self._counter.session.turn, "stopped")
            case "gives place":
                self._counter.press(self._counter.session.turn, "stopped")
                self._stands = "his" if self._stands == "hers" else "hers"
            case "press":
                self._press(self._counter.session.turn)
            case "old page":
                self._press(self._old_page)
            case "time":
                self._now += timedelta(seconds=(self._counter.seconds_left() or 0) + 1)
            case "line":
                self._office.away = not self._office.away
            case "officer":
                self._office.checks ^= {self._office.filings[0].id}
        self._look()

    def situation(self) -> Hashable:
        """All that decides what can follow: the session, what lies there and whether the counter knows it, where its thread waits
        and for whom, and what the office has. What is out was judged when it came out."""
        session, counter, lies = self._counter.session, self._counter, self._slot.placed()
        filed = self._number(session.filed.id) if session.filed else None
        on_its_way = (session.turn == self._at_work_for, self._forms.last, self._office.on_its_way)
        at_work = None if self.baton.at == "rest" else on_its_way
        return (session.screen, session.journey, session.limit, session.person and session.person.name, session.tries,
                tuple(wish.procedure for wish in session.wishes), session.asking and session.asking.procedure, filed,
                session.filed and session.filed.check_code, session.prepared and session.prepared.procedure, self._asks_for,
                self._slot.person(), self._stands, bool(self._unseen), self.baton.at, at_work,
                self._old_page == 0, self._old_page == session.turn, counter.seconds_left(),
                counter._placing == lies, counter._placing is None, counter._card == lies, self._cards._placing == lies,
                counter._secret is None, counter._code, self._office.away, tuple(map(_about, self._office.filings)),
                tuple(map(_about, self._queue.kept)), tuple(map(self._number, sorted(self._office.checks))),
                tuple(map(self._number, self._office.confirmed)), bool(counter._left), self._numbers(self._numbered),
                self._numbers(self._taken_back()))

    def crossed(self) -> tuple[str, ...]:
        """What reached somebody else."""
        return tuple(self._crossed)

    def close(self) -> None:
        """The thread ends."""
        self.baton.end()

    def _goes_on(self) -> None:
        begins = self.baton.at == "rest"
        if begins:
            self._unseen = ()
            self._counter._asked_at -= ASK_EVERY  # two seconds went by: the office is asked whenever it may be
        self.baton.run_on()
        if begins:
            self._at_work_for = self._counter.session.turn

    def _runs(self) -> None:
        try:
            while True:
                self.baton.halt("rest")
                self._counter.tick()
        except Ended:
            return

    def _press(self, turn: int) -> None:
        """The next button of that page, by whoever stands there."""
        person, before = self._people[self._stands], self._counter.session
        pressed, value = _BUTTONS.get(before.screen, ("go_on", ""))
        if before.screen is Screen.START:
            pressed = WAYS[self._way]
        elif before.screen is Screen.REVIEW:
            pressed = "request_it" if self._way is Journey.REQUEST else "print"
        elif before.screen is Screen.INSTEAD and before.filed is None:
            pressed = "print"
        value = {"choose": WANTS[person], "code": CODES[person]}.get(pressed, value)
        if turn == before.turn and self._old_page == 0 and self._stands == "hers":
            self._old_page = turn
        self._counter.press(turn, pressed, value)
        if pressed == "code" and self.screen is Screen.FETCHING and self._counter.session.turn != before.turn:
            self._asks_for = person

    def _look(self) -> None:
        session, lies = self._counter.session, self._slot.person()
        shown = _owner(session.person.name) if session.person and session.person.name else None
        seen = self.baton.at == "rest" and not self._unseen
        if seen and session.screen in STANDING and shown is not None and shown != lies:
            self._crossed.append(f"{shown} is shown to {lies}")
        if seen and shown is not None and any(wish.procedure != WANTS[shown] for wish in session.wishes):
            self._crossed.append(f"{shown} has the wish of somebody else")
        if session.prepared is not None and session.prepared.procedure != WANTS[self._asks_for]:
            self._crossed.append(f"the phone's form of somebody else is shown to {self._asks_for}")
        filed = next((one for one in self._everything_filed() if session.filed and one.id == session.filed.id), None)
        if filed is not None and shown is not None and _about(filed)[0] != shown:
            self._crossed.append(f"the application of {_about(filed)[0]} is shown to {shown}")
        if session.filed is not None and session.screen in NUMBER_SHOWN:
            self._numbered.add(session.filed.id)
        self._look_at_sheets()
        self._look_at_filings()
        self._look_for_orphans()

    def _look_at_sheets(self) -> None:
        """A sheet is let out only while the card of the person on it lies there; a ticket not before another card."""
        for out in self._printer.sheets[self._judged:]:
            made = self._forms.made[out.mark]
            whose, asked = self._said(out.mark)
            by_card = self._way is not Journey.CODE
            if (made.ticket_of and out.before not in (whose, None)) or (not made.ticket_of and by_card and out.before != whose):
                self._crossed.append(f"a sheet of {whose} came out before {out.before}")
            if whose is None or any(procedure != WANTS[whose] for procedure in asked):
                self._crossed.append(f"a sheet of {whose} says what somebody else asked for")
        self._judged = len(self._printer.sheets)

    def _look_at_filings(self) -> None:
        """Facts, wish and proof of one application are one person's, and it is there once."""
        everything = self._everything_filed()
        for one in everything:
            whose, procedure, proved_by = _about(one)
            if procedure != WANTS[whose] or proved_by not in (whose, None):
                self._crossed.append(f"an application of {whose} for {procedure}, proved by {proved_by}")
        if len({one.id for one in self._office.filings}) < len(self._office.filings):
            self._crossed.append("an application was filed twice")

    def _look_for_orphans(self) -> None:
        """Nothing stays filed whose number nobody was given, once its person has gone and the counter has told of it."""
        session = self._counter.session
        if self.baton.at != "rest" or self._counter._left or session.screen in NUMBER_TO_COME | {Screen.PROVING}:
            return
        if {one.id for one in self._everything_filed()} - self._numbered - self._taken_back():
            self._crossed.append("an application stays behind whose number nobody has")

    def _taken_back(self) -> set[str]:
        return self._office.withdrawn | self._queue.taken_back

    def _numbers(self, ids: set[str]) -> tuple[int, ...]:
        return tuple(sorted(map(self._number, ids)))

    def _everything_filed(self) -> Sequence[Filing]:
        return (*self._office.filings, *self._queue.kept)

    def _number(self, id: str) -> int:
        """Ids are drawn by lot: the place in the list is what two walks have in common."""
        return next((number for number, one in enumerate(self._everything_filed()) if one.id == id), -1)

    def _said(self, mark: str) -> tuple[str | None, tuple[str, ...]]:
        made = self._forms.made[mark]
        if not made.ticket_of:
            return _owner(made.name), made.procedures
        return next((_about(one)[0] for one in self._everything_filed() if one.case_code == made.ticket_of), None), ()


NUMBER_SHOWN = frozenset({Screen.TAKE_CARD, Screen.WAITING, Screen.DONE})
_BUTTONS = {Screen.IDLE: ("touched", ""), Screen.START: ("", ""), Screen.SECRET: ("secret", DEMO_PIN),
            Screen.AUTH: ("secret", DEMO_PIN), Screen.CONFIRM: ("go_on", ""), Screen.CHOOSE: ("choose", ""),
            Screen.USUAL: ("usual", ""), Screen.REVIEW: ("", ""), Screen.INSTEAD: ("go_on", ""), Screen.CHECK: ("go_on", ""),
            Screen.PRINTER: ("go_on", ""), Screen.TIMED_OUT: ("go_on", ""), Screen.PULLED: ("go_on", ""),
            Screen.TROUBLE: ("go_on", ""), Screen.CODE: ("code", ""), Screen.PREPARED: ("go_on", "")}
"""The button with which a person goes on, on each screen that waits for one."""


def _owner(name: str) -> str:
    return OWNERS[name.replace("\u3000", " ")]


def _about(filing: Filing) -> tuple[str, str, str | None]:
    """(whose facts, what is asked for, whose card proved it)."""
    proved = None if filing.proof is None else _certificates()[filing.proof.certificate]
    return _owner(str(filing.applicant["fullName"])), filing.procedure, proved


def _on_the_phone(id: str) -> Prepared:
    return Prepared(WANTS[id], 1, {}, {"fullName": NAMES[id]})


def _no_symbols(symbols: Sequence[str]) -> Prepared:
    raise QrError("only codes are typed here")


@cache
def _certificates() -> dict[bytes, str]:
    """The certificate of each one's card."""
    found = {}
    for id in WANTS:
        slot = Slot()
        slot.place(id)
        signed = reading.sign_challenge(InProcessReader(slot), DEMO_PIN, base64.b64decode(CHALLENGE), date(2026, 11, 20))
        found[signed.certificate] = id
    return found


@cache
def _catalogue() -> Catalogue:
    return load("ibusuki")
