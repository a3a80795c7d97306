"""The same against the real CUPS, with a service, a queue and a printer of our own; skipped where there is none."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_agent.errors import PrinterReason
from kiosk_agent.paper.cups import QUESTION, CupsPrinter, run_command
from kiosk_agent.paper.printers import PartlyOut
from kiosk_agent.paper.spool import Spool
from tests.kiosk_agent.test_printing import JOB, somebody

NEEDED = ("/usr/sbin/cupsd", "/usr/bin/lp", "/usr/bin/ipptool")
MISSING = [file for file in NEEDED if not Path(file).exists()]
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"no CUPS on this computer (apt: cups cups-client cups-ipp-utils): {MISSING}"),
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="CUPS starts its printers' programs only as root"),
]

SERVICE = """DirtyCleanInterval 0
Listen {at}/cups.sock
Browsing No
WebInterface No
DefaultAuthType None
MaxJobTime 60
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
FOLDERS = """ServerRoot {at}
ServerBin {at}/bin
RequestRoot {at}/queue
TempDir {at}/queue/tmp
CacheDir {at}/cache
StateDir {at}
AccessLog {at}/log/access
ErrorLog {at}/log/error
PageLog {at}/log/page
SystemGroup root
User lp
Group lp
"""
PRINTER = """#!/bin/sh
# A printer that takes its paper to {at}/tray, and can be jammed.
[ $# -eq 0 ] && exit 0
touch {at}/log/begun
if [ -e {at}/log/jam ]; then
    echo 'STATE: +media-jam-error' >&2
    while [ -e {at}/log/jam ]; do sleep 0.1; [ -d /proc/$PPID ] || exit 1; done
fi
cp "$6" {at}/tray/$1.pdf
echo 'PAGE: 1 1' >&2
"""


class Service:
    """cupsd in a folder of its own, behind a socket of its own."""

    def __init__(self, at: Path) -> None:
        self.at = at
        for name in ("bin/backend", "queue/tmp", "cache", "log", "tray", "tickets"):
            (at / name).mkdir(parents=True)
        for open_to_all in (at / "log", at / "tray", at / "tickets"):
            open_to_all.chmod(0o777)
        for name in ("daemon", "filter"):
            (at / "bin" / name).symlink_to(Path("/usr/lib/cups") / name)
        (at / "cupsd.conf").write_text(SERVICE.format(at=at))
        (at / "cups-files.conf").write_text(FOLDERS.format(at=at))
        (at / "bin" / "backend" / "tray").write_text(PRINTER.format(at=at))
        shutil.copy(QUESTION.parent / "gate.sh", at / "bin" / "backend" / "madonavi")
        for backend in (at / "bin" / "backend").iterdir():
            backend.chmod(0o755)
        self.starts()
        self._do("/usr/sbin/lpadmin", "-p", "kiosk", "-E", "-v", f"madonavi:{at}/tickets?tray:/", "-m", "raw",
                 "-o", "printer-error-policy=abort-job")

    def starts(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(["/usr/sbin/cupsd", "-f", "-c", self.at / "cupsd.conf", "-s", self.at / "cups-files.conf"],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not (self.at / "cups.sock").exists() or subprocess.run(
                ["lpstat", "-h", self.at / "cups.sock", "-r"], capture_output=True, check=False).returncode:
            assert time.monotonic() < until, "CUPS does not start"
            time.sleep(0.05)

    def killed(self) -> None:
        """As by a power cut."""
        self._process.kill()
        self._process.wait()
        (self.at / "cups.sock").unlink(missing_ok=True)

    def jams(self, jammed: bool) -> None:
        """Jam the printer, or clear it."""
        if jammed:
            (self.at / "log" / "jam").touch()
        else:
            (self.at / "log" / "jam").unlink()

    def tray(self) -> list[bytes]:
        """The sheets that came out."""
        return [file.read_bytes() for file in (self.at / "tray").iterdir()]

    def kept(self) -> list[str]:
        """Printed files and jobs that CUPS still holds."""
        return sorted(file.name for file in (self.at / "queue").iterdir() if file.is_file())

    def agent(self, patience: float = 20.0) -> Spool:
        """An agent that starts."""
        return Spool(self.at / "spool", CupsPrinter(
            "kiosk", run_command, time.sleep, patience=patience, tickets=self.at / "tickets", server=str(self.at / "cups.sock")))

    def _do(self, *words: str) -> None:
        subprocess.run(words, env={**os.environ, "CUPS_SERVER": str(self.at / "cups.sock")}, capture_output=True, check=True)


@pytest.fixture
def service() -> Iterator[Service]:
    """A print service for one test. Not in pytest's own folder: the printer's program runs as another user."""
    at = Path(tempfile.mkdtemp(prefix="cups-"))
    at.chmod(0o755)
    running = Service(at)
    yield running
    running.killed()
    shutil.rmtree(at, ignore_errors=True)


def test_a_sheet_comes_out_as_it_was_rendered_and_cups_keeps_nothing_of_it(service: Service) -> None:
    spool = service.agent()
    assert spool.condition() is None
    spool.print(JOB, lambda: True)
    assert service.tray() == [JOB.pdf]
    assert service.kept() == []


def test_a_jam_is_told_as_a_jam_and_after_it_is_cleared_only_the_next_sheet_comes(service: Service) -> None:
    spool = service.agent()
    service.jams(True)
    with pytest.raises(PartlyOut) as told:
        spool.print(JOB, lambda: True)
    assert told.value.reason is PrinterReason.JAM
    service.jams(False)
    following = somebody("d" * 32)
    spool.print(following, lambda: True)
    assert service.tray() == [following.pdf]


def test_a_job_that_cups_was_printing_when_it_was_killed_is_not_printed_after_its_restart(service: Service) -> None:
    service.jams(True)
    begun = service.at / "log" / "begun"

    def wanted() -> bool:
        if begun.exists():
            service.killed()
            begun.unlink()
        return True

    with pytest.raises(PartlyOut) as told:
        service.agent().print(JOB, wanted)
    assert told.value.reason is PrinterReason.OFFLINE
    assert any(name.startswith("d") for name in service.kept()), "CUPS keeps the job over the crash"
    time.sleep(0.3)  # the printer's program notices that its service is dead
    service.jams(False)
    service.starts()
    time.sleep(1.0)
    assert service.tray() == []
    assert not begun.exists()
    service.agent()
    assert service.kept() == []


def test_a_job_of_a_killed_agent_is_not_printed_and_is_gone_when_the_agent_is_back(service: Service) -> None:
    subprocess.run(["/usr/sbin/cupsdisable", "-h", service.at / "cups.sock", "kiosk"], check=True, capture_output=True)
    run_command(["lp", "-h", str(service.at / "cups.sock"), "-d", "kiosk", "-t", f"madonavi-{'f' * 32}"], JOB.pdf)
    (service.at / "tickets" / ("f" * 32)).touch()
    os.utime(service.at / "tickets" / ("f" * 32), (time.time() - 10, time.time() - 10))
    assert service.agent().condition() is PrinterReason.OFFLINE
    assert service.kept() == []


def test_the_gate_stops_a_job_without_a_ticket_and_one_whose_ticket_is_old(service: Service) -> None:
    old = "f" * 32
    (service.at / "tickets" / old).touch()
    os.utime(service.at / "tickets" / old, (time.time() - 10, time.time() - 10))
    for mark in (old, "e" * 32, "../../etc/passwd"):
        run_command(["lp", "-h", str(service.at / "cups.sock"), "-d", "kiosk", "-t", f"madonavi-{mark}"], JOB.pdf)
    time.sleep(1.0)
    assert service.tray() == []
