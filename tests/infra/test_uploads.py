"""The local object store takes what its forms allow, in one piece or not at all, and tells nobody what it got."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from chalicelib.adapters.uploads_disk import DiskUploads, quarantine
from infra.local.uploads.store import ObjectStore
from tests.conftest import free_port
from tests.fakes.world import FakeClock

RESIDENTS = "http://localhost:8080"


@dataclass(frozen=True)
class Running:
    """A running object store and the form of one file of at most a megabyte."""

    port: int
    uploads: DiskUploads
    fields: dict[str, str]

    def files(self) -> list[str]:
        """What lies in quarantine, whole or in part."""
        folder = self.uploads.folder / "quarantine"
        return [file.name for file in folder.glob("*")] if folder.exists() else []

    def send(self, data: bytes, **headers: str) -> bytes:
        """Raw bytes after a POST line; the whole answer."""
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}\r\n".encode() + data)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    clock, port = FakeClock(), free_port()
    uploads = DiskUploads(tmp_path, f"http://localhost:{port}/", "secret", clock)
    form = uploads.offer("abc", most_bytes=1_000_000, expires_at=clock() + timedelta(minutes=5), back_to=None)
    server = ObjectStore(port, quarantine(tmp_path), "secret", RESIDENTS, lambda: clock().timestamp())
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield Running(port, uploads, dict(form.fields))
    server.shutdown()
    thread.join()
    server.server_close()


def body(running: Running, data: bytes, after: str = "") -> bytes:
    """A browser's form as bytes."""
    head = "".join(f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                   for name, value in running.fields.items())
    head += '--B\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + data + f"\r\n{after}--B--\r\n".encode()


FORM = {"Content_Type": "multipart/form-data; boundary=B"}


def test_a_script_of_the_residents_site_may_read_the_answer_and_no_other(running: Running) -> None:
    answer = httpx.post(f"http://localhost:{running.port}/", data=running.fields, files={"file": b"x"})
    assert answer.headers["access-control-allow-origin"] == RESIDENTS


def test_a_file_that_breaks_off_on_the_way_leaves_nothing(running: Running) -> None:
    whole = body(running, bytes(500_000))
    answer = running.send(whole[:200_000], Content_Length=str(len(whole)), **FORM)
    assert b" 400 " in answer.splitlines()[0]
    assert running.files() == []


def test_a_form_that_ends_within_the_file_leaves_nothing(running: Running) -> None:
    cut = body(running, bytes(5000))[:-20]
    assert b" 400 " in running.send(cut, Content_Length=str(len(cut)), **FORM).splitlines()[0]
    assert running.files() == []


def test_a_file_much_too_large_is_answered_and_never_lies_whole_on_the_disk(running: Running) -> None:
    answer = httpx.post(f"http://localhost:{running.port}/", data=running.fields, files={"file": bytes(20_000_000)}, timeout=30)
    assert (answer.status_code, "EntityTooLarge" in answer.text) == (400, True)
    assert running.files() == []


def test_a_refused_file_leaves_the_one_before_as_it_was(running: Running) -> None:
    url = f"http://localhost:{running.port}/"
    httpx.post(url, data=running.fields, files={"file": b"good"})
    httpx.post(url, data=running.fields, files={"file": bytes(2_000_000)})
    assert running.uploads.take("abc") == b"good"
    assert len(running.files()) == 1


def test_what_stands_behind_the_file_is_not_believed(running: Running) -> None:
    more = '--B\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n'
    sent = body(running, b"x", after=more)
    assert b" 204 " in running.send(sent, Content_Length=str(len(sent)), **FORM).splitlines()[0]
    assert running.uploads.arrived("abc") == 1
    assert running.uploads.arrived("other") is None


@pytest.mark.parametrize(("data", "headers", "status"), [
    (b"", {}, 411), (b"x", {"Content_Length": "1"}, 412), (b"{}", {"Content_Length": "2", "Content_Type": "application/json"}, 412),
    (b"--B--\r\n", {"Content_Length": "7", **FORM}, 400), (b"nonsense", {"Content_Length": "8", **FORM}, 400)])
def test_what_is_no_form_of_ours_is_refused(running: Running, data: bytes, headers: dict[str, str], status: int) -> None:
    assert f" {status} ".encode() in running.send(data, **headers).splitlines()[0]
    assert running.files() == []


def test_a_stored_file_cannot_be_fetched_from_it(running: Running) -> None:
    httpx.post(f"http://localhost:{running.port}/", data=running.fields, files={"file": b"x"})
    assert httpx.get(f"http://localhost:{running.port}/abc").status_code == 501


def test_names_on_the_disk_tell_nothing_and_others_may_not_read_them(running: Running) -> None:
    httpx.post(f"http://localhost:{running.port}/", data=running.fields, files={"file": ("花子.jpg", b"x")})
    (name,) = running.files()
    assert len(name) == 64
    assert (running.uploads.folder / "quarantine" / name).stat().st_mode & 0o077 == 0


def test_what_nobody_asked_for_in_time_is_swept(running: Running) -> None:
    httpx.post(f"http://localhost:{running.port}/", data=running.fields, files={"file": b"x"})
    shelf, now = quarantine(running.uploads.folder), time.time()
    assert shelf.sweep(now - 86_400) == 0
    (name,) = running.files()
    os.utime(running.uploads.folder / "quarantine" / name, (now - 90_000, now - 90_000))
    assert shelf.sweep(now - 86_400) == 1
    assert running.files() == []
