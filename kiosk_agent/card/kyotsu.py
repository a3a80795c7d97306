"""共通カードAP of the My Number card: which municipality issued it and until when it is good, told without any PIN.

EF 0001, record 1: 01 1C, then 28 digits: serial number (15), municipality (5), expiry YYYYMMDD (domain.md §1.1).
"""

from dataclasses import dataclass, field
from datetime import date

from kiosk_agent.card import files
from kiosk_agent.card.apdu import read_record
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.tlv import Tlv
from kiosk_agent.errors import CardGarbled, StatusError

AID = bytes.fromhex("D3921000310001010100")
SFI_RECORD = 0x01
TAG_RECORD = 0x01
DIGITS = 28


@dataclass(frozen=True, slots=True)
class CardRecord:
    """What the card says about itself."""

    serial: str = field(repr=False)
    """Fifteen digits. It follows the holder from counter to counter, so it goes no further than this."""
    municipality: str
    """Five digits of the 全国地方公共団体コード, without its check digit."""
    expires: date


class Kyotsu:
    """One selected session with the application."""

    def __init__(self, protocol: CardProtocol) -> None:
        self._protocol = protocol
        files.select_application(protocol, AID)

    def record(self) -> CardRecord:
        """The card's record. Raises CardGarbled when it is not of the known form."""
        try:
            record = Tlv.parse(self._protocol.exchange(read_record(SFI_RECORD, 1)))
        except StatusError as error:
            raise CardGarbled(f"READ RECORD: {error}") from None
        if record.tag != TAG_RECORD or len(record) != DIGITS or not record.isdigit():
            raise CardGarbled("a card record of an unknown form")
        text = record.decode("ascii")
        return CardRecord(serial=text[:15], municipality=text[15:20], expires=files.day(record[20:]))
