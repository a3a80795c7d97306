"""What the ledger and the list of tasks must do; the memory ones and the DynamoDB ones are held to the same sentences."""

import secrets
import threading
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.application import Event, State
from chalicelib.domain.contents import OfficerId, PaidBy
from chalicelib.domain.errors import AlreadyThere, DayClosed, NotFound, Stale
from chalicelib.domain.ledger import BookDay, Closing, FeeItem, LedgerLine, Movement
from chalicelib.domain.ports import Applications, Books, Tasks
from chalicelib.domain.task import Task, TaskKind, task_id
from tests.fakes.store import MemoryStore
from tests.fakes.world import FRIDAY_NOON
from tests.functions.adapters.test_store_port import a_first, the_next

FRIDAY = date(2026, 11, 20)
TANAKA = OfficerId("staff-tanaka")


@dataclass(frozen=True)
class Store:
    """The three ports of one store."""

    cases: Applications
    books: Books
    tasks: Tasks


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        memory = MemoryStore()
        return Store(cases=memory, books=memory.books, tasks=memory.tasks)
    url = request.getfixturevalue("store_url")
    from pynamodb.connection import Connection

    from chalicelib.adapters.books_table import TableBooks
    from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
    from chalicelib.adapters.cases_table import TableApplications
    from chalicelib.adapters.tasks_table import TableTasks

    (tmp_path / "key").write_bytes(secrets.token_bytes(32))
    muni = f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}"
    connection = Connection(host=url)
    return Store(cases=TableApplications(muni, CaseKeys(FileWrapper(tmp_path / "key")), connection),
                 books=TableBooks(muni, connection), tasks=TableTasks(muni, connection))


def a_line(**changes: Any) -> LedgerLine:
    """300 yen in cash for a certificate."""
    line = LedgerLine(id=f"{uuid.uuid4()}:7:0", day=FRIDAY, department="shimin", procedure="juminhyo", reference="ABCD-EFGH-JKLM",
                      movement=Movement.DESK, method=PaidBy.CASH, item=FeeItem.CERTIFICATE, yen=300, at=FRIDAY_NOON)
    return replace(line, **changes)


def a_closing(book: BookDay, **changes: Any) -> Closing:
    """The closing of a day as it stands."""
    closing = Closing(department=book.department, day=book.day, lines=book.lines, totals=book.totals, counted=book.totals,
                      by=TANAKA, by_name="田中 久美", at=FRIDAY_NOON)
    return replace(closing, **changes)


def a_task(**changes: Any) -> Task:
    """A mail that came back."""
    task = Task(id=task_id(TaskKind.MAIL_BOUNCED, str(uuid.uuid4())), kind=TaskKind.MAIL_BOUNCED, department="shimin", case=None,
                opened_at=FRIDAY_NOON, detail={"sort": "permanent"})
    return replace(task, **changes)


def test_lines_come_back_as_they_were_entered_in_the_order_in_which_the_money_moved(store: Store) -> None:
    later = a_line(at=FRIDAY_NOON + timedelta(hours=1), method=PaidBy.ONLINE, yen=-410, attempt="m462101-x-f1-a1")
    sooner, tax = a_line(), a_line(department="zeimu")
    for line in (later, sooner, tax, a_line(day=FRIDAY + timedelta(days=1))):
        store.books.enter(line)
    assert store.books.lines(FRIDAY, "shimin") == (sooner, later)
    assert set(store.books.lines(FRIDAY)) == {sooner, later, tax}


def test_a_day_adds_up_by_method(store: Store) -> None:
    for line in (a_line(), a_line(yen=110, item=FeeItem.POSTAGE), a_line(method=PaidBy.ONLINE, yen=410), a_line(yen=-100)):
        store.books.enter(line)
    book = store.books.day("shimin", FRIDAY)
    assert (book.lines, book.totals[PaidBy.CASH], book.totals[PaidBy.ONLINE], book.yen) == (4, 310, 410, 720)
    assert store.books.days("shimin", "2026-11") == (book,)
    assert store.books.days("shimin", "2026-12") == ()


def test_the_same_line_twice_counts_once(store: Store) -> None:
    line = a_line()
    store.books.enter(line)
    with pytest.raises(AlreadyThere):
        store.books.enter(line)
    assert store.books.day("shimin", FRIDAY).yen == 300


