"""What all tests share: the durable store, started once on a free port of the loopback address."""

import logging
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


@pytest.fixture(autouse=True)
def _our_log_is_heard() -> None:
    """chalice keeps an app's lines to itself, and only errors, as soon as one was made: what a test hears must not hang on that."""
    logging.getLogger("madonavi").propagate = True
    logging.getLogger("madonavi").setLevel(logging.NOTSET)


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
def a_store(kept_in: Path | None = None) -> Iterator[str]:
    """A fresh dynoxide with both tables; its address. kept_in: the folder of its files; else one of its own."""
    from chalicelib.adapters import create_tables

    before = [(table, table.Meta.host, table._connection) for table in create_tables.TABLES]
    port = free_port()
    binary = shutil.which("dynoxide") or str(DYNOXIDE)
    with tempfile.TemporaryDirectory() as own:
        folder = kept_in or Path(own)
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
            for table, host, connection in before:  # a store within a store gives the outer one back
                table.Meta.host, table._connection = host, connection
                if host is not None:
                    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = host


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    """One fresh store for the whole run."""
    with a_store() as url:
        yield url
