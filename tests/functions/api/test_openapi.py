"""The description of the machine API is true: it is the code's own, complete, and more than a thousand odd requests keep to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks as conforms

from chalicelib.adapters.payment_provider import HttpPaymentProvider
from chalicelib.api.described import ROUTES, document
from chalicelib.domain.errors import Stale
from chalicelib.services import pay
from docs.describe_api import HERE, openapi
from tests.fakes import cases
from tests.fakes.store import MemoryStore
from tests.fakes.world import a_world
from tests.functions.adapters.test_payment_provider import NEW, NOTICE, signed
from tests.functions.pages.hall import PUBLIC, Hall

DESCRIBED = {(one.path, one.method) for one in ROUTES}
SCHEMA = schemathesis.openapi.from_dict(document("test"))
OPERATIONS = {operation.label: operation for operation in (found.ok() for found in SCHEMA.get_all_operations())}
CHECKS: list[Any] = [
    schemathesis.checks.not_a_server_error, conforms.status_code_conformance, conforms.content_type_conformance,
    conforms.response_schema_conformance, conforms.response_headers_conformance, conforms.negative_data_rejection,
    conforms.missing_required_header]


@pytest.fixture(scope="module")
def visitor() -> httpx.Client:
    """The real routes and the real reader of notices, over fakes; nothing leaves this process."""
    world = a_world()
    nobody = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    world.parts = replace(world.parts, provider=HttpPaymentProvider("https://pay.example", "s", (NEW,), nobody))
    return httpx.Client(transport=Hall(world).transport)


def sent(visitor: httpx.Client, case: Any) -> httpx.Response:
    """The answer to one made-up request."""
    asked = case.as_transport_kwargs(base_url=PUBLIC)
    body = {"json": asked["json"]} if "json" in asked else {"content": asked.get("data")}
    answer = visitor.request(asked["method"], asked["url"], headers=asked["headers"], params=asked["params"], **body)
    answer.elapsed = timedelta()  # httpx measures it on a real connection only, and the checks read it
    return answer


def test_the_file_is_what_the_code_says() -> None:
    assert (HERE / "openapi.yaml").read_text("utf-8") == openapi(), "run `make docs`"


def test_every_route_for_machines_is_described_and_no_other() -> None:
    routes = Hall().app.routes
    machines = {(path, method) for path, methods in routes.items() for method in methods
                if path.startswith(("/api/", "/webhooks/"))}
    assert machines == DESCRIBED


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_no_request_however_odd_gets_an_answer_that_is_not_described(visitor: httpx.Client, label: str,
                                                                     mode: GenerationMode) -> None:
    if label == "GET /api/v1/health" and mode is GenerationMode.NEGATIVE:
        return  # it takes nothing, so nothing can be wrong with what it is sent
    answers: list[int] = []

    @seed(20261121)
    @settings(max_examples=300, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        answer = sent(visitor, case)
        answers.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    holds()
    assert answers


@pytest.mark.parametrize(("label", "body", "status"), [
    ("GET /api/v1/health", None, 200), ("GET /api/v1/postal/{code}", {"code": "8910405"}, 200),
    ("GET /api/v1/postal/{code}", {"code": "0000000"}, 404),
    ("POST /api/v1/count", {"certificate": "juminhyo", "outcome": "konbini", "came": "none"}, 204),
    ("POST /api/v1/count", {"certificate": "juminhyo", "outcome": "konbini", "came": "line", "step": "followed"}, 204),
    ("POST /api/v1/count", {"certificate": "juminhyo", "outcome": "moon", "came": "line"}, 400)])
def test_what_is_right_is_answered_as_described(visitor: httpx.Client, label: str, body: object, status: int) -> None:
    kind = "path_parameters" if "{" in label else "body"
    case = OPERATIONS[label].Case(**{kind: body} if body is not None else {})
    answer = sent(visitor, case)
    assert answer.status_code == status
    case.validate_response(answer, checks=CHECKS[:5])


@pytest.mark.parametrize("signature", ["t=²,v1=a", "t=" + "9" * 5000, "t=1,v1=é", "t=,v1=", "v1=", ""])
def test_a_signature_that_is_none_is_refused_and_breaks_nothing(visitor: httpx.Client, signature: str) -> None:
    answer = visitor.post(f"{PUBLIC}/webhooks/payment", content=b'{"id": "e"}', headers={
        b"Content-Type": b"application/json", b"Madopay-Signature": signature.encode()})
    assert answer.status_code == 400


def test_a_mark_that_is_no_hexadecimal_is_refused_also_in_time(visitor: httpx.Client) -> None:
    at = signed(b"{}")["madopay-signature"].split(",")[0]
    answer = visitor.post(f"{PUBLIC}/webhooks/payment", content=b"{}", headers={
        b"Content-Type": b"application/json", b"Madopay-Signature": f"{at},v1=é".encode()})
    assert answer.status_code == 400


@pytest.mark.parametrize(("body", "status"), [
    (NOTICE, 200),  # of a case that is not ours: nothing to do, and the provider need not send it again
    (b"[]", 400), (b"{" * 2000, 400), (b'{"id": 1, "data": {"checkout": {"id": []}}}', 400), (b" " * (64 * 1024 + 1), 413)])
def test_what_the_provider_really_signed_is_answered_as_described(visitor: httpx.Client, body: bytes, status: int) -> None:
    answer = visitor.post(f"{PUBLIC}/webhooks/payment", content=body, headers={**signed(body), "Content-Type": "application/json"})
    assert answer.status_code == status
    answer.elapsed = timedelta()
    OPERATIONS["POST /webhooks/payment"].Case(body={"id": "e"}).validate_response(answer, checks=CHECKS[:5])


def test_a_notice_that_cannot_have_its_effect_now_is_asked_for_again() -> None:
    hall = Hall()
    case = cases.awaiting_payment(hall.world)
    pay.open_payment(hall.world.parts, case, back_to=f"{PUBLIC}/status/x/paid")
    hall.world.provider.pay(key := cases.attempt_key_of(hall.world.store.get(case.id)), hall.world.clock())

    class OneAhead(MemoryStore):
        """A store in which somebody else is always quicker."""

        def write(self, *args: Any, **more: Any) -> None:
            raise Stale("quicker")

    quicker = OneAhead()
    quicker.__dict__ |= hall.world.store.__dict__
    hall.world.parts = replace(hall.world.parts, applications=quicker)
    answer = httpx.Client(transport=Hall(hall.world).transport).post(
        f"{PUBLIC}/webhooks/payment", json={"id": "e", "reference": key}, headers={"signature": "right"})
    assert answer.status_code == 503
    answer.elapsed = timedelta()
    OPERATIONS["POST /webhooks/payment"].Case(body={"id": "e"}).validate_response(answer, checks=CHECKS[1:5])
