"""How a card answers commands: applications, files, records, keys, and PINs with tries. No clock, no sockets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed

OK = bytes.fromhex("9000")
NOT_FOUND = bytes.fromhex("6A82")
NO_RECORD = bytes.fromhex("6A83")
REFUSED = bytes.fromhex("6982")
BLOCKED = bytes.fromhex("6984")
NOT_ALLOWED = bytes.fromhex("6985")
PAST_END = bytes.fromhex("6B00")
WRONG_LENGTH = bytes.fromhex("6700")
WRONG_P1P2 = bytes.fromhex("6A86")
UNKNOWN_INSTRUCTION = bytes.fromhex("6D00")

BY_SHORT_NAME = 0x80
"""In P1 or P2: the low five bits are a short file identifier, so no SELECT is needed."""
PKCS1_PADDING = 11


class Card(Protocol):
    """Whatever lies in the slot: a My Number card, a licence, a residence card."""

    def answer(self, command: bytes) -> bytes:
        """Answer data and the two bytes of the status word, for one command APDU."""
        ...

    def reset(self) -> None:
        """Power off and on."""
        ...


@dataclass(slots=True)
class Pin:
    """A PIN, password or 照合番号 with the tries it has left."""

    digits: bytes = field(repr=False)
    tries: int
    left: int


@dataclass(frozen=True, slots=True)
class File:
    """An elementary file; empty `opened_by` means that anybody may read it. Content may be made when it is first read."""

    content: bytes | Callable[[], bytes] = field(repr=False)
    opened_by: frozenset[int] = frozenset()
    """The PIN files of which one must have been presented."""
    records: tuple[bytes, ...] = field(default=(), repr=False)

    def whole(self) -> bytes:
        """The content."""
        return self.content if isinstance(self.content, bytes) else self.content()


@dataclass(frozen=True, slots=True)
class Key:
    """A private key that never leaves the card, and the PIN files of which one opens it; none for the AP's own key."""

    private: Callable[[], rsa.RSAPrivateKey] = field(repr=False)
    opened_by: frozenset[int] = frozenset()


@dataclass(slots=True)
class Application:
    """One application (AP): its files, its PIN files with what they check, and its keys."""

    files: dict[int, File]
    pins: dict[int, Pin]
    keys: dict[int, Key] = field(default_factory=dict)
    own_key: int | None = None
    """The key that signs when a command names none."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How this chip speaks where the standard leaves it a choice."""

    answers_in_parts: bool = False
    """Long answers end with 61xx, and the rest is asked for."""
    corrects_lengths: bool = False
    """A wrong Le is answered with 6Cxx and the right one."""


