"""Kiosks and whether they are trusted: added and revoked by an officer, enrolled by a code, heard of every minute."""

import base64
import re
import secrets
from datetime import timedelta

from chalicelib.domain.device import (
    CODE_LENGTH,
    CODE_LIVES,
    Condition,
    Device,
    DeviceEvent,
    DeviceEventKind,
    DeviceId,
    RevokeReason,
    Trust,
    code_of,
    hash_of_code,
)
from chalicelib.domain.errors import FormFaulty, NotAllowed, NotFound, Stale
from chalicelib.services import limits
from chalicelib.services.limits import Limit
from chalicelib.services.officers import Officer, Role
from chalicelib.services.parts import Parts

MANAGES = frozenset({Role.ADMIN, Role.HEAD})
"""Who adds and revokes: whoever runs the system, and the head of a department, who is there when a kiosk is stolen."""
WRONG_CODES = Limit("kiosk-codes", 10)
WRONG_CODES_OF_CITY = Limit("kiosk-codes-of-city", 1000)
"""From all places together: of 2^40 codes, a thousand tries in ten minutes find the one that lives in one of 10^9."""
CLOCK_WINDOW = timedelta(minutes=5)
"""How far a kiosk's clock may be off; a signature is good for so long on both sides of the office's clock."""
NONCE_KEPT = 3 * CLOCK_WINDOW
"""Longer than a message can be good: it may be signed five minutes ahead, and be good for five after."""
CHALLENGE_LIVES = timedelta(minutes=10)
CHALLENGE_BYTES = 32
NAME_MOST = 40
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A keyid or an address is whatever somebody wrote; only this is looked up."""


def all_of(parts: Parts) -> tuple[tuple[Device, Condition | None], ...]:
    """Every kiosk with what it last said, in the order of their places; whoever works here may look. One query."""
    return tuple(sorted(parts.devices.all(), key=lambda one: (one[0].office, one[0].desk, one[0].name, one[0].id)))


def opened(parts: Parts, id: str) -> Device:
    """One kiosk. Raises NotFound."""
    if not UUID.fullmatch(id):
        raise NotFound("device")
    return parts.devices.get(DeviceId(id))


def condition(parts: Parts, device: Device) -> Condition | None:
    """What a kiosk last said of itself. One read."""
    return parts.devices.condition(device.id)


def may_manage(officer: Officer) -> bool:
    """Whether the officer adds and revokes kiosks."""
    return officer.is_one_of(MANAGES)


def add(parts: Parts, officer: Officer, id: DeviceId, *, name: str, office: str, desk: str) -> tuple[Device, str]:
    """A new kiosk and its one-time code. The same id with the same words again gives a fresh code, as for a page that
    was sent twice. Raises NotAllowed, FormFaulty, and Stale for an id that is another kiosk's."""
    _need(officer)
    if not UUID.fullmatch(id) or not 0 < len(name) <= NAME_MOST or not is_desk(parts, office, desk):
        raise FormFaulty("device")
    try:
        there = opened(parts, id)
    except NotFound:
        empty = Device(id=id, name=name, office=office, desk=desk, trust=Trust.WAITING)
        return _with_code(parts, officer, empty, DeviceEventKind.ADDED)
    if (there.name, there.office, there.desk) != (name, office, desk):
        raise Stale("device")
    return _with_code(parts, officer, there, DeviceEventKind.CODE_MADE)


def new_code(parts: Parts, officer: Officer, id: DeviceId) -> tuple[Device, str]:
    """A fresh one-time code for a kiosk: to enrol it again after a revocation or with another computer. The codes before
    are worth nothing; its present key stays good until the new one is shown. Raises NotAllowed, NotFound, Stale."""
    _need(officer)
    return _with_code(parts, officer, opened(parts, id), DeviceEventKind.CODE_MADE)


