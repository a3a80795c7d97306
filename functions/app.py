"""The functions' composition root: settings → parts → routes and schedules. No logic."""

from chalice import Chalice, Rate
from chalice.app import CloudWatchEvent

from chalicelib import compose, settings, worker
from chalicelib.api import machines
from chalicelib.pages import office, resident
from chalicelib.pages.web import Web

app = Chalice(app_name="madonavi")
parts = compose.parts_from(settings.read())
web = Web(parts)
resident.routes(app, web, parts)
office.routes(app, web, parts)
machines.routes(app, parts)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def every_minute(event: CloudWatchEvent) -> None:
    """Outbox and deadlines; the provider is asked about open payments every five minutes."""
    del event
    worker.tick(parts, reconcile=compose.system_clock().minute % 5 == 0)
