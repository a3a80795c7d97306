"""An application (申請): its states, the one table of what may happen, and how an event changes it (design D7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from chalicelib.domain.errors import IllegalTransition
from content.vocabulary.status import PublicStatus

ApplicationId = NewType("ApplicationId", str)
"""A UUID that the applicant's browser chose, so that every retry is harmless (design D8)."""
OfficerId = NewType("OfficerId", str)
"""The subject of the staff identity provider."""


class State(StrEnum):
    """Where a case stands, in the words of the desk."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CORRECTION_REQUESTED = "correction_requested"
    AWAITING_PAYMENT = "awaiting_payment"
    READY_TO_ISSUE = "ready_to_issue"
    ISSUED = "issued"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Event(StrEnum):
    """What can happen to a case."""

    BEGIN = "begin"
    IDENTIFY = "identify"
    SAVE = "save"
    REQUEST_LINK = "request_link"
    SUBMIT = "submit"
    CLAIM = "claim"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    NOTE = "note"
    REQUEST_CORRECTION = "request_correction"
    CORRECT = "correct"
    DECIDE_FEE = "decide_fee"
    RECONSIDER_FEE = "reconsider_fee"
    OPEN_PAYMENT = "open_payment"
    PAY = "pay"
    RETURN_MONEY = "return_money"
    ISSUE = "issue"
    DISPATCH = "dispatch"
    CONFIRM_ARRIVAL = "confirm_arrival"
    CLOSE = "close"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Actor(StrEnum):
    """Who makes an event happen."""

    RESIDENT = "resident"
    OFFICER = "officer"
    PROVIDER = "provider"
    TIMER = "timer"


R, D, P, T = Actor.RESIDENT, Actor.OFFICER, Actor.PROVIDER, Actor.TIMER
_STAY: tuple[tuple[State, Event, Actor], ...] = (
    # Events that are recorded but leave the case where it is.
    (State.DRAFT, Event.IDENTIFY, R),
    (State.DRAFT, Event.SAVE, R),
    (State.DRAFT, Event.REQUEST_LINK, R),
    (State.AWAITING_PAYMENT, Event.OPEN_PAYMENT, R),
    # Another officer goes on with a case whose officer is away; nothing of the case changes but who has it.
    *((state, Event.TAKE_OVER, D) for state in (State.IN_REVIEW, State.CORRECTION_REQUESTED, State.AWAITING_PAYMENT)),
    # What officers tell one another; no resident reads it.
    *((state, Event.NOTE, D) for state in State if state is not State.DRAFT),
    # Money that came for a decision that no longer stands is given back, wherever the case has gone meanwhile.
    *((state, Event.RETURN_MONEY, P) for state in State if state is not State.DRAFT),
)
_MOVES: tuple[tuple[State, Event, Actor, State], ...] = (
    (State.DRAFT, Event.SUBMIT, R, State.SUBMITTED),
    (State.DRAFT, Event.WITHDRAW, R, State.WITHDRAWN),
    (State.DRAFT, Event.EXPIRE, T, State.EXPIRED),
    (State.SUBMITTED, Event.CLAIM, D, State.IN_REVIEW),
    (State.SUBMITTED, Event.WITHDRAW, R, State.WITHDRAWN),
    (State.IN_REVIEW, Event.RELEASE, D, State.SUBMITTED),
    (State.IN_REVIEW, Event.REQUEST_CORRECTION, D, State.CORRECTION_REQUESTED),
    (State.IN_REVIEW, Event.DECIDE_FEE, D, State.AWAITING_PAYMENT),
    (State.IN_REVIEW, Event.REJECT, D, State.REJECTED),
    (State.IN_REVIEW, Event.WITHDRAW, R, State.WITHDRAWN),
    (State.CORRECTION_REQUESTED, Event.CORRECT, R, State.IN_REVIEW),
    (State.CORRECTION_REQUESTED, Event.WITHDRAW, R, State.WITHDRAWN),
    (State.CORRECTION_REQUESTED, Event.EXPIRE, T, State.EXPIRED),
    (State.AWAITING_PAYMENT, Event.RECONSIDER_FEE, D, State.IN_REVIEW),
    (State.AWAITING_PAYMENT, Event.PAY, P, State.READY_TO_ISSUE),
    (State.AWAITING_PAYMENT, Event.WITHDRAW, R, State.WITHDRAWN),
    (State.AWAITING_PAYMENT, Event.EXPIRE, T, State.EXPIRED),
    (State.READY_TO_ISSUE, Event.ISSUE, D, State.ISSUED),
    (State.ISSUED, Event.DISPATCH, D, State.DISPATCHED),
    (State.DISPATCHED, Event.CONFIRM_ARRIVAL, R, State.DELIVERED),
    (State.DISPATCHED, Event.CLOSE, T, State.COMPLETED),
    (State.DELIVERED, Event.CLOSE, T, State.COMPLETED),
)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: who may do it, and where the case stands after it."""

    by: Actor
    to: State


