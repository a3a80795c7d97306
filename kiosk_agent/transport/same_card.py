"""A reader that serves one laying down of a card only: what one person's card was asked is never answered by the next one's."""

from collections.abc import Iterator
from contextlib import contextmanager

from kiosk_agent.errors import CardRemoved
from kiosk_agent.transport.base import CardConnection, Reader


class SameCard:
    """The reader protocol around another reader, for the card of one laying down.

    placing: what `placed()` said when the session began. Between that moment and a connection the card may have been
    exchanged for another; once connected it cannot be, since the connection breaks with it. So it is compared once,
    inside the connection.
    """

    def __init__(self, reader: Reader, placing: int) -> None:
        self._reader = reader
        self._placing = placing

    @property
    def name(self) -> str:
        """The inner reader's."""
        return self._reader.name

    def placed(self) -> int | None:
        """The laying down while it lasts; None after it, whatever lies there now."""
        return self._placing if self._reader.placed() == self._placing else None

    @contextmanager
    def connect(self) -> Iterator[CardConnection]:
        """The inner reader's connection. Raises CardRemoved when another card lies there, before anything is said to it."""
        with self._reader.connect() as connection:
            if self._reader.placed() != self._placing:
                raise CardRemoved
            yield connection
