"""Keeps a set of processes running: starts them in order, waits until each answers, restarts what dies, stops all."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.processes import answers, end, end_leftover, is_open_to_the_network, started

RESTART_PAUSES = (0.2, 0.5, 1, 2, 5)
STEADY_SECONDS = 10.0
"""Who ran that long starts anew with the first pause."""
STOP_SECONDS = 5.0
LOG_MOST_BYTES = 5_000_000
TOLD_LINES = 12
"""How much of its log is shown when a program does not start."""


class NotStarting(Exception):
    """A process did not come up; says which, why, and where its log is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process: what to run, with what, and the port on which it answers when it is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    port: int | None = None
    seconds: float = 30
    may_be_open: bool = False
    """Whether it may listen on the whole network: vpcd cannot do otherwise."""


@dataclass(slots=True)
class _Process:
    """A program's present process."""

    program: Program
    popen: subprocess.Popen[bytes]
    since: float
    deaths: int = 0
    again_at: float | None = None
    """When to start it again; None while it runs."""


class Supervisor:
    """Runs programs as their own process groups. `say` gets one line per thing worth telling."""

    def __init__(self, data: Path, say: Callable[[str], None]) -> None:
        self._logs = data / "logs"
        self._pids = data / "pids"
        self._say = say
        self._running: dict[str, _Process] = {}
        self._stopping = threading.Event()
        self._is_watched = False
        self._lock = threading.Lock()
        for folder in (self._logs, self._pids):
            folder.mkdir(parents=True, exist_ok=True)

    def stop_leftovers(self) -> None:
        """End what a killed run of before left behind; only processes that still are what we noted."""
        for file in sorted(self._pids.glob("*.pid")):
            pid, _, started_at = file.read_text().partition(" ")
            if pid.isdigit() and end_leftover(int(pid), started_at):
                self._say(f"stopped {file.stem}, left over from the last run")
            file.unlink(missing_ok=True)

    def start(self, program: Program) -> None:
        """Start and wait until it answers. Raises NotStarting."""
        if program.port is not None and answers(program.port):
            raise NotStarting(f"port {program.port}, wanted by {program.name}, is taken by another program. Stop that one, or "
                              "choose another first port: MADONAVI_PORT=9000 make up")
        self._running[program.name] = _Process(program, self._spawn(program), time.monotonic())
        self.wait_ready(program.name)
        if program.port is not None and not program.may_be_open and is_open_to_the_network(program.port):
            raise NotStarting(f"{program.name} listens on the whole network (port {program.port}); it must not")

    def pid(self, name: str) -> int:
        """The process id of a running program."""
        return self._running[name].popen.pid

    def pids(self) -> dict[str, int]:
        """The process ids of all programs by name."""
        return {name: process.popen.pid for name, process in self._running.items()}

    def kill(self, name: str) -> None:
        """kill -9 of it and its children, as in a power cut; returns when it is gone. The watch starts it again."""
        with self._lock:
            popen = self._running[name].popen
            end(popen.pid, signal.SIGKILL)
            popen.wait()

    def wait_ready(self, name: str) -> None:
        """Wait until a program answers. Raises NotStarting."""
        program = self._running[name].program
        until = time.monotonic() + program.seconds
        while program.port is not None and not answers(program.port):
            if not self._is_watched and self._running[name].popen.poll() is not None:
                raise NotStarting(f"{name} ended at once:\n{self._tail(name)}")
            if time.monotonic() > until:
                raise NotStarting(f"{name} does not answer on port {program.port}:\n{self._tail(name)}")
            time.sleep(0.02)

    def watch(self) -> None:
        """Restart what dies, each with its own growing pause, until stop."""
        self._is_watched = True
        while not self._stopping.wait(0.05):
            for process in list(self._running.values()):
                with self._lock:  # stop and kill wait for this
                    if not self._stopping.is_set():
                        self._look_after(process)

    def stop(self) -> None:
        """Stop all, the last started first; what does not end in time is killed."""
        with self._lock:
            self._stopping.set()
        for name, process in reversed(list(self._running.items())):
            end(process.popen.pid, signal.SIGTERM)
            try:
                process.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._say(f"{name} does not end; killing it")
            end(process.popen.pid, signal.SIGKILL)  # its children too, should it have left any
            process.popen.wait()
            (self._pids / f"{name}.pid").unlink(missing_ok=True)

    def _look_after(self, process: _Process) -> None:
        code, now = process.popen.poll(), time.monotonic()
        if code is None:
            return
        if process.again_at is None:
            end(process.popen.pid, signal.SIGKILL)  # a child that outlived it would hold its port
            process.deaths = 1 if now - process.since > STEADY_SECONDS else process.deaths + 1
            pause = RESTART_PAUSES[min(process.deaths, len(RESTART_PAUSES)) - 1]
            process.again_at = now + pause
            self._say(f"{process.program.name} ended ({_how(code)}); starting it again in {pause} s")
        elif now >= process.again_at:
            process.popen, process.since, process.again_at = self._spawn(process.program), now, None

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        file = self._log(program.name)
        if file.exists() and file.stat().st_size > LOG_MOST_BYTES:
            file.replace(file.with_suffix(".log.1"))
        with file.open("ab") as log:
            popen = subprocess.Popen(list(program.command), cwd=program.folder, env=dict(program.environment),
                                     stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        (self._pids / f"{program.name}.pid").write_text(f"{popen.pid} {started(popen.pid)}")
        return popen

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _tail(self, name: str) -> str:
        lines = self._log(name).read_text("utf-8", errors="replace").splitlines()[-TOLD_LINES:]
        return "\n".join([*(f"    {line}" for line in lines), f"  (all of it: {self._log(name)})"])


def _how(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit {code}"
