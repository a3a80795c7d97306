"""A form that a resident filled in on the phone, to be printed at the counter: its code, and where it lies until then.

The code and the QR beside it are described in docs/prepared-code.md.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from content.rules.codes import LETTERS, as_typed, in_groups

LENGTH = 8
LIVES = timedelta(days=7)
FETCHES_MOST = 3
"""A first try, one more where the answer got lost or the printer stopped, and one for a second form from the same code."""

Answers = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was filled in. applicant: GIF names → what was typed. Nothing of it is verified."""

    procedure: str
    version: int
    answers: Answers = field(repr=False)
    applicant: Mapping[str, str] = field(repr=False)


class PreparedForms(Protocol):
    """Where they lie, each sealed under a key of its own. hashed: of the code; the code itself is kept nowhere."""

    def put(self, hashed: str, content: bytes, *, until: datetime) -> None:
        """Keep one. Raises AlreadyThere for a code that is taken."""

    def fetch(self, hashed: str, now: datetime) -> bytes:
        """What lies there; the fetch that reaches FETCHES_MOST burns it. Raises NotFound: unknown, burnt and late alike."""

    def forget_old(self, now: datetime) -> int:
        """Delete what was burnt or has run out, and the keys with it; at most 100 at once, and how many."""


def code_of(number: int) -> str:
    """A code as XXXX-XXXX from a random number."""
    return in_groups("".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH)))


def hash_of_code(typed: str) -> str | None:
    """What a code is looked up by, however it was typed; None for what is no code."""
    signs = as_typed(typed)
    if len(signs) != LENGTH or not set(signs) <= set(LETTERS):
        return None
    return hashlib.sha256(f"prepared/{signs}".encode()).hexdigest()
