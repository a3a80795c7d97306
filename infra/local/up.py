"""`make up`: everything on this computer, kept running until Ctrl-C. Also a context manager for tests and measurements."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import keys
from infra.local.addresses import Addresses, addresses
from infra.local.stack import BINARIES, CITY, ROOT, Stack, has_dynoxide
from infra.local.supervisor import NotStarting, Supervisor


class Running:
    """A running stack: where it is, and its processes."""

    def __init__(self, stack: Stack, supervisor: Supervisor) -> None:
        self.stack = stack
        self.at = stack.at
        self.supervisor = supervisor

    def environment(self) -> dict[str, str]:
        """What the stack's programs were told; a measurement joins in with it."""
        return self.stack.environment()

    def kill(self, name: str) -> None:
        """kill -9 of one program; it comes up again by itself."""
        self.supervisor.kill(name)


@contextmanager
def running(data: Path, at: Addresses, *, without: frozenset[str] = frozenset(),
            say: Callable[[str], None] = lambda line: None) -> Iterator[Running]:
    """The stack with its data in `data`. Raises NotStarting. Leaving the block stops every process."""
    data.mkdir(parents=True, exist_ok=True)
    stack = Stack(data.resolve(), at, keys.prepare(data.resolve(), at))
    supervisor = Supervisor(stack.data, say)
    supervisor.stop_leftovers()
    try:
        _start(stack, supervisor, without, say)
        threading.Thread(target=supervisor.watch, daemon=True).start()
        yield Running(stack, supervisor)
    finally:
        supervisor.stop()


def _start(stack: Stack, supervisor: Supervisor, without: frozenset[str], say: Callable[[str], None]) -> None:
    say("content and site")
    _run(stack, "content", [sys.executable, "-m", "content", "build", CITY, str(stack.data / "catalogue.json")])
    if "site" not in without:
        _run(stack, "site", [str(BINARIES / "mkdocs"), "build", "--strict", "--quiet", "-f", "navi_site/mkdocs.yml",
                             "-d", str(stack.data / "site")])
    say("store")
    supervisor.start(stack.store())
    _run(stack, "tables", [sys.executable, "-m", "chalicelib.adapters.create_tables"])
    for program in stack.programs():
        if program.name not in without:
            say(program.name)
            supervisor.start(program)
    if "kiosk" not in without:
        say("kiosk")
        supervisor.start(stack.kiosk())
    seeded = stack.data / "seeded"
    if "seed" not in without and not seeded.exists():
        say("demo data")
        _run(stack, "seed", [sys.executable, "-m", "infra.local.seed"])
        seeded.touch()


def _run(stack: Stack, name: str, command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=stack.environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotStarting(f"{name}: {done.stderr.strip() or done.stdout.strip()}")


def _box(at: Addresses) -> str:
    url = at.url
    return f"""
  まどナビ is running. Ctrl-C stops it; data stay for the next time.

  Residents      {url(at.gateway)}/
  Officers       {url(at.gateway)}/office/      log in as 山田 直子 or 鈴木 健一
  Kiosk          {url(at.kiosk)}/              virtual card, PIN 1234
  Mailbox        {url(at.mailbox)}/              what the city sent
  Payments       {url(at.payment)}/control       switches: drop, duplicate, reorder, delay

  Identity page  choose 指宿 花子 · number 1234 · signing password ABC123
  Test cards     4242 4242 4242 4242 pays · 4000 0000 0000 0002 is refused
"""


def _notes() -> Iterator[str]:
    if not has_dynoxide():
        yield "dynoxide does not run here: the store forgets everything when it stops (see docs/adr/0006)"


def main() -> int:
    """Run until Ctrl-C; 1 when something does not start, with a sentence that says what."""
    data = Path(os.environ.get("MADONAVI_DATA", ROOT / "var" / "local"))
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("まどナビ is running already with this data folder.", file=sys.stderr)
        return 1
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    try:
        without = frozenset(filter(None, os.environ.get("MADONAVI_WITHOUT", "").split(",")))
        with running(data, addresses(), without=without, say=lambda line: print(f"· {line}", flush=True)) as up:
            for note in _notes():
                print(f"! {note}")
            print(_box(up.at), flush=True)
            stop.wait()
            print("stopping …", flush=True)
    except NotStarting as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
