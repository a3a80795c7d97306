"""`python -m infra.local.uploads` takes uploads on its port, and sweeps what has lain in quarantine for three days."""

import os
import threading
import time
from pathlib import Path

from chalicelib.adapters.uploads_disk import Shelf, quarantine
from infra.local.addresses import addresses
from infra.local.uploads.store import ObjectStore

THREE_DAYS, HOUR = 3 * 86_400, 3_600


def _sweep_for_ever(shelf: Shelf) -> None:
    while True:
        shelf.sweep(time.time() - THREE_DAYS)
        time.sleep(HOUR)


if __name__ == "__main__":
    shelf = quarantine(Path(os.environ["MADONAVI_UPLOADS_FOLDER"]))
    threading.Thread(target=_sweep_for_ever, args=(shelf,), daemon=True).start()
    ObjectStore(addresses().uploads, shelf, os.environ["MADONAVI_UPLOADS_SECRET"],
                os.environ["MADONAVI_PUBLIC_URL"]).serve_forever()
