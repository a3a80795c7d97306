"""`make up` keeps its programs running, leaves none behind, and says in a sentence why something does not start."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import keys, processes
from infra.local.addresses import Addresses
from infra.local.stack import ROOT, Stack
from infra.local.supervisor import NotStarting, Program, Supervisor
from tests.conftest import free_port

LISTENS = "import socket,sys,time; s=socket.create_server((sys.argv[2],int(sys.argv[1]))); time.sleep(600)"
CITY_OFFICE = Addresses(gateway=8080)


class World:
    """A supervisor with its data folder, and what it said."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.said: list[str] = []
        self.supervisor = Supervisor(data, self.said.append)

    def program(self, name: str, code: str = LISTENS, *, on: str = "127.0.0.1", port: int | None = None) -> Program:
        """A small program; LISTENS listens on its port."""
        port = port or free_port()
        return Program(name=name, command=[sys.executable, "-c", code, str(port), on], environment=dict(os.environ),
                       folder=self.data, port=port, seconds=10)

    def watched(self) -> None:
        """Begin to restart what dies."""
        threading.Thread(target=self.supervisor.watch, daemon=True).start()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.supervisor.stop()


def test_a_program_that_is_killed_comes_up_again_as_another_process(world: World) -> None:
    world.supervisor.start(world.program("mailbox"))
    world.watched()
    before = world.supervisor.pid("mailbox")
    world.supervisor.kill("mailbox")
    world.supervisor.wait_ready("mailbox")
    assert world.supervisor.pid("mailbox") != before
    assert world.said == ["mailbox ended (killed by signal 9); starting it again in 0.2 s"]


def test_after_stopping_nothing_is_left(world: World) -> None:
    programs = [world.program("payment"), world.program("mailbox")]
    for program in programs:
        world.supervisor.start(program)
    pids = world.supervisor.pids()
    world.supervisor.stop()
    assert [processes.started(pid) for pid in pids.values()] == ["", ""]
    assert list((world.data / "pids").iterdir()) == []


def test_a_program_that_ends_at_once_is_named_with_its_last_words(world: World) -> None:
    with pytest.raises(NotStarting, match=r"(?s)functions ended at once:.*MADONAVI_STAGE is not set"):
        world.supervisor.start(world.program("functions", "raise SystemExit('MADONAVI_STAGE is not set')"))


def test_a_port_that_somebody_else_holds_is_said_and_not_mistaken_for_ours(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(NotStarting, match="taken by another program"):
        world.supervisor.start(world.program("gateway", port=other.getsockname()[1]))


def test_a_program_that_listens_on_the_whole_network_is_refused(world: World) -> None:
    with pytest.raises(NotStarting, match="whole network"):
        world.supervisor.start(world.program("store", on="0.0.0.0"))  # noqa: S104 - that is what must be refused


def test_what_a_killed_run_left_behind_is_stopped_at_the_next_start(world: World) -> None:
    program = world.program("identity")
    world.supervisor.start(program)  # this supervisor is then forgotten, as after kill -9
    said: list[str] = []
    again = Supervisor(world.data, said.append)
    again.stop_leftovers()
    assert said == ["stopped identity, left over from the last run"]
    assert program.port is not None
    assert not processes.answers(program.port)


def test_a_process_that_only_has_the_number_of_an_old_one_is_left_alone(world: World) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        (world.data / "pids" / "mailbox.pid").write_text(f"{bystander.pid} 1")
        world.supervisor.stop_leftovers()
        assert processes.started(bystander.pid)
    finally:
        processes.end(bystander.pid, signal.SIGKILL)
        bystander.wait()


def test_a_second_start_with_the_same_data_says_that_it_is_running(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.flock(f,2); "
                               "f.write('4711'); f.flush(); print('held',flush=True); input()", str(tmp_path / "lock")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdin is not None
    holder.stdout.readline()
    second = subprocess.run([sys.executable, "-m", "infra.local.up"], cwd=ROOT, capture_output=True, text=True, check=False,
                            env={**os.environ, "MADONAVI_DATA": str(tmp_path)})
    holder.communicate(b"\n")
    assert second.returncode == 1
    assert "running already with this data folder (process 4711)" in second.stderr


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first = keys.prepare(tmp_path, CITY_OFFICE)
    kept = {file.name: file.read_bytes() for file in first.folder.iterdir()}
    again = keys.prepare(tmp_path, CITY_OFFICE)
    assert {file.name: file.read_bytes() for file in again.folder.iterdir()} == kept
    assert len(kept["wrapping.key"]) == 32
    secret = ("wrapping.key", "payment.secret", "signing.secret", "uploads.secret", "resident-client.json", "staff-client.json")
    for file in first.folder.iterdir():
        if file.name in secret:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert stat.S_IMODE(first.folder.stat().st_mode) == 0o700


def test_the_identity_simulator_is_told_public_keys_only(tmp_path: Path) -> None:
    told = json.loads(keys.prepare(tmp_path, CITY_OFFICE).registrations.read_text("utf-8"))
    for client in told.values():
        for key in client["jwks"]["keys"]:
            assert "d" not in key


def test_programs_never_learn_of_the_developers_own_cloud_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "city-production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    told = Stack(tmp_path, CITY_OFFICE, keys.prepare(tmp_path, CITY_OFFICE)).environment()
    assert "AWS_PROFILE" not in told
    assert "AWS_SESSION_TOKEN" not in told
    assert told["AWS_ENDPOINT_URL_DYNAMODB"] == "http://127.0.0.1:8082"
    assert {told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"]} == {"local"}


def test_setting_up_what_is_set_up_already_changes_nothing_and_says_nothing() -> None:
    if not (ROOT / ".venv/installed").exists():
        pytest.skip("this checkout was not set up by make setup")
    done = subprocess.run([str(ROOT / "infra/local/setup.sh")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_everything_make_can_do_is_in_its_help() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("up", "test", "check", "setup", "lock", "site", "package", "journey", "prove-main-job", "clean"):
        assert f"make {command} " in shown
