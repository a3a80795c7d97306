"""Nothing about a person lies in the clear, and nothing can be read after the erasure: planted words are searched for."""

import base64
import io
import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import boto3
import httpx

from chalicelib.adapters.case_keys import CaseKeys
from chalicelib.adapters.sealing import Unsealable, unseal
from chalicelib.adapters.table import KeyRow, Row
from chalicelib.domain.contents import ApplicationId, Signature
from chalicelib.domain.errors import NaviError, NotFound
from chalicelib.domain.ports import LoginStart
from chalicelib.services import apply, attach, correspond, links, timers
from chalicelib.services.apply import person_behind
from chalicelib.telemetry import Lines
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.files import photo
from tests.fakes.outside import FakeResidents
from tests.functions.pages.hall import PUBLIC, Hall, apply_up_to_review
from tests.prove.app_city import City, From, a_city, an_address, at_work
from tests.prove.app_ways import BACK, FIELD, FILES, accepted, brought, to_due
from tests.prove.claims import Claims

CANARIES: Mapping[str, str] = {
    "name": "砂楽　カナリア", "address": "鹿児島県指宿市金糸雀町９８７番地", "birthdate": "1907-12-31",
    "subject": "ppid-canary-7f3a",
    "mail": "kanaria-q7x@example.jp", "phone": "090-7531-8642", "kana": "サラク カナリア", "purpose": "ひみつの金糸雀の年金",
    "destination": "金糸雀年金事務所", "letter": "金糸雀の手紙です", "note": "金糸雀の覚え書き", "answer": "金糸雀への返事",
    "correction": "金糸雀の補正の言葉", "serial": "CANARY1A2B", "signature": "Y2FuYXJ5c2ln", "certificate": "Y2FuYXJ5Y2VydA",
    "comment in a photo": "金糸雀の免許証"}
"""One word that stands nowhere else for each thing that is personal."""
MAY_BE_MAILED_TO = ("mail",)
"""The mail's own address; nothing else of a person may leave by mail."""


@dataclass(frozen=True)
class Hit:
    """A planted word that lies in the clear. where: table, log, mail, URL or file name."""

    word: str
    where: str


def written(word: str) -> tuple[str, ...]:
    """The ways a word could lie somewhere in the clear."""
    raw = word.encode()
    return (word, quote(word), json.dumps(word)[1:-1], raw.hex(), base64.b64encode(raw).decode().rstrip("=")[:-1])


def hits(where: str, texts: Iterator[str], words: Mapping[str, str] = CANARIES) -> list[Hit]:
    """The planted words in texts."""
    held = "\n".join(texts)
    return [Hit(name, where) for name, word in words.items() if any(form in held for form in written(word))]


