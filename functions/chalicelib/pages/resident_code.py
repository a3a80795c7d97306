"""A code to the address or number somebody gave: to send an application without a card, and to open what a link alone must not."""

import unicodedata

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import FormFaulty, Stale, TooMany
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_login import where_to_go_on
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, contact, limits, told
from chalicelib.services.links import WINDOW_SECONDS
from chalicelib.services.parts import Parts


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/code", methods=["GET", "POST"], content_types=FORM)
    def code(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _code(parts, request, id))


def _code(parts: Parts, request: Request, id: str) -> Page:
    """Reads the case; one write to send a code, one to take it in, one more to send the application."""
    application = browser.known(parts, request, id)
    problem = None
    if request.method == "POST" and request.one("then") == "send":
        limits.count(parts, request.place, limits.CODES, own=request.from_city)
        application, problem = _sent(parts, application)
        if problem is None:
            raise SeeOther(f"/apply/a/{id}/code")  # going back to this page must not send another code
    elif request.method == "POST":
        try:
            application = contact.confirm(parts, application, _digits(request.one("code")))
        except FormFaulty:
            problem = parts.catalogue.say("apply.code.wrong")
        else:
            _goes_on(parts, request, application)
    waiting = application.code_sent_at is not None and parts.clock() - application.code_sent_at <= contact.LIVES
    to = contact.where(parts, application) or ""
    return Page(template="apply/code.html", status=422 if problem else 200, words={
        "id": id, "waiting": waiting, "problem": problem, "sending": request.session.holds.get("sending") == id,
        "to": _hidden(to), "by_sms": bool(to) and told.way_to(to) is told.Way.SMS})


def _sent(parts: Parts, application: Application) -> tuple[Application, str | None]:
    try:
        return contact.send_code(parts, application), None
    except FormFaulty:
        return application, parts.catalogue.say("apply.code.none")
    except TooMany as full:
        if full.wait_seconds <= WINDOW_SECONDS:
            raise
        return application, parts.catalogue.say("apply.sms.full")
    except Stale:  # pressed twice
        return parts.applications.get(application.id), None


def _goes_on(parts: Parts, request: Request, application: Application) -> None:
    """The contact is proved: a new session, then what was begun before."""
    sending = request.session.holds.pop("sending", None) == application.id
    request.session.renew()
    browser.verified(request.session, application.id)
    if sending and application.state is State.DRAFT:
        try:
            apply.send(parts, application)
        except FormFaulty:
            raise SeeOther(f"/apply/a/{application.id}/review?changed=1") from None
        raise SeeOther(f"/apply/a/{application.id}/done")
    raise SeeOther(browser.wanted(request.session, where_to_go_on(parts, application)))


def _digits(typed: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign.isdigit())[:12]


def _hidden(to: str) -> str:
    """Enough to know it again: ha…@example.jp, 090-…-…22. The page may be looked at by whoever has the link."""
    name, _, host = to.partition("@")
    return f"{name[:2]}…@{host}" if host else f"{to[:3]}-…-…{to[-2:]}" if to else ""
