"""The few words in which residents see where their application stands."""

from enum import StrEnum

from content.vocabulary.fact import Frozen, Words


class PublicStatus(StrEnum):
    """About eight states for residents; functions map their own states onto these in one table."""

    DRAFT = "draft"
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    NEEDS_YOU = "needs_you"
    TO_PAY = "to_pay"
    PREPARING = "preparing"
    SENT = "sent"
    DONE = "done"
    ENDED = "ended"


class StatusWords(Frozen):
    """What residents read for one status: its name, what happens now, and whose turn it is."""

    status: PublicStatus
    name: Words
    now: Words
    turn: Words
