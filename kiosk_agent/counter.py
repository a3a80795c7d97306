"""The counter at work: watches reader and clock, does what a screen asks of card and printer, and moves the session on."""

from collections.abc import Callable
from datetime import datetime
from threading import Event, RLock, Thread

from content.vocabulary.paper import Paper
from content.vocabulary.procedure import Procedure
from kiosk_agent.card.reading import read_basic_four, tries_left
from kiosk_agent.errors import (
    CardGarbled,
    CardRemoved,
    KioskError,
    PinBlocked,
    ReaderTrouble,
    StatusError,
    UnknownCard,
    WrongPin,
)
from kiosk_agent.paper.spool import Spool
from kiosk_agent.questions import answer_of
from kiosk_agent.session import Happening, NotNow, Screen, Session
from kiosk_agent.sheet import FormMaker, Request
from kiosk_agent.transport.base import Reader

TICK_SECONDS = 0.15


class Counter:
    """One counter. Web requests only tell it what was pressed; card and printer are used by its own thread alone."""

    def __init__(self, reader: Reader, forms: FormMaker, spool: Spool, paper: Paper, procedure: Procedure, *,
                 clock: Callable[[], datetime]) -> None:
        self.reader = reader
        self.spool = spool
        self.paper = paper
        self.procedure = procedure
        self._forms = forms
        self._clock = clock
        self._lock = RLock()
        self._session = Session()
        self._since = clock()
        self._placing: int | None = None
        self._pin: str | None = None
        self._stop = Event()

    @property
    def session(self) -> Session:
        """The session as it is now."""
        with self._lock:
            return self._session

    def seconds_left(self) -> float | None:
        """Until this screen times out; None where no clock runs."""
        with self._lock:
            allowed = self._session.seconds()
            return None if allowed is None else max(0.0, allowed - (self._clock() - self._since).total_seconds())

    def press(self, turn: int, pressed: str, value: str = "") -> None:
        """A button of the screen of that turn. A late or doubled press, or one we did not offer, changes nothing."""
        with self._lock:
            if turn != self._session.turn:
                return
            match pressed:
                case "pin" if len(value) == 4 and value.isascii() and value.isdigit():
                    self._pin = value
                    self._move(Happening.PIN_GIVEN)
                case "answer":
                    self._answer(value)
                case "go_on" | "stopped" | "help" | "back":
                    self._move(Happening(pressed))

    def tick(self) -> None:
        """Look at reader and clock, then do what the present screen asks for. Called again and again by one thread."""
        self._look_at_reader()
        self._look_at_clock()
        match self.session.screen:
            case Screen.LOOKING:
                self._look_at_card()
            case Screen.READING:
                self._read_card()
            case Screen.PRINTING:
                self._print()

    def start(self) -> None:
        """Begin ticking in a thread of its own."""
        Thread(target=self._run, name="counter", daemon=True).start()

    def stop(self) -> None:
        """End the thread; what was in memory goes with it."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            self.tick()

    def _move(self, happening: Happening, **known: object) -> None:
        with self._lock:
            before = self._session
            try:
                self._session = before.after(happening, **known)
            except NotNow:
                return
            self._since = self._clock()
            if self._session.screen is not Screen.READING:
                self._pin = None
            if self._session.screen is Screen.LOOKING:  # a new person, or the same one from the beginning
                self.spool.forget()

    def _answer(self, value: str) -> None:
        answer = answer_of(self._session.screen, value, self.procedure)
        if isinstance(answer, int):
            self._move(Happening.ANSWERED, copies=answer)
        elif answer is not None:
            self._move(Happening.ANSWERED, answers={**self._session.answers, **answer})

    def _look_at_reader(self) -> None:
        try:
            placing = self.reader.placed()
        except ReaderTrouble:
            self._move(Happening.READER_GONE)
            self._placing = None
            return
        if self.session.screen is Screen.NO_READER:
            self._move(Happening.READER_BACK)
        if placing == self._placing:
            return
        swapped = self._placing is not None and placing is not None
        self._placing = placing
        if swapped or placing is None:
            self._move(Happening.REMOVED)
        if placing is not None:
            self._move(Happening.PLACED)

    def _look_at_clock(self) -> None:
        if self.seconds_left() == 0.0:
            self._move(Happening.TIME_UP)

    def _look_at_card(self) -> None:
        def looked() -> None:
            tries = tries_left(self.reader)
            happening = (Happening.NO_TRY_LEFT if tries == 0 else Happening.ONE_TRY_LEFT if tries == 1 else Happening.TRIES_LEFT)
            self._move(happening, tries=tries)

        self._with_card(looked)

    def _read_card(self) -> None:
        pin, self._pin = self._pin, None
        if pin is None:
            self._move(Happening.STOPPED)
            return

        def read() -> None:
            self._move(Happening.READ, person=read_basic_four(self.reader, pin))

        self._with_card(read)

    def _with_card(self, use: Callable[[], None]) -> None:
        """Use the card once; each way in which it can fail is a happening. Nothing is tried again by itself."""
        try:
            use()
        except WrongPin as wrong:
            self._move(Happening.WRONG, tries=wrong.tries_left)
        except PinBlocked:
            self._move(Happening.NO_TRY_LEFT, tries=0)
        except CardRemoved:
            self._placing = None
            self._move(Happening.REMOVED)
        except UnknownCard:
            self._move(Happening.UNKNOWN)
        except (CardGarbled, StatusError):
            self._move(Happening.NONSENSE)
        except ReaderTrouble:
            self._move(Happening.READER_GONE)

    def _print(self) -> None:
        session = self.session
        if session.person is None:
            self._move(Happening.STOPPED)
            return
        request = Request(self.paper, self.procedure, session.person, session.answers, session.copies)
        try:
            form = self._forms.make(request, now=self._clock())
            self.spool.print(form.job, lambda: self._still(session))
        except KioskError:
            if self._still(session):
                self._move(Happening.PRINT_FAILED)
            return
        self._move(Happening.PRINTED, case_code=form.job.case_code, unprintable=form.unprintable)

    def _still(self, session: Session) -> bool:
        """Whether the person for whom a job was made is still there and still wants it."""
        try:
            lies_there = self.reader.placed() == self._placing
        except ReaderTrouble:
            return False
        return lies_there and self.session.turn == session.turn and self.session.screen is Screen.PRINTING
