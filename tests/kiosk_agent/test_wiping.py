"""What Python gives back is overwritten: a text that was thrown away is not in the memory of the process any more."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.prove.kiosk_memory import dump

PROGRAM = """
import sys
from kiosk_agent import wiping
if {wiped}:
    wiping.begin()
texts = ["".join(chr(0x91d1 + n % 7) for n in range(k, k + 40)) for k in range(50)]
del texts
print("done", flush=True)
sys.stdin.read()
"""
THROWN_AWAY = "".join(chr(0x91D1 + n % 7) for n in range(3, 30)).encode("utf-16-le")


@contextmanager
def running(*, wiped: bool) -> Iterator[subprocess.Popen[str]]:
    """A program that has thrown fifty texts away, and waits."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM.format(wiped=wiped)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux has the switch")
def test_a_text_that_was_thrown_away_is_in_a_dump_without_wiping_and_not_with_it(tmp_path: Path) -> None:
    with running(wiped=False) as process:
        assert THROWN_AWAY in dump(process.pid, tmp_path)[0]
    with running(wiped=True) as process:
        assert THROWN_AWAY not in dump(process.pid, tmp_path)[0]
