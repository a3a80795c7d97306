"""Ledger lines, closings and tasks as JSON texts: none of them holds anything about a person."""

from functools import cache

from pydantic import TypeAdapter

from chalicelib.domain.ledger import Closing, LedgerLine
from chalicelib.domain.task import Task


@cache
def _lines() -> TypeAdapter[LedgerLine]:
    return TypeAdapter(LedgerLine)


@cache
def _closings() -> TypeAdapter[Closing]:
    return TypeAdapter(Closing)


@cache
def _tasks() -> TypeAdapter[Task]:
    return TypeAdapter(Task)


def line_json(line: LedgerLine) -> str:
    """A ledger line."""
    return _lines().dump_json(line).decode()


def line_from(text: str) -> LedgerLine:
    """A ledger line again."""
    return _lines().validate_json(text)


def closing_json(closing: Closing) -> str:
    """A closing."""
    return _closings().dump_json(closing).decode()


def closing_from(text: str) -> Closing:
    """A closing again."""
    return _closings().validate_json(text)


def task_json(task: Task) -> str:
    """A task."""
    return _tasks().dump_json(task).decode()


def task_from(text: str) -> Task:
    """A task again."""
    return _tasks().validate_json(text)
