"""The data of a form as QR symbols for the other side of the air gap: sealed, signed, split, safe to type.

One message becomes 1 to 4 symbols. Each symbol is plain text of the characters A–Z and 2–7 and digits, which a reader
that acts as a keyboard cannot spoil, whatever layout the computer has (domain.md §8):

    MN1 · message id (8) · part (1 digit) · parts (1 digit) · CRC-32 of the part's body (7) · body

`MN1` is the version of all that follows. Message id and CRC are Base32 (RFC 4648) without padding. The bodies, joined in
order, are Base32 of this envelope (numbers big endian):

    offset  bytes  what
    0       1      version of the envelope, 1
    1       4      made at, seconds since 1970 UTC
    5       4      good until, likewise
    9       12     nonce: of the cipher, and the mark by which the reader's list knows a message it has had
    21      8      device: first bytes of SHA-256 of the kiosk's Ed25519 key
    29      8      recipient: likewise of the reader's X25519 key
    37      32     one-time X25519 key of this message
    69      n      ChaCha20-Poly1305 of the content, tag included; bytes 0–68 and the message id are bound to it
    69+n    64     Ed25519 signature of the message id and everything before

The cipher's key is HKDF-SHA256 of the X25519 secret, with the one-time and the recipient's public key as salt and
"madonavi qr 1" as info. The content is JSON in UTF-8 with GIF field names, deflated with the dictionary below. It never
holds a 個人番号. The list of messages already read is kept by the reading program, not here.
"""

import base64
import binascii
import hashlib
import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import segno
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk_agent.errors import QrError

MAGIC = "MN1"
ID_LENGTH = 8
HEADER_LENGTH = len(MAGIC) + ID_LENGTH + 2 + 7
MOST_PARTS = 4
LARGEST_VERSION = 20
ROOM = 970
"""Letters and digits that a version 20-M symbol holds (domain.md §8)."""
FIXED = 69
SIGNATURE = 64
MOST_CONTENT = 16_384
"""Bytes after inflating: a small symbol must not swell without end."""
_INFO = b"madonavi qr 1"
_DICTIONARY = (b'{"procedure":"","version":1,"caseCode":"","applicationDate":"20","copies":1,"answers":{"whose":["self"],'
               b'"items":["relation","domicile","mynumber","code"]},"applicant":{"fullName":"","fullAddress":"",'
               b'"dateOfBirth":"19","sex":1}}' + "県市町村番地の号".encode())
"""Part of version MN1: a change of one byte needs a new version."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The kiosk's side: its own key, and the public key of the one reader who can open."""

    device: Ed25519PrivateKey = field(repr=False)
    recipient: X25519PublicKey


