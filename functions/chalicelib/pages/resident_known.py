"""What a resident has said before, on the phone: an earlier application of their own begins a life event's interview.

It is found by its number and where its notices go, or from its status page; either way its pages are opened by the card or
by a code, as always, before anything of it is used or shown.
"""

import uuid

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotFound
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_apply import draft
from chalicelib.pages.resident_login import end_of, where_to_go_on
from chalicelib.pages.resident_needs import rows
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, limits, taken_in
from chalicelib.services.parts import Parts
from content.vocabulary import form as vocabulary
from content.vocabulary.form import Part
from content.vocabulary.life_event import LifeEvent
from content.vocabulary.procedure import Procedure


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/{procedure}/known", methods=["GET", "POST"], content_types=FORM)
    def by_number(procedure: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _by_number(parts, request, procedure))

    @app.route("/apply/a/{id}/use", methods=["GET", "POST"], content_types=FORM)
    def use(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _use(parts, request, id))

    @app.route("/apply/a/{id}/known", methods=["GET"])
    def known(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _known(parts, request, id))


def _by_number(parts: Parts, request: Request, procedure: str) -> Page:
    """Reads: a count, the number and its case. Leads to proving whose it is; nothing of it is told before."""
    event = next((one for one in parts.catalogue.life_events if one.procedure == procedure), None)
    if event is None:
        raise NotFound(procedure)
    problem = ""
    if request.method == "POST":
        try:
            case = taken_in.by_number(parts, request.one("number"), request.one("contact"), place=request.place,
                                      own=request.from_city)
        except NotFound:
            problem = parts.catalogue.say("apply.known.wrong")
        else:
            browser.remember(request.session, case.id)
            raise SeeOther(f"/apply/a/{case.id}/use?to={procedure}")
    return Page(template="apply/known_number.html", status=422 if problem else 200, words={
        "procedure": procedure, "event": event, "problem": problem, "number": request.one("number"),
        "contact": request.one("contact")})


def _use(parts: Parts, request: Request, id: str) -> Page:
    """Which interview is begun with what this application says. Reads its case; one write begins the interview, once."""
    to = request.query.get("to", "")
    wanted = next((one.procedure for one in parts.catalogue.life_events if one.procedure == to), "")
    application = browser.proved(parts, request, id, f"use?to={wanted}" if wanted else "use")
    if application.submitted_at is None:
        raise NotFound("never sent")
    found = events_for(parts, application)
    if request.method == "POST":
        chosen = next((one for one in found if one.procedure == request.one("procedure")), None)
        if chosen is None:
            raise NotFound("no interview")
        limits.count(parts, request.place, limits.DRAFTS, own=request.from_city)
        known = taken_in.of_case(parts, application, parts.catalogue.procedure(chosen.procedure))
        begun = apply.begin(parts, request.one("id"), chosen.procedure, known)
        if begun.version == 1 and dict(begun.answers) == known:  # nothing is in it but what has just been proved to be theirs
            browser.verified(request.session, begun.id)
        raise SeeOther(f"/apply/a/{begun.id}/known")
    procedure = parts.catalogue.procedure(application.procedure)
    near = [one for one in found if one in taken_in.begins(parts, procedure)]
    asked_for = [one for one in found if one.procedure == wanted] if wanted else near  # never another sorrow than their own
    return Page(template="apply/known_use.html", words={
        "id": id, "new_id": str(uuid.uuid4()), "application": application, "procedure": procedure, "events": asked_for,
        "otherwise": f"/apply/{wanted}" if wanted else "/apply"})


def events_for(parts: Parts, application: Application) -> list[LifeEvent]:
    """The life events whose interview this application answers in part, those that it answers most of first."""
    told = [(len(taken_in.of_case(parts, application, parts.catalogue.procedure(one.procedure))), one)
            for one in parts.catalogue.life_events]
    return [one for count, one in sorted(told, key=lambda both: (-both[0], both[1].order)) if count]


def _known(parts: Parts, request: Request, id: str) -> Page:
    """Everything that is known already, page by page, to be confirmed. Reads the case."""
    application = draft(parts, request, id)
    if not application.taken_in:
        raise SeeOther(where_to_go_on(parts, application))
    procedure = parts.catalogue.procedure(application.procedure)
    first = taken_in.first_asked(procedure, application)
    return Page(template="apply/known.html", words={
        "id": id, "procedure": procedure, "rows": known_rows(procedure, application),
        "then": f"/apply/a/{id}/" + (f"q/{first.id}" if first else end_of(procedure))})


def known_rows(procedure: Procedure, application: Application) -> list[tuple[vocabulary.Page, list[tuple[Part, str]]]]:
    """(page, (field, answer in words)) of what was known before the first question."""
    shown = [(page, [(field, text) for field, text in fields if field.id in application.taken_in])
             for page, fields in rows(procedure, application.answers)]
    return [(page, fields) for page, fields in shown if fields]
