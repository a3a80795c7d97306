"""The books (帳簿) of a department: totals of a day, its closing, and corrections. A closed day never changes again."""

import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import AlreadyThere, DayClosed, FormFaulty, NotAllowed, Stale
from chalicelib.domain.ledger import BookDay, Closing, Difference, FeeItem, LedgerLine, Movement, by_method
from chalicelib.domain.task import Task, TaskKind, task_id
from chalicelib.services import ledger
from chalicelib.services.desk_money import CASHIERS
from chalicelib.services.officers import Officer, Role
from chalicelib.services.online_check import OnlineCheck, online_check
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN

READS = frozenset({Role.CASHIER, Role.HEAD, Role.AUDITOR})
DENOMINATIONS = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1)
"""Notes and coins of the yen."""
CORRECTION_REASONS = ("miscounted", "wrong_method", "wrong_item", "refund_failed", "other")
WORDS_MOST = 300
YEN_MOST = 100_000_000
"""More in one drawer or one correction is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Total:
    """Yen of one fee item by one method, and how many lines."""

    item: FeeItem
    method: PaidBy
    yen: int
    lines: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A day held against what was counted. differences: of drawer, terminal and provider, the provider's by attempt."""

    day: BookDay
    counted: Mapping[PaidBy, int]
    differences: tuple[Difference, ...]


def today(parts: Parts) -> date:
    """The present day in Japan."""
    return parts.clock().astimezone(JAPAN).date()


def month_of(parts: Parts, officer: Officer, month: str) -> Sequence[BookDay]:
    """The days of a month that have money or a closing. One query. Raises NotAllowed."""
    _need(officer, READS)
    return parts.books.days(officer.department, month)


def day_of(parts: Parts, officer: Officer, day: date) -> tuple[BookDay, Sequence[LedgerLine]]:
    """A day and its lines. One read, one query. Raises NotAllowed."""
    _need(officer, READS)
    return parts.books.day(officer.department, day), parts.books.lines(day, officer.department)


def totals(lines: Sequence[LedgerLine]) -> tuple[Total, ...]:
    """By fee item and method, without those that have no line."""
    pairs = ((item, method, [one for one in lines if one.item is item and one.method is method])
             for item in FeeItem for method in PaidBy)
    return tuple(Total(item, method, sum(one.yen for one in some), len(some)) for item, method, some in pairs if some)


def counted_yen(pieces: Mapping[int, int]) -> int:
    """The yen of so many pieces of each denomination. Raises FormFaulty for a piece there is not, or fewer than none."""
    if any(value not in DENOMINATIONS or number < 0 for value, number in pieces.items()):
        raise FormFaulty("pieces")
    return sum(value * number for value, number in pieces.items())


def check_day(parts: Parts, officer: Officer, day: date, *, cash: int, terminal: int) -> Checked:
    """Hold the day against drawer, terminal and provider. Raises NotAllowed, FormFaulty, Stale (closed), ProviderDown."""
    _need(officer, CASHIERS)
    if day > today(parts) or max(abs(cash), abs(terminal)) > YEN_MOST:
        raise FormFaulty("day")
    book = parts.books.day(officer.department, day)
    if book.closing is not None:
        raise Stale("closed already")
    online = online_check(parts, officer.department, day)
    return Checked(book, _counted(book, cash, terminal, online), _differences(book, cash, terminal, online))


def close_day(parts: Parts, officer: Officer, day: date, *, lines: int, cash: int, terminal: int, words: str = "") -> Closing:
    """Close the day for ever. terminal: its own total. cash: counted in the drawer, less the change it started with; below
    zero where more was given back than taken.

    lines: how many the cashier saw; Stale when there are more now. A difference must be explained, or FormFaulty; the head
    gets a task of it. Money that comes later for this day counts in the next open one.
    """
    checked = check_day(parts, officer, day, cash=cash, terminal=terminal)
    if checked.day.lines != lines:
        raise Stale("another line came")
    if len(words) > WORDS_MOST or (checked.differences and not words.strip()):
        raise FormFaulty("words")
    closing = Closing(department=officer.department, day=day, lines=lines, totals=checked.day.totals or by_method(()),
                      counted=checked.counted, differences=checked.differences, words=words.strip(), by=officer.id,
                      by_name=officer.name, at=parts.clock())
    parts.books.close(closing, task=_task(closing) if closing.differences else None)
    return closing


def correct(parts: Parts, officer: Officer, day: date, *, id: str, method: PaidBy, item: FeeItem, yen: int, reason: str,
            words: str = "") -> LedgerLine:
    """Enter a correction of a day that may be closed: a new line, in the first open day from then on.

    id: a UUID that the form chose, so that a second press enters nothing. Raises NotAllowed, FormFaulty.
    """
    _need(officer, CASHIERS)
    if not yen or abs(yen) > YEN_MOST or reason not in CORRECTION_REASONS or day > today(parts):
        raise FormFaulty("correction")
    if len(words) > WORDS_MOST or (reason == "other" and not words.strip()):
        raise FormFaulty("words")
    at = parts.clock()
    while True:
        line = _correction(parts, officer, day, id, at, method=method, item=item, yen=yen, reason=reason, words=words.strip())
        try:
            parts.books.enter(line)
        except DayClosed:
            continue  # closed at this moment: the next day is open
        except AlreadyThere:
            pass
        return line


def _correction(parts: Parts, officer: Officer, day: date, id: str, at: datetime, *, method: PaidBy, item: FeeItem, yen: int,
                reason: str, words: str) -> LedgerLine:
    try:
        chosen = str(uuid.UUID(id))
    except ValueError:
        raise FormFaulty("id") from None
    open_day = ledger.first_open(parts, officer.department, day)
    return LedgerLine(id=f"correction:{chosen}", day=open_day, department=officer.department, procedure="", reference="",
                      movement=Movement.CORRECTION, method=method, item=item, yen=yen, at=at, officer=officer.id,
                      reason=reason, words=words)


def yen_typed(text: str) -> int | None:
    """An amount as a cashier types it: full-width signs, commas and a minus are fine; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("円", "").replace("▲", "-").replace("−", "-").strip()
    digits = plain.removeprefix("-")
    return int(plain) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def _counted(book: BookDay, cash: int, terminal: int, online: OnlineCheck) -> Mapping[PaidBy, int]:
    captured_or_back = book.totals.get(PaidBy.ONLINE, 0) + sum(one.yen for one in online.differences)
    return {PaidBy.ONLINE: captured_or_back, PaidBy.CASH: cash, PaidBy.CASHLESS: terminal}


def _differences(book: BookDay, cash: int, terminal: int, online: OnlineCheck) -> tuple[Difference, ...]:
    at_desk = ((PaidBy.CASH, cash), (PaidBy.CASHLESS, terminal))
    wrong = [Difference(where=str(method), yen=told - book.totals.get(method, 0)) for method, told in at_desk
             if told != book.totals.get(method, 0)]
    return (*wrong, *online.differences)


def _task(closing: Closing) -> Task:
    day = closing.day.isoformat()
    return Task(id=task_id(TaskKind.DAY_DIFFERS, closing.department, day), kind=TaskKind.DAY_DIFFERS,
                department=closing.department, case=None, opened_at=closing.at,
                detail={"day": day, "yen": str(sum(one.yen for one in closing.differences))})


def _need(officer: Officer, roles: frozenset[Role]) -> None:
    if not officer.is_one_of(roles):
        raise NotAllowed("role")