def test_the_line_of_an_event_is_written_with_the_event_or_not_at_all(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    paid, happened = the_next(case, Event.PAY_AT_DESK, State.READY_TO_ISSUE)
    store.cases.write(paid, happened, ledger=[a_line(), a_line(yen=110)])
    with pytest.raises(Stale):
        store.cases.write(paid, happened, ledger=[a_line()])
    assert store.books.day("shimin", FRIDAY).yen == 410
    assert len(store.books.lines(FRIDAY)) == 2


def test_no_money_gets_into_a_closed_day_and_the_event_is_not_written_either(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    store.books.enter(a_line())
    store.books.close(a_closing(store.books.day("shimin", FRIDAY)))
    closed = store.books.day("shimin", FRIDAY)
    with pytest.raises(DayClosed):
        store.cases.write(*the_next(case), ledger=[a_line()])
    with pytest.raises(DayClosed):
        store.books.enter(a_line())
    assert store.books.day("shimin", FRIDAY) == closed
    assert len(store.cases.history(case.id)) == 1
    store.books.enter(a_line(department="zeimu"))


def test_a_day_is_closed_once(store: Store) -> None:
    closing = a_closing(store.books.day("shimin", FRIDAY))
    store.books.close(closing)
    with pytest.raises(Stale):
        store.books.close(closing)
    assert store.books.day("shimin", FRIDAY).closing == closing


def test_a_day_that_got_another_line_meanwhile_is_not_closed(store: Store) -> None:
    seen = a_closing(store.books.day("shimin", FRIDAY))
    store.books.enter(a_line())
    with pytest.raises(Stale):
        store.books.close(seen, task=a_task())
    assert store.books.day("shimin", FRIDAY).closing is None
    assert store.tasks.open("shimin") == ()


def test_of_lines_and_a_closing_at_the_same_moment_none_is_lost_and_none_comes_after(store: Store) -> None:
    results: list[str] = []

    def enter() -> None:
        try:
            store.books.enter(a_line())
            results.append("in")
        except (DayClosed, AlreadyThere):
            results.append("late")

    def close() -> None:
        try:
            store.books.close(a_closing(store.books.day("shimin", FRIDAY)))
        except Stale:
            results.append("stale")

    racers = [threading.Thread(target=one) for one in (enter, close, enter, enter, close, enter)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    book = store.books.day("shimin", FRIDAY)
    assert len(store.books.lines(FRIDAY)) == book.lines == results.count("in")
    assert book.closing is None or book.closing.lines == book.lines


def test_the_same_finding_is_one_task_also_after_it_was_done(store: Store) -> None:
    task = a_task()
    for _ in range(2):
        store.tasks.put(task)
    assert store.tasks.open("shimin") == (task,)
    store.tasks.done(task, by=TANAKA, name="田中 久美", at=FRIDAY_NOON)
    store.tasks.put(task)
    assert store.tasks.open("shimin") == ()
    assert store.tasks.get("shimin", task.id).done_by_name == "田中 久美"
    with pytest.raises(Stale):
        store.tasks.done(task, by=TANAKA, name="田中 久美", at=FRIDAY_NOON)


def test_a_department_sees_its_own_tasks_the_oldest_first(store: Store) -> None:
    young, old = a_task(opened_at=FRIDAY_NOON + timedelta(hours=1)), a_task()
    tax, nobody = a_task(department="zeimu"), a_task(department=None)
    for task in (young, old, tax, nobody):
        store.tasks.put(task)
    assert store.tasks.open("shimin") == (old, young)
    assert store.tasks.open(None) == (nobody,)
    with pytest.raises(NotFound):
        store.tasks.get("shimin", tax.id)


def test_a_closing_with_a_difference_brings_its_task_along(store: Store) -> None:
    task = a_task(kind=TaskKind.DAY_DIFFERS)
    store.books.close(a_closing(store.books.day("shimin", FRIDAY)), task=task)
    assert store.tasks.open("shimin") == (task,)


def test_lines_that_come_at_the_same_moment_all_get_in(store: Store) -> None:
    racers = [threading.Thread(target=store.books.enter, args=(a_line(),)) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert store.books.day("shimin", FRIDAY).yen == 8 * 300
    assert len(store.books.lines(FRIDAY)) == 8
