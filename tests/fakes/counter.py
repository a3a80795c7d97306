"""What stands behind the counter in memory: kiosks, the CA of cards, 有効性確認, and forms from phones."""

from datetime import UTC, datetime

from chalicelib.domain.card_proof import CardProof, UserCertificate, Withdrawn
from chalicelib.domain.device import Device, DeviceId, Trust
from chalicelib.domain.errors import AlreadyThere, IdentityRefused, NotFound
from chalicelib.domain.prepared import FETCHES_MOST

PROOF = CardProof(challenge="b3Vycw==", certificate=b"hanako's", signature=b"right")
"""What Hanako's card answered."""


class FakeCertificates:
    """Believes the signature `right`. `expires` is the end of every certificate; `refuse` makes it say no."""

    def __init__(self) -> None:
        self.refuse: str | None = None
        self.begins = datetime(2024, 3, 15, tzinfo=UTC)
        self.expires = datetime(2029, 3, 15, tzinfo=UTC)

    def answered(self, proof: CardProof) -> UserCertificate:
        if self.refuse or proof.signature != b"right":
            raise IdentityRefused(self.refuse or "signature")
        return UserCertificate(serial="1A2B", begins=self.begins, expires=self.expires, certificate=proof.certificate)


class FakeValidity:
    """Says of every certificate what a test wants."""

    def __init__(self) -> None:
        self.says = Withdrawn.GOOD

    def of(self, certificate: UserCertificate) -> Withdrawn:
        del certificate
        return self.says


class MemoryPrepared:
    """Forms in a dictionary: content, end, fetches."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[bytes, datetime, int]] = {}

    def put(self, hashed: str, content: bytes, *, until: datetime) -> None:
        if hashed in self.rows:
            raise AlreadyThere("prepared")
        self.rows[hashed] = (content, until, 0)

    def fetch(self, hashed: str, now: datetime) -> bytes:
        content, until, fetches = self.rows.get(hashed, (b"", now, FETCHES_MOST))
        if fetches >= FETCHES_MOST or until <= now:
            raise NotFound("prepared")
        self.rows[hashed] = (content if fetches + 1 < FETCHES_MOST else b"", until, fetches + 1)
        return content

    def forget_old(self, now: datetime) -> int:
        old = [hashed for hashed, (_, until, fetches) in self.rows.items() if until <= now or fetches >= FETCHES_MOST]
        for hashed in old:
            del self.rows[hashed]
        return len(old)


def a_kiosk(id: str = "kiosk-1", name: str = "市民課 1番") -> Device:
    """A kiosk that the office trusts."""
    return Device(id=DeviceId(id), name=name, office="shiyakusho", desk="市民課", trust=Trust.TRUSTED)


class Challenges:
    """Ours and unused until they are used up."""

    def __init__(self, *good: str) -> None:
        self.good = {*good} or {PROOF.challenge}

    def __call__(self, parts: object, device: Device, challenge: str) -> bool:
        del parts, device
        known = challenge in self.good
        self.good.discard(challenge)
        return known
