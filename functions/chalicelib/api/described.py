"""The routes for machines as they are described to machines: an OpenAPI 3.1 document made from the wire types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.api import kiosk_filing_wire as filing
from chalicelib.api import kiosk_wire, wire

SIGNED = "t=<epoch seconds>,v1=<hex HMAC-SHA256 over t, a dot and the body>"
REF = "#/components/schemas/{model}"
RFC_9421 = "RFC 9421 over @method, @path and content-digest, with created, keyid, nonce and tag; ADR 0028"
SIGNATURE = {"Content-Digest": "RFC 9530, sha-256", "Signature-Input": RFC_9421, "Signature": "Ed25519 by the kiosk's own key"}
TURNED_AWAY = "not-trusted, not-signed, altered, clock-wrong (with the office's clock) or replayed"
FRAMEWORK: Mapping[int, str] = {
    405: "another method (in the cloud API Gateway says so itself, with 403)",
    415: "another media type than application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One route. answers: status → what it means; the body of 200 is `gives`, of each other but 204 `refuses`.

    headers: name → what it holds; a provider sends its own. within: name of a piece of the path → (what it is, its pattern).
    """

    path: str
    method: str
    id: str
    summary: str
    answers: Mapping[int, str]
    body: type[BaseModel] | None = None
    most: int | None = None
    gives: type[BaseModel] = wire.Answer
    refuses: type[BaseModel] = wire.Answer
    within: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


OF_KIOSK = {"id": ("the id under which the kiosk filed it", "^[0-9A-Fa-f-]{36}$")}
ROUTES = (
    Described(path="/api/v1/health", method="GET", id="health", answers={200: "the functions answer"},
              summary="Says that the functions answer. The store is not asked."),
    Described(path="/api/v1/count", method="POST", id="count", body=wire.Look, most=512,
              summary="Counts one look at a result of the navigator, by day, without anybody in it.",
              answers={204: "counted", 400: "no such result; nothing was stored", 404: "the city does not count"}),
    Described(path="/api/v1/postal/{code}", method="GET", id="postal", gives=wire.PostalAddress,
              summary="The address of a postal code, to fill in a form.", within={"code": ("seven digits", "^[0-9]{7}$")},
              answers={200: "the address; it may be kept for a day", 404: "no such code"}),
    Described(path="/webhooks/payment", method="POST", id="paymentNotice", body=wire.PaymentNotice, most=64 * 1024,
              summary="Takes a notice of the payment provider. Until it is answered with 200, the provider sends it again.",
              headers={"Madopay-Signature": f"of the practice provider: {SIGNED}", "Stripe-Signature": f"of Stripe: {SIGNED}"},
              answers={200: "it has had its effect", 400: "not signed by the provider, too old, or of no known shape",
                       413: "larger than any notice", 503: "it could not have its effect now"}),
    Described(path="/webhooks/mail", method="POST", id="returnedMail", body=wire.ReturnedMail, most=512,
              summary="Takes word of a mail that came back, from the mailbox of a demonstration copy; in the cloud a queue does.",
              headers={"Authorization": "Bearer and the secret that the mailbox shares; without it this route is not there"},
              answers={200: "taken, or dropped where it is about no mail of ours", 400: "of no known shape",
                       404: "no such secret", 503: "it could not have its effect now"}),
    Described(path="/api/v1/kiosk/enrol", method="POST", id="kioskEnrol", body=kiosk_wire.Enrol, gives=kiosk_wire.Enrolled,
              refuses=kiosk_wire.Refusal, most=64 * 1024, headers=SIGNATURE,
              summary="Makes a kiosk known by a one-time code. Signed with the key that it shows; keyid is that key in Base64.",
              answers={200: "it is trusted from now on", 401: TURNED_AWAY, 404: "no such code, or not any more",
                       413: "larger than any message", 422: "of no known shape", 429: "too many wrong codes"}),
    Described(path="/api/v1/kiosk/state", method="POST", id="kioskState", body=kiosk_wire.State, gives=kiosk_wire.Clock,
              refuses=kiosk_wire.Refusal, most=64 * 1024, headers=SIGNATURE,
              summary="A kiosk tells how it is, once a minute, and learns the office's clock.",
              answers={200: "noted", 401: TURNED_AWAY, 413: "larger than any message", 422: "of no known shape"}),
    Described(path="/api/v1/kiosk/challenges", method="POST", id="kioskChallenge", body=kiosk_wire.Nothing,
              gives=kiosk_wire.Challenge, refuses=kiosk_wire.Refusal, most=64 * 1024, headers=SIGNATURE,
              summary="Something for a card's key to sign: for this kiosk, for ten minutes, for one use.",
              answers={200: "made", 401: TURNED_AWAY, 413: "larger than any message", 422: "of no known shape"}),
    Described(path="/api/v1/kiosk/applications", method="POST", id="file", headers=SIGNATURE,
              body=filing.File, most=64 * 1024, gives=filing.Standing,
              refuses=filing.FieldRefusal, summary="Files an application at the counter: it stands in the officers' queue at once.",
              answers={200: "filed, now or when this id came first", 401: TURNED_AWAY, 404: "not offered at the counter",
                       409: "the id was used for something else", 413: "too large", 422: "cannot be taken; `field` says what"}),
    Described(path="/api/v1/kiosk/applications/{id}", method="GET", id="filed", headers=SIGNATURE,
              gives=filing.Standing, within=OF_KIOSK,
              refuses=kiosk_wire.Refusal, summary="How an application stands that this kiosk filed, and its hand-over check.",
              answers={200: "how it stands", 401: TURNED_AWAY, 404: "not filed by this kiosk"}),
    Described(path="/api/v1/kiosk/applications/{id}/confirm", method="POST", id="confirm", headers=SIGNATURE,
              body=filing.Confirm, most=64 * 1024,
              gives=filing.Standing, refuses=kiosk_wire.Refusal, within=OF_KIOSK,
              summary="The person says in the hand-over check that the paper is theirs. Again changes nothing.",
              answers={200: "noted; with the officer's word it is handed over", 401: TURNED_AWAY, 404: "not filed by this kiosk",
                       409: "no such check runs: stopped, over, or not begun", 413: "too large", 422: "of no known shape"}),
    Described(path="/api/v1/kiosk/applications/{id}/stop", method="POST", id="leaveCheck", headers=SIGNATURE,
              body=kiosk_wire.Nothing, most=64 * 1024,
              gives=filing.Standing, refuses=kiosk_wire.Refusal, within=OF_KIOSK,
              summary="The person ends the hand-over check at the kiosk. Again changes nothing.",
              answers={200: "ended", 401: TURNED_AWAY, 404: "not filed by this kiosk", 409: "it is handed over already",
                       413: "too large", 422: "of no known shape"}),
    Described(path="/api/v1/kiosk/applications/{id}/withdraw", method="POST", id="takeBack", headers=SIGNATURE,
              body=kiosk_wire.Nothing, most=64 * 1024,
              gives=filing.Standing, refuses=kiosk_wire.Refusal, within=OF_KIOSK,
              summary="The person left before the kiosk could give them the number: it is withdrawn. Again changes nothing.",
              answers={200: "withdrawn, or ended otherwise", 401: TURNED_AWAY, 404: "not filed by this kiosk",
                       409: "it is paid for or made already: an officer sees to it", 413: "too large",
                       422: "of no known shape"}),
    Described(path="/api/v1/kiosk/prepared", method="POST", id="prepared", headers=SIGNATURE,
              body=filing.AskPrepared, most=64 * 1024,
              gives=filing.PreparedForm, refuses=kiosk_wire.Refusal,
              summary="A form that was filled in on a phone, by its code. Three times at most (docs/prepared-code.md).",
              answers={200: "what was filled in; nothing of it is verified", 401: TURNED_AWAY, 413: "too large",
                       404: "nothing under this code: wrong, used up or over, all alike", 422: "of no known shape",
                       429: "this kiosk was wrong too often"}),
)
"""Every route that answers in JSON; a test compares them with what chalice knows."""


