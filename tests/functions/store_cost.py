"""What each route asks of the store: the real pages over the real store, every operation counted on its way out.

One operation on one item is one read or one write; a query is one read, and a transaction counts each of its items
(DynamoDB bills those double). `python -m tests.functions.store_cost` writes docs/store.md.
"""

import re
import secrets
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from pynamodb.connection import Connection

from chalicelib.adapters.audit_table import TableAudit
from chalicelib.adapters.books_table import TableBooks
from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
from chalicelib.adapters.cases_table import TableApplications
from chalicelib.adapters.devices_table import TableDevices
from chalicelib.adapters.letters_table import TableLetters
from chalicelib.adapters.outbox_table import TableOutbox
from chalicelib.adapters.payments_table import TablePayments
from chalicelib.adapters.prepared_table import TablePrepared
from chalicelib.adapters.receipts_table import TableReceipts
from chalicelib.adapters.sessions_table import TableAttempts, TableSessions
from chalicelib.adapters.sittings_table import TableSittings
from chalicelib.adapters.table import KeyRow, Row
from chalicelib.adapters.tallies_table import TableTallies
from chalicelib.adapters.tasks_table import TableTasks
from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.task import TaskKind
from chalicelib.services import books, day_seals, deliver, devices, pay, tasks, timers
from chalicelib.services.parts import Parts
from chalicelib.services.tablet import codes
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.families import a_family
from tests.fakes.outside import AUDITOR, TANAKA, YAMADA
from tests.fakes.world import World, a_world
from tests.fakes.writing import WRITTEN
from tests.functions.api.kiosk import CHALLENGES, a_request, an_enrolment
from tests.functions.pages.hall import PUBLIC, Hall, HallTransport, apply_up_to_review

DOCUMENT = Path(__file__).parents[2] / "docs/store.md"

ENTERED: dict[str, Any] = {**cases.TYPED, "entry-channel": "counter", "entry-check": "licence"}
OPERATION_OF = {"Put": "PutItem", "Delete": "DeleteItem", "Update": "UpdateItem", "ConditionCheck": "ConditionCheckItem"}
"""The right that each part of a transaction needs."""


@dataclass
class Cost:
    """Operations on single items."""

    reads: int = 0
    queries: int = 0
    writes: int = 0

    def most(self, other: "Cost") -> "Cost":
        """The larger of each."""
        return Cost(max(self.reads, other.reads), max(self.queries, other.queries), max(self.writes, other.writes))


class Counter:
    """Listens to the two tables' clients."""

    def __init__(self, url: str) -> None:
        self.now = Cost()
        self.asked: set[tuple[str, str]] = set()
        """Each operation with the table, or the table and index, that it was for; a transaction by its parts."""
        self._clients: set[int] = set()
        for table in (Row, KeyRow):
            table.Meta.host = url
            self.listen(table._get_connection().connection.client)

    def listen(self, client: Any) -> None:
        """Count what leaves through one botocore client."""
        if id(client) not in self._clients:
            self._clients.add(id(client))
            client.meta.events.register("provide-client-params.dynamodb.*", self._count)

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        for part in params.get("TransactItems", ()):
            self.asked |= {(OPERATION_OF[kind], one["TableName"]) for kind, one in part.items()}
        self.asked |= {(model.name, table) for table in params.get("RequestItems", ())}
        if "TableName" in params:
            self.asked.add((model.name, "/index/".join(filter(None, (params["TableName"], params.get("IndexName"))))))
        match model.name:
            case "GetItem":
                self.now.reads += 1
            case "BatchGetItem":
                self.now.reads += sum(len(one["Keys"]) for one in params["RequestItems"].values())
            case "Query":
                self.now.queries += 1
            case "TransactWriteItems":
                self.now.writes += len(params["TransactItems"])
            case "PutItem" | "UpdateItem" | "DeleteItem":
                self.now.writes += 1
            case "Scan":
                raise AssertionError("nothing is ever scanned (design D9)")

    def taken(self) -> Cost:
        """What was counted since the last call."""
        counted, self.now = self.now, Cost()
        return counted


class CountingTransport(httpx.BaseTransport):
    """Notes the cost of each request under its route."""

    def __init__(self, hall: Hall, counter: Counter) -> None:
        self._inner: HallTransport = hall.transport
        self._counter = counter
        self._routes = [(re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "/?$"), path) for path in hall.app.routes]
        self.most: dict[tuple[str, str], Cost] = defaultdict(Cost)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._counter.taken()
        answer = self._inner.handle_request(request)
        if request.url.host == "localhost":
            path = next((path for pattern, path in self._routes if pattern.match(request.url.path)), request.url.path)
            self.most[(path, request.method)] = self.most[(path, request.method)].most(self._counter.taken())
        return answer


