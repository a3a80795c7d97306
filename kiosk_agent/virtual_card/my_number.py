"""Builds a virtual My Number card: all applications that the counter knows, with files, PINs and keys (domain.md §1)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk_agent.card.tlv import write
from kiosk_agent.virtual_card import pictures
from kiosk_agent.virtual_card.card import Application, File, Key, Manners, Pin, VirtualCard
from kiosk_agent.virtual_card.layout import reference_number_b, rsa_objects, with_offsets
from kiosk_agent.virtual_card.practice_jpki import AUTH, SIGNING, Holder, PracticeJpki

JPKI_AID = bytes.fromhex("D392F000260100000001")
TEXT_AID = bytes.fromhex("D3921000310001010408")
SURFACE_AID = bytes.fromhex("D3921000310001010402")
COMMON_AID = bytes.fromhex("D3921000310001010100")
MY_LICENCE_AID = bytes.fromhex("A0000002310600000000000000000000")
RESIDENCE_AID = bytes.fromhex("D392F0004F0100000000000000000000")

PLASTIC, OLD_JUKI = "JPKIAPICCTOKEN2", "JPKIAPICCTOKEN"
THREE_DIGESTS = bytes.fromhex("3071300D060960864801650304020105000460")
"""DigestInfo of the face's signature: three SHA-256 digests in one (domain.md S2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """What one card holds besides its holder's facts. Tries: what is left of 3, 3, 5 and 10."""

    holder: Holder
    """As the certificates name them."""
    name: str = field(repr=False)
    """As the text and the printed face have it: a certificate may have replaced characters."""
    my_number: str = field(repr=False)
    card_expires: date
    municipality: str = "46210"
    security_code: str = "2285"
    pin: str = field(default="1234", repr=False)
    auth_pin: str = field(default="1234", repr=False)
    password: str = field(default="ABC123", repr=False)
    pin_tries: int = 3
    auth_tries: int = 3
    password_tries: int = 5
    reference_tries: int = 10
    has_signing: bool = True
    has_auth: bool = True
    licence_pin_set: bool | None = None
    """None without the licence application."""
    is_residence_card: bool = False
    extra_bytes: bytes = b""
    """Before the outer tag of the four facts, as reported from cards of about 2023."""
    manners: Manners = field(default_factory=Manners)

    @property
    def reference_b(self) -> str:
        """照合番号B, as it can be put together from what is printed on the card."""
        return reference_number_b(self.holder.birthdate, str(self.card_expires.year), self.security_code)


def my_number_card(chip: Chip, jpki: PracticeJpki) -> VirtualCard:
    """A new card. Keys and pictures are made when a command first needs them."""
    return VirtualCard(applications_of(chip, jpki), chip.manners)


def applications_of(chip: Chip, jpki: PracticeJpki) -> dict[bytes, Application]:
    """What lies on that card, by AID."""
    applications = {
        JPKI_AID: _jpki(chip, jpki),
        TEXT_AID: _text(chip, jpki),
        SURFACE_AID: _surface(chip, jpki),
        COMMON_AID: Application({0x01: File(b"", records=(_record(chip),))}, {0x1C: Pin(chip.pin.encode(), 3, 3)}),
    }
    if chip.licence_pin_set is not None:
        flag = File(write(0xC1, bytes([chip.licence_pin_set])))
        applications[MY_LICENCE_AID] = Application({0x001A: flag}, {0x06: Pin(b"1234", 10, 10)})
    if chip.is_residence_card:
        applications[RESIDENCE_AID] = Application({}, {})
    return applications


def juki_card() -> VirtualCard:
    """An old 住基カード: the same application name, another label, and nothing that is good any more."""
    return VirtualCard({JPKI_AID: Application({0x06: File(OLD_JUKI.encode().ljust(160))}, {})})


def _jpki(chip: Chip, jpki: PracticeJpki) -> Application:
    def der(usage: str) -> Callable[[], bytes]:
        return lambda: jpki.certificate(chip.holder, usage).public_bytes(Encoding.DER)

    def ca(usage: str) -> Callable[[], bytes]:
        return lambda: jpki.ca(usage).public_bytes(Encoding.DER)

    there = bytes([0x8F * chip.has_signing, 0x8F * chip.has_auth, 0])
    files = {0x06: File(PLASTIC.encode().ljust(160)), 0x08: File(there), 0x02: File(ca(SIGNING)), 0x0B: File(ca(AUTH))}
    pins: dict[int, Pin] = {}
    keys: dict[int, Key] = {}
    if chip.has_auth:
        files[0x0A] = File(der(AUTH))
        pins[0x18] = Pin(chip.auth_pin.encode(), 3, chip.auth_tries)
        keys[0x17] = Key(lambda: jpki.key(f"{chip.holder.id} {AUTH}"), frozenset({0x18}))
    if chip.has_signing:
        files[0x01] = File(der(SIGNING), frozenset({0x1B}))
        pins[0x1B] = Pin(chip.password.encode(), 5, chip.password_tries)
        keys[0x1A] = Key(lambda: jpki.key(f"{chip.holder.id} {SIGNING}"), frozenset({0x1B}))
    return Application(files, pins, keys)


def _text(chip: Chip, jpki: PracticeJpki) -> Application:
    """The 券面事項入力補助AP. 照合番号A opens the number only, B the four facts only, the PIN both."""
    number = write(0xFF10, chip.my_number.encode()) + b"\xff\xff"
    facts = [write(tag, value.encode()) for tag, value in (
        (0xDF22, chip.name), (0xDF23, chip.holder.address), (0xDF24, chip.holder.birthdate), (0xDF25, chip.holder.sex))]
    four = with_offsets(0xFF20, 0xDF21, facts, before=len(chip.extra_bytes))
    own = f"{chip.holder.id} text"

    def record() -> bytes:
        hashes = write(0xDF31, hashlib.sha256(number).digest()) + write(0xDF32, hashlib.sha256(b"".join(facts)).digest())
        return write(0xFF30, hashes + write(0xDF33, jpki.seal(hashes)))

    def own_key() -> bytes:
        key = write(0xDF51, rsa_objects(jpki.key(own).public_key()))
        return write(0xFF50, key + write(0xDF52, jpki.seal(key)))

    return Application(
        files={0x01: File(number, frozenset({0x11, 0x14})),
               0x02: File(chip.extra_bytes + four + b"\xff" * 8, frozenset({0x11, 0x15})),
               0x03: File(cache(record), frozenset({0x11, 0x14, 0x15})),
               0x04: File(lambda: _card_certificate(jpki)),
               0x07: File(cache(own_key), frozenset({0x11, 0x14, 0x15}))},
        pins={0x11: Pin(chip.pin.encode(), 3, chip.pin_tries), 0x12: Pin(b"", 0, 0),
              0x14: Pin(chip.my_number.encode(), 10, 10),
              0x15: Pin(chip.reference_b.encode(), 10, chip.reference_tries)},
        keys={0x13: Key(lambda: jpki.key(own))}, own_key=0x13)


def _surface(chip: Chip, jpki: PracticeJpki) -> Application:
    """The 券面事項確認AP: face by 照合番号A or B, the picture of the number by A only."""
    def face() -> bytes:
        key = rsa_objects(jpki.key(f"{chip.holder.id} surface").public_key())
        first = [write(0xDF22, chip.holder.birthdate.encode()), write(0xDF23, chip.holder.sex.encode()), write(0xDF24, key)]
        texts = [write(0xDF25, pictures.text(chip.name)), write(0xDF26, pictures.text(chip.holder.address))]
        photo = [write(0xDF27, pictures.face(chip.holder.id))]
        digests = b"".join(hashlib.sha256(b"".join(group)).digest() for group in (first, texts, photo))
        seal = jpki.key("municipality").sign(THREE_DIGESTS + digests, padding.PKCS1v15(), NoDigestInfo())
        last = [write(0xDF28, seal), write(0xDF29, f"{chip.card_expires:%Y%m%d}".encode()),
                write(0xDF2A, pictures.text(chip.security_code))]
        return with_offsets(0xFF20, 0xDF21, [*first, *texts, *photo, *last])

    return Application(
        files={0x02: File(cache(face), frozenset({0x12, 0x13})),
               0x04: File(lambda: _card_certificate(jpki)),
               0x05: File(cache(lambda: write(0xFF40, write(0xDF41, pictures.text(chip.my_number)))), frozenset({0x13}))},
        pins={0x12: Pin(chip.reference_b.encode(), 10, chip.reference_tries), 0x13: Pin(chip.my_number.encode(), 10, 10)})


def _card_certificate(jpki: PracticeJpki) -> bytes:
    """Of the municipality's key. Its own signature is left empty: the key above it is on no card, so nobody can check it."""
    return write(0x7F21, write(0x5F4E, jpki.card_certificate_body()) + write(0x5F37, bytes(256)))


def _record(chip: Chip) -> bytes:
    """Serial number, municipality, expiry. The serial number is made of the holder's id."""
    serial = int.from_bytes(hashlib.sha256(chip.holder.id.encode()).digest()[:6], "big") % 10**15
    return write(0x01, f"{serial:015}{chip.municipality}{chip.card_expires:%Y%m%d}".encode())
