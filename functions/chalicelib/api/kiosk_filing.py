"""Routes for what a kiosk files: an application, how it stands, the hand-over check, and a form from the phone."""

from collections.abc import Callable

from chalice.app import Chalice, Request, Response
from pydantic import BaseModel

from chalicelib.api.kiosk_filing_wire import AskPrepared, Confirm, FieldRefusal, File, PreparedForm, Standing
from chalicelib.api.kiosk_wire import Nothing
from chalicelib.api.signed import JSON, answered, read, signed
from chalicelib.domain.application import Application
from chalicelib.domain.card_proof import CardProof
from chalicelib.domain.device import Device
from chalicelib.services import counter, devices, hand_over, prepared
from chalicelib.services.card_proof import UseChallenge
from chalicelib.services.counter import Applicant, FieldFaulty, Filing
from chalicelib.services.parts import Parts

JSON_ONLY = ["application/json"]
APPLICATIONS = "/api/v1/kiosk/applications"
Trusted = Callable[[Parts, Request], Device]


def routes(app: Chalice, parts: Parts, *, trusted: Trusted = signed, use: UseChallenge = devices.use_challenge) -> None:
    """Declare the routes on `app`. trusted: who sent a request, or TurnedAway. use: uses up a challenge."""

    def asked() -> tuple[Request, Device]:
        request: Request = app.current_request  # type: ignore[assignment]  # chalice sets it before calling a route
        return request, trusted(parts, request)

    @app.route(APPLICATIONS, methods=["POST"], content_types=JSON_ONLY)
    def file_application() -> Response:
        """Into the officers' queue at once. Reads the case; writes its key and one transaction."""
        return _answer(lambda: _file(parts, *asked(), use))

    @app.route(f"{APPLICATIONS}/{{id}}", methods=["GET"])
    def application(id: str) -> Response:
        """How it stands. Reads the case."""
        return _answer(lambda: _standing(parts, counter.own(parts, asked()[1], id)))

    @app.route(f"{APPLICATIONS}/{{id}}/confirm", methods=["POST"], content_types=JSON_ONLY)
    def confirm_check(id: str) -> Response:
        """The resident's word in the hand-over check. Reads the case; writes one event, or two where it is the second word."""
        return _answer(lambda: _confirm(parts, *asked(), id))

    @app.route(f"{APPLICATIONS}/{{id}}/stop", methods=["POST"], content_types=JSON_ONLY)
    def leave_check(id: str) -> Response:
        """The resident ends the hand-over check. Reads the case; writes one event."""
        return _answer(lambda: _leave(parts, *asked(), id))

    @app.route(f"{APPLICATIONS}/{{id}}/withdraw", methods=["POST"], content_types=JSON_ONLY)
    def take_back(id: str) -> Response:
        """Whom it is for left before getting its number. Reads the case; writes one event."""
        return _answer(lambda: _take_back(parts, *asked(), id))

    @app.route("/api/v1/kiosk/prepared", methods=["POST"], content_types=JSON_ONLY)
    def prepared_form() -> Response:
        """A form from the phone. Counts; one read of its key; the last fetch burns it."""
        return _answer(lambda: _prepared(parts, *asked()))


def _file(parts: Parts, request: Request, device: Device, use: UseChallenge) -> Standing:
    said = read(request, File)
    who, proof = said.applicant, said.proof
    filing = Filing(
        id=said.id, procedure=said.procedure, version=said.version, case_code=said.case_code, made_at=said.made_at, card=said.card,
        answers={id: tuple(one) if isinstance(one, list) else one for id, one in said.answers.items()},
        applicant=Applicant(name=who.full_name, kana=who.full_name_kana, address=who.full_address, birthdate=who.date_of_birth,
                            sex=who.sex),
        proof=CardProof(challenge=proof.challenge, certificate=proof.certificate, signature=proof.signature) if proof else None)
    return _standing(parts, counter.file(parts, device, filing, use=use))


def _confirm(parts: Parts, request: Request, device: Device, id: str) -> Standing:
    said = read(request, Confirm)
    return _standing(parts, hand_over.confirm(parts, counter.own(parts, device, id), code=said.check_code))


def _leave(parts: Parts, request: Request, device: Device, id: str) -> Standing:
    read(request, Nothing)
    return _standing(parts, hand_over.leave(parts, counter.own(parts, device, id)))


def _take_back(parts: Parts, request: Request, device: Device, id: str) -> Standing:
    read(request, Nothing)
    return _standing(parts, counter.take_back(parts, counter.own(parts, device, id)))


def _prepared(parts: Parts, request: Request, device: Device) -> PreparedForm:
    found = prepared.fetch(parts, device, read(request, AskPrepared).code)
    answers = {id: list(one) if isinstance(one, tuple) else one for id, one in found.answers.items()}
    return PreparedForm(procedure=found.procedure, version=found.version, answers=answers, applicant=dict(found.applicant))


def _standing(parts: Parts, case: Application) -> Standing:
    told = counter.standing(parts, case)
    return Standing(id=told.id, reference=told.reference, status=told.status, certificate=str(told.certificate),
                    fee_yen=told.fee_yen, waits_for_check=told.waits_for_check, check_code=told.check_code,
                    check_words=list(told.check_words))


def _answer(act: Callable[[], BaseModel]) -> Response:
    """As `answered`, and with the field that cannot be taken."""
    try:
        return answered(act)
    except FieldFaulty as faulty:
        refusal = FieldRefusal(error=faulty.code, field=faulty.field)
        return Response(body=refusal.model_dump_json(by_alias=True, exclude_none=True), status_code=422, headers=dict(JSON))
