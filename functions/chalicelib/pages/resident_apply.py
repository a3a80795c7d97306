"""The application form: start, one question a page, review, receipt, correction. Works without JavaScript."""

import uuid
from collections.abc import Sequence

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, links, review
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary import procedure as vocabulary
from content.vocabulary.procedure import FieldKind, Procedure


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/{procedure}", methods=["GET", "POST"], content_types=FORM)
    def start(procedure: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _start(parts, request, procedure))

    @app.route("/apply/a/{id}/q/{page}", methods=["GET", "POST"], content_types=FORM)
    def question(id: str, page: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _question(parts, request, id, page))

    @app.route("/apply/a/{id}/review", methods=["GET"])
    def check(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _review(parts, request, id))

    @app.route("/apply/a/{id}/later", methods=["GET", "POST"], content_types=FORM)
    def later(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _later(parts, request, id))

    @app.route("/apply/a/{id}/done", methods=["GET"])
    def done(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _done(parts, request, id))

    @app.route("/apply/a/{id}/correct", methods=["GET", "POST"], content_types=FORM)
    def correct(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _correct(parts, request, id))


def _start(parts: Parts, request: Request, procedure_id: str) -> Page:
    try:
        procedure = parts.catalogue.procedure(procedure_id)
    except KeyError:
        raise NotFound(procedure_id) from None
    if request.method == "POST":
        draft = apply.begin(parts, request.one("id"), procedure.id)
        browser.remember(request.session, draft.id)
        raise SeeOther(f"/apply/a/{draft.id}/identity")
    fee = next((f for f in parts.catalogue.fees if procedure.fee and f.certificate == procedure.fee.certificate
                and f.channel == procedure.fee.channel), None)
    postage = next((p for p in parts.catalogue.postage if procedure.fee and p.id == procedure.fee.postage), None)
    return Page(template="apply/start.html", words={
        "procedure": procedure, "new_id": str(uuid.uuid4()), "fee": fee, "postage": postage,
        "open_draft": _open_draft(parts, request, procedure)})


def _open_draft(parts: Parts, request: Request, procedure: Procedure) -> Application | None:
    """The newest draft of this procedure that this browser began."""
    for id in reversed(request.session.holds.get("cases", [])[-3:]):
        try:
            application = parts.applications.get(id)
        except NotFound:
            continue
        if application.procedure == procedure.id and application.state is State.DRAFT and application.version > 1:
            return application
    return None


def _question(parts: Parts, request: Request, id: str, page_id: str) -> Page:
    application = _draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    try:
        page = procedure.page(page_id)
    except KeyError:
        raise NotFound(page_id) from None
    problems: Sequence[form.Problem] = ()
    moved = False
    if request.method == "POST":
        try:
            application, check = apply.save_page(parts, application, page, request.form)
            problems = check.problems
        except Stale:  # another window saved first: show what is kept now, with what was typed here on top
            moved = True
            check = form.check_page(page, request.form, application.answers)
            application = parts.applications.get(application.id)
            problems = check.problems
        if not problems and not moved:
            raise SeeOther(_after(procedure, application, page.id, from_review="review" in request.query))
        answers: form.Answers = {**application.answers, **{f.id: check.answers[f.id] for f in page.fields if f.id in check.answers}}
    else:
        answers = application.answers
    if not form.asked_fields(page, answers):
        raise SeeOther(_after(procedure, application, page.id, from_review=False))
    back = form.previous_page(procedure, answers, page.id)
    pages = [asked.id for asked in form.asked_pages(procedure, answers)]
    return Page(template="apply/question.html", status=422 if problems else 200, words={
        "id": id, "page": page, "answers": answers, "problems": {p.field: p.says for p in problems}, "moved": moved,
        "fields": page.fields, "asked": {f.id for f in form.asked_fields(page, answers)}, "shown": form.shown,
        "number": pages.index(page.id) + 1, "count": len(pages), "kinds": FieldKind, "from_review": "review" in request.query,
        "back": f"/apply/a/{id}/q/{back.id}" if back else None, "saved": application.version > 2})


def _after(procedure: Procedure, application: Application, page_id: str, *, from_review: bool) -> str:
    following = form.next_page(procedure, application.answers, page_id)
    open_page = form.first_open_page(procedure, application.answers)
    if from_review or following is None:
        following = open_page
    return f"/apply/a/{application.id}/" + (f"q/{following.id}" if following else "review")


