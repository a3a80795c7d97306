"""Applications over DynamoDB: strongly consistent reads, and one transaction per step (design D8, D9)."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from pynamodb.connection import Connection

from chalicelib.adapters import case_json
from chalicelib.adapters.audit_rows import STATE, event_row, look_row
from chalicelib.adapters.books_table import TableBooks, entered
from chalicelib.adapters.case_keys import CaseKeys
from chalicelib.adapters.sealing import seal, secret_for, unseal
from chalicelib.adapters.table import KeyRow, Keys, Row
from chalicelib.adapters.transaction import Change, Lost, Save, Transactions
from chalicelib.domain.application import ENDS, Application, State
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.errors import AlreadyThere, DayClosed, NotFound, Stale
from chalicelib.domain.history import Happened, Look
from chalicelib.domain.ledger import LedgerLine
from chalicelib.domain.outbox import Effect
from chalicelib.domain.payment import Attempt, Said
from chalicelib.domain.ports import QueuePage, QueueRow
from chalicelib.domain.receipts import Held

SHARDS = 16
"""Rows over which a count is spread, so that submits at the same moment do not wait for one another."""
FILTERED_PAGE = 500
"""Rows read at once where most of them may be of another procedure."""
FILTERED_READS = 4
"""Such reads for one page of a list: a procedure that is rare among 100,000 cases must not make the page read them all."""


class TableApplications:
    """The cases in the one table. Reads and writes per call: docs/store.md, counted by a test."""

    def __init__(self, municipality: str, keys: CaseKeys, connection: Connection,
                 filtered_page: int = FILTERED_PAGE) -> None:
        self._at = Keys(municipality)
        self._keys = keys
        self._transactions = Transactions(connection)
        self._books = TableBooks(municipality, connection)
        self._filtered_page = filtered_page

    def get(self, id: ApplicationId) -> Application:
        """One consistent read, and one of the key when it is not remembered."""
        try:
            row = Row.get(self._at.case(id), STATE, consistent_read=True)
        except Row.DoesNotExist:
            raise NotFound(id) from None
        if row.sealed is None:  # erased: what is left is for the auditors, and looks like nothing to everybody else
            raise NotFound(id)
        key = self._keys.get(self._at.case(id))
        return case_json.join(row.body, unseal(key, row.sealed, self._place(id, int(row.version))))

    def reserve(self, id: ApplicationId) -> None:
        """One write."""
        self._keys.make(self._at.case(id))

    def write(self, application: Application, happened: Happened, *, effects: Sequence[Effect] = (),
              attempt: Attempt | None = None, said: Said | None = None, link: str | None = None,
              was: State | None = None, person: str | None = None, ledger: Sequence[LedgerLine] = ()) -> None:
        """One transaction; see the port. Where money moves and the transaction is refused, one read tells why."""
        case = self._at.case(application.id)
        new = Row.pk.does_not_exist()
        first = happened.number == 1
        saves: list[Save] = [
            (self._state(application, first=first), new if first else Row.version == happened.number - 1),
            (event_row(self._at, happened), new),
            *((self._effect(effect), new) for effect in effects),
        ]
        if first:
            saves.append((Row(self._at.reference(application.reference), "REF", body=application.id), new))
        if first and application.case_code:
            saves.append((Row(self._at.case_code(application.case_code), application.id, body=application.id), None))
        if attempt is not None:
            told = case_json.attempt_json(attempt)
            saves += [(Row(case, f"ATTEMPT#{attempt.key}", body=told), None),
                      (Row(self._at.open_attempts(), attempt.key, body=told), None)]
        if said is not None:
            saves.append((Row(case, f"SAID#{said.attempt}#{said.id}", body=case_json.said_json(said)), new))
        if link is not None:
            purpose, _, hashed = link.partition(":")
            led = json.dumps({"case": application.id, "purpose": purpose})
            saves.append((Row(self._at.link(hashed), "LINK", body=led), None))
        gone: list[Row | KeyRow] = [Row(self._at.open_attempts(), said.attempt)] if said is not None else []
        if person is not None:
            theirs = Row(self._at.person(person), f"{application.created_at.isoformat()}#{application.id}", body=application.id)
            if application.state is State.ERASED:
                gone.append(theirs)
            else:
                saves.append((theirs, None))
        if application.state is State.ERASED:
            gone.append(KeyRow(case))
        lines, added = entered(self._at, ledger)
        try:
            self._transactions.write([*saves, *lines], gone=gone, changes=[*self._counted(application, was), *added])
        except Lost:
            if ledger and self._books.day(ledger[0].department, ledger[0].day).closing is not None:
                raise DayClosed(ledger[0].day.isoformat()) from None
            raise (AlreadyThere if first else Stale)(application.id) from None
        if application.state is State.ERASED:
            self._keys.drop(case)

    def _state(self, application: Application, *, first: bool) -> Row:
        case = self._at.case(application.id)
        body, personal = case_json.split(application)
        row = Row(case, STATE, body=body, version=application.version)
        if application.state is not State.ERASED:
            key = self._keys.make(case) if first else self._keys.get(case)
            row.sealed = seal(key, personal, self._place(application.id, application.version))
        self._index(row, application)
        return row

    def _counted(self, application: Application, was: State | None) -> Sequence[Change]:
        """Which counts change, and by how much. A case always counts in the same one of the spread rows."""
        now = application.state if application.submitted_at is not None and application.state is not State.ERASED else None
        if was is now:
            return ()
        shard = int(application.id[:2], 16) % SHARDS
        partition = self._at.counts(application.department)
        return [(Row(partition, f"{state}#{shard:02d}"), [Row.seen.add(by)], None)
                for state, by in ((was, -1), (now, 1)) if state is not None]

    def history(self, id: ApplicationId) -> tuple[Happened, ...]:
        """One query."""
        rows = Row.query(self._at.case(id), Row.sk.startswith("EVENT#"), consistent_read=True)
        return tuple(case_json.happened_from(row.body) for row in rows)

    def queue(self, department: str, state: State, *, after: str | None = None, most: int = 100, newest: bool = False,
              procedure: str | None = None) -> QueuePage:
        """One query of the queue index, which follows the table within moments; with a procedure a few at most.

        With a procedure a piece may hold few rows, or none, and still not be the last.
        """
        partition = self._at.queue(department, state)
        cursor = self._cursor("gsi1", partition, after)
        if procedure is None:
            rows = Row.queue_index.query(partition, limit=most, page_size=most, scan_index_forward=not newest,
                                         last_evaluated_key=cursor)
            return self._page(list(rows), most, lambda row: row.gsi1sk)
        of = Row.body.contains(f'"procedure":{json.dumps(procedure)}')
        reads = Row.queue_index.query(partition, filter_condition=of, page_size=self._filtered_page,
                                      scan_index_forward=not newest, last_evaluated_key=cursor).page_iter
        found: list[Row] = []
        for read in islice(reads, FILTERED_READS):
            found += [Row.from_raw_data(one) for one in read["Items"]]
            if len(found) >= most:
                return self._page(found[:most], most, lambda row: row.gsi1sk)
        more = reads.last_evaluated_key
        return replace(self._page(found, most, lambda row: row.gsi1sk), next=more["gsi1sk"]["S"] if more else None)

    def mine(self, department: str, officer: OfficerId, *, after: str | None = None, most: int = 100) -> QueuePage:
        """One query of the officer index."""
        partition = self._at.mine(department, officer)
        rows = Row.officer_index.query(partition, limit=most, page_size=most,
                                       last_evaluated_key=self._cursor("gsi3", partition, after))
        return self._page(list(rows), most, lambda row: row.gsi3sk)

    def _cursor(self, index: str, partition: str, after: str | None) -> dict[str, dict[str, str]] | None:
        """DynamoDB's key of the row before the piece; `after` is its place in the index, which ends with the case's id."""
        if after is None:
            return None
        case = self._at.case(after.rpartition("#")[2])
        return {f"{index}pk": {"S": partition}, f"{index}sk": {"S": after}, "pk": {"S": case}, "sk": {"S": STATE}}

    def _page(self, rows: Sequence[Row], most: int, place: Callable[[Row], str]) -> QueuePage:
        more = place(rows[-1]) if len(rows) >= most else None
        return QueuePage(tuple(self._queue_row(json.loads(row.body)) for row in rows), more)

    def counts(self, department: str) -> Mapping[State, int]:
        """One consistent query of some hundred tiny rows."""
        found: Counter[State] = Counter()
        for row in Row.query(self._at.counts(department), consistent_read=True):
            found[State(row.sk.partition("#")[0])] += int(row.seen or 0)
        return found

    def look(self, look: Look) -> None:
        """One write."""
        look_row(self._at, look).save()

    def looks(self, id: ApplicationId, since: datetime) -> tuple[Look, ...]:
        """One query."""
        rows = Row.query(self._at.case(id), Row.sk.between(f"LOOK#{since.isoformat()}", "LOOK#~"), consistent_read=True)
        return tuple(case_json.look_from(row.body) for row in rows)

    def several(self, ids: Sequence[ApplicationId]) -> Mapping[ApplicationId, Application]:
        """One consistent read for each case, and one for each key that is not remembered; both in one request each."""
        places = {self._at.case(id): id for id in ids}
        rows = {row.pk: row for row in Row.batch_get([(case, STATE) for case in places], consistent_read=True)
                if bool(row.sealed)}
        keys = self._keys.several(tuple(rows))
        return {places[case]: case_json.join(row.body, unseal(keys[case], row.sealed, self._place(places[case], int(row.version))))
                for case, row in rows.items() if case in keys}

    def to_export(self, department: str, procedure: str, most: int) -> tuple[Held, ...]:
        """One query of the work lists, which follow the table within moments; more where it is over a megabyte."""
        rows = Row.officer_index.query(self._at.to_export(department, procedure), limit=most, page_size=most)
        return tuple(Held(ApplicationId(told["id"]), told["reference"]) for told in (json.loads(row.body) for row in rows))

    def how_many_to_export(self, department: str, procedure: str, most: int) -> int:
        """The same query, of which only the number comes back."""
        return Row.officer_index.count(self._at.to_export(department, procedure), limit=most)

    def by_reference(self, reference: str) -> ApplicationId:
        """One read."""
        try:
            return ApplicationId(Row.get(self._at.reference(reference), "REF").body)
        except Row.DoesNotExist:
            raise NotFound("reference") from None

    def by_case_code(self, code: str) -> tuple[ApplicationId, ...]:
        """One query."""
        return tuple(ApplicationId(row.body) for row in Row.query(self._at.case_code(code), consistent_read=True, limit=20))

    def of_person(self, person: str) -> tuple[ApplicationId, ...]:
        """One consistent query."""
        rows = list(Row.query(self._at.person(person), consistent_read=True, scan_index_forward=False, limit=20))
        return tuple(ApplicationId(row.body) for row in reversed(rows))

    def by_link(self, link_hash: str) -> tuple[ApplicationId, str]:
        """One consistent read."""
        try:
            led = json.loads(Row.get(self._at.link(link_hash), "LINK", consistent_read=True).body)
        except Row.DoesNotExist:
            raise NotFound("link") from None
        return ApplicationId(led["case"]), led["purpose"]

    def due(self, before: datetime) -> tuple[ApplicationId, ...]:
        """One query of the due index."""
        rows = Row.due_index.query(self._at.due(), Row.gsi2sk <= before.isoformat(), limit=100)
        return tuple(ApplicationId(json.loads(row.body)["id"]) for row in rows)

    def secret(self, id: ApplicationId, purpose: str) -> str:
        """Made from the case's key; one read when it is not remembered."""
        made = secret_for(self._keys.get(self._at.case(id)), purpose)
        return base64.urlsafe_b64encode(made).decode()

    def seal(self, id: ApplicationId, plain: bytes, place: str) -> bytes:
        """One read when the key is not remembered."""
        return seal(self._keys.get(self._at.case(id)), plain, f"{self._at.case(id)}/FILE/{place}")

    def unseal(self, id: ApplicationId, sealed: bytes, place: str) -> bytes:
        """One read when the key is not remembered."""
        return unseal(self._keys.get(self._at.case(id)), sealed, f"{self._at.case(id)}/FILE/{place}")

    def _place(self, id: ApplicationId, version: int) -> str:
        return f"{self._at.case(id)}/{STATE}/{version}"

    def _index(self, state: Row, application: Application) -> None:
        if application.submitted_at is not None:  # a draft, given up or run out as well, is the resident's alone
            state.gsi1pk = self._at.queue(application.department, application.state)
            state.gsi1sk = f"{application.state_since.isoformat()}#{application.id}"
        if application.due is not None:
            state.gsi2pk, state.gsi2sk = self._at.due(), application.due.isoformat()
        if application.officer is not None and application.state not in (*ENDS, State.ERASED):
            state.gsi3pk = self._at.mine(application.department, application.officer)
            state.gsi3sk = f"{application.state_since.isoformat()}#{application.id}"
        if application.state in ENDS and application.submitted_at is not None and application.exported_in is None:
            state.gsi3pk = self._at.to_export(application.department, application.procedure)
            state.gsi3sk = f"{application.state_since.isoformat()}#{application.id}"

    def _effect(self, effect: Effect) -> Row:
        return Row(self._at.outbox(), f"{effect.created_at.isoformat()}#{effect.id}", body=case_json.effect_json(effect),
                   not_before=int(effect.not_before.timestamp()), tries=0)

    def _queue_row(self, told: dict[str, Any]) -> QueueRow:
        sent, made = told["submitted_at"], told.get("made_at")
        return QueueRow(
            id=ApplicationId(told["id"]), reference=told["reference"], procedure=told["procedure"],
            state=State(told["state"]), state_since=datetime.fromisoformat(told["state_since"]),
            submitted_at=datetime.fromisoformat(sent) if sent else None, officer=told["officer"],
            officer_name=told["officer_name"], unanswered=told.get("unanswered", False), bounced=told.get("bounced", False),
            channel=told.get("channel", "online"), made_at=datetime.fromisoformat(made) if made else None)
