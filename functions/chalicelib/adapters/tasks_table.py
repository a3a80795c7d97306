"""Tasks over DynamoDB: one row for ever, so that none is opened twice, and one row while there is something to do."""

from dataclasses import replace
from datetime import datetime

from pynamodb.connection import Connection

from chalicelib.adapters.books_json import task_from, task_json
from chalicelib.adapters.table import Keys, Row
from chalicelib.adapters.transaction import Lost, Save, Transactions
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.errors import NotFound, Stale
from chalicelib.domain.task import Task

MOST = 100


class TableTasks:
    """A department's open tasks are one small partition, so a list is one query however many were done before."""

    def __init__(self, municipality: str, connection: Connection) -> None:
        self._at = Keys(municipality)
        self._transactions = Transactions(connection)

    def put(self, task: Task) -> None:
        """One transaction of two rows; nothing when it is known."""
        try:
            self._transactions.write(new_task(self._at, task))
        except Lost:
            return

    def open(self, department: str | None) -> tuple[Task, ...]:
        """One consistent query."""
        rows = Row.query(self._at.open_tasks(department), consistent_read=True, limit=MOST)
        return tuple(task_from(row.body) for row in rows)

    def get(self, department: str | None, id: str) -> Task:
        """One consistent read."""
        try:
            return task_from(Row.get(self._at.tasks(department), id, consistent_read=True).body)
        except Row.DoesNotExist:
            raise NotFound("task") from None

    def done(self, task: Task, *, by: OfficerId, name: str, at: datetime) -> None:
        """One transaction: the lasting row says who, the open one goes."""
        over = replace(task, done_at=at, done_by=by, done_by_name=name)
        row = Row(self._at.tasks(task.department), task.id, body=task_json(over))
        try:
            self._transactions.write([(row, Row.body == task_json(task))], gone=[_open(self._at, task)])
        except Lost:
            raise Stale(task.id) from None


def new_task(at: Keys, task: Task) -> list[Save]:
    """The rows of a task that is not known yet, for a transaction."""
    body = task_json(task)
    opened = _open(at, task)
    opened.body = body
    return [(Row(at.tasks(task.department), task.id, body=body), Row.pk.does_not_exist()), (opened, None)]


def _open(at: Keys, task: Task) -> Row:
    return Row(at.open_tasks(task.department), f"{task.opened_at.isoformat()}#{task.id}")
