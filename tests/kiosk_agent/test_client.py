"""The office as the kiosk asks it: what leaves is what the contract says to the last byte, and every answer is one decision."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from kiosk_agent.client import ClockWrong, HttpOffice, connection
from kiosk_agent.desk import CardProof, Filed, Filing, NotTrusted, Office, Offline, Prepared, Refused
from tests.contract.kiosk_messages import FOLDER, Example, example

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ID = "5f2a7c1e-0d43-4b51-8a35-2f6f1b0e9c77"
FILED = {"id": ID, "reference": "ABCD-EFGH-JKMN", "status": "received", "certificate": "good", "feeYen": 300,
         "waitsForCheck": True, "checkCode": "4711"}
FILING = Filing(id=ID, procedure="juminhyo", version=3, case_code="ABCD-EFGH", made_at=NOON, answers={"copies": "1"},
                applicant={"fullName": "指宿　花子"}, card="my_number",
                proof=CardProof(challenge="Y2hhbGxlbmdl", certificate=b"\x30\x82", signature=b"\x00\xff"))


class Wire:
    """What left the kiosk, and what comes back."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer(request)


def answering(status: int, body: Mapping[str, Any] | str) -> Wire:
    """A wire at whose end somebody always says this."""
    said: dict[str, Any] = {"text": body} if isinstance(body, str) else {"json": body}
    return Wire(lambda _: httpx.Response(status, **said))


def office(wire: Wire, by: Example | None = None) -> HttpOffice:
    """The office behind that wire, as the kiosk of the contract's example asks it."""
    by = by or example("state")
    return HttpOffice(httpx.Client(transport=httpx.MockTransport(wire)), base_url="https://navi.example", device=by.device,
                      city=by.city, key=by.key, clock=lambda: by.at, nonce=lambda: by.nonce)


def said(wire: Wire) -> tuple[str, str, Any]:
    """Method, path and JSON of what left."""
    (request,) = wire.asked
    return request.method, request.url.path, json.loads(request.content) if request.content else None


def same(wire: Wire, contract: Example) -> None:
    """What left is the contract's example."""
    (request,) = wire.asked
    assert (request.method, request.url.path, request.content) == (contract.method, contract.path, contract.text)
    assert {name: request.headers[name] for name in contract.headers} == contract.headers


def test_a_report_is_the_contracts_and_gives_the_offices_clock() -> None:
    contract = example("state")
    wire = answering(200, contract.answers["200"])
    assert office(wire).report(contract.body) == NOON
    same(wire, contract)


def test_a_challenge_is_asked_for_as_the_contract_says() -> None:
    contract = example("challenge")
    wire = answering(200, contract.answers["200"])
    assert office(wire).challenge() == contract.answers["200"]["challenge"]
    same(wire, contract)


def test_an_application_leaves_with_the_cards_proof_and_comes_back_with_a_reference() -> None:
    wire = answering(200, FILED)
    assert office(wire).file(FILING) == Filed(id=ID, reference="ABCD-EFGH-JKMN", status="received", certificate="good",
                                              fee_yen=300, waits_for_check=True, check_code="4711")
    assert said(wire) == ("POST", "/api/v1/kiosk/applications", {
        "id": ID, "procedure": "juminhyo", "version": 3, "caseCode": "ABCD-EFGH", "madeAt": "2026-11-20T03:00:00Z",
        "answers": {"copies": "1"}, "applicant": {"fullName": "指宿　花子"}, "card": "my_number",
        "proof": {"challenge": "Y2hhbGxlbmdl", "certificate": "MII=", "signature": "AP8="}})


def test_an_application_without_a_card_has_no_proof() -> None:
    wire = answering(200, {**FILED, "certificate": "none", "feeYen": None})
    without = Filing(id=ID, procedure="juminhyo", version=3, case_code="ABCD-EFGH", made_at=NOON, answers={}, applicant={})
    assert office(wire).file(without).fee_yen is None
    assert "proof" not in said(wire)[2]


def test_how_it_stands_and_that_the_paper_is_theirs_are_asked_by_its_id() -> None:
    wire = answering(200, FILED)
    office(wire).filed(ID)
    assert said(wire) == ("GET", f"/api/v1/kiosk/applications/{ID}", None)
    wire = answering(200, FILED)
    office(wire).confirm(ID, "4821")
    assert said(wire)[:2] == ("POST", f"/api/v1/kiosk/applications/{ID}/confirm")
    wire = answering(200, FILED)
    office(wire).stop(ID)
    assert said(wire) == ("POST", f"/api/v1/kiosk/applications/{ID}/stop", {})


def test_an_application_is_taken_back_by_its_id() -> None:
    wire = answering(200, FILED)
    office(wire).withdraw(ID)
    assert said(wire) == ("POST", f"/api/v1/kiosk/applications/{ID}/withdraw", {})


def test_the_word_that_the_paper_is_theirs_names_the_check_that_was_on_the_screen() -> None:
    wire = answering(200, FILED)
    office(wire).confirm(ID, "4821")
    assert said(wire)[2] == {"checkCode": "4821"}


