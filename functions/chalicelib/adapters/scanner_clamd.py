"""Asks ClamAV's daemon about bytes: `INSTREAM` over TCP or a socket file (clamd(8), docs.clamav.net, "clamd protocol").

zINSTREAM\\0, then pieces of 4 bytes length (big-endian) and data, then length 0; the answer is `stream: OK`,
`stream: <name> FOUND` or `… ERROR`, ended by \\0. The daemon's StreamMaxLength (25 MB) is above what we take.
"""

import logging
import socket
import time
from collections.abc import Callable

from chalicelib.domain.errors import ProviderDown
from chalicelib.domain.ports import Verdict

PIECE = 64 * 1024
ANSWER_MOST = 4096
log = logging.getLogger("madonavi")


class ClamdScanner:
    """The port over clamd. address: `host:port`, or the path of a socket file. seconds: for one file in all."""

    def __init__(self, address: str, seconds: float = 10.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._seconds = seconds
        self._monotonic = monotonic

    def scan(self, data: bytes) -> Verdict:
        """Anything but a clear answer is ProviderDown."""
        try:
            answer = self._ask(data)
        except OSError:  # a timeout is one
            raise ProviderDown("scanner") from None
        if answer == "stream: OK":
            return Verdict.CLEAN
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            log.warning("scanner found %s", answer.removeprefix("stream: ").removesuffix(" FOUND"))
            return Verdict.INFECTED
        raise ProviderDown("scanner")

    def _ask(self, data: bytes) -> str:
        until = self._monotonic() + self._seconds
        with self._connected() as clamd:
            def wait() -> None:
                clamd.settimeout(max(until - self._monotonic(), 0.001))

            wait()
            clamd.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                wait()
                clamd.sendall(len(piece).to_bytes(4, "big") + piece)
            clamd.sendall(bytes(4))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < ANSWER_MOST:
                wait()
                got = clamd.recv(ANSWER_MOST)
                if not got:
                    raise ConnectionError("no whole answer")
                answer += got
        return answer.rstrip(b"\0").decode("utf-8", "replace").strip()

    def _connected(self) -> socket.socket:
        host, _, port = self._address.rpartition(":")
        if port.isdigit() and "/" not in self._address:
            return socket.create_connection((host, int(port)), timeout=self._seconds)
        file = socket.socket(socket.AF_UNIX)
        file.settimeout(self._seconds)
        try:
            file.connect(self._address)
        except OSError:
            file.close()
            raise
        return file
