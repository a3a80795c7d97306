"""`python -m infra.local.identity` serves the identity simulator on its port."""

import os
from pathlib import Path

from infra.local.addresses import addresses
from infra.local.identity.app import create_app
from infra.local.web import run

if __name__ == "__main__":
    at = addresses()
    folder = Path(os.environ["MADONAVI_DATA"]) / "identity"
    run(create_app(at.url(at.identity), folder, Path(os.environ["MADONAVI_IDENTITY_CLIENTS"])), at.identity)
