"""券面事項入力補助AP of the My Number card: the four basic facts (基本4情報) as text, behind a 4-digit PIN.

Layout: domain.md §1.4 (measured cards; J-LIS publishes no specification). EF 0001, which holds the 個人番号, is never
selected here: the law allows its collection only for its own purposes (番号法 第20条).
"""

from dataclasses import dataclass, field

from kiosk_agent.card.apdu import SUCCESS, read_binary, select_application, select_file, verify
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.tlv import Tlv, read_length, read_tag
from kiosk_agent.errors import CardGarbled, PinBlocked, StatusError, UnknownCard, WrongPin

AID = bytes.fromhex("D3921000310001010408")
EF_BASIC_FOUR = 0x0002
EF_PIN = 0x0011

TAG_BASIC_FOUR = 0xFF20
TAG_NAME = 0xDF22
TAG_ADDRESS = 0xDF23
TAG_BIRTHDATE = 0xDF24
TAG_SEX = 0xDF25

BLOCKED = frozenset({0x6983, 0x6984, 0x63C0})
"""6983 is ISO's, 6984 was measured, 63C0 follows the try that was the last (domain.md §1.3)."""

CHUNK = 256
HEAD = 16
"""Bytes read first: some cards of 2023 carry two bytes before the outer tag, so it is searched for, not assumed."""


@dataclass(frozen=True, slots=True)
class BasicFour:
    """基本4情報 as the card writes them. Nothing of it shows in a repr."""

    name: str = field(repr=False)
    """Family and given name with U+3000 between them; a mononym has none."""
    address: str = field(repr=False)
    birthdate: str = field(repr=False)
    """YYYYMMDD of the western calendar; 00 where a part is unknown."""
    sex: str = field(repr=False)
    """'1' male, '2' female, '3' and '9' other."""


class KenmenNyuryokuHojo:
    """One selected session with the application. Selecting it forgets a PIN that was presented before."""

    def __init__(self, protocol: CardProtocol) -> None:
        self._protocol = protocol
        try:
            protocol.exchange(select_application(AID))
        except StatusError:
            raise UnknownCard from None

    def tries_left(self) -> int:
        """How many PIN tries are left; asking costs none. 0 when blocked."""
        self._select_file(EF_PIN)
        status = self._protocol.status(verify())
        if status in BLOCKED:
            return 0
        if status >> 4 == 0x63C:
            return status & 0xF
        raise CardGarbled(f"tries left: status {status:04X}")

    def verify(self, pin: str) -> None:
        """Present the PIN once. Raises WrongPin or PinBlocked; it is for the person, not for us, to try again."""
        if not (len(pin) == 4 and pin.isascii() and pin.isdigit()):
            raise ValueError("the PIN has four digits")
        self._select_file(EF_PIN)
        status = self._protocol.status(verify(pin.encode("ascii")))
        if status == SUCCESS:
            return
        if status in BLOCKED:
            raise PinBlocked
        if status >> 4 == 0x63C:
            raise WrongPin(status & 0xF)
        raise CardGarbled(f"VERIFY: status {status:04X}")

    def basic_four(self) -> BasicFour:
        """Name, address, birth date and sex; needs the PIN. Raises CardGarbled when a part is missing or no text."""
        self._select_file(EF_BASIC_FOUR)
        parts = Tlv.children(Tlv.parse(self._read_object(TAG_BASIC_FOUR)))
        try:
            name, address, birthdate, sex = (
                parts[tag].decode("utf-8") for tag in (TAG_NAME, TAG_ADDRESS, TAG_BIRTHDATE, TAG_SEX))
        except KeyError as missing:
            raise CardGarbled(f"no object {missing.args[0]:04X}") from None
        except UnicodeDecodeError:
            raise CardGarbled("text that is not UTF-8") from None
        if not (name and len(birthdate) == 8 and birthdate.isascii() and birthdate.isdigit() and sex in set("1239")):
            raise CardGarbled("a fact of an unknown form")
        return BasicFour(name=name, address=address, birthdate=birthdate, sex=sex)

    def _select_file(self, identifier: int) -> None:
        try:
            self._protocol.exchange(select_file(identifier))
        except StatusError as error:
            raise CardGarbled(f"EF {identifier:04X}: {error}") from None

    def _read_object(self, tag: int) -> bytes:
        """The whole data object of that tag, header included, from the selected file."""
        head = self._read(0, HEAD)
        start = head.find(tag.to_bytes(2, "big"))
        if start < 0:
            raise CardGarbled(f"no tag {tag:04X} at the beginning")
        _, at = read_tag(head, start)
        length, at = read_length(head, at)
        end = at + length
        data = head[:end]
        while len(data) < end:
            data += self._read(len(data), min(CHUNK, end - len(data)))
        return data[start:end]

    def _read(self, offset: int, length: int) -> bytes:
        try:
            data = self._protocol.exchange(read_binary(offset, length))
        except StatusError as error:
            raise CardGarbled(f"READ BINARY: {error}") from None
        if not data:
            raise CardGarbled("an empty answer")
        return data
