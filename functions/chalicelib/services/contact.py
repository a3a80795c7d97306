"""Proving a mail address or a mobile number by a code: for procedures without a card, and to open what a link must not.

The code is made from the case's own key, so it is stored nowhere; it is bound to its number and to the contact.
"""

import hmac
from datetime import timedelta

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import FormFaulty, TooMany
from chalicelib.services import limits, told
from chalicelib.services.apply import person_of
from chalicelib.services.links import WINDOW_SECONDS
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take

LIVES = timedelta(minutes=30)
AGAIN = timedelta(minutes=1)
"""A second code within this time is not sent: the first one is on its way."""
CODES_MOST = 20
"""Codes of one case."""


def code(parts: Parts, id: ApplicationId, number: int, address: str) -> str:
    """Six digits."""
    secret = parts.applications.secret(id, f"code/{number}/{address}")
    return f"{int.from_bytes(secret.encode()[:12], 'big') % 10**6:06d}"


def where(parts: Parts, application: Application) -> str | None:
    """The address, or the number as digits, that proves who somebody is: after sending only the one that was proved then."""
    return told.reached_at(parts, application) if application.state is State.DRAFT else application.confirmed_contact


def send_code(parts: Parts, application: Application) -> Application:
    """Send a code. Raises FormFaulty without a sound contact or after too many codes, TooMany when the contact was sent
    too much."""
    now = parts.clock()
    to = where(parts, application)
    if to is None or application.codes >= CODES_MOST:
        raise FormFaulty("contact")
    if application.code_sent_at is not None and now - application.code_sent_at < AGAIN:
        return application
    limits.count_asked(parts, to)
    number = application.codes + 1
    return take(parts, application, Event.REQUEST_CODE, Actor.RESIDENT, who=Actor.RESIDENT, at=now,
                detail={"code": str(number)}, mail="code", codes=number, code_sent_at=now)


def confirm(parts: Parts, application: Application, typed: str) -> Application:
    """The contact is proved. Raises FormFaulty for a wrong or old code, TooMany after ten wrong ones in ten minutes."""
    now = parts.clock()
    address = where(parts, application)
    guesses = f"code/{application.id}"
    if parts.attempts.too_many(guesses, now):
        raise TooMany(WINDOW_SECONDS)
    fresh = application.code_sent_at is not None and now - application.code_sent_at <= LIVES
    right = code(parts, application.id, application.codes, address or "")
    if address is None or not fresh or not hmac.compare_digest(typed.encode(), right.encode()):
        parts.attempts.failed(guesses, now)
        raise FormFaulty("code")
    return take(parts, application, Event.CONFIRM_CONTACT, Actor.RESIDENT, who=Actor.RESIDENT, at=now,
                confirmed_contact=address, code_sent_at=None,
                person=None if application.identity else person_of(address))
