"""The queues of a department: what waits where, how long, and who has it. No personal data in a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalice.app import Chalice, Response

from chalicelib.domain.application import State
from chalicelib.domain.errors import IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.ports import QueueRow
from chalicelib.domain.reference import as_written
from chalicelib.pages.office_login import at_work, is_at_work
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import review
from chalicelib.services.parts import Parts
from chalicelib.services.review import Officer, Role
from content.rules.opening import JAPAN
from content.rules.wareki import short_day


@dataclass(frozen=True, slots=True)
class QueueKind:
    """One queue of the left column: its address, its name, the state of its cases."""

    id: str
    name: str
    state: State
    mine: bool = False
    empty: str = "いまはありません。"


QUEUES = (
    QueueKind("waiting", "受付待ち", State.SUBMITTED, empty="待っている申請はありません。新しい申請は、届くとすぐここに出ます。"),
    QueueKind("mine", "自分の担当", State.IN_REVIEW, mine=True, empty="担当している申請はありません。「次の1件を担当する」で始められます。"),
    QueueKind("review", "審査中（全員）", State.IN_REVIEW),
    QueueKind("correction", "補正待ち", State.CORRECTION_REQUESTED),
    QueueKind("payment", "入金待ち", State.AWAITING_PAYMENT),
    QueueKind("issue", "発行待ち", State.READY_TO_ISSUE, empty="入金のすんだ申請はありません。"),
    QueueKind("dispatch", "発送待ち", State.ISSUED),
    QueueKind("sent", "発送済み", State.DISPATCHED),
    QueueKind("rejected", "不交付", State.REJECTED),
    QueueKind("withdrawn", "取下げ", State.WITHDRAWN),
    QueueKind("expired", "期限切れ", State.EXPIRED),
    QueueKind("done", "完了", State.COMPLETED),
)
COUNTED = 8
"""How many queues show their count: the open ones. Each state is one read of the index, so ended ones are read when opened."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One queue as the left column shows it."""

    kind: QueueKind
    rows: Sequence[QueueRow] | None

    @property
    def count(self) -> str:
        """How many; 「100+」 where the list is cut, nothing where it was not read."""
        if self.rows is None:
            return ""
        return "100+" if len(self.rows) >= 100 else str(len(self.rows))


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office", methods=["GET"])
    def queue() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _queue(parts, request))

    @app.route("/office/next", methods=["POST"], content_types=FORM)
    def next_case() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _next(parts, request))

    @app.route("/office/find", methods=["GET"])
    def find() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _find(parts, request))


def _queue(parts: Parts, request: Request) -> Page:
    """One read per state that is shown: the eight open ones, and an ended one when it is chosen."""
    if not is_at_work(request):
        return Page(template="office/login.html", words={"again": False})
    officer = at_work(parts, request)
    chosen = next((kind for kind in QUEUES if kind.id == request.query.get("queue", "waiting")), QUEUES[0])
    read = {kind.state for kind in QUEUES[:COUNTED]} | {chosen.state}
    found = {state: parts.applications.queue(officer.department, state) for state in read}
    shown = [Shown(kind, _of(kind, found[kind.state], officer) if kind.state in found else None) for kind in QUEUES]
    present = next(s for s in shown if s.kind is chosen)
    now = parts.clock()
    return Page(template="office/queue.html", words={
        "officer": officer, "queues": shown, "chosen": chosen, "rows": present.rows or (), "age": lambda at: age(at, now),
        "oldest": lambda rows: age(rows[0].state_since, now) if rows else "", "names": {p.id: p.short for p in parts.catalogue.procedures},
        "state_names": STATE_NAMES, "may_work": Role.REVIEWER in officer.roles, "day": lambda at: day(at),
        "not_found": request.query.get("missing"), "nobody_waits": "none" in request.query})


STATE_NAMES = {
    State.DRAFT: "下書き", State.SUBMITTED: "受付", State.IN_REVIEW: "審査中", State.CORRECTION_REQUESTED: "補正待ち",
    State.AWAITING_PAYMENT: "入金待ち", State.READY_TO_ISSUE: "発行待ち", State.ISSUED: "発送待ち", State.DISPATCHED: "発送済み",
    State.DELIVERED: "到着", State.COMPLETED: "完了", State.REJECTED: "不交付", State.WITHDRAWN: "取下げ", State.EXPIRED: "期限切れ",
}
"""States in the words of the desk."""


def _of(kind: QueueKind, rows: Sequence[QueueRow], officer: Officer) -> Sequence[QueueRow]:
    return tuple(row for row in rows if row.officer_name == officer.name) if kind.mine else rows


def _next(parts: Parts, request: Request) -> Page:
    """Claim the oldest waiting case; where a colleague was quicker, the one after it."""
    officer = at_work(parts, request)
    for row in parts.applications.queue(officer.department, State.SUBMITTED)[:10]:
        try:
            case = review.claim(parts, officer, review.opened(parts, officer, row.id))
        except (Stale, IllegalTransition):
            continue
        raise SeeOther(f"/office/case/{case.id}")
    raise SeeOther("/office/?none=1")


def _find(parts: Parts, request: Request) -> Page:
    officer = at_work(parts, request)
    written = as_written(request.query.get("reference", ""))
    try:
        case = review.opened(parts, officer, parts.applications.by_reference(written))
    except (NotFound, NotAllowed):
        raise SeeOther(f"/office/?missing={written}") from None
    raise SeeOther(f"/office/case/{case.id}")


def age(at: datetime, now: datetime) -> str:
    """How long something has waited: minutes, hours, then days."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 0)}分"
    return f"{minutes // 60}時間" if minutes < 48 * 60 else f"{minutes // 1440}日"


def day(at: datetime | None) -> str:
    """A moment as the desk reads it: 11月20日（金） 12:05."""
    if at is None:
        return ""
    here = at.astimezone(JAPAN)
    return f"{short_day(here.date())} {here:%H:%M}"
