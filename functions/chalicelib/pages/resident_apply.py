"""The application form: its start page, one question a page, and the questions an officer asks again."""

import uuid
from collections.abc import Mapping, Sequence

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import Attachment, FileStatus
from chalicelib.domain.errors import IllegalTransition, NotFound, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.questions import STAYS, asking, looked_up
from chalicelib.pages.resident_login import end_of, where_to_go_on
from chalicelib.pages.resident_steps import day_of
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, counter, limits, links, taken_in, told, versions
from chalicelib.services.parts import Parts
from content.rules import fees, form, notices
from content.rules.opening import JAPAN
from content.vocabulary import form as vocabulary
from content.vocabulary.certificate import Fee, Postage
from content.vocabulary.procedure import Assurance, Procedure, Result


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply", methods=["GET"])
    def entrance() -> Response:
        return web.answer(app.current_request, RESIDENT, lambda _: _entrance(parts))

    @app.route("/apply/{procedure}", methods=["GET", "POST"], content_types=FORM)
    def start(procedure: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _start(parts, request, procedure))

    @app.route("/apply/a/{id}/q/{page}", methods=["GET", "POST"], content_types=FORM)
    def question(id: str, page: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _question(parts, request, id, page))

    @app.route("/apply/a/{id}/ended", methods=["GET"])
    def ended(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _ended(parts, request, id))

    @app.route("/apply/a/{id}/correct", methods=["GET", "POST"], content_types=FORM)
    def correct(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _correct(parts, request, id))


def draft(parts: Parts, request: Request, id: str) -> Application:
    """The draft, for the person who showed the card; a case that was sent or has ended leads to how it stands."""
    application = browser.readable(parts, request, id)
    if application.state is not State.DRAFT:
        raise SeeOther(where_to_go_on(parts, application))
    return application


def prices(parts: Parts, procedure: Procedure) -> tuple[Fee | None, Postage | None]:
    """What one copy and the letter cost today, where that is known."""
    if procedure.fee is None:
        return None, None
    today = parts.clock().astimezone(JAPAN).date()
    try:
        fee = fees.fee_on(parts.catalogue, procedure.fee.certificate, procedure.fee.channel, today)
        postage = fees.postage_on(parts.catalogue, procedure.fee.postage, today) if procedure.fee.postage else None
    except fees.NoFee:
        return None, None
    return fee, postage


def _entrance(parts: Parts) -> Page:
    """Everything that can be applied for, by moment of life."""
    groups: dict[str, list[Procedure]] = {}
    for one in sorted(parts.catalogue.procedures, key=lambda one: (one.order, one.id)):
        groups.setdefault(one.situation, []).append(one)
    return Page(template="apply/list.html", words={"groups": groups, "assurances": Assurance})


def _start(parts: Parts, request: Request, procedure_id: str) -> Page:
    try:
        procedure = parts.catalogue.procedure(procedure_id)
    except KeyError:
        raise NotFound(procedure_id) from None
    if request.method == "POST":
        limits.count(parts, request.place, limits.DRAFTS, own=request.from_city)
        begun = apply.begin(parts, request.one("id"), procedure.id)
        if begun.taken_in:  # begun elsewhere, with somebody's answers: an id is no proof
            raise NotFound("not begun here")
        raise SeeOther(entered(parts, request, begun))
    fee, postage = prices(parts, procedure)
    begun_before = _open_draft(parts, request, procedure)
    return Page(template="apply/start.html", words={
        "procedure": procedure, "new_id": str(uuid.uuid4()), "fee": fee, "postage": postage,
        "card": procedure.assurance in WITH_CARD, "signs": procedure.assurance is Assurance.SIGNATURE, "flow": flow(procedure),
        "asked_before": any(procedure.id == event.procedure
                            for one in parts.catalogue.procedures for event in taken_in.begins(parts, one)),
        "open_draft": begun_before, "counter": counter.offered(parts, procedure),
        "open_draft_reached": begun_before is not None and told.reached_at(parts, begun_before) is not None})