def measure(url: str) -> dict[tuple[str, str], Cost]:
    """The dearest request of each route on the way through the main job, and of the worker's rounds."""
    with tempfile.TemporaryDirectory() as folder:
        world, counter = on_the_real_store(Path(folder), url)
        hall = Hall(world)
        transport = CountingTransport(hall, counter)
        walk(hall, transport)
        mails = _worker(counter, lambda: deliver.drain(world.parts))
        transport.most[(f"worker: the {len(world.mailer.sent)} mails of this case", "")] = mails
        transport.most[("worker: a round with nothing to do", "")] = _worker(counter, lambda: deliver.drain(world.parts))
        transport.most[("worker: deadlines, none due", "")] = _worker(counter, lambda: timers.run(world.parts))
        day_seals.run(world.parts)
        transport.most[("worker: day seals, all closed", "")] = _worker(counter, lambda: day_seals.run(world.parts))
        transport.most[("worker: open payments, none open", "")] = _worker(counter, lambda: pay.reconcile(world.parts))
        transport.most[("worker: how much still waits", "")] = _worker(counter, world.parts.outbox.waiting)
        hand_on(world, transport)
        return dict(transport.most)


def on_the_real_store(folder: Path, url: str, keys: CaseKeys | None = None, world: World | None = None) -> tuple[World, Counter]:
    """A city hall over the real store, and the counter that listens to it. keys: other than those of a file."""
    (folder / "key").write_bytes(secrets.token_bytes(32))
    keys = keys or CaseKeys(FileWrapper(folder / "key"))
    counter = Counter(url)
    connection = Connection(host=url)
    counter.listen(connection.client)
    world = world or a_world()
    _, world.parts = parts_on_the_real_store(world, keys, connection)
    return world, counter


def parts_on_the_real_store(world: World, keys: CaseKeys, connection: Connection) -> tuple[str, Parts]:
    """(the code its rows begin with, the world's parts over real rows) of a city of its own."""
    city = f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}"
    return city, replace(
        world.parts, applications=TableApplications(city, keys, connection),
        payments=TablePayments(city), receipts=TableReceipts(city, connection), outbox=TableOutbox(city),
        letters=TableLetters(city),
        sessions=TableSessions(city), attempts=TableAttempts(city), tallies=TableTallies(city),
        tasks=TableTasks(city, connection), books=TableBooks(city, connection), audit=TableAudit(city),
        devices=TableDevices(city, connection), prepared=TablePrepared(city, keys, connection),
        sittings=TableSittings(city))


def walk(hall: Hall, transport: httpx.BaseTransport) -> None:
    """The main job from the first page to the arrival, past every kind of route."""
    world = hall.world
    phone, desk = HttpBrowser(transport=transport), HttpBrowser(transport=transport)
    apply_up_to_review(phone)
    _looks_at_every_page(phone)
    phone.get(phone.url.rpartition("/")[0] + "/later").submit("/later")
    phone.get(phone.url.rpartition("/")[0] + "/review").submit("/sign")
    case = phone.url.split("/")[5]
    status = _status(phone)
    phone.get(f"{PUBLIC}/apply/juminhyo/counter").submit("/counter", copies="1")
    desk.get(f"{PUBLIC}/office/").submit("/office/login")
    stored = world.parts.applications.get(ApplicationId(case))
    desk.get(f"{PUBLIC}/office/find?reference={stored.reference}").submit("/claim")
    at = f"{PUBLIC}/office/case/{case}"
    desk.get(f"{at}/correction").submit("/correction", fields=["copies"], reason="other", words="確かめてください")
    phone.get(status).submit("/correct")
    phone.get(f"{PUBLIC}/apply/a/{case}/correct").submit("/correct", copies="2")
    for way in ("reject", "print"):
        desk.get(f"{at}/{way}")
    desk.get(f"{at}/fee").submit("/fee")
    phone.get(status).submit("/pay")
    world.provider.pay(cases.attempt_key_of(world.parts.applications.get(ApplicationId(case))), world.clock())
    phone.get(f"{status}/paid")
    desk.get(f"{PUBLIC}/office/to-issue/juminhyo.csv")
    desk.get(f"{PUBLIC}/office/print?queue=issue").submit("/office/print", sheets=["list", "cover", "letter", "label"])
    desk.get(f"{at}/issue").submit("/issue", looked="yes")
    desk.get(f"{at}/dispatch")
    desk.get(f"{PUBLIC}/office/import").submit("/office/import", lines=f"reference,result\n{stored.reference},dispatched")
    desk.submit("/office/import", looked="yes")
    phone.get(status).submit("/arrived")
    desk.get(f"{PUBLIC}/office/entry").get(f"{PUBLIC}/office/entry/juminhyo").submit("/office/entry/", **ENTERED)
    with httpx.Client(transport=transport) as visitor:
        visitor.post(f"{PUBLIC}/api/v1/count", json={"certificate": "juminhyo", "outcome": "konbini", "came": "none"})
    desk.get(f"{PUBLIC}/office/counts")
    reviewer, world.staff.officer = world.staff.officer, AUDITOR
    HttpBrowser(transport=transport).get(f"{PUBLIC}/office/").submit("/office/login").get(f"{PUBLIC}/office/audit")
    world.staff.officer = reviewer
    _cashier(world, HttpBrowser(transport=transport))
    _kiosk(world, transport)
    _tablet(world, transport)
    _interview(phone, stored.reference)