class VirtualCard:
    """One card. Tries left live as long as the object does, as on a chip."""

    def __init__(self, applications: dict[bytes, Application], manners: Manners | None = None) -> None:
        self._applications = applications
        self._manners = manners or Manners()
        self.reset()

    def reset(self) -> None:
        """Power off and on: nothing is selected, no PIN counts as presented; the tries stay."""
        self._application: Application | None = None
        self._file: int | None = None
        self._presented: set[int] = set()
        self._rest = b""

    def answer(self, command: bytes) -> bytes:
        """Answer data and the two bytes of the status word."""
        if len(command) < 4:
            return WRONG_LENGTH
        _, ins, p1, p2 = command[:4]
        if ins == 0xC0:
            return self._next_part(command[4] if len(command) > 4 else 0)
        self._rest = b""
        data = command[5:5 + command[4]] if len(command) > 5 else b""
        expected = command[4] if len(command) == 5 else command[5 + command[4]] if len(command) > 5 + len(data) else None
        match ins:
            case 0xA4:
                return self._select(p1, data)
            case 0x20:
                return self._verify(p2, data)
            case 0xB0:
                return self._read(p1, p2, expected)
            case 0xB2:
                return self._read_record(p1, p2)
            case 0x2A:
                return self._sign(p1, p2, data)
            case _:
                return UNKNOWN_INSTRUCTION

    def _select(self, p1: int, name: bytes) -> bytes:
        if p1 == 0x04:
            if name not in self._applications:
                return NOT_FOUND
            self._application, self._file, self._presented = self._applications[name], None, set()
            return OK
        if p1 != 0x02 or self._application is None:
            return WRONG_P1P2
        identifier = int.from_bytes(name, "big")
        here = self._application
        if identifier not in here.files and identifier not in here.pins and identifier not in here.keys:
            return NOT_FOUND
        self._file = identifier
        return OK

    def _verify(self, p2: int, digits: bytes) -> bytes:
        if self._application is None:
            return REFUSED
        at = self._file if p2 == BY_SHORT_NAME else p2 & 0x1F
        pin = self._application.pins.get(-1 if at is None else at)
        if pin is None or at is None:
            return NOT_FOUND
        if pin.left == 0:
            return BLOCKED
        if not digits:
            return OK if at in self._presented else self._tries(pin)
        if digits == pin.digits:
            pin.left = pin.tries
            self._presented.add(at)
            return OK
        self._presented.discard(at)
        pin.left -= 1
        return self._tries(pin)

    @staticmethod
    def _tries(pin: Pin) -> bytes:
        return bytes([0x63, 0xC0 | pin.left])

    def _read(self, p1: int, p2: int, expected: int | None) -> bytes:
        if p1 & BY_SHORT_NAME:
            self._file = p1 & 0x1F
        offset = p2 if p1 & BY_SHORT_NAME else p1 << 8 | p2
        file = self._application.files.get(self._file) if self._application and self._file is not None else None
        if file is None:
            return WRONG_P1P2
        if not self._is_open(file.opened_by):
            return REFUSED
        content = file.whole()
        if offset >= len(content):
            return PAST_END
        if expected is None:
            return OK
        there = len(content) - offset
        if self._manners.corrects_lengths and (expected or 256) > there:
            return bytes([0x6C, there])
        return self._answered(content[offset:offset + (expected or 256)])

    def _read_record(self, number: int, p2: int) -> bytes:
        at = p2 >> 3 or self._file
        file = self._application.files.get(at) if self._application and at is not None else None
        if file is None:
            return NOT_FOUND
        if not 1 <= number <= len(file.records):
            return NO_RECORD
        return self._answered(file.records[number - 1]) if self._is_open(file.opened_by) else REFUSED

    def _sign(self, p1: int, p2: int, data: bytes) -> bytes:
        """P1 00: pads what it is given; 02: is given a SHA-256 and names it. P2 00: the own key (domain.md §1.3)."""
        if self._application is None:
            return REFUSED
        at = self._application.own_key if p2 == 0 else self._file if p2 == BY_SHORT_NAME else p2 & 0x1F
        key = self._application.keys.get(-1 if at is None else at)
        if key is None:
            return NOT_FOUND
        if not self._is_open(key.opened_by):
            return REFUSED
        private = key.private()
        if p1 == 0x00 and 1 <= len(data) <= private.key_size // 8 - PKCS1_PADDING:
            return self._answered(private.sign(data, padding.PKCS1v15(), NoDigestInfo()))
        if p1 == 0x02 and len(data) == 32:
            return self._answered(private.sign(data, padding.PKCS1v15(), Prehashed(hashes.SHA256())))
        return WRONG_P1P2 if p1 not in (0x00, 0x02) else NOT_ALLOWED

    def _is_open(self, opened_by: frozenset[int]) -> bool:
        return not opened_by or bool(opened_by & self._presented)

    def _answered(self, data: bytes) -> bytes:
        if not self._manners.answers_in_parts or len(data) <= PART:
            return data + OK
        self._rest = data
        return self._next_part(PART)

    def _next_part(self, expected: int) -> bytes:
        if not self._rest:
            return NOT_ALLOWED
        part, self._rest = self._rest[:expected or 256], self._rest[expected or 256:]
        return part + (bytes([0x61, min(len(self._rest), 0xFF)]) if self._rest else OK)


PART = 96
"""Bytes of one part, where a card answers in parts."""
