"""What the domain needs of the world, as protocols. Each has a real adapter and a fake held to the same tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.application import Application, State
from chalicelib.domain.audit import Entry, EntryPage, Head, Seal, StoredSeal, Trail
from chalicelib.domain.contents import ApplicationId, OfficerId, Signature, VerifiedIdentity
from chalicelib.domain.history import Happened, Look
from chalicelib.domain.outbox import Effect
from chalicelib.domain.payment import Attempt, AttemptStatus, Said

Clock = Callable[[], datetime]
"""The present moment, aware UTC."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in an officer's queue; no personal data, so a passing eye learns nothing."""

    id: ApplicationId
    reference: str
    procedure: str
    state: State
    state_since: datetime
    submitted_at: datetime | None
    officer: OfficerId | None
    officer_name: str | None
    unanswered: bool = False
    bounced: bool = False


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A piece of a queue. next: what to ask with for the piece after it; None at the end."""

    rows: tuple[QueueRow, ...]
    next: str | None = None


class Applications(Protocol):
    """The cases. A read is strongly consistent; a write is one transaction or nothing."""

    def get(self, id: ApplicationId) -> Application:
        """The case. Raises NotFound."""

    def write(self, application: Application, happened: Happened, *, effects: Sequence[Effect] = (),
              attempt: Attempt | None = None, said: Said | None = None, link: str | None = None,
              was: State | None = None) -> None:
        """Store a case after one event, with the event, its effects, and what belongs to it, in one transaction.

        Conditional on the version before. Raises Stale when another write came first, and AlreadyThere when
        `happened` is the first event of an id that exists. link: hash of a secret link that shall lead here.
        was: the state before, where the case was counted in it. An erased case loses its key in the same transaction.
        """

    def history(self, id: ApplicationId) -> tuple[Happened, ...]:
        """All events in order."""

    def queue(self, department: str, state: State, *, after: str | None = None, most: int = 100, newest: bool = False,
              procedure: str | None = None) -> QueuePage:
        """The cases of a department in one state, the oldest first, or the newest; as many as one read gives."""

    def mine(self, department: str, officer: OfficerId, *, after: str | None = None, most: int = 100) -> QueuePage:
        """The open cases an officer has, the oldest first."""

    def counts(self, department: str) -> Mapping[State, int]:
        """How many cases of a department are in each state, exactly."""

    def look(self, look: Look) -> None:
        """Log that an officer opened a case."""

    def looks(self, id: ApplicationId, since: datetime) -> tuple[Look, ...]:
        """Who has opened the case since then, in order."""

    def by_reference(self, reference: str) -> ApplicationId:
        """The case of a reference number. Raises NotFound."""

    def by_link(self, link_hash: str) -> tuple[ApplicationId, str]:
        """The case a secret link leads to and the link's purpose. Raises NotFound."""

    def due(self, before: datetime) -> tuple[ApplicationId, ...]:
        """Cases whose `due` has passed, the oldest first; at most 100."""

    def secret(self, id: ApplicationId, purpose: str) -> str:
        """A secret of ≥ 128 bits made from the case's own key, for a link; the same each time, gone with the key."""


class Audit(Protocol):
    """The audit trail by day in Japan: it reads what the cases wrote, and keeps one seal for each day."""

    def entries(self, day: date) -> Iterator[Entry]:
        """Everything of a day in order. The index behind it follows the cases within moments, not at once."""

    def page(self, day: date, *, after: str | None = None, most: int = 50, officer: OfficerId | None = None) -> EntryPage:
        """A piece of a day: what officers looked at and did; of one officer where `officer` is given."""

    def trail(self, id: ApplicationId) -> Trail:
        """Everything of one case, read from the case itself."""

    def heads(self, ids: Sequence[ApplicationId]) -> Mapping[ApplicationId, Head]:
        """What cases say about themselves without their keys; at most 100. One that is not there is left out."""

    def seals(self, first: date, last: date) -> tuple[StoredSeal, ...]:
        """The seals of these days in order."""

    def last_seal(self) -> StoredSeal | None:
        """The seal of the latest day that has one."""

    def close(self, seal: Seal) -> bool:
        """Store a day's seal; False when the day has one, which then stays as it is."""


