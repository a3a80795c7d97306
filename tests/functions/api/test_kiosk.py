"""The office's door for kiosks: who signed, now, and for the first time is let in; everybody else hears one stable word."""

import httpx
import pytest
from chalice.app import Request

from chalicelib.api.signed import signed
from chalicelib.domain.device import Trust
from chalicelib.domain.errors import NaviError
from chalicelib.services import devices
from tests.contract.kiosk_messages import example
from tests.functions.api.kiosk import CHALLENGES, FIRST, NOBODY, OTHER_KEY, STATE, a_kiosk, a_request, altered, told
from tests.functions.pages.hall import PUBLIC, Hall

NOT_TRUSTED = (401, {"error": "not-trusted"})


@pytest.fixture
def hall() -> Hall:
    """A city hall that trusts 1号機."""
    hall = Hall()
    a_kiosk(hall.world)
    return hall


def send(hall: Hall, request: httpx.Request) -> httpx.Response:
    """The office's answer."""
    return hall.transport.handle_request(request)


def test_a_trusted_kiosk_tells_how_it_is_and_learns_the_offices_clock() -> None:
    contract, hall = example("state"), Hall()
    a_kiosk(hall.world)
    answer = send(hall, httpx.Request(contract.method, PUBLIC + contract.path, headers=contract.headers, content=contract.text))
    assert told(answer) == (200, contract.answers["200"])
    heard = hall.world.devices.conditions[FIRST]
    assert (heard.reader, heard.reader_works, heard.printer_works, heard.unsynced, heard.clock_ahead) == (
        "SCR3310", True, False, 2, 0)


def test_a_challenge_is_32_random_bytes_and_says_until_when_it_is_good(hall: Hall) -> None:
    contract = example("challenge")
    answer = send(hall, httpx.Request(contract.method, PUBLIC + contract.path, headers=contract.headers, content=contract.text))
    status, body = told(answer)
    assert status == 200
    assert body.keys() == contract.answers["200"].keys()
    assert body["goodUntil"] == contract.answers["200"]["goodUntil"]
    assert len(body["challenge"]) == len(contract.answers["200"]["challenge"])
    again = told(send(hall, a_request(CHALLENGES, nonce="m" * 32)))[1]["challenge"]
    assert again != body["challenge"]
    assert devices.use_challenge(hall.world.parts, hall.world.devices.get(FIRST), body["challenge"])


@pytest.mark.parametrize("request_", [
    a_request(key_id=NOBODY), a_request(key_id=NOBODY, key=OTHER_KEY), a_request(key=OTHER_KEY), a_request(key_id="x" * 3000),
    a_request(key_id=f"{FIRST}#CONDITION"), a_request(key_id=""),
], ids=["an unknown kiosk", "an unknown kiosk with another key", "another key", "a long id", "another row's id", "an empty id"])
def test_who_is_unknown_and_who_signs_with_the_wrong_key_hear_the_same(hall: Hall, request_: httpx.Request) -> None:
    assert told(send(hall, request_)) == NOT_TRUSTED


@pytest.mark.parametrize("trust", [Trust.REVOKED, Trust.WAITING])
def test_a_kiosk_that_was_revoked_or_never_enrolled_hears_what_an_unknown_one_hears(trust: Trust) -> None:
    hall = Hall()
    a_kiosk(hall.world, trust)
    answer, unknown = send(hall, a_request()), send(hall, a_request(key_id=NOBODY))
    assert (answer.status_code, answer.content, dict(answer.headers)) == (
        unknown.status_code, unknown.content, dict(unknown.headers))
    assert told(answer) == NOT_TRUSTED


