"""Who looks at a case: every opening by an officer is logged, and whoever opened it lately is shown to the others."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.domain.application import Application
from chalicelib.domain.history import Look, looked
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts

AGAIN = timedelta(minutes=2)
"""An officer who reloads the page within this time has looked once."""
PRESENT = timedelta(minutes=5)
"""How long somebody who opened a case is shown to the others."""


def present(parts: Parts, officer: Officer, application: Application) -> Sequence[Look]:
    """The latest look of each colleague who is at the case too; this officer's look is logged. One query, at most one write."""
    now = parts.clock()
    looks = parts.applications.looks(application.id, now - PRESENT)
    if not any(look.officer == officer.id and look.at > now - AGAIN for look in looks):
        parts.applications.look(looked(application.id, officer.id, officer.name, now))
    latest = {look.officer: look for look in looks if look.officer != officer.id}
    return tuple(latest.values())
