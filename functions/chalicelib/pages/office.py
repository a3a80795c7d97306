"""Everything an officer sees under /office: login, queues, cases, decisions, tasks, books."""

from chalice.app import Chalice

from chalicelib.pages import (
    office_audit,
    office_batch,
    office_books,
    office_case,
    office_counts,
    office_devices,
    office_documents,
    office_entry,
    office_export,
    office_family,
    office_import,
    office_letters,
    office_login,
    office_queue,
    office_tablet,
    office_tasks,
)
from chalicelib.pages.web import Web
from chalicelib.services.parts import Parts


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare all office routes on `app`."""
    office_login.routes(app, web, parts)
    office_queue.routes(app, web, parts)
    office_entry.routes(app, web, parts)
    office_batch.routes(app, web, parts)
    office_documents.routes(app, web, parts)
    office_case.routes(app, web, parts)
    office_counts.routes(app, web, parts)
    office_tasks.routes(app, web, parts)
    office_books.routes(app, web, parts)
    office_export.routes(app, web, parts)
    office_import.routes(app, web, parts)
    office_audit.routes(app, web, parts)
    office_letters.routes(app, web, parts)
    office_devices.routes(app, web, parts)
    office_tablet.routes(app, web, parts)
    office_family.routes(app, web, parts)
