"""Command APDUs of ISO/IEC 7816-4, as bytes. The data of a PIN command never show in a repr."""

from dataclasses import dataclass

INS_VERIFY = 0x20
INS_CHANGE_REFERENCE_DATA = 0x24
INS_COMPUTE_DIGITAL_SIGNATURE = 0x2A
INS_SELECT = 0xA4
INS_READ_BINARY = 0xB0
INS_READ_RECORD = 0xB2
INS_GET_RESPONSE = 0xC0

SECRET = frozenset({INS_VERIFY, INS_CHANGE_REFERENCE_DATA})
"""Instructions whose data are secret, and which cost a try: never logged, never sent twice."""

SUCCESS = 0x9000


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command. `expected` is Le: bytes wanted in the answer, 256 at most (65,536 when extended); None for none."""

    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None
    cla: int = 0x00
    extended: bool = False
    """Lengths of two bytes, only for a card whose specification writes them: not every reader passes them on."""

    def __post_init__(self) -> None:
        if len(self.data) > 255:
            raise ValueError("no command here has more than 255 bytes of data")
        longest = 65_536 if self.extended else 256
        if self.expected is not None and not 1 <= self.expected <= longest:
            raise ValueError(f"Le is 1 to {longest}")

    def __bytes__(self) -> bytes:
        """ISO/IEC 7816-4 §5.1: the longest Le is written as zero; extended lengths follow one 00."""
        size, mark = (2, b"\x00") if self.extended else (1, b"")
        body = mark + len(self.data).to_bytes(size, "big") + self.data if self.data else mark
        tail = b"" if self.expected is None else (self.expected & (256**size - 1)).to_bytes(size, "big")
        return bytes([self.cla, self.ins, self.p1, self.p2]) + body + tail

    @property
    def is_secret(self) -> bool:
        """Whether it carries a PIN."""
        return self.ins in SECRET

    def __repr__(self) -> str:
        shown = "…" if self.is_secret and self.data else self.data.hex()
        return f"Command({self.cla:02X} {self.ins:02X} {self.p1:02X} {self.p2:02X} {shown})"


def select_application(aid: bytes) -> Command:
    """SELECT by name, no answer data wanted."""
    return Command(INS_SELECT, 0x04, 0x0C, aid)


def select_file(identifier: int) -> Command:
    """SELECT an elementary file of the current application."""
    return Command(INS_SELECT, 0x02, 0x0C, identifier.to_bytes(2, "big"))


def read_binary(offset: int, length: int) -> Command:
    """READ BINARY of the selected file; the offset has 15 bits."""
    if not 0 <= offset < 0x8000:
        raise ValueError("the offset has 15 bits")
    return Command(INS_READ_BINARY, offset >> 8, offset & 0xFF, expected=length)


def verify(pin: bytes = b"") -> Command:
    """VERIFY against the selected PIN file; without data it asks for the tries left and costs none."""
    return Command(INS_VERIFY, 0x00, 0x80, pin)


def read_record(short_identifier: int, number: int) -> Command:
    """READ RECORD of the file with that short identifier; the first record is number 1."""
    return Command(INS_READ_RECORD, number, short_identifier << 3 | 0b100, expected=256)


def compute_signature(digest_info: bytes, *, key_selected: bool) -> Command:
    """The card's own signing command (CLA 80): it pads `digest_info` after PKCS #1 v1.5 and signs (domain.md §1.3).

    key_selected: with the key of the selected file; else with the application's own key, which needs no PIN.
    """
    return Command(INS_COMPUTE_DIGITAL_SIGNATURE, 0x00, 0x80 if key_selected else 0x00, digest_info, expected=256, cla=0x80)
