"""The two commands of the README on a clean clone: how long until the first page, and whether kill -9 loses anything."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from infra.local.addresses import Addresses
from infra.local.play.walkers import OfficerAtDesk, Resident
from infra.local.processes import answers

ROOT = Path(__file__).parents[2]
FIRST_PORT = 18900
MOST_SECONDS = 900


@contextmanager
def make_up(clone: Path) -> Iterator[float]:
    """`make up` in the clone; yields the seconds until the home page and the officers' door answer."""
    at = Addresses(FIRST_PORT)
    began = time.monotonic()
    # What this process was told of stores and places must not leak into the clone's: it is a stranger's first run.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MADONAVI_", "AWS_", "PYTHON", "VIRTUAL_"))}
    with (clone / "up.log").open("ab") as log:
        process = subprocess.Popen(["make", "up"], cwd=clone, env={**clean, "MADONAVI_PORT": str(FIRST_PORT)},
                                   stdout=log, stderr=log, start_new_session=True)
    try:
        while not _first_page(at):
            if process.poll() is not None or time.monotonic() - began > MOST_SECONDS:
                raise RuntimeError((clone / "up.log").read_text()[-2000:])
            time.sleep(0.2)
        yield time.monotonic() - began
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def clone_to(folder: Path) -> Path:
    """A clean clone of what is committed."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def kill_everything() -> int:
    """kill -9 of every process of the clone's stack, the launcher too; returns how many there were."""
    at = Addresses(FIRST_PORT)
    mine = f"MADONAVI_PORT={FIRST_PORT}".encode()
    killed = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            belongs = mine in (folder / "environ").read_bytes().split(b"\0")
            if belongs:
                os.kill(int(folder.name), signal.SIGKILL)
                killed += 1
        except (OSError, ProcessLookupError):
            continue
    until = time.monotonic() + 30
    while any(answers(port) for port in (at.gateway, at.functions, at.store)) and time.monotonic() < until:
        time.sleep(0.1)
    return killed


def walk_a_step() -> str:
    """Somebody applies and an officer takes the case; returns the reference number."""
    at = Addresses(FIRST_PORT)
    reference = Resident(at, "kill@example.jp").applies()
    desk = OfficerAtDesk(at)
    desk.claims(desk.opens(reference))
    return reference


def is_still_there(reference: str) -> bool:
    """Whether the case is found, still with its officer."""
    desk = OfficerAtDesk(Addresses(FIRST_PORT))
    desk.opens(reference)
    return "あなたが担当" in desk.browser.html


def _first_page(at: Addresses) -> bool:
    try:
        return (httpx.get(f"{at.url(at.gateway)}/").status_code == 200
                and httpx.get(f"{at.url(at.gateway)}/office/", follow_redirects=True).status_code == 200)
    except httpx.HTTPError:
        return False
