"""Turns a connection into commands that either give their data or raise: a chain of small processors.

Each processor takes a command and gives (data, status), and wraps the next one:
status → errors  ⟵  61xx fetch the rest  ⟵  6Cxx ask again with the right length  ⟵  the connection.
"""

from collections.abc import Callable
from dataclasses import replace

from kiosk_agent.card.apdu import INS_GET_RESPONSE, SUCCESS, Command
from kiosk_agent.errors import CardGarbled, StatusError
from kiosk_agent.transport.base import CardConnection

Processor = Callable[[Command], tuple[bytes, int]]

LONGEST_ANSWER = 65_536
"""Bytes. No file of these cards is longer; a card that never stops answering 61xx must not hold us for ever."""


def plain(connection: CardConnection) -> Processor:
    """Sends a command as it is."""
    return lambda command: connection.send(bytes(command))


def corrected_length(send: Processor) -> Processor:
    """Sends again with the length the card names in 6Cxx; but a command with a PIN is never sent twice."""

    def process(command: Command) -> tuple[bytes, int]:
        data, status = send(command)
        if status >> 8 == 0x6C and not command.is_secret:
            return send(replace(command, expected=(status & 0xFF) or 256))
        return data, status

    return process


def whole_response(send: Processor) -> Processor:
    """Fetches what the card still holds (61xx) until nothing is left."""

    def process(command: Command) -> tuple[bytes, int]:
        data, status = send(command)
        while status >> 8 == 0x61:
            more, status = send(Command(INS_GET_RESPONSE, 0, 0, expected=(status & 0xFF) or 256, cla=command.cla))
            data += more
            if not more or len(data) > LONGEST_ANSWER:
                raise CardGarbled("an answer without an end")
        return data, status

    return process


class CardProtocol:
    """Commands to one connected card."""

    def __init__(self, connection: CardConnection) -> None:
        self._process = whole_response(corrected_length(plain(connection)))

    def exchange(self, command: Command) -> bytes:
        """The answer's data. Raises StatusError for any status but 9000."""
        data, status = self._process(command)
        if status != SUCCESS:
            raise StatusError(status)
        return data

    def status(self, command: Command) -> int:
        """Only the status word, for commands whose answer is the status."""
        return self._process(command)[1]
