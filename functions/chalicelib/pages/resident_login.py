"""Showing the card: to begin or come back to an application, and to sign it when it is sent."""

from typing import NoReturn

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId, VerifiedIdentity
from chalicelib.domain.errors import FormFaulty, IdentityRefused, NotAllowed, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_steps import day_of
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, links
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary.procedure import Procedure

STOPPED = "access_denied"
"""The provider's word for a person who pressed 「やめる」 (RFC 6749 §4.1.2.1)."""
RENEW_CARD = frozenset({"certificate_revoked", "certificate_expired"})
"""What only a new certificate at the desk puts right; trying again does not."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/identity", methods=["GET", "POST"], content_types=FORM)
    def identity(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _identity(parts, request, id))

    @app.route("/apply/a/{id}/others", methods=["GET", "POST"], content_types=FORM)
    def others(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _others(parts, request, id))

    @app.route("/apply/a/{id}/sign", methods=["GET", "POST"], content_types=FORM)
    def sign(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _sign(parts, request, id))

    @app.route("/apply/identity/return", methods=["GET"])
    def comes_back() -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _comes_back(parts, request))


def where_to_go_on(parts: Parts, application: Application) -> str:
    """The page that is next for the person who showed the card: open question, review, correction, or how it stands."""
    match application.state:
        case State.DRAFT:
            procedure = parts.catalogue.procedure(application.procedure)
            page = form.first_open_page(procedure, application.answers)
            return f"/apply/a/{application.id}/" + (f"q/{page.id}" if page else end_of(procedure))
        case State.CORRECTION_REQUESTED:
            return f"/apply/a/{application.id}/correct"
        case _ if application.submitted_at is None:
            return f"/apply/a/{application.id}/ended"
        case _:
            return links.status_url(parts, application)


def end_of(procedure: Procedure) -> str:
    """The page after the last question: what is needed, of an interview; else everything once more before sending."""
    return "needs" if procedure.interview else "review"


def _identity(parts: Parts, request: Request, id: str) -> Page:
    application = browser.known(parts, request, id)
    if browser.is_verified(request.session, id):
        raise SeeOther(where_to_go_on(parts, application))
    if request.method == "GET":
        procedure = parts.catalogue.procedure(application.procedure)
        return Page(template="apply/identity.html", words={
            "id": id, "coming_back": application.identity is not None, "procedure": procedure})
    started = parts.residents.start()
    browser.login_begins(request.session, started, purpose="identify", case=application.id, now=parts.clock())
    raise SeeOther(started.url)


def _others(parts: Parts, request: Request, id: str) -> Page:
    """What the same person has open for this procedure: go on with that, or with this one all the same."""
    application = browser.readable(parts, request, id)
    found = apply.others_open(parts, application)
    if application.state is not State.DRAFT or not found:
        raise SeeOther(where_to_go_on(parts, application))
    if request.method == "POST":
        chosen = next((other for other in found if other.id == request.one("case")), None)
        if chosen is None:
            raise SeeOther(where_to_go_on(parts, application))
        apply.withdraw(parts, application)  # the new one is empty: nobody looks for it later
        browser.verified(request.session, chosen.id)
        raise SeeOther(where_to_go_on(parts, chosen))
    told = [(one, parts.catalogue.status(one.public).name, day_of(one.submitted_at or one.created_at)) for one in found]
    return Page(template="apply/others.html", words={
        "id": id, "others": told, "go_on": where_to_go_on(parts, application),
        "procedure": parts.catalogue.procedure(application.procedure)})


def _sign(parts: Parts, request: Request, id: str) -> Page:
    application = browser.readable(parts, request, id)
    if application.state is not State.DRAFT:
        raise SeeOther(f"/apply/a/{id}/done")
    if request.method == "GET":  # an address that was typed, or reloaded by a phone that had closed the page
        raise SeeOther(f"/apply/a/{id}/review")
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
        latest = browser.latest(request.session)
        if latest and browser.is_verified(request.session, latest) and browser.was_taken_in(request.session, request.query):
            raise SeeOther(where_to_go_on(parts, parts.applications.get(ApplicationId(latest))))
        return Page(template="apply/login_again.html", words={"latest": latest}, status=400)
    if "code" not in request.query:
        return _refused(parts, login, request.query.get("error", "no_code"))
    try:
        if login["purpose"] == "sign":
            _signed(parts, request, login)
        _identified(parts, request, login)
    except IdentityRefused as refusal:
        # The code works once. Where an answer of ours got lost on its way, the browser's second try finds the case sent.
        if login["purpose"] == "sign" and parts.applications.get(ApplicationId(login["case"])).submitted_at is not None:
            raise SeeOther(f"/apply/a/{login['case']}/done") from None
        return _refused(parts, login, refusal.reason)


def _identified(parts: Parts, request: Request, login: dict[str, str]) -> NoReturn:
    identity = parts.residents.finish(browser.started_of(login), code=request.query["code"], now=parts.clock())
    application = _identify(parts, ApplicationId(login["case"]), identity)
    request.session.renew()
    browser.verified(request.session, application.id)
    raise SeeOther(browser.wanted(request.session, "") or _first(parts, application))


def _first(parts: Parts, application: Application) -> str:
    """A draft just begun, beside others of the same person: they are shown first."""
    just_begun = application.state is State.DRAFT and application.version <= 2
    if just_begun and apply.others_open(parts, application):
        return f"/apply/a/{application.id}/others"
    return where_to_go_on(parts, application)


def _identify(parts: Parts, id: ApplicationId, identity: VerifiedIdentity) -> Application:
    try:
        return apply.identify(parts, parts.applications.get(id), identity)
    except Stale:  # a second window showed the card at the same moment; who came first is compared now
        return apply.identify(parts, parts.applications.get(id), identity)


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


def _refused(parts: Parts, login: dict[str, str], reason: str) -> Page:
    procedure = parts.catalogue.procedure(parts.applications.get(ApplicationId(login["case"])).procedure)
    stopped = reason == STOPPED
    return Page(template="apply/refused.html", status=200 if stopped else 403, words={
        "id": login["case"], "purpose": login["purpose"], "procedure": procedure, "stopped": stopped,
        "renew_card": reason in RENEW_CARD, "other_person": reason == "other_person"})
