"""What all tests share: the durable store, started once on a free port of the loopback address."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-1")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")

ROOT = Path(__file__).parents[1]
DYNOXIDE = ROOT / "node_modules/@dynoxide/linux-x64/dynoxide"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 20) -> None:
    """Return when something listens on the port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on {port}")


@contextmanager
def a_store(within: str | None = None) -> Iterator[str]:
    """A fresh dynoxide with both tables; its address. within: a folder for its file, by default that of temporary files."""
    from chalicelib.adapters import create_tables

    port = free_port()
    binary = shutil.which("dynoxide") or str(DYNOXIDE)
    with tempfile.TemporaryDirectory(dir=within) as folder:
        process = subprocess.Popen([binary, "--port", str(port), "--db-path", f"{folder}/store.db"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            url = f"http://127.0.0.1:{port}"
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = url
            for table in create_tables.TABLES:
                table.Meta.host = url
                table._connection = None
            create_tables.create_missing()
            yield url
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    """One fresh store for the whole run."""
    with a_store() as url:
        yield url