def _interview(phone: HttpBrowser, reference: str) -> None:
    """Hanako's application begins her interview; of its list she begins the certificate."""
    phone.get(f"{PUBLIC}/apply/moving-in/known").submit("/known", number=reference, contact="hanako@example.jp").submit("/use")
    interview = phone.url.rpartition("/")[0]
    phone.get(f"{interview}/q/wishes").submit("/q/wishes", wishes=["certificates"])
    phone.get(f"{interview}/needs").submit("/needs/in-certificates")
    phone.get(f"{interview}/needs/in-certificates")


def _tablet(world: World, transport: httpx.BaseTransport) -> None:
    """山田 lends a tablet for a 住民票, adds to it, has it confirmed and takes it in; then a family comes, and walks its desks."""
    desk, tablet = (HttpBrowser(transport=transport) for _ in range(2))
    desk.get(f"{PUBLIC}/office/").submit("/office/login")
    desk.get(f"{PUBLIC}/office/tablet").submit("/office/tablet", procedure="juminhyo")
    at = desk.url
    tablet.get(f"{PUBLIC}/tablet").submit("/tablet", pin=_pin(desk.html))
    procedure = world.parts.catalogue.procedure("juminhyo")
    for page in procedure.pages:
        tablet.get(f"{PUBLIC}/tablet/q/{page.id}")
        if tablet.url.endswith(page.id):
            named: dict[str, Any] = {name: value for name, value in WRITTEN.items() if f'name="{name}"' in tablet.html}
            tablet.submit("/tablet/q/", **named)
    tablet.get(f"{PUBLIC}/tablet/known")
    world.clock.pass_(seconds=30)
    token = tablet.html.partition('name="csrf" value="')[2].partition('"')[0]
    tablet._once("POST", f"{PUBLIC}/tablet/alive", {"csrf": [token]}).raise_for_status()
    tablet.get(f"{PUBLIC}/tablet/check").submit("/tablet/give")
    desk.get(f"{at}/edit").submit("/edit", copies="2")
    desk.get(at).submit("/look")
    tablet.get(f"{PUBLIC}/tablet").submit("/tablet", pin=_pin(desk.html))
    tablet.submit("/tablet/look", button="まちがいありません")
    desk.get(at).submit("/hand_in", checked="licence")
    family = a_family(world).case.id
    desk.get(f"{PUBLIC}/office/family").get(f"{PUBLIC}/office/family/{family}").submit("/next").submit("/here")
    desk.submit(f"/office/family/{family}/begin")
    desk.get(f"{PUBLIC}/office/tablet/{family}").submit("/write")
    secret = codes(world.parts, world.parts.sittings.get(family))
    if secret is None:
        raise AssertionError("no code")
    tablet.get(f"{PUBLIC}/tablet/p/{secret.secret}").submit("/tablet/p/")
    tablet.submit("/tablet/stop")


def _pin(page: str) -> str:
    return re.sub(r"\D", "", page.partition('class="reference">')[2].partition("<")[0])


