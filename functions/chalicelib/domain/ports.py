"""What the domain needs of the world, as protocols. Each has a real adapter and a fake held to the same tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.application import Application, State
from chalicelib.domain.audit import Entry, EntryPage, Head, Seal, StoredSeal, Trail
from chalicelib.domain.contents import ApplicationId, OfficerId, Signature, VerifiedIdentity
from chalicelib.domain.file import Checked, Refused
from chalicelib.domain.history import Happened, Look
from chalicelib.domain.ledger import BookDay, Closing, LedgerLine
from chalicelib.domain.outbox import Effect, Letter
from chalicelib.domain.payment import Attempt, AttemptStatus, Said
from chalicelib.domain.receipts import Held, Receipt, ReceiptLine, Taking
from chalicelib.domain.task import Task

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
    channel: str = "online"
    made_at: datetime | None = None
    """When the person finished at a kiosk; long before `submitted_at` where there was no network."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A piece of a queue. next: what to ask with for the piece after it; None at the end."""

    rows: tuple[QueueRow, ...]
    next: str | None = None


class Applications(Protocol):
    """The cases. A read is strongly consistent; a write is one transaction or nothing."""

    def get(self, id: ApplicationId) -> Application:
        """The case. Raises NotFound."""

    def reserve(self, id: ApplicationId) -> None:
        """Make the key of a case before its first event, so that its link can be made; of an existing one nothing changes."""

    def write(self, application: Application, happened: Happened, *, effects: Sequence[Effect] = (),
              attempt: Attempt | None = None, said: Said | None = None, link: str | None = None,
              was: State | None = None, person: str | None = None, ledger: Sequence[LedgerLine] = ()) -> None:
        """Store a case after one event, with the event, its effects, and what belongs to it, in one transaction.

        Conditional on the version before. Raises Stale when another write came first, and AlreadyThere when
        `happened` is the first event of an id that exists. link: hash of a secret link that shall lead here.
        was: the state before, where the case was counted in it. person: hash of who has shown that the case is theirs;
        it leads to the case until the case is erased. An erased case loses its key in the same transaction.
        ledger: lines of one department and day for the money that moved. Raises DayClosed, a kind of Stale, where that
        day was closed.
        """

    def history(self, id: ApplicationId) -> tuple[Happened, ...]:
        """All events in order."""

    def queue(self, department: str, state: State, *, after: str | None = None, most: int = 100, newest: bool = False,
              procedure: str | None = None) -> QueuePage:
        """The cases of a department in one state, the oldest first, or the newest; as many as one read gives.

        With a procedure a piece may hold few cases, or none, and have a `next` all the same.
        """

    def mine(self, department: str, officer: OfficerId, *, after: str | None = None, most: int = 100) -> QueuePage:
        """The open cases an officer has, the oldest first."""

    def counts(self, department: str) -> Mapping[State, int]:
        """How many cases of a department are in each state, exactly."""

    def look(self, look: Look) -> None:
        """Log that an officer opened a case."""

    def looks(self, id: ApplicationId, since: datetime) -> tuple[Look, ...]:
        """Who has opened the case since then, in order."""

    def several(self, ids: Sequence[ApplicationId]) -> Mapping[ApplicationId, Application]:
        """Up to 100 cases at once; one that is erased or unknown is absent."""

    def to_export(self, department: str, procedure: str, most: int) -> tuple[Held, ...]:
        """Cases that have ended and were in no export yet, the oldest end first. It follows the writes within moments."""

    def how_many_to_export(self, department: str, procedure: str, most: int) -> int:
        """How many such cases there are, counted up to `most`."""

    def by_reference(self, reference: str) -> ApplicationId:
        """The case of a reference number. Raises NotFound."""

    def by_case_code(self, code: str) -> tuple[ApplicationId, ...]:
        """The cases that a kiosk filed under a printed code: one; more only by a chance of 2⁻⁴⁰, or a broken kiosk."""

    def of_person(self, person: str) -> tuple[ApplicationId, ...]:
        """The cases of somebody who has proved who they are, the newest last; at most 20."""

    def by_link(self, link_hash: str) -> tuple[ApplicationId, str]:
        """The case a secret link leads to and the link's purpose. Raises NotFound."""

    def due(self, before: datetime) -> tuple[ApplicationId, ...]:
        """Cases whose `due` has passed, the oldest first; at most 100."""

    def secret(self, id: ApplicationId, purpose: str) -> str:
        """A secret of ≥ 128 bits made from the case's own key, for a link; the same each time, gone with the key."""

    def seal(self, id: ApplicationId, plain: bytes, place: str) -> bytes:
        """`plain` closed under the case's own key for `place`: what lies outside the store ends with the key too.

        Raises NotFound when the case has no key.
        """

    def unseal(self, id: ApplicationId, sealed: bytes, place: str) -> bytes:
        """What was sealed for this case and place. Raises NotFound when the key was erased, and an error that nobody
        expects when the bytes were altered or moved."""


