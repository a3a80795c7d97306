"""How a webhook proves its sender: `t=<epoch>,v1=<hex>` over the raw body, as Stripe does it and our simulator too."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.errors import ForgedNotice

NOTICE_LIVES_SECONDS = 300
"""A webhook older than this, or from the future, is refused: it may be replayed."""


def verify(header: str, body: bytes, secrets: Sequence[str], *, now: datetime) -> None:
    """Check HMAC-SHA256 over `t.body` against each secret and each `v1`, and the age on both sides.

    Several secrets and several `v1` occur while the provider changes over. Raises ForgedNotice.
    """
    parts = [piece.strip().partition("=") for piece in header.split(",")]
    signed_at = next((value for name, _, value in parts if name == "t"), "")
    given = [value.encode() for name, _, value in parts if name == "v1"]
    if not (signed_at.isascii() and signed_at.isdigit() and len(signed_at) < 12):
        raise ForgedNotice("time")
    if abs(now.timestamp() - int(signed_at)) > NOTICE_LIVES_SECONDS:
        raise ForgedNotice("time")
    message = signed_at.encode() + b"." + body
    right = [hmac.new(secret.encode(), message, hashlib.sha256).hexdigest().encode() for secret in secrets if secret]
    if not any(hmac.compare_digest(one, other) for one in right for other in given):
        raise ForgedNotice("signature")
