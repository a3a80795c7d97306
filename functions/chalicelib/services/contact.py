"""Proving an address by a code that is sent to it: for procedures without a card, and to open what a link alone must not.

The code is made from the case's own key, so it is stored nowhere; it is bound to its number and to the address.
"""

import hmac
from datetime import timedelta

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import FormFaulty, TooMany
from chalicelib.services.apply import mail_address, person_of
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
    """The address that proves who somebody is: after sending only the one that was proved then."""
    return mail_address(parts, application) if application.state is State.DRAFT else application.confirmed_contact


def send_code(parts: Parts, application: Application) -> Application:
    """Mail a code. Raises FormFaulty without a sound address or after too many codes."""
    now = parts.clock()
    if where(parts, application) is None or application.codes >= CODES_MOST:
        raise FormFaulty("mail")
    if application.code_sent_at is not None and now - application.code_sent_at < AGAIN:
        return application
    number = application.codes + 1
    return take(parts, application, Event.REQUEST_CODE, Actor.RESIDENT, who=Actor.RESIDENT, at=now,
                detail={"code": str(number)}, mail="code", codes=number, code_sent_at=now)


def confirm(parts: Parts, application: Application, typed: str) -> Application:
    """The address is proved. Raises FormFaulty for a wrong or old code, TooMany after ten wrong ones in ten minutes."""
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