@dataclass(frozen=True, slots=True)
class Receiver:
    """The reading side: its own key, the kiosks it believes, and keys it had before, while codes sealed for them still live."""

    own: X25519PrivateKey = field(repr=False)
    devices: tuple[Ed25519PublicKey, ...]
    before: tuple[X25519PrivateKey, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What came out. `nonce` goes into the reader's list of messages it has had; `device` names the kiosk's key."""

    id: str
    device: bytes
    made_at: int
    good_until: int
    nonce: bytes
    content: Mapping[str, Any] = field(repr=False)


def key_id(key: Ed25519PublicKey | X25519PublicKey) -> bytes:
    """The eight bytes by which an envelope names a key."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:8]


def encode(content: Mapping[str, Any], sender: Sender, *, now: datetime, lives: timedelta) -> tuple[str, ...]:
    """The texts of the symbols. Raises QrError when four symbols are not enough."""
    message_id = _base32(secrets.token_bytes(5))
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    envelope = _sealed(_deflated(written), sender, message_id, int(now.timestamp()), int((now + lives).timestamp()))
    armour = _base32(envelope)
    room = ROOM - HEADER_LENGTH
    parts = -(-len(armour) // room)
    if parts > MOST_PARTS:
        raise QrError("the content is too long for four symbols")
    size = -(-len(armour) // parts)
    bodies = [armour[n * size:(n + 1) * size] for n in range(parts)]
    return tuple(f"{MAGIC}{message_id}{n}{parts}{_crc(body)}{body}" for n, body in enumerate(bodies, 1))


def decode(symbols: Sequence[str], receiver: Receiver, *, now: datetime) -> Message:
    """The message of these symbols, in whatever order they were read.

    Raises QrError, with a reason, for a damaged, incomplete or foreign message, one for somebody else, or one too old.
    """
    message_id, armour = _joined(symbols)
    envelope = _unbase32(armour)
    if len(envelope) < FIXED + 16 + SIGNATURE or envelope[0] != 1:
        raise QrError("unknown envelope")
    head, sealed, signature = envelope[:FIXED], envelope[FIXED:-SIGNATURE], envelope[-SIGNATURE:]
    _check_signature(message_id, envelope, signature, receiver)
    made_at, good_until = int.from_bytes(head[1:5], "big"), int.from_bytes(head[5:9], "big")
    if now.timestamp() > good_until:
        raise QrError("too old")
    own = next((key for key in (receiver.own, *receiver.before) if key_id(key.public_key()) == head[29:37]), None)
    if own is None:
        raise QrError("sealed for another reader")
    one_time = X25519PublicKey.from_public_bytes(head[37:69])
    key = _key(own.exchange(one_time), head[37:69], own.public_key())
    try:
        opened = ChaCha20Poly1305(key).decrypt(head[9:21], sealed, message_id.encode() + head)
    except InvalidTag:
        raise QrError("the seal is broken") from None
    return Message(message_id, head[21:29], made_at, good_until, head[9:21], _content(_inflated(opened)))


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """A symbol's dark and light modules. Never Micro QR, which few readers know (platform.md §7)."""
    symbol = segno.make_qr(text, error="m", mode="alphanumeric", boost_error=False)
    if int(symbol.version) > LARGEST_VERSION:  # segno types it for Micro QR too, whose versions are names
        raise QrError("the symbol would be too fine")
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix)


def _sealed(content: bytes, sender: Sender, message_id: str, made_at: int, good_until: int) -> bytes:
    one_time = X25519PrivateKey.generate()
    public = one_time.public_key().public_bytes_raw()
    nonce = secrets.token_bytes(12)
    head = b"".join((b"\x01", made_at.to_bytes(4, "big"), good_until.to_bytes(4, "big"), nonce,
                     key_id(sender.device.public_key()), key_id(sender.recipient), public))
    key = _key(one_time.exchange(sender.recipient), public, sender.recipient)
    body = head + ChaCha20Poly1305(key).encrypt(nonce, content, message_id.encode() + head)
    return body + sender.device.sign(message_id.encode() + body)


def _key(secret: bytes, one_time: bytes, recipient: X25519PublicKey) -> bytes:
    salt = one_time + recipient.public_bytes_raw()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=_INFO).derive(secret)


def _check_signature(message_id: str, envelope: bytes, signature: bytes, receiver: Receiver) -> None:
    device = next((key for key in receiver.devices if key_id(key) == envelope[21:29]), None)
    if device is None:
        raise QrError("from a kiosk we do not know")
    try:
        device.verify(signature, message_id.encode() + envelope[:-SIGNATURE])
    except InvalidSignature:
        raise QrError("the signature is wrong") from None


def part_of(text: str) -> tuple[str, int, int]:
    """(message id, which part, of how many) of one symbol. Raises QrError for a foreign or a misread one."""
    if not text.startswith(MAGIC) or len(text) <= HEADER_LENGTH or not (text[11:13].isascii() and text[11:13].isdigit()):
        raise QrError("not a code of this system")
    part, parts = int(text[11]), int(text[12])
    if not (1 <= part <= parts <= MOST_PARTS and len(text) <= ROOM):
        raise QrError("not a code of this system")
    if _crc(text[HEADER_LENGTH:]) != text[13:HEADER_LENGTH]:
        raise QrError("misread: scan it again")
    return text[3:11], part, parts


def _joined(symbols: Sequence[str]) -> tuple[str, str]:
    """(message id, armour) of a complete set; repeated symbols do no harm."""
    parts: dict[int, str] = {}
    ids: set[tuple[str, int]] = set()
    for text in symbols:
        id, part, count = part_of(text)
        ids.add((id, count))
        parts[part] = text[HEADER_LENGTH:]
    if len(ids) != 1:
        raise QrError("symbols of different messages" if ids else "nothing was read")
    message_id, count = ids.pop()
    if sorted(parts) != list(range(1, count + 1)):
        raise QrError("a symbol is missing")
    return message_id, "".join(parts[n] for n in sorted(parts))


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_DICTIONARY)
    return packer.compress(content) + packer.flush()


def _inflated(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15, zdict=_DICTIONARY)
    try:
        inflated = unpacker.decompress(content, MOST_CONTENT)
    except zlib.error:
        raise QrError("the content is damaged") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise QrError("the content is too long")
    return inflated


def _content(written: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(written)
    except ValueError:
        raise QrError("the content is damaged") from None
    if not isinstance(found, dict):
        raise QrError("the content is of an unknown form")
    return found


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")


def _unbase32(text: str) -> bytes:
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise QrError("a character that does not belong there") from None
    if _base32(data) != text:  # bits that no byte needs: another text for the same data (RFC 4648 §3.5)
        raise QrError("a character that does not belong there")
    return data


def _crc(body: str) -> str:
    return _base32(zlib.crc32(body.encode()).to_bytes(4, "big"))
