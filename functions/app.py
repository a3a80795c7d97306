"""The functions' composition root: settings → parts → routes and schedules. No logic."""

from chalice import Chalice, Rate
from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib import compose, front, settings, worker
from chalicelib.api import kiosk, kiosk_filing, machines
from chalicelib.pages import office, resident
from chalicelib.pages.web import Web
from chalicelib.telemetry import Lines, PlaceOnly

app = Chalice(app_name="madonavi")
told = settings.read(parameters=compose.parameters)
parts = compose.parts_from(told)
lines = Lines()
app.log.addFilter(PlaceOnly())
app.register_middleware(lines.middleware, "http")
app.register_middleware(front.only_through(told.front_secret), "http")
web = Web(parts, proxies=told.proxies, own_networks=told.own_networks)
resident.routes(app, web, parts)
office.routes(app, web, parts)
machines.routes(app, parts, mail_secret=told.mailbox_secret)
kiosk.routes(app, parts, proxies=told.proxies)
kiosk_filing.routes(app, parts)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def every_minute(event: CloudWatchEvent) -> None:
    """Outbox and deadlines; the provider is asked about open payments every five minutes."""
    del event
    lines.round(worker.guarded(parts, reconcile=compose.system_clock().minute % 5 == 0))


# chalice writes the name into an ARN that CloudFormation fills in; the queue is declared in infra/cloud/mail.yml.
@app.on_sqs_message(queue="madonavi-${Stage}-came-back", batch_size=1)
def mail_came_back(event: SQSEvent) -> None:
    """A mail that came back: one message of the queue, which comes again when this fails."""
    lines.round(worker.mail_came_back(parts, (message.body for message in event)))
