"""The card at the counter as the journeys use it: look, read, answer a challenge. One use is one exclusive connection."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from kiosk_agent.card import reading
from kiosk_agent.card.facts import CardFacts, Look, Secret, SecretKind, SignedChallenge
from kiosk_agent.errors import CardRemoved
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.same_card import SameCard


class Cards(Protocol):
    """What the counter does with the card that lies there. Every call may raise each CardError, and ReaderTrouble."""

    def look(self) -> Look:
        """What it says before anything is typed. No try is used. Raises UnknownCard."""
        ...

    def read(self, look: Look, secret: Secret) -> CardFacts:
        """Present the secret once and read. Raises WrongPin, PinBlocked."""
        ...

    def auth_tries(self) -> int:
        """How many tries 利用者証明用暗証番号 has left: it is counted apart from the number that opened the card."""
        ...

    def sign_challenge(self, pin: Secret, challenge: bytes) -> SignedChallenge:
        """Present that PIN once and let the card's key answer. Raises WrongPin, PinBlocked."""
        ...


class ReaderCards:
    """The card on a reader, through `card/reading.py`. What one laying down was asked is never answered by the next card."""

    def __init__(self, reader: Reader, today: Callable[[], date]) -> None:
        self._reader = reader
        self._today = today
        self._placing: int | None = None

    def look(self) -> Look:
        """Which card it is, and everything it says freely; the card that lies there now is the session's."""
        self._placing = self._reader.placed()
        return reading.look(self._same())

    def read(self, look: Look, secret: Secret) -> CardFacts:
        """The holder's facts."""
        return reading.read(self._same(), look.kind, secret)

    def auth_tries(self) -> int:
        """Looked up anew: the number that opened the card may have been typed here before."""
        return reading.look(self._same()).tries_left(SecretKind.AUTH_PIN) or 0

    def sign_challenge(self, pin: Secret, challenge: bytes) -> SignedChallenge:
        """With the 利用者証明用 key."""
        return reading.sign_challenge(self._same(), pin.value, challenge, self._today())

    def _same(self) -> Reader:
        if self._placing is None:
            raise CardRemoved
        return SameCard(self._reader, self._placing)
