"""The audit trail over the store in memory: the same texts as the real one, and seals to tamper with."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from chalicelib.adapters import case_json
from chalicelib.domain.audit import Entry, EntryPage, Head, Seal, StoredSeal, Trail, seal_of
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.history import Happened, Look
from chalicelib.domain.receipts import Taking
from content.rules.opening import JAPAN
from tests.fakes.store import MemoryReceipts, MemoryStore


class MemoryAudit:
    """What MemoryStore and MemoryReceipts remember, by day. late: places that the index does not show yet."""

    def __init__(self, store: MemoryStore, receipts: MemoryReceipts) -> None:
        self._store = store
        self._receipts = receipts
        self.kept: dict[str, Seal] = {}
        self.late: set[str] = set()

    def entries(self, day: date) -> Iterator[Entry]:
        everything = [*(_entry(one, case) for case, events in self._store.entries.items() for one in events),
                      *(_entry(look, look.application) for look in self._store.looked),
                      *(_taken(one) for one in self._receipts.taken)]
        of_day = (one for one in everything if (said := one.what or one.taken) and said.at.astimezone(JAPAN).date() == day)
        return iter(sorted((one for one in of_day if one.place not in self.late), key=lambda one: one.place))

    def page(self, day: date, *, after: str | None = None, most: int = 50, officer: OfficerId | None = None) -> EntryPage:
        found = [one for one in self.entries(day)
                 if one.what is not None and one.is_of(officer) and (after is None or one.place > after)]
        return EntryPage(entries=tuple(found[:most]), next=found[most - 1].place if len(found) >= most else None)

    def trail(self, id: ApplicationId) -> Trail:
        events = [_entry(one, id) for one in self._store.entries.get(id, ())]
        looks = [_entry(look, id) for look in self._store.looked if look.application == id]
        return Trail(entries=(*events, *looks), head=self.heads([id]).get(id))

    def heads(self, ids: Sequence[ApplicationId]) -> Mapping[ApplicationId, Head]:
        there = {id: self._store.cases[id] for id in ids if id in self._store.cases}
        return {id: case_json.head_from(case_json.split(case)[0]) for id, case in there.items()}

    def seals(self, first: date, last: date) -> tuple[StoredSeal, ...]:
        names = (name for name in sorted(self.kept) if first.isoformat() <= name <= last.isoformat())
        return tuple(self._stored(name) for name in names)

    def last_seal(self) -> StoredSeal | None:
        return self._stored(max(self.kept)) if self.kept else None

    def close(self, seal: Seal) -> bool:
        return self.kept.setdefault(seal.day.isoformat(), seal) is seal

    def _stored(self, name: str) -> StoredSeal:
        seal = self.kept[name]
        ours = seal == seal_of(seal.day, seal.count, seal.digest, before=seal.before, at=seal.sealed_at)
        return StoredSeal(name, seal if ours and seal.day.isoformat() == name else None)


def _entry(what: Happened | Look, case: ApplicationId) -> Entry:
    if isinstance(what, Look):
        place, text = f"{what.at.isoformat()}#{what.application}#look#{what.officer}", case_json.look_json(what)
    else:
        place, text = f"{what.at.isoformat()}#{what.application}#{what.number:06d}", case_json.happened_json(what)
    return Entry(place=place, text=text, what=what, stray=what.application != case)


def _taken(taking: Taking) -> Entry:
    moment = taking.at.isoformat()
    text = json.dumps({"file": taking.file, "officer": taking.officer, "name": taking.name, "at": moment}, ensure_ascii=False)
    return Entry(place=f"{moment}#{taking.number}#{taking.file}#taken#{taking.officer}", text=text, what=None, taken=taking)
