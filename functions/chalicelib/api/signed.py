"""Who sent a kiosk's request, by its signature (RFC 9421, Ed25519) over method, path and body (RFC 9530): ADR 0028."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from chalice.app import Request, Response
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from pydantic import BaseModel, ValidationError

from chalicelib.api.kiosk_wire import Refusal, Trusting, utc
from chalicelib.domain.device import Device, Trust
from chalicelib.domain.errors import (
    AlreadyThere,
    FormFaulty,
    IllegalTransition,
    NaviError,
    NotAllowed,
    NotFound,
    Stale,
    TooMany,
)
from chalicelib.services import devices
from chalicelib.services.parts import Parts

TAG = "madonavi-kiosk-{city}"
"""What a kiosk's signature is for. It names the city: the host is not signed, since CloudFront puts another in its place."""
ENROL_TAG = "madonavi-kiosk-enrol"
COVERED = ("@method", "@path", "content-digest")
HEADERS = ("content-digest", "signature-input", "signature")
BODY_MOST = 64 * 1024
NONCE_LENGTH = range(16, 65)
NOBODY = Ed25519PrivateKey.generate().public_key()
"""Checked in place of the key of a kiosk we do not know, so that this takes as long."""
JSON: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
STATUS_OF: Mapping[type[NaviError], int] = {
    NotFound: 404, NotAllowed: 404, AlreadyThere: 409, Stale: 409, IllegalTransition: 409, FormFaulty: 422, TooMany: 429}
"""What a use case's own refusal is as HTTP; the word is the error's code."""
M = TypeVar("M", bound=BaseModel)


class TurnedAway(NaviError):
    """The request is not taken. status: HTTP. word: a stable one. clock: the office's, where the kiosk's is wrong."""

    def __init__(self, status: int, word: str, clock: datetime | None = None) -> None:
        super().__init__(word)
        self.status = status
        self.word = word
        self.clock = clock


def signed(parts: Parts, request: Request) -> Device:
    """The trusted kiosk that signed this request, now, and for the first time. One read and one write.

    What is verified is the route's own path with the very values that the route is given, so no name of a stage, no
    base path and no host comes in between. Raises TurnedAway.
    """
    return signed_with_clock(parts, request)[0]


def signed_with_clock(parts: Parts, request: Request) -> tuple[Device, int]:
    """The same, and by how many seconds the kiosk's clock is ahead of the office's."""
    known = _Known(parts)
    told = _verified(request, known, TAG.format(city=parts.catalogue.city.code))
    if known.device is None or known.device.trust is not Trust.TRUSTED:
        raise TurnedAway(401, Trusting.NOT_TRUSTED)
    ahead = _ahead_in_time(parts, told)
    if not devices.is_first_time(parts, known.device, str(told["nonce"])):
        raise TurnedAway(401, Trusting.REPLAYED)
    return known.device, ahead


def proved(parts: Parts, request: Request, public_key: str) -> bytes:
    """The raw key (32 bytes) of a kiosk that is not known yet, which has signed this request with it. Raises TurnedAway.

    Its nonce is not kept: the code in the request works once. public_key: the same bytes in Base64.
    """
    key = base64.b64decode(public_key)
    told = _verified(request, _Shown(Ed25519PublicKey.from_public_bytes(key)), ENROL_TAG)
    if told["keyid"] != public_key:
        raise TurnedAway(401, Trusting.NOT_SIGNED)
    _ahead_in_time(parts, told)
    return key


def read(request: Request, model: type[M]) -> M:
    """The body as one of the wire types. Raises TurnedAway (422) for any other."""
    try:
        return model.model_validate_json(_body(request))
    except ValidationError:
        raise TurnedAway(422, "form-faulty") from None


def answered(act: Callable[[], BaseModel]) -> Response:
    """What `act` answers, as JSON with 200; or why not, as {error: word} with the status that belongs to it."""
    try:
        return _response(200, act())
    except TurnedAway as error:
        return _response(error.status, Refusal(error=error.word, clock=utc(error.clock) if error.clock else None))
    except TooMany as error:
        answer = _response(429, Refusal(error=error.code))
        answer.headers["Retry-After"] = str(error.wait_seconds)
        return answer
    except tuple(STATUS_OF) as error:
        status = next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))
        return _response(status, Refusal(error=error.code))


@dataclass(frozen=True, slots=True)
class _Message:
    """What the library reads of a request. The host is a made-up one: it is not among what is signed."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)


class _Verifier(HTTPMessageVerifier):
    """The library's, but for the time, which comes from our clock and is judged after the signature."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Nothing here; `_ahead_in_time` does it."""


class _Known(HTTPSignatureKeyResolver):
    """Looks up a kiosk by the id it claims; `device` is who it would be, None for somebody unknown."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.was_asked = False
        self.device: Device | None = None

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        """Called once the signature's headers could be read."""
        self.was_asked = True
        self.device = devices.known(self._parts, key_id)
        if self.device is None or self.device.key is None:
            return NOBODY
        return Ed25519PublicKey.from_public_bytes(self.device.key)


class _Shown(HTTPSignatureKeyResolver):
    """The key that stands in the request itself."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.was_asked = False

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        """Called once the signature's headers could be read."""
        self.was_asked = True
        return self._key


def _verified(request: Request, keys: _Known | _Shown, tag: str) -> Mapping[str, int | str]:
    """The signed parameters, among them keyid, nonce and created. Raises TurnedAway."""
    body = _body(request)
    if request.query_params:  # no route of a kiosk has a query, so none is signed
        raise TurnedAway(401, Trusting.ALTERED)
    message = _message(request)
    if set(message.headers) != set(HEADERS):
        raise TurnedAway(401, Trusting.NOT_SIGNED)
    try:
        ContentDigest.verify(message.headers["content-digest"], body)
    except (InvalidSignature, UnicodeError):
        raise TurnedAway(401, Trusting.ALTERED) from None
    try:
        (found,) = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=keys).verify(
            message, max_age=None, expect_tag=tag, require_components=COVERED, body=body)
    except (InvalidSignature, ValueError):
        raise TurnedAway(401, Trusting.NOT_TRUSTED if keys.was_asked else Trusting.NOT_SIGNED) from None
    told = found.parameters
    if not isinstance(told.get("created"), int) or len(str(told.get("nonce", ""))) not in NONCE_LENGTH:
        raise TurnedAway(401, Trusting.NOT_SIGNED)
    return told


def _ahead_in_time(parts: Parts, told: Mapping[str, int | str]) -> int:
    ahead = devices.clock_ahead(parts, int(told["created"]))
    if abs(ahead) > devices.CLOCK_WINDOW.total_seconds():
        raise TurnedAway(401, Trusting.CLOCK_WRONG, parts.clock())
    return ahead


def _message(request: Request) -> _Message:
    path = request.path
    for name, value in (request.uri_params or {}).items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    headers = {name: request.headers[name] for name in HEADERS if name in request.headers}
    return _Message(method=request.method, url=f"https://kiosk.invalid{path}", headers=headers)


def _body(request: Request) -> bytes:
    body = request.raw_body if isinstance(request.raw_body, bytes) else request.raw_body.encode()
    if len(body) > BODY_MOST:
        raise TurnedAway(413, "too-large")
    return body


def _response(status: int, body: BaseModel) -> Response:
    return Response(body=body.model_dump_json(by_alias=True, exclude_none=status != 200), status_code=status,
                    headers=dict(JSON))
