"""The reference number (受付番号): four-letter groups that can be read aloud, made from the case's id."""

import hashlib

from chalicelib.domain.contents import ApplicationId

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs without 0, 1, I and O, which people mix up on the telephone."""


def reference_of(id: ApplicationId) -> str:
    """Twelve signs (60 bits) as XXXX-XXXX-XXXX; the same id gives the same number, so a retry does too."""
    number = int.from_bytes(hashlib.sha256(f"reference/{id}".encode()).digest()[:8], "big") >> 4
    signs = "".join(ALPHABET[(number >> shift) & 31] for shift in range(55, -1, -5))
    return "-".join(signs[i : i + 4] for i in (0, 4, 8))


def as_written(typed: str) -> str:
    """What a person typed as a reference number, in the form it is stored: case, spaces and hyphens do not matter."""
    signs = "".join(sign for sign in typed.upper() if sign in ALPHABET)
    return "-".join(signs[i : i + 4] for i in range(0, len(signs), 4))
