"""What the core system or a robot hands back about cases: read line by line, judged before anything happens, then made the
officer's ordinary steps. The same file twice changes nothing the second time.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.reference import as_written
from chalicelib.services import decide, fulfil, officers
from chalicelib.services.documents import result_for
from chalicelib.services.officers import DECIDES, Officer
from chalicelib.services.parts import Parts
from content.vocabulary.procedure import Result as ResultKind

LINES_MOST = 200
"""Lines of one file: all of them are steps of one request."""
COLUMNS: Mapping[str, str] = {
    "reference": "受付番号, as the export gives it",
    "result": "`issued`, `dispatched` or `rejected`; dispatched also records the issue where that is still missing",
    "tracking": "number of the letter, 8 to 20 figures or capital letters; only with dispatched, may be empty",
    "reason": "id of a rejection reason of the procedure; only with rejected",
}
"""The columns of a file of results."""


class What(StrEnum):
    """What the outside says has happened to a case."""

    ISSUED = "issued"
    DISPATCHED = "dispatched"
    REJECTED = "rejected"


class Verdict(StrEnum):
    """What becomes of a line."""

    CHANGES = "changes"
    """It would be a step; nothing has happened yet."""
    DONE = "done"
    ALREADY = "already"
    """The case says so already: nothing to do."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it was handed in. number: counts from 1. sound: False where it could not be read at all."""

    number: int
    reference: str
    result: str = ""
    tracking: str = ""
    reason: str = ""
    sound: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A line and what becomes of it. why: a word of `office.result.*`. id, state, version: of the case as it was judged.

    refunds: yen that go back with a refusal.
    """

    line: Line
    verdict: Verdict
    why: str
    id: ApplicationId | None = None
    state: State | None = None
    version: int = 0
    refunds: int = 0


class TooManyLines(FormFaulty):
    """More lines than one request can make steps of."""


def read(text: str) -> tuple[Line, ...]:
    """The lines of a CSV with headings, or of JSON Lines. Raises TooManyLines."""
    text = text.removeprefix("\ufeff").strip()
    lines = tuple(_from_json(text) if text.startswith("{") else _from_csv(text))
    if len(lines) > LINES_MOST:
        raise TooManyLines("lines")
    return lines


def _from_json(text: str) -> list[Line]:
    lines = []
    for number, row in enumerate((row for row in text.split("\n") if row.strip()), start=1):
        try:
            told = json.loads(row)
        except (ValueError, RecursionError):
            told = None
        lines.append(_line(number, told if isinstance(told, dict) else None))
    return lines


def _from_csv(text: str) -> list[Line]:
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        head = [name.strip().lower() for name in next(rows, [])]
        told = [dict(zip(head, row, strict=False)) for row in rows if any(row)]
    except csv.Error:
        return [_line(1, None)] if text else []
    if text and not {"reference", "result"} <= set(head):
        return [_line(1, None)]
    return [_line(number, one) for number, one in enumerate(told, start=1)]


def _line(number: int, told: Mapping[str, object] | None) -> Line:
    given = {name: "" if (told or {}).get(name) is None else str((told or {}).get(name)).strip()[:60] for name in COLUMNS}
    given["reference"] = as_written(given["reference"])[:40]
    return Line(number=number, sound=bool(told) and bool(given["reference"]), **given)


def judge(parts: Parts, officer: Officer, lines: Sequence[Line]) -> tuple[Judged, ...]:
    """What would become of each line; nothing is changed. Raises NotAllowed. Two reads for each line."""
    if not officer.is_one_of(DECIDES):
        raise NotAllowed("role")
    first = {line.reference: line.number for line in reversed(lines)}
    return tuple(_judged(parts, officer, line, again=first[line.reference] != line.number)[0] for line in lines)


def make(parts: Parts, officer: Officer, lines: Sequence[Line], seen: Mapping[str, int]) -> tuple[Judged, ...]:
    """Make the steps. seen: reference → version of the case that the officer saw; another one is refused."""
    judged = judge(parts, officer, lines)
    return tuple(_made(parts, officer, one, seen.get(one.line.reference)) if one.verdict is Verdict.CHANGES else one
                 for one in judged)


def _made(parts: Parts, officer: Officer, judged: Judged, seen: int | None) -> Judged:
    again, case = _judged(parts, officer, judged.line, again=False)
    if again.verdict is not Verdict.CHANGES or case is None:
        return again
    if case.version != seen:
        return replace(again, verdict=Verdict.REFUSED, why="changed")
    try:
        _STEPS[What(judged.line.result)](parts, officer, case, judged.line)
    except (Stale, IllegalTransition, NotAllowed, FormFaulty):
        return replace(again, verdict=Verdict.REFUSED, why="changed")
    return replace(again, verdict=Verdict.DONE, why="done")


def _issue(parts: Parts, officer: Officer, case: Application, line: Line) -> None:
    del line
    fulfil.issue(parts, officer, case)


def _dispatch(parts: Parts, officer: Officer, case: Application, line: Line) -> None:
    if case.state is State.READY_TO_ISSUE:
        case = fulfil.issue(parts, officer, case)
    fulfil.dispatch(parts, officer, case, tracking=fulfil.tracking_number(line.tracking))


def _reject(parts: Parts, officer: Officer, case: Application, line: Line) -> None:
    decide.reject(parts, officer, case, reason=line.reason)


_STEPS: Mapping[What, Callable[[Parts, Officer, Application, Line], None]] = {
    What.ISSUED: _issue, What.DISPATCHED: _dispatch, What.REJECTED: _reject}


def _judged(parts: Parts, officer: Officer, line: Line, *, again: bool) -> tuple[Judged, Application | None]:
    if not line.sound or line.result not in set(What):
        return Judged(line=line, verdict=Verdict.REFUSED, why="unreadable" if not line.sound else "unknown"), None
    if again:
        return Judged(line=line, verdict=Verdict.REFUSED, why="twice"), None
    try:
        case = officers.opened(parts, officer, ApplicationId(parts.applications.by_reference(line.reference)))
    except (NotFound, NotAllowed):
        return Judged(line=line, verdict=Verdict.REFUSED, why="missing"), None
    verdict, why = _RULES[What(line.result)](parts, officer, case, line)
    refunds = case.paid_yen if line.result == What.REJECTED and verdict is Verdict.CHANGES else 0
    return Judged(line=line, verdict=verdict, why=why, id=case.id, state=case.state, version=case.version,
                  refunds=refunds), case


Rule = tuple[Verdict, str]
SENT_ON = (State.DISPATCHED, State.DELIVERED, State.COMPLETED)


def _may_issue(parts: Parts, officer: Officer, case: Application, line: Line) -> Rule:
    del officer
    if line.tracking or line.reason:
        return Verdict.REFUSED, "surplus"
    if case.issued_at is not None and case.state in (State.ISSUED, *SENT_ON):
        return Verdict.ALREADY, "already"
    if parts.catalogue.procedure(case.procedure).result not in (ResultKind.POST, ResultKind.COLLECT):
        return Verdict.REFUSED, "way"
    return (Verdict.CHANGES, "changes") if case.allows(Event.ISSUE, Actor.OFFICER) else (Verdict.REFUSED, "state")


def _may_dispatch(parts: Parts, officer: Officer, case: Application, line: Line) -> Rule:
    del officer
    try:
        tracking = fulfil.tracking_number(line.tracking)
    except FormFaulty:
        return Verdict.REFUSED, "tracking"
    if line.reason:
        return Verdict.REFUSED, "surplus"
    if case.dispatched_at is not None and case.state in SENT_ON:
        same = tracking in (None, case.tracking)
        return (Verdict.ALREADY, "already") if same else (Verdict.REFUSED, "other_tracking")
    if result_for(parts.catalogue.procedure(case.procedure), case) is not ResultKind.POST:
        return Verdict.REFUSED, "way"
    return (Verdict.CHANGES, "changes") if case.state in (State.READY_TO_ISSUE, State.ISSUED) else (Verdict.REFUSED, "state")


def _may_reject(parts: Parts, officer: Officer, case: Application, line: Line) -> Rule:
    if line.tracking:
        return Verdict.REFUSED, "surplus"
    if line.reason not in {one.id for one in parts.catalogue.procedure(case.procedure).rejection_reasons}:
        return Verdict.REFUSED, "reason"
    proposed = case.proposal is not None and (case.proposal.event, case.proposal.reason) == (Event.REJECT, line.reason)
    if proposed or (case.state is State.REJECTED and case.ended_because == line.reason):
        return Verdict.ALREADY, "already"
    if not case.allows(Event.REJECT, Actor.OFFICER) or case.state is State.AWAITING_APPROVAL:
        return Verdict.REFUSED, "state"
    return (Verdict.CHANGES, "changes") if case.officer == officer.id else (Verdict.REFUSED, "not_yours")


_RULES: Mapping[What, Callable[[Parts, Officer, Application, Line], Rule]] = {
    What.ISSUED: _may_issue, What.DISPATCHED: _may_dispatch, What.REJECTED: _may_reject}
