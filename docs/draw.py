"""Draws the documents that are made from code: `python -m docs.draw` writes docs/state-machine.md and docs/retention.md.

A test compares the files with code and content, so they cannot drift.
"""

import inspect
import pkgutil
from enum import Enum
from importlib import import_module
from pathlib import Path

from pydantic import BaseModel

import content.vocabulary
from chalicelib.domain.application import ENDS, PUBLIC, TRANSITIONS, Actor, Event, State
from chalicelib.services.steps import FORGET_DRAFTS_DAYS, WARN_DAYS
from content.catalogue import Catalogue, load
from content.vocabulary.procedure import Procedure

HERE = Path(__file__).parent
WHO = {Actor.RESIDENT: "住民", Actor.OFFICER: "職員", Actor.PROVIDER: "決済事業者", Actor.TIMER: "時間切れ"}


def state_machine() -> str:
    """The whole page: a Mermaid picture of the moves, and the table of every allowed pair."""
    moves = [(state, event, row) for (state, event), row in TRANSITIONS.items() if row.to is not state]
    picture = "\n".join(f"  {state} --> {row.to}: {event} ({WHO[row.by]})" for state, event, row in moves)
    ends = "\n".join(f"  {state} --> [*]" for state in State if state in ENDS)
    rows = "\n".join(f"| {state} | {event} | {WHO[row.by]} | {row.to if row.to is not state else 'stays'} |"
                     for (state, event), row in sorted(TRANSITIONS.items(), key=_in_order))
    shown = "\n".join(f"| {state} | {PUBLIC[state]} |" for state in State)
    return (f"# What may happen to an application\n\nDrawn from `functions/chalicelib/domain/application.py` by `make docs`; "
            f"a test fails when they differ.\n\n```mermaid\nstateDiagram-v2\n  [*] --> draft\n{picture}\n{ends}\n```\n\n"
            f"## Every allowed pair\n\n| state | event | who | then |\n|---|---|---|---|\n{rows}\n\n"
            f"## What residents see\n\n| state | public status |\n|---|---|\n{shown}\n")


def _in_order(item: tuple[tuple[State, Event], object]) -> tuple[int, int]:
    (state, event), _ = item
    return list(State).index(state), list(Event).index(event)


def retention(catalogue: Catalogue) -> str:
    """The page docs/retention.md: how long each procedure's cases are kept, when their applicants are told, and who says so."""
    rows = "\n".join(
        f"| {one.name} | `{one.id}` | {one.retention_days} | {one.retention_days - WARN_DAYS} | {one.draft_days} | {_source(one)} |"
        for one in sorted(catalogue.procedures, key=lambda one: one.id))
    return (f"# How long personal data are kept\n\nDrawn from the procedures of {catalogue.city.name} by `make docs`; a test fails "
            "when they differ. Days count from the end of a case (完了・不交付・取下げ・期限切れ). "
            f"{WARN_DAYS} days before the erasure the applicant is told by mail. A draft that was never sent ends after the "
            f"days below without a change, and is erased {FORGET_DRAFTS_DAYS} days later without a word.\n\n"
            "The days are the procedure's `retention_days`. Which class of the city's 文書保存年限 a procedure belongs to is "
            "the city's to confirm; the source is that of the procedure.\n\n"
            "| procedure | id | erased after days | told after days | untouched draft ends after days | source of the procedure |\n"
            f"|---|---|---|---|---|---|\n{rows}\n")


def _source(procedure: Procedure) -> str:
    if procedure.sample:
        return "sample (見本)"
    return f"{procedure.source}, {procedure.checked_on}" if procedure.source else "–"


def vocabulary_words() -> list[str]:
    """The name of every type of the vocabulary, and every value of its enums."""
    words: list[str] = []
    for module in pkgutil.iter_modules(content.vocabulary.__path__):
        loaded = import_module(f"content.vocabulary.{module.name}")
        for name, thing in vars(loaded).items():
            public = inspect.isclass(thing) and thing.__module__ == loaded.__name__ and not name.startswith("_")
            if public and issubclass(thing, BaseModel | Enum):
                words.append(name)
    words += [str(state) for state in State]
    return sorted(set(words))


if __name__ == "__main__":
    (HERE / "state-machine.md").write_text(state_machine(), "utf-8")
    (HERE / "retention.md").write_text(retention(load("ibusuki")), "utf-8")
