"""How much one place, case or contact may do in a while, so that nobody floods the city, somebody's mailbox or the bill.

The city's own network is one address for a whole hall with shared computers: it has more room (issue 4).
"""

import hashlib
from dataclasses import dataclass

from chalicelib.domain.errors import TooMany
from chalicelib.services.links import WINDOW_SECONDS
from chalicelib.services.parts import Parts
from chalicelib.services.told import Way, way_to

OWN_ROOM = 20
"""How many times as much the city's own network may do."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted, and how often it may happen in a window."""

    what: str
    most: int
    seconds: int = WINDOW_SECONDS


DRAFTS = Limit("drafts", 30)
CODES = Limit("codes", 6)
MESSAGES = Limit("messages", 10)
FILES = Limit("files", 40)
ASKED = Limit("asked", 12)
"""Codes and links that somebody has sent to one address or number."""
DAY_SECONDS = 86400
"""A day of limits begins at nine in Japan: midnight in UTC."""
TEXTS_ASKED = Limit("texts-asked", 6, DAY_SECONDS)
"""The same by SMS, which costs the city money each time."""
TEXTS_ASKED_OF_CITY = Limit("texts-asked-of-city", 500, DAY_SECONDS)
"""Codes and links by SMS to all numbers together: what somebody with many numbers can make the city pay in a day."""
TEXTS = Limit("texts", 12, DAY_SECONDS)
"""Everything that leaves by SMS for one number; what is more waits for the next day."""


def count(parts: Parts, key: str, limit: Limit, *, own: bool = False) -> None:
    """Count one; raises TooMany when it was one too many. key: a place, a case or a hashed contact."""
    check(parts, key, limit, own=own)
    note(parts, key, limit)


def note(parts: Parts, key: str, limit: Limit) -> None:
    """Count one that has happened, however many that makes."""
    parts.attempts.failed(f"{limit.what}/{key}", parts.clock(), limit.seconds)


def check(parts: Parts, key: str, limit: Limit, *, own: bool = False) -> None:
    """Raises TooMany when one more would be too many; counts nothing."""
    now = parts.clock()
    if parts.attempts.too_many(f"{limit.what}/{key}", now, limit.most * (OWN_ROOM if own else 1), limit.seconds):
        raise TooMany(limit.seconds - int(now.timestamp()) % limit.seconds)


def count_asked(parts: Parts, contact: str) -> None:
    """Count a code or a link that somebody wants sent to a contact. Raises TooMany."""
    key = hashed(contact)
    if way_to(contact) is Way.SMS:
        check(parts, key, TEXTS)
        count(parts, key, TEXTS_ASKED)
        count(parts, "all", TEXTS_ASKED_OF_CITY)  # last, so that one number alone cannot use it up
    count(parts, key, ASKED)


def hashed(contact: str) -> str:
    """A contact as a key to count under, the same for every way of writing an address."""
    return hashlib.sha256(f"contact/{contact.lower()}".encode()).hexdigest()[:32]
