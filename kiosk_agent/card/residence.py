"""在留カード and 特別永住者証明書 of both generations: what they say to whoever knows the number printed on them.

Layout: domain.md §2.3 after 在留カード等仕様書 (入管庁). The name is a picture in both generations. The first holds the
whole front as one picture and, as text, only the address that a municipality wrote on the back; the second holds birth
date, sex and last day as text, and name and address as pictures. Nationality and status are codes that no form here
asks for, and the face is not kept. A 特定在留カード is recognised, not read here: it is a My Number card.

Nothing here proves that the 入管庁 made the card. The signature in DF3 covers the face too, and is checked against a
certificate beside it; without the 入管庁's own certificate it would say only that the card agrees with itself.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk_agent.card.apdu import INS_READ_BINARY, Command, read_binary, select_application
from kiosk_agent.card.facts import CardFacts, CardKind, Look, Opening, Part, Picture, Secret, SecretKind
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.secure_messaging import GENERATION_1, GENERATION_2, Session, authenticate, read_ciphered
from kiosk_agent.card.tlv import Tlv, read_length
from kiosk_agent.errors import CardGarbled, StatusError, UnknownCard

DF1 = bytes.fromhex("D392F0004F0200000000000000000000")
"""券面: behind the number, and ciphered."""
DF2 = bytes.fromhex("D392F0004F0300000000000000000000")
"""裏面: behind the number, in plain."""

COMMON, KIND = 0x8B, 0x8A
"""Short identifiers, with the high bit, of the two files that anybody may read."""
FRONT_1, ADDRESS_1 = 0x85, 0x81
ADDRESS_1_BYTES = 342
ENTRIES_2, NAME_AND_FACE_2, ADDRESS_2 = 0x83, 0x84, 0x86

TAG_VERSION, TAG_KIND = 0xC0, 0xC1
TAG_FRONT = TAG_NAME = 0xD0
"""MMR TIFF: the whole front in the first generation, the name in the second."""
TAG_ADDRESS_TEXT = 0xD4
TAG_EXPIRES, TAG_BIRTHDATE, TAG_SEX = 0xC5, 0xC6, 0xC7
TAG_ADDRESS_PICTURE = 0xDFD1

CHUNK = 256


@dataclass(frozen=True, slots=True)
class Sort:
    """One value of the card type object."""

    kind: CardKind
    generation: int
    is_read_here: bool = True


SORTS: Mapping[bytes, Sort] = {
    b"1": Sort(CardKind.RESIDENCE, 1),
    b"2": Sort(CardKind.SPECIAL_PERMANENT, 1),
    b"05": Sort(CardKind.RESIDENCE, 2),
    b"06": Sort(CardKind.SPECIAL_PERMANENT, 2),
    b"07": Sort(CardKind.MY_NUMBER_RESIDENCE, 2, is_read_here=False),
    b"08": Sort(CardKind.MY_NUMBER_RESIDENCE, 2, is_read_here=False),
}


def look(protocol: CardProtocol) -> Look:
    """What the card says freely. Raises UnknownCard, CardGarbled. The card counts no tries of its number."""
    sort = _sort(protocol)
    openings = (Opening(SecretKind.CARD_NUMBER, None),) if sort.is_read_here else ()
    return Look(sort.kind, openings, generation=sort.generation)


def read(protocol: CardProtocol, secret: Secret, randomness: Callable[[int], bytes] = secrets.token_bytes) -> CardFacts:
    """Present the printed number once and read.

    Raises WrongCardNumber, UnknownCard, CardGarbled; ValueError for what is no number, before the card hears anything.
    """
    number = secret.value.upper()
    if secret.kind is not SecretKind.CARD_NUMBER or not re.fullmatch(r"[A-Z0-9]{12}", number):
        raise ValueError("the card number has twelve letters and digits")
    sort = _sort(protocol)
    if not sort.is_read_here:
        raise UnknownCard
    if sort.generation == 1:
        return _first(protocol, authenticate(protocol, GENERATION_1, number, randomness), sort.kind)
    return _second(protocol, authenticate(protocol, GENERATION_2, number, randomness), sort.kind)


def _sort(protocol: CardProtocol) -> Sort:
    """By the two free files, which lie at the top: no application may have been selected since the card got power."""
    try:
        _free(protocol, COMMON, TAG_VERSION)
        kind = _free(protocol, KIND, TAG_KIND)
    except StatusError:
        raise UnknownCard from None
    if bytes(kind) not in SORTS:
        raise UnknownCard
    return SORTS[bytes(kind)]


def _free(protocol: CardProtocol, short_identifier: int, tag: int) -> Tlv:
    """The one small object of a free file. Its value had one byte in the first generation and has two in the second.

    Raises UnknownCard when the file holds something else: other cards have files of that short name too.
    """
    head = protocol.exchange(Command(INS_READ_BINARY, short_identifier, 0, expected=2))
    if head[:1] != bytes([tag]):
        raise UnknownCard
    length, _ = read_length(head, 1)
    return Tlv.parse(protocol.exchange(Command(INS_READ_BINARY, short_identifier, 0, expected=2 + length)))


def _first(protocol: CardProtocol, session: Session, kind: CardKind) -> CardFacts:
    _select(protocol, DF1)
    front = Picture("tiff", _object(read_ciphered(protocol, session, FRONT_1), TAG_FRONT))
    _select(protocol, DF2)
    address = _address(_plain(protocol, ADDRESS_1, ADDRESS_1_BYTES))
    pictures = {Part.NAME: front} if address else {Part.NAME: front, Part.ADDRESS: front}
    return CardFacts(kind, address=address, pictures=pictures)


def _second(protocol: CardProtocol, session: Session, kind: CardKind) -> CardFacts:
    _select(protocol, DF1)
    entries = _objects(read_ciphered(protocol, session, ENTRIES_2))
    name = _object(read_ciphered(protocol, session, NAME_AND_FACE_2), TAG_NAME)  # the face lies in the same file
    address = _object(read_ciphered(protocol, session, ADDRESS_2), TAG_ADDRESS_PICTURE)
    try:
        expires, birthdate, sex = (
            entries[tag].decode("ascii") for tag in (TAG_EXPIRES, TAG_BIRTHDATE, TAG_SEX))
    except (KeyError, UnicodeDecodeError):
        raise CardGarbled("an entry is missing or is no text") from None
    if sex not in set("123") or not (len(birthdate) == 8 and birthdate.isdigit()):
        raise CardGarbled("an entry of an unknown form")
    return CardFacts(kind, birthdate=birthdate, sex=sex, expires=_day(expires),
                     pictures={Part.NAME: Picture("tiff", name), Part.ADDRESS: Picture("tiff", address)})


def _day(written: str) -> date:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:8]))
    except ValueError:
        raise CardGarbled("a last day that is no day") from None


def _address(objects: Mapping[int, bytes]) -> str | None:
    """What a municipality wrote last; None where none has written yet, and the front's address still stands."""
    if TAG_ADDRESS_TEXT not in objects:
        raise CardGarbled("no address object")
    try:
        return objects[TAG_ADDRESS_TEXT].rstrip(b"\x00").decode("shift_jis_2004").strip(" \u3000") or None
    except UnicodeDecodeError:
        raise CardGarbled("an address that is no text") from None


