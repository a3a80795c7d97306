"""A residence card of either generation, as it answers commands: free files, proof of its number, ciphered files."""

import hashlib
from dataclasses import dataclass, field

from kiosk_agent.card.secure_messaging import GENERATION_1, GENERATION_2, number_key, session_key, unpadded
from kiosk_agent.card.tlv import Tlv, write
from kiosk_agent.errors import CardGarbled

DF1 = bytes.fromhex("D392F0004F0200000000000000000000")
DF2 = bytes.fromhex("D392F0004F0300000000000000000000")
DF3 = bytes.fromhex("D392F0004F0400000000000000000000")

OK = bytes.fromhex("9000")
WRONG_NUMBER = bytes.fromhex("6300")
NOT_FOUND = bytes.fromhex("6A82")
REFUSED = bytes.fromhex("6982")
PAST_END = bytes.fromhex("6B00")
WRONG_LENGTH = bytes.fromhex("6700")
WRONG_P1P2 = bytes.fromhex("6A86")
BAD_CIPHER = bytes.fromhex("6988")
UNKNOWN_INSTRUCTION = bytes.fromhex("6D00")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceFiles:
    """What is on one card. Files by (application, short identifier); the empty name is the MF."""

    number: str = field(repr=False)
    generation: int
    free: dict[tuple[bytes, int], bytes] = field(repr=False)
    plain: dict[tuple[bytes, int], bytes] = field(repr=False)
    """Open once the number is known."""
    ciphered: dict[tuple[bytes, int], bytes] = field(repr=False)


def first_generation(*, number: str, kind: str, front: bytes, face: bytes, address: str) -> ResidenceFiles:
    """A card of the first generation. kind: '1' 在留カード, '2' 特別永住者証明書. address: empty where none was written."""
    written = address.encode("shift_jis_2004")
    back = (write(0xD2, b"20250401" if address else bytes(8)) + write(0xD3, b"462101" if address else bytes(6))
            + write(0xD4, written.ljust(320, b"\x00")))
    return ResidenceFiles(number=number, generation=1, free=_free(kind), plain={(DF2, 1): back},
                          ciphered={(DF1, 5): write(0xD0, front), (DF1, 6): write(0xD1, face)})


def second_generation(*, number: str, kind: str, name: bytes, face: bytes, address: bytes, birthdate: str, sex: str,
                      expires: str) -> ResidenceFiles:
    """A card of the second generation. kind: '05' 在留カード, '06' 特別永住者証明書. name, address: TIFF."""
    entries = write(0xC5, expires.encode()) + write(0xC6, birthdate.encode()) + write(0xC7, sex.encode())
    entries += write(0xC8, b"VNM") + write(0xC9, b"A1") + write(0xCD, expires.encode()) + write(0xCE, b"0300")
    return ResidenceFiles(number=number, generation=2, free=_free(kind), plain={}, ciphered={
        (DF1, 1): write(0xC2, number.encode()),
        (DF1, 3): entries.ljust(73, b"\x00"),
        (DF1, 4): (write(0xD0, name) + write(0xD1, face)).ljust(5508, b"\x00"),
        (DF1, 6): write(0xDFD1, address).ljust(2505, b"\x00"),
    })


def _free(kind: str) -> dict[tuple[bytes, int], bytes]:
    return {(b"", 0x0B): write(0xC0, b"0001"), (b"", 0x0A): write(0xC1, kind.encode())}


class ResidenceCard:
    """One card. Its random numbers are made from a counter, so that every run is the same."""

    def __init__(self, files: ResidenceFiles) -> None:
        self.files = files
        self._suite = GENERATION_1 if files.generation == 1 else GENERATION_2
        self._drawn = 0
        self.reset()

    def reset(self) -> None:
        """Power off and on: at the MF, nobody is known."""
        self._application = b""
        self._file: int | None = None
        self._challenge = b""
        self._session = b""
        self._is_open = False

    def answer(self, command: bytes) -> bytes:
        """Answer data and the two bytes of the status word."""
        if len(command) < 4:
            return WRONG_LENGTH
        match command[0], command[1]:
            case 0x00, 0xA4:
                return self._select(command[2], command[5:])
            case 0x00, 0x84:
                self._challenge = self._random(8)
                return self._challenge + OK
            case 0x00, 0x82:
                return self._authenticate(command[5:45]) if len(command) == 46 else WRONG_LENGTH
            case 0x08, 0x20:
                return self._verify(command[3], command[5:])
            case 0x00, 0xB0:
                return self._read(command[2], command[3], (command[4] or 256) if len(command) > 4 else 0)
            case 0x08, 0xB0:
                return self._read_ciphered(command[2], command[4:])
            case _:
                return UNKNOWN_INSTRUCTION

    def _random(self, length: int) -> bytes:
        self._drawn += 1
        return hashlib.sha256(f"card {self._drawn}".encode()).digest()[:length]

    def _select(self, p1: int, name: bytes) -> bytes:
        if p1 != 0x04 or name not in (DF1, DF2, DF3):
            return NOT_FOUND if p1 == 0x04 else WRONG_P1P2
        self._application, self._file = name, None
        return OK

    def _authenticate(self, proof: bytes) -> bytes:
        key, message, challenge = number_key(self.files.number), proof[:32], self._challenge
        self._challenge = b""
        if not challenge or self._suite.mac(key, message) != proof[32:]:
            return WRONG_NUMBER
        opened = self._suite.decrypt(key, message)
        if opened[8:16] != challenge:
            return WRONG_NUMBER
        half = self._random(16)
        self._session, self._is_open = session_key(opened[16:], half), False
        answer = self._suite.encrypt(key, challenge + opened[:8] + half)
        return answer + self._suite.mac(key, answer) + OK

    def _verify(self, p2: int, presented: bytes) -> bytes:
        if not self._session or p2 != 0x86:
            return REFUSED
        try:
            number = unpadded(self._suite.decrypt(self._session, Tlv.parse(presented)[1:]))
        except CardGarbled:
            return BAD_CIPHER
        self._is_open = number == self.files.number.encode()
        return OK if self._is_open else WRONG_NUMBER

    def _read(self, p1: int, p2: int, expected: int) -> bytes:
        if p1 & 0x80:
            self._file, offset = p1 & 0x1F, p2
        else:
            offset = p1 << 8 | p2
        at = (self._application, -1 if self._file is None else self._file)
        if at in self.files.ciphered or (at in self.files.plain and not self._is_open):
            return REFUSED
        content = self.files.free.get(at, self.files.plain.get(at))
        if content is None:
            return NOT_FOUND
        return content[offset:offset + expected] + OK if offset < len(content) else PAST_END

    def _read_ciphered(self, p1: int, lengths_and_data: bytes) -> bytes:
        if lengths_and_data != bytes.fromhex("000004960200000000"):
            return WRONG_LENGTH
        if not self._is_open:
            return REFUSED
        content = self.files.ciphered.get((self._application, p1 & 0x1F))
        if content is None:
            return NOT_FOUND
        return write(0x86, b"\x01" + self._suite.encrypt(self._session, self._suite.padded(content))) + OK
