"""The counter at work: watches reader and clock, hears what is pressed, lets a screen do its work, and moves the session on."""

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event, RLock, Thread

from content.rules.wareki import BadDay, day_of
from content.vocabulary.counter import Limit
from content.vocabulary.language import LANGUAGES
from kiosk_agent import asking, limits, work
from kiosk_agent.card.facts import Opening, Secret, SecretKind
from kiosk_agent.desk import Filed
from kiosk_agent.errors import KioskError, ReaderTrouble
from kiosk_agent.journeys import AT_WORK, NEEDS_CARD, NUMBER_TO_COME, Happening, Journey, Screen
from kiosk_agent.questions import Question
from kiosk_agent.session import NotNow, Session
from kiosk_agent.transport.base import Reader
from kiosk_agent.work import Outcome, Parts

TICK_SECONDS = 0.15
REST_SECONDS = 1.0
"""After what nobody foresaw: it may come again with each tick."""
ASK_EVERY = timedelta(seconds=2)
"""How often the office is asked how a case stands."""
LOOKS_LIKE: Mapping[SecretKind, re.Pattern[str]] = {
    SecretKind.PIN4: re.compile(r"[0-9]{4}"), SecretKind.AUTH_PIN: re.compile(r"[0-9]{4}"),
    SecretKind.LICENCE_PIN1: re.compile(r"[0-9]{4}"),
    SecretKind.REFERENCE_B: re.compile(r"[0-9]{14}"),
    SecretKind.CARD_NUMBER: re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")}
"""What is sent to a card at all: anything else would burn a try for nothing."""
PLAIN: Mapping[str, Happening] = {
    "touched": Happening.TOUCHED, "forms": Happening.CHOSE_FORMS, "request": Happening.CHOSE_REQUEST,
    "code_way": Happening.CHOSE_CODE, "card_too": Happening.CARD_TOO,
    "go_on": Happening.GO_ON, "more": Happening.MORE, "print": Happening.PRINT,
    "request_it": Happening.REQUESTED, "stopped": Happening.STOPPED}
"""Buttons that mean the same wherever a screen has them."""
JOURNEY_OF: Mapping[Happening, Journey] = {
    Happening.CHOSE_FORMS: Journey.FORMS, Happening.CHOSE_REQUEST: Journey.REQUEST, Happening.CHOSE_CODE: Journey.CODE,
    Happening.CARD_TOO: Journey.BESIDE}

log = logging.getLogger(__name__)


class Counter:
    """One counter. Web requests only tell it what was pressed; card and printer are used by its own thread alone."""

    def __init__(self, reader: Reader, parts: Parts) -> None:
        self.reader = reader
        self.parts = parts
        self._lock = RLock()
        self._session = Session()
        self._since = parts.clock()
        self._asked_at = parts.clock()
        self._placing: int | None = None
        self._card: int | None = None
        """The laying down of the card that was last looked at: what comes out is for its holder."""
        self._secret: Secret | None = None
        self._code = ""
        self._left_check: str | None = None
        """The application whose check the person walked away from, until the office has been told."""
        self._left: list[Filed] = []
        """Applications whose number reached nobody, until the office has been told or the queue has the word."""
        self._stop = Event()

    @property
    def session(self) -> Session:
        """The session as it is now."""
        with self._lock:
            return self._session

    @property
    def card_lies(self) -> bool:
        """Whether a card lies on the reader."""
        return self._placing is not None

    def seconds_left(self) -> float | None:
        """Until this screen times out; None where no clock runs."""
        with self._lock:
            allowed = self._session.seconds()
            return None if allowed is None else max(0.0, allowed - (self._now() - self._since).total_seconds())

    def question(self) -> Question | None:
        """The question that is on the screen."""
        return asking.question(self.parts.catalogue, self.session)

    def press(self, turn: int, pressed: str, value: str = "") -> None:
        """A button of the screen of that turn. A late or doubled press, or one we did not offer, changes nothing."""
        with self._lock:
            if turn != self._session.turn:
                return
            match pressed:
                case "stay":
                    self._since = self._now()
                case "help":
                    self._show(self._session.with_(called=True))
                case "language" if value in {language.id for language in LANGUAGES}:
                    self._show(self._session.with_(language=value))
                case "secret":
                    self._take_secret(value)
                case "other_secret":
                    self._offer_other_secret()
                case "code":
                    self._take_code(value)
                case "choose":
                    self._happens(asking.choose(self.parts.catalogue, self._session, value))
                case "answer":
                    self._happens(asking.answer(self.parts.catalogue, self._session, value))
                case "usual":
                    self._happens(asking.usual(self._session))
                case "own":
                    self._happens(asking.own(self.parts.catalogue, self._session))
                case "by_card" | "as_typed" | "next_box":
                    self._happens(asking.compared(self._session, by_card=pressed == "by_card"))
                case "back":
                    self._happens(asking.back(self.parts.catalogue, self._session))
                case _ if pressed in PLAIN:
                    self._plain(PLAIN[pressed])

    def officer_types(self, turn: int, name: str, address: str, birthdate: str = "") -> None:
        """What the officer read from the card's pictures; empty where the card says it itself. birthdate: as people write it."""
        with self._lock:
            person = self._session.person
            if turn != self._session.turn or person is None:
                return
            typed = replace(person, name=person.name or name.strip() or None, address=person.address or address.strip() or None,
                            birthdate=person.birthdate or _day(birthdate))
            if not typed.missing:
                self._move(Happening.TYPED, person=typed)

    def officer_came(self) -> None:
        """The call has been answered."""
        with self._lock:
            self._show(self._session.with_(called=False))

    def tick(self) -> None:
        """Look at reader and clock, then do what the present screen asks for. Called again and again by one thread."""
        self._look_at_reader()
        with self._lock:  # one step: what is pressed between would lose the time of the next screen
            if self.seconds_left() == 0.0:
                self._move(Happening.TIME_UP)
        self._work()

    def start(self) -> None:
        """Begin ticking in a thread of its own."""
        Thread(target=self._run, name="counter", daemon=True).start()

    def stop(self) -> None:
        """End the thread; what was in memory goes with it."""
        self._stop.set()

    def _run(self) -> None:
        rest = TICK_SECONDS
        while not self._stop.wait(rest):
            rest = TICK_SECONDS
            try:
                self.tick()
                continue
            except Exception as error:  # a thread that died would leave a person's facts on a screen that no clock clears
                log.error("counter: %s", type(error).__name__)  # noqa: TRY400 - a traceback could hold a person's data
            self._give_up()  # only here, where the error and what its frames held are gone
            rest = REST_SECONDS

    def _give_up(self) -> None:
        """Whatever went wrong: nothing of the person stays, and the officer is called."""
        with self._lock:
            self._move(Happening.STOPPED)
            if not self._session.called:
                self._show(self._session.with_(called=True))

    def _now(self) -> datetime:
        return self.parts.clock()

    def _move(self, happening: Happening, **known: object) -> None:
        with self._lock:
            try:
                self._show(self._session.after(happening, **known))
            except NotNow:
                return

    def _show(self, session: Session) -> None:
        before, self._session = self._session, session
        self._since = self._now()
        if session.screen not in (Screen.READING, Screen.PROVING):
            self._secret = None
        if session.screen is not Screen.FETCHING:
            self._code = ""
        if before.screen in (Screen.CHECK, Screen.CONFIRMING) and session.screen is Screen.IDLE and before.filed is not None:
            self._left_check = before.filed.id
        if before.screen in NUMBER_TO_COME and before.filed is not None and session.filed is None:
            self._left.append(before.filed)
        if session.screen in (Screen.LOOKING, Screen.START, Screen.CODE):  # a new person, or the same one from the beginning
            self.parts.spool.forget()

    def _tell_who_left(self) -> None:
        """What nobody got a number for must not stay behind; while neither office nor queue hears it, it is told again."""
        with suppress(KioskError):
            while self._left:
                work.take_back(self.parts, self._left[0])
                del self._left[0]

    def _plain(self, happening: Happening) -> None:
        session = self._session
        if happening is Happening.CARD_TOO and work.family_event(self.parts.catalogue, session.prepared) is None:
            return  # every other form has its own person, and a card's journey of its own
        if happening in JOURNEY_OF:
            self._move(happening, journey=JOURNEY_OF[happening], step=0)
            self._already_lies_there()
        elif happening is Happening.GO_ON and session.screen is Screen.CONFIRM and session.person is not None:
            hindrance = limits.on_facts(session.look, session.person, session.journey, work.today(self.parts))
            if hindrance is None:
                self._move(happening, step=0)
            else:
                self._move(Happening.HINDERED, limit=hindrance)
        elif happening is Happening.GO_ON and session.screen is Screen.INSTEAD and session.filed is None:
            return  # there is no application whose number could be had
        elif happening is Happening.MORE:
            self._move(happening, step=session.step + 1 if session.screen is Screen.CHOOSE else 0)
        elif happening not in (Happening.PRINT, Happening.REQUESTED) or session.wishes:
            kept = session.limit if happening is Happening.GO_ON and session.screen is Screen.INSTEAD else None
            self._move(happening, limit=kept)

    def _already_lies_there(self) -> None:
        """A card that was laid before anything was chosen is used at once."""
        if self._placing is not None and self._session.screen is Screen.PLACE:
            self._move(Happening.PLACED)

    def _take_secret(self, value: str) -> None:
        session = self._session
        kind = SecretKind.AUTH_PIN if session.screen is Screen.AUTH else session.secret
        if kind is not None and kind in LOOKS_LIKE and LOOKS_LIKE[kind].fullmatch(value):
            self._secret = Secret(kind, value)
            self._move(Happening.SECRET_GIVEN)

    def _offer_other_secret(self) -> None:
        other = self.other_opening()
        if other is not None and self._session.look is not None:
            self._happens(work.opened_by(self._session.look, other, Happening.OTHER_SECRET))

    def other_opening(self) -> Opening | None:
        """Another way of opening the card that is not blocked; None when there is no other."""
        session = self.session
        if session.look is None:
            return None
        usable = work.usable(session.look)
        kinds = [one.kind for one in usable]
        if len(usable) < 2 or session.secret not in kinds:
            return None
        return usable[(kinds.index(session.secret) + 1) % len(usable)]

    def _take_code(self, value: str) -> None:
        if value and self._session.screen is Screen.CODE:
            self._code = value[:2000]
            self._move(Happening.CODE_GIVEN)

    def _happens(self, outcome: Outcome | None) -> None:
        if outcome is not None:
            self._move(outcome.happening, **outcome.known)

    def _look_at_reader(self) -> None:
        try:
            placing = self.reader.placed()
        except ReaderTrouble:
            used = self.session.screen in NEEDS_CARD
            self._move(Happening.READER_GONE, limit=Limit.READER_UNPLUGGED if used else Limit.NO_READER)
            self._placing = None
            return
        if self.session.screen is Screen.NO_READER:
            if self.session.limit is Limit.READER_UNPLUGGED:
                self._move(Happening.SERVICE_BACK, limit=Limit.SERVICE_RESTARTED)
            else:
                self._move(Happening.READER_BACK)
        if placing == self._placing:
            return
        swapped = self._placing is not None and placing is not None
        self._placing = placing
        if self.session.journey is Journey.CODE:
            return  # whose card it is does not matter here
        if swapped or placing is None:
            self._move(Happening.REMOVED, limit=self.session.limit, case_code=self.session.case_code, filed=self.session.filed)
        if placing is not None:
            self._move(Happening.PLACED)

    def _work(self) -> None:
        session, parts = self.session, self.parts
        secret, code = self._secret, self._code
        if self._left_check is not None:
            left, self._left_check = self._left_check, None
            work.leave_check(parts, left)
        self._tell_who_left()
        match session.screen:
            case Screen.LOOKING:
                self._card = self._placing
                self._finish(session, work.beside(parts, session, work.with_card(lambda: work.look(parts, session))))
            case Screen.READING:
                self._use_secret(session, secret, work.read)
            case Screen.AUTH_LOOKING:
                self._finish(session, work.with_card(lambda: work.look_for_key(parts, session)))
            case Screen.PROVING:
                self._use_secret(session, secret, partial(work.prove, wanted=lambda: self._still(session)))
            case Screen.PRINTING:
                self._finish(session, work.print_forms(parts, session, lambda: self._still(session)))
            case Screen.TICKETING:
                self._finish(session, work.print_ticket(parts, session, lambda: self._still(session)))
            case Screen.TAKE_CARD if self._placing is None:
                self._finish(session, Outcome(Happening.REMOVED, {"filed": session.filed, "case_code": session.case_code,
                                                                  "limit": session.limit}))
            case Screen.WAITING | Screen.CHECK if self._now() - self._asked_at >= ASK_EVERY:
                self._asked_at = self._now()
                outcome = work.ask_how_it_stands(parts, session)
                if outcome is not None:
                    self._finish(session, outcome)
            case Screen.CONFIRMING:
                self._finish(session, work.confirm(parts, session))
            case Screen.FETCHING:
                self._finish(session, work.fetch(parts, session, code))

    def _use_secret(self, session: Session, secret: Secret | None, use: Callable[[Parts, Session, Secret], Outcome]) -> None:
        self._secret = None
        if secret is None and session.screen is Screen.READING and session.secret is SecretKind.NOTHING:
            secret = Secret(SecretKind.NOTHING, "")
        if secret is None:
            self._finish(session, Outcome(Happening.STOPPED))
        else:
            outcome = work.with_card(lambda: use(self.parts, session, secret))
            self._finish(session, work.beside(self.parts, session, outcome))

    def _finish(self, session: Session, outcome: Outcome) -> None:
        """Move on, unless the person has gone on meanwhile: what a work learned then belongs to nobody, and what it filed is
        taken back."""
        with self._lock:
            if outcome.numberless is not None:
                self._left.append(outcome.numberless)
            if self._session.moves != session.moves:
                filed = outcome.known.get("filed")
                if isinstance(filed, Filed) and session.filed is None:
                    self._left.append(filed)
                return
            if outcome.happening is Happening.REMOVED and session.screen is not Screen.TAKE_CARD:
                self._placing = None
            self._move(outcome.happening, **outcome.known)

    def _still(self, session: Session) -> bool:
        """Whether the person for whom a job was made is still there and still wants it."""
        if self.session.moves != session.moves or self.session.screen not in AT_WORK:
            return False
        if session.prepared is not None:
            return True  # no card belongs to it
        try:
            there = self.reader.placed()
        except ReaderTrouble:
            return session.screen is Screen.TICKETING  # the number names nobody
        if session.screen is Screen.TICKETING:
            return there in (None, self._card)  # a card may be taken early, but the number is not for the next one's holder
        return there == self._placing


def _day(typed: str) -> str | None:
    """YYYYMMDD of a day in either calendar; None for what is none."""
    try:
        return f"{day_of(typed.strip()):%Y%m%d}"
    except BadDay:
        return None