def _draft(parts: Parts, request: Request, id: str) -> Application:
    application = browser.readable(parts, request, id)
    if application.state is not State.DRAFT:
        raise SeeOther(f"/apply/a/{id}/done")
    return application


def _review(parts: Parts, request: Request, id: str) -> Page:
    application = _draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    missing = form.problems_of(procedure, application.answers)
    fee = () if missing else review.propose_fee(parts, application)
    sample = any(f.sample for f in parts.catalogue.fees if procedure.fee and f.certificate == procedure.fee.certificate)
    return Page(template="apply/review.html", words={
        "id": id, "procedure": procedure, "rows": _rows(procedure, application), "missing": missing, "fee": fee,
        "total": sum(yen for _, yen in fee), "sample": sample, "changed": "changed" in request.query})


def _rows(procedure: Procedure, application: Application) -> list[tuple[vocabulary.Page, list[tuple[vocabulary.Field, str]]]]:
    """Page → (field, answer in words) for everything that would be sent."""
    answers = application.answers
    return [(page, [(field, form.shown(field, answers.get(field.id, ""))) for field in form.asked_fields(page, answers)])
            for page in form.asked_pages(procedure, answers)]


def _later(parts: Parts, request: Request, id: str) -> Page:
    application = _draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    page = next(page for page in procedure.pages if any(f.kind is FieldKind.MAIL for f in page.fields))
    mail_field = next(f for f in page.fields if f.kind is FieldKind.MAIL)
    words = {"id": id, "field": mail_field, "problem": None, "sent": False, "procedure": procedure,
             "mail": application.answers.get(mail_field.id, "")}
    if request.method == "POST":
        posted = {**{f.id: [str(application.answers.get(f.id, ""))] for f in page.fields}, mail_field.id: [request.one(mail_field.id)]}
        application, check = apply.save_page(parts, application, page, posted)
        problem = next((p.says for p in check.problems if p.field == mail_field.id), None)
        if problem is None:
            try:
                application = apply.send_resume_link(parts, application)
            except FormFaulty:
                problem = parts.catalogue.say("apply.later.too_many")
        words |= {"problem": problem, "sent": problem is None, "mail": request.one(mail_field.id)}
    return Page(template="apply/later.html", words=words, status=422 if words["problem"] else 200)


def _done(parts: Parts, request: Request, id: str) -> Page:
    application = browser.readable(parts, request, id)
    if application.state is State.DRAFT:
        raise SeeOther(f"/apply/a/{id}/review")
    if application.submitted_at is None:
        raise NotAllowed("never sent")
    procedure = parts.catalogue.procedure(application.procedure)
    return Page(template="apply/done.html", words={
        "application": application, "procedure": procedure, "status_url": links.status_url(parts, application)})


def _correct(parts: Parts, request: Request, id: str) -> Page:
    if id not in request.session.holds.get("verified", []):
        browser.known(parts, request, id)
        raise SeeOther(f"/apply/a/{id}/identity")
    application = browser.readable(parts, request, id)
    if application.correction is None:
        raise SeeOther(links.status_url(parts, application))
    procedure = parts.catalogue.procedure(application.procedure)
    reason = next(r for r in procedure.correction_reasons if r.id == application.correction.reason)
    page = apply.fields_to_correct(parts, application)
    answers: form.Answers = application.answers
    problems: Sequence[form.Problem] = ()
    if request.method == "POST":
        try:
            application, check = apply.correct(parts, application, request.form)
        except (Stale, IllegalTransition):
            raise SeeOther(links.status_url(parts, parts.applications.get(application.id))) from None
        if not check.problems:
            raise SeeOther(links.status_url(parts, application))
        problems, answers = check.problems, check.answers
    return Page(template="apply/correct.html", status=422 if problems else 200, words={
        "id": id, "page": page, "fields": page.fields, "asked": {f.id for f in page.fields}, "answers": answers,
        "problems": {p.field: p.says for p in problems}, "reason": reason, "kinds": FieldKind, "shown": form.shown,
        "words": application.correction.words if application.correction else "",
        "due": application.due, "status_url": links.status_url(parts, application)})
