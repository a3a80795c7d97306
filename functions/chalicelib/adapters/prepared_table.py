"""Prepared forms over DynamoDB: each sealed under a key of its own, gone at its third fetch or after seven days.

Three rows: the form (TTL as a net below us), a line in the list by the day it ends, and its key in the table of keys.
The pages may not delete keys, so the worker does it within a minute (`forget_old`); the sealed form itself goes at once.
"""

from contextlib import suppress
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import UpdateError

from chalicelib.adapters.case_keys import CaseKeys
from chalicelib.adapters.sealing import seal, unseal
from chalicelib.adapters.table import KeyRow, Keys, Row
from chalicelib.adapters.transaction import Lost, Transactions
from chalicelib.domain.errors import AlreadyThere, NotFound
from chalicelib.domain.prepared import FETCHES_MOST

FORM = "PREPARED"
AT_ONCE = 100


class TablePrepared:
    """The forms of one municipality."""

    def __init__(self, municipality: str, keys: CaseKeys, connection: Connection) -> None:
        self._at = Keys(municipality)
        self._keys = keys
        self._transactions = Transactions(connection)

    def put(self, hashed: str, content: bytes, *, until: datetime) -> None:
        """One write for the key, one transaction of two for the rest."""
        place = self._at.prepared(hashed)
        sealed = seal(self._keys.make(place), content, place)
        form = Row(place, FORM, sealed=sealed, tries=0, body=until.isoformat(), expires_at=int(until.timestamp()))
        try:
            self._transactions.write([(form, Row.pk.does_not_exist()), (self._line(hashed, until), None)])
        except Lost:
            raise AlreadyThere("prepared") from None

    def fetch(self, hashed: str, now: datetime) -> bytes:
        """One conditional update, which counts; a read of the key; and the transaction that burns it at the last fetch."""
        place = self._at.prepared(hashed)
        row = Row(place, FORM)
        try:
            row.update([Row.tries.add(1)], condition=Row.pk.exists() & (Row.tries < FETCHES_MOST)
                       & (Row.expires_at > int(now.timestamp())))
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                raise NotFound("prepared") from None
            raise
        content = unseal(self._keys.get(place), row.sealed, place)
        if row.tries >= FETCHES_MOST:
            until = datetime.fromisoformat(row.body)
            with suppress(Lost):  # it is counted out; the worker deletes it when its time is over
                self._transactions.write([(self._line(hashed, now), None)], gone=[row, self._line(hashed, until)])
        return content

    def forget_old(self, now: datetime) -> int:
        """One query; a transaction of three for each."""
        lines = list(Row.query(self._at.prepared_ends(), Row.sk <= f"{now.isoformat()}~", limit=AT_ONCE, consistent_read=True))
        for line in lines:
            place = self._at.prepared(line.body)
            with suppress(Lost):  # fetched at this moment: the next round finds it again
                self._transactions.write(gone=[Row(place, FORM), KeyRow(place), line])
                self._keys.drop(place)
        return len(lines)

    def _line(self, hashed: str, until: datetime) -> Row:
        return Row(self._at.prepared_ends(), f"{until.isoformat()}#{hashed}", body=hashed)
