"""A reader inside this process: the virtual card without PC/SC, for tests and for computers without pcscd."""

from collections.abc import Iterator
from contextlib import contextmanager

from kiosk_agent.errors import CardRemoved
from kiosk_agent.transport.base import CardConnection
from kiosk_agent.virtual_card.slot import Slot


class _Connection:
    def __init__(self, slot: Slot, placing: int) -> None:
        self._slot = slot
        self._placing = placing

    def send(self, command: bytes) -> tuple[bytes, int]:
        answer = self._slot.exchange(command, self._placing)
        if answer is None:
            raise CardRemoved
        return answer[:-2], int.from_bytes(answer[-2:], "big")


class InProcessReader:
    """The reader protocol over a virtual slot."""

    name = "このプログラムの中の仮想カード（読み取り機なし）"

    def __init__(self, slot: Slot) -> None:
        self._slot = slot

    def placed(self) -> int | None:
        """The number of this laying down, or None."""
        return self._slot.placed()

    @contextmanager
    def connect(self) -> Iterator[CardConnection]:
        """Power up, and down at the end."""
        placing = self._slot.placed()
        if placing is None:
            raise CardRemoved
        self._slot.reset(placing)
        try:
            yield _Connection(self._slot, placing)
        finally:
            self._slot.reset(placing)
