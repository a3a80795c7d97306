"""What the counter asks of the city's office over the network, as one protocol: the real client, or a fake in tests.

The messages are those of `tests/contract/kiosk/`, which both sides read. Every call may raise Offline: then nothing is
known about whether the office has heard it, and the same call with the same id is made again later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from content.rules.answers import Answers
from kiosk_agent.errors import KioskError


class Offline(KioskError):
    """The office does not answer: no network, or it is down. Ask again later, with the same id."""


class NotTrusted(KioskError):
    """The office does not know this kiosk, or has withdrawn its trust. An officer must enrol it again."""


class Refused(KioskError):
    """The office will not take this message, however often it comes. `code` is stable and says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CardProof:
    """A challenge of the office, answered by the card's 利用者証明用 key."""

    challenge: str
    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One application made at the counter. The kiosk chooses the id (a UUID), so sending it again does no harm."""

    id: str
    procedure: str
    version: int
    case_code: str
    """What is printed on the paper or the ticket: XXXX-XXXX."""
    made_at: datetime
    """Aware UTC: when the person finished, which may be long before the network came back."""
    answers: Answers = field(repr=False)
    applicant: Mapping[str, Any] = field(repr=False)
    """GIF names: fullName, fullNameKana, fullAddress, dateOfBirth, sex."""
    card: str = ""
    """The kind of card it was read from, or empty."""
    proof: CardProof | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """An application whose person left before getting its number: nobody would come for it, so the office takes it back."""

    id: str
    at: datetime
    """Aware UTC: when they left."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What the office answers. certificate: good, revoked, unknown, expired or none (no proof was sent)."""

    id: str
    reference: str
    status: str
    """A PublicStatus."""
    certificate: str
    fee_yen: int | None = None
    waits_for_check: bool = False
    """The officer has the paper in hand and both screens show the hand-over check."""
    check_code: str = ""
    """Four digits that both screens show."""
    check_words: tuple[str, ...] = ()
    """What is handed over, in the few words that both screens show: 住民票の写し, 2通, 600円."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a resident filled in on the phone beforehand, fetched by the code they were given."""

    procedure: str
    version: int
    answers: Answers = field(repr=False)
    applicant: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Signage:
    """What the idle screen shows."""

    lines: Sequence[str] = ()


class Office(Protocol):
    """The city's office as this kiosk sees it."""

    def report(self, condition: Mapping[str, Any]) -> datetime:
        """Tell how this kiosk is (versions, reader, printer, unsynced); the answer is the office's clock."""
        ...

    def challenge(self) -> str:
        """A fresh challenge for a card's key, in Base64; good for ten minutes and for this kiosk only."""
        ...

    def file(self, filing: Filing) -> Filed:
        """Send an application. The same id with the same content again gives the same answer. Raises Refused."""
        ...

    def filed(self, id: str) -> Filed:
        """How that application stands. Raises Refused('not-found')."""
        ...

    def confirm(self, id: str, check_code: str) -> Filed:
        """The person has looked at the check screen of that code and says that the paper is theirs. Raises Refused."""
        ...

    def stop(self, id: str) -> Filed:
        """The person says that the paper is not theirs, or has left: the officer's screen says so. Raises Refused."""
        ...

    def withdraw(self, id: str) -> Filed:
        """The person left before the number was given: take the application back. Raises Refused: 'not-found' where it never
        came, else when it has gone too far."""
        ...

    def prepared(self, code: str) -> Prepared:
        """What was filled in on the phone under that code. Raises Refused('not-found' | 'expired' | 'too-many')."""
        ...
