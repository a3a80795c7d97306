"""Routes for kiosks: being enrolled, telling how they are, asking for a challenge. What they file is beside it."""

import hashlib

from chalice.app import Chalice, Request, Response

from chalicelib.api.kiosk_wire import Challenge, Clock, Enrol, Enrolled, Nothing, State, utc
from chalicelib.api.signed import answered, proved, read, signed, signed_with_clock
from chalicelib.domain.device import Condition
from chalicelib.services import devices
from chalicelib.services.parts import Parts

JSON_ONLY = ["application/json"]


def routes(app: Chalice, parts: Parts, *, proxies: int = 1) -> None:
    """Declare the routes on `app`. proxies: how many stand before us that each note where a request came from."""

    @app.route("/api/v1/kiosk/enrol", methods=["POST"], content_types=JSON_ONLY)
    def enrol() -> Response:
        """A kiosk with a one-time code becomes a trusted one."""
        return answered(lambda: _enrol(parts, _request(app), proxies))

    @app.route("/api/v1/kiosk/state", methods=["POST"], content_types=JSON_ONLY)
    def state() -> Response:
        """How a kiosk is, once a minute; it learns the office's clock."""
        return answered(lambda: _state(parts, _request(app)))

    @app.route("/api/v1/kiosk/challenges", methods=["POST"], content_types=JSON_ONLY)
    def challenges() -> Response:
        """Something for a card's key to sign."""
        return answered(lambda: _challenge(parts, _request(app)))


def _enrol(parts: Parts, request: Request, proxies: int) -> Enrolled:
    said = read(request, Enrol)
    key = proved(parts, request, said.public_key)
    device = devices.enrol(parts, said.code, key, place=_place(parts, request, proxies))
    return Enrolled(device=device.id, city=parts.catalogue.city.code, name=device.name)


def _state(parts: Parts, request: Request) -> Clock:
    device, ahead = signed_with_clock(parts, request)
    said = read(request, State)
    devices.heard(parts, device, Condition(
        heard_at=parts.clock(), clock_ahead=ahead, agent=said.agent, content=said.content,
        reader=said.reader.name if said.reader else "", reader_works=said.reader.works if said.reader else None,
        printer=said.printer.name if said.printer else "", printer_works=said.printer.works if said.printer else None,
        unsynced=said.unsynced, oldest_unsynced=said.oldest_unsynced, refused=said.refused))
    return Clock(clock=utc(parts.clock()))


def _challenge(parts: Parts, request: Request) -> Challenge:
    device = signed(parts, request)
    read(request, Nothing)
    return Challenge(challenge=devices.challenge(parts, device), good_until=utc(parts.clock() + devices.CHALLENGE_LIVES))


def _request(app: Chalice) -> Request:
    request: Request = app.current_request  # type: ignore[assignment]  # chalice sets it before calling a route
    return request


def _place(parts: Parts, request: Request, proxies: int) -> str:
    """Where it came from as a key to count under, which is no address: hashed with the day, as for pages."""
    address = request.headers.get("x-forwarded-for", "").split(",")[-proxies:][0].strip() or "unknown"
    day = parts.clock().date().isoformat()
    return hashlib.sha256(f"{parts.catalogue.city.code}/{day}/{address}".encode()).hexdigest()[:32]
