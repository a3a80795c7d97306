"""The city's office over the network: every message signed with this kiosk's key, every answer read into a type or an error.

Nothing is sent a second time here; whoever asks decides when to ask again, and each time is signed anew. Only what the
office itself has said is final: an answer of anything between us (a proxy, a firewall) counts as Offline, so that no
application is ever given up because of it.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from kiosk_agent.desk import Filed, Filing, NotTrusted, Offline, Prepared, Refused

Clock = Callable[[], datetime]
"""The present moment, aware UTC."""
Nonce = Callable[[], str]
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
"""Somebody stands at the counter and waits; the queue asks again."""
TAG = "madonavi-kiosk-{city}"
COVERED = ("@method", "@path", "content-digest")
FINAL = frozenset({404, 409, 413, 422, 429})
"""With an {error: code} of the office: it has read this and will not take it; with `too-many` not now."""
M = TypeVar("M", bound=BaseModel)


class ClockWrong(Offline):
    """This kiosk's clock differs from the office's by more than five minutes, so nothing it signs is taken.

    office: the office's clock. A kind of Offline: once the clock is right, the same call works.
    """

    def __init__(self, office: datetime) -> None:
        super().__init__("the clock of this kiosk is wrong")
        self.office = office


class _Wire(BaseModel):
    """A message of the office; what it says beyond what we know is for kiosks that are newer."""

    # cache_strings: else the JSON reader keeps every short text for as long as the program runs, a resident's name too.
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, extra="ignore", cache_strings="none")


class _Refusal(_Wire):
    error: str
    clock: AwareDatetime | None = None


class _Clock(_Wire):
    clock: AwareDatetime


class _Challenge(_Wire):
    challenge: str


class _Filed(_Wire):
    id: str
    reference: str
    status: str
    certificate: str
    fee_yen: int | None = None
    waits_for_check: bool = False
    check_code: str = ""
    check_words: tuple[str, ...] = ()


class _Prepared(_Wire):
    procedure: str
    version: int
    answers: dict[str, Any]
    applicant: dict[str, Any] = {}


class HttpOffice:
    """The `Office` of desk.py. base_url, device, city, key: as they were agreed on at the enrolment."""

    def __init__(self, http: httpx.Client, *, base_url: str, device: str, city: str, key: Ed25519PrivateKey, clock: Clock,
                 nonce: Nonce = lambda: secrets.token_urlsafe(24)) -> None:
        self._http = http
        self._base_url = base_url
        self._device = device
        self._tag = TAG.format(city=city)
        self._key = key
        self._clock = clock
        self._nonce = nonce

    def report(self, condition: Mapping[str, Any]) -> datetime:
        """Tell how this kiosk is, as in tests/contract/kiosk/state.json; the answer is the office's clock."""
        return self._ask("POST", "state", condition, _Clock).clock

    def challenge(self) -> str:
        """A fresh challenge for a card's key."""
        return self._ask("POST", "challenges", {}, _Challenge).challenge

    def file(self, filing: Filing) -> Filed:
        """Send an application. Raises Refused."""
        return _filed(self._ask("POST", "applications", _filing(filing), _Filed))

    def filed(self, id: str) -> Filed:
        """How it stands. Raises Refused('not-found')."""
        return _filed(self._ask("GET", f"applications/{quote(id, safe='')}", None, _Filed))

    def confirm(self, id: str, check_code: str) -> Filed:
        """The person says that the paper is theirs. check_code: what the screen showed, so that the word belongs to that
        check and to no later one. Raises Refused."""
        return _filed(self._ask("POST", f"applications/{quote(id, safe='')}/confirm", {"checkCode": check_code}, _Filed))

    def stop(self, id: str) -> Filed:
        """The person says no, or has left. Raises Refused."""
        return _filed(self._ask("POST", f"applications/{quote(id, safe='')}/stop", {}, _Filed))

    def withdraw(self, id: str) -> Filed:
        """The person left before the number was given. Raises Refused."""
        return _filed(self._ask("POST", f"applications/{quote(id, safe='')}/withdraw", {}, _Filed))

    def prepared(self, code: str) -> Prepared:
        """What was filled in on the phone. Raises Refused('not-found' | 'expired' | 'too-many')."""
        said = self._ask("POST", "prepared", {"code": code}, _Prepared)
        return Prepared(procedure=said.procedure, version=said.version, answers=said.answers, applicant=said.applicant)

    def _ask(self, method: str, what: str, body: Mapping[str, Any] | None, answer: type[M]) -> M:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return ask(self._http, self._base_url, method, f"/api/v1/kiosk/{what}", content, answer=answer, key=self._key,
                   key_id=self._device, tag=self._tag, clock=self._clock, nonce=self._nonce())


def connection() -> httpx.Client:
    """A connection to the office: our time-outs, and no other address than the one that was asked for."""
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False)


def ask(http: httpx.Client, base_url: str, method: str, path: str, body: bytes, *, answer: type[M], key: Ed25519PrivateKey,
        key_id: str, tag: str, clock: Clock, nonce: str | None = None) -> M:
    """One signed question and its answer. Raises Offline, ClockWrong, NotTrusted and Refused; nothing of what was asked
    stands in them."""
    request = http.build_request(method, f"{base_url}{path}", content=body, headers={"Content-Type": "application/json"})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519,
                               key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}))
    signer.sign(request, key_id=key_id, created=clock(), nonce=nonce or secrets.token_urlsafe(24), label="kiosk", tag=tag,
                covered_component_ids=COVERED, body=body)
    try:
        response = http.send(request)
    except (httpx.HTTPError, httpx.StreamError):
        raise Offline("no answer") from None
    if response.status_code != 200:
        raise _why(response)
    return _read(response, answer)


def _why(response: httpx.Response) -> Offline | NotTrusted | Refused:
    try:
        said = _read(response, _Refusal)
    except Offline as unread:
        return unread
    if response.status_code == 401 and said.error == "not-trusted":
        return NotTrusted()
    if said.error == "clock-wrong" and said.clock is not None:
        return ClockWrong(said.clock.astimezone(UTC))
    return Refused(said.error) if response.status_code in FINAL else Offline(f"status {response.status_code}")


def _read(response: httpx.Response, model: type[M]) -> M:
    try:
        return model.model_validate_json(response.content)
    except ValidationError:
        # Not the office's words: the page of a proxy, of a firewall, of a hotel.
        raise Offline(f"status {response.status_code}") from None


def _filing(filing: Filing) -> dict[str, Any]:
    """tests/contract/kiosk/file.json."""
    told: dict[str, Any] = {
        "id": filing.id, "procedure": filing.procedure, "version": filing.version, "caseCode": filing.case_code,
        "madeAt": filing.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "answers": dict(filing.answers),
        "applicant": dict(filing.applicant), "card": filing.card}
    if filing.proof is not None:
        told["proof"] = {"challenge": filing.proof.challenge, "certificate": _base64(filing.proof.certificate),
                         "signature": _base64(filing.proof.signature)}
    return told


def _filed(said: _Filed) -> Filed:
    return Filed(id=said.id, reference=said.reference, status=said.status, certificate=said.certificate,
                 fee_yen=said.fee_yen, waits_for_check=said.waits_for_check, check_code=said.check_code,
                 check_words=said.check_words)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