TRANSITIONS: Mapping[tuple[State, Event], Transition] = MappingProxyType(
    {(state, event): Transition(by, to) for state, event, by, to in _MOVES}
    | {(state, event): Transition(by, state) for state, event, by in _STAY}
)
"""The whole truth about what may happen; docs/state-machine.md is drawn from it."""

ENDS = frozenset({State.COMPLETED, State.REJECTED, State.WITHDRAWN, State.EXPIRED})

PUBLIC: Mapping[State, PublicStatus] = MappingProxyType({
    State.DRAFT: PublicStatus.DRAFT,
    State.SUBMITTED: PublicStatus.RECEIVED,
    State.IN_REVIEW: PublicStatus.IN_REVIEW,
    State.CORRECTION_REQUESTED: PublicStatus.NEEDS_YOU,
    State.AWAITING_PAYMENT: PublicStatus.TO_PAY,
    State.READY_TO_ISSUE: PublicStatus.PREPARING,
    State.ISSUED: PublicStatus.PREPARING,
    State.DISPATCHED: PublicStatus.SENT,
    State.DELIVERED: PublicStatus.DONE,
    State.COMPLETED: PublicStatus.DONE,
    State.REJECTED: PublicStatus.ENDED,
    State.WITHDRAWN: PublicStatus.ENDED,
    State.EXPIRED: PublicStatus.ENDED,
})
"""The few words residents see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedIdentity:
    """基本4情報 as the identity provider vouched for them, and how surely.

    birthdate: ISO day. gender: ISO 5218 ("0" unknown, "1" male, "2" female, "9" other). subject: pairwise id.
    """

    subject: str
    name: str = field(repr=False)
    address: str = field(repr=False)
    birthdate: str = field(repr=False)
    gender: str = field(repr=False)
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The applicant's electronic signature over the content (住民基本台帳法施行規則).

    digest: hex SHA-256 of the exact text that was shown. certificate_serial: of the 署名用電子証明書.
    """

    digest: str
    certificate_serial: str
    signature: str = field(repr=False)
    certificate: str = field(repr=False)
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an officer asks the resident to put right: only these fields can be changed."""

    fields: tuple[str, ...]
    reason: str
    words: str = field(repr=False)
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeDecision:
    """金額決定: a numbered decision that a payment is bound to. `lines` are (what, yen)."""

    number: int
    lines: tuple[tuple[str, int], ...]
    decided_by: OfficerId
    decided_at: datetime
    withdrawn: bool = False

    @property
    def yen(self) -> int:
        """The whole amount."""
        return sum(yen for _, yen in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """庁内の覚え書き: what one officer leaves for the others about a case."""

    by: OfficerId
    by_name: str
    at: datetime
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One case, from the first tap to its end. `version` counts its events; a write is conditional on it."""

    id: ApplicationId
    procedure: str
    procedure_version: int
    department: str
    reference: str
    state: State
    state_since: datetime
    created_at: datetime
    version: int
    last_hash: str
    answers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, repr=False)
    before_correction: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, repr=False)
    """The answers as they were before the last correction, so that changes can be marked."""
    identity: VerifiedIdentity | None = field(default=None, repr=False)
    signature: Signature | None = field(default=None, repr=False)
    officer: OfficerId | None = None
    officer_name: str | None = None
    correction: Correction | None = field(default=None, repr=False)
    fees: tuple[FeeDecision, ...] = ()
    notes: tuple[Note, ...] = field(default=(), repr=False)
    attempts: int = 0
    """How many payment attempts were opened under the present fee decision."""
    links: int = 0
    """How many resume links were sent."""
    ended_because: str | None = None
    tracking: str | None = None
    submitted_at: datetime | None = None
    paid_at: datetime | None = None
    issued_at: datetime | None = None
    dispatched_at: datetime | None = None
    due: datetime | None = None
    """When the timer acts on the case if nobody does before."""

    @property
    def public(self) -> PublicStatus:
        """What the resident sees."""
        return PUBLIC[self.state]

    @property
    def fee(self) -> FeeDecision | None:
        """The fee decision that stands; None before the first, and while it is reconsidered."""
        return self.fees[-1] if self.fees and not self.fees[-1].withdrawn else None

    def allows(self, event: Event, by: Actor) -> bool:
        """Whether the table lets `by` make `event` happen now."""
        row = TRANSITIONS.get((self.state, event))
        return row is not None and row.by is by


def advance(application: Application, event: Event, by: Actor, *, at: datetime) -> Application:
    """Return the application after `event`; the argument is unchanged.

    at: aware UTC instant. Raises IllegalTransition for a pair outside TRANSITIONS or an actor who may not.
    """
    row = TRANSITIONS.get((application.state, event))
    if row is None or row.by is not by:
        raise IllegalTransition(f"{event} by {by} in {application.state}")
    since = application.state_since if row.to is application.state else at
    return replace(application, state=row.to, state_since=since, version=application.version + 1)