class Audit(Protocol):
    """The audit trail by day in Japan: it reads what the cases wrote, and keeps one seal for each day."""

    def entries(self, day: date) -> Iterator[Entry]:
        """Everything of a day in order. The index behind it follows the cases within moments, not at once."""

    def page(self, day: date, *, after: str | None = None, most: int = 50, officer: OfficerId | None = None) -> EntryPage:
        """A piece of a day: what officers looked at and did with cases; of one officer where `officer` is given. Downloads
        of exports stand with their receipts."""

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

    def open_attempts(self, *, after: str | None = None) -> tuple[Attempt, ...]:
        """Attempts that are not known to have ended, by key; at most 100, those after the key `after`."""

    def close(self, key: str) -> None:
        """Take an attempt from the open ones: its end is known."""


class Tasks(Protocol):
    """What officers must look at. Reads are strongly consistent."""

    def put(self, task: Task) -> None:
        """Open a task. The same id again changes nothing, also when it was done meanwhile."""

    def open(self, department: str | None) -> tuple[Task, ...]:
        """What is not done, the oldest first; at most 100."""

    def get(self, department: str | None, id: str) -> Task:
        """One task, done or not. Raises NotFound."""

    def done(self, task: Task, *, by: OfficerId, name: str, at: datetime) -> None:
        """Somebody has dealt with it. Raises Stale when somebody else was first."""


class Books(Protocol):
    """The ledger's days beside the cases. Lines of cases are written with their event (Applications.write).

    Reads are strongly consistent. Nothing is ever changed or removed.
    """

    def day(self, department: str, day: date) -> BookDay:
        """A day; one without lines that is open, when nothing is known of it."""

    def days(self, department: str, month: str) -> tuple[BookDay, ...]:
        """The days of a month (2026-11) that have lines or a closing, the earliest first."""

    def lines(self, day: date, department: str | None = None) -> tuple[LedgerLine, ...]:
        """The lines of a day, of one department or of all, in the order in which the money moved."""

    def enter(self, line: LedgerLine) -> None:
        """A line that belongs to no event of a case. Raises AlreadyThere for a known id, DayClosed."""

    def close(self, closing: Closing, *, task: Task | None = None) -> None:
        """Close the day, with a task for the head in the same transaction.

        Raises Stale when it is closed already, or has not the number of lines that the closing says.
        """


class Receipts(Protocol):
    """The receipts of exports. A read is strongly consistent."""

    def begin(self, receipt: Receipt) -> Receipt:
        """Store a new receipt. Where the department has one of that number, that one is given and nothing is written.

        Raises Stale while another writes it.
        """

    def get(self, department: str, number: str) -> Receipt:
        """The whole receipt. Raises NotFound."""

    def complete(self, receipt: Receipt) -> None:
        """Store what an open receipt holds in the end. Raises Stale when it is not open any more."""

    def of(self, department: str, most: int = 50) -> tuple[ReceiptLine, ...]:
        """The newest receipts of a department, the newest first."""

    def take(self, taking: Taking) -> None:
        """Log one download."""

    def takings(self, department: str, number: str) -> tuple[Taking, ...]:
        """All downloads of a receipt, in order."""


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
    """Where the resident goes on: the page, or the voucher to pay by; empty when there is nowhere to go."""
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
    """The payment service. Raises ProviderDown when it cannot be asked, or its answer cannot be used."""

    def open(self, key: str, yen: int, *, back_to: str, expires_at: datetime) -> Checkout:
        """Open the page for an attempt. The same key gives the same checkout, also one that has ended meanwhile.

        The page ends at `expires_at` or up to 15 minutes later, as the answer says.
        """

    def inquire(self, checkout: str) -> Checkout:
        """How it stands now. The way to ask about an attempt that we hold."""

    def find(self, key: str, *, since: datetime) -> Checkout | None:
        """The checkout of an attempt key, where one was opened since then: for a page whose opening was not noted.

        Providers cannot all search by our key, and this may read every page opened since; so callers that hold the
        provider's id use `inquire`.
        """

    def close(self, checkout: str) -> Checkout:
        """End an open checkout; one that is not open is answered as it is (it may be paid)."""

    def refund(self, checkout: str, yen: int, *, key: str) -> None:
        """Give back. The same key refunds once, however much later it is asked again. Raises ProviderRefused where it
        will never be done."""

    def captured_on(self, day: date) -> tuple[Checkout, ...]:
        """Every checkout that was captured on a day in Japan, whatever has been given back of it since."""

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice | None:
        """Verify and read a webhook over its raw bytes; None for news that is not about a checkout of ours.

        Raises ForgedNotice. The adapter may ask the provider how the checkout stands now.
        """


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


