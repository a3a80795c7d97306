"""The queues of a department: what waits where, how long, and who has it. No personal data in a list."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalice.app import Chalice, Response

from chalicelib.domain.application import State
from chalicelib.domain.errors import IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.ports import QueueRow
from chalicelib.domain.reference import as_written
from chalicelib.pages.office_login import at_work, entrance
from chalicelib.pages.office_words import STATE_NAMES, age, day, days_since
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import review
from chalicelib.services.parts import Parts
from chalicelib.services.review import Officer, Role

MOST = 100
"""How many cases a queue gives in one read; a longer one shows 「100以上」."""
NEXT_TRIES = 10
"""How many waiting cases 「次の1件」 reaches for when colleagues are quicker."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of the left column: its address, its name, the states of its cases."""

    id: str
    name: str
    states: tuple[State, ...]
    mine: bool = False
    ended: bool = False
    """Read only when it is chosen, newest first, and shown without a count."""


QUEUES = (
    Queue("waiting", "受付待ち", (State.SUBMITTED,)),
    Queue("mine", "自分の担当", (State.IN_REVIEW,), mine=True),
    Queue("review", "審査中", (State.IN_REVIEW,)),
    Queue("correction", "補正待ち", (State.CORRECTION_REQUESTED,)),
    Queue("payment", "入金待ち", (State.AWAITING_PAYMENT,)),
    Queue("issue", "発行待ち", (State.READY_TO_ISSUE,)),
    Queue("dispatch", "発送待ち", (State.ISSUED,)),
    Queue("sent", "発送済み", (State.DISPATCHED,)),
    Queue("ended", "終了", (State.DELIVERED, State.COMPLETED, State.REJECTED, State.WITHDRAWN, State.EXPIRED), ended=True),
)
SORTS: Mapping[str, tuple[str, Callable[[QueueRow], str]]] = {
    "reference": ("受付番号", lambda row: row.reference),
    "procedure": ("手続き", lambda row: row.procedure),
    "state": ("状態", lambda row: f"{list(State).index(row.state):02}"),
    "received": ("受付から", lambda row: row.submitted_at.isoformat() if row.submitted_at else ""),
    "since": ("この状態で", lambda row: row.state_since.isoformat()),
    "officer": ("担当", lambda row: row.officer_name or ""),
}
"""Columns of the list: address, heading, and what to sort by. `-received` is the other way round."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: where a press leads, and how the list is sorted now (as aria-sort says it)."""

    name: str
    to: str
    now: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One queue as the left column shows it; rows are None where it was not read."""

    queue: Queue
    rows: Sequence[QueueRow] | None
    oldest: str

    @property
    def count(self) -> str:
        """How many, as far as one read can tell."""
        if self.rows is None:
            return ""
        return f"{MOST}以上" if len(self.rows) >= MOST else str(len(self.rows))


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office", methods=["GET"])
    def queues() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: entrance(request) or _queues(parts, request))

    @app.route("/office/next", methods=["POST"], content_types=FORM)
    def next_case() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _next(parts, request))

    @app.route("/office/find", methods=["GET"])
    def find() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _find(parts, request))


def _queues(parts: Parts, request: Request) -> Page:
    """Reads: the session, and one query for each open state (7); 5 more when the ended cases are chosen."""
    officer = at_work(parts, request)
    chosen = next((queue for queue in QUEUES if queue.id == request.query.get("queue")), QUEUES[0])
    now = parts.clock()
    read = {state for queue in QUEUES if queue is chosen or not queue.ended for state in queue.states}
    # A draft that was given up was never sent to the city, so no list of the city shows it.
    found = {state: [row for row in parts.applications.queue(officer.department, state) if row.submitted_at] for state in read}
    shown = [_shown(queue, found, officer, now) for queue in QUEUES]
    present = next(one for one in shown if one.queue is chosen)
    sort = request.query.get("sort", "")
    return Page(template="office/queue.html", words={
        "officer": officer, "queues": shown, "chosen": chosen, "rows": _sorted(present.rows or (), sort, ended=chosen.ended),
        "headings": _headings(chosen, sort), "cut": any(len(found[state]) >= MOST for state in chosen.states),
        "age": lambda at: age(at, now), "days": lambda at: days_since(at, now), "now": day(now),
        "names": {procedure.id: procedure.short for procedure in parts.catalogue.procedures}, "state_names": STATE_NAMES,
        "may_work": Role.REVIEWER in officer.roles, "not_found": request.query.get("missing"),
        "flash": request.session.holds.pop("flash", None)})


def _shown(queue: Queue, found: Mapping[State, Sequence[QueueRow]], officer: Officer, now: datetime) -> Shown:
    if not all(state in found for state in queue.states):
        return Shown(queue, None, "")
    rows = [row for state in queue.states for row in found[state] if not queue.mine or row.officer_name == officer.name]
    oldest = min((row.state_since for row in rows), default=None)
    return Shown(queue, rows, age(oldest, now) if oldest and not queue.ended else "")


def _sorted(rows: Sequence[QueueRow], sort: str, *, ended: bool) -> Sequence[QueueRow]:
    """As the heading says; else the oldest first, and the newest first among the ended ones."""
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return sorted(rows, key=lambda row: row.state_since, reverse=ended)
    return sorted(rows, key=column[1], reverse=sort.startswith("-"))


def _headings(chosen: Queue, sort: str) -> tuple[Heading, ...]:
    present = sort or ("-since" if chosen.ended else "since")
    return tuple(
        Heading(name, f"/office/?queue={chosen.id}&sort={'-' if present == id else ''}{id}",
                {id: "ascending", f"-{id}": "descending"}.get(present, "none"))
        for id, (name, _) in SORTS.items())


def _next(parts: Parts, request: Request) -> Page:
    """Claim the oldest waiting case; where a colleague was quicker, the one after it."""
    officer = at_work(parts, request)
    if Role.REVIEWER not in officer.roles:
        raise NotAllowed("role")
    for row in parts.applications.queue(officer.department, State.SUBMITTED)[:NEXT_TRIES]:
        try:
            case = review.claim(parts, officer, review.opened(parts, officer, row.id))
        except (Stale, IllegalTransition):
            continue
        request.session.holds["flash"] = "claim"
        raise SeeOther(f"/office/case/{case.id}")
    request.session.holds["flash"] = "none"
    raise SeeOther("/office/")


def _find(parts: Parts, request: Request) -> Page:
    """Reads: the session, the reference number, the case. A Japanese keyboard often types full-width signs."""
    officer = at_work(parts, request)
    written = as_written(unicodedata.normalize("NFKC", request.query.get("reference", "")))[:40]
    try:
        case = review.opened(parts, officer, parts.applications.by_reference(written))
    except (NotFound, NotAllowed):
        raise SeeOther(f"/office/?missing={written}") from None
    raise SeeOther(f"/office/case/{case.id}")
