"""The ledger over DynamoDB: the lines of a day in one partition, and one row a department and day that adds up and closes."""

from collections.abc import Sequence
from datetime import date

from pynamodb.connection import Connection

from chalicelib.adapters.books_json import closing_from, closing_json, line_from, line_json
from chalicelib.adapters.table import Keys, Row
from chalicelib.adapters.tasks_table import new_task
from chalicelib.adapters.transaction import Change, Lost, Save, Transactions
from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import AlreadyThere, DayClosed, Stale
from chalicelib.domain.ledger import BookDay, Closing, LedgerLine, by_method
from chalicelib.domain.task import Task

TOTALS = {PaidBy.ONLINE: Row.online, PaidBy.CASH: Row.cash, PaidBy.CASHLESS: Row.cashless}
OPEN = Row.body.does_not_exist()
"""The day's row has a body from its closing on."""


class TableBooks:
    """Reads and writes per call stand beside them."""

    def __init__(self, municipality: str, connection: Connection) -> None:
        self._at = Keys(municipality)
        self._transactions = Transactions(connection)

    def day(self, department: str, day: date) -> BookDay:
        """One consistent read."""
        try:
            return _day(department, Row.get(*_place(self._at, department, day), consistent_read=True))
        except Row.DoesNotExist:
            return BookDay(department=department, day=day)

    def days(self, department: str, month: str) -> tuple[BookDay, ...]:
        """One consistent query of at most 31 rows."""
        rows = Row.query(self._at.book_days(department, month), consistent_read=True)
        return tuple(_day(department, row) for row in rows)

    def lines(self, day: date, department: str | None = None) -> tuple[LedgerLine, ...]:
        """One consistent query, more only where a day holds over a megabyte of lines."""
        only = None if department is None else Row.sk.startswith(f"{department}#")
        rows = Row.query(self._at.ledger(day.isoformat()), only, consistent_read=True)
        return tuple(sorted((line_from(row.body) for row in rows), key=lambda line: (line.at, line.id)))

    def enter(self, line: LedgerLine) -> None:
        """One transaction of two rows; one read more when it is refused."""
        saves, changes = entered(self._at, [line])
        try:
            self._transactions.write(saves, changes=changes)
        except Lost:
            if self.day(line.department, line.day).closing is not None:
                raise DayClosed(line.day.isoformat()) from None
            raise AlreadyThere(line.id) from None

    def close(self, closing: Closing, *, task: Task | None = None) -> None:
        """One transaction: the closing on condition of the number of lines, which every line adds to, and the task."""
        row = Row(*_place(self._at, closing.department, closing.day))
        as_seen = OPEN & ((Row.version == closing.lines) if closing.lines else Row.version.does_not_exist())
        try:
            self._transactions.write(new_task(self._at, task) if task else (),
                                     changes=[(row, [Row.body.set(closing_json(closing))], as_seen)])
        except Lost:
            raise Stale(closing.day.isoformat()) from None


def entered(at: Keys, lines: Sequence[LedgerLine]) -> tuple[list[Save], list[Change]]:
    """Lines of one department and day, for a transaction: the lines themselves, and the day's row that adds them up."""
    if not lines:
        return [], []
    first = lines[0]
    saves: list[Save] = [(Row(at.ledger(first.day.isoformat()), f"{line.department}#{line.id}", body=line_json(line)),
                          Row.pk.does_not_exist()) for line in lines]
    moved = by_method(lines)
    adding = [Row.version.add(len(lines)), *(TOTALS[method].add(yen) for method, yen in moved.items())]
    return saves, [(Row(*_place(at, first.department, first.day)), adding, OPEN)]


def _place(at: Keys, department: str, day: date) -> tuple[str, str]:
    return at.book_days(department, f"{day:%Y-%m}"), day.isoformat()


def _day(department: str, row: Row) -> BookDay:
    totals = {PaidBy.ONLINE: int(row.online or 0), PaidBy.CASH: int(row.cash or 0), PaidBy.CASHLESS: int(row.cashless or 0)}
    return BookDay(department=department, day=date.fromisoformat(row.sk), lines=int(row.version or 0), totals=totals,
                   closing=closing_from(row.body) if row.body else None)
