"""What a case is made of beside its state: who applied, what was asked, decided, paid, written and attached."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

ApplicationId = NewType("ApplicationId", str)
"""A UUID that the applicant's browser chose, so that every retry is harmless (design D8)."""
OfficerId = NewType("OfficerId", str)
"""The subject of the staff identity provider."""


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


class Certificate(StrEnum):
    """What is known of the 利用者証明用電子証明書 of the card that lay on a kiosk. Only `good` proves who has come: the card
    was there with its PIN, and nobody has withdrawn it. With every other word an officer looks at the printed card."""

    GOOD = "good"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """It is genuine and in its time, but nobody could say whether it was withdrawn (domain.md §3.2)."""
    NONE = "none"
    """No proof was sent, or what was sent proves nothing; `why` of CardRead says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRead:
    """What a kiosk read from a card, kept as it was read: what an officer changes later stands beside it, never instead.

    kind: one of the kiosk's kinds of cards. birthdate: ISO day, with 00 for a part the card does not know. sex: ISO 5218.
    The four facts are as the card's text application gave them; the certificate shows the card and its PIN, not the text.
    why: a stable word where a proof was sent and proved nothing.
    """

    kind: str = field(repr=False)
    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    address: str = field(repr=False)
    birthdate: str = field(repr=False)
    sex: str = field(default="", repr=False)
    certificate: Certificate = Certificate.NONE
    serial: str = field(default="", repr=False)
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """補記: one answer that an officer changed while they held the case.

    about: field id. before, after: the answer, empty where there was none.
    """

    about: str
    before: str | tuple[str, ...] = field(repr=False)
    after: str | tuple[str, ...] = field(repr=False)
    by: OfficerId
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The resident saw the whole content on the tablet and said that it is right.

    digest: hex SHA-256 of the content that was shown. void_since: when somebody changed it after that.
    """

    digest: str = field(repr=False)
    at: datetime
    void_since: datetime | None = None


class StopState(StrEnum):
    """How far a department is with a family. One that nobody called yet waits and has no Stop."""

    CALLED = "called"
    HERE = "here"
    DONE = "done"
    NOT_NEEDED = "not_needed"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One department's visit to a family. reason: a stable word, where it is not needed or comes later.

    consulted: seconds of 相談 that are over; consulting_since: where one is going on. Consultation is no handling (P06).
    """

    department: str
    state: StopState
    by: OfficerId
    by_name: str
    reason: str = ""
    called_at: datetime | None = None
    here_at: datetime | None = None
    done_at: datetime | None = None
    consulted: int = 0
    consulting_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCheck:
    """The look of two people at the same paper, before it is given away. number: counts the case's checks from 1.

    code: four digits that both screens show. Whoever has confirmed has a moment here; both together hand the paper over.
    """

    number: int
    code: str
    began_at: datetime
    began_by: OfficerId
    until: datetime
    resident_at: datetime | None = None
    officer_at: datetime | None = None
    officer: OfficerId | None = None

    def runs(self, now: datetime) -> bool:
        """Whether it still counts; after `until` everybody begins anew."""
        return now < self.until


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
class Message:
    """What the city or the resident wrote about a case. by: an officer, or None for the resident."""

    by: OfficerId | None
    at: datetime
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """起案: what one officer proposes and another has to approve, where a procedure asks for four eyes (決裁).

    event: the decision's event. lines: of a fee. reason: id of a rejection reason or an outcome.
    """

    event: str
    by: OfficerId
    by_name: str
    at: datetime
    lines: tuple[tuple[str, int], ...] = ()
    reason: str | None = None
    words: str = field(default="", repr=False)


class PaidBy(StrEnum):
    """How the money came."""

    ONLINE = "online"
    CASH = "cash"
    CASHLESS = "cashless"
    """A terminal at the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """還付: a part or all of what was paid, given back. number: counts from 1 within the case."""

    number: int
    yen: int
    reason: str
    by: OfficerId
    at: datetime


class FileStatus(StrEnum):
    """How far a file has come. Nobody opens one before it is clean."""

    EXPECTED = "expected"
    """A place was offered; nothing came yet."""
    CHECKING = "checking"
    CLEAN = "clean"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a case. code: why it was refused.

    pages: how many pictures officers see it as. id also names it in the store; it holds nothing personal.
    """

    id: str
    answers_to: str | None
    """The field it answers; None for a document from the city."""
    name: str = field(repr=False)
    at: datetime
    status: FileStatus
    size: int = 0
    pages: int = 0
    code: str | None = None
