"""Walks cases full of canaries to each end on the real store, lets worker and time erase them, and looks for what is left."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from chalicelib import worker
from chalicelib.adapters.audit_rows import STATE
from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
from chalicelib.adapters.sealing import Unsealable, unseal
from chalicelib.adapters.table import KeyRow, Keys, Row
from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotFound
from chalicelib.services import deliver, looking
from chalicelib.services.steps import FORGET_DRAFTS_DAYS
from chalicelib.telemetry import Lines
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import YAMADA
from tests.fakes.world import World
from tests.functions.pages.hall import PUBLIC, Hall, HallTransport, apply_up_to_review
from tests.functions.store_cost import on_the_real_store
from tests.prove.canaries import WALKS, WORDS, Walk, found_in, world

ROUNDS_MOST = 12
"""Turns of the worker at which something is due, from the first end to the erasure; a case takes five at most."""


@dataclass
class Outcome:
    """What became of one case. left: names of canaries by where they were found; names: rows that still name an officer."""

    walk: Walk
    ended: State | None = None
    told: bool = False
    days: int = 0
    """From its end to its erasure."""
    kept_days: int = 0
    """How long it may be kept."""
    key_bytes_left: int = 0
    readable: int = 0
    readable_from_backup: int = 0
    mails_after: int = 0
    left: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Everything that any logger says meanwhile."""
    out = io.StringIO()
    handler, root = logging.StreamHandler(out), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield out
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def bytes_of(folder: Path) -> bytes:
    """Every byte of the store's files, with their names."""
    return b"".join(str(file.name).encode() + file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def erase(walk: Walk, url: str, store: Path, keys: Path) -> Outcome:
    """One case, to its end and over it. store: the folder of the store's files; keys: a folder for the wrapping key."""
    hall, _ = on_the_real_store(keys, url, world=world(walk.kind))
    outcome = Outcome(walk)
    with listening() as log:
        case = walk.walk(hall)
        if case.submitted_at is not None:
            looking.present(hall.parts, cases.officer(), case)
        deliver.drain(hall.parts)
        outcome.left += [f"{name} before erasure" for name in found_in(bytes_of(store))]
        backup = row_of(hall, case.id)
        wrapped = KeyRow.get(backup.pk).wrapped
        _time_goes_by(hall, case.id, outcome, Lines(log))
        mails = len(hall.mailer.sent)
        hall.clock.pass_(days=1)
        worker.tick(hall.parts, reconcile=True)
        outcome.mails_after = len(hall.mailer.sent) - mails
    kept = bytes_of(store)
    outcome.key_bytes_left = int(wrapped in kept or base64.b64encode(wrapped) in kept)
    outcome.left += [f"{name} in the table" for name in found_in(bytes_of(store))]
    outcome.left += [f"{name} in a log" for name in found_in(log.getvalue().encode())]
    said = "".join(mail.id + mail.subject + mail.text for mail in hall.mailer.sent)
    outcome.left += [f"{name} in a mail" for name in found_in(said.encode())]
    procedure = hall.parts.catalogue.procedure(case.procedure)
    outcome.kept_days = procedure.retention_days if case.submitted_at else FORGET_DRAFTS_DAYS
    outcome.readable = int(is_readable(hall, case))
    outcome.readable_from_backup = int(opens(backup, CaseKeys(FileWrapper(keys / "key"))))
    outcome.names = {row.sk.partition("#")[0] for row in Row.query(Keys(_city(hall)).case(case.id))
                     if YAMADA.name in (row.body or "")}
    return outcome


def _time_goes_by(hall: World, id: ApplicationId, outcome: Outcome, lines: Lines) -> None:
    """Rounds of the worker, each when the case is next due, until it is erased."""
    for _ in range(ROUNDS_MOST):
        lines.round(worker.tick(hall.parts, reconcile=True))
        history = hall.parts.applications.history(id)
        if history[-1].state is State.ERASED:
            ends = [one for one in history if one.state in (State.COMPLETED, State.REJECTED, State.WITHDRAWN, State.EXPIRED)]
            outcome.ended = ends[0].state
            outcome.days = (history[-1].at - ends[0].at).days
            outcome.told = any(one.event is Event.WARN for one in history)
            return
        due = hall.parts.applications.get(id).due
        if due is None:
            raise AssertionError(f"nothing is due in {history[-1].state}")
        hall.clock.now = max(hall.clock.now, due) + timedelta(minutes=1)


def row_of(hall: World, id: ApplicationId) -> Row:
    """The case's row as a backup of the main table keeps it."""
    return Row.get(Keys(_city(hall)).case(id), STATE, consistent_read=True)


def is_readable(hall: World, case: Application) -> bool:
    """Whether anything still opens the case: the page's way, its secret, a sealed column, a key."""
    for read in (lambda: hall.parts.applications.get(case.id), lambda: hall.parts.applications.secret(case.id, "status/0")):
        try:
            read()
        except NotFound:
            continue
        return True
    pk = Keys(_city(hall)).case(case.id)
    return row_of(hall, case.id).sealed is not None or bool(KeyRow.count(pk))


def opens(backup: Row, keys: CaseKeys) -> bool:
    """Whether a row that came back from a backup can be read with what the keys table still holds."""
    try:
        key = keys.get(backup.pk)
        unseal(key, backup.sealed, f"{backup.pk}/{STATE}/{int(backup.version)}")
    except (NotFound, Unsealable):
        return False
    return True


def _city(hall: World) -> str:
    at: Keys = hall.parts.applications._at  # type: ignore[attr-defined]  # the real adapter's
    return at.due().partition("#")[0]


class _Recorder(httpx.BaseTransport):
    """Notes every address that is asked for, and where answers lead."""

    def __init__(self, inner: HallTransport) -> None:
        self._inner = inner
        self.said: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        self.said += [str(request.url), answer.headers.get("location", ""), str(dict(answer.headers))]
        return answer


def walk_the_pages(url: str, store: Path, keys: Path) -> list[str]:
    """Canaries found in addresses, headers, logs or the store's bytes when a person and an officer use the real pages."""
    city, _ = on_the_real_store(keys, url, world=world({}))
    hall = Hall(city)
    with listening() as log:
        hall.app.register_middleware(Lines(log).middleware, "http")
        recorder = _Recorder(hall.transport)
        phone, desk = HttpBrowser(transport=recorder), HttpBrowser(transport=recorder)
        apply_up_to_review(phone, mail=WORDS["mail"], phone=WORDS["phone"], name_kana=WORDS["kana"], whose="members",
                           members=WORDS["members"], items=["code"], purpose=WORDS["purpose"], destination=WORDS["destination"])
        phone.submit("/sign")
        case = city.parts.applications.get(ApplicationId(phone.url.split("/")[5]))
        desk.get(f"{PUBLIC}/office/").submit("/office/login")
        at = desk.get(f"{PUBLIC}/office/find?reference={case.reference}").submit("/claim").url
        desk.get(f"{at}/note").submit("/note", words=WORDS["note"])
        desk.get(f"{at}/correction").submit("/correction", fields=["copies"], reason="other", words=WORDS["correction"])
        deliver.drain(city.parts)
        if case.identity is None or case.identity.name != WORDS["name"]:
            raise AssertionError("the canary did not get in")
        inside = city.parts.applications.get(case.id)
        if not inside.notes or inside.correction is None:
            raise AssertionError("the officer's words did not get in")
    asked = "\n".join(recorder.said) + json.dumps(recorder.said)
    found: list[str] = [f"{name} in an address or header" for name in found_in(asked.encode())]
    found += [f"{name} in a log" for name in found_in(log.getvalue().encode())]
    return found + [f"{name} in the table" for name in found_in(bytes_of(store))]


def all_of(url: str, store: Path, keys: Path) -> list[Outcome]:
    """Every walk."""
    return [erase(walk, url, store, keys) for walk in WALKS]


def search_works(store: Path) -> bool:
    """Whether the search finds what is known to lie there in plain: an officer's name."""
    return bool(found_in(bytes_of(store), {"officer": YAMADA.name}))
