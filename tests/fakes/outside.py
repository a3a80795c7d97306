"""The world outside in memory: payment provider, identity providers, mail, sessions, look-up counts."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.contents import OfficerId, Signature, VerifiedIdentity
from chalicelib.domain.errors import ForgedNotice, IdentityRefused, ProviderDown, ProviderRefused
from chalicelib.domain.payment import AttemptStatus
from chalicelib.domain.ports import Checkout, LoginStart, Notice, StaffClaims
from content.rules.opening import JAPAN


class FakeProvider:
    """A payment provider whose captures a test makes; `down` makes every call fail, `refuses` every refund."""

    def __init__(self) -> None:
        self.checkouts: dict[str, Checkout] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self.down = False
        self.refuses = False
        self.broken: set[str] = set()
        """Checkouts about which it cannot answer."""

    def _answers(self) -> None:
        if self.down:
            raise ProviderDown("payment")

    def open(self, key: str, yen: int, *, back_to: str, expires_at: datetime) -> Checkout:
        self._answers()
        return self.checkouts.setdefault(key, Checkout(
            id=f"co_{key}", reference=key, url=f"https://pay.example/{key}", yen=yen, status=AttemptStatus.OPEN,
            captured=0, refunded=0, captured_at=None, expires_at=expires_at))

    def inquire(self, checkout: str) -> Checkout:
        self._answers()
        if checkout in self.broken:
            raise ProviderDown("payment")
        return self.checkouts[checkout.removeprefix("co_")]

    def find(self, key: str, *, since: datetime) -> Checkout | None:
        self._answers()
        return self.checkouts.get(key)

    def close(self, checkout: str) -> Checkout:
        key = checkout.removeprefix("co_")
        if self.inquire(checkout).status is AttemptStatus.OPEN:
            self.checkouts[key] = replace(self.checkouts[key], status=AttemptStatus.EXPIRED)
        return self.checkouts[key]

    def refund(self, checkout: str, yen: int, *, key: str) -> None:
        self._answers()
        if self.refuses:
            raise ProviderRefused("refund")
        self.refunds.setdefault(key, (checkout, yen))

    def captured_on(self, day: date) -> tuple[Checkout, ...]:
        self._answers()
        return tuple(one for one in self.checkouts.values()
                     if one.captured_at is not None and one.captured_at.astimezone(JAPAN).date() == day)

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice | None:
        if headers.get("signature") != "right":
            raise ForgedNotice("signature")
        said = json.loads(body)
        if said["reference"] not in self.checkouts:
            return None
        return Notice(id=said["id"], checkout=self.checkouts[said["reference"]])

    def pay(self, key: str, at: datetime) -> Checkout:
        """The resident pays on the provider's page."""
        paid = replace(self.checkouts[key], status=AttemptStatus.PAID, captured=self.checkouts[key].yen, captured_at=at)
        self.checkouts[key] = paid
        return paid

    def expire(self, key: str) -> Checkout:
        """The provider's page runs out."""
        self.checkouts[key] = replace(self.checkouts[key], status=AttemptStatus.EXPIRED)
        return self.checkouts[key]


HANAKO = {"subject": "ppid-hanako", "name": "指宿　花子", "address": "鹿児島県指宿市十町２４２４番地",
          "birthdate": "1985-03-15", "gender": "2"}


class FakeResidents:
    """The resident's identity provider. `person` is who holds the card to the phone; `refuse` makes it say no."""

    def __init__(self) -> None:
        self.person: dict[str, str] = dict(HANAKO)
        self.refuse: str | None = None
        self._number = 0

    def _start(self, purpose: str) -> LoginStart:
        self._number += 1
        state = f"{purpose}-{self._number}"
        return LoginStart(url=f"https://id.example/auth?state={state}", state=state, nonce="n", verifier="v",
                          transaction=f"t{self._number}" if purpose == "sign" else None)

    def start(self) -> LoginStart:
        return self._start("login")

    def finish(self, started: LoginStart, *, code: str, now: datetime) -> VerifiedIdentity:
        if self.refuse or code != "good":
            raise IdentityRefused(self.refuse or "invalid_grant")
        return VerifiedIdentity(**self.person, verified_at=now)

    def start_signing(self, digest: str) -> LoginStart:
        return self._start("sign")

    def finish_signing(self, started: LoginStart, digest: str, *, code: str, now: datetime) -> tuple[str, Signature]:
        if self.refuse or code != "good":
            raise IdentityRefused(self.refuse or "invalid_grant")
        return self.person["subject"], Signature(digest=digest, certificate_serial="1A2B", signature="c2ln",
                                                 certificate="PEM", signed_at=now)


