"""What a kiosk files and asks for, and what it is told, as types; tests/contract/kiosk holds an example of each."""

from typing import Annotated

from pydantic import AwareDatetime, Base64Bytes, Field

from chalicelib.api.kiosk_wire import Frozen, Refusal

Text = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(max_length=200)]
Several = Annotated[list[Short], Field(max_length=50)]


class Person(Frozen):
    """Who applies, under GIF names."""

    full_name: Short
    full_name_kana: Short = ""
    full_address: Short
    date_of_birth: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="ISO day; 00 for a part the card does not know")
    sex: str = Field(default="", pattern=r"^[0129]?$", description="ISO 5218; empty where it is not known")


class Proof(Frozen):
    """A challenge of ours, answered by the card's 利用者証明用 key."""

    challenge: str = Field(max_length=200, description="as it was given")
    certificate: Base64Bytes = Field(max_length=6000, description="X.509 in DER, as Base64", repr=False)
    signature: Base64Bytes = Field(max_length=1000, repr=False,
                                   description="RSASSA-PKCS1-v1_5 with SHA-256 over the challenge's bytes, as Base64")


class File(Frozen):
    """One application made at the counter."""

    id: str = Field(max_length=40, description="a UUID that the kiosk chose; the same message again gives the same answer")
    procedure: str = Field(max_length=100)
    version: int = Field(ge=1, description="of the form that was filled in")
    case_code: str = Field(max_length=20, description="XXXX-XXXX, as printed")
    made_at: AwareDatetime = Field(description="when the person finished, which may be long ago")
    answers: dict[Short, Text | Several] = Field(max_length=500, repr=False)
    applicant: Person = Field(repr=False)
    card: str = Field(default="", max_length=40, description="kind of the card it was read from; empty where it was typed")
    proof: Proof | None = Field(default=None, repr=False)


class Standing(Frozen):
    """How an application stands."""

    id: str
    reference: str
    status: str = Field(description="one of the words residents see")
    certificate: str = Field(description="good, revoked, expired, unknown, or none")
    fee_yen: int | None = Field(description="what was decided, else what the rules say")
    waits_for_check: bool = Field(description="both screens show the hand-over check now")
    check_code: str = Field(description="four digits that both screens show; empty while no check runs")
    check_words: list[str] = Field(description="what both screens show beside it: certificate, copies, fee")


class Confirm(Frozen):
    """The person says that the paper is theirs."""

    check_code: str = Field(default="", max_length=4, description="what the kiosk shows; another check's is refused")


class AskPrepared(Frozen):
    """What a resident typed or showed."""

    code: str = Field(max_length=40, repr=False)


class PreparedForm(Frozen):
    """What was filled in on the phone; nothing of it is verified."""

    procedure: str
    version: int
    answers: dict[str, str | list[str]] = Field(repr=False)
    applicant: dict[str, str] = Field(repr=False)


class FieldRefusal(Refusal):
    """Why not, and for which field of the form or of the message."""

    field: str | None = None
