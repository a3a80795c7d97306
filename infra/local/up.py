"""`make up`: everything on this computer, kept running until Ctrl-C. Also a context manager for tests and measurements."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from infra.local import keys
from infra.local.addresses import Addresses, addresses
from infra.local.editor import sveltia
from infra.local.identity.cards import PracticeCards
from infra.local.processes import is_open_to_the_network
from infra.local.stack import BINARIES, CITY, ROOT, VPCD_PORT, Stack, clamd, has_dynoxide
from infra.local.supervisor import NotStarting, Supervisor

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Running:
    """A running stack: where it is, and its processes."""

    def __init__(self, stack: Stack, supervisor: Supervisor) -> None:
        self.stack = stack
        self.at = stack.at
        self.supervisor = supervisor

    def environment(self) -> dict[str, str]:
        """What the stack's programs were told; a measurement joins in with it."""
        return self.stack.environment()

    def pids(self) -> dict[str, int]:
        """The process of each program by name."""
        return self.supervisor.pids()

    def kill(self, name: str) -> None:
        """kill -9 of one program; it comes up again by itself."""
        self.supervisor.kill(name)

    def wait_ready(self, name: str) -> None:
        """Wait until a program answers again. Raises NotStarting."""
        self.supervisor.wait_ready(name)


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
    _trust_practice_cards(stack)
    say("store")
    supervisor.start(stack.store())
    _run(stack, "tables", [sys.executable, "-m", "chalicelib.adapters.create_tables"])
    if "editor" not in without:
        sveltia.try_to_bring(say)
    for program in stack.programs():
        if program.name not in without:
            say(program.name)
            supervisor.start(program)
    if "kiosk" not in without:
        if not {"identity"} & without:
            _run(stack, "kiosk enrolment", [sys.executable, "-m", "infra.local.kiosk_enrolment"])
        for program in stack.kiosk():
            say(program.name)
            supervisor.start(program)
    seeded = stack.data / "seeded"
    if "seed" not in without and not seeded.exists() and find_spec("infra.local.seed") is not None:
        say("demo data")
        _run(stack, "seed", [sys.executable, "-m", "infra.local.seed"])
        seeded.touch()


def _trust_practice_cards(stack: Stack) -> None:
    """One file with every practice CA: of the identity simulator's phones, and of the virtual cards at the counter."""
    cards = stack.data / "kiosk/practice-jpki"
    _run(stack, "practice cards", [sys.executable, "-m", "kiosk_agent.virtual_card", "trust", str(cards)])
    phones = PracticeCards(stack.data / "identity/cards", datetime.now(UTC))  # noqa: TID251 - the launcher's own clock
    (stack.data / "jpki-cas.pem").write_bytes(phones.ca_pem() + (cards / "cas.pem").read_bytes())


def _run(stack: Stack, name: str, command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=stack.environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotStarting(f"{name}: {done.stderr.strip() or done.stdout.strip()}")


def _box(at: Addresses, without: frozenset[str]) -> str:
    url = at.url
    told = f"""
  まどナビ is running. Ctrl-C stops it; data stay for the next time.

  Residents      {url(at.gateway)}/
  Officers       {url(at.gateway)}/office/      log in as 山田 直子 or 鈴木 健一
  Kiosk          {url(at.kiosk)}/              virtual card, PIN 1234
  Mailbox        {url(at.mailbox)}/              what the city sent
  Editor         {url(at.editor)}/              change pages and questions (open this folder in it)
  Payments       {url(at.payment)}/control       switches: drop, duplicate, reorder, delay

  Identity page  choose 指宿 花子 · number 1234 · signing password ABC123
  Test cards     4242 4242 4242 4242 pays · 4000 0000 0000 0002 is refused
"""
    left_out = {"kiosk": "  Kiosk ", "mailbox": "  Mailbox ", "editor": "  Editor ",
                "payment": "  Payments ", "identity": "  Identity "}
    starts = tuple(start for name, start in left_out.items() if name in without)
    return "\n".join(line for line in told.splitlines() if not starts or not line.startswith(starts)) + "\n"


def _notes(without: frozenset[str]) -> Iterator[str]:
    if not has_dynoxide():
        yield "dynoxide does not run here: the store forgets everything when it stops (see docs/adr/0006)"
    if not clamd():
        yield "no ClamAV here: uploads are searched for the EICAR test file only (apt-get install clamav-daemon)"
    if "kiosk" not in without and is_open_to_the_network(VPCD_PORT):
        yield (f"the virtual card's reader listens on the whole network (port {VPCD_PORT}) and cannot do otherwise: close it "
               "in the firewall, or leave the kiosk out with MADONAVI_WITHOUT=kiosk")


def _only_copy(data: Path) -> IO[str] | None:
    """The lock of a data folder, held as long as the file is open; None, and a sentence, when another holds it.

    The kernel lets go of it when its holder dies, however it dies.
    """
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        print(f"まどナビ is running already with this data folder (process {lock.read().strip()}).", file=sys.stderr)
        return None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _interrupted(*_: object) -> None:
    """Stop in good order, whatever is being done; a second Ctrl-C must not break that off."""
    for sign in _STOP_SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Run until Ctrl-C; 1 when something does not start, with a sentence that says what."""
    data = Path(os.environ.get("MADONAVI_DATA", ROOT / "var" / "local"))
    lock = _only_copy(data)
    if lock is None:
        return 1
    without = frozenset(filter(None, os.environ.get("MADONAVI_WITHOUT", "").split(",")))
    for sign in _STOP_SIGNALS:
        signal.signal(sign, _interrupted)
    try:
        with lock, running(data, addresses(), without=without, say=lambda line: print(f"· {line}", flush=True)) as up:
            for note in _notes(without):
                print(f"! {note}")
            print(_box(up.at, without), flush=True)
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                print("\nstopping …", flush=True)
    except KeyboardInterrupt:
        print("\nstopped before everything was up", flush=True)
    except NotStarting as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
