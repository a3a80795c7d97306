"""Kiosks over DynamoDB: one partition with all of them, and small rows that vanish by TTL for codes, nonces, challenges."""

import base64
import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, PutError

from chalicelib.adapters.table import Keys, Row
from chalicelib.adapters.transaction import Lost, Save, Transactions
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.device import Condition, Device, DeviceEvent, DeviceEventKind, DeviceId, Trust
from chalicelib.domain.errors import NotFound, Stale

CONDITION = "#CONDITION"
"""What follows a kiosk's id in the row of what it last said: a row of its own, so that a heartbeat undoes no revocation."""
LOST_CONDITION = "ConditionalCheckFailedException"


class TableDevices:
    """The kiosks of a city, some dozens in one partition, so that the officer's list is one query."""

    def __init__(self, municipality: str, connection: Connection) -> None:
        self._at = Keys(municipality)
        self._transactions = Transactions(connection)

    def get(self, id: DeviceId) -> Device:
        """One consistent read."""
        try:
            return _device(Row.get(self._at.devices(), id, consistent_read=True).body)
        except Row.DoesNotExist:
            raise NotFound("device") from None

    def all(self) -> tuple[tuple[Device, Condition | None], ...]:
        """One consistent query."""
        bodies = {row.sk: row.body for row in Row.query(self._at.devices(), consistent_read=True)}
        return tuple((_device(body), _condition(bodies.get(f"{id}{CONDITION}"))) for id, body in bodies.items()
                     if not id.endswith(CONDITION))

    def condition(self, id: DeviceId) -> Condition | None:
        """One consistent read."""
        try:
            return _condition(Row.get(self._at.devices(), f"{id}{CONDITION}", consistent_read=True).body)
        except Row.DoesNotExist:
            return None

    def save(self, device: Device) -> None:
        """One transaction of the kiosk and, while it has a code, the way from the code to it."""
        row = Row(self._at.devices(), device.id, body=_body(device), version=device.number)
        saves: list[Save] = [(row, Row.pk.does_not_exist() if device.number == 1 else Row.version == device.number - 1)]
        if device.code_until is not None:
            saves.append((Row(self._at.device_code(device.code_hash), "CODE", body=device.id,
                              expires_at=int(device.code_until.timestamp())), None))
        try:
            self._transactions.write(saves)
        except Lost:
            raise Stale(device.id) from None

    def by_code(self, code_hash: str) -> DeviceId:
        """One consistent read."""
        try:
            return DeviceId(Row.get(self._at.device_code(code_hash), "CODE", consistent_read=True).body)
        except Row.DoesNotExist:
            raise NotFound("code") from None

    def heard(self, id: DeviceId, condition: Condition) -> None:
        """One write."""
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(condition).items()}
        Row(self._at.devices(), f"{id}{CONDITION}", body=json.dumps(told, ensure_ascii=False)).save()

    def first_time(self, id: DeviceId, nonce: str, *, until: datetime) -> bool:
        """One conditional write. TTL deletes late, which only keeps the nonce for longer."""
        try:
            Row(self._at.device(id), f"NONCE#{_hashed(nonce)}", expires_at=int(until.timestamp())).save(Row.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != LOST_CONDITION:
                raise
            return False
        return True

    def put_challenge(self, id: DeviceId, challenge: str, *, until: datetime) -> None:
        """One write; the row holds a hash."""
        Row(self._at.device(id), f"CHALLENGE#{_hashed(challenge)}", expires_at=int(until.timestamp())).save()

    def take_challenge(self, id: DeviceId, challenge: str, now: datetime) -> bool:
        """One conditional deletion: of two who try, one has it."""
        try:
            Row(self._at.device(id), f"CHALLENGE#{_hashed(challenge)}").delete(Row.expires_at > int(now.timestamp()))
        except DeleteError as error:
            if error.cause_response_code != LOST_CONDITION:
                raise
            return False
        return True


def _hashed(text: str) -> str:
    """Whatever was sent, as a short key."""
    return hashlib.sha256(text.encode()).hexdigest()


def _body(device: Device) -> str:
    return json.dumps({
        "id": device.id, "name": device.name, "office": device.office, "desk": device.desk, "trust": device.trust,
        "key": _text(device.key), "code_hash": device.code_hash, "code_key": _text(device.code_key),
        "code_until": device.code_until.isoformat() if device.code_until else None, "number": device.number,
        "events": [[one.kind, one.at.isoformat(), one.by, one.by_name, one.reason] for one in device.events],
    }, ensure_ascii=False)


def _device(body: str) -> Device:
    told = json.loads(body)
    return Device(
        id=DeviceId(told["id"]), name=told["name"], office=told["office"], desk=told["desk"], trust=Trust(told["trust"]),
        key=_bytes(told["key"]), code_hash=told["code_hash"], code_key=_bytes(told["code_key"]),
        code_until=_moment(told["code_until"]), number=told["number"],
        events=tuple(DeviceEvent(DeviceEventKind(kind), datetime.fromisoformat(at), OfficerId(by) if by else None, name, reason)
                     for kind, at, by, name, reason in told["events"]))


def _condition(body: str | None) -> Condition | None:
    if body is None:
        return None
    told = json.loads(body)
    moments = {"heard_at": datetime.fromisoformat(told["heard_at"]), "oldest_unsynced": _moment(told["oldest_unsynced"])}
    return Condition(**{**told, **moments})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(key: bytes | None) -> str | None:
    return base64.b64encode(key).decode() if key is not None else None


def _bytes(text: str | None) -> bytes | None:
    return base64.b64decode(text) if text is not None else None
