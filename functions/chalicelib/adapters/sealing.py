"""Seals bytes under a key so that they open only in their own place: AES-256-GCM with key commitment.

Format v1: version 1 byte | salt 32 | nonce 12 | commitment 32 | ciphertext and tag. A fresh key and a commitment are
derived from the data key and the salt with HKDF-SHA512, since AES-GCM alone lets one ciphertext open under two keys.
`place` is authenticated with it, so that a value cannot be moved to another row or version.
Primitives: the `cryptography` package; why the format is ours: docs/adr/0007.
"""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
_SALT, _NONCE, _COMMITMENT = 32, 12, 32


class Unsealable(Exception):
    """Altered, moved, or sealed under another key."""


def _derive(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    both = HKDF(algorithm=SHA512(), length=64, salt=salt, info=b"madonavi/seal/v1").derive(key)
    return both[:32], both[32:]


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """`plain` closed under the 32-byte `key` for `place`."""
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    message_key, commitment = _derive(key, salt)
    return VERSION + salt + nonce + commitment + AESGCM(message_key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """What was sealed for `place`. Raises Unsealable."""
    if sealed[:1] != VERSION or len(sealed) < 1 + _SALT + _NONCE + _COMMITMENT + 16:
        raise Unsealable("format")
    salt, rest = sealed[1 : 1 + _SALT], sealed[1 + _SALT :]
    nonce, commitment, closed = rest[:_NONCE], rest[_NONCE : _NONCE + _COMMITMENT], rest[_NONCE + _COMMITMENT :]
    message_key, expected = _derive(key, salt)
    if not hmac.compare_digest(commitment, expected):
        raise Unsealable("key")
    try:
        return AESGCM(message_key).decrypt(nonce, closed, place.encode())
    except InvalidTag:
        raise Unsealable("content or place") from None


def secret_for(key: bytes, purpose: str) -> bytes:
    """24 bytes that only the holder of `key` can make, the same each time: the secret of a link."""
    return HKDF(algorithm=SHA512(), length=24, salt=None, info=f"madonavi/secret/{purpose}".encode()).derive(key)
