"""The screens of the counter as one state table, and the session that holds a person's data while they stand there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.errors import KioskError
from kiosk_agent.paper.glyphs import Unprintable


class Screen(StrEnum):
    """What the person sees."""

    IDLE = "idle"
    LOOKING = "looking"
    PIN = "pin"
    LAST_TRY = "last_try"
    READING = "reading"
    WRONG_PIN = "wrong_pin"
    CONFIRM = "confirm"
    WHOSE = "whose"
    ITEMS = "items"
    COPIES = "copies"
    PRINTING = "printing"
    DONE = "done"
    UNKNOWN_CARD = "unknown_card"
    PULLED = "pulled"
    BLOCKED = "blocked"
    GARBLED = "garbled"
    NO_READER = "no_reader"
    PRINTER = "printer"
    STAFF = "staff"
    TIMED_OUT = "timed_out"


class Happening(StrEnum):
    """What can happen: by the person, the card, the reader, the printer or the clock."""

    PLACED = "placed"
    REMOVED = "removed"
    TRIES_LEFT = "tries_left"
    ONE_TRY_LEFT = "one_try_left"
    NO_TRY_LEFT = "no_try_left"
    GO_ON = "go_on"
    PIN_GIVEN = "pin_given"
    READ = "read"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    NONSENSE = "nonsense"
    READER_GONE = "reader_gone"
    READER_BACK = "reader_back"
    ANSWERED = "answered"
    BACK = "back"
    PRINTED = "printed"
    PRINT_FAILED = "print_failed"
    STOPPED = "stopped"
    HELP = "help"
    TIME_UP = "time_up"


S, H = Screen, Happening
WITH_CARD = (S.LOOKING, S.PIN, S.LAST_TRY, S.READING, S.WRONG_PIN, S.CONFIRM, S.WHOSE, S.ITEMS, S.COPIES, S.PRINTING, S.PRINTER)
"""Screens on which the card must stay; pulling it ends the session."""
TROUBLES = (S.UNKNOWN_CARD, S.BLOCKED, S.GARBLED)
"""Screens that wait for the card to be taken away."""

_ROWS: dict[tuple[Screen, Happening], Screen] = {
    (S.IDLE, H.PLACED): S.LOOKING,
    (S.LOOKING, H.TRIES_LEFT): S.PIN,
    (S.LOOKING, H.ONE_TRY_LEFT): S.LAST_TRY,
    (S.LOOKING, H.NO_TRY_LEFT): S.BLOCKED,
    (S.LOOKING, H.UNKNOWN): S.UNKNOWN_CARD,
    (S.LOOKING, H.NONSENSE): S.GARBLED,
    (S.LAST_TRY, H.GO_ON): S.PIN,
    (S.PIN, H.PIN_GIVEN): S.READING,
    (S.READING, H.READ): S.CONFIRM,
    (S.READING, H.WRONG): S.WRONG_PIN,
    (S.READING, H.NO_TRY_LEFT): S.BLOCKED,
    (S.READING, H.UNKNOWN): S.UNKNOWN_CARD,
    (S.READING, H.NONSENSE): S.GARBLED,
    (S.WRONG_PIN, H.GO_ON): S.LOOKING,
    (S.CONFIRM, H.GO_ON): S.WHOSE,
    (S.WHOSE, H.ANSWERED): S.ITEMS,
    (S.WHOSE, H.BACK): S.CONFIRM,
    (S.ITEMS, H.ANSWERED): S.COPIES,
    (S.ITEMS, H.BACK): S.WHOSE,
    (S.COPIES, H.ANSWERED): S.PRINTING,
    (S.COPIES, H.BACK): S.ITEMS,
    (S.PRINTING, H.PRINTED): S.DONE,
    (S.PRINTING, H.PRINT_FAILED): S.PRINTER,
    (S.PRINTER, H.GO_ON): S.PRINTING,
    (S.DONE, H.REMOVED): S.IDLE,
    (S.PULLED, H.GO_ON): S.IDLE,
    (S.PULLED, H.PLACED): S.LOOKING,
    (S.TIMED_OUT, H.REMOVED): S.IDLE,
    (S.TIMED_OUT, H.GO_ON): S.LOOKING,
    (S.TIMED_OUT, H.PLACED): S.LOOKING,
    (S.NO_READER, H.READER_BACK): S.IDLE,
    (S.STAFF, H.GO_ON): S.IDLE,
    (S.STAFF, H.TIME_UP): S.IDLE,
    (S.PULLED, H.TIME_UP): S.IDLE,
    (S.DONE, H.TIME_UP): S.IDLE,
    (S.DONE, H.STOPPED): S.IDLE,
    (S.IDLE, H.HELP): S.STAFF,
    (S.DONE, H.HELP): S.STAFF,
    (S.PULLED, H.HELP): S.STAFF,
    (S.TIMED_OUT, H.HELP): S.STAFF,
}
_ROWS |= {(screen, H.REMOVED): S.PULLED for screen in WITH_CARD}
_ROWS |= {(screen, H.STOPPED): S.IDLE for screen in WITH_CARD}
_ROWS |= {(screen, H.TIME_UP): S.TIMED_OUT for screen in WITH_CARD if screen is not S.PRINTING}
_ROWS |= {(screen, H.HELP): S.STAFF for screen in (*WITH_CARD, *TROUBLES)}
_ROWS |= {(screen, H.REMOVED): S.IDLE for screen in TROUBLES}
_ROWS |= {(screen, H.TIME_UP): S.IDLE for screen in TROUBLES}
_ROWS |= {(screen, H.READER_GONE): S.NO_READER for screen in Screen if screen not in (S.NO_READER, S.STAFF)}
TABLE: Mapping[tuple[Screen, Happening], Screen] = MappingProxyType(_ROWS)
"""The whole truth about the screens. A pair that is not listed changes nothing."""

KEEPS_PERSON = frozenset({S.CONFIRM, S.WHOSE, S.ITEMS, S.COPIES, S.PRINTING, S.PRINTER})
"""The only screens on which a person's data are in memory. Leaving them drops the data."""
SECONDS: Mapping[Screen, float] = MappingProxyType({
    S.DONE: 30.0, S.PULLED: 20.0, S.STAFF: 60.0, S.UNKNOWN_CARD: 30.0, S.BLOCKED: 60.0, S.GARBLED: 30.0})
