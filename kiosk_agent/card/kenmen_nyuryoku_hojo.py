"""券面事項入力補助AP of the My Number card: the four basic facts (基本4情報) as text, behind a 4-digit PIN or 照合番号B.

Layout: domain.md §1.4 (measured cards; J-LIS publishes no specification). EF 0001, which holds the 個人番号, is never
selected here: the law allows its collection only for its own purposes (番号法 第20条).
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from kiosk_agent.card import files
from kiosk_agent.card.apdu import compute_signature
from kiosk_agent.card.facts import SecretKind
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.public_key import (
    TAG_CARD_CERTIFICATE,
    certified_key,
    digest_info,
    require_signature,
    rsa_key,
)
from kiosk_agent.card.tlv import Tlv, write
from kiosk_agent.errors import CardGarbled, CardNotGenuine, StatusError

AID = bytes.fromhex("D3921000310001010408")
EF_BASIC_FOUR = 0x0002
EF_RECORD = 0x0003
"""FF30{DF31 hash of the 個人番号 file, DF32 hash of the four facts, DF33 signature over both}."""
EF_CARD_CERTIFICATE = 0x0004
EF_OWN_KEY = 0x0007
"""FF50{DF51 the application's own public key, DF52 signature over it}."""
EF_PIN = 0x0011
EF_REFERENCE_B = 0x0015

TAG_BASIC_FOUR = 0xFF20
TAG_OFFSETS = 0xDF21
TAG_NAME = 0xDF22
TAG_ADDRESS = 0xDF23
TAG_BIRTHDATE = 0xDF24
TAG_SEX = 0xDF25
TAG_RECORD = 0xFF30
TAG_HASH_OF_FOUR = 0xDF32
TAG_RECORD_SIGNATURE = 0xDF33
TAG_OWN_KEY = 0xFF50
TAG_KEY = 0xDF51
TAG_KEY_SIGNATURE = 0xDF52


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
        files.select_application(protocol, AID)

    def tries_left(self) -> int:
        """How many PIN tries are left; asking costs none. 0 when blocked."""
        return files.tries_left(self._protocol, EF_PIN)

    def reference_b_tries_left(self) -> int:
        """The same of 照合番号B."""
        return files.tries_left(self._protocol, EF_REFERENCE_B)

    def verify(self, pin: str) -> None:
        """Present the PIN once. Raises WrongPin or PinBlocked; it is for the person, not for us, to try again."""
        digits = files.digits(pin, 4, "the PIN has four digits")
        files.present(self._protocol, EF_PIN, digits, SecretKind.PIN4)

    def verify_reference_b(self, reference: str) -> None:
        """Present 照合番号B once: birth date in 和暦 YYMMDD, expiry year, security code. It opens the four facts."""
        digits = files.digits(reference, 14, "照合番号B has fourteen digits")
        files.present(self._protocol, EF_REFERENCE_B, digits, SecretKind.REFERENCE_B)

    def basic_four(self) -> BasicFour:
        """Name, address, birth date and sex; needs the PIN or 照合番号B. Raises CardGarbled for a part missing or no text."""
        return _basic_four(Tlv.parse(self._file_of_four()))

    def checked_basic_four(self) -> BasicFour:
        """The same, compared with the hash that the card's own record holds. Raises CardNotGenuine when they differ.

        The hash covers the facts after the table of offsets (domain.md §1.4).
        """
        four = Tlv.parse(self._file_of_four())
        table = Tlv.parse(four)
        if table.tag != TAG_OFFSETS:
            raise CardGarbled("the four facts do not begin with their table")
        said = self._record().get(TAG_HASH_OF_FOUR, b"")
        if not hmac.compare_digest(hashlib.sha256(four[table.header + len(table):]).digest(), said):
            raise CardNotGenuine("the four facts are not those of the card's record")
        return _basic_four(four)

    def prove(self, challenge: bytes) -> None:
        """Let the application sign a challenge with its own key, and follow the signatures up to the card certificate.

        challenge: fresh random bytes. Needs the PIN or 照合番号B. Raises CardNotGenuine.

        It shows that the card is no copy of another card's files, and that facts, key and record belong together. It
        does not show that J-LIS made it: the authority's key is not published. Only the 利用者証明用 certificate shows that.
        """
        record = self._record()
        own = Tlv.children(Tlv.parse(files.read_object(self._protocol, EF_OWN_KEY, TAG_OWN_KEY)))
        issuer = certified_key(files.read_object(self._protocol, EF_CARD_CERTIFICATE, TAG_CARD_CERTIFICATE))
        try:
            key, key_signature, signature = own[TAG_KEY], own[TAG_KEY_SIGNATURE], record[TAG_RECORD_SIGNATURE]
        except KeyError as missing:
            raise CardGarbled(f"no object {missing.args[0]:04X}") from None
        require_signature(issuer, signature, _as_written(record, TAG_RECORD_SIGNATURE))
        require_signature(issuer, key_signature, _as_written(own, TAG_KEY_SIGNATURE))
        try:
            answer = self._protocol.exchange(compute_signature(digest_info(challenge), key_selected=False))
        except StatusError as error:
            raise CardGarbled(f"own key: {error}") from None
        require_signature(rsa_key(key), answer, challenge)

    def _file_of_four(self) -> bytes:
        return files.read_object(self._protocol, EF_BASIC_FOUR, TAG_BASIC_FOUR)

    def _record(self) -> dict[int, Tlv]:
        return Tlv.children(Tlv.parse(files.read_object(self._protocol, EF_RECORD, TAG_RECORD)))


def _basic_four(four: Tlv) -> BasicFour:
    parts = Tlv.children(four)
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


def _as_written(parts: dict[int, Tlv], signature: int) -> bytes:
    """The objects before the signature, headers included: what it covers."""
    return b"".join(write(tag, part) for tag, part in parts.items() if tag != signature)
