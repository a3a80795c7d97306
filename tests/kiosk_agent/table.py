"""A counter on a test's table: virtual cards in this process, a clock the test moves, a printer and an office that can fail."""

import base64
import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk_agent import keys
from kiosk_agent.card.facts import CardFacts, Look, Secret, SignedChallenge
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.cards import ReaderCards
from kiosk_agent.counter import Counter
from kiosk_agent.desk import Filed, Filing, Left, NotTrusted, Offline, Prepared, Refused
from kiosk_agent.errors import KioskError, PinBlocked, PrinterReason, PrinterTrouble, QrError, ReaderTrouble, WrongPin
from kiosk_agent.forms import CounterForms
from kiosk_agent.journeys import Screen
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.spool import Spool
from kiosk_agent.session import Session
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.slot import NO_ACCIDENTS, Accidents, Slot
from kiosk_agent.work import Parts
from tests.fakes.world import FRIDAY_NOON, ibusuki

CHALLENGE = b"thirty-two bytes of the office.."
AUTH_PIN = "1234"


def people_in_memory() -> int:
    """How many people's facts this process holds, wherever."""
    gc.collect()
    return sum(type(thing) in (BasicFour, CardFacts) for thing in gc.get_objects())


class TablePrinter:
    """Keeps what it printed; `broken` makes it refuse; `meanwhile` happens while a sheet is on its way."""

    name = "tests' printer"

    def __init__(self) -> None:
        self.sheets: list[bytes] = []
        self.broken: PrinterReason | None = None
        self.meanwhile: Callable[[], None] = lambda: None

    def condition(self) -> PrinterReason | None:
        """What it tells when it is asked."""
        return self.broken

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """One job, unless it is not wanted any more."""
        self.meanwhile()
        if self.broken is not None:
            raise PrinterTrouble("broken", self.broken)
        if not wanted():
            raise PrinterTrouble("given up", PrinterReason.GIVEN_UP)
        self.sheets.append(file.read_bytes())

    def forget(self) -> None:
        """Nothing is kept of a session."""


class TableReader(InProcessReader):
    """A reader that can be unplugged."""

    unplugged = False

    def placed(self) -> int | None:
        """Raises ReaderTrouble while it is unplugged."""
        if self.unplugged:
            raise ReaderTrouble("unplugged")
        return super().placed()


class TableCards:
    """The virtual card's facts as it tells them, with a key beside them; `seen` and `told` change what another kind would say."""

    def __init__(self, reader: TableReader) -> None:
        self._real = ReaderCards(reader, lambda: date(2026, 11, 20))
        self.seen: Mapping[str, Any] = {}
        self.told: Mapping[str, Any] = {}
        self.key_tries = 3
        self.signed: list[bytes] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def look(self) -> Look:
        """The real look, changed by `seen`."""
        return replace(self._real.look(), **{"has_auth_certificate": True, "has_signing_certificate": True, **self.seen})

    def read(self, look: Look, secret: Secret) -> CardFacts:
        """The real facts, changed by `told`; `meanwhile` happens before they are there."""
        self.meanwhile()
        return replace(self._real.read(look, replace(secret, value=secret.value[:4])), kind=look.kind, **self.told)

    def auth_tries(self) -> int:
        """Counted apart from the card's other number."""
        return self.key_tries

    def sign_challenge(self, pin: Secret, challenge: bytes) -> SignedChallenge:
        """Counts like a card."""
        if self.key_tries == 0:
            raise PinBlocked
        if pin.value != AUTH_PIN:
            self.key_tries -= 1
            raise WrongPin(self.key_tries)
        self.key_tries = 3
        self.signed.append(challenge)
        return SignedChallenge(b"certificate", b"signature")


class TableOffice:
    """An office that can be away, distrust, refuse, and call for the hand-over check."""

    def __init__(self) -> None:
        self.away = False
        self.away_for_filing = False
        self.distrusts = False
        self.refuses: str | None = None
        self.certificate = "good"
        self.filings: dict[str, Filing] = {}
        self.calls = False
        self.done = False
        self.confirmed: list[str] = []
        self.left: list[str] = []
        self.withdrawn: list[str] = []
        self.codes: dict[str, Prepared] = {}
        self.meanwhile: Callable[[], None] = lambda: None
        self.challenged: Callable[[], None] = lambda: None

    def report(self, condition: Mapping[str, Any]) -> datetime:
        """Not asked here."""
        return FRIDAY_NOON

    def challenge(self) -> str:
        """Always the same one; `challenged` happens when it was given."""
        self._reached()
        self.challenged()
        return base64.b64encode(CHALLENGE).decode()

    def file(self, filing: Filing) -> Filed:
        """Kept under its id; `meanwhile` happens while it is on its way."""
        self.meanwhile()
        if self.away_for_filing:
            raise Offline
        self._reached()
        self.filings[filing.id] = filing
        return self.filed(filing.id)

    def filed(self, id: str) -> Filed:
        """How it stands."""
        self._reached()
        if id not in self.filings:
            raise Refused("not-found")
        return Filed(id, "ABCD-EFGH-JKMN", "done" if self.done else "received", self.certificate, 200, self.calls,
                     "4821" if self.calls else "")

    def confirm(self, id: str, check_code: str) -> Filed:
        """The person says that it is theirs."""
        self._reached()
        self.confirmed.append(id)
        return self.filed(id)

    def stop(self, id: str) -> Filed:
        """The person says that it is not, or has left."""
        self._reached()
        self.left.append(id)
        return self.filed(id)

    def withdraw(self, id: str) -> Filed:
        """Nobody got its number."""
        self._reached()
        filed = self.filed(id)
        self.withdrawn.append(id)
        return filed

    def prepared(self, code: str) -> Prepared:
        """What lies under the code."""
        self._reached()
        if code not in self.codes:
            raise Refused("not-found")
        return self.codes[code]

    def _reached(self) -> None:
        if self.away:
            raise Offline
        if self.distrusts:
            raise NotTrusted
        if self.refuses:
            raise Refused(self.refuses)


