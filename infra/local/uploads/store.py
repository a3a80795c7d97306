"""Answers POSTs of forms with a file as S3 does: signature, time, exact key, size while it comes in, then where to go."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

from werkzeug.http import parse_options_header

from chalicelib.adapters import upload_policy
from chalicelib.adapters.uploads_disk import Shelf
from infra.local.uploads.form import PIECE, Form, Unreadable

DRAINED_MOST_BYTES = 64 * 1024 * 1024
"""How much of a refused body is read and thrown away, so that the browser is there to see the answer."""
SILENT_SECONDS = 30


class Refused(Exception):
    """Not stored: HTTP status and S3's word for it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class ObjectStore(ThreadingHTTPServer):
    """One quarantine on the loopback address. residents: the origin whose scripts may read the answers."""

    daemon_threads = True

    def __init__(self, port: int, shelf: Shelf, secret: str, residents: str, now: Callable[[], float] = time.time) -> None:
        self.shelf = shelf
        self.secret = secret
        self.residents = residents
        self.now = now
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: ObjectStore
    server_version, sys_version = "uploads", ""
    timeout = SILENT_SECONDS

    def log_message(self, format: str, *arguments: object) -> None:
        """No log: addresses and keys are nobody's business."""

    def do_POST(self) -> None:
        """Store one file."""
        try:
            policy = self._store()
        except Refused as refused:
            self._answer(refused.status, f"<Error><Code>{refused.code}</Code></Error>".encode())
            return
        if policy.back:
            join = "&" if "?" in policy.back else "?"
            added = urlencode({"bucket": "quarantine", "key": policy.key, "etag": '"local"'})
            self._answer(303, location=f"{policy.back}{join}{added}")
        else:
            self._answer(204)

    def _store(self) -> upload_policy.Policy:
        length = self.headers.get("Content-Length", "")
        kind, options = parse_options_header(self.headers.get("Content-Type"))
        if not length.isdigit():
            raise Refused(411, "MissingContentLength")
        body = self._body(int(length))
        try:
            if kind != "multipart/form-data" or not options.get("boundary"):
                raise Refused(412, "PreconditionFailed")
            form = Form(options["boundary"], body)
            policy = upload_policy.read(self.server.secret, form.fields(), self.server.now())
            self.server.shelf.write(policy.key, _at_most(policy.most, form.file()))
        except upload_policy.Forbidden:
            raise Refused(403, "AccessDenied") from None
        except (Unreadable, TimeoutError):
            raise Refused(400, "MalformedPOSTRequest") from None
        finally:
            self._drain(body)
        return policy

    def _body(self, left: int) -> Iterator[bytes]:
        while left > 0 and (piece := self.rfile.read1(min(PIECE, left))):
            left -= len(piece)
            yield piece

    def _drain(self, body: Iterator[bytes]) -> None:
        seen = 0
        try:
            for piece in body:
                seen += len(piece)
                if seen > DRAINED_MOST_BYTES:
                    break
        except OSError:
            pass  # it went away; nobody is left to answer

    def _answer(self, status: int, body: bytes = b"", location: str | None = None) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", self.server.residents)
        if body:
            self.send_header("Content-Type", "application/xml")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)


def _at_most(most: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, as long as they are 1 to `most` bytes together."""
    seen = 0
    for piece in pieces:
        seen += len(piece)
        if seen > most:
            raise Refused(400, "EntityTooLarge")
        yield piece
    if not seen:
        raise Refused(400, "EntityTooSmall")
