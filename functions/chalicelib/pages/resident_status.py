"""How an application stands, behind a secret link: steps, dates, whose turn it is. No personal data, no answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalice.app import Chalice, Response

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.errors import IllegalTransition, NotAllowed, ProviderDown, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, links, pay
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import short_day

POST_DAYS = 4
"""Days a letter takes at most inside the prefecture (日本郵便 since 2021-10)."""
ACTIONS = ("pay", "withdraw", "arrived", "correct")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline."""

    name: str
    when: str
    how: str
    """done, now or next: how far the case has come."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/status", methods=["GET"])
    def entrance() -> Response:
        return web.answer(app.current_request, RESIDENT, lambda _: Page(template="status/entrance.html"))

    @app.route("/status/{token}", methods=["GET"])
    def status(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _status(parts, request, token))

    @app.route("/status/{token}/paid", methods=["GET"])
    def paid(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _paid(parts, request, token))

    @app.route("/status/{token}/withdraw", methods=["GET", "POST"], content_types=FORM)
    def withdraw(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _withdraw(parts, request, token))

    @app.route("/status/{token}/pay", methods=["POST"], content_types=FORM)
    def go_and_pay(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _pay(parts, request, token))

    @app.route("/status/{token}/arrived", methods=["POST"], content_types=FORM)
    def arrived(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _arrived(parts, request, token))

    @app.route("/status/{token}/correct", methods=["POST"], content_types=FORM)
    def correct(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _correct(parts, request, token))


def _opened(parts: Parts, request: Request, token: str) -> Application:
    return links.open_link(parts, token, links.STATUS, place=request.place)


def _status(parts: Parts, request: Request, token: str) -> Page:
    application = _opened(parts, request, token)
    procedure = parts.catalogue.procedure(application.procedure)
    correction = next((r for r in procedure.correction_reasons
                       if application.correction and r.id == application.correction.reason), None)
    rejection = next((r for r in procedure.rejection_reasons if r.id == application.ended_because), None)
    allows = {event: application.allows(event, Actor.RESIDENT) for event in (Event.WITHDRAW, Event.CONFIRM_ARRIVAL)}
    return Page(template="status/status.html", words={
        "token": token, "application": application, "procedure": procedure, "words": parts.catalogue.status(application.public),
        "steps": steps(parts, application), "due": _day(application.due), "state": application.state, "states": State,
        "correction": correction, "rejection": rejection, "may_withdraw": allows[Event.WITHDRAW],
        "may_confirm": allows[Event.CONFIRM_ARRIVAL], "returned": _money_returned(parts, application)})


def _money_returned(parts: Parts, application: Application) -> bool:
    """Whether a payment is being given back; looked up only where a case has seen a fee decision."""
    if not application.fees:
        return False
    return any(entry.event is Event.RETURN_MONEY for entry in parts.applications.history(application.id))


def steps(parts: Parts, application: Application) -> Sequence[Step]:
    """The timeline: what is done with its day, the present step, and what comes."""
    if application.state in (State.REJECTED, State.WITHDRAWN, State.EXPIRED):
        end = {State.REJECTED: "発行できませんでした", State.WITHDRAWN: "取りやめました", State.EXPIRED: "期限がすぎました"}
        return (Step("申請を送りました", _day(application.submitted_at), "done"),
                Step(end[application.state], _day(application.state_since), "now"))
    decided = application.fee.decided_at if application.fee else None
    rows = (
        ("申請を受け付けました", application.submitted_at, "", (State.SUBMITTED,)),
        ("担当者が内容を確かめます", decided, "2〜3日ほど", (State.IN_REVIEW, State.CORRECTION_REQUESTED)),
        ("お支払い", application.paid_at, "金額が決まってから", (State.AWAITING_PAYMENT,)),
        ("証明書を印刷します", application.issued_at, "お支払いの次の日ごろ", (State.READY_TO_ISSUE,)),
        ("郵便で送ります", application.dispatched_at, "印刷した日か次の日", (State.ISSUED,)),
        ("届きます", application.state_since if application.public == "done" else None, _arrival(application), (State.DISPATCHED,)),
    )
    return tuple(_step(name, at, expected, application.state in present, done=at is not None and application.state not in present)
                 for name, at, expected, present in rows)


def _step(name: str, at: datetime | None, expected: str, present: bool, *, done: bool) -> Step:
    return Step(name, _day(at) if at and not present else _day(at) or expected, "now" if present else "done" if done else "next")


def _arrival(application: Application) -> str:
    if application.dispatched_at is None:
        return "送ってから2〜4日"
    return f"{_day(application.dispatched_at + timedelta(days=POST_DAYS))}ごろまでに"


def _day(moment: datetime | None) -> str:
    return short_day(moment.astimezone(JAPAN).date()) if moment is not None else ""


def _pay(parts: Parts, request: Request, token: str) -> Page:
    application = _opened(parts, request, token)
    try:
        to = pay.open_payment(parts, application, back_to=f"{parts.public_url}/status/{token}/paid")
    except (NotAllowed, IllegalTransition):
        raise SeeOther(f"/status/{token}") from None
    raise SeeOther(to)


def _paid(parts: Parts, request: Request, token: str) -> Page:
    """Back from the provider's page. Nothing the browser says counts: the provider is asked."""
    application = _opened(parts, request, token)
    try:
        application = pay.look(parts, application)
    except (ProviderDown, Stale):
        application = parts.applications.get(application.id)
    if application.state is State.AWAITING_PAYMENT and "again" not in request.query:
        return Page(template="status/checking.html", words={"token": token})
    raise SeeOther(f"/status/{token}")


def _withdraw(parts: Parts, request: Request, token: str) -> Page:
    application = _opened(parts, request, token)
    if not application.allows(Event.WITHDRAW, Actor.RESIDENT):
        raise SeeOther(f"/status/{token}")
    if request.method == "GET":
        return Page(template="status/withdraw.html", words={"token": token, "application": application})
    apply.withdraw(parts, application)
    raise SeeOther(f"/status/{token}")


def _arrived(parts: Parts, request: Request, token: str) -> Page:
    application = _opened(parts, request, token)
    try:
        apply.confirm_arrival(parts, application)
    except (IllegalTransition, Stale):  # pressed twice: it is noted already
        pass
    raise SeeOther(f"/status/{token}")


def _correct(parts: Parts, request: Request, token: str) -> Page:
    """The answers are shown only to the person with the card; the link alone leads to showing it."""
    application = _opened(parts, request, token)
    browser.remember(request.session, application.id)
    raise SeeOther(f"/apply/a/{application.id}/correct")
