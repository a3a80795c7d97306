"""Which card lies there. Nothing is written and no secret is presented to find out.

A contactless reader makes up its own ATR, so the card is told by the applications it has (domain.md §1), in the order
of domain.md §2.5: each family looks for its own and says UnknownCard when it is not there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kiosk_agent.card import licence, my_number, residence
from kiosk_agent.card.facts import CardFacts, CardKind, Look, Part, Picture, Secret, SignedChallenge
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.errors import UnknownCard


class Signs(Protocol):
    """What a family of cards with keys offers besides its facts: the functions of `card/my_number.py`."""

    def sign_challenge(self, protocol: CardProtocol, pin: str, challenge: bytes, today: date | None) -> SignedChallenge:
        """With the 利用者証明用 key."""
        ...

    def signing_facts(self, protocol: CardProtocol, password: str, document: bytes) -> tuple[CardFacts, SignedChallenge]:
        """With the 署名用 key."""
        ...

    def pictures(self, protocol: CardProtocol, reference_b: str) -> Mapping[Part, Picture]:
        """The printed face."""
        ...

    def prove_own_key(self, protocol: CardProtocol, secret: Secret, challenge: bytes) -> None:
        """That it is no copy of another card's files."""
        ...


@dataclass(frozen=True, slots=True)
class Family:
    """One family of cards. Each function raises UnknownCard, before any secret is presented, when the card is another's."""

    kinds: frozenset[CardKind]
    look: Callable[[CardProtocol], Look]
    read: Callable[[CardProtocol, Secret], CardFacts]
    keys: Signs | None = None


FAMILIES: Sequence[Family] = (
    Family(my_number.KINDS, my_number.look, my_number.read, my_number),
    Family(frozenset({CardKind.LICENCE, CardKind.DRIVING_RECORD}), licence.look, licence.read),
    Family(frozenset({CardKind.RESIDENCE, CardKind.SPECIAL_PERMANENT}), residence.look, residence.read),
)
"""In the order in which they are tried. The residence card comes last: its free files lie at the top of the card, where a
SELECT that fails leaves us, and one that succeeds would not."""


def look(protocol: CardProtocol, families: Sequence[Family] = FAMILIES) -> Look:
    """What the card that lies there says freely. Raises UnknownCard when no family knows it."""
    for family in families:
        try:
            return family.look(protocol)
        except UnknownCard:
            continue
    raise UnknownCard
