"""Starts pcscd on a developer's computer that has it installed but not running. On a real counter systemd does that."""

import os
import shutil
import subprocess
from pathlib import Path

SOCKET = Path("/run/pcscd/pcscd.comm")
VPCD_SETTINGS = Path("/etc/reader.conf.d/vpcd")
"""Where vsmartcard-vpcd announces its readers to pcscd."""


def missing_parts() -> tuple[str, ...]:
    """The Debian packages without which the virtual card cannot be read over PC/SC."""
    missing = [] if _program() else ["pcscd"]
    if not VPCD_SETTINGS.exists():
        missing.append("vsmartcard-vpcd")
    return tuple(missing)


def start(settings: Path | None = None) -> subprocess.Popen[bytes] | None:
    """Start pcscd; the caller ends it. None when it may not be started here: not root, or not installed.

    settings: a folder with other reader settings than the computer's own.
    """
    program = _program()
    if program is None or os.geteuid() != 0:
        return None
    SOCKET.parent.mkdir(parents=True, exist_ok=True)
    more = ["--config", str(settings)] if settings else []
    return subprocess.Popen([program, "--foreground", *more],  # noqa: S603 - a fixed program without a shell
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _program() -> str | None:
    return shutil.which("pcscd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
