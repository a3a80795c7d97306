"""Codes that people read off paper and type again: signs that nobody mixes up, in groups of four, read however they come."""

import unicodedata

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs without 0, 1, I and O, which people mix up on the telephone."""
LETTERS = "ABCDEFGHJKLMNPRSTUWXYZ"
"""22 letters: no digits, so that none is taken for one; no I, O, Q, V (docs/prepared-code.md)."""
_HYPHENS = "-‐‒–—―−ー"
"""What a Japanese keyboard gives where a hyphen is meant, after NFKC."""


def in_groups(signs: str) -> str:
    """As it is printed and stored: XXXX-XXXX."""
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def as_typed(typed: str) -> str:
    """The signs alone: capitals, half-width, without spaces and hyphens. What is no sign of any code is still in it."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in plain if not sign.isspace() and sign not in _HYPHENS)
