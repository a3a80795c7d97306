"""What shows that a card was there with its PIN: a challenge of ours that its key answered, and whether its certificate holds."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CardProof:
    """As a kiosk sends it. challenge: ours, in Base64. certificate: X.509 in DER. signature: over the challenge's bytes."""

    challenge: str
    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)


    def signed_bytes(self) -> bytes:
        """What the card's key has signed: the challenge itself, not its Base64. Raises ValueError."""
        try:
            return base64.b64decode(self.challenge, validate=True)
        except binascii.Error:
            raise ValueError("no Base64") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCertificate:
    """A 利用者証明用電子証明書 that our own means found genuine, whose key has answered. serial: in hex."""

    serial: str = field(repr=False)
    begins: datetime
    expires: datetime
    certificate: bytes = field(repr=False)


class CardCertificates(Protocol):
    """Reads certificates and checks signatures against the CAs that are trusted here."""

    def answered(self, proof: CardProof) -> UserCertificate:
        """The certificate whose key signed this challenge. Its time is not looked at here.

        Raises IdentityRefused: format, issuer, kind, key or signature.
        """


class Withdrawn(StrEnum):
    """What 有効性確認 says of a certificate that is in its time."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Validity(Protocol):
    """有効性確認 (公的個人認証法 36条): whether a certificate was withdrawn."""

    def of(self, certificate: UserCertificate) -> Withdrawn:
        """Never raises: who cannot be asked is UNKNOWN, which an officer's eyes make up for."""
