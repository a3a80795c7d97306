"""BER-TLV data objects (ISO/IEC 7816-4 §5.2.2). A value is plain bytes that also know their tag."""

from typing import Self

from kiosk_agent.errors import CardGarbled

FILLER = 0xFF
"""Some files are longer than their content; the rest is FF."""


class Tlv(bytes):
    """The value of one data object."""

    tag: int
    header: int
    """How many bytes tag and length took."""

    @classmethod
    def parse(cls, data: bytes, start: int = 0) -> Self:
        """The object that begins at `start`. Raises CardGarbled when it is not whole."""
        tag, at = read_tag(data, start)
        length, at = read_length(data, at)
        if at + length > len(data):
            raise CardGarbled("a data object is cut off")
        value = cls(data[at:at + length])
        value.tag, value.header = tag, at - start
        return value

    @classmethod
    def children(cls, data: bytes) -> dict[int, Self]:
        """The objects that follow one another in `data`, by tag. Raises CardGarbled for a rest that is none."""
        found: dict[int, Self] = {}
        at = 0
        while at < len(data) and data[at:] != bytes([FILLER]) * (len(data) - at):
            child = cls.parse(data, at)
            found[child.tag] = child
            at += child.header + len(child)
        return found


def read_tag(data: bytes, at: int) -> tuple[int, int]:
    """(tag, offset after it); one byte, or two when the low five bits of the first are all set."""
    try:
        first = data[at]
        if first & 0x1F != 0x1F:
            return first, at + 1
        return first << 8 | data[at + 1], at + 2
    except IndexError:
        raise CardGarbled("a tag is cut off") from None


def read_length(data: bytes, at: int) -> tuple[int, int]:
    """(length, offset after it); definite forms of one to three bytes."""
    try:
        first = data[at]
        if first < 0x80:
            return first, at + 1
        if first == 0x81:
            return data[at + 1], at + 2
        if first == 0x82:
            return data[at + 1] << 8 | data[at + 2], at + 3
    except IndexError:
        raise CardGarbled("a length is cut off") from None
    raise CardGarbled("a length of a form no card here uses")


def write(tag: int, value: bytes) -> bytes:
    """One data object as bytes."""
    tag_bytes = tag.to_bytes(2 if tag > 0xFF else 1, "big")
    size = len(value)
    if size < 0x80:
        return tag_bytes + bytes([size]) + value
    if size <= 0xFF:
        return tag_bytes + bytes([0x81, size]) + value
    return tag_bytes + b"\x82" + size.to_bytes(2, "big") + value
