"""Printing for many cases at once: a list, sheets for typing, letters and labels. Nothing is recorded but who looked.

That a document was issued is recorded one by one: each applicant is looked up in the core system first (design D6).
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from chalice.app import Chalice, Response

from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.ports import QueueRow
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_queue import PRINTED, QUEUES, Queue
from chalicelib.pages.office_view import View, copies, view
from chalicelib.pages.office_words import age, day
from chalicelib.pages.web import FORM, OFFICE, Page, Request, Web
from chalicelib.services import looking, officers
from chalicelib.services.officers import SEES_CASES, Officer
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import wareki

MOST = 30
"""Cases printed at once: as many as somebody keeps in order on a desk."""
KINDS = (("list", "一覧", "受付番号・内容・入金"), ("cover", "入力用", "1件1枚。基幹システムへの入力に"),
         ("letter", "送付用", "1件1枚。窓つき封筒（長形3号）に"), ("label", "宛名ラベル", "A4・12面（86.4×42.3mm）"))


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/print", methods=["GET", "POST"], content_types=FORM)
    def batch() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _batch(parts, request))


def _batch(parts: Parts, request: Request) -> Page:
    """Reads the session and one page of the queue; for the sheets of each case what its own page reads, and its look."""
    officer = at_work(parts, request)
    queue = next((one for one in QUEUES if one.id == request.query.get("queue", PRINTED[0]) and one.id in PRINTED), None)
    if queue is None or queue.state is None or not officer.is_one_of(SEES_CASES):
        raise NotAllowed("queue")
    of = next((one.id for one in parts.catalogue.procedures if one.id == request.query.get("procedure")), None)
    piece = parts.applications.queue(officer.department, queue.state, most=MOST, procedure=of)
    chosen = request.form.get("cases", ())[:MOST]
    kinds = [id for id, _, _ in KINDS if id in request.form.get("sheets", ())]
    here = "/office/print?" + urlencode({"queue": queue.id, **({"procedure": of} if of else {})})
    if chosen and kinds:
        return _sheets(parts, officer, queue, chosen, kinds, here)
    asked = request.method == "POST"
    return Page(template="office/batch.html", status=422 if asked else 200, words={
        "officer": officer, "queue": queue, "rows": piece.rows, "more": piece.next is not None, "most": MOST, "kinds": KINDS,
        "here": here, "back": here.replace("/office/print", "/office/"),
        "problems": _problems(parts, chosen, kinds) if asked else {},
        "chosen": chosen if asked else _all(piece.rows), "chosen_kinds": kinds if asked else [id for id, _, _ in KINDS[:1]],
        "names": {one.id: one.short for one in parts.catalogue.procedures}, "age": lambda at: age(at, parts.clock())})


def _all(rows: Sequence[QueueRow]) -> list[str]:
    return [row.id for row in rows]


def _problems(parts: Parts, chosen: Sequence[str], kinds: Sequence[str]) -> Mapping[str, str]:
    say = parts.catalogue.say
    missing = {} if kinds else {"sheets": say("office.problem.sheets")}
    return missing if chosen else {**missing, "cases": say("office.problem.cases")}


def _sheets(parts: Parts, officer: Officer, queue: Queue, chosen: Sequence[str], kinds: Sequence[str], here: str) -> Page:
    views = []
    for id in dict.fromkeys(chosen):
        try:
            case = officers.opened(parts, officer, ApplicationId(id))
        except (NotFound, NotAllowed):
            continue
        if case.state is queue.state:
            looking.present(parts, officer, case)
            views.append(view(parts, officer, case))
    addressed = [one for one in views if all(one.to)]
    return Page(template="office/batch_sheets.html", words={
        "officer": officer, "queue": queue, "views": views, "gone": len(set(chosen)) - len(views), "kinds": kinds, "here": here,
        "addressed": addressed, "no_address": [one for one in views if not all(one.to)], "day": day, "gist": _gist, "paid": _paid,
        "copies": lambda one: copies(one.case, one.procedure), "today": wareki(parts.clock().astimezone(JAPAN).date())})


def _gist(shown: View) -> str:
    """What is to be made: the lines of the fee, else how many copies; nothing that tells of the person."""
    if shown.case.fee is not None:
        return "、".join(what for what, yen in shown.case.fee.lines if yen >= 0)
    number = copies(shown.case, shown.procedure)
    return f"{number}通" if number else ""


def _paid(shown: View) -> str:
    case = shown.case
    if case.fee is None:
        return "無料"
    return f"{case.paid_yen:,}円　{day(case.paid_at)}" if case.paid_at else f"{case.fee.yen:,}円　未入金"
