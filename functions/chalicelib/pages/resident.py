"""Everything a resident sees: the application under /apply, how it stands under /status, the lent tablet under /tablet."""

from chalice.app import Chalice

from chalicelib.pages import (
    resident_apply,
    resident_code,
    resident_documents,
    resident_files,
    resident_known,
    resident_later,
    resident_letters,
    resident_login,
    resident_needs,
    resident_prepared,
    resident_send,
    resident_status,
    tablet,
)
from chalicelib.pages.web import Web
from chalicelib.services.parts import Parts


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare all resident routes on `app`."""
    resident_login.routes(app, web, parts)
    resident_apply.routes(app, web, parts)
    resident_code.routes(app, web, parts)
    resident_files.routes(app, web, parts)
    resident_letters.routes(app, web, parts)
    resident_documents.routes(app, web, parts)
    resident_needs.routes(app, web, parts)
    resident_known.routes(app, web, parts)
    resident_send.routes(app, web, parts)
    resident_later.routes(app, web, parts)
    resident_prepared.routes(app, web, parts)
    resident_status.routes(app, web, parts)
    tablet.routes(app, web, parts)
