"""A real process that owns the queue and is killed by SIGKILL at random moments, with the office in another process behind a real
pipe that loses calls and answers. Each child imports this module, so it imports little."""

import multiprocessing
import random
import tempfile
import time
import uuid
from collections import Counter as Tally
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Lock, Thread
from typing import Any, cast

from kiosk_agent.desk import Filed, Filing, Left, Office, Offline
from kiosk_agent.errors import KioskError
from kiosk_agent.queue import Outgoing, QueueTrouble, sealing_key
from kiosk_agent.sync import Line, Sync
from tests.fakes.office import FakeOffice
from tests.fakes.world import FRIDAY_NOON

LONGEST_LIFE = 0.12
"""Seconds of work after which the process is killed at most."""
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.prove.kiosk_killed"])
CANARY = "指宿　花子"
SECONDS_TO_DRAIN = 60.0


def filing_of(serial: str, made_at: datetime) -> Filing:
    """An application that names its session in its answers, so that a double under another id is found too."""
    return Filing(id=str(uuid.uuid4()), procedure="juminhyo", version=1, case_code=f"{serial[:4]}-{serial[4:8]}", made_at=made_at,
                  answers={"whose": "self", "items": ("none",), "copies": "1", "purpose": serial},
                  applicant={"fullName": CANARY, "fullAddress": "鹿児島県指宿市十町２４２４番地"}, card="my_number")


def doubles(cases: dict[str, Filing]) -> int:
    """Cases of one session under more than one id."""
    return sum(count - 1 for count in Tally(str(case.answers["purpose"]) for case in cases.values()).values())


@dataclass
class _Hall:
    """The office as a process of its own would see it: calls get lost on the way in, answers on the way out."""

    trouble: float = 0.0
    office: FakeOffice = field(default_factory=lambda: FakeOffice(clock=lambda: FRIDAY_NOON))
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    lock: Lock = field(default_factory=Lock)

    def file(self, filing: Filing) -> Filed:
        """One after another, as the store's transactions make it."""
        with self.lock:
            if self.dice.random() < self.trouble:
                raise Offline
            answer = self.office.file(filing)
            if self.dice.random() < self.trouble:
                raise Offline
            return answer

    def report(self, condition: dict[str, object]) -> datetime:
        """The office's clock."""
        if self.dice.random() < self.trouble:
            raise Offline
        return _now()