class Payments(Protocol):
    """What was opened and said; the attempts of a case are few."""

    def attempt(self, key: str) -> Attempt:
        """Raises NotFound."""

    def said(self, key: str) -> tuple[Said, ...]:
        """All that the provider said of an attempt."""

    def note(self, said: Said) -> None:
        """Keep one thing said that changes nothing; a repeat is harmless."""

    def open_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that are not known to have ended; at most 100."""

    def close(self, key: str) -> None:
        """Take an attempt from the open ones: its end is known."""


class Outbox(Protocol):
    """What must still leave. A row is leased, done, and then removed; a lease that ran out is given again."""

    def lease(self, now: datetime, most: int) -> tuple[Effect, ...]:
        """Up to `most` effects whose time has come, each reserved for a minute."""

    def done(self, effect: Effect) -> None:
        """It has left; never give it again."""

    def failed(self, effect: Effect, retry_at: datetime) -> None:
        """It did not leave; give it again at `retry_at`."""

    def waiting(self) -> int:
        """How many have not left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """The provider's view of one attempt."""

    id: str
    reference: str
    url: str
    yen: int
    status: AttemptStatus
    captured: int
    refunded: int
    captured_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A verified webhook: which checkout it is about, and what it says."""

    id: str
    checkout: Checkout


class PaymentProvider(Protocol):
    """The payment service. Raises ProviderDown when it cannot be asked."""

    def open(self, key: str, yen: int, *, back_to: str, expires_at: datetime) -> Checkout:
        """Open the page for an attempt. The same key gives the same checkout."""

    def inquire(self, checkout: str) -> Checkout:
        """How it stands now."""

    def find(self, key: str) -> Checkout | None:
        """The checkout of an attempt key, where the provider has one."""

    def close(self, checkout: str) -> Checkout:
        """End an open checkout; one that is not open is answered as it is (it may be paid)."""

    def refund(self, checkout: str, yen: int, *, key: str) -> None:
        """Give back. The same key refunds once."""

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice:
        """Verify and read a webhook over its raw bytes. Raises ForgedNotice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStart:
    """A login that was begun: where to send the browser, and what to remember until it comes back."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    transaction: str | None = None


class ResidentIdentity(Protocol):
    """The resident's identity provider (マイナアプリ). Raises IdentityRefused or ProviderDown."""

    def start(self) -> LoginStart:
        """Begin to ask for 基本4情報."""

    def finish(self, started: LoginStart, *, code: str, now: datetime) -> VerifiedIdentity:
        """Redeem the code; the person is who the card says."""

    def start_signing(self, digest: str) -> LoginStart:
        """Begin a signature over a hex SHA-256 digest."""

    def finish_signing(self, started: LoginStart, digest: str, *, code: str, now: datetime) -> tuple[str, Signature]:
        """Redeem the code: the pairwise subject, and the verified signature over `digest`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffClaims:
    """What the staff identity provider says of an officer."""

    subject: OfficerId
    name: str
    municipality: str
    department: str
    roles: tuple[str, ...]


class StaffIdentity(Protocol):
    """The city's own login (OIDC). Raises IdentityRefused or ProviderDown."""

    def start(self) -> LoginStart:
        """Begin a login."""

    def finish(self, started: LoginStart, *, code: str, now: datetime) -> StaffClaims:
        """Redeem the code."""

    def end_url(self) -> str | None:
        """Where to send the browser to end the provider's session too."""


class Mailer(Protocol):
    """Sends a mail. The same id twice is one mail where the service can tell. Raises ProviderDown."""

    def send(self, id: str, *, to: str, subject: str, text: str) -> None:
        """Hand over one plain-text mail."""


class Sessions(Protocol):
    """Server-side sessions. The browser holds only a random id; the store holds only its hash."""

    def get(self, id: str, now: datetime) -> Mapping[str, object] | None:
        """What the session holds; None when there is none or it ran out."""

    def put(self, id: str, holds: Mapping[str, object], *, expires_at: datetime) -> None:
        """Store the whole session."""

    def drop(self, id: str) -> None:
        """End it at once."""


class Tallies(Protocol):
    """Counts of results that were looked at: no person, no device, no time of day."""

    def add(self, day: date, what: str) -> None:
        """One more of `what` on a day in Japan."""

    def of_month(self, month: str) -> Mapping[tuple[date, str], int]:
        """All counts of a month, written as 2026-11."""


class Attempts(Protocol):
    """Counts failed look-ups of secrets by where they came from."""

    def too_many(self, place: str, now: datetime) -> bool:
        """Whether the place has failed too often in this window."""

    def failed(self, place: str, now: datetime) -> None:
        """Count one failure."""
