"""The signed permission to upload one file, as the local object store understands it: a small sister of S3's POST policy.

Fields of the form: key, most, until (epoch seconds), back (address, or empty), signature (HMAC-SHA256 over the others).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

NAMES = ("key", "most", "until", "back")


class Forbidden(Exception):
    """The form was altered, is another's, or its time is over."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What one form allows. until: epoch seconds; back: where the browser is led, or empty."""

    key: str = field(repr=False)
    most: int
    until: int
    back: str


def _signature(secret: str, fields: Mapping[str, str]) -> str:
    # As JSON, so that no two sets of fields make the same text.
    return hmac.new(secret.encode(), json.dumps([fields[name] for name in NAMES]).encode(), hashlib.sha256).hexdigest()


def fields_of(secret: str, policy: Policy) -> dict[str, str]:
    """The form's fields, signed."""
    fields = {"key": policy.key, "most": str(policy.most), "until": str(policy.until), "back": policy.back}
    return {**fields, "signature": _signature(secret, fields)}


def read(secret: str, fields: Mapping[str, str], now: float) -> Policy:
    """What the fields allow at `now`. Raises Forbidden."""
    if set(fields) != {*NAMES, "signature"} or not hmac.compare_digest(_signature(secret, fields).encode(),
                                                                       fields["signature"].encode()):
        raise Forbidden("signature")
    policy = Policy(fields["key"], int(fields["most"]), int(fields["until"]), fields["back"])
    if now >= policy.until:
        raise Forbidden("expired")
    return policy
