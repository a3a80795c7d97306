"""Sending a document for the applicant: a page that sends the PDF straight to the store, and the way back from there."""

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId, FileStatus
from chalicelib.domain.errors import FormFaulty, NotAllowed, NotFound, Stale
from chalicelib.pages.office_decisions import allowed
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_view import view
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import documents, officers
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes. An address of a button also answers a plain visit: it leads to the page of the decision."""

    @app.route("/office/case/{id}/document", methods=["GET", "POST"], content_types=FORM)
    def add(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _add(parts, request, id))

    @app.route("/office/case/{id}/document/{file}", methods=["GET"])
    def send(id: str, file: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _send(parts, request, id, file))

    @app.route("/office/case/{id}/document/{file}/sent", methods=["GET"])
    def sent(id: str, file: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _sent(parts, request, id, file))

    @app.route("/office/case/{id}/document/{file}/drop", methods=["GET", "POST"], content_types=FORM)
    def drop(id: str, file: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _drop(parts, request, id, file))


def _case(parts: Parts, request: Request, id: str) -> tuple[Officer, Application]:
    """A case that this officer can deliver a document for."""
    officer = at_work(parts, request, case=id)
    case = officers.opened(parts, officer, ApplicationId(id))
    if "deliver" not in allowed(parts, officer, case):
        raise NotAllowed("no document now")
    return officer, case


def _back(id: str) -> SeeOther:
    return SeeOther(f"/office/case/{id}/deliver")


def _add(parts: Parts, request: Request, id: str) -> Page:
    officer, case = _case(parts, request, id)
    if request.method == "GET":
        raise _back(id)
    try:
        _, file = documents.expect(parts, officer, case)
    except (FormFaulty, Stale):  # enough of them, or pressed twice
        raise _back(id) from None
    raise SeeOther(f"/office/case/{id}/document/{file}")


def _send(parts: Parts, request: Request, id: str, file: str) -> Page:
    """The form that goes to the store. It lives for ten minutes; a reload makes a new one."""
    officer, case = _case(parts, request, id)
    if documents.document(case, file).status is not FileStatus.EXPECTED:
        raise _back(id)
    offered = documents.offer(parts, case, file, back_to=f"{parts.public_url}/office/case/{id}/document/{file}/sent")
    return Page(template="office/document.html", words={
        "officer": officer, "view": view(parts, officer, case), "offered": offered, "most": documents.MOST_BYTES // 1024**2})


def _sent(parts: Parts, request: Request, id: str, file: str) -> Page:
    """Back from the store. What the browser brings proves nothing: the store is asked whether something came."""
    officer, case = _case(parts, request, id)
    try:
        case = documents.arrived(parts, officer, case, file)
    except Stale:  # reloaded while the first look was under way
        case = parts.applications.get(case.id)
    if documents.document(case, file).status is FileStatus.EXPECTED:
        raise SeeOther(f"/office/case/{id}/document/{file}")
    raise _back(id)


def _drop(parts: Parts, request: Request, id: str, file: str) -> Page:
    officer, case = _case(parts, request, id)
    if request.method == "POST":
        try:
            documents.drop(parts, officer, case, file)
        except (NotFound, Stale):  # pressed twice
            raise _back(id) from None
    raise _back(id)
