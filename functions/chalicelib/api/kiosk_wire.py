"""What kiosks send us and get from us, as types. tests/contract/kiosk holds an example of each; both sides read them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

Moment = Annotated[AwareDatetime, PlainSerializer(lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str)]
"""UTC to the second, as 2026-11-20T03:00:00Z."""


class Trusting(StrEnum):
    """Why a request was turned away before anybody read what it asks; stable, for programs."""

    NOT_TRUSTED = "not-trusted"
    """An unknown kiosk, a revoked one, or a signature that is not its own: nobody outside learns which."""
    NOT_SIGNED = "not-signed"
    """No signature, or not one over all that must be signed."""
    ALTERED = "altered"
    """The body is not the one that was signed, or something unsigned was added."""
    CLOCK_WRONG = "clock-wrong"
    """Signed more than five minutes ago or ahead; `clock` is the office's."""
    REPLAYED = "replayed"
    """This very message was taken before. Sign anew to say it again."""


class Frozen(BaseModel):
    """A message of ours or to us; names are written in camel case."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Refusal(Frozen):
    """Why not. error: a stable word. clock: the office's, where the kiosk's is wrong."""

    error: str
    clock: Moment | None = None


class Enrol(Frozen):
    """A kiosk shows the code that an officer read out, and its public key."""

    code: str = Field(min_length=8, max_length=20, description="eight signs; case, spaces and hyphens do not matter")
    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]{43}=$", description="raw Ed25519 public key, 32 bytes in Base64")


class Enrolled(Frozen):
    """Who the kiosk is from now on. device: the keyid of its signatures. city: the end of their tag."""

    device: str
    city: str
    name: str


class Works(Frozen):
    """A part of the counter: what it calls itself, and whether it works."""

    name: str = Field(default="", max_length=80)
    works: bool


class State(Frozen):
    """How a kiosk says that it is; nothing about who stood there."""

    # A kiosk may be newer than the office: what it says beyond this is passed over, since it needs the answer all the same.
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)
    agent: str = Field(default="", max_length=40, description="version of the program")
    content: str = Field(default="", max_length=40, description="version of the content")
    reader: Works | None = None
    printer: Works | None = None
    unsynced: int = Field(default=0, ge=0, le=100_000, description="applications that wait to be sent")
    oldest_unsynced: AwareDatetime | None = Field(default=None, description="since when the oldest of them waits")
    refused: int = Field(default=0, ge=0, le=100_000, description="applications that the office would not take")


class Clock(Frozen):
    """The office's clock."""

    clock: Moment


class Challenge(Frozen):
    """For a card's key to sign. good_until: by the office's clock; it can be used once, by this kiosk."""

    challenge: str = Field(description="32 random bytes in Base64")
    good_until: Moment


class Nothing(Frozen):
    """An empty message."""


def utc(at: datetime) -> datetime:
    """Without the fractions of a second, as it is written."""
    return at.replace(microsecond=0)
