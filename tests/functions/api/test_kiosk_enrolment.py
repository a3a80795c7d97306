"""A kiosk is enrolled by a code that an officer made: once, within ten minutes, by whoever holds the key it shows."""

import logging
from dataclasses import replace

import httpx
import pytest

from chalicelib.domain.device import DeviceEventKind, RevokeReason, Trust
from chalicelib.services import devices
from chalicelib.services.devices import WRONG_CODES
from tests.contract.kiosk_messages import example
from tests.fakes.cases import officer
from tests.functions.api.kiosk import (
    FIRST,
    KEY,
    OTHER_KEY,
    a_kiosk,
    a_request,
    an_enrolment,
    public_of,
    told,
    waits_with_code,
)
from tests.functions.pages.hall import PUBLIC, Hall

CODE = "7K4M-QX2P"
NO_SUCH_CODE = (404, {"error": "not-found"})


def send(hall: Hall, request: httpx.Request) -> httpx.Response:
    """The office's answer."""
    return hall.transport.handle_request(request)


@pytest.fixture
def hall() -> Hall:
    """A city hall in which 1号機 waits with a code."""
    hall = Hall()
    waits_with_code(hall.world, CODE)
    return hall


def test_a_code_makes_a_kiosk_known_as_the_contract_says(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    contract = example("enrol")
    with caplog.at_level(logging.DEBUG):
        answer = send(hall, httpx.Request(contract.method, PUBLIC + contract.path, headers=contract.headers,
                                          content=contract.text))
    assert told(answer) == (200, contract.answers["200"])
    device = hall.world.devices.get(FIRST)
    assert (device.trust, device.key) == (Trust.TRUSTED, public_of(KEY))
    assert device.events[-1].kind is DeviceEventKind.ENROLLED
    assert CODE not in caplog.text
    assert send(hall, a_request()).status_code == 200


@pytest.mark.parametrize("typed", ["7k4m-qx2p", " 7K4M QX2P", "7K4MQX2P"])
def test_a_code_may_be_typed_in_small_letters_with_spaces_or_without_its_hyphen(hall: Hall, typed: str) -> None:
    assert send(hall, an_enrolment(typed)).status_code == 200


def test_a_code_works_for_one_key_and_for_that_again_when_the_answer_got_lost(hall: Hall) -> None:
    first = told(send(hall, an_enrolment()))
    assert told(send(hall, an_enrolment(nonce="m" * 32))) == first
    assert told(send(hall, an_enrolment(shown=OTHER_KEY, key=OTHER_KEY))) == NO_SUCH_CODE
    assert hall.world.devices.get(FIRST).key == public_of(KEY)
    assert hall.world.devices.get(FIRST).number == 3


def test_a_code_works_for_ten_minutes(hall: Hall) -> None:
    hall.world.clock.pass_(minutes=10)
    assert told(send(hall, an_enrolment(at=hall.world.clock.now))) == NO_SUCH_CODE


def test_a_code_of_a_kiosk_that_was_revoked_meanwhile_works_no_more(hall: Hall) -> None:
    devices.revoke(hall.world.parts, replace(officer(), roles=devices.MANAGES), FIRST, RevokeReason.LOST)
    assert told(send(hall, an_enrolment())) == NO_SUCH_CODE


def test_a_fresh_code_makes_the_one_before_worthless_and_its_enrolment_the_key_before(hall: Hall) -> None:
    send(hall, an_enrolment())
    _, code = devices.new_code(hall.world.parts, replace(officer(), roles=devices.MANAGES), FIRST)
    assert told(send(hall, an_enrolment(nonce="m" * 32))) == NO_SUCH_CODE
    assert send(hall, a_request()).status_code == 200  # until somebody uses the new code
    assert send(hall, an_enrolment(code, shown=OTHER_KEY, key=OTHER_KEY)).status_code == 200
    assert told(send(hall, a_request(nonce="m" * 32))) == (401, {"error": "not-trusted"})
    assert send(hall, a_request(key=OTHER_KEY, nonce="m" * 32)).status_code == 200


def test_who_does_not_hold_the_key_that_is_shown_is_turned_away_and_the_code_stays_good(hall: Hall) -> None:
    stolen = an_enrolment(shown=OTHER_KEY, key=KEY)
    assert send(hall, stolen).status_code == 401
    assert hall.world.devices.get(FIRST).trust is Trust.WAITING
    assert send(hall, an_enrolment()).status_code == 200


def test_a_wrong_clock_is_told_before_the_code_is_used(hall: Hall) -> None:
    hall.world.clock.pass_(minutes=6)
    status, body = told(send(hall, an_enrolment()))
    assert (status, body["error"]) == (401, "clock-wrong")
    assert hall.world.devices.get(FIRST).trust is Trust.WAITING


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"code":"7K4M-QX2P"}', b'{"code":"7K4M-QX2P","publicKey":"AAAA"}', b"\xff"])
def test_what_is_no_enrolment_is_refused(hall: Hall, body: bytes) -> None:
    assert told(send(hall, a_request("/api/v1/kiosk/enrol", body))) == (422, {"error": "form-faulty"})


def test_after_ten_wrong_codes_from_one_place_even_a_right_one_has_to_wait(hall: Hall) -> None:
    for number in range(WRONG_CODES.most):
        assert told(send(hall, an_enrolment(f"AAAA-AAA{number + 2 if number < 8 else 'BC'[number - 8]}"))) == NO_SUCH_CODE
    answer = send(hall, an_enrolment())
    assert told(answer) == (429, {"error": "too-many"})
    assert int(answer.headers["retry-after"]) > 0
    hall.world.clock.pass_(minutes=11)
    device = hall.world.devices.get(FIRST)
    hall.world.devices.save(replace(device, number=3, code_until=hall.world.clock.now.replace(hour=23)))
    assert send(hall, an_enrolment(at=hall.world.clock.now)).status_code == 200


def test_right_codes_are_not_counted(hall: Hall) -> None:
    for number in range(WRONG_CODES.most + 1):
        assert send(hall, an_enrolment(nonce=f"{number:032d}")).status_code == 200


def test_an_unknown_code_and_a_used_one_are_refused_alike(hall: Hall) -> None:
    send(hall, an_enrolment())
    used = send(hall, an_enrolment(shown=OTHER_KEY, key=OTHER_KEY))
    unknown = send(hall, an_enrolment("AAAA-AAAA", shown=OTHER_KEY, key=OTHER_KEY))
    assert (used.status_code, used.content) == (unknown.status_code, unknown.content)


def test_two_kiosks_do_not_share_a_challenge(hall: Hall) -> None:
    first = hall.world.devices.get(FIRST)
    second = replace(first, id=type(FIRST)("8c1f4f6e-52a1-4c0e-9a52-3f1f0a7b9d11"))
    made = devices.challenge(hall.world.parts, first)
    assert not devices.use_challenge(hall.world.parts, second, made)
    assert devices.use_challenge(hall.world.parts, first, made)
    assert not devices.use_challenge(hall.world.parts, first, made)
    late = devices.challenge(hall.world.parts, first)
    hall.world.clock.pass_(minutes=10)
    assert not devices.use_challenge(hall.world.parts, first, late)


def test_a_code_is_eight_signs_that_nobody_mixes_up() -> None:
    hall = Hall()
    a_kiosk(hall.world)
    head = replace(officer(), roles=devices.MANAGES)
    codes = {devices.new_code(hall.world.parts, head, FIRST)[1] for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 9 and code[4] == "-" and not set("01IOio") & set(code) for code in codes)