def revoke(parts: Parts, officer: Officer, id: DeviceId, reason: RevokeReason) -> Device:
    """From now on nothing that it signs is believed, and its code is worth nothing; a second time changes nothing.

    Raises NotAllowed, NotFound, Stale.
    """
    _need(officer)
    device = opened(parts, id)
    if device.trust is Trust.REVOKED:
        return device
    event = DeviceEvent(DeviceEventKind.REVOKED, parts.clock(), officer.id, officer.name, reason)
    after = device.after(event, trust=Trust.REVOKED, key=None, code_hash="", code_until=None, code_key=None)
    parts.devices.save(after)
    return after


def enrol(parts: Parts, code: str, key: bytes, *, place: str) -> Device:
    """The kiosk the code was made for, trusted from now on by `key` (32 raw bytes), whose possession it has proved.

    A code works once; for the same key it works again while it lives, since an answer can get lost. Raises NotFound for
    every code that does not work, whyever, and TooMany after too many of those from one place.
    """
    limits.check(parts, place, WRONG_CODES)
    limits.check(parts, "all", WRONG_CODES_OF_CITY)
    try:
        return _enrolled(parts, code, key)
    except (NotFound, Stale):
        limits.note(parts, place, WRONG_CODES)
        limits.note(parts, "all", WRONG_CODES_OF_CITY)
        raise NotFound("code") from None


def known(parts: Parts, id: str) -> Device | None:
    """The kiosk of that id, trusted or not. One read."""
    try:
        return opened(parts, id)
    except NotFound:
        return None


def heard(parts: Parts, device: Device, condition: Condition) -> None:
    """Note how a kiosk says that it is. One write."""
    parts.devices.heard(device.id, condition)


def is_first_time(parts: Parts, device: Device, nonce: str) -> bool:
    """Whether the kiosk has not used this nonce before. One write."""
    return parts.devices.first_time(device.id, nonce, until=parts.clock() + NONCE_KEPT)


def challenge(parts: Parts, device: Device) -> str:
    """32 fresh random bytes in Base64 for a card's key to sign, for this kiosk, ten minutes and one use. One write."""
    made = base64.b64encode(secrets.token_bytes(CHALLENGE_BYTES)).decode()
    parts.devices.put_challenge(device.id, made, until=parts.clock() + CHALLENGE_LIVES)
    return made


def use_challenge(parts: Parts, device: Device, challenge: str) -> bool:
    """Whether the challenge was made for this kiosk, within ten minutes, and not used before; now it is. One write."""
    return parts.devices.take_challenge(device.id, challenge, parts.clock())


def clock_ahead(parts: Parts, created: int) -> int:
    """Seconds by which the clock that wrote `created` (epoch seconds) is ahead of the office's."""
    return created - int(parts.clock().timestamp())


def is_desk(parts: Parts, office: str, desk: str) -> bool:
    """Whether the city has such a desk in such an office."""
    return any(one.id == office and any(place.id == desk for place in one.desks) for one in parts.catalogue.offices)


def _need(officer: Officer) -> None:
    if not may_manage(officer):
        raise NotAllowed("role")


def _with_code(parts: Parts, officer: Officer, device: Device, kind: DeviceEventKind) -> tuple[Device, str]:
    now, code = parts.clock(), code_of(secrets.randbits(5 * CODE_LENGTH))
    event = DeviceEvent(kind, now, officer.id, officer.name)
    after = device.after(event, code_hash=hash_of_code(code), code_until=now + CODE_LIVES, code_key=None)
    parts.devices.save(after)
    return after, code


def _enrolled(parts: Parts, code: str, key: bytes) -> Device:
    hashed, now = hash_of_code(code), parts.clock()
    device = parts.devices.get(parts.devices.by_code(hashed))
    if device.code_hash != hashed or device.code_until is None or device.code_until <= now:
        raise NotFound("code")
    if device.code_key is not None:
        if device.code_key != key:
            raise NotFound("code")
        return device
    after = device.after(DeviceEvent(DeviceEventKind.ENROLLED, now), trust=Trust.TRUSTED, key=key, code_key=key)
    parts.devices.save(after)
    return after
