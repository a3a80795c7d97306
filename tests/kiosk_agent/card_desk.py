"""A reader on a test's desk: a person's virtual card in this process, and what was said to it."""

from dataclasses import dataclass

from kiosk_agent.card.facts import Secret, SecretKind
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.people import DEMO_PIN, PEOPLE, Person
from kiosk_agent.virtual_card.slot import NO_ACCIDENTS, Accidents, Slot

PIN = Secret(SecretKind.PIN4, DEMO_PIN)
CHALLENGE = bytes(range(32))


def who(id: str) -> Person:
    """One of the people of the demonstration."""
    return next(person for person in PEOPLE if person.id == id)


def reference_b(id: str) -> Secret:
    """That person's 照合番号B."""
    return Secret(SecretKind.REFERENCE_B, who(id).reference_b)


class ListeningSlot(Slot):
    """A slot that remembers every command."""

    def __init__(self) -> None:
        super().__init__(wait=lambda seconds: None)
        self.heard: list[bytes] = []

    def exchange(self, command: bytes, placing: int) -> bytes | None:
        """Remember, then answer."""
        self.heard.append(command)
        return super().exchange(command, placing)

    def secrets_presented(self) -> list[bytes]:
        """The VERIFY commands with a value in them."""
        return [command for command in self.heard if command[1] == 0x20 and len(command) > 5]


def laid(person: str, accidents: Accidents = NO_ACCIDENTS) -> tuple[ListeningSlot, InProcessReader]:
    """A slot with that person's card, and the reader over it."""
    slot = ListeningSlot()
    slot.place(person, accidents)
    return slot, InProcessReader(slot)


@dataclass(frozen=True, slots=True)
class Touched:
    """One file that a command selected, read or presented a secret to, in its application."""

    aid: str
    file: int


def touched(commands: list[bytes]) -> set[Touched]:
    """Every file that was named: by SELECT, or by short identifier in READ BINARY, READ RECORD, VERIFY or signing."""
    found: set[Touched] = set()
    aid = ""
    for command in commands:
        _, ins, p1, p2 = command[:4]
        if ins == 0xA4 and p1 == 0x04:
            aid = command[5:].hex().upper()
        elif ins == 0xA4:
            found.add(Touched(aid, int.from_bytes(command[5:7], "big")))
        elif ins == 0xB0 and p1 & 0x80:
            found.add(Touched(aid, p1 & 0x1F))
        elif ins == 0xB2 and p2 >> 3:
            found.add(Touched(aid, p2 >> 3))
        elif ins in (0x20, 0x2A) and p2 not in (0x00, 0x80):
            found.add(Touched(aid, p2 & 0x1F))
    return found
