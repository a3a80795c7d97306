"""券面事項確認AP of the My Number card: the printed face as pictures, opened by 照合番号B.

Layout: domain.md §1.5. EF 0005, the picture of the 個人番号, is never selected here, and 照合番号A, which is the
個人番号 itself, is never asked for (番号法 第20条).
"""

from dataclasses import dataclass, field
from datetime import date

from kiosk_agent.card import files
from kiosk_agent.card.facts import Picture, SecretKind
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.public_key import TAG_CARD_CERTIFICATE, certified_key, require_signature_of_groups
from kiosk_agent.card.tlv import Tlv, write
from kiosk_agent.errors import CardGarbled

AID = bytes.fromhex("D3921000310001010402")
EF_FACE = 0x0002
EF_CARD_CERTIFICATE = 0x0004
EF_REFERENCE_B = 0x0012

TAG_FACE = 0xFF20
TAG_NAME = 0xDF25
TAG_ADDRESS = 0xDF26
TAG_PHOTO = 0xDF27
TAG_SIGNATURE = 0xDF28
TAG_EXPIRES = 0xDF29

SIGNED_GROUPS = ((0xDF22, 0xDF23, 0xDF24), (TAG_NAME, TAG_ADDRESS), (TAG_PHOTO,))
"""What the signature covers, each group with a digest of its own; the expiry after it is not covered (measured, S2)."""

BEGINNINGS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\x00\x00\x00\x0cjP  ", "jpeg2000"), (b"\xff\x4f\xff\x51", "jpeg2000"))
"""How a PNG, a JPEG 2000 file and a bare JPEG 2000 stream begin; the card does not say which one it is."""


@dataclass(frozen=True, slots=True)
class PrintedFace:
    """The face of the card as it was printed: name and address hold the characters that the text replaces."""

    photo: Picture
    name: Picture
    address: Picture
    expires: date = field(repr=False)


class KenmenKakunin:
    """One selected session with the application."""

    def __init__(self, protocol: CardProtocol) -> None:
        self._protocol = protocol
        files.select_application(protocol, AID)

    def reference_b_tries_left(self) -> int:
        """Tries of 照合番号B here, which are counted apart from those of the 券面事項入力補助AP."""
        return files.tries_left(self._protocol, EF_REFERENCE_B)

    def verify_reference_b(self, reference: str) -> None:
        """Present 照合番号B once. Raises WrongPin or PinBlocked."""
        digits = files.digits(reference, 14, "照合番号B has fourteen digits")
        files.present(self._protocol, EF_REFERENCE_B, digits, SecretKind.REFERENCE_B)

    def face(self) -> PrintedFace:
        """Photo, name, address and expiry; needs 照合番号B. Raises CardGarbled, CardNotGenuine.

        The pictures are compared with the record's signature by the key of the card certificate. Who made that
        certificate cannot be checked: see `public_key.certified_key`.
        """
        parts = Tlv.children(Tlv.parse(files.read_object(self._protocol, EF_FACE, TAG_FACE)))
        issuer = certified_key(files.read_object(self._protocol, EF_CARD_CERTIFICATE, TAG_CARD_CERTIFICATE))
        try:
            face = PrintedFace(photo=_picture(parts[TAG_PHOTO]), name=_picture(parts[TAG_NAME]),
                               address=_picture(parts[TAG_ADDRESS]), expires=files.day(parts[TAG_EXPIRES]))
            groups = [b"".join(write(tag, parts[tag]) for tag in group) for group in SIGNED_GROUPS]
            require_signature_of_groups(issuer, parts[TAG_SIGNATURE], groups)
        except KeyError as missing:
            raise CardGarbled(f"no object {missing.args[0]:04X}") from None
        return face


def _picture(content: bytes) -> Picture:
    kind = next((kind for beginning, kind in BEGINNINGS if content.startswith(beginning)), None)
    if kind is None:
        raise CardGarbled("a picture of an unknown kind")
    return Picture(kind, bytes(content))
