"""What an application costs in reads, writes, bytes and yen; and how a queue of 100,000 cases compares to one of 1,000."""

import re
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from chalicelib.adapters import case_json
from chalicelib.adapters.cases_table import TableApplications
from chalicelib.adapters.table import KeyRow, Keys, Row
from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.reference import reference_of
from chalicelib.services import deliver, pay
from infra.local.play.browser import HttpBrowser
from tests.conftest import a_store
from tests.fakes import cases
from tests.functions import store_cost
from tests.functions.pages.hall import PUBLIC, Hall, HallTransport
from tests.prove.app_city import City, a_city, at_work, connection_to
from tests.prove.app_use_cases import USE_CASES
from tests.prove.claims import Claims

PRICES: Mapping[str, float] = {
    "DynamoDB, a million write units": 0.715, "DynamoDB, a million read units": 0.1425, "Lambda, a million requests": 0.20,
    "Lambda, a GB-second": 0.0000166667, "API Gateway (REST), a million requests": 4.25, "SES, a thousand mails": 0.10,
    "KMS, ten thousand requests": 0.03, "yen for a dollar": 150.0}
"""US dollars in ap-northeast-1 without free tiers. ASSUMED: list prices as known in 2026-11, not verified from a source."""
LAMBDA_GB, LAMBDA_SECONDS = 1.0, 0.15
"""functions/.chalice/config.json; and how long a warm request is assumed to take, which this computer cannot measure."""


@dataclass
class Used:
    """Sums over what left for the store. Units as the store itself counts them (ConsumedCapacity, indexes included)."""

    calls: int = 0
    reads: float = 0
    writes: float = 0
    kilobytes: float = 0


