"""The session: what is known of the one person at the counter, and on which screens it may be in memory. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType

from content.rules.answers import Answer
from content.vocabulary.counter import Limit
from kiosk_agent.beside import Beside
from kiosk_agent.card.facts import CardFacts, Look, SecretKind
from kiosk_agent.desk import Filed, Prepared
from kiosk_agent.errors import KioskError
from kiosk_agent.journeys import AT_WORK, IDLE_SECONDS, NO_CLOCK, TABLE, Happening, Journey, Screen, seconds
from kiosk_agent.paper.glyphs import Unprintable

S = Screen
ALWAYS = frozenset({"called"})
"""Who was called must come, whatever the screen has become meanwhile."""
NOBODY = ALWAYS | {"language", "limit"}
CHOSEN = NOBODY | {"journey"}
CARD = CHOSEN | {"look", "secret", "tries"}
PERSON = CARD | {"person"}
WISHES = PERSON | {"wishes", "asking", "step"}
FILED = CHOSEN | {"case_code", "filed", "unprintable"}
CODE = CHOSEN | {"parts", "missing"}
PREPARED = CHOSEN | {"prepared"}
CARD_TOO = CARD | PREPARED
"""A card is opened alone, or beside a family's form."""

KEEPS: Mapping[Screen, frozenset[str]] = MappingProxyType({
    S.IDLE: ALWAYS, S.START: NOBODY, S.PLACE: PREPARED, S.LOOKING: PREPARED, S.SECRET: CARD_TOO, S.LAST_TRY: CARD_TOO,
    S.READING: CARD_TOO, S.WRONG: CARD_TOO, S.CONFIRM: PERSON, S.OFFICER_TYPES: PERSON,
    **dict.fromkeys((S.CHOOSE, S.USUAL, S.QUESTION, S.REVIEW, S.AUTH_LOOKING, S.AUTH, S.AUTH_LAST_TRY, S.AUTH_WRONG,
                     S.PROVING), WISHES),
    S.INSTEAD: WISHES | FILED, S.PRINTING: WISHES | FILED | PREPARED, S.PRINTER: WISHES | FILED | PREPARED, S.DONE: FILED,
    **dict.fromkeys((S.TICKETING, S.TAKE_CARD, S.WAITING, S.CHECK, S.CONFIRMING, S.HANDED_OVER), FILED),
    S.CODE: CODE, S.FETCHING: CODE, S.PREPARED: PREPARED, S.BESIDE: PREPARED | {"beside"},
    S.TROUBLE: CHOSEN, S.PULLED: NOBODY, S.NO_READER: NOBODY,
    S.TIMED_OUT: NOBODY,
})
"""What each screen may know. Whatever is not named is dropped on the way to it, by whichever way one comes."""
STANDING = frozenset({S.CONFIRM, S.OFFICER_TYPES, S.CHOOSE, S.USUAL, S.QUESTION, S.REVIEW, S.AUTH_LOOKING, S.AUTH,
                      S.AUTH_LAST_TRY, S.AUTH_WRONG, S.PROVING, S.INSTEAD, S.PRINTING, S.PRINTER})
"""Screens on which a person's facts are in memory."""


class NotNow(KioskError):
    """The happening means nothing on this screen: a late touch, a double press."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One procedure the person wants done, and their answers to its questions."""

    procedure: str
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """One person at the counter. Data vanish as soon as a screen does not need them."""

    screen: Screen = Screen.IDLE
    turn: int = 0
    """Grows with every drawing: a button of an older one means nothing."""
    moves: int = 0
    """Grows only when a screen follows another: what a work began for stays the same when its screen is drawn anew."""
    called: bool = False
    """An officer was asked to come, and has not yet."""
    language: str = "ja"
    journey: Journey | None = None
    limit: Limit | None = None
    """Why it does not go on as usual, or what is worth saying on this screen."""
    look: Look | None = None
    secret: SecretKind | None = None
    """Which way of opening the card was chosen."""
    tries: int | None = None
    """Of the secret that this screen asks for."""
    person: CardFacts | None = field(default=None, repr=False)
    wishes: tuple[Wanted, ...] = field(default=(), repr=False)
    asking: Wanted | None = field(default=None, repr=False)
    step: int = 0
    """Which of its questions is asked now."""
    case_code: str | None = None
    filed: Filed | None = field(default=None, repr=False)
    unprintable: tuple[Unprintable, ...] = field(default=(), repr=False)
    parts: tuple[str, ...] = field(default=(), repr=False)
    """The symbols of a code from the phone that were read so far."""
    missing: tuple[int, ...] = ()
    """The numbers of those that are still to be read."""
    prepared: Prepared | None = field(default=None, repr=False)
    beside: Beside | None = field(default=None, repr=False)
    """What a card says beside it; the card's facts themselves are gone by then."""

    def after(self, happening: Happening, **known: object) -> "Session":
        """The session after `happening`, with what became known by it. Raises NotNow."""
        to = TABLE.get((self.screen, happening))
        if to is None:
            raise NotNow(f"{happening} on {self.screen}")
        kept = {name: getattr(self, name) for name in KEEPS[to] if name != "limit"} | known
        return Session(screen=to, turn=self.turn + 1, moves=self.moves + 1,
                       **{name: value for name, value in kept.items() if name in KEEPS[to]})

    def with_(self, **known: object) -> "Session":
        """The same screen drawn anew with something else known: another language, a call for the officer."""
        return replace(self, turn=self.turn + 1, **known)  # type: ignore[arg-type]  # our own fields

    def seconds(self) -> float | None:
        """How long this screen may stand untouched; None where no clock runs."""
        return seconds(self.screen)


FIELDS = frozenset(one.name for one in fields(Session))

__all__ = ["AT_WORK", "FIELDS", "IDLE_SECONDS", "KEEPS", "NO_CLOCK", "STANDING", "TABLE", "Happening", "Journey", "NotNow",
           "Screen", "Session", "Wanted"]
