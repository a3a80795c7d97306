"""An application (申請): its states, the one table of what may happen, and how an event changes it (design D7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.contents import (
    ApplicationId,
    Attachment,
    CardRead,
    Confirmation,
    Correction,
    Edit,
    FeeDecision,
    HandOverCheck,
    Message,
    Note,
    OfficerId,
    PaidBy,
    Proposal,
    Refund,
    Signature,
    Stop,
    VerifiedIdentity,
)
from chalicelib.domain.errors import IllegalTransition
from content.vocabulary.status import PublicStatus


class State(StrEnum):
    """Where a case stands, in the words of the desk."""

    DRAFT = "draft"
    HELD = "held"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    AWAITING_APPROVAL = "awaiting_approval"
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
    ERASED = "erased"


class Event(StrEnum):
    """What can happen to a case."""

    BEGIN = "begin"
    RECEIVE = "receive"
    FILE = "file"
    LEND = "lend"
    HOLD = "hold"
    TAKE_BACK = "take_back"
    SUPPLEMENT = "supplement"
    CONFIRM = "confirm"
    HAND_IN = "hand_in"
    WIPE = "wipe"
    CALL_DESK = "call_desk"
    REACH_DESK = "reach_desk"
    FINISH_DESK = "finish_desk"
    SKIP_DESK = "skip_desk"
    CONSULT = "consult"
    END_STAY = "end_stay"
    IDENTIFY = "identify"
    SAVE = "save"
    UPDATE_FORM = "update_form"
    ATTACH = "attach"
    DETACH = "detach"
    CHECK_FILE = "check_file"
    REQUEST_LINK = "request_link"
    REQUEST_CODE = "request_code"
    CONFIRM_CONTACT = "confirm_contact"
    SUBMIT = "submit"
    CLAIM = "claim"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    NOTE = "note"
    WRITE = "write"
    ASK = "ask"
    BOUNCE = "bounce"
    REQUEST_CORRECTION = "request_correction"
    CORRECT = "correct"
    AMEND = "amend"
    PROPOSE = "propose"
    RETURN_PROPOSAL = "return_proposal"
    DECIDE_FEE = "decide_fee"
    WAIVE_FEE = "waive_fee"
    RECONSIDER_FEE = "reconsider_fee"
    OPEN_PAYMENT = "open_payment"
    PAY = "pay"
    PAY_AT_DESK = "pay_at_desk"
    RETURN_MONEY = "return_money"
    REFUND = "refund"
    ACCEPT = "accept"
    ISSUE = "issue"
    UNDO_ISSUE = "undo_issue"
    DISPATCH = "dispatch"
    UNDO_DISPATCH = "undo_dispatch"
    DELIVER = "deliver"
    BEGIN_CHECK = "begin_check"
    CONFIRM_CHECK = "confirm_check"
    VOUCH_CHECK = "vouch_check"
    STOP_CHECK = "stop_check"
    LEAVE_CHECK = "leave_check"
    HAND_OVER = "hand_over"
    CONFIRM_ARRIVAL = "confirm_arrival"
    CLOSE = "close"
    REJECT = "reject"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    WITHDRAW_FOR = "withdraw_for"
    EXPIRE = "expire"
    EXPORT = "export"
    WARN = "warn"
    FORGET = "forget"


class Actor(StrEnum):
    """Who makes an event happen."""

    RESIDENT = "resident"
    OFFICER = "officer"
    PROVIDER = "provider"
    TIMER = "timer"


R, D, P, T = Actor.RESIDENT, Actor.OFFICER, Actor.PROVIDER, Actor.TIMER
ENDS = frozenset({State.COMPLETED, State.REJECTED, State.WITHDRAWN, State.EXPIRED})
"""Nothing more is to be decided; the personal data wait for their erasure."""
KIOSK = "kiosk"
"""The channel of what was filed at a kiosk of the counter."""
TABLET = "tablet"
"""The channel of what was written on a tablet at the desk."""
_SENT = tuple(state for state in State if state not in (State.DRAFT, State.HELD, State.ERASED))
"""Every state in which the city has the case and can still read it."""
_ENDED = tuple(state for state in State if state in ENDS)
_PAID = (State.READY_TO_ISSUE, State.ISSUED, State.DISPATCHED, State.DELIVERED, State.COMPLETED, State.REJECTED)
_STAY: tuple[tuple[State, Event, Actor], ...] = (
    # Events that are recorded but leave the case where it is.
    (State.DRAFT, Event.IDENTIFY, R),
    (State.DRAFT, Event.SAVE, R),
    (State.DRAFT, Event.UPDATE_FORM, R),
    (State.DRAFT, Event.REQUEST_LINK, R),
    *((state, event, R) for state in (State.DRAFT, State.CORRECTION_REQUESTED) for event in (Event.ATTACH, Event.DETACH)),
    *((state, Event.CHECK_FILE, T) for state in (State.DRAFT, *_SENT)),
    # A code to the confirmed address opens what the link alone does not: answers, messages, documents.
    *((state, event, R) for state in (State.DRAFT, *_SENT) for event in (Event.REQUEST_CODE, Event.CONFIRM_CONTACT)),
    (State.AWAITING_PAYMENT, Event.OPEN_PAYMENT, R),
    # Another officer goes on with a case whose officer is away; nothing of the case changes but who has it.
    *((state, Event.TAKE_OVER, D) for state in (
        State.IN_REVIEW, State.CORRECTION_REQUESTED, State.AWAITING_APPROVAL, State.AWAITING_PAYMENT,
        State.READY_TO_ISSUE)),
    # Both sides look at what is handed over: the officer begins and vouches, the resident confirms at the kiosk, either stops.
    *((State.ISSUED, event, D) for event in (Event.BEGIN_CHECK, Event.VOUCH_CHECK, Event.STOP_CHECK)),
    *((State.ISSUED, event, R) for event in (Event.CONFIRM_CHECK, Event.LEAVE_CHECK)),
    # The document that the city makes, before it is delivered.
    *((State.READY_TO_ISSUE, event, D) for event in (Event.ATTACH, Event.DETACH)),
    # 職員預かり: the officer adds to what the resident wrote on the tablet, and the resident says that the whole is right.
    (State.HELD, Event.SUPPLEMENT, D),
    (State.HELD, Event.CONFIRM, R),
    # Officers walk to the family (systems.md S15).
    *((State.HELD, event, D) for event in (
        Event.CALL_DESK, Event.REACH_DESK, Event.FINISH_DESK, Event.SKIP_DESK, Event.CONSULT)),
    # What an officer typed for somebody is put right by an officer: nobody else can open it.
    (State.IN_REVIEW, Event.AMEND, D),
    # What officers tell one another; no resident reads it.
    *((state, Event.NOTE, D) for state in _SENT),
    # What the city and the resident write to one another about the case.
    *((state, Event.WRITE, D) for state in _SENT),
    *((state, Event.ASK, R) for state in _SENT),
    # A mail that came back.
    *((state, Event.BOUNCE, P) for state in (State.DRAFT, *_SENT)),
    # Money that came for a decision that no longer stands is given back, wherever the case has gone meanwhile.
    *((state, Event.RETURN_MONEY, P) for state in _SENT),
    # A part of what was paid is given back while the case goes on or has ended.
    *((state, Event.REFUND, D) for state in _PAID),
    *((state, Event.EXPORT, D) for state in _ENDED),
    *((state, Event.WARN, T) for state in _ENDED),
)
_MOVES: tuple[tuple[State, Event, Actor, State], ...] = (
    (State.DRAFT, Event.SUBMIT, R, State.SUBMITTED),
    (State.DRAFT, Event.WITHDRAW, R, State.WITHDRAWN),
    (State.DRAFT, Event.EXPIRE, T, State.EXPIRED),
    # The tablet goes to and fro; the officer may also take it from a hand that has left it (ADR 0031).
    (State.DRAFT, Event.HOLD, R, State.HELD),
    (State.DRAFT, Event.TAKE_BACK, D, State.HELD),
    (State.HELD, Event.LEND, D, State.DRAFT),
    (State.HELD, Event.HAND_IN, D, State.SUBMITTED),
    (State.HELD, Event.END_STAY, D, State.COMPLETED),
    *((state, Event.WIPE, D, State.WITHDRAWN) for state in (State.DRAFT, State.HELD)),
    (State.HELD, Event.EXPIRE, T, State.EXPIRED),
    (State.SUBMITTED, Event.CLAIM, D, State.IN_REVIEW),
    (State.IN_REVIEW, Event.RELEASE, D, State.SUBMITTED),
    (State.IN_REVIEW, Event.REQUEST_CORRECTION, D, State.CORRECTION_REQUESTED),
    (State.CORRECTION_REQUESTED, Event.CORRECT, R, State.IN_REVIEW),
    (State.CORRECTION_REQUESTED, Event.EXPIRE, T, State.EXPIRED),
    # Four eyes: what one officer proposes, another makes happen, by the very same event.
    (State.IN_REVIEW, Event.PROPOSE, D, State.AWAITING_APPROVAL),
    (State.AWAITING_APPROVAL, Event.RETURN_PROPOSAL, D, State.IN_REVIEW),
    *((state, event, D, to) for state in (State.IN_REVIEW, State.AWAITING_APPROVAL) for event, to in (
        (Event.DECIDE_FEE, State.AWAITING_PAYMENT), (Event.WAIVE_FEE, State.READY_TO_ISSUE),
        (Event.ACCEPT, State.COMPLETED), (Event.REJECT, State.REJECTED))),
    (State.AWAITING_PAYMENT, Event.RECONSIDER_FEE, D, State.IN_REVIEW),
    (State.AWAITING_PAYMENT, Event.PAY, P, State.READY_TO_ISSUE),
    (State.AWAITING_PAYMENT, Event.PAY_AT_DESK, D, State.READY_TO_ISSUE),
    (State.AWAITING_PAYMENT, Event.EXPIRE, T, State.EXPIRED),
    (State.READY_TO_ISSUE, Event.ISSUE, D, State.ISSUED),
    (State.READY_TO_ISSUE, Event.DELIVER, D, State.DELIVERED),
    (State.READY_TO_ISSUE, Event.ACCEPT, D, State.COMPLETED),
    # It turned out that it cannot be issued: what was paid goes back with it.
    (State.READY_TO_ISSUE, Event.REJECT, D, State.REJECTED),
    (State.ISSUED, Event.UNDO_ISSUE, D, State.READY_TO_ISSUE),
    (State.ISSUED, Event.DISPATCH, D, State.DISPATCHED),
    (State.ISSUED, Event.HAND_OVER, D, State.DELIVERED),
    (State.DISPATCHED, Event.UNDO_DISPATCH, D, State.ISSUED),
    (State.DISPATCHED, Event.CONFIRM_ARRIVAL, R, State.DELIVERED),
    (State.DISPATCHED, Event.CLOSE, T, State.COMPLETED),
    (State.DELIVERED, Event.CLOSE, T, State.COMPLETED),
    # A decision that was a slip is taken back while nobody has built on it.
    (State.REJECTED, Event.REOPEN, D, State.IN_REVIEW),
    (State.COMPLETED, Event.REOPEN, D, State.IN_REVIEW),
    *((state, event, by, State.WITHDRAWN) for event, by in ((Event.WITHDRAW, R), (Event.WITHDRAW_FOR, D)) for state in (
        State.SUBMITTED, State.IN_REVIEW, State.CORRECTION_REQUESTED, State.AWAITING_APPROVAL, State.AWAITING_PAYMENT)),
    *((state, Event.FORGET, T, State.ERASED) for state in _ENDED),
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

PUBLIC: Mapping[State, PublicStatus] = MappingProxyType({
    State.DRAFT: PublicStatus.DRAFT,
    State.HELD: PublicStatus.DRAFT,
    State.SUBMITTED: PublicStatus.RECEIVED,
    State.IN_REVIEW: PublicStatus.IN_REVIEW,
    State.AWAITING_APPROVAL: PublicStatus.IN_REVIEW,
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
    State.ERASED: PublicStatus.ENDED,
})
"""The few words residents see."""


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
    channel: str = "online"
    """How it came: online, by an officer's hand from counter, post or phone, or from a kiosk or a tablet at the counter."""
    received_by: OfficerId | None = None
    """Who typed it in, or passed it on from the tablet, where the applicant did not send it themselves."""
    received_by_name: str | None = None
    identity_checked: str = field(default="", repr=False)
    """What that officer looked at to know who the applicant is. Sealed: a residence card tells where somebody is from."""
    kiosk: str = ""
    """The device that filed it; only that one asks how it stands. Empty for every other channel."""
    kiosk_name: str = ""
    case_code: str = ""
    """What is printed on the paper in the person's hand: XXXX-XXXX."""
    made_at: datetime | None = None
    """When the person finished at the kiosk. Without a network it reaches us later, at `submitted_at`."""
    card: CardRead | None = field(default=None, repr=False)
    filed_digest: str = field(default="", repr=False)
    """SHA-256 of what the kiosk sent, to know the same message when it comes again. Sealed: few answers can be guessed."""
    check: HandOverCheck | None = None
    checks: int = 0
    """How many hand-over checks were begun."""
    taken_in: tuple[str, ...] = ()
    """Fields whose answers were known before the first question was asked: shown to be confirmed, not asked again."""
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    """What officers changed while they held the case, in order."""
    confirmation: Confirmation | None = field(default=None, repr=False)
    writing_seconds: int = 0
    """How long the resident wrote and looked on the tablet: known when the case is passed on or the stay ends."""
    stops: tuple[Stop, ...] = ()
    """The departments that were called to a family, or that it does not need, each once."""
    asked_as: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Field id → (label, digest of the question) as the applicant saw it, to tell what a new version asks otherwise."""
    confirmed_contact: str | None = field(default=None, repr=False)
    """The mail address that was proved by a code."""
    code_sent_at: datetime | None = None
    codes: int = 0
    """How many codes were sent to the contact."""
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    documents: tuple[Attachment, ...] = field(default=(), repr=False)
    """What the city made for the applicant to open."""
    correction: Correction | None = field(default=None, repr=False)
    proposal: Proposal | None = field(default=None, repr=False)
    outcome: str | None = None
    """What was decided where the result is a notice: an id of the procedure's outcomes."""
    outcome_words: str = field(default="", repr=False)
    fees: tuple[FeeDecision, ...] = ()
    invoice_name: str = field(default="", repr=False)
    """宛名 of the receipt, where the payer wants another name on it."""
    paid_by: PaidBy | None = None
    paid_attempt: str | None = None
    """The key of the attempt whose capture paid the case."""
    refunds: tuple[Refund, ...] = ()
    notes: tuple[Note, ...] = field(default=(), repr=False)
    messages: tuple[Message, ...] = field(default=(), repr=False)
    unanswered: bool = False
    """Whether the last message is the resident's."""
    bounced: bool = False
    """Whether a notice came back and nothing was put right since."""
    exported_in: str | None = None
    """The receipt of the export that held the case."""
    warned_at: datetime | None = None
    """When it was told that the data will be erased."""
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
    def opens(self) -> bool:
        """Whether the applicant has a card or an address to show that the case is theirs; else only the desk can open it."""
        return self.identity is not None or self.confirmed_contact is not None

    @property
    def is_from_kiosk(self) -> bool:
        """Whether a kiosk at the counter filed it: its document is handed over there, and its fee is the counter's."""
        return self.channel == KIOSK

    @property
    def fee(self) -> FeeDecision | None:
        """The fee decision that stands; None before the first, and while it is reconsidered."""
        return self.fees[-1] if self.fees and not self.fees[-1].withdrawn else None

    @property
    def paid_yen(self) -> int:
        """What was paid and has not been given back."""
        return (self.fee.yen if self.paid_at and self.fee else 0) - sum(one.yen for one in self.refunds)

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
