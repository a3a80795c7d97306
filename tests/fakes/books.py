"""The ledger and the tasks in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.contents import OfficerId
from chalicelib.domain.errors import AlreadyThere, DayClosed, NotFound, Stale
from chalicelib.domain.ledger import BookDay, Closing, LedgerLine, by_method
from chalicelib.domain.task import Task


class MemoryTasks:
    """Tasks in a dictionary."""

    def __init__(self) -> None:
        self.all: dict[tuple[str | None, str], Task] = {}

    def put(self, task: Task) -> None:
        self.all.setdefault((task.department, task.id), task)

    def open(self, department: str | None) -> tuple[Task, ...]:
        waiting = [task for (of, _), task in self.all.items() if of == department and task.done_at is None]
        return tuple(sorted(waiting, key=lambda task: (task.opened_at, task.id)))[:100]

    def get(self, department: str | None, id: str) -> Task:
        if (department, id) not in self.all:
            raise NotFound("task")
        return self.all[(department, id)]

    def done(self, task: Task, *, by: OfficerId, name: str, at: datetime) -> None:
        if self.all.get((task.department, task.id)) != task:
            raise Stale(task.id)
        self.all[(task.department, task.id)] = replace(task, done_at=at, done_by=by, done_by_name=name)


class MemoryBooks:
    """Lines in a list, closings in a dictionary."""

    def __init__(self, tasks: MemoryTasks) -> None:
        self._tasks = tasks
        self.entries: list[LedgerLine] = []
        self.closings: dict[tuple[str, date], Closing] = {}

    def day(self, department: str, day: date) -> BookDay:
        lines = self.lines(day, department)
        closing = self.closings.get((department, day))
        totals = by_method(lines) if lines or closing else {}
        return BookDay(department=department, day=day, lines=len(lines), totals=totals, closing=closing)

    def days(self, department: str, month: str) -> tuple[BookDay, ...]:
        known = {line.day for line in self.entries if line.department == department}
        known |= {day for of, day in self.closings if of == department}
        return tuple(self.day(department, day) for day in sorted(known) if f"{day:%Y-%m}" == month)

    def lines(self, day: date, department: str | None = None) -> tuple[LedgerLine, ...]:
        some = [line for line in self.entries if line.day == day and department in (None, line.department)]
        return tuple(sorted(some, key=lambda line: (line.at, line.id)))

    def enter(self, line: LedgerLine) -> None:
        self.check([line])
        if any(line.id == one.id and line.department == one.department for one in self.lines(line.day)):
            raise AlreadyThere(line.id)
        self.entries.append(line)

    def close(self, closing: Closing, *, task: Task | None = None) -> None:
        where = (closing.department, closing.day)
        if where in self.closings or len(self.lines(closing.day, closing.department)) != closing.lines:
            raise Stale(closing.day.isoformat())
        self.closings[where] = closing
        if task is not None:
            self._tasks.put(task)

    def check(self, lines: Sequence[LedgerLine]) -> None:
        """Raises DayClosed when one of the lines came too late."""
        for line in lines:
            if (line.department, line.day) in self.closings:
                raise DayClosed(line.day.isoformat())
