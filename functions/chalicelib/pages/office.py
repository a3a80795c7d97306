"""Everything an officer sees under /office: login, queues, cases, decisions."""

from chalice.app import Chalice

from chalicelib.pages import office_case, office_counts, office_letters, office_login, office_queue
from chalicelib.pages.web import Web
from chalicelib.services.parts import Parts


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare all office routes on `app`."""
    office_login.routes(app, web, parts)
    office_queue.routes(app, web, parts)
    office_case.routes(app, web, parts)
    office_counts.routes(app, web, parts)
    office_letters.routes(app, web, parts)