def test_applications_are_sent_and_answers_read_as_the_filing_rooms_examples_say() -> None:
    asks, answer = (json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in ("file", "filed"))
    wire = answering(200, answer)
    proof = CardProof(asks["proof"]["challenge"], base64.b64decode(asks["proof"]["certificate"]),
                      base64.b64decode(asks["proof"]["signature"]))
    filed = office(wire).file(Filing(
        id=asks["id"], procedure=asks["procedure"], version=asks["version"], case_code=asks["caseCode"],
        made_at=datetime.fromisoformat(asks["madeAt"]), answers=asks["answers"], applicant=asks["applicant"], card=asks["card"],
        proof=proof))
    assert said(wire)[2] == asks
    assert (filed.reference, filed.status, filed.fee_yen) == (answer["reference"], answer["status"], answer["feeYen"])


def test_what_was_filled_in_on_the_phone_comes_by_its_code() -> None:
    wire = answering(200, {"procedure": "juminhyo", "version": 3, "answers": {"copies": "2"}, "applicant": {}})
    assert office(wire).prepared("ABCDEFGH") == Prepared("juminhyo", 3, {"copies": "2"}, {})
    assert said(wire) == ("POST", "/api/v1/kiosk/prepared", {"code": "ABCDEFGH"})


EVERYTHING: Mapping[str, Callable[[Office], object]] = {
    "report": lambda office: office.report({}), "challenge": lambda office: office.challenge(),
    "file": lambda office: office.file(FILING), "filed": lambda office: office.filed(ID),
    "confirm": lambda office: office.confirm(ID, "4821"),
    "stop": lambda office: office.stop(ID), "prepared": lambda office: office.prepared("ABCDEFGH")}


@pytest.mark.parametrize("call", EVERYTHING.values(), ids=EVERYTHING)
def test_a_kiosk_that_is_not_trusted_learns_it_from_whatever_it_asks(call: Callable[[Office], object]) -> None:
    with pytest.raises(NotTrusted):
        call(office(answering(401, example("state").answers["401"])))


@pytest.mark.parametrize("call", EVERYTHING.values(), ids=EVERYTHING)
def test_a_kiosk_whose_clock_is_wrong_learns_the_offices_clock_and_nothing_is_given_up(call: Callable[[Office], object]) -> None:
    with pytest.raises(ClockWrong) as wrong:
        call(office(answering(401, example("challenge").answers["401"])))
    assert wrong.value.office == NOON
    assert isinstance(wrong.value, Offline)


@pytest.mark.parametrize(("status", "code"), [(404, "not-found"), (404, "expired"), (409, "conflict"), (422, "form-faulty"),
                                              (429, "too-many"), (413, "too-large")])
def test_what_the_office_itself_refuses_is_told_by_its_code(status: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        office(answering(status, {"error": code})).prepared("ABCDEFGH")
    assert refused.value.code == code


@pytest.mark.parametrize("answer", [
    answering(200, "<html>ログインしてください</html>"), answering(200, {}), answering(403, "Forbidden"),
    answering(404, "no such page"),
    answering(404, {"message": "Missing Authentication Token"}), answering(422, "no"), answering(401, {"error": "replayed"}),
    answering(401, {"error": "altered"}), answering(401, {"error": "not-signed"}), answering(500, {"error": "error"}),
    answering(502, ""), answering(503, {"error": "provider-down"}), answering(302, ""), answering(201, FILED),
], ids=["a login page", "an empty answer", "a firewall", "a proxy's 404", "the gateway's 404", "a proxy's 422", "replayed",
        "altered", "not signed", "an error", "no functions", "no provider", "led elsewhere", "another success"])
def test_an_answer_that_is_not_the_offices_last_word_counts_as_no_answer(answer: Wire) -> None:
    with pytest.raises(Offline):
        office(answer).file(FILING)


@pytest.mark.parametrize("broken", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")])
def test_no_answer_is_offline_and_is_not_tried_again_here(broken: httpx.HTTPError) -> None:
    def nobody(_: httpx.Request) -> httpx.Response:
        raise broken

    wire = Wire(nobody)
    with pytest.raises(Offline):
        office(wire).file(FILING)
    assert len(wire.asked) == 1


def test_each_asking_is_signed_anew() -> None:
    wire = answering(200, FILED)
    by = example("state")
    fresh = HttpOffice(httpx.Client(transport=httpx.MockTransport(wire)), base_url="https://navi.example", device=by.device,
                       city=by.city, key=by.key, clock=lambda: by.at)
    fresh.file(FILING)
    fresh.file(FILING)
    assert wire.asked[0].content == wire.asked[1].content
    assert wire.asked[0].headers["signature"] != wire.asked[1].headers["signature"]


def test_no_error_quotes_what_was_asked() -> None:
    for wire in (answering(500, "指宿　花子"), answering(404, {"error": "not-found"}), answering(401, {"error": "not-trusted"})):
        with pytest.raises((Offline, Refused, NotTrusted)) as error:
            office(wire).file(FILING)
        assert "花子" not in repr(error.value) + str(error.value)
        assert error.value.__cause__ is None


def test_the_connection_waits_for_twenty_seconds_at_most_and_follows_nobody_elsewhere() -> None:
    with connection() as http:
        assert (http.timeout.read, http.timeout.connect, http.follow_redirects) == (20.0, 5.0, False)
