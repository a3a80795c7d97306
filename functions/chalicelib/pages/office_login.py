"""An officer's login and logout, and who is at work in a session."""

from dataclasses import asdict
from datetime import datetime, timedelta

from chalice.app import Chalice, Response

from chalicelib.domain.application import OfficerId
from chalicelib.domain.errors import IdentityRefused, NotAllowed
from chalicelib.domain.ports import LoginStart
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import staff
from chalicelib.services.parts import Parts
from chalicelib.services.review import Officer, Role

LOGIN_MINUTES = 10
IDLE_MINUTES = 30
"""A session that nobody used for so long is over; `seen` is kept in steps of ten minutes, so it may be 40."""
DAY_HOURS = 10
"""No session outlives a working day (integrations.md §4.1 found no number in municipal policies)."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/login", methods=["POST"], content_types=FORM)
    def login() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _login(parts, request))

    @app.route("/office/login/return", methods=["GET"])
    def comes_back() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _comes_back(parts, request))

    @app.route("/office/logout", methods=["POST"], content_types=FORM)
    def logout() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _logout(parts, request))


def at_work(parts: Parts, request: Request) -> Officer:
    """The officer of this session. Leads to the login page when there is none, or when it has been too long."""
    told = request.session.holds.get("officer")
    if told is None:
        raise SeeOther("/office/")
    now = parts.clock()
    idle = timedelta(minutes=10 * (int(now.timestamp()) // 600 - int(request.session.holds["active"])))
    if datetime.fromisoformat(told["since"]) + timedelta(hours=DAY_HOURS) < now or idle > timedelta(minutes=IDLE_MINUTES):
        request.session.holds.pop("officer")
        raise SeeOther("/office/")
    request.session.holds["active"] = int(now.timestamp()) // 600
    return Officer(id=OfficerId(told["id"]), name=told["name"], department=told["department"],
                   roles=frozenset(Role(role) for role in told["roles"]))


def is_at_work(request: Request) -> bool:
    """Whether somebody is logged in, perhaps too long ago."""
    return "officer" in request.session.holds


def _login(parts: Parts, request: Request) -> Page:
    started = parts.staff.start()
    until = (parts.clock() + timedelta(minutes=LOGIN_MINUTES)).isoformat()
    told = {name: value for name, value in asdict(started).items() if name != "url"}
    request.session.holds["login"] = {**told, "until": until}
    raise SeeOther(started.url)


def _comes_back(parts: Parts, request: Request) -> Page:
    login = request.session.holds.pop("login", None)
    now = parts.clock()
    sound = login is not None and login["state"] == request.query.get("state") and datetime.fromisoformat(login["until"]) >= now
    if not sound or login is None or "code" not in request.query:
        return Page(template="office/login.html", words={"again": True}, status=400)
    started = LoginStart(url="", state=login["state"], nonce=login["nonce"], verifier=login["verifier"])
    try:
        officer = staff.officer_from(parts.staff.finish(started, code=request.query["code"], now=now), parts.catalogue)
    except (NotAllowed, IdentityRefused):
        return Page(template="office/no_entry.html", status=403)
    request.session.renew()
    request.session.holds |= {"active": int(now.timestamp()) // 600, "officer": {
        "id": officer.id, "name": officer.name, "department": officer.department, "roles": sorted(officer.roles),
        "since": now.isoformat()}}
    raise SeeOther("/office/")


def _logout(parts: Parts, request: Request) -> Page:
    request.session.renew()
    request.session.holds.pop("officer", None)
    raise SeeOther(parts.staff.end_url() or "/office/")
