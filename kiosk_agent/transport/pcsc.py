"""Readers through PC/SC. The only module that imports pyscard, and only its thin C layer: its observers poll slowly.

pcsc-lite keeps in the upper 16 bits of a reader's event state how many cards have come and gone (pcsclite.h,
SCARD_READERSTATE): that number tells one laying down from the next.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from smartcard import scard

from kiosk_agent.errors import CardGarbled, CardRemoved, ReaderTrouble
from kiosk_agent.transport.base import CardConnection

VIRTUAL = "Virtual PCD"
"""How vsmartcard-vpcd names its readers. Outside a developer's computer such a reader is never used."""

LEAVES_MILLISECONDS = 1_000
"""pcscd asks its readers a few times a second whether a card lies there."""

_GONE = frozenset({scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_UNPOWERED_CARD,
                   scard.SCARD_W_RESET_CARD, scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_E_NOT_TRANSACTED,
                   scard.SCARD_F_COMM_ERROR})
"""What a transmission ends with when the card leaves; vpcd and ccid differ in which of them they choose."""


def reader_names() -> tuple[str, ...]:
    """The readers of this computer. Raises ReaderTrouble when no PC/SC service answers."""
    context = _new_context()
    try:
        result, names = scard.SCardListReaders(context, [])
    finally:
        scard.SCardReleaseContext(context)
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    if result != scard.SCARD_S_SUCCESS:
        raise ReaderTrouble(scard.SCardGetErrorMessage(result))
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of several readers is used. The others are named on the self-check page, so that nobody lays a card there."""

    used: str
    others: tuple[str, ...]


def choose(names: Sequence[str], *, wanted: str = "", virtual: bool = False) -> Choice | None:
    """The reader to use; None while there is none.

    wanted: a part of the reader's name, as an operator sets it; without it the first by name is used, so that the
    choice does not change with the order in which readers were plugged in. virtual: only vsmartcard's, or never.
    """
    real = sorted(name for name in names if (VIRTUAL in name) == virtual)
    used = next((name for name in real if wanted in name), None)
    return None if used is None else Choice(used, tuple(name for name in real if name != used))


def _new_context() -> int:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if result != scard.SCARD_S_SUCCESS:
        raise ReaderTrouble(scard.SCardGetErrorMessage(result))
    return int(context)


class _Connection:
    def __init__(self, context: int, reader: str, handle: int, protocol: int) -> None:
        self._context = context
        self._reader = reader
        self._handle = handle
        self._protocol = protocol

    def send(self, command: bytes) -> tuple[bytes, int]:
        result, answer = scard.SCardTransmit(self._handle, self._protocol, list(command))
        if result in _GONE:
            raise CardRemoved
        if result != scard.SCARD_S_SUCCESS:
            raise ReaderTrouble(scard.SCardGetErrorMessage(result))
        if len(answer) < 2:
            if self._leaves():
                raise CardRemoved
            raise CardGarbled("an answer without a status word")
        received = bytes(byte & 0xFF for byte in answer)
        return received[:-2], int.from_bytes(received[-2:], "big")

    def _leaves(self) -> bool:
        """Whether the card is found gone within a second: vpcd calls a command that the pull cut off a success without data."""
        result, states = scard.SCardGetStatusChange(self._context, 0, [(self._reader, scard.SCARD_STATE_UNAWARE)])
        if result == scard.SCARD_S_SUCCESS and states[0][1] & scard.SCARD_STATE_PRESENT:
            result, states = scard.SCardGetStatusChange(self._context, LEAVES_MILLISECONDS, [(self._reader, states[0][1])])
        return result != scard.SCARD_S_SUCCESS or not states[0][1] & scard.SCARD_STATE_PRESENT


class PcscReader:
    """One reader by its PC/SC name. `placed` may be called from one thread while another is connected.

    A reader that was unplugged and a service that was restarted are found again by the next call: a reader that comes
    back gets its old name, and a context that broke is never used twice.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._context: int | None = None
        self._watching = Lock()

    @property
    def name(self) -> str:
        """The PC/SC name."""
        return self._name

    def placed(self) -> int | None:
        """The count of comings and goings while a card lies there, else None."""
        with self._watching:
            if self._context is None:
                self._context = _new_context()
            result, states = scard.SCardGetStatusChange(self._context, 0, [(self._name, scard.SCARD_STATE_UNAWARE)])
            if result == scard.SCARD_E_TIMEOUT:
                return None
            if result != scard.SCARD_S_SUCCESS:
                scard.SCardReleaseContext(self._context)
                self._context = None
                raise ReaderTrouble(scard.SCardGetErrorMessage(result))
        state = int(states[0][1])
        if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise ReaderTrouble(f"{self._name} is not connected")
        return (state >> 16) & 0xFFFF if state & scard.SCARD_STATE_PRESENT else None

    @contextmanager
    def connect(self) -> Iterator[CardConnection]:
        """Exclusive from the first byte: no other program can slip a SELECT in between."""
        context = _new_context()
        try:
            result, handle, protocol = scard.SCardConnect(
                context, self._name, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1)
            if result in _GONE:
                raise CardRemoved
            if result != scard.SCARD_S_SUCCESS:
                raise ReaderTrouble(scard.SCardGetErrorMessage(result))
            try:
                scard.SCardBeginTransaction(handle)
                yield _Connection(context, self._name, handle, protocol)
            finally:
                scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
                scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)
        finally:
            scard.SCardReleaseContext(context)
