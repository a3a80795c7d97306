"""Routes for machines: the payment provider's webhook, mails that came back, and a health line for monitoring."""

import hmac
import re
from typing import TypeVar

from chalice.app import Chalice, Request, Response
from pydantic import BaseModel, ValidationError

from chalicelib.api.wire import Answer, Look, PostalAddress, ReturnedMail, Word
from chalicelib.domain.errors import ForgedNotice, ProviderDown, Stale
from chalicelib.services import bounces, pay, tally
from chalicelib.services.parts import Parts

JSON: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
NOTICE_MOST = 64 * 1024
SMALL_MOST = 512
POSTAL = re.compile(r"[0-9]{7}")
M = TypeVar("M", bound=BaseModel)


def routes(app: Chalice, parts: Parts, *, mail_secret: str | None = None) -> None:
    """Declare the routes on `app`. mail_secret: what the local mailbox shows; without it nobody tells of returned mails here."""

    @app.route("/webhooks/payment", methods=["POST"], content_types=["application/json"])
    def payment_notice() -> Response:
        """2xx only when the notice has had its effect: until then the provider sends it again."""
        request: Request = app.current_request  # type: ignore[assignment]  # chalice sets it before calling a route
        body = request.raw_body if isinstance(request.raw_body, bytes) else request.raw_body.encode()
        if len(body) > NOTICE_MOST:
            return _answer(413, Word.TOO_LARGE)
        try:
            pay.receive_notice(parts, request.headers, body)
        except ForgedNotice:
            return _answer(400, Word.REFUSED)
        except (ProviderDown, Stale):
            return _answer(503, Word.AGAIN)
        return _answer(200, Word.TAKEN)

    @app.route("/webhooks/mail", methods=["POST"], content_types=["application/json"])
    def mail_notice() -> Response:
        """A mail that came back, as the local mailbox tells it; in the cloud a queue does (app.py)."""
        request: Request = app.current_request  # type: ignore[assignment]  # chalice sets it before calling a route
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if mail_secret is None or not hmac.compare_digest(shown.encode(), mail_secret.encode()):
            return _answer(404, Word.OFF)
        said = _read(request, ReturnedMail)
        if said is None:
            return _answer(400, Word.REFUSED)
        try:
            return _answer(200, Word.TAKEN if bounces.came_back(parts, said.model_dump()) else Word.DROPPED)
        except Stale:
            return _answer(503, Word.AGAIN)

    @app.route("/api/v1/count", methods=["POST"], content_types=["application/json"])
    def count() -> Response:
        """One look at a result of the navigator. Answers 204 and nothing else; unknown results are refused, not stored."""
        request: Request = app.current_request  # type: ignore[assignment]  # chalice sets it before calling a route
        if not parts.counting:
            return _answer(404, Word.OFF)
        look = _read(request, Look)
        if look is None or not tally.seen(parts, look.model_dump(mode="json")):
            return _answer(400, Word.UNKNOWN)
        return Response(body="", status_code=204, headers={"Cache-Control": "no-store"})

    @app.route("/api/v1/postal/{code}", methods=["GET"])
    def postal(code: str) -> Response:
        """The address of a postal code. The same for everybody, so it may be kept for a day."""
        found = parts.postal.address(code) if POSTAL.fullmatch(code) else None
        if found is None:
            return _answer(404, Word.UNKNOWN)
        return Response(body=PostalAddress(code=code, address=found).model_dump_json(), status_code=200,
                        headers={"Content-Type": "application/json", "Cache-Control": "public, max-age=86400"})

    @app.route("/api/v1/health", methods=["GET"])
    def health() -> Response:
        """Says that the functions answer; the store is asked by the page routes, not here."""
        return _answer(200, Word.OK)


def _read(request: Request, model: type[M]) -> M | None:
    """A small body of one of the wire types; None for any other."""
    body = request.raw_body if isinstance(request.raw_body, bytes) else request.raw_body.encode()
    if len(body) > SMALL_MOST:
        return None
    try:
        return model.model_validate_json(body)
    except ValidationError:
        return None


def _answer(status: int, word: Word) -> Response:
    return Response(body=Answer(status=word).model_dump_json(), status_code=status, headers=dict(JSON))
