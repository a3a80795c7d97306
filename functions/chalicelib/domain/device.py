"""A kiosk as the office knows it: where it stands, which key it signs with, whether it is trusted, and how it says it is."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol

from chalicelib.domain.contents import OfficerId
from content.rules.codes import SIGNS, as_typed, in_groups

DeviceId = NewType("DeviceId", str)
"""A UUID. It is the `keyid` of each signature and no secret."""
CODE_LENGTH = 8
CODE_LIVES = timedelta(minutes=10)
EVENTS_KEPT = 50


class Trust(StrEnum):
    """Whether what a kiosk signs is believed."""

    WAITING = "waiting"
    """A code was made; no kiosk has shown a key yet."""
    TRUSTED = "trusted"
    REVOKED = "revoked"


class DeviceEventKind(StrEnum):
    """What was done about a kiosk."""

    ADDED = "added"
    CODE_MADE = "code_made"
    ENROLLED = "enrolled"
    """By the kiosk itself; no officer is named."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """One thing that was done, and by which officer. reason: of a revocation, one of RevokeReason, or empty."""

    kind: DeviceEventKind
    at: datetime
    by: OfficerId | None = None
    by_name: str = ""
    reason: str = ""


class RevokeReason(StrEnum):
    """Why a kiosk is no longer trusted."""

    LOST = "lost"
    REPLACED = "replaced"
    REPAIR = "repair"
    SUSPICION = "suspicion"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One kiosk. key: its raw Ed25519 public key, 32 bytes; None before the first enrolment.

    code_hash and code_until belong to the latest one-time code. code_key is the key that used it: so the same kiosk may
    ask again when the answer got lost, and nobody else. number grows with each change.
    """

    id: DeviceId
    name: str
    office: str
    desk: str
    trust: Trust
    key: bytes | None = field(default=None, repr=False)
    code_hash: str = field(default="", repr=False)
    code_until: datetime | None = None
    code_key: bytes | None = field(default=None, repr=False)
    events: tuple[DeviceEvent, ...] = ()
    number: int = 0

    def after(self, event: DeviceEvent, **changed: object) -> "Device":
        """The same kiosk after something was done about it."""
        return replace(self, number=self.number + 1, events=(*self.events, event)[-EVENTS_KEPT:], **changed)  # type: ignore[arg-type]  # fields of this class


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a kiosk said of itself, and when the office heard it. No person is in it.

    clock_ahead: seconds by which its clock is ahead of the office's. reader_works, printer_works: None where it does not
    say. unsynced: applications it has not been able to send. refused: those that the office would not take.
    """

    heard_at: datetime
    clock_ahead: int
    agent: str = ""
    content: str = ""
    reader: str = ""
    reader_works: bool | None = None
    printer: str = ""
    printer_works: bool | None = None
    unsynced: int = 0
    oldest_unsynced: datetime | None = None
    refused: int = 0


class Devices(Protocol):
    """The kiosks of the city. Reads are strongly consistent."""

    def get(self, id: DeviceId) -> Device:
        """One kiosk. Raises NotFound."""

    def all(self) -> tuple[tuple[Device, Condition | None], ...]:
        """All of them with what they last said, in the order of their ids; a city has some dozens."""

    def condition(self, id: DeviceId) -> Condition | None:
        """What it last said."""

    def save(self, device: Device) -> None:
        """Store a change: of a new kiosk (number 1), or of what was read as `number - 1`. A code leads to its kiosk from
        then on, until `code_until`. Raises Stale."""

    def by_code(self, code_hash: str) -> DeviceId:
        """The kiosk a one-time code was made for; the code may have run out. Raises NotFound."""

    def heard(self, id: DeviceId, condition: Condition) -> None:
        """Note what it said; the last word stays."""

    def first_time(self, id: DeviceId, nonce: str, *, until: datetime) -> bool:
        """Whether this kiosk has never used the nonce before; it is remembered until then at least."""

    def put_challenge(self, id: DeviceId, challenge: str, *, until: datetime) -> None:
        """Remember a challenge for this kiosk."""

    def take_challenge(self, id: DeviceId, challenge: str, now: datetime) -> bool:
        """Whether it was this kiosk's, still good and unused; it is used up by that."""


def code_of(number: int) -> str:
    """A one-time code as XXXX-XXXX from a random number of 40 bits; no 0, 1, I and O, which people mix up."""
    return in_groups("".join(SIGNS[(number >> shift) & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5)))


def hash_of_code(typed: str) -> str:
    """What is stored of a code: case, width, spaces and hyphens do not matter."""
    signs = "".join(sign for sign in as_typed(typed) if sign in SIGNS)
    return hashlib.sha256(f"kiosk-code/{signs}".encode()).hexdigest()
