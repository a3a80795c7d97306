"""On the running local stack: equal submits, lost notices, a dying worker, and many people at once."""

import os
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from chalicelib import compose, settings
from chalicelib.adapters.table import KeyRow, Row
from chalicelib.domain.application import State
from infra.local.addresses import Addresses
from infra.local.play.browser import HttpBrowser
from infra.local.play.walkers import OfficerAtDesk, Resident
from infra.local.up import running
from tests.prove import cold_start, races
from tests.prove.claims import Claims
from tests.prove.races import Hall

FIRST_PORT = 19_100
WITHOUT = frozenset({"site", "kiosk", "editor", "seed"})
TWINS, PAYERS, BRAVE = 100, 5, 20
USERS, LOAD_SECONDS = 24, 60


@contextmanager
def a_hall() -> Iterator[Hall]:
    """A stack of its own with empty data; what we read of its store is read through the same parts."""
    with TemporaryDirectory() as data, running(Path(data), Addresses(FIRST_PORT), without=WITHOUT) as up:
        os.environ.update(up.environment())
        for table in (Row, KeyRow):
            table.Meta.host = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
            table._connection = None
        yield Hall(up, compose.parts_from(settings.read()))


def claim_equal(claims: Claims, hall: Hall) -> None:
    """Goal 10."""
    applications, mails, arrived = races.equal_submits(hall, TWINS)
    claims.line(f"{TWINS} parallel equal submits", f"{applications} application, {mails} mail", "1, 1",
                (applications, mails) == (1, 1))
    claims.told("windows of them that show the receipt at once", f"{arrived} of {TWINS}")


def claim_lost_notices(claims: Claims, hall: Hall) -> None:
    """Goal 20: the provider keeps every notice back, and nobody opens the return page."""
    references = [races._paid_without_notices(hall, f"lost{number}@example.jp") for number in range(PAYERS)]
    unpaid = _opened_only(hall)
    began = time.monotonic()
    paid = 0
    while paid < PAYERS and time.monotonic() - began < 60:
        time.sleep(0.5)
        paid = sum(hall.case(one).state is State.READY_TO_ISSUE for one in references)
    still = hall.case(unpaid).state is State.AWAITING_PAYMENT
    claims.line("with every notice dropped and the browser closed, paid cases that became paid by the timer",
                f"{paid} of {PAYERS} within {time.monotonic() - began:.0f} s; a page opened and not paid stays unpaid: {still}",
                f"{PAYERS}, True", paid == PAYERS and still)


def _opened_only(hall: Hall) -> str:
    resident = Resident(hall.up.at, "opened@example.jp")
    reference = resident.applies()
    status = resident.status_url()
    desk = OfficerAtDesk(hall.up.at)
    case = desk.opens(reference)
    desk.claims(case)
    desk.fixes_fee(case)
    resident.opens_payment(status)
    return reference


def claim_mails(claims: Claims, hall: Hall) -> None:
    """Goal 23: the worker dies again and again while mails leave."""
    stop = threading.Event()
    kills = 0

    def killer() -> None:
        nonlocal kills
        dice = random.Random(8)
        while not stop.wait(dice.uniform(0.3, 1.2)):
            hall.up.kill("worker")
            kills += 1

    death = threading.Thread(target=killer)
    death.start()
    try:
        with ThreadPoolExecutor(2) as pool:
            references = list(pool.map(lambda number: _to_the_fee(hall, number), range(BRAVE)))
    finally:
        stop.set()
        death.join()
    hall.drained()
    subjects = [[subject.partition("（")[0] for subject in hall.mails(f"worker{number}@example.jp")] for number in range(BRAVE)]
    wrong = sum(len(one) != 2 or len(set(one)) != 2 for one in subjects)
    missing = sum(len(set(one)) < 2 for one in subjects)
    claims.line(f"kill -9 of the worker while {2 * len(references)} mails leave",
                f"{kills} kills, {missing} people without one of their mails, {wrong} with other than one of each", "0, 0",
                kills >= 5 and missing == wrong == 0)


def _to_the_fee(hall: Hall, number: int) -> str:
    """Two events that tell the resident something: the application came, and the fee is decided."""
    reference = Resident(hall.up.at, f"worker{number}@example.jp").applies()
    desk = OfficerAtDesk(hall.up.at)
    case = desk.opens(reference)
    desk.claims(case)
    desk.fixes_fee(case)
    return reference


@dataclass
class Load:
    """What a load run saw."""

    seconds: list[float] = field(default_factory=list)
    """How long each page took."""
    submits: int = 0
    failures: Counter[str] = field(default_factory=Counter)


def claim_load(claims: Claims, hall: Hall) -> None:
    """Goal 24, as far as one small computer that runs everything, the measuring people too, can show it."""
    load, until = Load(), time.monotonic() + LOAD_SECONDS
    began = time.monotonic()
    with ThreadPoolExecutor(USERS) as pool:
        for one in [pool.submit(_one_user, hall, number, until, load) for number in range(USERS)]:
            one.result()
    took = time.monotonic() - began
    cuts = statistics.quantiles(load.seconds, n=100)
    claims.told(
        f"load: {USERS} users at once for {took:.0f} s on {os.cpu_count()} cores, everything on one computer",
        f"{load.submits} applications sent, {load.submits / took:.1f} a second, {len(load.seconds) / took:.0f} pages a second, "
        f"{sum(load.failures.values())} failures{_why(load)}; a page takes p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, "
        f"p99 {cuts[98]:.2f} s")


def _why(load: Load) -> str:
    return f" ({', '.join(f'{number} × {name}' for name, number in load.failures.items())})" if load.failures else ""


def _one_user(hall: Hall, number: int, until: float, load: Load) -> None:
    turn = 0
    while time.monotonic() < until:
        turn += 1
        resident = Resident(hall.up.at, f"load{number}.{turn}@example.jp")
        # Every person comes from an address of their own, as on the net; else the limit of one place would stop them.
        resident.browser = HttpBrowser(transport=httpx.HTTPTransport(local_address=f"127.1.{turn}.{number + 1}"))
        once = resident.browser._once

        def timed(method: str, url: str, body: object, once: object = once) -> httpx.Response:
            began = time.monotonic()
            answer: httpx.Response = once(method, url, body)  # type: ignore[operator]
            load.seconds.append(time.monotonic() - began)
            if answer.status_code >= 500 or answer.status_code == 429:
                load.failures[str(answer.status_code)] += 1
            return answer

        resident.browser._once = timed  # type: ignore[method-assign]
        try:
            resident.applies()
            load.submits += 1
        except Exception as error:  # a measurement counts what goes wrong and goes on
            load.failures[type(error).__name__] += 1
        finally:
            resident.browser._http.close()


def claim_cold(claims: Claims, hall: Hall) -> None:
    """Goal 25, the import."""
    ratio, ours, bare = cold_start.ratio(hall.up.environment())
    claims.told("cold import, ratio to bare chalice with boto3", f"{ratio:.2f} ({ours:.2f} s to {bare:.2f} s)")
