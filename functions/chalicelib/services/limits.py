"""How much one place, case or contact may do in ten minutes, so that nobody floods the city or somebody's mailbox.

The city's own network is one address for a whole hall with shared computers: it has more room (issue 4).
"""

from dataclasses import dataclass

from chalicelib.domain.errors import TooMany
from chalicelib.services.links import WINDOW_SECONDS
from chalicelib.services.parts import Parts

OWN_ROOM = 20
"""How many times as much the city's own network may do."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted, and how often it may happen in a window."""

    what: str
    most: int


DRAFTS = Limit("drafts", 30)
CODES = Limit("codes", 6)
MESSAGES = Limit("messages", 10)
FILES = Limit("files", 40)


def count(parts: Parts, key: str, limit: Limit, *, own: bool = False) -> None:
    """Count one; raises TooMany when it was one too many. key: a place, a case or a hashed contact."""
    now = parts.clock()
    counted = f"{limit.what}/{key}"
    if parts.attempts.too_many(counted, now, limit.most * (OWN_ROOM if own else 1)):
        raise TooMany(WINDOW_SECONDS)
    parts.attempts.failed(counted, now)