class _Wire:
    """The office as the agent's process sees it: each call goes through a real pipe to the hall's process and back."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def file(self, filing: Filing) -> Filed:
        """As the hall answers."""
        filed: Filed = self._asked("file", filing)
        return filed

    def report(self, condition: dict[str, object]) -> datetime:
        """As the hall answers."""
        theirs: datetime = self._asked("report", condition)
        return theirs

    def _asked(self, what: str, about: object) -> Any:
        self._pipe.send((what, about))
        answer = self._pipe.recv()
        if isinstance(answer, KioskError):
            raise answer
        return answer


def _serve(hall: _Hall, pipe: Connection) -> None:
    """Answer one agent until it is dead."""
    with suppress(EOFError, OSError):
        while True:
            what, about = pipe.recv()
            try:
                answer = hall.file(about) if what == "file" else hall.report(about)
            except KioskError as error:
                pipe.send(error)
            else:
                pipe.send(answer)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


class SaysFirst(Outgoing):
    """A fault: says that it has kept what it only means to keep."""

    def put(self, filing: Filing) -> None:
        """Later, perhaps."""
        def later() -> None:
            time.sleep(0.01)
            Outgoing.put(self, filing)

        Thread(target=later, daemon=True).start()


class NewIdEachTime(Sync):
    """A fault: chooses the id when sending, not when the person finished."""

    def _send(self, waits: Filing | Left) -> None:
        if isinstance(waits, Filing):
            self._office.file(replace(waits, id=str(uuid.uuid4())))
        self._outgoing.done(waits.id)


def _agent(folder: Path, wire: Connection, said: Connection, faults: tuple[type[Outgoing], type[Sync]], seed: int) -> None:
    """The process that owns the queue: takes applications as fast as it can, says so, and sends. It is killed, or told to drain."""
    queue, sender = faults
    try:
        outgoing = queue(folder / "queue", sealing_key(folder / "keys"))
    except QueueTrouble as trouble:
        said.send(f"trouble {trouble}")
        return
    sync = sender(cast("Office", _Wire(wire)), outgoing, clock=_now)
    sync.start()
    said.send("open")
    number = 0
    while seed >= 0:
        serial = f"{seed:06}{number:06}"
        outgoing.put(filing_of(serial, _now()))
        said.send(serial)
        sync.nudge()
        number += 1
        time.sleep(0.002)
    while outgoing.waiting():
        time.sleep(0.02)
        for line in outgoing.listed():  # what was put off would come a minute later
            if line.tries:
                outgoing.again(line.id)
        if sync.standing.line is not Line.OPEN:
            sync.trusted_again()  # the shortest way to an immediate new try
        sync.nudge()
    sync.stop()
    outgoing.close()
    said.send("drained")


@dataclass
class Killed:
    """What was seen over all kills."""

    said: set[str] = field(default_factory=set)
    cases: dict[str, Filing] = field(default_factory=dict)
    heard: int = 0
    kills: int = 0
    troubles: list[str] = field(default_factory=list)
    drained: bool = False
    readable: int = 0
    """Names that could be read in the queue's files at a kill."""
    remains: int = 0
    """Bytes of sealed rows or ids found in the files after the end."""

    @property
    def lost(self) -> int:
        """Said to be taken, and nowhere."""
        return len(self.said - {str(case.answers["purpose"]) for case in self.cases.values()})


def killed(kills: int, faults: tuple[type[Outgoing], type[Sync]] = (Outgoing, Sync)) -> Killed:
    seen, dice = Killed(), random.Random(11)
    hall = _Hall(trouble=0.25)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(kills):
            process, here = _started(hall, folder, faults, seed)
            if here.recv() == "open":
                time.sleep(dice.random() * LONGEST_LIFE)
            process.kill()
            process.join()
            seen.kills += 1
            _hear(here, seen)
            seen.readable += _readable(folder / "queue")
        hall.trouble = 0.1
        last, here = _started(hall, folder, faults, seed=-1)
        here.recv()
        seen.drained = here.poll(SECONDS_TO_DRAIN) and here.recv() == "drained"
        last.kill()
        last.join()
        seen.cases, seen.heard = dict(hall.office.cases), len(hall.office.heard)
        left = b"".join(file.read_bytes() for file in (folder / "queue").iterdir())
        seen.remains = sum(id.encode() in left for id in seen.cases)
        seen.readable += _readable(folder / "queue")
    return seen


def _started(hall: _Hall, folder: Path, faults: tuple[type[Outgoing], type[Sync]],
             seed: int) -> tuple[ForkServerProcess, Connection]:
    """A fresh process, and the pipe in which one hears what it says."""
    here, there = FORKS.Pipe(duplex=False)
    office_end, agent_end = FORKS.Pipe()
    process = FORKS.Process(target=_agent, args=(folder, agent_end, there, faults, seed))
    process.start()
    there.close()
    agent_end.close()
    Thread(target=_serve, args=(hall, office_end), daemon=True).start()
    return process, here


def _hear(here: Connection, seen: Killed) -> None:
    """All that the dead process had said. What it was saying when it died was not heard by anybody."""
    try:
        while here.poll(0):
            word = here.recv()
            if word.startswith("trouble"):
                seen.troubles.append(word)
            elif word != "open":
                seen.said.add(word)
    except (EOFError, OSError):
        return


def _readable(folder: Path) -> int:
    return sum(CANARY.encode() in file.read_bytes() for file in folder.iterdir())
