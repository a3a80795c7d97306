"""What lies where on a driver licence: applications, files, tags, and how a file is read to its end.

Sources: 運転免許証及び運転免許証作成システム等仕様書 versions 008–010 (警察庁) as told by the readers of domain.md §2.1.
The tags of EF04 and the head and tail of a change are those of one city's working reader; the size of a bitmap follows
from the sizes of EF03 and EF05 (264 = 2 × 132, 663 = 3 + 5 × 132). Neither was seen on a real card here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk_agent.card.apdu import INS_SELECT, Command, read_binary, select_application, select_file
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.tlv import FILLER, read_length
from kiosk_agent.errors import CardGarbled, StatusError

DF1 = bytes.fromhex("A0000002310100000000000000000000")
"""記載事項. DF2 (the photo) and EF02 (本籍) want 暗証番号2, which is never asked for here."""

EF_COMMON = 0x2F01
EF_PIN_SETTING = 0x000A
EF_PIN1 = 0x0001

TAG_COMMON = 0x45
"""3 bytes of version, then issue and expiry as YYYYMMDD in packed digits."""
TAG_PIN_SETTING = 0x05

TAG_NAME = 0x12
TAG_KANA = 0x13
"""呼び名（カナ）: how the person is called; the only reading that a later change replaces."""
TAG_UNIFIED_KANA = 0x15
"""統一氏名（カナ）."""
TAG_BIRTHDATE = 0x16
TAG_ADDRESS = 0x17
TAG_EXPIRES = 0x1B
TAG_NUMBER = 0x21
"""The last object that every licence has; the days of its classes follow."""

TAGS_NEW_NAME = range(0x60, 0x68)
TAGS_NEW_KANA = range(0x68, 0x70)
TAGS_NEW_ADDRESS = range(0x70, 0x78)
"""Up to eight changes of each, in the order in which they were written."""
CHANGE_HEAD = 15
"""Bytes before the new value: the year of the character set, and the day as seven two-byte digits."""
CHANGE_TAIL = 10
"""Bytes after it: five characters that name the 公安委員会."""

TAGS_GAIJI: Mapping[int, int] = {0x48: 1, 0x49: 2, 0xA1: 3, 0xA2: 4, 0xA3: 5, 0xA4: 6, 0xA5: 7}
"""Tag → which 外字 its bitmap draws: 1 and 2 lie in EF03, the others in EF05."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of DF1 and how many bytes it can hold."""

    identifier: int
    capacity: int


ENTRIES = File(0x0001, 880)
GAIJI = File(0x0003, 264)
CHANGES = File(0x0004, 640)
NEW_GAIJI = File(0x0005, 663)


def select_root(protocol: CardProtocol) -> None:
    """Back to the MF, which keeps the PINs of the whole card. Raises CardGarbled.

    Only on a licence: a My Number card answers 9000 and stays where it is (domain.md §1.3).
    """
    _sent(protocol, Command(INS_SELECT, 0x00, 0x00))


def select_entries(protocol: CardProtocol) -> None:
    """Select 記載事項. Raises CardGarbled."""
    _sent(protocol, select_application(DF1))


def read_small(protocol: CardProtocol, identifier: int, length: int) -> bytes:
    """That many bytes from the beginning of a file of the MF. Raises CardGarbled when there are fewer."""
    _sent(protocol, select_file(identifier))
    data = _sent(protocol, read_binary(0, length))
    if len(data) != length:
        raise CardGarbled("a file is cut off")
    return data


def read_objects(protocol: CardProtocol, file: File) -> dict[int, bytes]:
    """The data objects of a file of DF1, by tag. Raises CardGarbled.

    A change of address that is cut off would leave the old address standing as if it were today's. So the end must be
    seen: the filler after the last object, or the last byte that the file can hold.
    """
    _sent(protocol, select_file(file.identifier))
    data = b""
    while len(data) < file.capacity:
        part = _sent(protocol, read_binary(len(data), min(256, file.capacity - len(data))))
        if not part:
            raise CardGarbled("an empty answer")
        data += part
        found, end = _objects(data)
        if end == file.capacity or data[end:end + 1] == bytes([FILLER]):
            return found
    raise CardGarbled("a file without its end")


def _objects(data: bytes) -> tuple[dict[int, bytes], int]:
    """The whole objects at the beginning of `data`, and where they end.

    Every tag here is one byte, also 1F and 5F, which BER would read as the first of two: hence no Tlv.children.
    """
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at] != FILLER:
        try:
            length, start = read_length(data, at + 1)
        except CardGarbled:
            break
        if start + length > len(data):
            break
        found[data[at]] = data[start:start + length]
        at = start + length
    return found, at


def _sent(protocol: CardProtocol, command: Command) -> bytes:
    try:
        return protocol.exchange(command)
    except StatusError as error:
        raise CardGarbled(f"{command!r}: {error}") from None
