"""Keeps a set of processes running: starts them in order, waits until each answers, restarts what dies, stops all."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RESTART_PAUSES = (0.2, 0.5, 1, 2, 5)
STOP_SECONDS = 5.0


class NotStarting(Exception):
    """A process did not come up; says which, and where its log is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process: what to run, with what, and the port on which it answers when it is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    port: int | None = None
    seconds: float = 30


class Supervisor:
    """Runs programs as their own process groups. `say` gets one line per thing worth telling."""

    def __init__(self, data: Path, say: Callable[[str], None]) -> None:
        self._logs = data / "logs"
        self._pids = data / "pids"
        self._say = say
        self._programs: dict[str, Program] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: dict[str, int] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        for folder in (self._logs, self._pids):
            folder.mkdir(parents=True, exist_ok=True)

    def stop_leftovers(self) -> None:
        """End what a killed run of before left behind; only processes that still are what we noted."""
        for file in self._pids.glob("*.pid"):
            pid, _, started = file.read_text().partition(" ")
            if pid.isdigit() and _started(int(pid)) == started:
                self._say(f"stopping a leftover of the last run: {file.stem}")
                _end(int(pid), signal.SIGKILL)
            file.unlink(missing_ok=True)

    def start(self, program: Program) -> None:
        """Start and wait until it answers. Raises NotStarting."""
        self._programs[program.name] = program
        self._spawn(program)
        self._wait(program)

    def pid(self, name: str) -> int:
        """The process id of a running program."""
        return self._running[name].pid

    def kill(self, name: str) -> None:
        """kill -9, as in a power cut; the watch starts it again."""
        with self._lock:
            _end(self._running[name].pid, signal.SIGKILL)

    def wait_ready(self, name: str) -> None:
        """Wait until a program answers again. Raises NotStarting."""
        self._wait(self._programs[name])

    def watch(self) -> None:
        """Restart what dies, with growing pauses, until stop."""
        while not self._stopping.wait(0.2):
            for name, process in list(self._running.items()):
                if process.poll() is not None and not self._stopping.is_set():
                    deaths = self._deaths[name] = self._deaths.get(name, 0) + 1
                    self._say(f"{name} stopped ({process.returncode}); starting it again")
                    self._stopping.wait(RESTART_PAUSES[min(deaths, len(RESTART_PAUSES)) - 1])
                    if not self._stopping.is_set():
                        self._spawn(self._programs[name])

    def stop(self) -> None:
        """Stop all, the last started first; what does not end in time is killed."""
        self._stopping.set()
        for name, process in reversed(list(self._running.items())):
            _end(process.pid, signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _end(process.pid, signal.SIGKILL)
                process.wait()
            (self._pids / f"{name}.pid").unlink(missing_ok=True)

    def _spawn(self, program: Program) -> None:
        with self._lock, (self._logs / f"{program.name}.log").open("ab") as log:
            process = subprocess.Popen(list(program.command), cwd=program.folder, env=dict(program.environment),
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            self._running[program.name] = process
        (self._pids / f"{program.name}.pid").write_text(f"{process.pid} {_started(process.pid)}")

    def _wait(self, program: Program) -> None:
        until = time.monotonic() + program.seconds
        while program.port is not None and not _answers(program.port):
            if time.monotonic() > until:
                raise NotStarting(f"{program.name} does not answer; see {self._logs / program.name}.log")
            time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(pid: int, how: signal.Signals) -> None:
    try:
        os.killpg(pid, how)
    except (ProcessLookupError, PermissionError):
        return


def _started(pid: int) -> str:
    """When a process was started, so that a reused number is not mistaken for it; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
