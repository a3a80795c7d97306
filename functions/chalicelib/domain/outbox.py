"""What must still be done outside after a step: notices, letters, requests to the payment provider (design D8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.contents import ApplicationId, OfficerId


class EffectKind(StrEnum):
    """What is to be done."""

    MAIL = "mail"
    CLOSE_CHECKOUT = "close_checkout"
    REFUND = "refund"
    CHECK_FILE = "check_file"
    DROP_FILE = "drop_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to do, exactly once. Holds no personal data: the mail's address is read from the case when it leaves.

    id: `{case}:{event number}:{what}`; the receiver drops a second one of the same id.
    """

    id: str
    kind: EffectKind
    application: ApplicationId
    created_at: datetime
    detail: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    not_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice that somebody must print and post. Holds no personal data: name and address are read when it is printed.

    id: that of the effect it came from. template: the message key of the notice.
    """

    id: str
    application: ApplicationId
    department: str
    reference: str
    procedure: str
    template: str
    at: datetime
    printed_at: datetime | None = None
    printed_by: OfficerId | None = None
