"""Who sent a kiosk's request, by its signature. Stand-in: the room "trust" builds this file; the merge takes theirs."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from chalice.app import Request, Response
from pydantic import BaseModel, ValidationError

from chalicelib.api.kiosk_wire import Refusal
from chalicelib.domain.device import Device
from chalicelib.domain.errors import (
    AlreadyThere,
    FormFaulty,
    IllegalTransition,
    NaviError,
    NotAllowed,
    NotFound,
    Stale,
    TooMany,
)
from chalicelib.services.parts import Parts

BODY_MOST = 64 * 1024
JSON: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
STATUS_OF: Mapping[type[NaviError], int] = {
    NotFound: 404, NotAllowed: 404, AlreadyThere: 409, Stale: 409, IllegalTransition: 409, FormFaulty: 422, TooMany: 429}
M = TypeVar("M", bound=BaseModel)


class TurnedAway(NaviError):
    """The request is not taken. status: HTTP. word: a stable one."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


def signed(parts: Parts, request: Request) -> Device:
    """The trusted kiosk that signed this request. Raises TurnedAway. The stand-in trusts nobody."""
    del parts, request
    raise TurnedAway(401, "not-trusted")


def read(request: Request, model: type[M]) -> M:
    """The body as one of the wire types. Raises TurnedAway (422) for any other."""
    body = request.raw_body if isinstance(request.raw_body, bytes) else request.raw_body.encode()
    if len(body) > BODY_MOST:
        raise TurnedAway(413, "too-large")
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise TurnedAway(422, "form-faulty") from None


def answered(act: Callable[[], BaseModel]) -> Response:
    """What `act` answers, as JSON with 200; or why not, as {error: word} with the status that belongs to it."""
    try:
        return _response(200, act())
    except TurnedAway as error:
        return _response(error.status, Refusal(error=error.word))
    except TooMany as error:
        answer = _response(429, Refusal(error=error.code))
        answer.headers["Retry-After"] = str(error.wait_seconds)
        return answer
    except tuple(STATUS_OF) as error:
        status = next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))
        return _response(status, Refusal(error=error.code))


def _response(status: int, body: BaseModel) -> Response:
    return Response(body=body.model_dump_json(by_alias=True, exclude_none=status != 200), status_code=status, headers=dict(JSON))
