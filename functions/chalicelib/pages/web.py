"""One web request and its answer: forms, cookies, CSRF, security headers, errors as pages. The same for every page."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from chalice.app import Request as ChaliceRequest
from chalice.app import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.domain.errors import NaviError, TooMany
from chalicelib.services.parts import Parts
from chalicelib.telemetry import place_in_code

BODY_MOST = 64 * 1024
"""Bytes of a form; a page of ours posts a few hundred, and uploads do not come this way."""
FIELDS_MOST = 500
FORM = ["application/x-www-form-urlencoded", "application/json"]
"""Content types of a page's route. chalice takes a GET, which has none, for JSON; a posted JSON carries no form token."""
STATUS_OF = {"not-found": 404, "stale": 409, "conflict": 409, "illegal-transition": 409, "form-faulty": 422,
             "identity-refused": 403, "provider-down": 503, "too-many": 429, "tablet-taken": 409, "expired": 403,
             "too-large": 413}
"""HTTP status of each error code; the words stand in content/standard/messages.yml as `error.<code>.*`."""
CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
       "base-uri 'none'; frame-ancestors 'none'")
PERMISSIONS = "camera=(), microphone=(), geolocation=()"
log = logging.getLogger("madonavi")


class Expired(NaviError):
    """The session or its form token is gone; the person starts this step again. typed: what they had written, to be copied.

    It is given back only to a form of our own origin: a page of somebody else must not put words on ours.
    """

    code = "expired"

    def __init__(self, typed: Sequence[str] = ()) -> None:
        super().__init__("expired")
        self.typed = tuple(typed)


class TooLarge(NaviError):
    """The form is larger than any of ours."""

    code = "too-large"


class SeeOther(Exception):
    """Leave the present step and show another address instead."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


@dataclass(frozen=True, slots=True)
class CookieName:
    """A session cookie: `__Host-` binds it to this origin and to TLS (browsers treat localhost as secure)."""

    name: str
    minutes: int
    errors: str = "error.html"
    """The template of an error's page."""


RESIDENT = CookieName("__Host-madonavi", 120)
OFFICE = CookieName("__Host-madonavi-office", 600)
TABLET = CookieName("__Host-madonavi-tablet", 60, "tablet/error.html")
"""A lent tablet: it shares nothing with the console that lent it, nor with a resident's own browser."""


@dataclass(slots=True)
class Session:
    """What we remember of one browser. `holds` is plain JSON data; changes are stored after the page is made."""

    id: str = field(repr=False)
    holds: dict[str, Any] = field(repr=False)
    is_new: bool = False
    before: str = field(default="", repr=False)
    left: str | None = field(default=None, repr=False)
    """The id from before a login; its row is dropped."""

    @property
    def csrf(self) -> str:
        """The token that every form of this session carries."""
        return str(self.holds["csrf"])

    def renew(self) -> None:
        """A new id and a new form token, as after every login: a planted id is then worth nothing."""
        self.left = None if self.is_new else self.id
        self.id = secrets.token_urlsafe(32)
        self.holds["csrf"] = secrets.token_urlsafe(24)
        self.is_new = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the browser sent. `place` names where it came from without being an address: a keyed hash of the day's IP."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, Sequence[str]] = field(repr=False)
    session: Session = field(repr=False)
    place: str
    from_city: bool = False
    """Whether it came from the city's own network."""

    def one(self, name: str) -> str:
        """The first value of a form field, trimmed; empty when it was not sent."""
        return (self.form.get(name) or ("",))[0].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer to be drawn: a template of this folder and its words."""

    template: str
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)
    status: int = 200
    shows_bytes: bool = False
    """Whether the page carries pictures inside itself."""
    reads_codes: bool = False
    """Whether the page may open the camera and run the compiled QR reader in the browser (ADR 0032)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """An answer to be kept as a file. kind: its media type with the charset."""

    name: str
    kind: str
    lines: Iterable[str] = field(repr=False)


Handler = Callable[[Request], Page | Download]


