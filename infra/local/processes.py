"""What Linux tells about processes and ports, read from /proc: who still runs, and who can be reached from outside."""

import os
import signal
import socket
import time
from pathlib import Path

_LISTEN = "0A"
_LOOPBACK = ("0100007F", "00000000000000000000000001000000")
"""127.0.0.1 and ::1 as /proc/net writes them."""


def answers(port: int) -> bool:
    """Whether something listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_open_to_the_network(port: int, proc: Path = Path("/proc")) -> bool:
    """Whether something listens on that port on another address than loopback."""
    for table in ("tcp", "tcp6"):
        file = proc / "net" / table
        for line in file.read_text().splitlines()[1:] if file.exists() else []:
            columns = line.split()
            address, _, at = columns[1].rpartition(":")
            if columns[3] == _LISTEN and int(at, 16) == port and address not in _LOOPBACK:
                return True
    return False


def serves(file: Path) -> bool:
    """Whether somebody serves a socket file."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(file)) == 0


def started(pid: int) -> str:
    """When a process was started, so that a number used again is not mistaken for it; empty when it is not running."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if state in "ZX" else rest[18]
    except (OSError, IndexError, ValueError):
        return ""


def end(group: int, how: signal.Signals) -> bool:
    """Send a signal to a process and all that it started; False when nothing is left of them."""
    try:
        os.killpg(group, how)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end_leftover(pid: int, started_at: str, seconds: float = 5) -> bool:
    """End what a killed run left behind, if it is still that; returns whether there was something, when it is gone.

    A number whose leader is gone may still be the group of its children (an nginx worker outlives its master); Linux
    does not give the number to anybody else until the last of them has ended.
    """
    if started(pid) not in (started_at, "") or not end(pid, signal.SIGKILL):
        return False
    until = time.monotonic() + seconds
    while started(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return True
