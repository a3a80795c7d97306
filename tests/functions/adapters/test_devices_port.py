"""What a list of kiosks must do; the memory one and the DynamoDB one are held to the same sentences."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from pynamodb.connection import Connection

from chalicelib.adapters.devices_table import TableDevices
from chalicelib.adapters.table import Row
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.device import (
    Condition,
    Device,
    DeviceEvent,
    DeviceEventKind,
    DeviceId,
    Devices,
    Trust,
    hash_of_code,
)
from chalicelib.domain.errors import NotFound, Stale
from tests.fakes.devices import MemoryDevices
from tests.fakes.world import FRIDAY_NOON

ADDED = DeviceEvent(DeviceEventKind.ADDED, FRIDAY_NOON, OfficerId("staff-kanri"), "管理 守")
FIRST = Device(id=DeviceId("7c1f4f6e-52a1-4c0e-9a52-3f1f0a7b9d11"), name="1号機", office="ibusuki", desk="shimin",
               trust=Trust.WAITING, code_hash=hash_of_code("7K4M-QX2P"), code_until=FRIDAY_NOON + timedelta(minutes=10),
               events=(ADDED,), number=1)
ENROLLED = replace(FIRST, trust=Trust.TRUSTED, key=bytes(range(32)), code_key=bytes(range(32)), number=2)
WELL = Condition(heard_at=FRIDAY_NOON, clock_ahead=-3, agent="0.1.0", content="2026-11-20", reader="SCR3310", reader_works=True,
                 printer="counter", printer_works=False, unsynced=2, oldest_unsynced=FRIDAY_NOON - timedelta(minutes=29))
SOON = FRIDAY_NOON + timedelta(minutes=10)


@pytest.fixture(params=["memory", "dynamodb"])
def devices(request: pytest.FixtureRequest) -> Devices:
    """Both in turn; the real one under a municipality of its own."""
    if request.param == "memory":
        return MemoryDevices()
    url = request.getfixturevalue("store_url")
    Row.Meta.host = url
    return TableDevices(f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}", Connection(host=url))


def test_a_kiosk_is_found_again_as_it_was_stored(devices: Devices) -> None:
    devices.save(FIRST)
    devices.save(ENROLLED)
    assert devices.get(FIRST.id) == ENROLLED
    with pytest.raises(NotFound):
        devices.get(DeviceId("00000000-0000-4000-8000-000000000000"))


def test_a_code_leads_to_its_kiosk(devices: Devices) -> None:
    devices.save(FIRST)
    assert devices.by_code(hash_of_code("7k4mqx2p")) == FIRST.id
    assert devices.by_code(hash_of_code("７Ｋ４Ｍ－ＱＸ２Ｐ")) == FIRST.id
    with pytest.raises(NotFound):
        devices.by_code(hash_of_code("7K4M-QX2Q"))


def test_of_two_changes_to_the_same_kiosk_one_is_made(devices: Devices) -> None:
    devices.save(FIRST)
    devices.save(ENROLLED)
    with pytest.raises(Stale):
        devices.save(replace(FIRST, trust=Trust.REVOKED, number=2))
    with pytest.raises(Stale):
        devices.save(FIRST)
    assert devices.get(FIRST.id).trust is Trust.TRUSTED


def test_what_a_kiosk_says_of_itself_stands_beside_it_and_changes_nothing_about_its_trust(devices: Devices) -> None:
    devices.save(FIRST)
    second = replace(FIRST, id=DeviceId("8c1f4f6e-52a1-4c0e-9a52-3f1f0a7b9d11"), code_hash=hash_of_code("AAAA-AAAA"))
    devices.save(second)
    assert devices.condition(FIRST.id) is None
    devices.heard(FIRST.id, replace(WELL, unsynced=9))
    devices.heard(FIRST.id, WELL)
    assert devices.condition(FIRST.id) == WELL
    assert devices.all() == ((FIRST, WELL), (second, None))


def test_a_nonce_is_new_once_for_each_kiosk(devices: Devices) -> None:
    other = DeviceId("8c1f4f6e-52a1-4c0e-9a52-3f1f0a7b9d11")
    assert devices.first_time(FIRST.id, "n" * 32, until=SOON)
    assert not devices.first_time(FIRST.id, "n" * 32, until=SOON)
    assert devices.first_time(other, "n" * 32, until=SOON)
    assert devices.first_time(FIRST.id, "m" * 32, until=SOON)


def test_a_challenge_is_good_once_in_its_time_and_for_its_kiosk_only(devices: Devices) -> None:
    other = DeviceId("8c1f4f6e-52a1-4c0e-9a52-3f1f0a7b9d11")
    devices.put_challenge(FIRST.id, "abc=", until=SOON)
    assert not devices.take_challenge(other, "abc=", FRIDAY_NOON)
    assert not devices.take_challenge(FIRST.id, "abd=", FRIDAY_NOON)
    assert not devices.take_challenge(FIRST.id, "abc=", SOON)
    assert devices.take_challenge(FIRST.id, "abc=", FRIDAY_NOON)
    assert not devices.take_challenge(FIRST.id, "abc=", FRIDAY_NOON)


def test_neither_key_nor_code_shows_in_a_repr() -> None:
    shown = repr(ENROLLED)
    assert "code_hash" not in shown
    assert "key" not in shown
