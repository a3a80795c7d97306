"""What a kiosk sends and is told, over HTTP: the examples of tests/contract/kiosk, and every refusal."""

import json
import uuid
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.test import Client, HTTPResponse

from chalicelib.api import kiosk_filing
from chalicelib.domain.application import State
from chalicelib.domain.device import Device
from chalicelib.domain.prepared import LIVES
from chalicelib.services import hand_over, prepared, prepared_qr
from tests.conftest import ROOT
from tests.fakes import cases
from tests.fakes.counter import Challenges, a_kiosk
from tests.fakes.world import FRIDAY_NOON, World, a_world

APPLICATIONS = "/api/v1/kiosk/applications"


def example(name: str) -> Any:
    """An example of a message that both sides read."""
    return json.loads((ROOT / f"tests/contract/kiosk/{name}.json").read_text("utf-8"))


class Counter:
    """The routes as a kiosk meets them, whose signature was found right."""

    def __init__(self, world: World, device: Device | None = None) -> None:
        app = Chalice(app_name="madonavi")
        kiosk_filing.routes(app, world.parts, trusted=lambda _, __: device or a_kiosk(), use=Challenges())
        self._client = Client(app)
        self.answer: HTTPResponse

    def post(self, path: str, body: object) -> Any:
        """What the office says."""
        self.answer = self._client.http.post(path, headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())
        return self.answer.json_body

    def get(self, path: str) -> Any:
        """What the office says."""
        self.answer = self._client.http.get(path)
        return self.answer.json_body


@pytest.fixture
def world() -> World:
    return a_world()


def test_the_example_of_an_application_is_filed_and_answered_as_in_the_example(world: World) -> None:
    kiosk = Counter(world)
    told = kiosk.post(APPLICATIONS, example("file"))
    assert (kiosk.answer.status_code, told) == (200, example("filed"))
    assert kiosk.get(f"{APPLICATIONS}/{told['id']}") == told
    (case,) = world.store.cases.values()
    assert (case.answers["items"], case.answers["name_kana"]) == (("relation", "domicile"), "イブスキ　ハナコ")


def test_the_same_message_again_gets_the_same_answer_and_another_content_a_conflict(world: World) -> None:
    kiosk = Counter(world)
    first = kiosk.post(APPLICATIONS, example("file"))
    assert kiosk.post(APPLICATIONS, example("file")) == first
    assert kiosk.post(APPLICATIONS, {**example("file"), "caseCode": "ABCD-2346"}) == {"error": "conflict"}
    assert kiosk.answer.status_code == 409


@pytest.mark.parametrize(("changed", "told"), [
    ({"answers": {"whose": "self", "items": ["none"], "copies": "99"}}, {"error": "form-faulty", "field": "copies"}),
    ({"caseCode": "?"}, {"error": "form-faulty", "field": "caseCode"}),
    ({"madeAt": "yesterday"}, {"error": "form-faulty"}), ({"shoes": 42}, {"error": "form-faulty"})], ids=str)
def test_a_fault_is_named_by_its_field_and_never_by_its_value(world: World, changed: dict[str, Any], told: object) -> None:
    kiosk = Counter(world)
    assert kiosk.post(APPLICATIONS, {**example("file"), **changed}) == told
    assert kiosk.answer.status_code == 422
    assert not world.store.cases


def test_what_the_counter_does_not_offer_is_not_found(world: World) -> None:
    kiosk = Counter(world)
    assert kiosk.post(APPLICATIONS, {**example("file"), "procedure": "jido-teate"}) == {"error": "not-found"}
    assert kiosk.answer.status_code == 404


def test_another_kiosks_application_looks_like_an_unknown_one(world: World) -> None:
    case = cases.checking(world)
    other = Counter(world, a_kiosk("kiosk-2"))
    for path, body in (("", None), ("/confirm", {}), ("/stop", {}), ("/withdraw", {})):
        seen = []
        for id in (case.id, str(uuid.uuid4()), "nonsense"):
            at = f"{APPLICATIONS}/{id}{path}"
            seen.append((other.get(at) if body is None else other.post(at, body), other.answer.status_code))
        assert seen == [({"error": "not-found"}, 404)] * 3


