"""Secret links: made from the case's own key, stored only as a hash, and slow to guess."""

import hashlib

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotFound, TooMany
from chalicelib.services.parts import Parts

STATUS = "status"
RESUME = "resume"
SIGNED = "signed"
"""The secret that goes into the history with a signature; it is in no link."""
WINDOW_SECONDS = 600
"""The window in which failures of one place are counted; the adapter uses the same."""


def hash_of(token: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def token(parts: Parts, id: ApplicationId, purpose: str, number: int = 0) -> str:
    """The secret of a link; the same for the same case, purpose and number."""
    return parts.applications.secret(id, f"{purpose}/{number}")


def status_url(parts: Parts, application: Application) -> str:
    """The address of the status page. It shows how the case stands, never who it is about."""
    return f"{parts.public_url}/status/{token(parts, application.id, STATUS)}"


def resume_url(parts: Parts, application: Application) -> str:
    """The address that leads back to a draft; the card is asked again before an answer is shown."""
    return f"{parts.public_url}/apply/resume/{token(parts, application.id, RESUME, application.links)}"


def open_link(parts: Parts, secret: str, purpose: str, *, place: str) -> Application:
    """The case a secret leads to. Raises NotFound (unknown, ended, other purpose: all alike) or TooMany."""
    now = parts.clock()
    if parts.attempts.too_many(place, now):
        raise TooMany(WINDOW_SECONDS)
    try:
        id, meant_for = parts.applications.by_link(hash_of(secret))
        application = parts.applications.get(id)
    except NotFound:
        parts.attempts.failed(place, now)
        raise
    if meant_for != purpose:
        parts.attempts.failed(place, now)
        raise NotFound(purpose)
    return application
