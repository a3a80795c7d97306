"""A reader that counts what is said to its cards: for measurements. It keeps numbers only, never a byte of a command's data."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kiosk_agent.transport.base import CardConnection, Reader


@dataclass(slots=True)
class Count:
    """What was said since the last `clear`."""

    commands: int = 0
    connections: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    """With the status words."""
    seconds: float = 0.0
    """From command to answer, summed; connecting is not in it."""
    by_instruction: Counter[int] = field(default_factory=Counter)
    """INS → how often."""

    def clear(self) -> None:
        """Begin again at nothing."""
        self.commands = self.connections = self.bytes_sent = self.bytes_received = 0
        self.seconds = 0.0
        self.by_instruction.clear()


class CountedReader:
    """The reader protocol around another reader. clock: seconds that only grow, as time.perf_counter."""

    def __init__(self, reader: Reader, clock: Callable[[], float]) -> None:
        self._reader = reader
        self._clock = clock
        self.count = Count()

    @property
    def name(self) -> str:
        """The inner reader's."""
        return self._reader.name

    def placed(self) -> int | None:
        """The inner reader's."""
        return self._reader.placed()

    @contextmanager
    def connect(self) -> Iterator[CardConnection]:
        """The inner reader's connection, counted."""
        with self._reader.connect() as connection:
            self.count.connections += 1
            yield _CountedConnection(connection, self.count, self._clock)


class _CountedConnection:
    def __init__(self, connection: CardConnection, count: Count, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._count = count
        self._clock = clock

    def send(self, command: bytes) -> tuple[bytes, int]:
        begun = self._clock()
        self._count.commands += 1
        self._count.bytes_sent += len(command)
        self._count.by_instruction[command[1]] += 1
        try:
            data, status = self._connection.send(command)
        finally:
            self._count.seconds += self._clock() - begun
        self._count.bytes_received += len(data) + 2
        return data, status
