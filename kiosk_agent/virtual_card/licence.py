"""A driver licence with a chip, as it answers commands: MF, DF1, and 暗証番号1 and 2 with their tries."""

from dataclasses import dataclass, field

from kiosk_agent.card.tlv import write

MF = 0x3F00
DF1 = bytes.fromhex("A0000002310100000000000000000000")
DF2 = bytes.fromhex("A0000002310200000000000000000000")
DF3 = bytes.fromhex("A0000002480300000000000000000000")

OK = bytes.fromhex("9000")
NOT_FOUND = bytes.fromhex("6A82")
REFUSED = bytes.fromhex("6982")
BLOCKED = bytes.fromhex("6984")
PAST_END = bytes.fromhex("6B00")
WRONG_LENGTH = bytes.fromhex("6700")
WRONG_P1P2 = bytes.fromhex("6A86")
UNKNOWN_INSTRUCTION = bytes.fromhex("6D00")

NO_PIN = b"****"
TRIES = 3
GAIJI_CODES = {"①": 0xFFF1, "②": 0xFFF2, "③": 0xFFF3, "□": 0xFFFA}
"""How the invented entries write a 外字 by its number, and 欠字."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What is on one licence. Days of `birthdate` and `expires`: era digit and YYMMDD."""

    name: str = field(repr=False)
    kana: str = field(repr=False)
    birthdate: str = field(repr=False)
    address: str = field(repr=False)
    expires: str = "5111103"
    """令和11年11月3日; empty on a 運転経歴証明書."""
    expires_western: str = "20291103"
    new_names: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(name, kana) of later changes, in order."""
    new_addresses: tuple[str, ...] = field(default=(), repr=False)
    gaiji: tuple[bytes, ...] = field(default=(), repr=False)
    """Bitmaps of 24 × 24 dots of 外字 1, 2, …"""
    pin1: str | None = field(default="1234", repr=False)
    """None: the holder set none."""
    tries: int = TRIES


def jis(text: str) -> bytes:
    """Two bytes a character, as licences write it; characters of GAIJI_CODES are written by their number."""
    return b"".join(GAIJI_CODES[one].to_bytes(2, "big") if one in GAIJI_CODES
                    else bytes(byte & 0x7F for byte in one.encode("euc_jp")) for one in text)


class LicenceCard:
    """One card. Tries left live as long as the object does, as on a chip."""

    def __init__(self, licence: Licence) -> None:
        pin1 = NO_PIN if licence.pin1 is None else licence.pin1.encode()
        self._pins = {1: pin1, 2: NO_PIN if licence.pin1 is None else b"9876"}
        self._left = {1: licence.tries, 2: TRIES}
        self.files: dict[tuple[bytes, int], bytes] = files_of(licence)
        """(application, identifier) → content; the empty name is the MF."""
        self.reset()

    def reset(self) -> None:
        """Power off and on: at the MF, no PIN presented; the tries stay."""
        self._application = b""
        self._file: int | None = None
        self._presented: set[int] = set()

    def answer(self, command: bytes) -> bytes:
        """Answer data and the two bytes of the status word."""
        if len(command) < 4:
            return WRONG_LENGTH
        _, ins, p1, p2 = command[:4]
        data = command[5:5 + command[4]] if len(command) > 5 else b""
        match ins:
            case 0xA4:
                return self._select(p1, data)
            case 0x20:
                return self._verify(p2, data)
            case 0xB0:
                return self._read(p1 << 8 | p2, command[4] if len(command) > 4 else None)
            case _:
                return UNKNOWN_INSTRUCTION

    def _select(self, p1: int, name: bytes) -> bytes:
        if p1 == 0x00 and name in (b"", MF.to_bytes(2, "big")):
            self._application, self._file = b"", None
            return OK
        if p1 == 0x04:
            if name not in (DF1, DF2, DF3):
                return NOT_FOUND
            self._application, self._file = name, None
            return OK
        if p1 != 0x02:
            return WRONG_P1P2
        identifier = int.from_bytes(name, "big")
        if (self._application, identifier) not in self.files and (self._application or identifier not in self._pins):
            return NOT_FOUND
        self._file = identifier
        return OK

    def _verify(self, p2: int, digits: bytes) -> bytes:
        which = self._file if p2 == 0x80 else p2 & 0x1F
        if self._application or which not in self._pins:
            return WRONG_P1P2
        if self._left[which] == 0:
            return BLOCKED
        if digits == self._pins[which]:
            self._left[which] = TRIES
            self._presented.add(which)
            return OK
        if digits:
            self._presented.discard(which)
            self._left[which] -= 1
        elif which in self._presented:
            return OK
        return bytes([0x63, 0xC0 | self._left[which]])

    def _read(self, offset: int, expected: int | None) -> bytes:
        content = self.files.get((self._application, -1 if self._file is None else self._file))
        if content is None:
            return WRONG_P1P2
        if self._application and not self._wanted() <= self._presented:
            return REFUSED
        if offset >= len(content):
            return PAST_END
        return OK if expected is None else content[offset:offset + (expected or 256)] + OK

    def _wanted(self) -> set[int]:
        """Which PINs open the selected file: 本籍, its change, and the photo want both."""
        return {1, 2} if self._application == DF2 or self._file in (2, 6) else {1}


def files_of(licence: Licence) -> dict[tuple[bytes, int], bytes]:
    """The files of one card, filled up to their size as the police write them."""
    entries = [(0x11, b"\x83"), (0x12, jis(licence.name)), (0x13, jis(licence.kana)), (0x14, b""),
               (0x15, jis(licence.kana)), (0x16, licence.birthdate.encode()), (0x17, jis(licence.address)),
               (0x18, b"5061104"), (0x19, b"12345"), (0x1A, jis("優良")), (0x1B, licence.expires.encode()),
               (0x1C, jis("眼鏡等")), (0x1D, b""), (0x1E, b""), (0x1F, jis("普通車はＡＴ車に限る")),
               (0x20, jis("鹿児島県")), (0x21, b"961234567890"), (0x26, b"4130521")]
    changes = [(0x50, b"1" if licence.new_names or licence.new_addresses else b"0")]
    changes += [(0x60 + at, _change(name)) for at, (name, _) in enumerate(licence.new_names)]
    changes += [(0x68 + at, _change(kana)) for at, (_, kana) in enumerate(licence.new_names)]
    changes += [(0x70 + at, _change(address)) for at, address in enumerate(licence.new_addresses)]
    tags = (0x48, 0x49, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5)
    drawn = [(tag, b"\x18" + dots) for tag, dots in zip(tags, licence.gaiji, strict=False)]
    last_day = bytes.fromhex(licence.expires_western or "00000000")
    return {
        (b"", 0x2F01): write(0x45, b"010" + bytes.fromhex("20241104") + last_day) + write(0x46, b"\x01\x02"),
        (b"", 0x000A): write(0x05, bytes([licence.pin1 is not None])),
        (DF1, 0x0001): _filled(entries, 880),
        (DF1, 0x0002): _filled([(0x41, jis("鹿児島県指宿市十町２４２４番地"))], 82),
        (DF1, 0x0003): _filled([one for one in drawn if one[0] < 0xA0], 264),
        (DF1, 0x0004): _filled(changes, 640),
        (DF1, 0x0005): _filled([(0xA0, b"0"), *(one for one in drawn if one[0] > 0xA0)], 663),
    }


def _change(value: str) -> bytes:
    """Year of the character set, day in two-byte digits, the new value, five characters of the 公安委員会."""
    return b"\x83" + jis("５０７０４０１") + jis(value) + jis("鹿児島県公")


def _filled(objects: list[tuple[int, bytes]], size: int) -> bytes:
    content = b"".join(write(tag, value) for tag, value in objects)
    if len(content) > size:
        raise ValueError("more than the file holds")
    return content.ljust(size, b"\xff")