def entered(parts: Parts, request: Request, application: Application) -> str:
    """Where a draft that this browser has just begun goes on, or one that it begins a second time.

    Nothing is in a new one but what this browser has said or has proved to be its own; a card is shown first where one is
    wanted, and what was written since asks to show whose it is.
    """
    browser.remember(request.session, application.id)
    card = parts.catalogue.procedure(application.procedure).assurance in WITH_CARD
    if not browser.is_verified(request.session, application.id):
        if card or application.version > 1:
            return browser.prove_url(parts, application)
        browser.verified(request.session, application.id)
    return where_to_go_on(parts, application)


def _open_draft(parts: Parts, request: Request, procedure: Procedure) -> Application | None:
    """The newest draft of this procedure that this browser began; looks at three at most."""
    for id in reversed(request.session.holds.get("cases", [])[-3:]):
        try:
            application = parts.applications.get(id)
        except NotFound:
            continue
        written = application.version > 1 or application.taken_in
        if application.procedure == procedure.id and application.state is State.DRAFT and written:
            return application
    return None


def _question(parts: Parts, request: Request, id: str, page_id: str) -> Page:
    """Reads the case; writes once when an answer changed."""
    application = draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    try:
        page = procedure.page(page_id)
    except KeyError:
        raise NotFound(page_id) from None
    from_review = "review" in request.query
    problems: Sequence[form.Problem] = ()
    moved = False
    answers: form.Answers = application.answers
    then = request.one("then")
    if request.method == "POST":
        posted = looked_up(parts, form.with_row_changed(page, request.form, then), then)
        application, check, moved = _save(parts, application, page, posted)
        if not moved and then == "autosave":
            return Page(template="apply/saved.html")
        if not moved and then.partition(":")[0] in STAYS:
            return _drawn(parts, request, application, page, (), moved=False, from_review=from_review)
        if not moved and then == "later":
            raise SeeOther(f"/apply/a/{id}/later")
        if not moved and not check.problems:
            raise SeeOther(_after(procedure, application, page.id, from_review=from_review))
        problems, answers = check.problems, check.answers
    if not form.asked_fields(page, form.known(procedure, answers)):  # an answer elsewhere has made this page needless
        raise SeeOther(_after(procedure, application, page.id, from_review=from_review))
    return _drawn(parts, request, application, page, problems, moved=moved, from_review=from_review, answers=answers)


def _drawn(parts: Parts, request: Request, application: Application, page: vocabulary.Page, problems: Sequence[form.Problem],
           *, moved: bool, from_review: bool, answers: form.Answers | None = None) -> Page:
    """The question page with what was answered so far."""
    procedure = parts.catalogue.procedure(application.procedure)
    answers = application.answers if answers is None else answers
    back = form.previous_page(procedure, answers, page.id)
    pages = [asked.id for asked in form.asked_pages(procedure, answers)]
    told = versions.changes(procedure, application) if versions.is_old(parts, application) else None
    id, kept = application.id, form.known(procedure, application.answers)
    return Page(template="apply/question.html", status=422 if problems else 409 if moved else 200, words={
        "id": id, "resumable": notices.contact_page(procedure) is not None,
        "page": page, "number": pages.index(page.id) + 1, "count": len(pages), "moved": moved, "changed_form": told,
        "from_review": from_review, "saved": bool(form.asked_fields(page, kept)) and application.version > 2,
        "back": f"/apply/a/{id}/{end_of(procedure)}" if from_review else f"/apply/a/{id}/q/{back.id}" if back else None,
        "verified_only": all(f.from_identity for f in page.fields), "attached": attached(application),
        "interview": procedure.interview,
        "focus": request.one("then").partition(":")[2] or None,
        **asking((page,), form.known(procedure, answers), {one.field: one.says for one in problems})})


