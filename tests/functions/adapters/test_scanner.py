"""The virus scanner is asked as ClamAV's manual says, and nothing passes without a clear answer."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chalicelib.adapters.scanner_clamd import PIECE, ClamdScanner
from chalicelib.adapters.scanner_practice import EICAR, PracticeScanner
from chalicelib.domain.errors import ProviderDown
from chalicelib.domain.ports import Verdict
from tests.conftest import free_port
from tests.fakes import files


class Clamd(threading.Thread):
    """A clamd that answers one question; what it was sent is kept."""

    def __init__(self, listener: socket.socket, answer: bytes | None) -> None:
        super().__init__(daemon=True)
        self.listener = listener
        self.answer = answer
        self.pieces: list[bytes] = []

    def run(self) -> None:
        """Read one INSTREAM; answer None means never."""
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rb") as told:
            assert told.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(told.read(4), "big"):
                self.pieces.append(told.read(length))
            if self.answer is None:
                told.read(1)  # until the other side gives up
            else:
                connection.sendall(self.answer)


@contextmanager
def a_clamd(answer: bytes | None, file: Path | None = None) -> Iterator[tuple[Clamd, str]]:
    """A listening clamd and its address."""
    with socket.socket(socket.AF_UNIX if file else socket.AF_INET) as listener:
        listener.bind(str(file) if file else ("127.0.0.1", 0))
        listener.listen()
        clamd = Clamd(listener, answer)
        clamd.start()
        yield clamd, str(file) if file else f"127.0.0.1:{listener.getsockname()[1]}"
        clamd.join(5)


def test_a_clean_file_is_sent_whole_in_pieces() -> None:
    data = bytes(range(256)) * (PIECE // 100)
    with a_clamd(b"stream: OK\0") as (clamd, address):
        assert ClamdScanner(address).scan(data) is Verdict.CLEAN
    assert b"".join(clamd.pieces) == data
    assert len(clamd.pieces) > 1


def test_a_socket_file_will_do_as_well(tmp_path: Path) -> None:
    with a_clamd(b"stream: OK\0", tmp_path / "clamd") as (_, address):
        assert ClamdScanner(address).scan(b"x") is Verdict.CLEAN


def test_a_find_is_infected_and_its_name_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), a_clamd(b"stream: Eicar-Test-Signature FOUND\0") as (_, address):
        assert ClamdScanner(address).scan(EICAR) is Verdict.INFECTED
    assert "Eicar-Test-Signature" in caplog.text


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: Can't allocate memory ERROR\0",
                                    b"UNKNOWN COMMAND\0", b"stream: OK", b"", b"\0", b"stream: OK FOUND? no\0"])
def test_no_clear_answer_is_no_answer(answer: bytes) -> None:
    with a_clamd(answer) as (_, address), pytest.raises(ProviderDown):
        ClamdScanner(address).scan(b"x")


def test_a_scanner_that_is_silent_or_away_is_down() -> None:
    with a_clamd(None) as (_, address), pytest.raises(ProviderDown):
        ClamdScanner(address, seconds=0.2).scan(b"x")
    for nowhere in (f"127.0.0.1:{free_port()}", "/nowhere/clamd.ctl"):
        with pytest.raises(ProviderDown):
            ClamdScanner(nowhere, seconds=1).scan(b"x")


def test_without_clamav_only_the_test_file_is_known_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        scanner = PracticeScanner()
    assert "no virus scanner" in caplog.text
    assert scanner.scan(files.photo() + EICAR) is Verdict.INFECTED
    assert scanner.scan(files.photo()) is Verdict.CLEAN
