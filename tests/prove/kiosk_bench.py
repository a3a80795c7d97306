"""A whole counter on the bench: every kind of card in this process or over real PC/SC, real forms and spool, and somebody who
walks a journey to its end as its screens ask."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from content.catalogue import Catalogue, load
from kiosk_agent import keys, prepared
from kiosk_agent.card.facts import SecretKind
from kiosk_agent.cards import ReaderCards
from kiosk_agent.counter import Counter
from kiosk_agent.desk import Office
from kiosk_agent.errors import ReaderTrouble
from kiosk_agent.forms import CounterForms, Forms
from kiosk_agent.journeys import Journey, Screen
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.spool import Spool
from kiosk_agent.transport import daemon, pcsc
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.other_people import OTHER_PEOPLE
from kiosk_agent.virtual_card.people import DEMO_OTHER_PIN, DEMO_PIN, PEOPLE
from kiosk_agent.virtual_card.slot import NO_ACCIDENTS, Accidents, Slot
from kiosk_agent.virtual_card.vpcd import FIRST_PORT, VpcdCard
from kiosk_agent.work import Outgoing, Parts
from tests.fakes.office import FakeOffice
from tests.kiosk_agent.table import TablePrinter, TableQueue

S = Screen
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
NOTICE_SECONDS = 15.0
REFERENCE_B = {person.id: person.reference_b for person in PEOPLE}
OTHER_SECRETS = {person.id: person.secret.value for person in OTHER_PEOPLE}
EVERYBODY = (*(person.id for person in PEOPLE), *OTHER_SECRETS)
"""One of each kind of card, and of each way in which one can be odd."""
WAYS = {Journey.FORMS: "forms", Journey.REQUEST: "request", Journey.CODE: "code_way"}
ENDS = frozenset({S.DONE, S.TAKE_CARD, S.TROUBLE, S.INSTEAD, S.WRONG, S.AUTH_WRONG, S.PRINTER, S.PULLED, S.NO_READER, S.TIMED_OUT})
"""Where a journey by card has come to its end, whichever."""
AT_WORK = frozenset({S.LOOKING, S.READING, S.AUTH_LOOKING, S.PROVING, S.PRINTING, S.TICKETING, S.CONFIRMING, S.FETCHING})
LONGEST = 60


class CountingSlot(Slot):
    """Counts the commands that reached the card since it was laid, and knows when it was pulled."""

    def __init__(self) -> None:
        super().__init__(people=(*PEOPLE, *OTHER_PEOPLE))
        self.commands = 0
        self.pulled_at = 0.0

    def exchange(self, command: bytes, placing: int) -> bytes | None:
        """As the slot does; counted before, since a card that is pulled was asked too."""
        self.commands += 1
        answer = super().exchange(command, placing)
        if answer is None and self.person() is None:
            self.pulled_at = time.monotonic()
        return answer


@dataclass
class Place:
    """A slot, the reader over it, and which of the two ways it is."""

    says: str
    slot: CountingSlot
    reader: Reader

    def lay(self, person: str, accidents: Accidents = NO_ACCIDENTS) -> None:
        """Lay a card and wait until the reader has it."""
        self.slot.place(person, accidents)
        self._until(lambda: self.reader.placed() is not None)
        self.slot.commands = 0

    def take(self) -> None:
        """Take it away and wait until the reader knows."""
        self.slot.remove()
        self._until(lambda: self.reader.placed() is None)

    @staticmethod
    def _until(so: Callable[[], bool]) -> None:
        until = time.monotonic() + NOTICE_SECONDS
        while not so():
            if time.monotonic() > until:
                raise TimeoutError("the reader did not notice")
            time.sleep(0.005)


def in_process() -> Place:
    """Without PC/SC."""
    slot = CountingSlot()
    return Place("in-process", slot, InProcessReader(slot))


@contextmanager
def over_pcsc() -> Iterator[Place | None]:
    """The last virtual reader of a real pcscd, which is started here where none runs; None where that cannot be had."""
    if daemon.missing_parts():
        yield None
        return
    started = None if _virtual_readers() else daemon.start()
    until = time.monotonic() + NOTICE_SECONDS
    while not (names := _virtual_readers()) and time.monotonic() < until:
        time.sleep(0.05)
    slot = CountingSlot()
    # The last one, so that a running demonstration keeps the first.
    card = VpcdCard(slot, FIRST_PORT + max(len(names) - 1, 0))
    try:
        if names:
            card.start()
            yield Place("over real PC/SC", slot, pcsc.PcscReader(names[-1]))
        else:
            yield None
    finally:
        if names:
            card.stop()
        if started is not None:
            started.terminate()
            started.wait(timeout=10)


def _virtual_readers() -> list[str]:
    try:
        return sorted(name for name in pcsc.reader_names() if name.startswith(pcsc.VIRTUAL))
    except ReaderTrouble:
        return []


CATALOGUE: Catalogue = load("ibusuki")


class Bench:
    """A counter over that place. Its clock stands still unless it is moved."""

    def __init__(self, place: Place, folder: Path, shelf: Shelf, *, office: Office | None = None,
                 outgoing: Outgoing | None = None, forms: Forms | None = None,
                 clock: Callable[[], datetime] | None = None) -> None:
        self.place = place
        self.now = NOON
        self.printer = TablePrinter()
        self.forms = forms or CounterForms(CATALOGUE, shelf, keys.sender(folder / "keys", None, demo=True))
        self.spool = Spool(folder / "spool", self.printer)
        told = clock or (lambda: self.now)
        self.counter = Counter(place.reader, Parts(
            catalogue=CATALOGUE, cards=ReaderCards(place.reader, lambda: date(2026, 11, 20)), forms=self.forms, spool=self.spool,
            office=office or FakeOffice(clock=told), outgoing=outgoing or TableQueue(),
            read_symbols=lambda symbols: prepared.read(symbols, CATALOGUE, today=NOON.date()), clock=told))
        self.touches = 0
        self.digits = 0

    @property
    def screen(self) -> Screen:
        """What is shown."""
        return self.counter.session.screen

    def press(self, pressed: str, value: str = "") -> None:
        """One button, and the counter's thread until it rests. A number is a touch for each letter, and one for 決定."""
        self.digits += len(value) if pressed == "secret" else 0
        self.touches += 1
        self.counter.press(self.counter.session.turn, pressed, value)
        self.goes_on()

    def goes_on(self) -> None:
        """The counter's thread, until nothing moves any more."""
        for _ in range(LONGEST):
            before = self.counter.session.turn
            self.counter.tick()
            if self.counter.session.turn == before and self.screen not in AT_WORK:
                return
        raise AssertionError(f"never comes to rest: {self.screen}")

    def to_start(self) -> None:
        """Nobody's card, nobody's session."""
        self.place.take()
        self.goes_on()
        if self.screen is not S.IDLE:
            self.press("go_on" if self.screen is S.PULLED else "stopped")
        if self.screen is not S.IDLE:
            self.press("stopped")
        self.touches = self.digits = 0

    def walks(self, person: str, way: Journey, accidents: Accidents = NO_ACCIDENTS,
              on_screen: Callable[[Screen], bool] = lambda screen: False) -> Screen:
        """That person's whole journey with the card laid first; the screen at its end. on_screen: True when it is to stop there."""
        self.place.lay(person, accidents)
        return self.walks_on(person, way, on_screen=on_screen)

    def walks_on(self, person: str, way: Journey, *, until: Screen | None = None,
                 on_screen: Callable[[Screen], bool] = lambda screen: False) -> Screen:
        """The rest of that journey, up to that screen or to its end."""
        self.goes_on()
        for _ in range(LONGEST):
            if self.screen in ENDS or self.screen is until or on_screen(self.screen):
                return self.screen
            self._acts(person, way)
        raise AssertionError(f"the journey of {person} never ends: {self.screen}")

    def _acts(self, person: str, way: Journey) -> None:
        session = self.counter.session
        if session.screen is S.START:
            self.press(WAYS[way])
        elif session.screen in (S.SECRET, S.AUTH):
            kind = SecretKind.AUTH_PIN if session.screen is S.AUTH else session.secret
            self.press("secret", secret_of(person, kind))
        elif session.screen is S.OFFICER_TYPES:
            self.counter.officer_types(session.turn, "ＳＩＬＶＡ　ＭＡＲＩＡ", "鹿児島県指宿市十町２４２４番地", "1988年11月30日")
            self.goes_on()
        elif session.screen is S.CHOOSE:
            self.press("choose", "juminhyo")
        elif session.screen is S.REVIEW:
            self.press("request_it" if way is Journey.REQUEST else "print")
        else:
            self.press(NEXT[session.screen])


NEXT: Mapping[Screen, str] = {S.IDLE: "touched", S.LAST_TRY: "go_on", S.AUTH_LAST_TRY: "go_on", S.CONFIRM: "go_on",
                              S.USUAL: "usual"}
"""The button with which one goes on, where there is only one."""


def secret_of(person: str, kind: SecretKind | None) -> str:
    """What that person types."""
    if kind is SecretKind.REFERENCE_B:
        return REFERENCE_B[person]
    if kind is SecretKind.AUTH_PIN:
        return DEMO_OTHER_PIN if person == "two-pins" else DEMO_PIN
    return OTHER_SECRETS.get(person, DEMO_PIN)


__all__ = ["CATALOGUE", "EVERYBODY", "NOON", "Bench", "CountingSlot", "Place", "in_process", "over_pcsc", "secret_of"]
