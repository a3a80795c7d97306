"""Enrolling: a code and a fresh key; the key never leaves the disk, and nothing agreed is lost on the way."""

import base64
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kiosk_agent import enrolment, keys, own_files
from kiosk_agent.client import ClockWrong
from kiosk_agent.desk import Offline, Refused
from kiosk_agent.errors import KioskError
from tests.conftest import free_port
from tests.contract.kiosk_messages import example

CONTRACT = example("enrol")
OFFICE = "https://navi.example"


def clock() -> datetime:
    """2026-11-20 12:00 in Japan."""
    return datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def answering(status: int) -> tuple[httpx.Client, list[httpx.Request]]:
    """A connection at whose end the contract's answer of that status is given, and what was asked there."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, json=CONTRACT.answers[str(status)])

    return httpx.Client(transport=httpx.MockTransport(answer)), asked


def shown(request: httpx.Request) -> str:
    """The public key that a kiosk showed."""
    return str(json.loads(request.content)["publicKey"])


def test_what_leaves_is_what_the_contract_says_to_the_last_byte(tmp_path: Path) -> None:
    own_files.write(tmp_path / keys.OFFICE_NEXT, keys.pem_of(CONTRACT.key))
    http, asked = answering(200)
    enrolment.enrol(OFFICE, CONTRACT.body["code"], tmp_path, http, clock)
    (request,) = asked
    assert (request.method, request.url.path, request.content) == (CONTRACT.method, CONTRACT.path, CONTRACT.text)
    # The nonce is random here, so the signature differs; which things it covers, for whom and for what does not.
    parts = CONTRACT.headers["signature-input"].split(";")
    assert [one for one in request.headers["signature-input"].split(";") if "nonce" not in one] == [
        one for one in parts if "nonce" not in one]


def test_what_was_agreed_is_found_again_after_a_restart(tmp_path: Path) -> None:
    http, asked = answering(200)
    agreed = enrolment.enrol(f"{OFFICE}/", " 7K4M-QX2P ", tmp_path, http, clock)
    found = enrolment.enrolled(tmp_path)
    assert found is not None
    assert (found.base_url, found.device, found.city, found.name) == (OFFICE, CONTRACT.device, "462101", "1号機")
    assert base64.b64encode(keys.public_of(found.key)).decode() == shown(asked[0])
    assert keys.public_of(agreed.key) == keys.public_of(found.key)


def test_nobody_else_may_read_the_key_and_it_shows_nowhere(tmp_path: Path) -> None:
    http, asked = answering(200)
    agreed = enrolment.enrol(OFFICE, "7K4M-QX2P", tmp_path / "keys", http, clock)
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    private = keys.pem_of(agreed.key).decode().splitlines()[1]
    assert private not in repr(agreed)
    assert private.encode() not in asked[0].content
    assert "PRIVATE" in file.read_text("utf-8")


def test_a_kiosk_that_was_never_enrolled_has_agreed_on_nothing(tmp_path: Path) -> None:
    assert enrolment.enrolled(tmp_path) is None


def test_when_the_answer_is_lost_the_same_key_asks_again(tmp_path: Path) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        first.append(request)
        raise httpx.ReadTimeout("x")

    first: list[httpx.Request] = []
    with pytest.raises(Offline):
        enrolment.enrol(OFFICE, "7K4M-QX2P", tmp_path, httpx.Client(transport=httpx.MockTransport(silent)), clock)
    assert enrolment.enrolled(tmp_path) is None
    http, asked = answering(200)
    enrolment.enrol(OFFICE, "7K4M-QX2P", tmp_path, http, clock)
    assert shown(asked[0]) == shown(first[0])


def test_enrolling_again_makes_a_new_key_and_until_it_works_the_one_before_stays(tmp_path: Path) -> None:
    http, asked = answering(200)
    before = enrolment.enrol(OFFICE, "7K4M-QX2P", tmp_path, http, clock)
    with pytest.raises(Refused):
        enrolment.enrol(OFFICE, "AAAA-AAAA", tmp_path, answering(404)[0], clock)
    kept = enrolment.enrolled(tmp_path)
    assert kept is not None
    assert keys.public_of(kept.key) == keys.public_of(before.key)
    enrolment.enrol(OFFICE, "BBBB-BBBB", tmp_path, http, clock)
    assert shown(asked[1]) != shown(asked[0])


def test_the_key_for_the_printed_codes_is_another_one(tmp_path: Path) -> None:
    http, asked = answering(200)
    printed = keys.sender(tmp_path, None, demo=True).device
    enrolment.enrol(OFFICE, "7K4M-QX2P", tmp_path, http, clock)
    assert base64.b64encode(keys.public_of(printed)).decode() != shown(asked[0])


@pytest.mark.parametrize(("status", "says"), [(404, "新しい番号"), (429, "10分"), (401, "時計")])
def test_why_it_did_not_work_is_said_in_words_that_tell_what_to_do(tmp_path: Path, status: int, says: str) -> None:
    with pytest.raises(KioskError) as error:
        enrolment.enrol(OFFICE, "AAAA-AAAA", tmp_path, answering(status)[0], clock)
    assert says in enrolment.says(error.value)
    assert "AAAA" not in str(error.value)


def test_a_wrong_clock_says_so_and_keeps_the_key_for_the_next_try(tmp_path: Path) -> None:
    http, asked = answering(401)
    for _ in range(2):
        with pytest.raises(ClockWrong):
            enrolment.enrol(OFFICE, "7K4M-QX2P", tmp_path, http, clock)
    assert shown(asked[0]) == shown(asked[1])


@pytest.mark.parametrize("address", ["http://navi.example", "navi.example", "", "ftp://navi.example", "http://localhost.evil.example"])
def test_nothing_is_sent_to_an_address_without_encryption(tmp_path: Path, address: str) -> None:
    http, asked = answering(200)
    with pytest.raises(KioskError, match="https"):
        enrolment.enrol(address, "7K4M-QX2P", tmp_path, http, clock)
    assert asked == []


def test_on_one_computer_the_practice_office_may_be_asked_without_encryption(tmp_path: Path) -> None:
    http, asked = answering(200)
    enrolment.enrol("http://localhost:8080", "7K4M-QX2P", tmp_path, http, clock)
    assert len(asked) == 1


def _cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:40])


def _another_key(file: Path) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "key": "PEM"}), "utf-8")


@pytest.mark.parametrize("spoil", [_cut_off, _another_key])
def test_a_file_that_cannot_be_read_asks_for_a_new_enrolment(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    enrolment.enrol(OFFICE, "7K4M-QX2P", tmp_path, answering(200)[0], clock)
    spoil(tmp_path / enrolment.FILE)
    with pytest.raises(KioskError, match=r"office\.json"):
        enrolment.enrolled(tmp_path)


def test_the_command_says_whether_the_kiosk_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MADONAVI_KIOSK_DATA", str(tmp_path))
    assert enrolment.main(["--check"], clock) == 1
    assert "登録されていません" in capsys.readouterr().err


def test_the_command_says_what_to_do_when_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MADONAVI_KIOSK_DATA", str(tmp_path))
    nobody = f"http://127.0.0.1:{free_port()}"
    assert enrolment.main(["--code", "7K4M-QX2P", "--office", nobody], clock) == 1
    told = capsys.readouterr().err
    assert "つながりません" in told
    assert "7K4M" not in told