def rows_of(url: str) -> Iterator[str]:
    """Every attribute of every row of both tables, as text; bytes as they are, read as Latin-1 and as UTF-8."""
    client = boto3.client("dynamodb", endpoint_url=url)
    for table in (Row.Meta.table_name, KeyRow.Meta.table_name):
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                for value in item.values():
                    held: Any = next(iter(value.values()))
                    yield held.decode("utf-8", "ignore") if isinstance(held, bytes) else str(held)


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class _Urls(httpx.BaseTransport):
    """Notes every address that a browser is sent to, and every address in a Location header."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.seen = inner, list[str]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        self.seen += [str(request.url), answer.headers.get("location", ""), *[str(value) for value in request.headers.values()
                                                                            if value != request.headers.get("cookie")]]
        return answer


class _Canary(FakeResidents):
    """Signs with planted words."""

    def finish_signing(self, started: LoginStart, digest: str, *, code: str, now: datetime) -> tuple[str, Signature]:
        person, signed = super().finish_signing(started, digest, code=code, now=now)
        return person, replace(signed, certificate_serial=CANARIES["serial"], signature=CANARIES["signature"],
                               certificate=CANARIES["certificate"])


def planted(url: str) -> tuple[City, list[Hit], int]:
    """A person full of planted words goes the whole way with an officer. (the city, what was found, texts searched)."""
    city = a_city(url)
    world = city.world
    world.residents = _Canary()
    world.parts = replace(world.parts, residents=world.residents)
    world.residents.person = {**world.residents.person, "name": CANARIES["name"], "address": CANARIES["address"],
                              "birthdate": CANARIES["birthdate"], "subject": CANARIES["subject"]}
    hall, heard, said = Hall(world), _Heard(), io.StringIO()
    hall.app.register_middleware(Lines(said).middleware, "http")
    logging.getLogger().addHandler(heard)
    try:
        urls = _whole_way(city, hall)
        _a_file(city)
    finally:
        logging.getLogger().removeHandler(heard)
    mails = [f"{mail.id} {mail.subject} {mail.text}" for mail in world.mailer.sent]
    names = [*world.uploads.quarantine, *world.uploads.clean]
    history = [str(one) for id in _ids(city) for one in world.parts.applications.history(id)]
    rows = list(rows_of(url))
    pieces = {"table": rows, "log": [*heard.lines, *said.getvalue().splitlines()], "mail": mails, "URL": urls.seen,
              "file name": names, "history": history}
    # The search must be able to find: the number of the case stands in the clear in tables, mails and nowhere else.
    number = {"number": city.get(_ids(city)[0]).reference}
    if not hits("table", iter(rows), number) or not hits("mail", iter(mails), number):
        raise AssertionError("the search does not find what is there")
    found = [hit for where, texts in pieces.items() for hit in hits(where, iter(texts))]
    return city, found, sum(map(len, pieces.values()))


def _ids(city: City) -> list[ApplicationId]:
    return [id for mail in city.world.mailer.sent for id in [ApplicationId(mail.id.partition(":")[0])]][:1]


def _whole_way(city: City, hall: Hall) -> _Urls:
    parts, urls = city.world.parts, _Urls(From(hall.transport, an_address()))
    phone = HttpBrowser(transport=urls)
    apply_up_to_review(phone, mail=CANARIES["mail"], phone=CANARIES["phone"], name_kana=CANARIES["kana"], items=["code"],
                       purpose=CANARIES["purpose"], destination=CANARIES["destination"]).submit("/sign")
    id = ApplicationId(phone.url.split("/apply/a/")[1].split("/")[0])
    desk, case = at_work(hall), f"{PUBLIC}/office/case/{id}"
    desk.get(case).submit("/claim")
    desk.get(f"{case}/note").submit("/note", words=CANARIES["note"])
    desk.get(f"{case}/write").submit("/write", words=CANARIES["answer"])
    desk.get(f"{case}/correction").submit("/correction", fields=["copies"], reason="other", words=CANARIES["correction"])
    status = links.status_url(parts, city.get(id))
    phone.get(status).submit("/correct")
    phone.get(f"{PUBLIC}/apply/a/{id}/correct").submit("/correct", copies="2")
    phone.get(f"{PUBLIC}/apply/a/{id}/messages").submit("/messages", words=CANARIES["letter"])
    phone.get(f"{PUBLIC}/apply/a/{id}/q/{quote(CANARIES['name'])[:9]}")
    desk.get(f"{PUBLIC}/office/find?reference=nothing")
    city.settle()
    whole = city.get(id)
    held = [*whole.answers.values(), *[one.words for one in whole.notes], *[one.words for one in whole.messages]]
    held += [whole.signature.signature, whole.signature.certificate, whole.signature.certificate_serial] if whole.signature else []
    elsewhere = ("subject", "correction", "comment in a photo")  # seen below: the correction was asked, the login was made
    missing = [name for name, word in CANARIES.items() if word not in held and name not in elsewhere]
    if missing:
        raise AssertionError(f"not planted: {missing}")
    return urls


def _a_file(city: City) -> None:
    parts = city.world.parts
    draft = apply.begin(parts, str(uuid.uuid4()), FILES)
    draft, place = attach.expect(parts, draft, FIELD)
    picture = photo(comment=CANARIES["comment in a photo"].encode())
    city.world.uploads.posts(attach.offer(parts, draft, place, back_to=BACK).fields, picture)
    attach.arrived(parts, draft, place)
    city.settle()


ENDS: Mapping[str, Callable[[City], ApplicationId]] = {
    "a draft that was given up": lambda city: apply.withdraw(city.world.parts, cases.a_draft(city.world)).id,
    "a draft that ran out": lambda city: _ran_out(city, "a_draft"),
    "withdrawn": lambda city: brought(city, "withdrawn").id, "run out": lambda city: _ran_out(city, "to correct"),
    "refused": lambda city: cases.rejected(city.world).id, "arrived": lambda city: _ran_out(city, "delivered"),
    "closed by time": lambda city: _ran_out(city, "dispatched"), "decided by a notice": lambda city: accepted(city).id}
KIND_OF = {"decided by a notice": "a notice"}


def _ran_out(city: City, how: str) -> ApplicationId:
    id = brought(city, how).id
    to_due(city, id)
    timers.run(city.world.parts)
    return id


def erased(url: str) -> tuple[int, list[str], list[str]]:
    """(ends walked, ways in which something could still be read, ends without their trail) after time has gone by."""
    readable: list[str] = []
    no_trail: list[str] = []
    for name, walk in ENDS.items():
        city = a_city(url, KIND_OF.get(name, "by post"))
        parts = city.world.parts
        id = walk(city)
        case = city.get(id)
        if case.submitted_at is not None:
            correspond.ask(parts, case, CANARIES["letter"])
        city.settle()
        status = links.token(parts, id, links.STATUS)
        before = Row.get(f"{city.code}#APP#{id}", "STATE", consistent_read=True)
        person = person_behind(city.get(id))
        for _ in range(2):
            if case.submitted_at is None and _is_gone(city, id):
                break
            to_due(city, id)
            timers.run(parts)
            city.settle()
        readable += [f"{name}: {way}" for way in _ways_in(city, id, status, person, before)]
        if not parts.applications.history(id):
            no_trail.append(name)
    return len(ENDS), readable, no_trail


def _is_gone(city: City, id: ApplicationId) -> bool:
    try:
        city.get(id)
    except NotFound:
        return True
    return False


def _ways_in(city: City, id: ApplicationId, status: str, person: str | None, before: Row) -> Iterator[str]:
    """Everything that somebody could try: the case, its link, its person, a backup of the rows, files, the key."""
    parts = city.world.parts
    city.forget_memory()
    if not _is_gone(city, id):
        yield "the case"
    try:
        links.open_link(parts, status, links.STATUS, place="somewhere")
        yield "the status link"
    except NaviError:
        pass
    if person and id in parts.applications.of_person(person):
        yield "the list of the person's cases"
    if city.get_key(id) is not None:
        yield "the key"
    if _opens(city.keys, city.code, id, before):
        yield "a backup of the row"


def _opens(keys: CaseKeys, code: str, id: ApplicationId, row: Row) -> bool:
    """Whether a row as a backup holds it can be opened with what is there now."""
    case = f"{code}#APP#{id}"
    try:
        unseal(keys.get(case), row.sealed or b"", f"{case}/STATE/{int(row.version)}")
    except (NotFound, Unsealable):
        return False
    return True


def claim_canaries(claims: Claims, url: str) -> None:
    """Goal 36."""
    _, found, texts = planted(url)
    for hit in found:
        claims.told("  in the clear", f"{hit.word} in a {hit.where}")
    mailed = [hit for hit in found if hit.where == "mail" and hit.word in MAY_BE_MAILED_TO]
    claims.line(f"{len(CANARIES)} planted personal words found in plain in {texts} rows, log lines, mails, URLs and file names",
                len(found) - len(mailed), "0", len(found) == len(mailed) and texts > 50)


def claim_erased(claims: Claims, url: str) -> None:
    """Goal 37."""
    ends, readable, no_trail = erased(url)
    for what in readable:
        claims.told("  still readable", what)
    claims.line(f"of {ends} ways a case can end, readable in any way once its time is over",
                f"{len(readable)}; without their trail: {len(no_trail)}", "0, 0", not readable and not no_trail)
