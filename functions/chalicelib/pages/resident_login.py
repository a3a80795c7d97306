"""Showing the card: to begin or come back to an application, and to sign it when it is sent."""

from typing import NoReturn

from chalice.app import Chalice, Response

from chalicelib.domain.application import ApplicationId, State
from chalicelib.domain.errors import FormFaulty, IdentityRefused, NotAllowed, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, links
from chalicelib.services.parts import Parts
from content.rules import form

STOPPED = "access_denied"
"""The provider's word for a person who pressed 「やめる」 (RFC 6749 §4.1.2.1)."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/identity", methods=["GET", "POST"], content_types=FORM)
    def identity(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _identity(parts, request, id))

    @app.route("/apply/a/{id}/sign", methods=["POST"], content_types=FORM)
    def sign(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _sign(parts, request, id))

    @app.route("/apply/identity/return", methods=["GET"])
    def comes_back() -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _comes_back(parts, request))

    @app.route("/apply/resume/{token}", methods=["GET", "POST"], content_types=FORM)
    def resume(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _resume(parts, request, token))


def _identity(parts: Parts, request: Request, id: str) -> Page:
    application = browser.known(parts, request, id)
    if request.method == "GET":
        coming_back = application.identity is not None
        procedure = parts.catalogue.procedure(application.procedure)
        return Page(template="apply/identity.html", words={"id": id, "coming_back": coming_back, "procedure": procedure})
    started = parts.residents.start()
    to = "correct" if application.state is State.CORRECTION_REQUESTED else "form"
    browser.login_begins(request.session, started, purpose="identify", case=application.id, now=parts.clock(), to=to)
    raise SeeOther(started.url)


def _sign(parts: Parts, request: Request, id: str) -> Page:
    application = browser.readable(parts, request, id)
    if application.state is not State.DRAFT:
        raise SeeOther(f"/apply/a/{id}/done")
    try:
        digest = apply.digest_to_sign(parts, application)
    except FormFaulty:
        raise SeeOther(f"/apply/a/{id}/review") from None
    started = parts.residents.start_signing(digest)
    browser.login_begins(request.session, started, purpose="sign", case=application.id, now=parts.clock(), digest=digest)
    raise SeeOther(started.url)


def _comes_back(parts: Parts, request: Request) -> Page:
    login = browser.login_returns(request.session, request.query.get("state", ""), parts.clock())
    if login is None:
        return Page(template="apply/login_again.html", status=400)
    if "code" not in request.query:
        return _refused(login, request.query.get("error", "no_code"))
    try:
        if login["purpose"] == "sign":
            _signed(parts, request, login)
        _identified(parts, request, login)
    except IdentityRefused as refusal:
        return _refused(login, refusal.reason)


def _identified(parts: Parts, request: Request, login: dict[str, str]) -> NoReturn:
    id = ApplicationId(login["case"])
    now = parts.clock()
    identity = parts.residents.finish(browser.started_of(login), code=request.query["code"], now=now)
    application = apply.identify(parts, parts.applications.get(id), identity)
    request.session.renew()
    browser.verified(request.session, id)
    if login.get("to") == "correct":
        raise SeeOther(f"/apply/a/{id}/correct")
    raise SeeOther(where_to_go_on(parts, id, application.answers))


def where_to_go_on(parts: Parts, id: ApplicationId, answers: form.Answers) -> str:
    """The first page that is still open; the review when all are answered; the applicant's own data are shown first."""
    application = parts.applications.get(id)
    if application.state is not State.DRAFT:
        return f"/apply/a/{id}/done"
    page = form.first_open_page(parts.catalogue.procedure(application.procedure), answers)
    return f"/apply/a/{id}/q/{page.id}" if page is not None else f"/apply/a/{id}/review"


def _signed(parts: Parts, request: Request, login: dict[str, str]) -> NoReturn:
    id = ApplicationId(login["case"])
    started, digest = browser.started_of(login), login["digest"]
    subject, signature = parts.residents.finish_signing(started, digest, code=request.query["code"], now=parts.clock())
    for _ in range(2):
        try:
            apply.submit(parts, parts.applications.get(id), subject, signature)
        except Stale:  # a second window was first; what it stored decides
            continue
        except FormFaulty:
            raise SeeOther(f"/apply/a/{id}/review?changed=1") from None
        except NotAllowed:
            raise IdentityRefused("other_person") from None
        break
    request.session.renew()
    browser.verified(request.session, id)
    raise SeeOther(f"/apply/a/{id}/done")


def _refused(login: dict[str, str], reason: str) -> Page:
    words = {"id": login["case"], "purpose": login["purpose"], "stopped": reason == STOPPED, "reason": reason}
    return Page(template="apply/refused.html", words=words, status=200 if reason == STOPPED else 403)


def _resume(parts: Parts, request: Request, token: str) -> Page:
    application = links.open_link(parts, token, links.RESUME, place=request.place)
    if request.method == "GET":  # mail scanners follow links, so opening one does nothing
        return Page(template="apply/resume.html", words={"token": token})
    browser.remember(request.session, application.id)
    raise SeeOther(f"/apply/a/{application.id}/identity")