"""How long a screen stays without a touch; 60 s for all others, none for idle, no reader and a card that was left."""
IDLE_SECONDS = 60.0
NO_CLOCK = frozenset({S.IDLE, S.NO_READER, S.TIMED_OUT})


class NotNow(KioskError):
    """The happening means nothing on this screen: a late touch, a double press."""


@dataclass(frozen=True, slots=True)
class Session:
    """One person at the counter. `turn` grows with every screen; data vanish as soon as a screen does not need them."""

    screen: Screen = Screen.IDLE
    turn: int = 0
    tries: int | None = None
    person: BasicFour | None = field(default=None, repr=False)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    copies: int = 1
    case_code: str | None = None
    unprintable: tuple[Unprintable, ...] = field(default=(), repr=False)

    def after(self, happening: Happening, **known: object) -> "Session":
        """The session after `happening`, with what became known by it. Raises NotNow."""
        to = TABLE.get((self.screen, happening))
        if to is None:
            raise NotNow(f"{happening} on {self.screen}")
        if to not in KEEPS_PERSON and to is not S.DONE:
            kept = Session(screen=to, turn=self.turn + 1, tries=self.tries if to in (S.PIN, S.LAST_TRY, S.READING) else None)
            return replace(kept, **{name: value for name, value in known.items() if name == "tries"})  # type: ignore[arg-type]  # a number
        moved = replace(self, screen=to, turn=self.turn + 1, **known)  # type: ignore[arg-type]  # names are our own fields
        return replace(moved, person=None, answers={}) if to is S.DONE else moved

    def seconds(self) -> float | None:
        """How long this screen may stand untouched; None where no clock runs."""
        return None if self.screen in NO_CLOCK else SECONDS.get(self.screen, IDLE_SECONDS)