class TextMessages(Protocol):
    """Sends an SMS. The same id twice is one text where the service can tell. Raises ProviderDown."""

    def send(self, id: str, *, to: str, text: str) -> None:
        """Hand over one text. to: eleven digits that begin with 070, 080 or 090. Japanese text has 70 characters in one
        part, 67 in each of several; every part costs. At most 660."""


class Letters(Protocol):
    """Notices that wait to be printed, by department. One that was printed stays a day, so that it can be taken back."""

    def put(self, letter: Letter) -> None:
        """Keep one; a second one of the same id changes nothing."""

    def of(self, department: str) -> tuple[Letter, ...]:
        """Those that wait and those printed within a day, the oldest first; at most 200."""

    def printed(self, letter: Letter, by: OfficerId, at: datetime) -> bool:
        """Note that it was printed; False when somebody had noted it, or taken it away."""

    def not_printed(self, letter: Letter) -> None:
        """Take the note back."""


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
    """Counts failed look-ups of secrets by where they came from, and what else must not happen too often."""

    def too_many(self, place: str, now: datetime, most: int = 10, seconds: int = 600) -> bool:
        """Whether the place has failed `most` times in this window of `seconds`, or what else is counted so has happened."""

    def failed(self, place: str, now: datetime, seconds: int = 600) -> None:
        """Count one failure. One place is always counted in windows of the same length."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A form by which a browser posts one file straight into quarantine: multipart/form-data to `url`, first all
    `fields`, last the file under the name `file`. Works without JavaScript."""

    url: str
    fields: Mapping[str, str] = field(repr=False)


UPLOAD_LONGEST = timedelta(minutes=10)
"""How long an upload form may be valid; a form lies in a page's source, so it must be stale before it is found."""


class Uploads(Protocol):
    """Two shelves of an object store: quarantine, into which browsers post, and clean, which only we write.

    A key is ASCII letters, digits, `/`, `_` and `-`, at most 200; other keys raise ValueError. Quarantine is swept after
    three days by the store itself. Raises ProviderDown when the store does not answer.
    """

    def offer(self, key: str, *, most_bytes: int, expires_at: datetime, back_to: str | None) -> UploadForm:
        """A form for exactly this key and 1 to `most_bytes` bytes, ending at `expires_at` and after UPLOAD_LONGEST at most.

        back_to: where the browser is led afterwards; the store adds bucket, key and etag to it, which prove nothing.
        Without it the store answers 204.
        """

    def arrived(self, key: str) -> int | None:
        """Bytes of the file in quarantine; None when nothing came."""

    def take(self, key: str) -> bytes:
        """The file in quarantine, which stays there. Raises NotFound."""

    def drop(self, key: str) -> None:
        """Remove it from quarantine; nothing there is fine."""

    def keep(self, key: str, data: bytes) -> None:
        """Store as clean, durably; the same key again replaces."""

    def open(self, key: str) -> bytes:
        """What was kept. Raises NotFound."""

    def forget(self, key: str) -> None:
        """Remove it from clean; nothing there is fine."""


class Verdict(StrEnum):
    """What a virus scanner says of bytes."""

    CLEAN = "clean"
    INFECTED = "infected"


class Scanner(Protocol):
    """A virus scanner."""

    def scan(self, data: bytes) -> Verdict:
        """Raises ProviderDown when it cannot answer; nothing passes unscanned."""


class FileCheck(Protocol):
    """Reads a file's content and makes our own pictures of it."""

    def check(self, data: bytes) -> Checked | Refused:
        """Never raises for any content; a file that takes too long or too much memory is refused."""


class PostalCodes(Protocol):
    """The postal codes of Japan (日本郵便 KEN_ALL)."""

    def address(self, code: str) -> str | None:
        """Prefecture, municipality and neighbourhood of seven digits; None for a code that does not exist."""
