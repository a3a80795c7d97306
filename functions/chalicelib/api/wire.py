"""What machines send us and get from us, as types; docs/openapi.yaml is generated from them."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.services.tally import CAME, STEPS

Came = StrEnum("Came", {one.upper(): one for one in CAME})  # type: ignore[misc]  # the values stand in one place, in tally
Step = StrEnum("Step", {one.upper(): one for one in STEPS})  # type: ignore[misc]


class Word(StrEnum):
    """Our answers; stable, for programs."""

    OK = "ok"
    TAKEN = "taken"
    DROPPED = "dropped"
    REFUSED = "refused"
    AGAIN = "again"
    TOO_LARGE = "too-large"
    UNKNOWN = "unknown"
    OFF = "off"


class Answer(BaseModel):
    """One word."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    status: Word


class NotTaken(BaseModel):
    """What the framework answers before a route is asked: a wrong method or media type."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    Code: str
    Message: str


class Look(BaseModel):
    """One look at a result of the navigator; nothing about who looked."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    certificate: str = Field(max_length=100, description="id of a certificate")
    outcome: str = Field(max_length=100, description="id of a result of its flow")
    came: Came = Field(description="where the visit began")
    step: Step = Field(default=Step(STEPS[0]), description="whether it was shown, or its button was pressed")


class PostalAddress(BaseModel):
    """The address of a postal code, without street and number."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    address: str


class PaymentNotice(BaseModel):
    """The provider's notice, signed as a whole; docs/payment-provider.md says what is in it."""

    model_config = ConfigDict(frozen=True, extra="allow")
    id: str


class ReturnedMail(BaseModel):
    """A mail that came back: which one, and what the post office of the internet said of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    effect: str = Field(max_length=100, description="id of the mail, as it was sent with it")
    sort: str = Field(default="", max_length=40, description="Permanent, Transient, Undetermined; anything else is a complaint")
