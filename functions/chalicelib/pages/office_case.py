"""One case on one screen: the answers beside what may be done now, and the sheets to print for it."""

import base64
from dataclasses import dataclass

from chalice.app import Chalice, Response

from chalicelib.domain.application import ENDS, Application, State
from chalicelib.domain.contents import ApplicationId, PaidBy
from chalicelib.domain.errors import NotAllowed
from chalicelib.pages import office_hand_over
from chalicelib.pages.office_decisions import DECISIONS, act, allowed
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_queue import came_late
from chalicelib.pages.office_view import copies, view
from chalicelib.pages.office_words import CARD_NAMES, CHANNEL_NAMES, CHECK_NAMES, NOT_PROVED_NAMES, PAID_BY_NAMES, day
from chalicelib.pages.web import FORM, OFFICE, Page, Request, Web
from chalicelib.services import attach, looking, officers, told
from chalicelib.services.officers import WORKS, Officer, Role
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import wareki

WAITING = frozenset({State.IN_REVIEW, State.AWAITING_APPROVAL, State.CORRECTION_REQUESTED, State.AWAITING_PAYMENT,
                     State.READY_TO_ISSUE, State.ISSUED, State.DISPATCHED})
"""States in which a reviewer can be without anything to do while the case goes on."""


@dataclass(frozen=True, slots=True)
class Payment:
    """How the money of a case stands: in words, and how strongly to show it (a kind of badge)."""

    says: str
    kind: str


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/case/{id}", methods=["GET"])
    def case(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _case(parts, request, id))

    @app.route("/office/case/{id}/print", methods=["GET"])
    def sheets(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _print(parts, request, id))

    @app.route("/office/case/{id}/file/{file}/{page}", methods=["GET"])
    def file(id: str, file: str, page: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _file(parts, request, id, file, page))

    @app.route("/office/case/{id}/{action}", methods=["GET", "POST"], content_types=FORM)
    def decision(id: str, action: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: act(parts, request, id, action))


def _opened(parts: Parts, request: Request, id: str) -> tuple[Officer, Application]:
    officer = at_work(parts, request, case=id)
    return officer, officers.opened(parts, officer, ApplicationId(id))


def _case(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the case, its history, who looked; one write the first time somebody looks."""
    officer, case = _opened(parts, request, id)
    others = looking.present(parts, officer, case)
    can = allowed(parts, officer, case)
    return Page(template="office/case.html", words={
        "officer": officer, "view": view(parts, officer, case), "others": others,
        "decisions": [(name, DECISIONS[name]) for name in can if not DECISIONS[name].aside],
        "asides": {name: DECISIONS[name] for name in can if DECISIONS[name].aside},
        "payment": payment(case), "flash": request.session.holds.pop("flash", None), "day": day,
        "may_work": Role.REVIEWER in officer.roles, "names": {officer.id: officer.name, case.officer: case.officer_name},
        "channel": CHANNEL_NAMES.get(case.channel, case.channel), "checked": CHECK_NAMES.get(case.identity_checked, ""),
        "no_mail": told.reached_at(parts, case) is None,
        "check": office_hand_over.shown(parts, case), "late": came_late(case),
        "card_name": CARD_NAMES.get(case.card.kind, case.card.kind) if case.card else "",
        "not_proved": NOT_PROVED_NAMES.get(case.card.why, case.card.why) if case.card else "",
        "nothing_to_do": parts.catalogue.say(f"office.nothing.{_why(officer, case)}")})


def _file(parts: Parts, request: Request, id: str, file: str, page: str) -> Page:
    """One page of a clean file, as our own picture inside the page: the officer never opens what was sent."""
    officer, case = _opened(parts, request, id)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 0
    one = next((one for one in case.documents if one.id == file), None) or attach.attachment(case, file)
    picture = attach.picture(parts, case, file, number)
    shown = view(parts, officer, case)
    field = next((field.label for field in shown.procedure.fields() if field.id == one.answers_to), "渡す書類")
    return Page(template="office/file.html", shows_bytes=True, words={
        "officer": officer, "view": shown, "file": one, "number": number, "label": field,
        "picture": base64.b64encode(picture).decode()})


def _why(officer: Officer, case: Application) -> str:
    """Why there is nothing to do here for this officer, as a word of `office.nothing.*`."""
    if not officer.is_one_of(WORKS):
        return "auditor"
    return str(case.state) if case.state in WAITING else "ended" if case.state in ENDS else "others"


def payment(case: Application) -> Payment:
    """The money, from the case alone; what the provider said stands in the history."""
    if case.paid_at is not None and case.refunds:
        return Payment(f"返金 {sum(one.yen for one in case.refunds):,}円　残り {case.paid_yen:,}円", "stop")
    if case.paid_at is not None:
        how = f"（{PAID_BY_NAMES[case.paid_by]}）" if case.paid_by in (PaidBy.CASH, PaidBy.CASHLESS) else ""
        return Payment(f"入金済み{how}　{day(case.paid_at)}", "done")
    if case.state is State.AWAITING_PAYMENT:
        return Payment("支払い画面を開いています" if case.attempts else "入金待ち", "state")
    return Payment("請求していません", "stop")


def _print(parts: Parts, request: Request, id: str) -> Page:
    """A sheet for typing and one for a window envelope, or the slip for the applicant. Reads as the case page does."""
    officer, case = _opened(parts, request, id)
    shown = view(parts, officer, case)
    if not any(shown.to):
        raise NotAllowed("nobody to write to")
    return Page(template="office/print.html", words={
        "officer": officer, "view": shown, "day": day, "today": wareki(parts.clock().astimezone(JAPAN).date()),
        "copies": copies(case, shown.procedure), "only": "slip" if request.query.get("only") == "slip" else ""})
