"""The card at the counter as the journeys use it: look, read, answer a challenge. One use is one exclusive connection."""

from typing import Protocol

from kiosk_agent.card.facts import CardFacts, CardKind, Look, Opening, Secret, SecretKind, SignedChallenge
from kiosk_agent.card.reading import read_basic_four, tries_left
from kiosk_agent.errors import UnknownCard
from kiosk_agent.transport.base import Reader


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
    """The card on a reader, through `card/reading.py`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def look(self) -> Look:
        """A My Number card and its tries."""
        return Look(CardKind.MY_NUMBER, (Opening(SecretKind.PIN4, tries_left(self._reader)),))

    def read(self, look: Look, secret: Secret) -> CardFacts:
        """The four facts, by the PIN."""
        four = read_basic_four(self._reader, secret.value)
        return CardFacts(look.kind, name=four.name, address=four.address, birthdate=four.birthdate, sex=four.sex)

    def auth_tries(self) -> int:
        """No key is read through this adapter yet."""
        raise UnknownCard

    def sign_challenge(self, pin: Secret, challenge: bytes) -> SignedChallenge:
        """No key is read through this adapter yet."""
        raise UnknownCard
