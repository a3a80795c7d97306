"""Putting an application aside and coming back to it, on any device, by a link that is sent by mail or SMS."""

from collections.abc import Sequence

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import FormFaulty, NotFound, Stale, TooMany
from chalicelib.pages import resident_session as browser
from chalicelib.pages.questions import asking
from chalicelib.pages.resident_apply import WITH_CARD
from chalicelib.pages.resident_login import where_to_go_on
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, links, told
from chalicelib.services.links import WINDOW_SECONDS
from chalicelib.services.parts import Parts
from content.rules import form, notices
from content.vocabulary import form as vocabulary


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/later", methods=["GET", "POST"], content_types=FORM)
    def later(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _later(parts, request, id))

    @app.route("/apply/resume/{token}", methods=["GET", "POST"], content_types=FORM)
    def resume(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _resume(parts, request, token))


def _later(parts: Parts, request: Request, id: str) -> Page:
    application = browser.readable(parts, request, id)
    back = where_to_go_on(parts, application)
    if application.state is not State.DRAFT:
        raise SeeOther(back)
    procedure = parts.catalogue.procedure(application.procedure)
    contact = notices.contact_page(procedure)
    if contact is None:
        raise NotFound("no contact page")
    page, by_letter = notices.at_once(contact), told.chosen(parts, application) is told.Way.LETTER
    problems: Sequence[form.Problem] = ()
    says = None
    if request.method == "POST" and not _sent_already(request, application, page):
        application, problems, says = _send(parts, application, page, request.form)
    sent = request.method == "POST" and not problems and says is None
    return Page(template="apply/later.html", status=422 if problems or says else 200, words={
        "id": id, "procedure": procedure, "says": says, "back": back, "by_letter": by_letter, "sent": sent,
        "to": told.reached_at(parts, application), "by_sms": told.chosen(parts, application) is told.Way.SMS,
        "card": procedure.assurance in WITH_CARD, "links": application.links,
        **asking((page,), application.answers, {one.field: one.says for one in problems})})


def _sent_already(request: Request, application: Application, page: vocabulary.Page) -> bool:
    """Whether this very page was sent before, as when its answer was lost and the button is pressed once more."""
    nothing_new = form.check_page(page, request.form, application.answers).answers == dict(application.answers)
    return nothing_new and request.one("links") not in ("", str(application.links))


def _send(parts: Parts, application: Application, page: vocabulary.Page, posted: form.Posted,
          ) -> tuple[Application, Sequence[form.Problem], str | None]:
    """Keep the contact and send the link; what is wrong with a field, or in words, when it cannot be sent."""
    try:
        application, check = apply.save_page(parts, application, page, posted)
        if not check.problems:
            application = apply.send_resume_link(parts, application)
    except FormFaulty:
        return application, (), parts.catalogue.say("apply.later.too_many")
    except TooMany as full:
        if full.wait_seconds <= WINDOW_SECONDS:
            raise
        return application, (), parts.catalogue.say("apply.sms.full")
    except Stale:  # pressed twice: the other press sent it
        return parts.applications.get(application.id), (), parts.catalogue.say("apply.later.once_more")
    return application, check.problems, None


def _resume(parts: Parts, request: Request, token: str) -> Page:
    application = links.open_link(parts, token, links.RESUME, place=request.place)
    if request.method == "GET":  # mail scanners follow links, so opening one does nothing
        card = parts.catalogue.procedure(application.procedure).assurance in WITH_CARD
        return Page(template="apply/resume.html", words={"token": token, "card": card})
    browser.remember(request.session, application.id)
    if parts.catalogue.procedure(application.procedure).assurance not in WITH_CARD:
        browser.verified(request.session, application.id)  # the link went to the contact that the draft names
        raise SeeOther(where_to_go_on(parts, application))
    raise SeeOther(f"/apply/a/{application.id}/identity")