YAMADA = StaffClaims(subject=OfficerId("staff-yamada"), name="山田 直子", municipality="462101", department="shimin",
                     roles=("reviewer",))
SUZUKI = StaffClaims(subject=OfficerId("staff-suzuki"), name="鈴木 健一", municipality="462101", department="shimin",
                     roles=("reviewer",))
TANAKA = StaffClaims(subject=OfficerId("staff-tanaka"), name="田中 久美", municipality="462101", department="shimin",
                     roles=("approver", "cashier", "head"))
AUDITOR = StaffClaims(subject=OfficerId("staff-kansa"), name="監査 太郎", municipality="462101", department="shimin",
                      roles=("auditor",))


class FakeStaff:
    """The staff identity provider; `officer` is who logs in."""

    def __init__(self) -> None:
        self.officer = YAMADA
        self.refuse: str | None = None

    def start(self) -> LoginStart:
        return LoginStart(url="https://staff.example/auth?state=s", state="s", nonce="n", verifier="v")

    def finish(self, started: LoginStart, *, code: str, now: datetime) -> StaffClaims:
        if self.refuse or code != "good":
            raise IdentityRefused(self.refuse or "invalid_grant")
        return self.officer

    def end_url(self) -> str | None:
        return "https://staff.example/logout"


@dataclass(frozen=True)
class Mail:
    """One mail that was sent."""

    id: str
    to: str
    subject: str
    text: str


class FakeMailer:
    """Keeps what was sent; the same id twice is one mail, as the real mailbox does it."""

    def __init__(self) -> None:
        self.by_id: dict[str, Mail] = {}
        self.handed_over = 0
        self.down = False

    @property
    def sent(self) -> list[Mail]:
        """The mails in the order of sending."""
        return list(self.by_id.values())

    def send(self, id: str, *, to: str, subject: str, text: str) -> None:
        if self.down:
            raise ProviderDown("mail")
        self.handed_over += 1
        self.by_id.setdefault(id, Mail(id, to, subject, text))


@dataclass(frozen=True)
class Text:
    """One SMS that was sent."""

    id: str
    to: str
    text: str


class FakeTexts:
    """Keeps what was sent; the same id twice is one text."""

    def __init__(self) -> None:
        self.by_id: dict[str, Text] = {}
        self.down = False

    @property
    def sent(self) -> list[Text]:
        """The texts in the order of sending."""
        return list(self.by_id.values())

    def send(self, id: str, *, to: str, text: str) -> None:
        if self.down:
            raise ProviderDown("sms")
        self.by_id.setdefault(id, Text(id, to, text))


class MemorySessions:
    """Sessions in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[dict[str, object], datetime]] = {}

    def get(self, id: str, now: datetime) -> Mapping[str, object] | None:
        holds, until = self.rows.get(id, (None, now))
        return json.loads(json.dumps(holds)) if holds is not None and until > now else None

    def put(self, id: str, holds: Mapping[str, object], *, expires_at: datetime) -> None:
        self.rows[id] = (json.loads(json.dumps(dict(holds))), expires_at)

    def drop(self, id: str) -> None:
        self.rows.pop(id, None)


class MemoryTallies:
    """Counts in a dictionary."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[date, str]] = Counter()

    def add(self, day: date, what: str) -> None:
        self.counts[(day, what)] += 1

    def of_month(self, month: str) -> Mapping[tuple[date, str], int]:
        return {key: times for key, times in self.counts.items() if f"{key[0]:%Y-%m}" == month}


class MemoryAttempts:
    """Counts failures per place and time; 10 in ten minutes are too many."""

    def __init__(self) -> None:
        self.failures: dict[str, list[datetime]] = {}

    def too_many(self, place: str, now: datetime, most: int = 10, seconds: int = 600) -> bool:
        return len([at for at in self.failures.get(place, ()) if at > now - timedelta(seconds=seconds)]) >= most

    def failed(self, place: str, now: datetime, seconds: int = 600) -> None:
        self.failures.setdefault(place, []).append(now)


class FewCodes:
    """A few postal codes of 指宿市."""

    def address(self, code: str) -> str | None:
        return {"8910405": "鹿児島県指宿市湊", "8910497": "鹿児島県指宿市十町"}.get(code)
