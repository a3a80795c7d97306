"""Filling in a form on the phone and bringing it to the counter: from a draft, or in one go from the procedure's first page."""

from collections.abc import Mapping
from datetime import datetime

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotFound
from chalicelib.domain.prepared import FETCHES_MOST, Prepared
from chalicelib.pages.office_form import drawn, typed
from chalicelib.pages.qr_picture import picture
from chalicelib.pages.resident_apply import draft
from chalicelib.pages.resident_steps import day_of
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, Web
from chalicelib.services import counter, prepared, prepared_qr
from chalicelib.services.parts import Parts
from content.rules import form
from content.rules.opening import JAPAN
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Procedure


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/{procedure}/counter", methods=["GET", "POST"], content_types=FORM)
    def at_once(procedure: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _at_once(parts, request, procedure))

    @app.route("/apply/a/{id}/counter", methods=["GET", "POST"], content_types=FORM)
    def from_draft(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _from_draft(parts, request, id))


def _at_once(parts: Parts, request: Request, id: str) -> Page:
    """The whole form on one page; nothing is kept before the code is made. Reads nothing; writes the code."""
    procedure = next((one for one in parts.catalogue.procedures if one.id == id and counter.offered(parts, one)), None)
    if procedure is None:
        raise NotFound(id)
    short = prepared.short(procedure)
    if request.method == "GET":
        return _asking(procedure, short, {}, {})
    told = typed(parts, request, short)
    if told.problems or told.stays:
        return _asking(procedure, short, told.answers, told.problems)
    gathered = prepared.gathered(short, told.answers)
    if not gathered.answers:
        first = short.pages[0].fields[0].id
        return _asking(procedure, short, told.answers, {first: parts.catalogue.say("apply.counter.nothing")})
    return _code(parts, request, procedure, gathered)


def _asking(procedure: Procedure, short: Procedure, answers: form.Answers, problems: Mapping[str, str]) -> Page:
    return Page(template="apply/counter.html", status=422 if problems else 200, words={
        "procedure": procedure, "problems": problems, **drawn(short, answers, problems)})


def _from_draft(parts: Parts, request: Request, id: str) -> Page:
    """What of the draft goes along, and then the code; the draft stays as it is. Reads the case; writes the code."""
    application = draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    if not (counter.offered(parts, procedure) or procedure.interview):
        raise NotFound(id)
    gathered = prepared.gathered(procedure, application.answers)
    if request.method == "GET" or not gathered.answers:
        return Page(template="apply/counter_draft.html", words={
            "id": id, "procedure": procedure, "rows": _rows(procedure, application, gathered),
            "attached": any(one.kind is FieldKind.FILE and application.answers.get(one.id) for one in procedure.fields())})
    return _code(parts, request, procedure, gathered, case=id)


def _rows(procedure: Procedure, application: Application, gathered: Prepared) -> list[tuple[str, str]]:
    asked = [part for page in form.asked_pages(procedure, application.answers)
             for part in form.asked_fields(page, form.known(procedure, application.answers))]
    return [(part.label, shown) for part in asked
            if part.id in gathered.answers and (shown := form.shown(part, gathered.answers[part.id]))]


def _code(parts: Parts, request: Request, procedure: Procedure, gathered: Prepared, case: str = "") -> Page:
    code, until = prepared.keep(parts, gathered, place=request.place, own=request.from_city)
    return Page(template="apply/counter_code.html", words={
        "procedure": procedure, "code": code, "until": moment(until), "most": FETCHES_MOST, "case": case,
        "pictures": [picture(text) for text in prepared_qr.texts(gathered, until)]})


def moment(until: datetime) -> str:
    """Until when a code is good: 11月29日（日） 06:03."""
    return f"{day_of(until)} {until.astimezone(JAPAN):%H:%M}"
