"""Kiosks in memory."""

from datetime import datetime

from chalicelib.domain.device import Condition, Device, DeviceId
from chalicelib.domain.errors import NotFound, Stale


class MemoryDevices:
    """Kiosks in dictionaries; nothing vanishes."""

    def __init__(self) -> None:
        self.by_id: dict[DeviceId, Device] = {}
        self.conditions: dict[DeviceId, Condition] = {}
        self.codes: dict[str, DeviceId] = {}
        self.nonces: set[tuple[DeviceId, str]] = set()
        self.challenges: dict[tuple[DeviceId, str], datetime] = {}

    def get(self, id: DeviceId) -> Device:
        if id not in self.by_id:
            raise NotFound("device")
        return self.by_id[id]

    def all(self) -> tuple[tuple[Device, Condition | None], ...]:
        return tuple((self.by_id[id], self.conditions.get(id)) for id in sorted(self.by_id))

    def condition(self, id: DeviceId) -> Condition | None:
        return self.conditions.get(id)

    def save(self, device: Device) -> None:
        before = self.by_id.get(device.id)
        if (before.number if before else 0) != device.number - 1:
            raise Stale(device.id)
        self.by_id[device.id] = device
        if device.code_until is not None:
            self.codes[device.code_hash] = device.id

    def by_code(self, code_hash: str) -> DeviceId:
        if code_hash not in self.codes:
            raise NotFound("code")
        return self.codes[code_hash]

    def heard(self, id: DeviceId, condition: Condition) -> None:
        self.conditions[id] = condition

    def first_time(self, id: DeviceId, nonce: str, *, until: datetime) -> bool:
        is_new = (id, nonce) not in self.nonces
        self.nonces.add((id, nonce))
        return is_new

    def put_challenge(self, id: DeviceId, challenge: str, *, until: datetime) -> None:
        self.challenges[(id, challenge)] = until

    def take_challenge(self, id: DeviceId, challenge: str, now: datetime) -> bool:
        until = self.challenges.get((id, challenge))
        if until is None or until <= now:
            return False
        del self.challenges[(id, challenge)]
        return True
