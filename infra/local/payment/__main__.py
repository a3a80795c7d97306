"""`python -m infra.local.payment` serves the payment-provider simulator and sends its webhooks."""

import os
import threading
import time
from pathlib import Path

import httpx

from infra.local.addresses import addresses
from infra.local.database import Database
from infra.local.payment.app import create_app
from infra.local.payment.notices import Sender
from infra.local.payment.provider import SCHEMA, Provider
from infra.local.web import run

if __name__ == "__main__":
    at = addresses()
    database = Database(Path(os.environ["MADONAVI_DATA"]) / "payment.db", SCHEMA)
    provider = Provider(database, at.url(at.payment), time.time)
    sender = Sender(database, provider, to=os.environ["MADONAVI_PAYMENT_WEBHOOK"], http=httpx.Client(timeout=15),
                    secret=os.environ["MADONAVI_PAYMENT_SIGNING_SECRETS"].split(",")[0], now=time.time)
    threading.Thread(target=sender.forever, daemon=True).start()
    run(create_app(provider, os.environ["MADONAVI_PAYMENT_SECRET"]), at.payment)
