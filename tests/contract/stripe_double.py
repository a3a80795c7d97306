"""A double of Stripe over real HTTP on the loopback address: keys, replays, faults, and requests held to Stripe's types."""

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.contract.excerpt import API_VERSION, form_of, object_faults, request_faults
from tests.contract.stripe_books import Books, Json, Refused

KEYS_LIVE = 24 * 3600
SLOW = 0.5
"""Seconds a slow answer takes."""
NAMES = {"checkout.session": "Session", "payment_intent": "PaymentIntent", "charge": "Charge", "refund": "Refund"}
PLACES = (
    ("POST", r"/v1/checkout/sessions", "POST /v1/checkout/sessions"),
    ("GET", r"/v1/checkout/sessions", "GET /v1/checkout/sessions"),
    ("GET", r"/v1/checkout/sessions/(\w+)", "GET /v1/checkout/sessions/{id}"),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", "POST /v1/checkout/sessions/{id}/expire"),
    ("POST", r"/v1/payment_intents/(\w+)/cancel", "POST /v1/payment_intents/{id}/cancel"),
    ("POST", r"/v1/refunds", "POST /v1/refunds"),
    ("GET", r"/v1/refunds", "GET /v1/refunds"),
)


class StripeDouble:
    """Stripe, as far as its published types and documents say. `with StripeDouble(now) as stripe: stripe.url`.

    faults: what befalls the next requests, in turn: `lost` (done, but the answer is lost), `500` (nothing done, nothing
    kept), `kept-500` (nothing done, and the failure is kept under the key), `done-500` (done, and yet a failure is kept),
    `429`, `slow`, or empty for none.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.books = Books(now)
        self.secret = "rk_test_made_up"
        self.faults: list[str] = []
        self.seen: list[tuple[str, str, Json, str | None]] = []
        self.broken_promises: list[str] = []
        """Answers of this double that Stripe's types do not allow; a test asserts that there are none."""
        self._kept: dict[str, tuple[str, int, Json, int]] = {}
        self._one_at_a_time = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "StripeDouble":
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, target: str, body: str, headers: dict[str, str]) -> tuple[int, Json, bool] | None:
        """Status, body, and whether it is a replay; None when the answer is lost on its way."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "slow":
            time.sleep(SLOW)
        if fault in ("429", "500"):
            return int(fault), {"error": {"type": "api_error", "message": fault}}, False
        with self._one_at_a_time:
            told = self._told(method, target, body, headers, fault=fault)
        return None if fault == "lost" else told

    def _told(self, method: str, target: str, body: str, headers: dict[str, str], *, fault: str) -> tuple[int, Json, bool]:
        address = urlsplit(target)
        form = form_of(parse_qsl(address.query if method == "GET" else body, keep_blank_values=True, strict_parsing=False))
        key = headers.get("idempotency-key")
        self.seen.append((method, address.path, form, key))
        try:
            place, id = self._admitted(method, address.path, form, headers)
        except Refused as refused:  # refused before anything ran: not kept
            return refused.status, refused.body, False
        kept = self._kept.get(key or "")
        if kept is not None and self.books.now - kept[3] < KEYS_LIVE:
            if kept[0] != place + body:
                return 400, {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests can only be used "
                                       "with the same parameters they were first used with."}}, False
            return kept[1], kept[2], True
        try:
            status, told = 500, {"error": {"type": "api_error", "message": "An unknown error occurred."}}
            if fault != "kept-500":
                done = self._expanded(self._done(place, id, form), form)
                status, told = (500, told) if fault == "done-500" else (200, done)
        except Refused as refused:
            status, told = refused.status, refused.body
        if key and method == "POST":
            self._kept[key] = (place + body, status, told, self.books.now)
        return status, told, False

    def _admitted(self, method: str, path: str, form: Json, headers: dict[str, str]) -> tuple[str, str]:
        if headers.get("authorization") != f"Bearer {self.secret}":
            raise Refused("Invalid API Key provided", status=401)
        if headers.get("stripe-version") != API_VERSION:
            raise Refused("Invalid Stripe API version")
        if len(headers.get("idempotency-key", "")) > 255:
            raise Refused("Idempotency-Key is too long")
        if method == "POST" and headers.get("content-type") != "application/x-www-form-urlencoded":
            raise Refused("Invalid request: not form-encoded")
        for of_method, pattern, place in PLACES:
            match = re.fullmatch(pattern, path)
            if match and of_method == method:
                wrong = request_faults(place, form)
                if wrong:
                    raise Refused("; ".join(wrong), code="parameter_unknown")
                return place, match[1] if match.groups() else ""
        raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)

    def _done(self, place: str, id: str, form: Json) -> Json:
        books = self.books
        todo: dict[str, Callable[[], Json]] = {
            "POST /v1/checkout/sessions": lambda: books.open(form),
            "GET /v1/checkout/sessions": lambda: books.list(books.sessions, "/v1/checkout/sessions", form),
            "GET /v1/checkout/sessions/{id}": lambda: books.session(id),
            "POST /v1/checkout/sessions/{id}/expire": lambda: books.expire(id),
            "POST /v1/payment_intents/{id}/cancel": lambda: books.cancel(id),
            "POST /v1/refunds": lambda: books.refund(form),
            "GET /v1/refunds": lambda: books.list(books.refunds, "/v1/refunds", form),
        }
        return todo[place]()

    def _expanded(self, told: Json, form: Json) -> Json:
        """A copy of the answer with ids replaced by objects where that was asked for, held to Stripe's types."""
        copy: Json = json.loads(json.dumps(told))
        for path in form.get("expand", []):
            self._expand(copy, path.split("."))
        for one in copy["data"] if copy["object"] == "list" else [copy]:
            self.broken_promises += object_faults(NAMES[one["object"]], one)
        return copy

    def _expand(self, value: Any, path: list[str]) -> None:
        rows = {"payment_intent": self.books.intents, "latest_charge": self.books.charges}[path[0]]
        if isinstance(value.get(path[0]), str):
            value[path[0]] = json.loads(json.dumps(rows[value[path[0]]]))
            if path[1:]:
                self._expand(value[path[0]], path[1:])

    def notice(self, event: Json) -> bytes:
        """The body of a webhook, as this version of the API renders it."""
        told = {**event, "api_version": API_VERSION}
        about = told["data"]["object"]
        known = {**told, "type": event["type"]}
        self.broken_promises += object_faults("Event", known) + object_faults(NAMES[about["object"]], about)
        return json.dumps(told, indent=2).encode()


def signature(body: bytes, at: float, *secrets: str) -> dict[str, str]:
    """The header of a webhook: one `v1` for each secret, as while keys are rolled."""
    stamp = str(int(at))
    macs = [hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest() for secret in secrets]
    return {"stripe-signature": ",".join([f"t={stamp}", *(f"v1={mac}" for mac in macs), "v0=not-looked-at"])}


def _handler(double: StripeDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request to the double."""

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            told = double.answer(self.command, self.path, body, {name.lower(): value for name, value in self.headers.items()})
            if told is None:
                self.close_connection = True
                return
            status, answer, replayed = told
            data = json.dumps(answer).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                if replayed:
                    self.send_header("Idempotent-Replayed", "true")
                self.end_headers()
                self.wfile.write(data)
            except OSError:  # the caller gave up waiting
                self.close_connection = True

    return Handler
