"""The queues of a department: what waits where, how long, and who has it. No personal data in a list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.ports import QueuePage, QueueRow
from chalicelib.domain.reference import as_written
from chalicelib.pages.office_login import at_work, entrance
from chalicelib.pages.office_words import CHANNEL_NAMES, STATE_NAMES, age, day, days_since
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import books, officers, review, tasks
from chalicelib.services.officers import AUDITS, DECIDES, SEES_CASES, Officer, Role
from chalicelib.services.parts import Parts

CASE_CODE_LENGTH = 9
"""XXXX-XXXX, where a reference number has three groups."""
LATE = timedelta(minutes=10)
"""From when on an application counts as one that was made while a kiosk had no network."""
PAGE = 50
"""Cases on one page of a list; the list goes on by a link, however long it is."""
NEXT_TRIES = 10
"""How many waiting cases 「次の1件」 reaches for when colleagues are quicker."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of the left column: its address, its name, the state of its cases (None: an officer's own)."""

    id: str
    name: str
    state: State | None
    ended: bool = False
    """Shown the newest first, and without an age."""


QUEUES = (
    Queue("waiting", "受付待ち", State.SUBMITTED),
    Queue("mine", "自分の担当", None),
    Queue("review", "審査中", State.IN_REVIEW),
    Queue("approval", "決裁待ち", State.AWAITING_APPROVAL),
    Queue("correction", "補正待ち", State.CORRECTION_REQUESTED),
    Queue("payment", "入金待ち", State.AWAITING_PAYMENT),
    Queue("issue", "発行待ち", State.READY_TO_ISSUE),
    Queue("dispatch", "発送・交付待ち", State.ISSUED),
    Queue("sent", "発送済み", State.DISPATCHED),
    Queue("delivered", "到着・交付済み", State.DELIVERED, ended=True),
    Queue("completed", "完了", State.COMPLETED, ended=True),
    Queue("rejected", "不交付", State.REJECTED, ended=True),
    Queue("withdrawn", "取下げ", State.WITHDRAWN, ended=True),
    Queue("expired", "期限切れ", State.EXPIRED, ended=True),
)
PRINTED = ("issue", "dispatch")
"""Queues whose cases are put on paper."""
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
    """One queue as the left column shows it."""

    queue: Queue
    count: int | None
    """Exactly how many; None for an officer's own, which are seen when they are opened."""
    oldest: str


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
    """Reads: the session, a query of the counts and one of the tasks, a row of each open queue with cases, a page of the list."""
    officer = at_work(parts, request)
    chosen = next((queue for queue in QUEUES if queue.id == request.query.get("queue")), QUEUES[0])
    now = parts.clock()
    counts = parts.applications.counts(officer.department)
    offered = [one for one in parts.catalogue.procedures if one.department == officer.department and not one.interview]
    of = next((one.id for one in offered if one.id == request.query.get("procedure")), None)
    page = _piece(parts, officer, chosen, request.query.get("after") or None, of)
    sort = request.query.get("sort", "")
    return Page(template="office/queue.html", words={
        "officer": officer, "queues": [_shown(parts, officer, queue, counts, now) for queue in QUEUES], "chosen": chosen,
        "rows": _sorted(page.rows, sort, ended=chosen.ended), "headings": _headings(chosen, sort, of),
        "next": _address(chosen, of, after=page.next) if page.next else None, "first": "after" in request.query,
        "of": of, "offered": offered if len(offered) > 1 else (), "here": _address(chosen, of),
        "age": lambda at: age(at, now), "days": lambda at: days_since(at, now), "now": day(now),
        "names": {procedure.id: procedure.short for procedure in parts.catalogue.procedures}, "state_names": STATE_NAMES,
        "tasks": len(tasks.waiting(parts, officer)) if officer.is_one_of(tasks.SEES) else None,
        "may_count": officer.is_one_of(books.READS), "may_audit": officer.is_one_of(AUDITS),
        "channels": CHANNEL_NAMES, "late": came_late,
        "batch": _address(chosen, of).replace("/?", "/print?") if chosen.id in PRINTED else None,
        "may_work": Role.REVIEWER in officer.roles, "may_enter": officer.is_one_of(DECIDES),
        "not_found": request.query.get("missing"),
        "flash": request.session.holds.pop("flash", None)})


