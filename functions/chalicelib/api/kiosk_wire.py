"""What kiosks send us and get from us, as types. Stand-in: the room "trust" builds this file; the merge takes theirs."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

Moment = Annotated[AwareDatetime, PlainSerializer(lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str)]
"""UTC to the second, as 2026-11-20T03:00:00Z."""


class Frozen(BaseModel):
    """A message of ours or to us; names are written in camel case."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Refusal(Frozen):
    """Why not. error: a stable word. clock: the office's, where the kiosk's is wrong."""

    error: str
    clock: Moment | None = None


class Nothing(Frozen):
    """An empty message."""


def utc(at: datetime) -> datetime:
    """Without the fractions of a second, as it is written."""
    return at.replace(microsecond=0)