def test_the_check_on_the_kiosk_reads_as_in_the_example(world: World) -> None:
    case = cases.checking(world)
    assert case.check is not None
    kiosk = Counter(world)
    seen = kiosk.get(f"{APPLICATIONS}/{case.id}")
    assert (seen["waitsForCheck"], seen["checkCode"]) == (True, case.check.code)
    assert seen["checkWords"] == ["住民票の写し", "1通", "200円"]
    told = kiosk.post(f"{APPLICATIONS}/{case.id}/confirm", {"checkCode": seen["checkCode"]})
    assert told.keys() == example("confirm")["answer"].keys()
    hand_over.vouch(world.parts, cases.officer(), world.store.get(case.id), number=1)
    after = kiosk.post(f"{APPLICATIONS}/{case.id}/confirm", {})
    assert (after["status"], after["waitsForCheck"], after["checkWords"]) == ("done", False, [])


def test_the_resident_stops_the_check_and_a_late_confirmation_is_refused(world: World) -> None:
    case = cases.checking(world)
    kiosk = Counter(world)
    assert kiosk.post(f"{APPLICATIONS}/{case.id}/stop", {})["waitsForCheck"] is False
    assert kiosk.post(f"{APPLICATIONS}/{case.id}/confirm", {}) == example("confirm")["refusals"]["409"]
    assert kiosk.answer.status_code == 409
    assert world.store.get(case.id).state is State.ISSUED


def test_what_is_taken_back_has_ended_for_the_kiosk_and_again_changes_nothing(world: World) -> None:
    case, kiosk = cases.filed(world), Counter(world)
    told = kiosk.post(f"{APPLICATIONS}/{case.id}/withdraw", {})
    assert (kiosk.answer.status_code, told["status"]) == (200, "ended")
    assert kiosk.post(f"{APPLICATIONS}/{case.id}/withdraw", {}) == told


def test_a_form_from_the_phone_is_given_three_times_and_then_never_again(world: World) -> None:
    kept = example("prepared")["answer"]
    form = prepared.from_json(json.dumps(kept).encode())
    code, _ = prepared.keep(world.parts, form, place="phone")
    kiosk = Counter(world)
    for typed in (code, code.lower().replace("-", " "), code.replace("-", "")):
        assert kiosk.post("/api/v1/kiosk/prepared", {"code": typed}) == kept
    assert kiosk.post("/api/v1/kiosk/prepared", {"code": code}) == example("prepared")["refusals"]["404"]
    assert kiosk.answer.status_code == 404


def test_wrong_codes_tell_nothing_and_soon_nobody_answers_this_kiosk(world: World) -> None:
    kiosk = Counter(world)
    for number in range(prepared.CODES_WRONG.most):
        typed = ["ABCD-WXYZ", "", "1234-5678", "あいうえ"][number % 4]
        assert kiosk.post("/api/v1/kiosk/prepared", {"code": typed}) == {"error": "not-found"}
    assert kiosk.post("/api/v1/kiosk/prepared", {"code": "ABCD-WXYZ"}) == example("prepared")["refusals"]["429"]
    assert kiosk.answer.headers["Retry-After"] == "600"
    other = Counter(world, a_kiosk("kiosk-2"))
    assert other.post("/api/v1/kiosk/prepared", {"code": "ABCD-WXYZ"}) == {"error": "not-found"}


def test_the_symbols_of_the_example_are_those_of_its_form() -> None:
    form = prepared.from_json(json.dumps(example("prepared")["answer"]).encode())
    assert list(prepared_qr.texts(form, FRIDAY_NOON + LIVES)) == example("prepared")["symbols"]
