"""A kiosk as the functions' tests know it: signs requests as RFC 9421 says, or wrongly in one way."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

from chalicelib.domain.device import Device, DeviceEvent, DeviceEventKind, DeviceId, Trust, hash_of_code
from tests.fakes.world import FRIDAY_NOON, World
from tests.functions.pages.hall import PUBLIC

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
FIRST = DeviceId("7c1f4f6e-52a1-4c0e-9a52-3f1f0a7b9d11")
NOBODY = "00000000-0000-4000-8000-000000000000"
COVERED = ("@method", "@path", "content-digest")
STATE = "/api/v1/kiosk/state"
CHALLENGES = "/api/v1/kiosk/challenges"


def public_of(key: Ed25519PrivateKey) -> bytes:
    """The raw public key."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def a_kiosk(world: World, trust: Trust = Trust.TRUSTED) -> Device:
    """1号機 at the desk of 市民課, enrolled with KEY; without a key where it is not trusted."""
    enrolled = DeviceEvent(DeviceEventKind.ENROLLED, FRIDAY_NOON)
    device = Device(id=FIRST, name="1号機", office="ibusuki", desk="shimin", trust=trust,
                    key=public_of(KEY) if trust is Trust.TRUSTED else None, events=(enrolled,), number=1)
    world.devices.save(device)
    return device


def a_request(path: str = STATE, body: bytes = b"{}", *, at: datetime = FRIDAY_NOON, nonce: str | None = "n" * 32,
              key: Ed25519PrivateKey = KEY, key_id: str = FIRST, tag: str = "madonavi-kiosk-462101",
              covered: tuple[str, ...] = COVERED, method: str = "POST") -> httpx.Request:
    """A signed request; each argument is one thing to have wrong."""
    request = httpx.Request(method, f"{PUBLIC}{path}", content=body, headers={"Content-Type": "application/json"})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519,
                               key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}))
    signer.sign(request, key_id=key_id, created=at, nonce=nonce, tag=tag, covered_component_ids=covered,
                body=body if "content-digest" in covered else None)
    return request


def altered(request: httpx.Request, *, path: str | None = None, body: bytes | None = None,
            headers: Mapping[str, str] | None = None) -> httpx.Request:
    """The same request after somebody on the way changed it."""
    told = {name.encode(): value.encode("latin-1") for name, value in {**dict(request.headers), **(headers or {})}.items()
            if name != "content-length"}
    return httpx.Request(request.method, f"{PUBLIC}{path}" if path else request.url,
                         content=request.read() if body is None else body, headers=told)


def waits_with_code(world: World, code: str, minutes: int = 10) -> None:
    """1号機 waits to be enrolled with a code that is good for so long."""
    device = a_kiosk(world, Trust.WAITING)
    world.devices.save(replace(device, number=2, code_hash=hash_of_code(code),
                               code_until=FRIDAY_NOON + timedelta(minutes=minutes)))


def an_enrolment(code: str = "7K4M-QX2P", *, shown: Ed25519PrivateKey = KEY, key: Ed25519PrivateKey = KEY,
                 nonce: str = "n" * 32, at: datetime = FRIDAY_NOON) -> httpx.Request:
    """A kiosk shows a code and a public key, signed with `key`."""
    public = base64.b64encode(public_of(shown)).decode()
    return a_request("/api/v1/kiosk/enrol", json.dumps({"code": code, "publicKey": public}).encode(), key=key, key_id=public,
                     tag="madonavi-kiosk-enrol", nonce=nonce, at=at)


def told(answer: httpx.Response) -> tuple[int, Any]:
    """Status and JSON."""
    return answer.status_code, answer.json()
