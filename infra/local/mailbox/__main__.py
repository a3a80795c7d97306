"""`python -m infra.local.mailbox` serves the mailbox on its port."""

import os
import time
from pathlib import Path

import httpx

from infra.local.addresses import addresses
from infra.local.mailbox.app import City, create_app
from infra.local.web import run

if __name__ == "__main__":
    city = City(os.environ["MADONAVI_MAILBOX_WEBHOOK"], os.environ["MADONAVI_MAILBOX_SECRET"], httpx.Client(timeout=15))
    run(create_app(Path(os.environ["MADONAVI_DATA"]) / "mailbox.db", time.time, city), addresses().mailbox)
