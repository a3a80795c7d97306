"""The ledger (現金出納の帳簿): each movement of money as a line that never changes, and the closing (締め) of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.contents import OfficerId, PaidBy


class Movement(StrEnum):
    """Why money moved."""

    CAPTURE = "capture"
    """The provider took it from a card."""
    DESK = "desk"
    REFUND = "refund"
    """An officer gave back a part or all."""
    RETURN = "return"
    """What came for a decision that no longer stands goes back by itself."""
    CORRECTION = "correction"
    """A cashier puts an earlier line right; nothing of that line changes."""


class FeeItem(StrEnum):
    """What was paid for, without the words of the fee decision, which officers type."""

    CERTIFICATE = "certificate"
    CHARGE = "charge"
    POSTAGE = "postage"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A movement before it is entered. yen: below zero for money that leaves. at: when it moved, aware UTC."""

    movement: Movement
    method: PaidBy
    item: FeeItem
    yen: int
    at: datetime
    attempt: str | None = None
    """The attempt key, where the provider moved it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line. `day` is the day of the books (Japan) in which it counts; `at` when the money moved.

    id: `{case}:{event number}:{place}`, or the id a cashier's form chose. reference: 受付番号, empty for a correction.
    """

    id: str
    day: date
    department: str
    procedure: str
    reference: str
    movement: Movement
    method: PaidBy
    item: FeeItem
    yen: int
    at: datetime
    attempt: str | None = None
    officer: OfficerId | None = None
    reason: str | None = None
    """Of a correction: one of `services.books.CORRECTION_REASONS`."""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What does not agree. where: cash, cashless, online, or an attempt key. yen: counted or told, less the books."""

    where: str
    yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The closing of a department's day. Written once; nothing of the day changes after it.

    lines: how many lines the day had. counted: what was in the drawer, told by the terminal, told by the provider.
    """

    department: str
    day: date
    lines: int
    totals: Mapping[PaidBy, int]
    counted: Mapping[PaidBy, int]
    differences: tuple[Difference, ...] = ()
    words: str = ""
    """Why there is a difference."""
    by: OfficerId
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDay:
    """A department's day: how many lines, how much by method, and its closing."""

    department: str
    day: date
    lines: int = 0
    totals: Mapping[PaidBy, int] = field(default_factory=dict)
    closing: Closing | None = None

    @property
    def yen(self) -> int:
        """What came in on the day, less what left."""
        return sum(self.totals.values())


def by_method(lines: Sequence[LedgerLine]) -> dict[PaidBy, int]:
    """Yen by method; every method is named."""
    return {method: sum(line.yen for line in lines if line.method is method) for method in PaidBy}


def spread(yen: int, over: Sequence[tuple[FeeItem, int]]) -> tuple[tuple[FeeItem, int], ...]:
    """`yen` shared out over items in proportion to their amounts, to the yen; all of it gives the amounts themselves.

    over: amounts whose sum is above zero and at least `yen`; a reduction among them is below zero.
    """
    total = sum(amount for _, amount in over)
    shares = [amount * yen // total for _, amount in over]
    left = yen - sum(shares)
    return tuple((item, share + (1 if place < left else 0))
                 for place, ((item, _), share) in enumerate(zip(over, shares, strict=True)))
