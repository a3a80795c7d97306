"""A city hall over the real local store (dynoxide) for measurements, whose process can die before or after any write."""

import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from pynamodb.connection import Connection

from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
from chalicelib.adapters.table import KeyRow, Row
from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import ProviderDown
from chalicelib.domain.ports import StaffClaims
from chalicelib.services import deliver, pay
from content.vocabulary.procedure import Assurance, Result
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import YAMADA
from tests.fakes.world import World, a_world_where_juminhyo
from tests.functions import store_cost
from tests.functions.pages.hall import PUBLIC, Hall, HallTransport

KINDS: Mapping[str, Mapping[str, object]] = {
    "by post": {}, "four eyes": {"approval": True}, "a notice": cases.A_NOTICE, "at the desk": cases.FOR_THE_DESK,
    "a paid notice": {"result": Result.NOTICE, "outcomes": (cases.ACCEPTED,)}, "a document": {"result": Result.DOCUMENT},
    "by code": {"assurance": Assurance.CONTACT}}
"""The kinds of procedure whose ways through the states differ; each is 住民票 with these differences."""
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})


class Died(BaseException):
    """The process is gone at this point; nothing of ours may catch it."""


@dataclass
class Fate:
    """Counts what has an effect outside of the process, and lets the process die before or after the k-th of it."""

    seen: list[str] = field(default_factory=list)
    at: int | None = None
    after: bool = False
    counts: bool = False
    _clients: set[int] = field(default_factory=set)

    def listen(self, client: Any) -> None:
        """Watch every write of one botocore client of DynamoDB: on its way out, and when its answer is there."""
        if id(client) not in self._clients:
            self._clients.add(id(client))
            client.meta.events.register("provide-client-params.dynamodb.*", self._leaves)
            client.meta.events.register("after-call.dynamodb.*", self._answered)

    def begin(self, at: int | None = None, *, after: bool = False) -> None:
        """Count from here on. at: which effect is the last one, from 0; None lets everything live."""
        self.seen, self.at, self.after, self.counts = [], at, after, True

    def end(self) -> list[str]:
        """Stop counting; what was counted."""
        self.counts, self.at = False, None
        return self.seen

    def before(self, what: str) -> None:
        """Something with an effect is about to happen."""
        if self.counts:
            self.seen.append(what)
            if self.at == len(self.seen) - 1 and not self.after:
                raise Died(what)

    def done(self, what: str) -> None:
        """It has happened."""
        if self.counts and self.after and self.at == len(self.seen) - 1:
            raise Died(what)

    def _leaves(self, model: Any, **_: Any) -> None:
        if model.name in WRITES:
            self.before(model.name)

    def _answered(self, model: Any, **_: Any) -> None:
        if model.name in WRITES:
            self.done(model.name)


class Mortal:
    """A port whose named calls can be the last thing the process does."""

    def __init__(self, inner: Any, fate: Fate, calls: frozenset[str]) -> None:
        self._inner, self._fate, self._calls = inner, fate, calls

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._inner, name)
        if name not in self._calls:
            return real

        def call(*args: Any, **more: Any) -> Any:
            self._fate.before(name)
            answer = real(*args, **more)
            self._fate.done(name)
            return answer

        return call


FATE = Fate()
"""One process, one fate."""


def _mortal(inner: object, calls: frozenset[str]) -> Any:
    return Mortal(inner, FATE, calls)


@cache
def _key_file() -> Path:
    file = Path(tempfile.mkdtemp(prefix="madonavi-prove-")) / "key"
    file.write_bytes(secrets.token_bytes(32))
    return file


@cache
def connection_to(url: str) -> Connection:
    """The one low-level client of a store, which transactions go through."""
    return Connection(host=url)


@dataclass
class City:
    """One city hall: the world with its fakes outside, real rows inside. keys: what a dying process forgets."""

    world: World
    keys: CaseKeys
    code: str

    def get(self, id: ApplicationId) -> Application:
        """The case as it is stored."""
        return self.world.parts.applications.get(id)

    def get_key(self, id: ApplicationId) -> bytes | None:
        """The wrapped key of a case as it is stored; None when it is gone."""
        try:
            return KeyRow.get(f"{self.code}#APP#{id}", consistent_read=True).wrapped
        except KeyRow.DoesNotExist:
            return None

    def forget_memory(self) -> None:
        """What a new process does not know: keys that were remembered."""
        self.keys._cache.clear()

    def settle(self) -> None:
        """The worker's rounds until nothing waits; a lease that a dead worker held runs out first."""
        parts = self.world.parts
        for _ in range(12):
            self.world.clock.pass_(seconds=61)
            while deliver.drain(parts):
                pass
            pay.reconcile(parts)
            if not parts.outbox.waiting():
                return
        raise ProviderDown("the outbox does not empty")


def a_city(url: str, kind: str = "by post") -> City:
    """A city hall without a case, over the store at `url`. kind: see KINDS."""
    for table in (Row, KeyRow):
        table.Meta.host = url
        FATE.listen(table._get_connection().connection.client)
    FATE.listen(connection_to(url).client)
    keys = CaseKeys(FileWrapper(_key_file()))
    world = a_world_where_juminhyo(**KINDS[kind])
    code, world.parts = store_cost.parts_on_the_real_store(world, keys, connection_to(url))
    world.parts = replace(
        world.parts, provider=_mortal(world.provider, frozenset({"open", "close", "refund"})),
        mailer=_mortal(world.mailer, frozenset({"send"})),
        uploads=_mortal(world.uploads, frozenset({"keep", "drop", "forget"})))
    world.store = world.parts.applications  # type: ignore[assignment]  # so that tests/fakes/cases.py reads the real rows
    return City(world, keys, code)


class From(httpx.BaseTransport):
    """Requests as the front hands them on from one address; each has a place of its own, so that no limit counts them all."""

    def __init__(self, inner: HallTransport, address: str) -> None:
        self._inner, self._address = inner, address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["X-Forwarded-For"] = self._address
        return self._inner.handle_request(request)


def an_address() -> str:
    """An address that nobody else has."""
    return ".".join(str(secrets.randbelow(250) + 1) for _ in range(4))


def a_browser(hall: Hall) -> HttpBrowser:
    """A fresh browser somewhere on the net."""
    return HttpBrowser(transport=From(hall.transport, an_address()))


def at_work(hall: Hall, claims: StaffClaims = YAMADA) -> HttpBrowser:
    """An officer's browser after the login."""
    hall.world.staff.officer = claims
    return a_browser(hall).get(f"{PUBLIC}/office/").submit("/office/login")


def token_of(browser: HttpBrowser) -> str:
    """The form token of the page; empty where there is none."""
    return next((value for form in browser.forms() for name, value in form.fields if name == "csrf"), "")


def post(browser: HttpBrowser, url: str, token: str, **form: str | list[str]) -> HttpBrowser:
    """A POST as somebody would make it who knows the address and the names of the fields."""
    body = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
    return browser._go("POST", url, {"csrf": [token], **body})


def again(browser: HttpBrowser, act: Callable[[HttpBrowser], object]) -> Callable[[], None]:
    """`act` on the page that is on the screen now, however often it is done: a person who presses once more."""
    url, html, status = browser.url, browser.html, browser.status

    def press() -> None:
        browser.url, browser.html, browser.status = url, html, status
        act(browser)

    return press
