"""やること: what the machine found and somebody must look at, with what to do about it, and 「すんだ」."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chalice.app import Chalice, Response

from chalicelib.domain.errors import NotAllowed, Stale
from chalicelib.domain.task import Task, TaskKind
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import age, day
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import tasks
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from chalicelib.services.tasks import SEES
from content.rules.wareki import short_day

EFFECTS: Mapping[str, str] = {"mail": "お知らせのメール", "refund": "返金", "close_checkout": "支払い画面を閉じること"}
SORTS: Mapping[str, str] = {"permanent": "あて先がありません", "transient": "受信箱がいっぱいなど",
                            "undetermined": "理由は分かりません", "complained": "受け取りを断られました"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One task in words. to: where to look, and what that is called; empty where there is nothing to open."""

    task: Task
    title: str
    what: str
    do: str
    opened: str
    age: str
    to: str
    to_name: str
    may_do: bool
    done: str


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/tasks", methods=["GET"])
    def all_tasks() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _list(parts, request))

    @app.route("/office/tasks/{task}", methods=["GET", "POST"], content_types=FORM)
    def one_task(task: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _one(parts, request, task))


def _list(parts: Parts, request: Request) -> Page:
    """Reads: the session, one query."""
    officer = _may_see(parts, request)
    shown = [_shown(parts, officer, task) for task in tasks.waiting(parts, officer)]
    return Page(template="office/tasks.html", words={
        "officer": officer, "tasks": shown, "flash": request.session.holds.pop("flash", None)})


def _one(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the task; what was done is one transaction."""
    officer = _may_see(parts, request)
    task = tasks.opened(parts, officer, id)
    if request.method == "GET":
        return Page(template="office/task.html", words={"officer": officer, "one": _shown(parts, officer, task)})
    try:
        tasks.done(parts, officer, task)
        request.session.holds["flash"] = "task"
    except Stale:
        request.session.holds["flash"] = "task_before"
    raise SeeOther("/office/tasks")


def _may_see(parts: Parts, request: Request) -> Officer:
    officer = at_work(parts, request)
    if not officer.is_one_of(SEES):
        raise NotAllowed("role")
    return officer


def _shown(parts: Parts, officer: Officer, task: Task) -> Shown:
    say, words = parts.catalogue.say, _words(task)
    to, to_name = _leads_to(task)
    over = f"{task.done_by_name or ''}　{day(task.done_at)}" if task.done_at else ""
    return Shown(task, say(f"office.task.{task.kind}.title"), say(f"office.task.{task.kind}.what", **words),
                 say(f"office.task.{task.kind}.do"), day(task.opened_at), age(task.opened_at, parts.clock()), to, to_name,
                 tasks.may_do(officer, task) and not over, over)


def _leads_to(task: Task) -> tuple[str, str]:
    if task.case is not None:
        return f"/office/case/{task.case}", "申請を開く"
    if task.kind is TaskKind.DAY_DIFFERS:
        return f"/office/books/{task.detail['day']}", "その日の帳簿を開く"
    return "", ""


def _words(task: Task) -> Mapping[str, str]:
    """The details as an officer reads them; a detail that is missing is told as unknown."""
    told = {"yen": "？", "decided": "？", "checkout": "？", "day": "？", "effect": "？", "sort": "？"}
    for name, value in task.detail.items():
        told[name] = value
    for name in ("yen", "decided"):
        if told[name].removeprefix("-").isdigit():
            told[name] = f"{int(told[name]):,}"
    if task.kind is TaskKind.DAY_DIFFERS:
        told["day"] = short_day(date.fromisoformat(told["day"]))
    return told | {"effect": EFFECTS.get(told["effect"], told["effect"]), "sort": SORTS.get(told["sort"], told["sort"])}
