"""The reference number (受付番号): four-letter groups that can be read aloud, made from the case's id."""

import hashlib

from chalicelib.domain.contents import ApplicationId
from content.rules.codes import SIGNS, as_typed, in_groups


def reference_of(id: ApplicationId) -> str:
    """Twelve signs (60 bits) as XXXX-XXXX-XXXX; the same id gives the same number, so a retry does too."""
    number = int.from_bytes(hashlib.sha256(f"reference/{id}".encode()).digest()[:8], "big") >> 4
    return in_groups("".join(SIGNS[(number >> shift) & 31] for shift in range(55, -1, -5)))


def as_written(typed: str) -> str:
    """What a person typed as a reference number, in the form it is stored: case, width, spaces and hyphens do not matter."""
    return in_groups("".join(sign for sign in as_typed(typed) if sign in SIGNS))