def _kiosk(world: World, transport: httpx.BaseTransport) -> None:
    """An administrator adds a kiosk, which enrols, tells how it is, and asks for a challenge; then it is revoked."""
    before, world.staff.officer = world.staff.officer, replace(YAMADA, roles=("admin",))
    desk = HttpBrowser(transport=transport).get(f"{PUBLIC}/office/").submit("/office/login")
    world.staff.officer = before
    desk.get(f"{PUBLIC}/office/devices").submit("/office/devices", name="1号機", at="ibusuki/shimin")
    code = desk.html.partition('class="reference">')[2].partition("<")[0]
    ((device, _),) = world.parts.devices.all()
    with httpx.Client(transport=transport) as kiosk:
        kiosk.send(an_enrolment(code, at=world.clock()))
        kiosk.send(a_request(key_id=device.id, at=world.clock())).raise_for_status()
        made = kiosk.send(a_request(CHALLENGES, key_id=device.id, at=world.clock(), nonce="m" * 32)).json()["challenge"]
    if not devices.use_challenge(world.parts, device, made):
        raise AssertionError("the challenge is not good")
    desk.get(f"{PUBLIC}/office/devices").get(f"{PUBLIC}/office/devices/{device.id}").submit("/code")
    desk.get(f"{PUBLIC}/office/devices/{device.id}/revoke").submit("/revoke", reason="replaced", sure="yes")


def _cashier(world: World, desk: HttpBrowser) -> None:
    """Deals with a task, enters a correction, and closes the day."""
    tasks.found(world.parts, TaskKind.OUTBOX_STUCK, "a mail", case=_paid(world), detail={"effect": "mail"})
    before, world.staff.officer = world.staff.officer, TANAKA
    desk.get(f"{PUBLIC}/office/").submit("/office/login")
    world.staff.officer = before
    (task,) = world.parts.tasks.open("shimin")
    desk.get(f"{PUBLIC}/office/tasks").get(f"{PUBLIC}/office/tasks/{task.id}").submit("/office/tasks/")
    desk.get(f"{PUBLIC}/office/books")
    day = f"{PUBLIC}/office/books/{books.today(world.parts)}"
    desk.get(f"{day}/correct").submit("/correct", method="cash", item="other", yen="100", reason="miscounted")
    desk.get(f"{day}/csv")
    desk.get(day).submit("/office/books/", cash="100", terminal="0").submit("/office/books/")


def _paid(world: World) -> Application:
    (row,) = world.parts.applications.queue("shimin", State.DELIVERED).rows
    return world.parts.applications.get(row.id)


def hand_on(world: World, transport: httpx.BaseTransport) -> None:
    """An officer exports a case that has ended, and takes its file."""
    cases.rejected(world)
    desk = HttpBrowser(transport=transport)
    desk.get(f"{PUBLIC}/office/").submit("/office/login").get(f"{PUBLIC}/office/export").submit("/office/export")
    desk.get(f"{desk.url}/1.csv")
    if desk.status != 200:
        raise AssertionError(f"no file: {desk.url}")


def _looks_at_every_page(phone: HttpBrowser) -> None:
    review = phone.url
    for page in re.findall(r'href="(/apply/a/[^"]+/q/[^"]+)"', phone.html)[:1]:
        phone.get(PUBLIC + page)
    phone.get(review)


def _status(phone: HttpBrowser) -> str:
    found = re.search(r'href="([^"]*/status/[^"/]+)"', phone.html)
    if found is None:
        raise AssertionError(f"no receipt: {phone.url}")
    return found.group(1)


def _worker(counter: Counter, run: Any) -> Cost:
    counter.taken()
    run()
    return counter.taken()


def document(costs: dict[tuple[str, str], Cost]) -> str:
    """The page docs/store.md."""
    rows = "\n".join(f"| {method} | `{path}` | {cost.reads} | {cost.queries} | {cost.writes} |" if method else
                     f"| | {path} | {cost.reads} | {cost.queries} | {cost.writes} |"
                     for (path, method), cost in sorted(costs.items()))
    return f"""# What each route asks of the store

Measured on the real store by `tests/functions/store_cost.py` during one whole application; `make docs` writes this page
and a test fails when it differs. The dearest request of each route is shown. A read or a write is an operation on one
item, a query reads one partition; an item inside a transaction costs two write units of DynamoDB.
Nothing is ever scanned. A case's key is kept in memory after its first use; the first request of a fresh process for a
case reads it once more.

| method | route | reads | queries | writes |
|---|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    from tests.conftest import a_store

    with a_store() as at:
        DOCUMENT.write_text(document(measure(at)), "utf-8")