@pytest.mark.parametrize(("request_", "word"), [
    (altered(a_request(body=b'{"unsynced":1}'), body=b'{"unsynced":0}'), "altered"),
    (altered(a_request(), body=b"{} "), "altered"),
    (altered(a_request(), path=f"{STATE}?unsynced=0"), "altered"),
    (altered(a_request(), headers={"content-digest": "sha-256=:AAAA:"}), "altered"),
    (altered(a_request(), headers={"content-digest": "é"}), "altered"),
    (altered(a_request(), path=CHALLENGES), "not-trusted"),
    (a_request(method="PUT"), "not-trusted"),
    (a_request(covered=("@method", "@path")), "not-signed"),
    (a_request(covered=("@path", "content-digest")), "not-trusted"),
    (a_request(covered=("@method", "content-digest")), "not-trusted"),
    (a_request(tag="madonavi-kiosk-131016"), "not-signed"),
    (a_request(tag="madonavi-kiosk-enrol"), "not-signed"),
    (a_request(nonce=None), "not-signed"),
    (a_request(nonce="short"), "not-signed"),
    (a_request(nonce="n" * 65), "not-signed"),
    (altered(a_request(), headers={"signature": "pyhms=:AAAA:"}), "not-trusted"),
    (altered(a_request(), headers={"signature": "é"}), "not-signed"),
    (altered(a_request(), headers={"signature-input": "pyhms=1"}), "not-signed"),
    (altered(a_request(), headers={"signature-input": ""}), "not-signed"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_was_changed_on_the_way_or_signed_by_halves_is_turned_away(hall: Hall, request_: httpx.Request, word: str) -> None:
    if request_.method == "PUT":  # signed for another method than the one it is sent with
        request_ = httpx.Request("POST", request_.url, headers=request_.headers, content=request_.read())
    assert told(send(hall, request_)) == (401, {"error": word})
    assert hall.world.devices.conditions == {}
    assert hall.world.devices.nonces == set()


def test_a_request_without_any_signature_is_turned_away(hall: Hall) -> None:
    answer = send(hall, httpx.Request("POST", PUBLIC + STATE, json={}))
    assert told(answer) == (401, {"error": "not-signed"})


@pytest.mark.parametrize("minutes", [-5, -1, 0, 4.9, 5])
def test_a_clock_may_be_off_by_five_minutes_and_the_officer_is_told_by_how_much(hall: Hall, minutes: float) -> None:
    hall.world.clock.pass_(minutes=-minutes)
    assert send(hall, a_request()).status_code == 200
    assert hall.world.devices.conditions[FIRST].clock_ahead == minutes * 60


@pytest.mark.parametrize("minutes", [-5.1, 5.1, 60 * 24 * 365])
def test_a_clock_that_is_further_off_is_told_the_offices_clock(hall: Hall, minutes: float) -> None:
    hall.world.clock.pass_(minutes=-minutes)
    expected = hall.world.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told(send(hall, a_request())) == (401, {"error": "clock-wrong", "clock": expected})
    assert hall.world.devices.conditions == {}


def test_somebody_unknown_is_not_even_told_that_the_clock_is_wrong(hall: Hall) -> None:
    hall.world.clock.pass_(minutes=10)
    assert told(send(hall, a_request(key=OTHER_KEY))) == NOT_TRUSTED


def test_the_same_message_is_taken_once_and_a_new_one_is_signed_anew(hall: Hall) -> None:
    assert send(hall, a_request()).status_code == 200
    assert told(send(hall, a_request())) == (401, {"error": "replayed"})
    assert send(hall, a_request(nonce="m" * 32)).status_code == 200


def test_a_report_that_makes_no_sense_is_refused_and_one_of_a_newer_kiosk_is_read_as_far_as_we_know_it(hall: Hall) -> None:
    assert told(send(hall, a_request(body=b'{"unsynced":-1}'))) == (422, {"error": "form-faulty"})
    assert told(send(hall, a_request(body=b"[", nonce="m" * 32))) == (422, {"error": "form-faulty"})
    assert send(hall, a_request(body=b'{"agent":"9.9","warmth":37}', nonce="o" * 32)).status_code == 200


def test_a_message_that_is_too_large_is_not_looked_at(hall: Hall) -> None:
    assert told(send(hall, a_request(body=b" " * (64 * 1024 + 1)))) == (413, {"error": "too-large"})


def test_the_path_that_is_verified_is_the_one_the_route_acts_on_whatever_stage_or_host_stands_before_it(hall: Hall) -> None:
    """As API Gateway tells it behind CloudFront: another host, a stage before the path, headers in other letters."""
    sent = a_request("/api/v1/kiosk/applications/5f2a/confirm")
    event = {
        "multiValueQueryStringParameters": None, "pathParameters": {"id": "5f2a"}, "body": "{}", "stageVariables": None,
        "headers": {**{name.title(): value for name, value in sent.headers.items()}, "Host": "abc.execute-api.amazonaws.com"},
        "requestContext": {"httpMethod": "POST", "resourcePath": "/api/v1/kiosk/applications/{id}/confirm",
                           "path": "/production/api/v1/kiosk/applications/5f2a/confirm"}}
    assert signed(hall.world.parts, Request(event)).id == FIRST
    for changed in ({"pathParameters": {"id": "5f2b"}}, {"pathParameters": {"id": "5f2a/../x y"}}):
        with pytest.raises(NaviError, match="not-trusted"):
            signed(hall.world.parts, Request({**event, **changed}))


def test_a_question_without_a_body_is_signed_too(hall: Hall) -> None:
    sent = a_request("/api/v1/kiosk/applications/5f2a", b"", method="GET")
    event = {
        "multiValueQueryStringParameters": None, "pathParameters": {"id": "5f2a"}, "body": None, "stageVariables": None,
        "headers": dict(sent.headers), "requestContext": {"httpMethod": "GET", "resourcePath": "/api/v1/kiosk/applications/{id}"}}
    with pytest.raises(NaviError, match="altered"):
        signed(hall.world.parts, Request({**event, "body": "{}"}))
    assert signed(hall.world.parts, Request(event)).id == FIRST


BODY = b'{"unsynced":1}'


@pytest.mark.parametrize("part", ["body", "signature-input", "content-digest"])
def test_no_single_sign_of_a_signed_message_can_be_another(hall: Hall, part: str) -> None:
    sound = a_request(body=BODY)
    whole = BODY.decode() if part == "body" else sound.headers[part]
    for place in range(len(whole)):
        other = "b" if whole[place] == "a" else "a"
        changed = whole[:place] + other + whole[place + 1:]
        request = altered(sound, body=changed.encode()) if part == "body" else altered(sound, headers={part: changed})
        assert send(hall, request).status_code == 401, changed
    assert send(hall, sound).status_code == 200  # and none of these attempts has used it up
