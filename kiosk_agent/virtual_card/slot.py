"""The place where virtual cards are laid, and the accidents that can be ordered there. Safe to use from threads."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from kiosk_agent.virtual_card.card import Card
from kiosk_agent.virtual_card.people import PEOPLE

ATR = bytes.fromhex("3BE000FF8131FE4514")
"""Answer to reset of the contact interface (domain.md §1)."""


@dataclass(frozen=True, slots=True)
class Accidents:
    """What goes wrong with the card that is laid next. Counted from its first command, which is number 1."""

    pull_at: int | None = None
    """The card is pulled while this command is under way."""
    garble_at: int | None = None
    """From this command on the answers are nonsense."""
    seconds_per_answer: float = 0.0


NO_ACCIDENTS = Accidents()


class CardHolder(Protocol):
    """Somebody with a card: the entries of `people.py`, and of every other family's people."""

    @property
    def id(self) -> str:
        """Short and plain, as it stands on the demonstrator's button."""
        ...

    @property
    def make(self) -> Callable[[], Card]:
        """Makes a new card of theirs."""
        ...


class Slot:
    """One slot. Cards are kept per person, so a blocked PIN stays blocked until `renew`."""

    def __init__(self, wait: Callable[[float], None] = time.sleep, people: Sequence[CardHolder] = PEOPLE) -> None:
        self.people = people
        self._wait = wait
        self._lock = Lock()
        self._cards: dict[str, Card] = {}
        self._card: Card | None = None
        self._person: str | None = None
        self._placings = 0
        self._commands = 0
        self._accidents = NO_ACCIDENTS

    def place(self, person: str, accidents: Accidents = NO_ACCIDENTS) -> int:
        """Lay that person's card; one that lies there is taken away first. KeyError for somebody unknown."""
        known = {p.id: p for p in self.people}[person]
        with self._lock:
            if person not in self._cards:
                self._cards[person] = known.make()
            self._card = self._cards[person]
            self._card.reset()
            self._person, self._accidents, self._commands = person, accidents, 0
            self._placings += 1
            return self._placings

    def remove(self) -> None:
        """Take the card away."""
        with self._lock:
            self._card = self._person = None

    def renew(self) -> None:
        """New cards for everybody: all tries are back, as after a visit to the city office."""
        with self._lock:
            self._cards.clear()
            self._card = self._person = None

    def placed(self) -> int | None:
        """The number of this laying down, or None."""
        with self._lock:
            return self._placings if self._card is not None else None

    def person(self) -> str | None:
        """Whose card lies there."""
        with self._lock:
            return self._person

    def reset(self, placing: int) -> None:
        """Power the card of that laying down off and on."""
        with self._lock:
            if self._card is not None and self._placings == placing:
                self._card.reset()

    def exchange(self, command: bytes, placing: int) -> bytes | None:
        """The card's answer with its status word; None when the card of that laying down is gone."""
        with self._lock:
            accidents = self._accidents
        if accidents.seconds_per_answer:
            self._wait(accidents.seconds_per_answer)
        with self._lock:
            if self._card is None or self._placings != placing:
                return None
            self._commands += 1
            if accidents.pull_at is not None and self._commands >= accidents.pull_at:
                self._card = self._person = None
                return None
            if accidents.garble_at is not None and self._commands >= accidents.garble_at:
                return bytes.fromhex("DEADBEEF9000") if command[1] == 0xB0 else bytes.fromhex("1234")
            return self._card.answer(command)
