"""A transaction over the one table, tried again while another holds one of its rows."""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.table import KeyRow, Row

Save = tuple[Row, Condition | None]
"""A row to write, and what must be true for it."""
Change = tuple[Row, Sequence[Action], Condition | None]
"""A row to change, how, and what must be true for it."""
CONFLICT_PAUSES = (0.02, 0.05, 0.1, 0.2)
"""Seconds between tries when another transaction holds one of the rows; it is over in milliseconds."""


class Lost(Exception):
    """A condition did not hold, or another transaction held a row all the time: nothing was written."""


class Transactions:
    """Writes several rows or none."""

    def __init__(self, connection: Connection, pause: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._pause = pause

    def write(self, saves: Sequence[Save] = (), *, gone: Sequence[Row | KeyRow] = (), changes: Sequence[Change] = ()) -> None:
        """All of it or nothing. Raises Lost."""
        # The token makes the SDK's own retry after a lost answer harmless: DynamoDB remembers it for ten minutes.
        token = secrets.token_hex(18)
        for pause in (*CONFLICT_PAUSES, None):
            try:
                self._once(token, saves, gone, changes)
            except TransactWriteError as error:
                codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
                if "TransactionConflict" in codes and "ConditionalCheckFailed" not in codes and pause is not None:
                    self._pause(pause)
                    continue
                if codes & {"TransactionConflict", "ConditionalCheckFailed"}:
                    raise Lost from None
                raise
            return

    def _once(self, token: str, saves: Sequence[Save], gone: Sequence[Row | KeyRow], changes: Sequence[Change]) -> None:
        with TransactWrite(connection=self._connection, client_request_token=token) as transaction:
            for row, condition in saves:
                transaction.save(row, condition=condition)
            for one in gone:
                transaction.delete(one)
            for changed, actions, condition in changes:
                told: Any = list(actions)
                transaction.update(changed, actions=told, condition=condition)