def document(version: str) -> dict[str, Any]:
    """The whole OpenAPI document. version: of the product."""
    given = {kind.__name__: kind for one in ROUTES for kind in (one.gives, one.refuses, one.body) if kind is not None}
    models: list[type[BaseModel]] = [wire.NotTaken, *given.values()]
    _, schemas = models_json_schema([(one, "validation") for one in models], ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for one in ROUTES:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "まどナビ", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
                 "description": "What machines ask of Madonavi. People use the pages; exports and results: docs/rpa.md."},
        "servers": [{"url": "/", "description": "the city's own origin"}],
        "paths": paths,
        "components": {"schemas": schemas["$defs"]},
    }


def _operation(one: Described) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": one.id, "summary": one.summary}
    told["parameters"] = [
        *({"name": name, "in": "path", "required": True, "description": what, "schema": {"type": "string", "pattern": pattern}}
          for name, (what, pattern) in one.within.items()),
        *({"name": name, "in": "header", "required": False, "description": what, "schema": {"type": "string"}}
          for name, what in one.headers.items())]
    if one.body is not None:
        told["requestBody"] = {"required": True, "description": f"at most {one.most} bytes", "content": _json(one.body)}
    told["responses"] = {str(status): _answer(one, status, what) for status, what in one.answers.items()}
    for status, what in FRAMEWORK.items():
        if status != 415 or one.body is not None:
            told["responses"][str(status)] = {"description": what, "content": _json(wire.NotTaken)}
    return told


def _answer(one: Described, status: int, what: str) -> dict[str, Any]:
    if status == 204:
        return {"description": what}
    return {"description": what, "content": _json(one.gives if status == 200 else one.refuses)}


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
