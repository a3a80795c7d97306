"""Sending the application: everything on one page, the likely fee, and the receipt with what comes next."""

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import NotAllowed
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_apply import draft, prices
from chalicelib.pages.resident_login import where_to_go_on
from chalicelib.pages.resident_steps import steps
from chalicelib.pages.web import RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import decide, links
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary import procedure as vocabulary
from content.vocabulary.procedure import Procedure

RECEIPT = (State.SUBMITTED, State.IN_REVIEW)
"""While the receipt tells what is true; later the status page does."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/review", methods=["GET"])
    def check(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _review(parts, request, id))

    @app.route("/apply/a/{id}/done", methods=["GET"])
    def done(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _done(parts, request, id))


def _review(parts: Parts, request: Request, id: str) -> Page:
    application = draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    missing = form.problems_of(procedure, application.answers)
    fee, postage = prices(parts, procedure)
    lines = decide.propose_fee(parts, application) if fee is not None and not missing else ()
    last = form.asked_pages(procedure, application.answers)[-1]
    return Page(template="apply/review.html", words={
        "id": id, "procedure": procedure, "rows": _rows(procedure, application), "missing": missing, "fee": lines,
        "total": sum(yen for _, yen in lines), "sample": any(price.sample for price in (fee, postage) if price is not None),
        "changed": "changed" in request.query, "back": f"/apply/a/{id}/q/{last.id}"})


def _rows(procedure: Procedure, application: Application) -> list[tuple[vocabulary.Page, list[tuple[vocabulary.Part, str]]]]:
    """Page → (field, answer in words) for everything that would be sent."""
    answers = application.answers
    faulty = {problem.field for _, problem in form.problems_of(procedure, answers)}
    return [(page, [(field, _in_words(field, answers.get(field.id, ""), field.id in faulty))
                    for field in form.asked_fields(page, answers)])
            for page in form.asked_pages(procedure, answers)]


def _in_words(field: vocabulary.Part, answer: form.Answer, faulty: bool) -> str:
    """A faulty answer is shown as it was typed: a day that is no day has no name in the calendar."""
    if faulty:
        return answer if isinstance(answer, str) else "、".join(answer)
    return form.shown(field, answer)


def _done(parts: Parts, request: Request, id: str) -> Page:
    application = browser.readable(parts, request, id)
    if application.submitted_at is None and application.state is not State.DRAFT:
        raise NotAllowed("never sent")
    if application.state not in RECEIPT:
        raise SeeOther(where_to_go_on(parts, application))
    return Page(template="apply/done.html", words={
        "application": application, "procedure": parts.catalogue.procedure(application.procedure),
        "status_url": links.status_url(parts, application), "steps": steps(parts, application)})
