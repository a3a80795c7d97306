"""`python -m tests.prove.export [cases]` measures exports on the real store: two officers at once, none twice, none missed.

The store is the local one; what the cloud adds per case (KMS, network) is not in these numbers.
"""

import json
import resource
import sys
import tempfile
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from chalicelib.compose import system_clock
from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.history import GENESIS, record
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.reference import reference_of
from chalicelib.services import export
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from tests.conftest import a_store
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.fakes.world import FRIDAY_NOON
from tests.functions.store_cost import on_the_real_store
from tests.prove.claims import Claims

LOADERS = 8


def an_ended_case(parts: Parts, number: int) -> ApplicationId:
    """Store one refused case as it would stand after its steps; answers as long as a talkative person's."""
    id = ApplicationId(str(uuid.uuid4()))
    at = FRIDAY_NOON + timedelta(seconds=number)
    entry = record(application=id, number=1, at=at, event=Event.BEGIN, by=Actor.RESIDENT, who="resident", state=State.REJECTED,
                   detail={}, before=GENESIS)
    answers: dict[str, str | tuple[str, ...]] = {
        "name": f"辻\U000e0101 花子{number}", "address": "鹿児島県指宿市十町２４２４番地", "birthdate": "1985-03-15",
        "whose": "self", "items": ("none",), "copies": "1", "purpose": "年金の手続きのため。" * 15}
    case = Application(id=id, procedure="juminhyo", procedure_version=1, department="shimin", reference=reference_of(id),
                       state=State.REJECTED, state_since=at, created_at=at, version=1, last_hash=entry.hash, answers=answers,
                       submitted_at=at, ended_because="duplicate")
    parts.applications.write(case, entry)
    return id


def until_nothing_waits(parts: Parts, officer: Officer, letter: str) -> tuple[list[Receipt], float]:
    """One officer's receipts, and the longest request, as they press 「書き出す」 and 「つづける」 until nothing is left."""
    made, longest = [], 0.0
    for turn in range(1, 100):
        signs = f"{letter}{turn:05d}".replace("0", "Q").replace("1", "R")
        begun = export.begin(parts, officer, "juminhyo", f"20261120-{signs}")
        if begun is None:
            break
        while begun.digest is None:
            started = time.monotonic()
            begun = export.go_on(parts, officer, begun)
            longest = max(longest, time.monotonic() - started)
        made.append(begun)
    return made, longest


def measure(claims: Claims, count: int) -> None:
    """Load, export with two officers at once, take every file, and take them again."""
    with a_store() as url, tempfile.TemporaryDirectory() as folder:
        world, _ = on_the_real_store(Path(folder), url)
        parts = replace(world.parts, clock=system_clock)
        with ThreadPoolExecutor(LOADERS) as pool:
            ids = set(pool.map(lambda number: an_ended_case(parts, number), range(count)))
        claims.told("ended cases in the store", f"{len(ids):,}")
        started = time.monotonic()
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda who: until_nothing_waits(parts, *who), (
                (cases.officer(), "Y"), (cases.officer(SUZUKI), "S"))))
        took = time.monotonic() - started
        receipts = [receipt for made, _ in both for receipt in made]
        _each_once(claims, ids, receipts)
        claims.told("two officers exported at once", f"{len(ids) / took:,.0f} cases a second")
        longest = max(longest for _, longest in both)
        claims.line("longest request that marks and completes", f"{longest:.1f} s", "< 25 s, the gateway ends at 29", longest < 25)
        _files(claims, parts, receipts, count)


def _each_once(claims: Claims, ids: set[ApplicationId], receipts: list[Receipt]) -> None:
    held = Counter(one.id for receipt in receipts for one in receipt.cases)
    twice, missed = sum(times > 1 for times in held.values()), len(ids - set(held))
    claims.line("cases in two receipts", twice, "0", twice == 0)
    claims.line("cases in none", missed, "0", missed == 0)


def _files(claims: Claims, parts: Parts, receipts: list[Receipt], count: int) -> None:
    officer, first, rows, differing = cases.officer(), 0.0, 0, 0
    for receipt in receipts:
        for place in range(1, len(receipt.files) + 1):
            started = time.monotonic()
            text = "".join(export.file(parts, officer, receipt, place, "jsonl"))
            first = max(first, time.monotonic() - started)
            rows += len([json.loads(line) for line in text.splitlines()])
            differing += "".join(export.file(parts, officer, receipt, place, "jsonl")) != text
    claims.line("rows in all files", f"{rows:,}", f"{count:,}", rows == count)
    claims.line("files that differ when made again", differing, "0", differing == 0)
    claims.line("longest wait for a file, whole", f"{first:.2f} s", "first byte <= 2 s", first <= 2)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    claims.line("most memory of the whole process", f"{memory} MB", "<= 256 MB", memory <= 256)


if __name__ == "__main__":
    told = Claims()
    measure(told, int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
    sys.exit(told.exit_code())
