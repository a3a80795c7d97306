"""Putting an application aside and coming back to it, on any device, by a link that is mailed."""

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import FormFaulty, NotFound, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_apply import WITH_CARD
from chalicelib.pages.resident_login import where_to_go_on
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, links
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary import form as vocabulary
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Procedure


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
    page, field = _mail_field(procedure)
    mail, problem = str(application.answers.get(field.id, "")), None
    if request.method == "POST":
        mail = request.one(field.id)
        if not _sent_already(request, application, field, mail):
            problem = _send(parts, application, page, field, mail)
    return Page(template="apply/later.html", status=422 if problem else 200, words={
        "id": id, "field": field, "procedure": procedure, "mail": mail, "links": application.links, "problem": problem,
        "back": back, "card": procedure.assurance in WITH_CARD, "sent": request.method == "POST" and problem is None})


def _mail_field(procedure: Procedure) -> tuple[vocabulary.Page, vocabulary.Field]:
    """The field notices go to, with its page. Raises NotFound in a procedure that asks for no address."""
    for page in procedure.pages:
        for field in page.fields:
            if field.kind is FieldKind.MAIL:
                return page, field
    raise NotFound("no mail field")


def _sent_already(request: Request, application: Application, field: vocabulary.Field, mail: str) -> bool:
    """Whether this very page was sent before, as when its answer was lost and the button is pressed once more."""
    return request.one("links") not in ("", str(application.links)) and application.answers.get(field.id) == mail


def _send(parts: Parts, application: Application, page: vocabulary.Page, field: vocabulary.Field, mail: str) -> str | None:
    """Keep the address and send the link; what is wrong, in words, when it cannot be sent."""
    # The other answers of the page are posted again as they are: only the address changes here.
    kept: form.Answers = application.answers
    posted = {f.id: [a] if isinstance(a := kept.get(f.id, ""), str) else list(a) for f in page.fields} | {field.id: [mail]}
    try:
        application, check = apply.save_page(parts, application, page, posted)
        problem = next((p.says for p in check.problems if p.field == field.id), None)
        if problem is None:
            apply.send_resume_link(parts, application)
    except FormFaulty:
        return parts.catalogue.say("apply.later.too_many")
    except Stale:  # pressed twice: the other press sent it
        return parts.catalogue.say("apply.later.once_more")
    return problem


def _resume(parts: Parts, request: Request, token: str) -> Page:
    application = links.open_link(parts, token, links.RESUME, place=request.place)
    if request.method == "GET":  # mail scanners follow links, so opening one does nothing
        card = parts.catalogue.procedure(application.procedure).assurance in WITH_CARD
        return Page(template="apply/resume.html", words={"token": token, "card": card})
    browser.remember(request.session, application.id)
    if parts.catalogue.procedure(application.procedure).assurance not in WITH_CARD:
        browser.verified(request.session, application.id)  # the link went to the address that the draft names
        raise SeeOther(where_to_go_on(parts, application))
    raise SeeOther(f"/apply/a/{application.id}/identity")
