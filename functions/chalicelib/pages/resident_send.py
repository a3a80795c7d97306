"""Sending the application: everything on one page, the likely fee, and the receipt with what comes next."""

from contextlib import suppress

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import FileStatus
from chalicelib.domain.errors import FormFaulty, NotAllowed, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_apply import draft, prices
from chalicelib.pages.resident_login import end_of, where_to_go_on
from chalicelib.pages.resident_steps import steps
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, counter, decide, links, told, versions
from chalicelib.services.parts import Parts
from content.rules import fees, form
from content.vocabulary import form as vocabulary
from content.vocabulary.procedure import Assurance, Procedure

RECEIPT = (State.SUBMITTED, State.IN_REVIEW)
"""While the receipt tells what is true; later the status page does."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/review", methods=["GET"])
    def check(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _review(parts, request, id))

    @app.route("/apply/a/{id}/send", methods=["GET", "POST"], content_types=FORM)
    def send(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _send(parts, request, id))

    @app.route("/apply/a/{id}/update", methods=["POST"], content_types=FORM)
    def update(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _update(parts, request, id))

    @app.route("/apply/a/{id}/done", methods=["GET"])
    def done(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _done(parts, request, id))


def _review(parts: Parts, request: Request, id: str) -> Page:
    application = draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    if procedure.interview:
        raise SeeOther(f"/apply/a/{id}/{end_of(procedure)}")
    missing = form.problems_of(procedure, application.answers, apply.today(parts))
    fee, postage = prices(parts, procedure)
    lines = _likely_fee(parts, application) if not missing else ()
    last = form.asked_pages(procedure, application.answers)[-1]
    return Page(template="apply/review.html", words={
        "id": id, "procedure": procedure, "rows": _rows(procedure, application), "counter": counter.offered(parts, procedure),
        "missing": missing, "fee": lines,
        "total": sum(yen for _, yen in lines),
        "sample": any(price.sample for price in (fee, postage, *procedure.charges) if price is not None),
        "assurance": procedure.assurance, "assurances": Assurance, "confirmed": apply.is_confirmed(parts, application),
        "by_sms": told.chosen(parts, application) is told.Way.SMS,
        "changed_form": versions.changes(procedure, application) if versions.is_old(parts, application) else None,
        "checking": any(one.status is FileStatus.CHECKING for one in application.attachments),
        "changed": "changed" in request.query, "back": f"/apply/a/{id}/q/{last.id}"})


def _likely_fee(parts: Parts, application: Application) -> tuple[tuple[str, int], ...]:
    """The fee as an officer will find it proposed; nothing where no fee is known today."""
    try:
        return decide.propose_fee(parts, application)
    except fees.NoFee:
        return ()


def _send(parts: Parts, request: Request, id: str) -> Page:
    """Send what needs no signature; an address that is not proved yet is proved first, and then it is sent."""
    application = browser.readable(parts, request, id)
    if application.state is not State.DRAFT:
        raise SeeOther(f"/apply/a/{id}/done")
    if request.method == "GET":
        raise SeeOther(f"/apply/a/{id}/review")
    procedure = parts.catalogue.procedure(application.procedure)
    if procedure.assurance is Assurance.CONTACT and not apply.is_confirmed(parts, application):
        request.session.holds["sending"] = id
        raise SeeOther(f"/apply/a/{id}/code")
    try:
        apply.send(parts, application)
    except FormFaulty:
        raise SeeOther(f"/apply/a/{id}/review?changed=1") from None
    except Stale:  # pressed twice
        pass
    raise SeeOther(f"/apply/a/{id}/done")


def _update(parts: Parts, request: Request, id: str) -> Page:
    """The questions have changed since the draft was begun: go on with the new ones."""
    application = draft(parts, request, id)
    with suppress(Stale):
        versions.go_on(parts, application)
    raise SeeOther(f"/apply/a/{id}/review")


def _rows(procedure: Procedure, application: Application) -> list[tuple[vocabulary.Page, list[tuple[vocabulary.Part, str]]]]:
    """Page → (field, answer in words) for everything that would be sent."""
    answers = application.answers
    faulty = {problem.field for _, problem in form.problems_of(procedure, answers)}
    return [(page, [(field, _in_words(field, answers.get(field.id, ""), field.id in faulty))
                    for field in form.asked_fields(page, form.known(procedure, answers))])
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
        "status_url": links.status_url(parts, application), "steps": steps(parts, application),
        "way": told.chosen(parts, application), "ways": told.Way})
