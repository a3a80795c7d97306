"""Adding a file to an application: a page that sends it straight to the store, and the way back from there."""

import re

from chalice.app import Chalice, Response

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import FileStatus
from chalicelib.domain.errors import FormFaulty, NotAllowed, NotFound, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import attach, limits
from chalicelib.services.parts import Parts

FILE = re.compile(r"[0-9a-f]{32}")


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/files/to/{field}", methods=["GET", "POST"], content_types=FORM)
    def to_field(id: str, field: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _to_field(parts, request, id, field))

    @app.route("/apply/a/{id}/files/{file}", methods=["GET"])
    def send(id: str, file: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _send(parts, request, id, file))

    @app.route("/apply/a/{id}/files/{file}/sent", methods=["GET"])
    def sent(id: str, file: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _sent(parts, request, id, file))

    @app.route("/apply/a/{id}/files/{file}/drop", methods=["GET", "POST"], content_types=FORM)
    def drop(id: str, file: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _drop(parts, request, id, file))


def _case(parts: Parts, request: Request, id: str) -> Application:
    """A case that files can be added to: a draft, or one whose correction asks for them."""
    application = browser.readable(parts, request, id)
    if not application.allows(Event.ATTACH, Actor.RESIDENT):
        raise NotAllowed("no files now")
    return application


def _where(parts: Parts, application: Application, field: str) -> str:
    """The page of the form that asks for the field."""
    if application.state is State.CORRECTION_REQUESTED:
        return f"/apply/a/{application.id}/correct#{field}"
    procedure = parts.catalogue.procedure(application.procedure)
    page = next((page.id for page in procedure.pages if any(one.id == field for one in page.fields)), procedure.pages[0].id)
    return f"/apply/a/{application.id}/q/{page}#{field}"


def _may(application: Application, field: str) -> None:
    asked = application.correction.fields if application.correction else None
    if application.state is State.CORRECTION_REQUESTED and field not in (asked or ()):
        raise NotFound(field)


def _to_field(parts: Parts, request: Request, id: str, field: str) -> Page:
    application = _case(parts, request, id)
    _may(application, field)
    if request.method == "GET":
        raise SeeOther(_where(parts, application, field))
    limits.count(parts, request.place, limits.FILES, own=request.from_city)
    try:
        application, file = attach.expect(parts, application, field)
    except (FormFaulty, Stale):  # enough of them, or pressed twice
        raise SeeOther(_where(parts, application, field)) from None
    raise SeeOther(f"/apply/a/{id}/files/{file}")


def _send(parts: Parts, request: Request, id: str, file: str) -> Page:
    """The form that goes to the store. It lives for ten minutes; a reload makes a new one."""
    application = _case(parts, request, id)
    one = attach.attachment(application, file)
    field = str(one.answers_to)
    if one.status is not FileStatus.EXPECTED:
        raise SeeOther(_where(parts, application, field))
    offered = attach.offer(parts, application, file, back_to=f"{parts.public_url}/apply/a/{id}/files/{file}/sent")
    procedure = parts.catalogue.procedure(application.procedure)
    return Page(template="apply/file.html", words={
        "offered": offered, "field": attach.field_of(procedure, application, field), "back": _where(parts, application, field)})


def _sent(parts: Parts, request: Request, id: str, file: str) -> Page:
    """Back from the store. What the browser brings proves nothing: the store is asked whether something came."""
    if not FILE.fullmatch(file):
        raise NotFound(file)
    application = _case(parts, request, id)
    field = str(attach.attachment(application, file).answers_to)
    try:
        after = attach.arrived(parts, application, file)
    except Stale:  # reloaded while the first look was under way
        after = parts.applications.get(application.id)
    if attach.attachment(after, file).status is FileStatus.EXPECTED:
        raise SeeOther(f"/apply/a/{id}/files/{file}")
    raise SeeOther(_where(parts, after, field))


def _drop(parts: Parts, request: Request, id: str, file: str) -> Page:
    application = _case(parts, request, id)
    try:
        field = str(attach.attachment(application, file).answers_to)
    except NotFound:  # pressed twice
        raise SeeOther(f"/apply/a/{id}/review") from None
    _may(application, field)
    if request.method == "POST":
        try:
            application = attach.drop(parts, application, file)
        except Stale:
            application = parts.applications.get(application.id)
    raise SeeOther(_where(parts, application, field))
