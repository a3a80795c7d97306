"""A task (やること): what the machine found and an officer must look at, kept until somebody says that it is done."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.contents import ApplicationId, OfficerId


class TaskKind(StrEnum):
    """What was found. What to do about it stands in content/standard/messages.yml as `office.task.<kind>.*`."""

    MAIL_BOUNCED = "mail_bounced"
    PAYMENT_WITHOUT_CASE = "payment_without_case"
    """Money was captured, and the case is unknown or erased."""
    CAPTURE_DIFFERS = "capture_differs"
    """Another amount was captured than was decided."""
    REFUND_FAILED = "refund_failed"
    """The provider refuses a refund for good."""
    FILE_REFUSED = "file_refused"
    DAY_DIFFERS = "day_differs"
    """A day was closed though drawer, terminal or provider tell another amount than the books."""
    OUTBOX_STUCK = "outbox_stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to look at. `detail` holds no personal data: yen, days, ids of the provider, kinds of effects.

    id: made by `task_id`, so that the same finding is one task however often it is found. department: None where no
    department can be named; whoever runs the system sees those.
    """

    id: str
    kind: TaskKind
    department: str | None
    case: ApplicationId | None
    opened_at: datetime
    detail: Mapping[str, str] = field(default_factory=dict)
    done_at: datetime | None = None
    done_by: OfficerId | None = None
    done_by_name: str | None = None


def task_id(kind: TaskKind, *about: str) -> str:
    """The id of what was found about these things: fit for an address, and the same each time."""
    return f"{kind.replace('_', '-')}-{hashlib.sha256('/'.join(about).encode()).hexdigest()[:20]}"
