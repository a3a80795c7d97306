"""The texts of a prepared form's QR symbols, `MP1` of docs/prepared-code.md: readable by a kiosk without a network."""

import base64
import hashlib
import zlib
from datetime import datetime

from chalicelib.domain.prepared import Prepared
from chalicelib.services.prepared import as_json
from content.rules.opening import JAPAN

MAGIC = "MP1"
HEADER_LENGTH = 20
MOST_PARTS = 4
ROOM = 970
"""Letters and digits that a version 20-M symbol holds (domain.md §8)."""


def texts(form: Prepared, until: datetime) -> tuple[str, ...]:
    """One to four texts; none where the form is too long for four symbols. until: the end of its last day comes after it."""
    content = as_json(form, goodUntil=until.astimezone(JAPAN).date().isoformat()).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    armour, id = _base32(packed), _base32(hashlib.sha256(packed).digest())[:8]
    room = ROOM - HEADER_LENGTH
    parts = -(-len(armour) // room)
    if parts > MOST_PARTS:
        return ()
    size = -(-len(armour) // parts)
    bodies = [armour[n * size:(n + 1) * size] for n in range(parts)]
    return tuple(f"{MAGIC}{id}{n}{parts}{_crc(body)}{body}" for n, body in enumerate(bodies, 1))


def _crc(body: str) -> str:
    return _base32(zlib.crc32(body.encode()).to_bytes(4, "big"))


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")
