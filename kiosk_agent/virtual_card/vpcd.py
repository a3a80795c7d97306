"""Puts a virtual slot into a PC/SC reader: the client side of vsmartcard-vpcd's protocol over TCP.

Each message is a length of two bytes, big endian, and a body. A body of one byte is a control code: 0 power off,
1 power on, 2 reset, 4 asks for the ATR. Any other body is a command APDU. A closed connection is a removed card.
"""

import socket
from threading import Event, Thread

from kiosk_agent.virtual_card.slot import ATR, Slot

FIRST_PORT = 35963
POWER_OFF, POWER_ON, RESET, GET_ATR = 0, 1, 2, 4

_QUICKACK = getattr(socket, "TCP_QUICKACK", None)
"""Linux only. vpcd sends length and body apart, and waits for our acknowledgement between them: without it a command
takes 40 ms, with it less than one (measured: 21 against 1,476 commands a second)."""


class VpcdCard:
    """Keeps a slot's card in the reader behind `port`: connects when one is laid, hangs up when it is taken."""

    def __init__(self, slot: Slot, port: int = FIRST_PORT) -> None:
        self._slot = slot
        self._port = port
        self._stop = Event()
        self._heard = Event()
        self._thread = Thread(target=self._run, name="virtual-card", daemon=True)

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up and end."""
        self._stop.set()
        self._thread.join(timeout=5)

    def heard_within(self, seconds: float) -> bool:
        """Whether the reader has spoken to the card; it has not when another card sits in that reader."""
        return self._heard.wait(seconds)

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            placing = self._slot.placed()
            if placing is None:
                continue
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=2) as reader:
                    self._serve(reader, placing)
            except OSError:  # pcscd is not there, or it hung up: try again as long as the card lies there
                self._stop.wait(0.5)

    def _serve(self, reader: socket.socket, placing: int) -> None:
        reader.settimeout(0.1)
        while not self._stop.is_set() and self._slot.placed() == placing:
            try:
                head = self._receive(reader, 2, placing)
                body = self._receive(reader, int.from_bytes(head, "big"), placing)
            except _Gone:
                return
            self._heard.set()
            answer: bytes | None = None
            if body == bytes([GET_ATR]):
                answer = ATR
            elif len(body) == 1:
                self._slot.reset(placing)
                continue
            else:
                answer = self._slot.exchange(body, placing)
            if answer is None:
                return
            reader.sendall(len(answer).to_bytes(2, "big") + answer)

    def _receive(self, reader: socket.socket, length: int, placing: int) -> bytes:
        received = b""
        while len(received) < length:
            try:
                part = reader.recv(length - len(received))
            except TimeoutError:
                if self._stop.is_set() or self._slot.placed() != placing:
                    raise _Gone from None
                continue
            if not part:
                raise _Gone
            if _QUICKACK is not None:
                reader.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
            received += part
        return received


class _Gone(Exception):
    """The reader hung up, or the card was taken away."""