def came_late(row: QueueRow | Application) -> bool:
    """Whether it was finished at a kiosk well before it reached us."""
    return row.made_at is not None and row.submitted_at is not None and row.submitted_at - row.made_at > LATE


def _piece(parts: Parts, officer: Officer, chosen: Queue, after: str | None, of: str | None) -> QueuePage:
    if not officer.is_one_of(SEES_CASES):
        return QueuePage(())
    if chosen.state is None:
        return parts.applications.mine(officer.department, officer.id, after=after, most=PAGE)
    return parts.applications.queue(officer.department, chosen.state, after=after, most=PAGE, newest=chosen.ended, procedure=of)


def _address(chosen: Queue, of: str | None, **more: str) -> str:
    return "/office/?" + urlencode({"queue": chosen.id, **({"procedure": of} if of else {}), **more})


def _shown(parts: Parts, officer: Officer, queue: Queue, counts: Mapping[State, int], now: datetime) -> Shown:
    if queue.state is None:
        return Shown(queue, None, "")
    count = counts.get(queue.state, 0)
    if queue.ended or not count:
        return Shown(queue, count, "")
    first = parts.applications.queue(officer.department, queue.state, most=1).rows
    return Shown(queue, count, age(first[0].state_since, now) if first else "")


def _sorted(rows: Sequence[QueueRow], sort: str, *, ended: bool) -> Sequence[QueueRow]:
    """As the heading says; else the oldest first, and the newest first among the ended ones."""
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return sorted(rows, key=lambda row: row.state_since, reverse=ended)
    return sorted(rows, key=column[1], reverse=sort.startswith("-"))


def _headings(chosen: Queue, sort: str, of: str | None) -> tuple[Heading, ...]:
    present = sort or ("-since" if chosen.ended else "since")
    return tuple(
        Heading(name, _address(chosen, of, sort=f"{'-' if present == id else ''}{id}"),
                {id: "ascending", f"-{id}": "descending"}.get(present, "none"))
        for id, (name, _) in SORTS.items())


def _next(parts: Parts, request: Request) -> Page:
    """Claim the oldest waiting case; where a colleague was quicker, the one after it."""
    officer = at_work(parts, request)
    if Role.REVIEWER not in officer.roles:
        raise NotAllowed("role")
    for row in parts.applications.queue(officer.department, State.SUBMITTED, most=NEXT_TRIES).rows:
        try:
            case = review.claim(parts, officer, officers.opened(parts, officer, row.id))
        except (Stale, IllegalTransition):
            continue
        request.session.holds["flash"] = "claim"
        raise SeeOther(f"/office/case/{case.id}")
    request.session.holds["flash"] = "none"
    raise SeeOther("/office/")


def _named(parts: Parts, written: str) -> ApplicationId:
    """The case of a reference number, or of the shorter code on a paper that a kiosk printed. Raises NotFound.

    Two cases of one code are none: the paper then does not say which of them it is.
    """
    if len(written) != CASE_CODE_LENGTH:
        return parts.applications.by_reference(written)
    found = parts.applications.by_case_code(written)
    if len(found) != 1:
        raise NotFound("code")
    return found[0]


def _find(parts: Parts, request: Request) -> Page:
    """Reads: the session, the reference number or the printed code, the case. A Japanese keyboard often types full-width signs."""
    officer = at_work(parts, request)
    written = as_written(request.query.get("reference", ""))[:40]
    try:
        case = officers.opened(parts, officer, _named(parts, written))
    except (NotFound, NotAllowed):
        raise SeeOther(f"/office/?missing={written}") from None
    raise SeeOther(f"/office/case/{case.id}")