class TableQueue:
    """What waits for the office."""

    def __init__(self) -> None:
        self.kept: list[Filing] = []
        self.to_take_back: list[tuple[str, datetime]] = []
        self.full = False

    def put(self, filing: Filing) -> None:
        """Keep it, if there is room."""
        if self.full:
            raise KioskError("full")
        self.kept.append(filing)

    def leave(self, left: Left, due: datetime) -> None:
        """In place of the application, if it lies here and there is room."""
        if self.full:
            raise KioskError("full")
        self.kept = [one for one in self.kept if one.id != left.id]
        self.to_take_back.append((left.id, due))

    def waiting(self) -> int:
        """How many."""
        return len(self.kept)

    def oldest(self) -> datetime | None:
        """When the first was made."""
        return self.kept[0].made_at if self.kept else None


class Missing(QrError):
    """As the reader of symbols says it."""

    def __init__(self, *missing: int) -> None:
        super().__init__("a part is missing")
        self.missing = missing


HANAKOS_FORM = Prepared("juminhyo", 1, {"whose": "self", "items": ("none",), "copies": "1"},
                        {"fullName": "指宿　花子", "fullAddress": "鹿児島県指宿市十町２４２４番地", "dateOfBirth": "1985-03-15"})


def two_symbols(symbols: Sequence[str]) -> Prepared:
    """A form of two symbols, MP1A and MP1B; anything else is damaged."""
    if set(symbols) == {"MP1A", "MP1B"}:
        return HANAKOS_FORM
    if set(symbols) < {"MP1A", "MP1B"}:
        raise Missing(2 if "MP1A" in symbols else 1)
    raise QrError("damaged")


class Table:
    """Counter, slot, printer, office and clock."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self.now = FRIDAY_NOON
        self.slot = Slot(wait=lambda seconds: None)
        self.reader = TableReader(self.slot)
        self.printer = TablePrinter()
        self.cards = TableCards(self.reader)
        self.office = TableOffice()
        self.queue = TableQueue()
        self.folder = folder
        self.people_before = people_in_memory()
        catalogue = ibusuki()
        forms = CounterForms(catalogue, shelf, keys.sender(folder / "keys", None, demo=True))
        self.parts = Parts(catalogue=catalogue, cards=self.cards, forms=forms, spool=Spool(folder / "spool", self.printer),
                           office=self.office, outgoing=self.queue, read_symbols=two_symbols, clock=self.clock)
        self.counter = Counter(self.reader, self.parts)

    def clock(self) -> datetime:
        """The table's time."""
        return self.now

    @property
    def screen(self) -> str:
        """The name of what the person sees."""
        return str(self.counter.session.screen)

    def places(self, person: str, accidents: Accidents = NO_ACCIDENTS) -> None:
        """A card is laid down, and the counter looks at it."""
        self.slot.place(person, accidents)
        self.goes_on()

    def takes(self) -> None:
        """The card is taken."""
        self.slot.remove()
        self.goes_on()

    def presses(self, pressed: str, value: str = "") -> None:
        """A button of the screen that is shown."""
        self.counter.press(self.counter.session.turn, pressed, value)
        self.goes_on()

    def waits(self, seconds: float) -> None:
        """Time goes by without a touch."""
        self.now += timedelta(seconds=seconds)
        self.goes_on()

    def goes_on(self) -> None:
        """The counter's thread, until nothing moves any more."""
        for _ in range(20):
            before = self.counter.session.turn
            self.counter.tick()
            if self.counter.session.turn == before:
                return
        raise AssertionError(f"never comes to rest: {self.screen}")

    def shows(self, session: Session) -> None:
        """That screen at once, without the way to it: for looking at it only."""
        self.counter._show(session)

    def up_to_secret(self, person: str = "hanako", way: str = "forms", accidents: Accidents = NO_ACCIDENTS) -> None:
        """Way chosen, card laid."""
        if self.screen == Screen.IDLE:
            self.presses("touched")
        self.presses(way)
        self.places(person, accidents)

    def up_to_confirm(self, person: str = "hanako", way: str = "forms") -> None:
        """Card laid, number typed, facts on the screen."""
        self.up_to_secret(person, way)
        if self.screen == Screen.LAST_TRY:
            self.presses("go_on")
        self.presses("secret", "1234")

    def up_to_review(self, person: str = "hanako", way: str = "forms") -> None:
        """The usual 住民票, looked over."""
        self.up_to_confirm(person, way)
        self.presses("go_on")
        self.presses("choose", "juminhyo")
        self.presses("usual")

    def up_to_ticket(self, person: str = "hanako") -> None:
        """Asked for with the card alone."""
        self.up_to_review(person, "request")
        self.presses("request_it")
        self.presses("secret", AUTH_PIN)
