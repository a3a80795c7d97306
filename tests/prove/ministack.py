"""A stand-in for S3 that checks POST policies (platform: moto does not). Its own environment: its pins contradict ours."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.processes import is_open_to_the_network
from tests.conftest import ROOT, free_port, wait_for

FOLDER = ROOT / "var" / "ministack"
PINNED = "ministack==1.5.33"


def program() -> Path | None:
    """Where it is, installed at the first use; None when the package index does not have it."""
    given = os.environ.get("MADONAVI_MINISTACK")
    if given:
        return Path(given)
    found = FOLDER / "bin" / "ministack"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(FOLDER / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", PINNED],
                       check=False, capture_output=True)
    return found if found.exists() else None


@contextmanager
def a_ministack() -> Iterator[str | None]:
    """Its address on loopback; None when it cannot be installed. It would listen on the whole network if it were not told."""
    binary = program()
    if binary is None:
        yield None
        return
    port = free_port()
    told = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    process = subprocess.Popen([str(binary)], env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, 60)
        if is_open_to_the_network(port):
            raise RuntimeError("ministack listens on the whole network")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