def _object(data: bytes, tag: int) -> bytes:
    try:
        return _objects(data)[tag]
    except KeyError:
        raise CardGarbled(f"no object {tag:04X}") from None


def _objects(data: bytes) -> dict[int, bytes]:
    """Objects that follow one another; files are filled up with 00."""
    found: dict[int, bytes] = {}
    at = 0
    while data[at:].strip(b"\x00"):
        one = Tlv.parse(data, at)
        found[one.tag] = bytes(one)
        at += one.header + len(one)
    return found


def _plain(protocol: CardProtocol, short_identifier: int, size: int) -> dict[int, bytes]:
    """The objects of a file that is not ciphered: by its short identifier first, then onwards from where that ended."""
    data = b""
    while len(data) < size:
        length = min(CHUNK, size - len(data))
        part = _sent(protocol, read_binary(len(data), length) if data else
                     Command(INS_READ_BINARY, short_identifier, 0, expected=length))
        if not part:
            raise CardGarbled("an empty answer")
        data += part
    return _objects(data)


def _select(protocol: CardProtocol, application: bytes) -> None:
    _sent(protocol, select_application(application))


def _sent(protocol: CardProtocol, command: Command) -> bytes:
    try:
        return protocol.exchange(command)
    except StatusError as error:
        raise CardGarbled(f"{command!r}: {error}") from None