def attached(application: Application) -> dict[str, list[Attachment]]:
    """The files of each field, in the order they came."""
    found: dict[str, list[Attachment]] = {}
    for one in application.attachments:
        if one.answers_to is not None and one.status is not FileStatus.EXPECTED:
            found.setdefault(one.answers_to, []).append(one)
    return found


def _save(parts: Parts, application: Application, page: vocabulary.Page, posted: Mapping[str, Sequence[str]],
          ) -> tuple[Application, form.PageCheck, bool]:
    """The case, the check, and whether another window came first. Then nothing was kept yet: what stands now is
    shown with what was typed here on top."""
    try:
        application, check = apply.save_page(parts, application, page, posted)
    except Stale:
        newest = parts.applications.get(application.id)
        if newest.state is not State.DRAFT:
            raise SeeOther(where_to_go_on(parts, newest)) from None
        check = form.check_page(page, posted, newest.answers, of=parts.catalogue.procedure(newest.procedure))
        if dict(newest.answers) == check.answers:  # the page's own saving was a moment quicker
            return newest, check, False
        return newest, check, True
    return application, check, False


WITH_CARD = (Assurance.SIGNATURE, Assurance.AUTH)


def flow(procedure: Procedure) -> tuple[str, ...]:
    """What comes after the application, as the ends of message keys `apply.flow.*`."""
    if procedure.interview:
        return ("ask", "list", "bring")
    first = {Assurance.SIGNATURE: "sign", Assurance.AUTH: "card"}.get(procedure.assurance, "contact")
    last = {Result.POST: ("print", "post"), Result.COLLECT: ("collect",), Result.DOCUMENT: ("document",),
            Result.NOTICE: ("notice",)}
    return (first, "review", *(("pay",) if procedure.costs else ()), *last[procedure.result])


def _after(procedure: Procedure, application: Application, page_id: str, *, from_review: bool) -> str:
    """Where to go from an answered page: on, or back to the review unless the answer opened new questions."""
    following = taken_in.next_asked(procedure, application, page_id)
    if from_review or following is None:
        following = form.first_open_page(procedure, application.answers)
    back = "?review=1" if from_review and following else ""
    return f"/apply/a/{application.id}/" + (f"q/{following.id}{back}" if following else end_of(procedure))


def _ended(parts: Parts, request: Request, id: str) -> Page:
    """A draft that was left too long."""
    application = browser.readable(parts, request, id)
    if application.state is State.DRAFT or application.submitted_at is not None:
        raise SeeOther(where_to_go_on(parts, application))
    return Page(template="apply/ended.html", words={"procedure": parts.catalogue.procedure(application.procedure)})


def _correct(parts: Parts, request: Request, id: str) -> Page:
    """The named fields with the officer's words, which may be personal: only after the card was shown."""
    application = browser.proved(parts, request, id, "correct")
    if application.correction is None:
        raise SeeOther(where_to_go_on(parts, application))
    asked = application.correction
    procedure = parts.catalogue.procedure(application.procedure)
    reason = next((r for r in procedure.correction_reasons if r.id == asked.reason), None)
    page = apply.fields_to_correct(parts, application)
    answers: form.Answers = application.answers
    problems: Sequence[form.Problem] = ()
    status_url = links.status_url(parts, application)
    if request.method == "POST":
        try:
            _, check = apply.correct(parts, application, request.form)
        except (Stale, IllegalTransition):  # pressed twice, or the case went on meanwhile
            raise SeeOther(status_url) from None
        if not check.problems:
            raise SeeOther(status_url)
        problems, answers = check.problems, check.answers
    return Page(template="apply/correct.html", status=422 if problems else 200, words={
        "id": id, "reason": reason, "words": asked.words, "due": day_of(application.due), "status_url": status_url,
        "attached": attached(application),
        **asking((page,), answers, {one.field: one.says for one in problems})})
