"""How a card answers commands: applications, files, and PINs with tries. No clock, no sockets, no randomness."""

from dataclasses import dataclass, field

OK = bytes.fromhex("9000")
NOT_FOUND = bytes.fromhex("6A82")
REFUSED = bytes.fromhex("6982")
BLOCKED = bytes.fromhex("6984")
PAST_END = bytes.fromhex("6B00")
WRONG_LENGTH = bytes.fromhex("6700")
WRONG_P1P2 = bytes.fromhex("6A86")
UNKNOWN_INSTRUCTION = bytes.fromhex("6D00")


@dataclass(slots=True)
class Pin:
    """A PIN or 照合番号 with the tries it has left."""

    digits: bytes = field(repr=False)
    tries: int
    left: int


@dataclass(frozen=True, slots=True)
class File:
    """An elementary file; empty `opened_by` means that anybody may read it."""

    content: bytes = field(repr=False)
    opened_by: frozenset[int] = frozenset()
    """The PIN files of which one must have been presented."""


@dataclass(slots=True)
class Application:
    """One application (AP): its files, and its PIN files with what they check."""

    files: dict[int, File]
    pins: dict[int, Pin]


class VirtualCard:
    """One card. Tries left live as long as the object does, as on a chip."""

    def __init__(self, applications: dict[bytes, Application]) -> None:
        self._applications = applications
        self.reset()

    def reset(self) -> None:
        """Power off and on: nothing is selected, no PIN counts as presented; the tries stay."""
        self._application: Application | None = None
        self._file: int | None = None
        self._presented: set[int] = set()

    def answer(self, command: bytes) -> bytes:
        """Answer data and the two bytes of the status word."""
        if len(command) < 4:
            return WRONG_LENGTH
        _, ins, p1, p2 = command[:4]
        match ins:
            case 0xA4:
                return self._select(p1, command[5:5 + command[4]] if len(command) > 5 else b"")
            case 0x20:
                return self._verify(p2, command[5:5 + command[4]] if len(command) > 5 else b"")
            case 0xB0:
                return self._read(p1 << 8 | p2, command[4] if len(command) > 4 else None)
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
        if identifier not in self._application.files and identifier not in self._application.pins:
            return NOT_FOUND
        self._file = identifier
        return OK

    def _verify(self, p2: int, digits: bytes) -> bytes:
        if self._application is None:
            return REFUSED
        at = self._file if p2 == 0x80 else p2 & 0x1F
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

    def _read(self, offset: int, expected: int | None) -> bytes:
        file = self._application.files.get(self._file) if self._application and self._file is not None else None
        if file is None:
            return WRONG_P1P2
        if file.opened_by and not file.opened_by & self._presented:
            return REFUSED
        if offset >= len(file.content):
            return PAST_END
        if expected is None:
            return OK
        return file.content[offset:offset + (expected or 256)] + OK
