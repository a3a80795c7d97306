"""A virtual card that lies on no reader: hears every command, and can be pulled at any of them."""

from kiosk_agent.errors import CardRemoved
from kiosk_agent.virtual_card.card import Card


class LaidCard:
    """One connection. `told` are the commands it heard; it is pulled while command number `pull_at` is under way."""

    def __init__(self, card: Card, pull_at: int | None = None) -> None:
        self.card = card
        self.told: list[bytes] = []
        self._pull_at = pull_at
        card.reset()

    def send(self, command: bytes) -> tuple[bytes, int]:
        """The card's answer. Raises CardRemoved."""
        self.told.append(command)
        if self._pull_at is not None and len(self.told) >= self._pull_at:
            raise CardRemoved
        answer = self.card.answer(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


class ScriptedCard:
    """Answers from a list (data and status word, in hex); hears every command."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.told: list[bytes] = []

    def send(self, command: bytes) -> tuple[bytes, int]:
        """The next answer; after the last one the card is gone."""
        self.told.append(command)
        if not self.answers:
            raise CardRemoved
        answer = self.answers.pop(0)
        return answer[:-2], int.from_bytes(answer[-2:], "big")
