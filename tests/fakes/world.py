"""A whole city hall in memory: the real content, the real services, and fakes at every port."""

from datetime import UTC, datetime, timedelta
from functools import cache

from chalicelib.services.parts import Parts
from content.catalogue import Catalogue, load
from tests.fakes.audit import MemoryAudit
from tests.fakes.counter import FakeCertificates, FakeValidity, MemoryPrepared
from tests.fakes.devices import MemoryDevices
from tests.fakes.letters import MemoryLetters
from tests.fakes.outside import (
    FakeMailer,
    FakeProvider,
    FakeResidents,
    FakeStaff,
    FakeTexts,
    FewCodes,
    MemoryAttempts,
    MemorySessions,
    MemoryTallies,
)
from tests.fakes.sittings import MemorySittings
from tests.fakes.store import MemoryReceipts, MemoryStore
from tests.fakes.uploads import FakeScanner, FakeUploads, PlainFileCheck

FRIDAY_NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""2026-11-20 12:00 in Japan, a Friday."""


@cache
def ibusuki() -> Catalogue:
    """The catalogue of 指宿市, read once."""
    return load("ibusuki")


class FakeClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = FRIDAY_NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        """Let time go by, as in `clock.pass_(days=3)`."""
        self.now += timedelta(**time)


class World:
    """The parts, and the fakes behind them to look at."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.receipts = MemoryReceipts()
        self.audit = MemoryAudit(self.store, self.receipts)
        self.provider = FakeProvider()
        self.residents = FakeResidents()
        self.staff = FakeStaff()
        self.mailer = FakeMailer()
        self.texts = FakeTexts()
        self.letters = MemoryLetters()
        self.sessions = MemorySessions()
        self.attempts = MemoryAttempts()
        self.tallies = MemoryTallies()
        self.devices = MemoryDevices()
        self.certificates = FakeCertificates()
        self.validity = FakeValidity()
        self.prepared = MemoryPrepared()
        self.sittings = MemorySittings()
        self.uploads = FakeUploads(self.clock)
        self.scanner = FakeScanner()
        self.parts = Parts(catalogue=catalogue or ibusuki(), clock=self.clock, applications=self.store, payments=self.store,
                           receipts=self.receipts, outbox=self.store, provider=self.provider, residents=self.residents,
                           staff=self.staff, mailer=self.mailer, texts=self.texts, letters=self.letters,
                           sessions=self.sessions, attempts=self.attempts,
                           tallies=self.tallies, postal=FewCodes(),
                           uploads=self.uploads, scanner=self.scanner, file_check=PlainFileCheck(),
                           certificates=self.certificates, validity=self.validity, prepared=self.prepared,
                           sittings=self.sittings,
                           audit=self.audit, devices=self.devices, tasks=self.store.tasks, books=self.store.books,
                           public_url="http://localhost:8080")


def a_world() -> World:
    """A city hall at noon of Friday 2026-11-20, without a single case."""
    return World()


def a_world_where_juminhyo(**differs: object) -> World:
    """A city hall whose 住民票 is another kind of procedure, as in `result=Result.COLLECT`: everything else stays the same."""
    catalogue = ibusuki()
    changed = tuple(one.model_copy(update=differs) if one.id == "juminhyo" else one for one in catalogue.procedures)
    return World(catalogue.model_copy(update={"procedures": changed}))
