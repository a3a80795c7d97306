"""What the counter does with a card that lies there: look, read, let it sign. Each is one exclusive connection.

A secret is presented once, exactly when the person has typed it; nothing is tried again by itself. Every call raises
CardRemoved, CardGarbled, UnknownCard and ReaderTrouble besides what is named at it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from kiosk_agent.card import detect
from kiosk_agent.card.detect import FAMILIES, Family, Signs
from kiosk_agent.card.facts import CardFacts, CardKind, Look, Part, Picture, Secret, SignedChallenge
from kiosk_agent.card.jpki import Jpki
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour, KenmenNyuryokuHojo
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.errors import CardGarbled, StatusError, UnknownCard
from kiosk_agent.transport.base import Reader

T = TypeVar("T")


def look(reader: Reader, families: Sequence[Family] = FAMILIES) -> Look:
    """Which card it is, until when it is good, and how many tries each secret has left: before anybody types anything."""
    return _with_card(reader, lambda protocol: detect.look(protocol, families))


def read(reader: Reader, kind: CardKind, secret: Secret, families: Sequence[Family] = FAMILIES) -> CardFacts:
    """The holder's facts, opened by one secret. Raises WrongPin, PinBlocked, CardNotGenuine."""
    return _with_card(reader, lambda protocol: _read(protocol, kind, secret, families))


def sign_challenge(reader: Reader, pin: str, challenge: bytes, today: date | None = None,
                   families: Sequence[Family] = FAMILIES) -> SignedChallenge:
    """The challenge signed with the 利用者証明用 key, whose PIN has tries of its own.

    today: with it an expired certificate is told before the PIN is presented. Raises WrongPin, PinBlocked,
    NoCertificate, CertificateExpired.
    """
    return _with_card(reader, lambda protocol: _with_keys(
        families, lambda keys: keys.sign_challenge(protocol, pin, challenge, today)))


def read_and_sign(reader: Reader, kind: CardKind, secret: Secret, pin: str, challenge: bytes, today: date | None = None,
                  families: Sequence[Family] = FAMILIES) -> tuple[CardFacts, SignedChallenge]:
    """Both as one step of the person and in one connection, so that facts and signature are of one card.

    Two secrets, even where they are the same digits: `secret` opens the facts, `pin` the key. When the first is wrong,
    the second is not presented; WrongPin.kind says which it was.
    """
    def both(protocol: CardProtocol) -> tuple[CardFacts, SignedChallenge]:
        facts = _read(protocol, kind, secret, families)
        return facts, _with_keys(families, lambda keys: keys.sign_challenge(protocol, pin, challenge, today))

    return _with_card(reader, both)


def signing_facts(reader: Reader, password: str, document: bytes,
                  families: Sequence[Family] = FAMILIES) -> tuple[CardFacts, SignedChallenge]:
    """The facts in the 署名用 certificate (current, with doubtful characters marked), and the document signed with its key.

    Raises WrongPin, PinBlocked, NoCertificate (under 15, as a rule).
    """
    return _with_card(reader, lambda protocol: _with_keys(
        families, lambda keys: keys.signing_facts(protocol, password, document)))


def pictures(reader: Reader, reference_b: str, families: Sequence[Family] = FAMILIES) -> Mapping[Part, Picture]:
    """The printed name and address and the photo, opened by 照合番号B: for the officer's eye. Raises WrongPin, PinBlocked."""
    return _with_card(reader, lambda protocol: _with_keys(families, lambda keys: keys.pictures(protocol, reference_b)))


def face(reader: Reader, reference_b: str, families: Sequence[Family] = FAMILIES) -> Picture:
    """The photo alone."""
    return pictures(reader, reference_b, families)[Part.FACE]


def prove_own_key(reader: Reader, secret: Secret, challenge: bytes, families: Sequence[Family] = FAMILIES) -> None:
    """Let the card show that it is no copy of another card's files; challenge: fresh random bytes. Raises CardNotGenuine."""
    _with_card(reader, lambda protocol: _with_keys(families, lambda keys: keys.prove_own_key(protocol, secret, challenge)))


def tries_left(reader: Reader) -> int:
    """PIN tries left on the My Number card that lies there; 0 when blocked. `look` says this and more."""
    def left(protocol: CardProtocol) -> int:
        Jpki(protocol)
        return KenmenNyuryokuHojo(protocol).tries_left()

    return _with_card(reader, left)


def read_basic_four(reader: Reader, pin: str) -> BasicFour:
    """Present the PIN once and read the four facts as they lie on the card. `read` does the same for every card."""
    def four(protocol: CardProtocol) -> BasicFour:
        Jpki(protocol)
        application = KenmenNyuryokuHojo(protocol)
        application.verify(pin)
        return application.basic_four()

    return _with_card(reader, four)


def _with_card(reader: Reader, use: Callable[[CardProtocol], T]) -> T:
    """One exclusive connection. A status word that no application expected is told as a garbled card."""
    with reader.connect() as connection:
        try:
            return use(CardProtocol(connection))
        except StatusError as error:
            raise CardGarbled(str(error)) from None


def _read(protocol: CardProtocol, kind: CardKind, secret: Secret, families: Sequence[Family]) -> CardFacts:
    for family in families:
        if kind not in family.kinds:
            continue
        try:
            return replace(family.read(protocol, secret), kind=kind)
        except UnknownCard:
            continue
    raise UnknownCard


def _with_keys(families: Sequence[Family], use: Callable[[Signs], T]) -> T:
    for family in families:
        if family.keys is None:
            continue
        try:
            return use(family.keys)
        except UnknownCard:
            continue
    raise UnknownCard
