"""`python -m infra.local.mailbox` serves the mailbox on its port."""

import os
import time
from pathlib import Path

from infra.local.addresses import addresses
from infra.local.mailbox.app import create_app
from infra.local.web import run

if __name__ == "__main__":
    run(create_app(Path(os.environ["MADONAVI_DATA"]) / "mailbox.db", time.time), addresses().mailbox)