class Web:
    """Turns chalice's request into ours, runs a page, and turns its answer or its error into HTTP.

    own_networks: the city's own, as 203.0.113.0/24. proxies: how many stand before us that each note where a request came
    from; what comes before can be made up.
    """

    def __init__(self, parts: Parts, *, proxies: int = 1, own_networks: Sequence[str] = ()) -> None:
        self._parts = parts
        self._proxies = proxies
        self._own = [ip_network(one) for one in own_networks]
        self._templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
                                      undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._templates.globals["city"] = parts.catalogue.city
        self._templates.globals["say"] = parts.catalogue.say

    def answer(self, raw: ChaliceRequest | None, cookie: CookieName, handler: Handler) -> Response:
        """Run one page. Every error becomes a page that says what the person can do now."""
        if raw is None:  # chalice sets it before it calls a route
            raise RuntimeError("called outside a request")
        try:
            return self._answer(raw, cookie, handler)
        except Exception:
            # The message may quote what a person typed, so only the place in the code is logged.
            log.error("unexpected error at %s", place_in_code())  # noqa: TRY400 - a traceback would hold the message
            page = self._error_page(NaviError(), cookie)
            return Response(body=self._drawn(page, csrf="", path=raw.path), status_code=500, headers={**self._headers()})

    def _answer(self, raw: ChaliceRequest, cookie: CookieName, handler: Handler) -> Response:
        session = self._session(raw, cookie)
        try:
            page = handler(self._request(raw, session))
        except SeeOther as elsewhere:
            return self._http(303, "", session, cookie, {"Location": elsewhere.to})
        except NaviError as error:
            page = self._error_page(error, cookie)
        if isinstance(page, Download):
            kept = {"Content-Type": page.kind, "Content-Disposition": f'attachment; filename="{page.name}"'}
            return self._http(200, "".join(page.lines), session, cookie, kept)
        body = self._drawn(page, csrf=session.csrf, path=raw.path)
        retry = {"Retry-After": str(page.words["wait_seconds"])} if "wait_seconds" in page.words else {}
        if page.shows_bytes:
            retry |= {"Content-Security-Policy": CSP.replace("img-src 'self'", "img-src 'self' data:")}
        if page.reads_codes:
            retry |= {"Content-Security-Policy": CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
                      "Permissions-Policy": PERMISSIONS.replace("camera=()", "camera=(self)")}
        return self._http(page.status, body, session, cookie, retry)

    def _drawn(self, page: Page, *, csrf: str, path: str) -> str:
        return self._templates.get_template(page.template).render({"csrf": csrf, "path": path, **page.words})

    def _request(self, raw: ChaliceRequest, session: Session) -> Request:
        body = _bytes(raw.raw_body) if raw.method == "POST" else b""
        if len(body) > BODY_MOST:
            raise TooLarge
        try:
            form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MOST)
        except ValueError:
            raise TooLarge from None
        if raw.method == "POST":
            self._check_forgery(raw, session, form)
        return Request(method=raw.method, path=raw.path, query=raw.query_params or {}, form=form, session=session,
                       place=self._place(raw),
                       from_city=self._is_own(raw))

    def _check_forgery(self, raw: ChaliceRequest, session: Session, form: Mapping[str, Sequence[str]]) -> None:
        origin = raw.headers.get("origin")
        sent = (form.get("csrf") or ("",))[0]
        same = hmac.compare_digest(sent.encode(), session.csrf.encode())
        if not same or (origin is not None and origin != self._parts.public_url):
            own = origin == self._parts.public_url
            raise Expired([value.strip() for name, values in form.items() if name not in ("csrf", "then", "version", "id")
                           for value in values if value.strip()] if own else ())

    def _session(self, raw: ChaliceRequest, cookie: CookieName) -> Session:
        # Coarse, so that a session that is used lives on at the price of one write in ten minutes.
        seen = int(self._parts.clock().timestamp()) // 600
        try:
            jar = SimpleCookie(raw.headers.get("cookie", ""))
        except CookieError:
            jar = SimpleCookie()
        if cookie.name in jar and (holds := self._parts.sessions.get(jar[cookie.name].value, self._parts.clock())):
            return Session(id=jar[cookie.name].value, holds={**holds, "seen": seen}, before=repr(dict(holds)))
        return Session(id=secrets.token_urlsafe(32), holds={"csrf": secrets.token_urlsafe(24), "seen": seen}, is_new=True)

    def _address(self, raw: ChaliceRequest) -> str:
        came_through = raw.headers.get("x-forwarded-for", "").split(",")
        return came_through[-self._proxies:][0].strip() or "unknown"

    def _is_own(self, raw: ChaliceRequest) -> bool:
        try:
            address = ip_address(self._address(raw))
        except ValueError:
            return False
        return any(address in network for network in self._own)

    def _place(self, raw: ChaliceRequest) -> str:
        address = self._address(raw)
        day = self._parts.clock().date().isoformat()
        return hashlib.sha256(f"{self._parts.catalogue.city.code}/{day}/{address}".encode()).hexdigest()[:32]

    def _error_page(self, error: NaviError, cookie: CookieName) -> Page:
        words: dict[str, Any] = {"code": error.code, "office": cookie is OFFICE, "typed": ()}
        if isinstance(error, TooMany):
            words["wait_seconds"] = error.wait_seconds
        if isinstance(error, Expired):
            words["typed"] = error.typed
        return Page(template=cookie.errors, words=words, status=STATUS_OF.get(error.code, 400))

    def _http(self, status: int, body: str, session: Session, cookie: CookieName, more: Mapping[str, str]) -> Response:
        headers: dict[str, Any] = {**self._headers(), **more}
        now = self._parts.clock()
        # A visit without a form leaves nothing behind: a robot that reads pages must not fill the table.
        kept = not session.is_new or 'name="csrf"' in body or bool(session.holds.keys() - {"csrf", "seen"})
        if session.left is not None:  # whether or not anything follows it: after a logout the old id is worth nothing
            self._parts.sessions.drop(session.left)
        if kept and session.holds and repr(session.holds) != session.before:
            self._parts.sessions.put(session.id, session.holds, expires_at=now + timedelta(minutes=cookie.minutes))
        if session.is_new and kept:
            headers["Set-Cookie"] = [f"{cookie.name}={session.id}; Path=/; Secure; HttpOnly; SameSite=Lax"]
        return Response(body=body, status_code=status, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "no-store",
            "Content-Security-Policy": CSP,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": PERMISSIONS,
            "Strict-Transport-Security": "max-age=31536000",
        }


def _bytes(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode()
