"""Receipts of exports over DynamoDB: the whole receipt in one row, and a short row in its department's list."""

import json
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.audit_rows import TAKEN, taken_from, taken_row
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.errors import NotFound, Stale
from chalicelib.domain.receipts import Receipt, ReceiptLine, Taking

WHOLE = "RECEIPT"
OPEN, COMPLETE = 1, 2
"""Versions of a receipt's row; it is written twice in its life."""


@cache
def _receipts() -> TypeAdapter[Receipt]:
    return TypeAdapter(Receipt)


class TableReceipts:
    """A thousand cases make a row of some 70 KB, so the list has rows of its own and stays quick."""

    def __init__(self, municipality: str, connection: Connection) -> None:
        self._at = Keys(municipality)
        self._connection = connection

    def begin(self, receipt: Receipt) -> Receipt:
        """One transaction of two rows; a repeat reads one."""
        try:
            self._write(receipt, OPEN, Row.pk.does_not_exist())
        except Stale:
            try:
                return self.get(receipt.department, receipt.number)
            except NotFound:  # the same button was pressed twice, and the first press is being written at this moment
                raise Stale(receipt.number) from None
        return receipt

    def get(self, department: str, number: str) -> Receipt:
        """One consistent read."""
        try:
            row = Row.get(self._at.receipt(department, number), WHOLE, consistent_read=True)
        except Row.DoesNotExist:
            raise NotFound("receipt") from None
        return _receipts().validate_json(row.body)

    def complete(self, receipt: Receipt) -> None:
        """One transaction of two rows."""
        self._write(receipt, COMPLETE, Row.version == OPEN)

    def of(self, department: str, most: int = 50) -> tuple[ReceiptLine, ...]:
        """One consistent query. A number begins with its day, so numbers stand in the order of days."""
        rows = Row.query(self._at.receipts(department), limit=most, scan_index_forward=False, consistent_read=True)
        lines = tuple(_line(row.body) for row in rows)
        return tuple(sorted(lines, key=lambda line: line.at, reverse=True))

    def take(self, taking: Taking) -> None:
        """One write."""
        taken_row(self._at, taking).save()

    def takings(self, department: str, number: str) -> tuple[Taking, ...]:
        """One consistent query."""
        rows = Row.query(self._at.receipt(department, number), Row.sk.startswith(TAKEN), consistent_read=True)
        return tuple(taken_from(row) for row in rows)

    def _write(self, receipt: Receipt, version: int, condition: Condition) -> None:
        line = {"number": receipt.number, "procedure": receipt.procedure, "officer_name": receipt.officer_name,
                "at": receipt.at.isoformat(), "count": len(receipt.cases), "digest": receipt.digest}
        whole = Row(self._at.receipt(receipt.department, receipt.number), WHOLE, version=version,
                    body=_receipts().dump_json(receipt).decode())
        listed = Row(self._at.receipts(receipt.department), receipt.number, body=json.dumps(line, ensure_ascii=False))
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(whole, condition=condition)
                transaction.save(listed)
        except TransactWriteError as error:
            codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
            if codes & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise Stale(receipt.number) from None
            raise


def _line(body: str) -> ReceiptLine:
    told = json.loads(body)
    return ReceiptLine(**{**told, "at": datetime.fromisoformat(told["at"])})
