"""The audit trail over DynamoDB: a day is a query of gsi1, a case one of its own partition; the seals have a partition apart."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pynamodb.exceptions import PutError

from chalicelib.adapters import case_json
from chalicelib.adapters.audit_rows import EVENT, LOOK, STATE, TAKEN, entry_from, head_from, key_at, stored_seal
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.audit import Entry, EntryPage, Head, Seal, StoredSeal, Trail
from chalicelib.domain.contents import ApplicationId, OfficerId

READ_AT_ONCE = 500
"""Rows read at once where most of them may be a resident's or the timer's."""


class TableAudit:
    """Needs no key of any case: an auditor's computer cannot read a person, and does not have to."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def entries(self, day: date) -> Iterator[Entry]:
        """One query for each megabyte."""
        for row in Row.queue_index.query(self._at.audit(day.isoformat())):
            yield entry_from(self._at, row)

    def page(self, day: date, *, after: str | None = None, most: int = 50, officer: OfficerId | None = None) -> EntryPage:
        """One query; a few where the day is long and few of its entries are an officer's."""
        wanted = Row.body.contains('"officer"')  # in a look the name of a field, in an event who acted
        wanted &= ~Row.sk.startswith(TAKEN)  # a download stands with its receipt
        if officer is not None:
            wanted &= Row.body.contains(json.dumps(officer, ensure_ascii=False))
        partition = self._at.audit(day.isoformat())
        start = None
        if after is not None:
            pk, sk = key_at(self._at, after)
            start = {"gsi1pk": {"S": partition}, "gsi1sk": {"S": after}, "pk": {"S": pk}, "sk": {"S": sk}}
        rows = list(Row.queue_index.query(partition, filter_condition=wanted, limit=most, page_size=READ_AT_ONCE,
                                          last_evaluated_key=start))
        found = tuple(entry for row in rows if (entry := entry_from(self._at, row)).is_of(officer))
        return EntryPage(entries=found, next=rows[-1].gsi1sk if len(rows) >= most else None)

    def trail(self, id: ApplicationId) -> Trail:
        """One consistent query for each megabyte."""
        entries, head = [], None
        for row in Row.query(self._at.case(id), consistent_read=True):
            if row.sk.startswith((EVENT, LOOK)):
                entries.append(entry_from(self._at, row))
            elif row.sk == STATE:
                head = head_from(row, id)
        return Trail(entries=tuple(entries), head=head)

    def heads(self, ids: Sequence[ApplicationId]) -> Mapping[ApplicationId, Head]:
        """One read for each case, in one call."""
        of = {self._at.case(id): id for id in ids}
        rows = Row.batch_get([(case, STATE) for case in of]) if of else ()
        found = {of[row.pk]: head_from(row, of[row.pk]) for row in rows}
        return {id: head for id, head in found.items() if head is not None}

    def seals(self, first: date, last: date) -> tuple[StoredSeal, ...]:
        """One consistent query."""
        rows = Row.query(self._at.seals(), Row.sk.between(first.isoformat(), last.isoformat()), consistent_read=True)
        return tuple(stored_seal(row) for row in rows)

    def last_seal(self) -> StoredSeal | None:
        """One consistent query of one row."""
        rows = Row.query(self._at.seals(), consistent_read=True, scan_index_forward=False, limit=1)
        return next((stored_seal(row) for row in rows), None)

    def close(self, seal: Seal) -> bool:
        """One conditional write."""
        row = Row(self._at.seals(), seal.day.isoformat(), body=case_json.seal_json(seal))
        try:
            row.save(Row.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
