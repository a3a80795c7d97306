"""An officer's login and logout, and who is at work in a session."""

import re
from dataclasses import asdict
from datetime import datetime, timedelta

from chalice.app import Chalice, Response

from chalicelib.domain.contents import OfficerId
from chalicelib.domain.errors import IdentityRefused, NotAllowed
from chalicelib.domain.ports import LoginStart
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Session, Web
from chalicelib.services import staff
from chalicelib.services.officers import Officer, Role
from chalicelib.services.parts import Parts

LOGIN_MINUTES = 10
"""How long the login page of the city may take."""
IDLE_MINUTES = 15
"""A session that nobody used for so long is over. Municipal policies name no number (integrations.md §4.1)."""
STEP_MINUTES = 2
"""The last use is noted in steps, so that not every page is a write; idle ends between 13 and 15 minutes."""
DAY_HOURS = 10
"""No session outlives a working day, used or not."""
CASE_ID = re.compile(r"[0-9a-f-]{36}")


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


def at_work(parts: Parts, request: Request, *, case: str = "") -> Officer:
    """The officer of this session. Leads to the login page when there is none, or when it has been too long.

    case: id of the case that was asked for, to be opened after the login.
    """
    holds = request.session.holds
    told = holds.get("officer")
    if told is None:
        _remember_wanted(request, case)
        raise SeeOther("/office/")
    now = parts.clock()
    over = _over(datetime.fromisoformat(told["since"]), datetime.fromisoformat(holds["active"]), now)
    if over:
        _forget(request.session)
        _remember_wanted(request, case)
        holds["over"] = over
        raise SeeOther("/office/")
    if now - datetime.fromisoformat(holds["active"]) >= timedelta(minutes=STEP_MINUTES):
        holds["active"] = now.isoformat()
    return Officer(id=OfficerId(told["id"]), name=told["name"], department=told["department"],
                   roles=frozenset(Role(role) for role in told["roles"]))


def entrance(request: Request) -> Page | None:
    """The login page, when nobody is logged in here; None for an officer."""
    if "officer" in request.session.holds:
        return None
    return Page(template="office/login.html", words={"why": request.session.holds.pop("over", None)})


def _over(since: datetime, active: datetime, now: datetime) -> str | None:
    """Why the session is over, as a word of `office.login.*`; None while it lives."""
    if now - active > timedelta(minutes=IDLE_MINUTES):
        return "idle"
    return "day" if now - since > timedelta(hours=DAY_HOURS) else None


def _forget(session: Session) -> None:
    """Nothing of an officer stays in the session."""
    for name in session.holds.keys() - {"csrf", "seen"}:
        del session.holds[name]


def _remember_wanted(request: Request, case: str) -> None:
    """The address of a case says nothing about a person, so it may wait in the session."""
    if CASE_ID.fullmatch(case):
        request.session.holds["wanted"] = f"/office/case/{case}"


def _login(parts: Parts, request: Request) -> Page:
    started = parts.staff.start()
    until = (parts.clock() + timedelta(minutes=LOGIN_MINUTES)).isoformat()
    told = {name: value for name, value in asdict(started).items() if name != "url"}
    request.session.holds["login"] = {**told, "until": until}
    raise SeeOther(started.url)


def _comes_back(parts: Parts, request: Request) -> Page:
    """Back from the city's login. What was begun is used once, whatever comes of it."""
    login = request.session.holds.pop("login", None)
    now = parts.clock()
    sound = login is not None and login["state"] == request.query.get("state") and datetime.fromisoformat(login["until"]) >= now
    if not sound or login is None or "code" not in request.query:
        return Page(template="office/login.html", words={"why": "again"}, status=400)
    started = LoginStart(url="", state=login["state"], nonce=login["nonce"], verifier=login["verifier"])
    try:
        officer = staff.officer_from(parts.staff.finish(started, code=request.query["code"], now=now), parts.catalogue)
    except (NotAllowed, IdentityRefused):
        return Page(template="office/no_entry.html", status=403)
    wanted = request.session.holds.get("wanted", "/office/")
    _forget(request.session)
    request.session.renew()
    request.session.holds |= {"active": now.isoformat(), "officer": {
        "id": officer.id, "name": officer.name, "department": officer.department, "roles": sorted(officer.roles),
        "since": now.isoformat()}}
    raise SeeOther(wanted)


def _logout(parts: Parts, request: Request) -> Page:
    _forget(request.session)
    request.session.renew()
    raise SeeOther(parts.staff.end_url() or "/office/")
