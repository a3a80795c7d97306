"""The store in memory: cases, history, payments, outbox. One lock makes a write all or nothing."""

import hashlib
import hmac
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.adapters.sealing import seal, unseal
from chalicelib.domain.application import ENDS, Application, State
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.errors import AlreadyThere, NotFound, Stale
from chalicelib.domain.history import Happened, Look
from chalicelib.domain.ledger import LedgerLine
from chalicelib.domain.outbox import Effect
from chalicelib.domain.payment import Attempt, Said
from chalicelib.domain.ports import QueuePage, QueueRow
from chalicelib.domain.receipts import Held, Receipt, ReceiptLine, Taking
from tests.fakes.books import MemoryBooks, MemoryTasks


class MemoryStore:
    """Applications, Payments and Outbox over plain dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.cases: dict[ApplicationId, Application] = {}
        self.entries: dict[ApplicationId, list[Happened]] = {}
        self.links: dict[str, tuple[ApplicationId, str]] = {}
        self.attempts: dict[str, Attempt] = {}
        self.closed: set[str] = set()
        self.notes: dict[str, dict[str, Said]] = {}
        self.effects: dict[str, Effect] = {}
        self.looked: list[Look] = []
        self.people: defaultdict[str, set[ApplicationId]] = defaultdict(set)
        self.tasks = MemoryTasks()
        self.books = MemoryBooks(self.tasks)

    def get(self, id: ApplicationId) -> Application:
        if id not in self.cases or self.cases[id].state is State.ERASED:
            raise NotFound(id)
        return self.cases[id]

    def reserve(self, id: ApplicationId) -> None:
        del id  # its keys need no making

    def write(self, application: Application, happened: Happened, *, effects: Sequence[Effect] = (),
              attempt: Attempt | None = None, said: Said | None = None, link: str | None = None,
              was: State | None = None, person: str | None = None, ledger: Sequence[LedgerLine] = ()) -> None:
        with self._lock:
            there = self.cases.get(application.id)
            if happened.number == 1 and there is not None:
                raise AlreadyThere(application.id)
            if (there.version if there else 0) != happened.number - 1:
                raise Stale(application.id)
            if said is not None and said.id in self.notes.get(said.attempt, {}):
                raise Stale(said.id)
            self.books.check(ledger)
            self.books.entries += ledger
            self.cases[application.id] = application
            self.entries.setdefault(application.id, []).append(happened)
            self.effects |= {effect.id: effect for effect in effects}
            if attempt is not None:
                self.attempts[attempt.key] = attempt
            if said is not None:
                self.notes.setdefault(said.attempt, {})[said.id] = said
                self.closed.add(said.attempt)
            if person is not None and application.state is State.ERASED:
                self.people[person].discard(application.id)
            elif person is not None:
                self.people[person].add(application.id)
            if link is not None:
                purpose, _, hashed = link.partition(":")
                self.links[hashed] = (application.id, purpose)

    def history(self, id: ApplicationId) -> tuple[Happened, ...]:
        return tuple(self.entries.get(id, ()))

    def queue(self, department: str, state: State, *, after: str | None = None, most: int = 100, newest: bool = False,
              procedure: str | None = None) -> QueuePage:
        return self._piece([c for c in self.cases.values() if c.department == department and c.state is state and c.submitted_at
                            and procedure in (None, c.procedure)], after, most, newest=newest)

    def mine(self, department: str, officer: OfficerId, *, after: str | None = None, most: int = 100) -> QueuePage:
        return self._piece([c for c in self.cases.values() if c.department == department and c.officer == officer
                            and c.state not in (*ENDS, State.ERASED)], after, most)

    def _piece(self, cases: list[Application], after: str | None, most: int, *, newest: bool = False) -> QueuePage:
        placed = sorted(((f"{c.state_since.isoformat()}#{c.id}", c) for c in cases), key=lambda one: one[0], reverse=newest)
        piece = [(place, c) for place, c in placed if after is None or (place < after if newest else place > after)][:most]
        rows = tuple(QueueRow(c.id, c.reference, c.procedure, c.state, c.state_since, c.submitted_at, c.officer, c.officer_name,
                              c.unanswered, c.bounced, c.channel, c.made_at) for _, c in piece)
        return QueuePage(rows, piece[-1][0] if len(piece) >= most else None)

    def counts(self, department: str) -> Mapping[State, int]:
        return Counter(c.state for c in self.cases.values()
                       if c.department == department and c.submitted_at and c.state is not State.ERASED)

    def look(self, look: Look) -> None:
        self.looked.append(look)

    def looks(self, id: ApplicationId, since: datetime) -> tuple[Look, ...]:
        return tuple(look for look in self.looked if look.application == id and look.at >= since)

    def several(self, ids: Sequence[ApplicationId]) -> Mapping[ApplicationId, Application]:
        return {id: self.cases[id] for id in ids if id in self.cases and self.cases[id].state is not State.ERASED}

    def to_export(self, department: str, procedure: str, most: int) -> tuple[Held, ...]:
        waiting = [c for c in self.cases.values() if (c.department, c.procedure) == (department, procedure)
                   and c.state in ENDS and c.submitted_at and c.exported_in is None]
        return tuple(Held(c.id, c.reference) for c in sorted(waiting, key=lambda c: (c.state_since, c.id))[:most])

    def how_many_to_export(self, department: str, procedure: str, most: int) -> int:
        return len(self.to_export(department, procedure, most))

    def by_reference(self, reference: str) -> ApplicationId:
        for case in self.cases.values():
            if case.reference == reference:
                return case.id
        raise NotFound(reference)

    def by_case_code(self, code: str) -> tuple[ApplicationId, ...]:
        return tuple(sorted(case.id for case in self.cases.values() if case.case_code == code))

    def of_person(self, person: str) -> tuple[ApplicationId, ...]:
        return tuple(sorted(self.people[person], key=lambda id: (self.cases[id].created_at, id)))[-20:]

    def by_link(self, link_hash: str) -> tuple[ApplicationId, str]:
        if link_hash not in self.links:
            raise NotFound("link")
        return self.links[link_hash]

    def due(self, before: datetime) -> tuple[ApplicationId, ...]:
        late = [c for c in self.cases.values() if c.due is not None and c.due <= before]
        return tuple(c.id for c in sorted(late, key=lambda c: (c.due, c.id)))[:100]

    def secret(self, id: ApplicationId, purpose: str) -> str:
        return hmac.new(f"key of {id}".encode(), purpose.encode(), hashlib.sha256).hexdigest()[:40]

    def seal(self, id: ApplicationId, plain: bytes, place: str) -> bytes:
        return seal(self._key(id), plain, place)

    def unseal(self, id: ApplicationId, sealed: bytes, place: str) -> bytes:
        return unseal(self._key(id), sealed, place)

    def _key(self, id: ApplicationId) -> bytes:
        return hashlib.sha256(f"key of {self.get(id).id}".encode()).digest()

    def attempt(self, key: str) -> Attempt:
        if key not in self.attempts:
            raise NotFound(key)
        return self.attempts[key]

    def said(self, key: str) -> tuple[Said, ...]:
        return tuple(self.notes.get(key, {}).values())

    def note(self, said: Said) -> None:
        self.notes.setdefault(said.attempt, {}).setdefault(said.id, said)

    def open_attempts(self, *, after: str | None = None) -> tuple[Attempt, ...]:
        return tuple(a for key, a in sorted(self.attempts.items()) if key not in self.closed and key > (after or ""))[:100]

    def close(self, key: str) -> None:
        self.closed.add(key)

    def lease(self, now: datetime, most: int) -> tuple[Effect, ...]:
        with self._lock:
            ready = sorted((e for e in self.effects.values() if e.not_before <= now), key=lambda e: e.not_before)[:most]
            for effect in ready:
                self.effects[effect.id] = replace(effect, not_before=now + timedelta(minutes=1))
            return tuple(ready)

    def done(self, effect: Effect) -> None:
        self.effects.pop(effect.id, None)

    def failed(self, effect: Effect, retry_at: datetime) -> None:
        self.effects[effect.id] = replace(effect, tries=effect.tries + 1, not_before=retry_at)

    def waiting(self) -> int:
        return len(self.effects)


class MemoryReceipts:
    """Receipts in a dictionary. One lock makes a write all or nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.rows: dict[tuple[str, str], Receipt] = {}
        self.taken: list[Taking] = []

    def begin(self, receipt: Receipt) -> Receipt:
        with self._lock:
            return self.rows.setdefault((receipt.department, receipt.number), receipt)

    def get(self, department: str, number: str) -> Receipt:
        if (department, number) not in self.rows:
            raise NotFound("receipt")
        return self.rows[department, number]

    def complete(self, receipt: Receipt) -> None:
        with self._lock:
            if self.get(receipt.department, receipt.number).digest is not None:
                raise Stale(receipt.number)
            self.rows[receipt.department, receipt.number] = receipt

    def of(self, department: str, most: int = 50) -> tuple[ReceiptLine, ...]:
        found = sorted((one for (of, _), one in self.rows.items() if of == department), key=lambda one: one.at, reverse=True)
        return tuple(ReceiptLine(one.number, one.procedure, one.officer_name, one.at, len(one.cases), one.digest)
                     for one in found[:most])

    def take(self, taking: Taking) -> None:
        self.taken.append(taking)

    def takings(self, department: str, number: str) -> tuple[Taking, ...]:
        return tuple(one for one in self.taken if (one.department, one.number) == (department, number))
