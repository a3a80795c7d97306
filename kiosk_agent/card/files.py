"""What the applications of a My Number card have in common: selecting, reading a file, asking for tries, presenting a secret.

One secret is presented once. Whether to try again is for the person to say, never for this program.
"""

from datetime import date

from kiosk_agent.card import apdu
from kiosk_agent.card.facts import SecretKind
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.tlv import read_length, read_tag
from kiosk_agent.errors import CardGarbled, PinBlocked, StatusError, UnknownCard, WrongPin

BLOCKED = frozenset({0x6983, 0x6984, 0x63C0})
"""6983 is ISO's, 6984 was measured, 63C0 follows the try that was the last (domain.md §1.3)."""
NOT_THERE = 0x6A82

CHUNK = 256
"""The longest answer of a short APDU: not every reader passes longer ones."""
HEAD = 16
"""Bytes read first: some cards of 2023 carry two bytes before the outer tag, so it is searched for, not assumed."""


def select_application(protocol: CardProtocol, aid: bytes) -> None:
    """Select it, which forgets a secret that was presented before. Raises UnknownCard when the card does not have it."""
    try:
        protocol.exchange(apdu.select_application(aid))
    except StatusError:
        raise UnknownCard from None


def has_application(protocol: CardProtocol, aid: bytes) -> bool:
    """Whether the card has it; it is selected when it does."""
    try:
        select_application(protocol, aid)
    except UnknownCard:
        return False
    return True


def select_file(protocol: CardProtocol, identifier: int) -> None:
    """Select an elementary file. Raises CardGarbled when it is not there."""
    try:
        protocol.exchange(apdu.select_file(identifier))
    except StatusError as error:
        raise CardGarbled(f"EF {identifier:04X}: {error}") from None


def read_start(protocol: CardProtocol, identifier: int, length: int) -> bytes:
    """The first bytes of a file, as many as there are up to `length` (256 at most)."""
    select_file(protocol, identifier)
    return _read(protocol, 0, length)


def read_object(protocol: CardProtocol, identifier: int, tag: int, *, first: int = HEAD) -> bytes:
    """The whole data object of that tag, header included. first: bytes of the first piece, where the length stands."""
    head = read_start(protocol, identifier, first)
    start = head[:HEAD].find(tag.to_bytes(2 if tag > 0xFF else 1, "big"))
    if start < 0:
        raise CardGarbled(f"no tag {tag:02X} at the beginning")
    _, at = read_tag(head, start)
    length, at = read_length(head, at)
    end = at + length
    data = head[:end]
    while len(data) < end:
        data += _read(protocol, len(data), min(CHUNK, end - len(data)))
    return data[start:end]


def tries_left(protocol: CardProtocol, pin_file: int) -> int:
    """How many tries a secret has left; asking costs none. 0 when it is blocked, or when the card has no such secret."""
    try:
        protocol.exchange(apdu.select_file(pin_file))
    except StatusError as error:
        if error.status == NOT_THERE:
            return 0
        raise CardGarbled(f"EF {pin_file:04X}: {error}") from None
    status = protocol.status(apdu.verify())
    if status in BLOCKED:
        return 0
    if status >> 4 == 0x63C:
        return status & 0xF
    raise CardGarbled(f"tries left: status {status:04X}")


def present(protocol: CardProtocol, pin_file: int, value: str, kind: SecretKind) -> None:
    """Present a secret once. Raises WrongPin or PinBlocked of that kind."""
    select_file(protocol, pin_file)
    status = protocol.status(apdu.verify(value.encode("ascii")))
    if status == apdu.SUCCESS:
        return
    if status in BLOCKED:
        raise PinBlocked(kind)
    if status >> 4 == 0x63C:
        raise WrongPin(status & 0xF, kind)
    raise CardGarbled(f"VERIFY: status {status:04X}")


def digits(value: str, length: int, rule: str) -> str:
    """The value, when it is that many ASCII digits; anything else never reaches a card. Raises ValueError with the rule."""
    if not (len(value) == length and value.isascii() and value.isdigit()):
        raise ValueError(rule)
    return value


def day(text: bytes) -> date:
    """A date written as YYYYMMDD in ASCII. Raises CardGarbled."""
    if not (len(text) == 8 and text.isdigit()):
        raise CardGarbled("a date of an unknown form")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise CardGarbled("a date that does not exist") from None


def _read(protocol: CardProtocol, offset: int, length: int) -> bytes:
    try:
        data = protocol.exchange(apdu.read_binary(offset, length))
    except StatusError as error:
        raise CardGarbled(f"READ BINARY: {error}") from None
    if not data:
        raise CardGarbled("an empty answer")
    return data
