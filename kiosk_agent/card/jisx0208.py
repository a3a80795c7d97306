"""Text as a driver licence writes it: two bytes a character, JIS X 0208 without escape sequences, not Shift-JIS.

Characters outside that set are codes of the licence's own: FFF1 to FFF7 stand for 外字 1 to 7, whose bitmaps lie in
other files; FFFA stands for 欠字, a character that the police could not write at all (domain.md §2.1).
"""

from dataclasses import dataclass, field

from kiosk_agent.errors import CardGarbled

PLACE_HOLDER = "〓"
"""下駄記号 (U+3013): what Japanese printing sets where a character is missing."""

FIRST_GAIJI = 0xFFF1
LAST_GAIJI = 0xFFF7
MISSING = 0xFFFA
NO_PICTURE = 0
"""In place of a number of 外字: nothing on the card shows this character."""


@dataclass(frozen=True, slots=True)
class LicenceText:
    """A text, and what its place-holders stand for. Nothing of it shows in a repr."""

    text: str = field(repr=False)
    outside: tuple[int, ...] = ()
    """For each 〓 of the text, in order: the number of its 外字, 1 to 7, or NO_PICTURE."""

    @property
    def is_doubtful(self) -> bool:
        """Whether a character was replaced: somebody must compare with the printed face."""
        return bool(self.outside)


def decode(raw: bytes) -> LicenceText:
    """The text of `raw`, without spaces at its ends. Raises CardGarbled for bytes that are no such text."""
    if len(raw) % 2:
        raise CardGarbled("half a character")
    characters: list[str] = []
    outside: list[int] = []
    for at in range(0, len(raw), 2):
        code = raw[at] << 8 | raw[at + 1]
        if FIRST_GAIJI <= code <= LAST_GAIJI:
            outside.append(code - FIRST_GAIJI + 1)
            characters.append(PLACE_HOLDER)
        else:
            characters.append(_character(raw[at:at + 2]))
            if characters[-1] == PLACE_HOLDER:
                outside.append(NO_PICTURE)
    return LicenceText("".join(characters).strip("\u3000"), tuple(outside))


def _character(pair: bytes) -> str:
    """One character of JIS X 0208; the place-holder for 欠字 and for a place of the table that nothing is assigned to."""
    if pair == MISSING.to_bytes(2, "big"):
        return PLACE_HOLDER
    if not all(0x21 <= byte <= 0x7E for byte in pair):
        raise CardGarbled("bytes that are no character")
    try:
        return bytes(byte | 0x80 for byte in pair).decode("euc_jp")  # EUC-JP is JIS X 0208 with the high bits set
    except UnicodeDecodeError:
        return PLACE_HOLDER