class Meter:
    """Listens to the clients of both tables."""

    def __init__(self, url: str) -> None:
        self.now = Used()
        clients = {id(one): one for one in (*(table._get_connection().connection.client for table in (Row, KeyRow)),
                                            connection_to(url).client)}
        for client in clients.values():
            client.meta.events.register("provide-client-params.dynamodb.*", self._ask)
            client.meta.events.register("before-call.dynamodb.*", self._leaves)
            client.meta.events.register("after-call.dynamodb.*", self._came)

    def _ask(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "INDEXES"

    def _leaves(self, params: dict[str, Any], **_: Any) -> None:
        self.now.kilobytes += len(params.get("body", b"")) / 1024

    def _came(self, http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        self.now.calls += 1
        self.now.kilobytes += len(http_response.content) / 1024
        told = parsed.get("ConsumedCapacity") or []
        for one in told if isinstance(told, list) else [told]:
            units = float(one.get("CapacityUnits", 0))
            if model.name in ("GetItem", "Query", "BatchGetItem"):
                self.now.reads += units
            else:
                self.now.writes += units

    def taken(self) -> Used:
        """What was used since the last call."""
        used, self.now = self.now, Used()
        return used


class _Counting(httpx.BaseTransport):
    def __init__(self, inner: HallTransport) -> None:
        self.inner, self.requests = inner, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += request.url.host == "localhost"
        return self.inner.handle_request(request)


def claim(claims: Claims, url: str) -> None:
    """Measured per use case; the money by an assumed price table."""
    meter = Meter(url)
    for use_case in USE_CASES:
        city = a_city(url, use_case.kind)
        _, act = use_case.prepare(city, Hall(city.world))
        meter.taken()
        act()
        used = meter.taken()
        claims.told(f"store, {use_case.name}", f"{used.calls} calls, {used.reads:g} read units, {used.writes:g} write units, "
                                               f"{used.kilobytes:.1f} KB")
    city = a_city(url)
    hall = Hall(city.world)
    transport = _Counting(hall.transport)
    meter.taken()
    store_cost.walk(hall, transport)
    pay.reconcile(city.world.parts)
    while deliver.drain(city.world.parts):
        pass
    used, mails = meter.taken(), city.world.mailer.handed_over
    claims.told("one whole application with a correction, a payment and a letter, every page of it",
                f"{transport.requests} requests, {used.reads:g} read units, {used.writes:g} write units, {used.kilobytes:.0f} KB, "
                f"{mails} mails")
    parts = _yen(used, transport.requests, mails)
    claims.told("yen per 1,000 such applications (prices assumed, see PRICES; without the fixed costs of running)",
                f"{sum(parts.values()):.0f} ({', '.join(f'{name} {yen:.0f}' for name, yen in parts.items())})")


def _yen(used: Used, requests: int, mails: int) -> dict[str, float]:
    """Yen per 1,000 applications."""
    p, thousand = PRICES, 1000 * PRICES["yen for a dollar"]
    return {
        "DynamoDB": thousand * (used.writes * p["DynamoDB, a million write units"]
                                + used.reads * p["DynamoDB, a million read units"]) / 1e6,
        "Lambda": thousand * requests * (p["Lambda, a million requests"] / 1e6
                                         + LAMBDA_GB * LAMBDA_SECONDS * p["Lambda, a GB-second"]),
        "API Gateway": thousand * requests * p["API Gateway (REST), a million requests"] / 1e6,
        "SES": thousand * mails * p["SES, a thousand mails"] / 1e3,
        # Wrapped once; unwrapped by a fresh process or after five minutes: as if for every fourth request.
        "KMS": thousand * (1 + requests / 4) * p["KMS, ten thousand requests"] / 1e4}


SMALL, LARGE = 1_000, 100_000
ROUNDS = 30
RATIO_MOST = 3.0
"""How much longer the page may take with a hundred times the cases; a list that reads them all would take a hundred times."""


def claim_queue(claims: Claims, url: str) -> None:
    """Goal 25, the officers' list. On a store of its own, in memory where there is a disk in memory: it fills faster."""
    del url
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a disk in memory
    with tempfile.TemporaryDirectory(dir=memory) as folder, a_store(Path(folder)) as own:
        small, large = _timed(own, SMALL), _timed(own, LARGE)
    for page in small:
        ratio = large[page] / small[page]
        claims.line(f"officers' list, {page}: p95 at {LARGE:,} cases to p95 at {SMALL:,}",
                    f"{large[page]:.0f} ms to {small[page]:.0f} ms, ratio {ratio:.1f}", f"ratio ≤ {RATIO_MOST:g}",
                    ratio <= RATIO_MOST)


def _timed(url: str, number: int) -> dict[str, float]:
    """p95 in milliseconds of each page of the list."""
    city = a_city(url)
    _fill(city, url, number)
    desk = at_work(Hall(city.world))
    last = f"{PUBLIC}/office/"
    for _ in range(19):
        desk.get(last)
        following = re.search(r'href="(/office/\?[^"]*after=[^"]+)"', desk.html)
        if following is None:
            raise AssertionError(f"the list ends: {last}")
        last = PUBLIC + unescape(following.group(1))
    pages = {"first page": f"{PUBLIC}/office/", "20th page": last,
             "one procedure of ten in the list": f"{PUBLIC}/office/?procedure=koseki-post",
             "a procedure that is rare in the list": f"{PUBLIC}/office/?procedure=tennyu-yoyaku"}
    return {name: _p95(desk, page) for name, page in pages.items()}


def _p95(desk: HttpBrowser, url: str) -> float:
    times = []
    desk.get(url)  # the first page of a process draws its templates
    for _ in range(ROUNDS):
        began = time.perf_counter()
        desk.get(url)
        times.append((time.perf_counter() - began) * 1000)
        if desk.status != 200 or "/office" not in desk.url:
            raise AssertionError(f"{desk.status} {url}")
    return statistics.quantiles(times, n=20)[18]


def _fill(city: City, url: str, number: int) -> None:
    """Rows as the adapter would write them, without seals and histories: the list opens neither."""
    store = city.world.parts.applications
    assert isinstance(store, TableApplications)
    template = cases.a_submitted(city.world)
    headers = {"X-Amz-Target": "DynamoDB_20120810.BatchWriteItem", "Content-Type": "application/x-amz-json-1.0",
               "Authorization": "AWS4-HMAC-SHA256 Credential=local/20261121/ap-northeast-1/dynamodb/aws4_request, "
                                "SignedHeaders=host;x-amz-date, Signature=none", "X-Amz-Date": "20261121T000000Z"}
    client = httpx.Client(headers=headers, timeout=60)

    def batch(rows: list[dict[str, Any]]) -> None:
        answer = client.post(url, json={"RequestItems": {Row.Meta.table_name: rows}})
        if answer.status_code != 200 or answer.json().get("UnprocessedItems"):
            raise AssertionError(f"not filled: {answer.status_code} {answer.text[:200]}")

    batches = _batches(store, template, number)
    with ThreadPoolExecutor(4) as pool:
        while some := list(islice(batches, 40)):
            list(pool.map(batch, some))
    at = Keys(city.code)
    Row(at.counts(template.department), f"{State.SUBMITTED}#00").update([Row.seen.add(number)])


def _batches(store: TableApplications, template: Application, number: int) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    index: Callable[[Row, Application], None] = store._index
    for place in range(number):
        id = ApplicationId(str(uuid.uuid4()))
        procedure = "tennyu-yoyaku" if place % (number // 10) == 5 else "koseki-post" if place % 10 == 3 else "juminhyo"
        at = template.state_since - timedelta(seconds=number - place)
        case = replace(template, id=id, reference=reference_of(id), procedure=procedure, state_since=at, submitted_at=at)
        row = Row(store._at.case(id), "STATE", body=case_json.split(case)[0])
        index(row, case)
        texts = {name: {"S": value} for name, value in row.attribute_values.items() if isinstance(value, str)}
        rows.append({"PutRequest": {"Item": {**texts, "version": {"N": str(case.version)}, "sealed": {"B": "LQ=="}}}})
        if len(rows) == 25:
            yield rows
            rows = []
    if rows:
        yield rows
