"""A real clamd with a database of two signatures of our own, since the real database comes from the internet.

It shows that the daemon and we understand each other; what ClamAV finds with its own database is ClamAV's claim.
"""

import hashlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.adapters.scanner_practice import EICAR

BINARY = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
CONFIG = """
Foreground yes
DatabaseDirectory {folder}/database
LocalSocket {folder}/clamd.ctl
LogFile {folder}/clamd.log
TemporaryDirectory {folder}
StreamMaxLength 25M
"""


@contextmanager
def a_clamd() -> Iterator[str | None]:
    """Its socket file; None where ClamAV is not installed. Leaving the block stops it."""
    if BINARY is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "database").mkdir()
        digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
        (folder / "database/own.hdb").write_text(f"{digest}:{len(EICAR)}:Own.Eicar-Whole\n")
        (folder / "database/own.ndb").write_text(f"Own.Eicar-Anywhere:0:*:{EICAR.hex()}\n")
        (folder / "clamd.conf").write_text(CONFIG.format(folder=folder))
        folder.chmod(0o755)  # Debian's daemon may give up root
        process = subprocess.Popen([BINARY, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            _wait(folder, process)
            yield str(folder / "clamd.ctl")
        finally:
            process.terminate()
            process.wait()


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while not (folder / "clamd.ctl").exists():
        if process.poll() is not None or time.monotonic() > until:
            log = folder / "clamd.log"
            raise RuntimeError(f"clamd did not start: {log.read_text()[-500:] if log.exists() else process.returncode}")
        time.sleep(0.05)
