"""What a resident's session remembers: which cases it began, which it may read, and a login that is under way."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ports import LoginStart
from chalicelib.pages.web import Request, SeeOther, Session
from chalicelib.services.parts import Parts
from content.vocabulary.procedure import Assurance

LOGIN_MINUTES = 10
"""How long the identity provider may keep somebody; then the login is begun again."""
CASES_MOST = 20


def remember(session: Session, id: ApplicationId) -> None:
    """Note a case that this browser began or opened by a link. It may not be read yet."""
    known = [case for case in session.holds.get("cases", []) if case != id]
    session.holds["cases"] = [*known, id][-CASES_MOST:]


def verified(session: Session, id: ApplicationId) -> None:
    """Note that the person behind this browser showed the card of the case's applicant."""
    remember(session, id)
    known = [case for case in session.holds.get("verified", []) if case != id]
    session.holds["verified"] = [*known, id][-CASES_MOST:]


def is_verified(session: Session, id: str) -> bool:
    """Whether the card of the case's applicant was shown in this session."""
    return id in session.holds.get("verified", [])


def readable(parts: Parts, request: Request, id: str) -> Application:
    """The case, for the person who showed the card. Raises NotAllowed, which looks like an unknown address."""
    if not is_verified(request.session, id):
        raise NotAllowed("not verified here")
    return parts.applications.get(ApplicationId(id))


def known(parts: Parts, request: Request, id: str) -> Application:
    """A case this browser may show the card for. Raises NotAllowed."""
    if id not in request.session.holds.get("cases", []):
        raise NotAllowed("not known here")
    return parts.applications.get(ApplicationId(id))


def prove_url(parts: Parts, application: Application) -> str:
    """Where somebody shows that the case is theirs: with the card, or with a code to the address they gave."""
    card = parts.catalogue.procedure(application.procedure).assurance in (Assurance.SIGNATURE, Assurance.AUTH)
    return f"/apply/a/{application.id}/{'identity' if card else 'code'}"


def want(session: Session, to: str) -> None:
    """Remember what was asked for, until the person has shown that the case is theirs."""
    session.holds["wanted"] = to


def wanted(session: Session, otherwise: str) -> str:
    """What was asked for, once."""
    return str(session.holds.pop("wanted", otherwise))


def proved(parts: Parts, request: Request, id: str, page: str) -> Application:
    """The case for the person who showed that it is theirs; others are led to show it, and come back to `page` of it."""
    if not is_verified(request.session, id):
        application = known(parts, request, id)
        want(request.session, f"/apply/a/{id}/{page}")
        raise SeeOther(prove_url(parts, application))
    return readable(parts, request, id)


def latest(session: Session) -> str | None:
    """The case this browser had in hand last."""
    cases = session.holds.get("cases", [])
    return str(cases[-1]) if cases else None


def login_begins(session: Session, started: LoginStart, *, purpose: str, case: ApplicationId, now: datetime,
                 **more: str) -> None:
    """Keep what the answer of the identity provider will be checked against."""
    told = {name: value for name, value in asdict(started).items() if name != "url"}
    until = (now + timedelta(minutes=LOGIN_MINUTES)).isoformat()
    session.holds["login"] = {**told, **more, "purpose": purpose, "case": case, "until": until}


def login_returns(session: Session, state: str, now: datetime) -> dict[str, Any] | None:
    """The login that was begun, once; None for a foreign, replayed or late return.

    A foreign state leaves the login as it is: a page of somebody else must not be able to break one off.
    """
    login: dict[str, Any] | None = session.holds.get("login")
    if login is None or login["state"] != state:
        return None
    del session.holds["login"]
    session.holds["returned"] = state
    return login if now <= datetime.fromisoformat(login["until"]) else None


def was_taken_in(session: Session, query: Mapping[str, str]) -> bool:
    """Whether this very return was the last one, reloaded or reached by the back button."""
    return bool(query.get("state")) and session.holds.get("returned") == query["state"]


def started_of(login: dict[str, Any]) -> LoginStart:
    """The login as the identity port knows it."""
    return LoginStart(url="", state=login["state"], nonce=login["nonce"], verifier=login["verifier"],
                      transaction=login["transaction"])
