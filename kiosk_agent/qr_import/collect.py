"""Symbols as a hand-held reader types them, in any order and of several people at once → complete messages. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kiosk_agent import qr

MOST_OPEN = 20
"""Messages that may wait for their other parts; the oldest is dropped, so that nonsense cannot fill the memory."""
_NOISE = re.compile(r"[\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Progress:
    """What one scan brought. `symbols` holds the whole message as soon as every part is there."""

    message: str
    part: int
    parts: int
    missing: tuple[int, ...]
    again: bool
    """The same part was scanned before."""
    symbols: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Collection:
    """The parts that have come so far, by message, in the order in which messages began."""

    parts: Mapping[str, Mapping[int, str]] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def after(self, typed: str) -> tuple["Collection", Progress]:
        """The collection after one scan, and what it brought. A whole message leaves the collection. Raises QrError."""
        text = as_scanned(typed)
        message, part, parts = qr.part_of(text)
        before = self.parts.get(message, {})
        now = {**before, part: text}
        missing = tuple(n for n in range(1, parts + 1) if n not in now)
        again = before.get(part) == text
        if not missing:
            left = {id: those for id, those in self.parts.items() if id != message}
            return Collection(MappingProxyType(left)), Progress(message, part, parts, (), again, tuple(now[n] for n in sorted(now)))
        waiting = {**self.parts, message: MappingProxyType(now)}
        while len(waiting) > MOST_OPEN:
            del waiting[next(iter(waiting))]
        return Collection(MappingProxyType(waiting)), Progress(message, part, parts, missing, again)


def as_scanned(typed: str) -> str:
    """What the symbol says, out of what a reader that acts as a keyboard typed: an IME may have made it full-width or small,
    and put an end of line into it. Our characters are capital letters and digits only, so nothing can be lost."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", typed)).upper()
