"""RSA keys and signatures as the 券面 applications of the My Number card write them.

A key is two data objects, 90 (exponent) and 91 (modulus). A signature is RSASSA-PKCS1-v1_5 with SHA-256. A
card-verifiable certificate is 7F21{5F4E: id of the signer (16), id of the key (16), key; 5F37: signature}. The layouts
were measured (domain.md §1.4, S2).
"""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kiosk_agent.card.tlv import Tlv
from kiosk_agent.errors import CardGarbled, CardNotGenuine

TAG_EXPONENT = 0x90
TAG_MODULUS = 0x91
TAG_CARD_CERTIFICATE = 0x7F21
TAG_CERTIFICATE_BODY = 0x5F4E
IDENTIFIERS = 32
"""Bytes that the two key ids take before the key."""

SHA256_PREFIX = bytes.fromhex("3031300D060960864801650304020105000420")
"""DER of a DigestInfo for SHA-256, up to the 32 bytes of the digest (RFC 8017 §9.2, note 1)."""


def digest_info(message: bytes) -> bytes:
    """What a card pads and signs: the SHA-256 of the message, named as such."""
    return SHA256_PREFIX + hashlib.sha256(message).digest()


def digest_info_of_groups(groups: Sequence[bytes]) -> bytes:
    """Three digests under one name, as the face record is signed: the lengths in the DER grow with them."""
    digests = b"".join(hashlib.sha256(group).digest() for group in groups)
    prefix = bytearray(SHA256_PREFIX)
    prefix[1] += len(digests) - 32
    prefix[-1] = len(digests)
    return bytes(prefix) + digests


def rsa_key(data: bytes) -> rsa.RSAPublicKey:
    """The key in those data objects. Raises CardGarbled when it is none."""
    parts = Tlv.children(data)
    try:
        return rsa.RSAPublicNumbers(int.from_bytes(parts[TAG_EXPONENT], "big"),
                                    int.from_bytes(parts[TAG_MODULUS], "big")).public_key()
    except (KeyError, ValueError):
        raise CardGarbled("no RSA key") from None


def certified_key(card_certificate: bytes) -> rsa.RSAPublicKey:
    """The key that a card-verifiable certificate certifies.

    Its own signature is not checked: the key of the authority above it is on no card, and J-LIS does not publish it.
    """
    parts = Tlv.children(Tlv.parse(card_certificate))
    try:
        return rsa_key(parts[TAG_CERTIFICATE_BODY][IDENTIFIERS:])
    except KeyError:
        raise CardGarbled("a card certificate without a body") from None


def require_signature(key: rsa.RSAPublicKey, signature: bytes, message: bytes) -> None:
    """Return when that key signed the message. Raises CardNotGenuine."""
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise CardNotGenuine("a signature of the card does not match") from None


def require_signature_of_groups(key: rsa.RSAPublicKey, signature: bytes, groups: Sequence[bytes]) -> None:
    """The same for a record whose groups of objects each have a digest of their own."""
    try:
        signed = key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
    except InvalidSignature:
        raise CardNotGenuine("a signature of the card does not match") from None
    if not hmac.compare_digest(signed, digest_info_of_groups(groups)):
        raise CardNotGenuine("the printed face is not what was signed")
