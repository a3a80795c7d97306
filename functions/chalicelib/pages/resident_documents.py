"""The documents the city made, for the person who has shown that the case is theirs: page by page, and as the PDF itself.

The PDF lies inside a page, as a link to save it. An answer of bytes would not arrive as a file: API Gateway turns base64 back
into bytes only where the first type of the request's Accept is a binary one, and a browser that follows a link asks for
text/html first; chalice passes that by, since it looks at the whole header.
"""

import base64

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotFound
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_steps import day_of
from chalicelib.pages.web import RESIDENT, Page, Request, Web
from chalicelib.services import attach, documents, links
from chalicelib.services.parts import Parts


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/documents", methods=["GET"])
    def listed(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _listed(parts, request, id))

    @app.route("/apply/a/{id}/documents/{file}/pdf", methods=["GET"])
    def whole(id: str, file: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _whole(parts, request, id, file))

    @app.route("/apply/a/{id}/documents/{file}/{page}", methods=["GET"])
    def picture(id: str, file: str, page: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _picture(parts, request, id, file, page))


def _case(parts: Parts, request: Request, id: str) -> Application:
    application = browser.proved(parts, request, id, "documents")
    if not documents.delivered(application):
        raise NotFound("nothing delivered")
    return application


def _listed(parts: Parts, request: Request, id: str) -> Page:
    """Reads the case."""
    application = _case(parts, request, id)
    return Page(template="apply/documents.html", words={
        "id": id, "application": application, "documents": documents.delivered(application), "on": day_of(application.issued_at),
        "procedure": parts.catalogue.procedure(application.procedure), "status_url": links.status_url(parts, application)})


def _whole(parts: Parts, request: Request, id: str, file: str) -> Page:
    """Reads the case, and the file from the object store."""
    application = _case(parts, request, id)
    data = documents.original(parts, application, file)
    one = documents.document(application, file)
    number = application.documents.index(one) + 1
    return Page(template="apply/document_pdf.html", words={
        "id": id, "file": one, "data": base64.b64encode(data).decode(), "saved_as": f"{application.reference}-{number}.pdf"})


def _picture(parts: Parts, request: Request, id: str, file: str, page: str) -> Page:
    """One page as a picture inside the page. Reads the case, and the picture from the object store."""
    application = _case(parts, request, id)
    one = documents.document(application, file)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 0
    seen = attach.picture(parts, application, file, number)
    return Page(template="apply/document.html", shows_bytes=True, words={
        "id": id, "file": one, "number": number, "picture": base64.b64encode(seen).decode()})
