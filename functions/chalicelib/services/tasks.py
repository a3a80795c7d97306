"""Tasks (やること): what was found is told once, and whoever may deal with it says when it is done."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.task import Task, TaskKind, task_id
from chalicelib.services.officers import Officer, Role
from chalicelib.services.parts import Parts

DOES = frozenset({Role.REVIEWER, Role.HEAD, Role.CASHIER})
"""Who deals with a department's tasks."""
SEES = DOES | {Role.AUDITOR, Role.ADMIN}
ONLY = {TaskKind.DAY_DIFFERS: frozenset({Role.HEAD})}
"""Kinds that not everybody of a department may put away: a difference is for the head to judge."""


def found(parts: Parts, kind: TaskKind, *about: str, case: Application | None = None, detail: Mapping[str, str]) -> None:
    """Open a task about these things; found again, nothing changes. case: whose department it is for, and where to look."""
    shown = case is not None and case.submitted_at is not None
    parts.tasks.put(Task(id=task_id(kind, *about), kind=kind, department=case.department if case else None,
                         case=case.id if case and shown else None, opened_at=parts.clock(), detail=detail))


def waiting(parts: Parts, officer: Officer) -> Sequence[Task]:
    """What this officer sees that is not done, the oldest first. One query.

    The department's tasks; for the administrator those of no department, with one query more.
    """
    theirs: list[Task] = []
    if officer.is_one_of(SEES - {Role.ADMIN}):
        theirs += parts.tasks.open(officer.department)
    if Role.ADMIN in officer.roles:
        theirs += parts.tasks.open(None)
    return sorted(theirs, key=lambda task: (task.opened_at, task.id))


def opened(parts: Parts, officer: Officer, id: str) -> Task:
    """One task, for an officer who may see it. Raises NotFound."""
    if officer.is_one_of(SEES - {Role.ADMIN}):
        try:
            return parts.tasks.get(officer.department, id)
        except NotFound:
            if Role.ADMIN not in officer.roles:
                raise
    if Role.ADMIN in officer.roles:
        return parts.tasks.get(None, id)
    raise NotFound("task")


def may_do(officer: Officer, task: Task) -> bool:
    """Whether the officer can say that it is done."""
    if task.department is None:
        return Role.ADMIN in officer.roles
    return task.department == officer.department and officer.is_one_of(ONLY.get(task.kind, DOES))


def done(parts: Parts, officer: Officer, task: Task) -> None:
    """It was dealt with. A second time changes nothing. Raises NotAllowed, and Stale when somebody else was first."""
    if not may_do(officer, task):
        raise NotAllowed("task")
    if task.done_at is None:
        parts.tasks.done(task, by=officer.id, name=officer.name, at=parts.clock())
