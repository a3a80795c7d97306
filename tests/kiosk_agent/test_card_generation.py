"""The next generation of My Number cards (two applications, two PINs, ECDSA P-384; domain.md §1.6) behind the same calls.

Its AIDs and files are not published: those here are invented, and so is this module's reading of them. What the test
shows is that `look`, `read` and `sign_challenge` need no change for it, only one more family in the table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk_agent.card import files, reading
from kiosk_agent.card.apdu import compute_signature, select_file
from kiosk_agent.card.detect import FAMILIES, Family
from kiosk_agent.card.facts import (
    CardFacts,
    CardKind,
    Look,
    Opening,
    Part,
    Picture,
    Secret,
    SecretKind,
    SignedChallenge,
)
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.tlv import Tlv, write
from kiosk_agent.errors import CardGarbled
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.card import Application, Card, File, Pin, VirtualCard
from kiosk_agent.virtual_card.people import PEOPLE
from kiosk_agent.virtual_card.slot import Slot
from tests.kiosk_agent.card_desk import CHALLENGE, PIN

AUTH_AID, FACE_AID = bytes.fromhex("D392F000FF01"), bytes.fromhex("D392F000FF02")
KEY = ec.generate_private_key(ec.SECP384R1())
SUBJECT = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "NEXT-TEST")])
CERTIFICATE = (x509.CertificateBuilder().subject_name(SUBJECT).issuer_name(SUBJECT).public_key(KEY.public_key())
               .serial_number(1).not_valid_before(datetime(2028, 4, 1, tzinfo=UTC))
               .not_valid_after(datetime(2038, 3, 31, tzinfo=UTC)).sign(KEY, hashes.SHA384()))


class NextCard:
    """A card whose signing command hashes by itself and answers with ECDSA."""

    def __init__(self) -> None:
        der = CERTIFICATE.public_bytes(Encoding.DER)
        facts = b"".join(write(tag, text.encode()) for tag, text in ((0xDF22, "次期　太郎"), (0xDF23, "鹿児島県指宿市")))
        self._card = VirtualCard({
            AUTH_AID: Application({0x01: File(der)}, {0x11: Pin(b"1234", 3, 3)}),
            FACE_AID: Application({0x01: File(write(0xFF20, facts), frozenset({0x12}))}, {0x12: Pin(b"1234", 3, 2)})})
        self._is_open = False

    def reset(self) -> None:
        """Power off and on."""
        self._is_open = False
        self._card.reset()

    def answer(self, command: bytes) -> bytes:
        """As today's chip, but for the signature."""
        if command[1] == 0x2A:
            return (KEY.sign(command[5:5 + command[4]], ec.ECDSA(hashes.SHA384())) if self._is_open else b"") + b"\x90\x00"
        answer = self._card.answer(command)
        self._is_open |= command[1] == 0x20 and len(command) > 5 and answer == b"\x90\x00"
        return answer


def look(protocol: CardProtocol) -> Look:
    """Two PINs, no third, no 照合番号."""
    files.select_application(protocol, AUTH_AID)
    proofs = (Opening(SecretKind.AUTH_PIN, files.tries_left(protocol, 0x11)),)
    files.select_application(protocol, FACE_AID)
    openings = (Opening(SecretKind.PIN4, files.tries_left(protocol, 0x12)),)
    return Look(kind=CardKind.MY_NUMBER, openings=openings, proofs=proofs, has_auth_certificate=True, generation=2,
                auth_certificate_expires=date(2038, 3, 31))


def read(protocol: CardProtocol, secret: Secret) -> CardFacts:
    """The facts, without the sex, which is no longer printed."""
    files.select_application(protocol, FACE_AID)
    files.present(protocol, 0x12, secret.value, secret.kind)
    parts = Tlv.children(Tlv.parse(files.read_object(protocol, 0x01, 0xFF20)))
    return CardFacts(kind=CardKind.MY_NUMBER, name=parts[0xDF22].decode(), address=parts[0xDF23].decode())


def sign_challenge(protocol: CardProtocol, pin: str, challenge: bytes, today: date | None) -> SignedChallenge:
    """ECDSA over SHA-384, made by the card."""
    files.select_application(protocol, AUTH_AID)
    der = files.read_object(protocol, 0x01, 0x30, first=files.CHUNK)
    files.present(protocol, 0x11, pin, SecretKind.AUTH_PIN)
    return SignedChallenge(der, protocol.exchange(compute_signature(challenge, key_selected=True)))


@dataclass(frozen=True, slots=True)
class NextKeys:
    """The family's keys; what a test does not need is not there."""

    def sign_challenge(self, protocol: CardProtocol, pin: str, challenge: bytes, today: date | None) -> SignedChallenge:
        """As above."""
        return sign_challenge(protocol, pin, challenge, today)

    def signing_facts(self, protocol: CardProtocol, password: str, document: bytes) -> tuple[CardFacts, SignedChallenge]:
        """Not needed."""
        raise NotImplementedError

    def pictures(self, protocol: CardProtocol, reference_b: str) -> Mapping[Part, Picture]:
        """Not needed."""
        raise NotImplementedError

    def prove_own_key(self, protocol: CardProtocol, secret: Secret, challenge: bytes) -> None:
        """Not needed."""
        raise NotImplementedError


BOTH = (*FAMILIES, Family(frozenset({CardKind.MY_NUMBER}), look, read, NextKeys()))


def reader_with(make: Callable[[], Card]) -> InProcessReader:
    """A reader with that card on it."""
    slot = Slot(people=(SimpleNamespace(id="next", make=make),))
    slot.place("next")
    return InProcessReader(slot)


def test_a_card_of_the_next_generation_is_looked_at_read_and_signs_through_the_same_calls() -> None:
    reader = reader_with(NextCard)
    seen = reading.look(reader, BOTH)
    assert (seen.kind, seen.generation, seen.tries_left(SecretKind.PIN4), seen.tries_left(SecretKind.AUTH_PIN)) == (
        CardKind.MY_NUMBER, 2, 2, 3)
    facts = reading.read(reader, seen.kind, PIN, BOTH)
    assert (facts.name, facts.sex) == ("次期　太郎", None)
    signed = reading.sign_challenge(reader, "1234", CHALLENGE, families=BOTH)
    key = x509.load_der_x509_certificate(signed.certificate).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signed.signature, CHALLENGE, ec.ECDSA(hashes.SHA384()))


def test_todays_card_is_read_as_before_beside_it() -> None:
    hanako = PEOPLE[0]
    reader = reader_with(hanako.make)
    seen = reading.look(reader, BOTH)
    assert (seen.generation, reading.read(reader, seen.kind, PIN, BOTH).name) == (1, hanako.name)
    assert len(reading.sign_challenge(reader, "1234", CHALLENGE, families=BOTH).signature) == 256


def test_a_family_without_keys_is_passed_over_when_something_is_signed() -> None:
    without_keys = Family(frozenset({CardKind.LICENCE}), look, read)
    reader = reader_with(PEOPLE[0].make)
    assert len(reading.sign_challenge(reader, "1234", CHALLENGE, families=(without_keys, *FAMILIES)).signature) == 256


def test_a_status_word_that_a_family_did_not_expect_is_told_as_an_unreadable_card() -> None:
    def hasty(protocol: CardProtocol) -> Look:
        protocol.exchange(select_file(0x2F01))
        raise AssertionError("the card has no such file")

    with pytest.raises(CardGarbled):
        reading.look(reader_with(PEOPLE[0].make), (Family(frozenset({CardKind.LICENCE}), hasty, read),))
