"""What a reader and a card look like to everything above them: bytes in, (bytes, status word) out."""

from contextlib import AbstractContextManager
from typing import Protocol


class CardConnection(Protocol):
    """One card that nobody else talks to while we do."""

    def send(self, command: bytes) -> tuple[bytes, int]:
        """Answer data and status word (0x9000 is success). Raises CardRemoved when the card is gone."""
        ...


class Reader(Protocol):
    """A place where a card is laid."""

    @property
    def name(self) -> str:
        """The reader's own name, for the self-check screen."""
        ...

    def placed(self) -> int | None:
        """None without a card; else a number that changes with every laying down, so that a swap is noticed.

        Returns at once. Raises ReaderTrouble when the reader is gone.
        """
        ...

    def connect(self) -> AbstractContextManager[CardConnection]:
        """Power the card up for us alone; leaving the context powers it down, which forgets a presented PIN.

        Raises CardRemoved without a card, ReaderTrouble without a reader.
        """
        ...
