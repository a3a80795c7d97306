"""What waited is sent once the network is back: in order, once each, and with a word to the staff when it cannot be."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_agent.desk import Filed, Filing, Left, Offline
from kiosk_agent.queue import Outgoing, sealing_key
from kiosk_agent.sync import DELAYS, Line, Sync
from tests.fakes.office import FakeOffice
from tests.fakes.world import FRIDAY_NOON, FakeClock
from tests.kiosk_agent.test_queue import HANAKO, a_filing


class Counter:
    """A queue, an office, and what sends from one to the other; the clock is the test's."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(FRIDAY_NOON + timedelta(hours=1))
        self.outgoing = Outgoing(folder / "queue", sealing_key(folder / "keys"))
        self.office = FakeOffice(clock=lambda: self.clock.now)
        self.sync = Sync(self.office, self.outgoing, clock=self.clock, condition=lambda: {"reader": "ok"})

    def files(self, *numbers: int) -> None:
        """So many people finish."""
        for number in numbers:
            self.outgoing.put(a_filing(number))

    def line(self) -> Line:
        """As the staff see it."""
        return self.sync.standing.line

    def goes_on_for(self, **time_: float) -> int:
        """Turns for that long, each as late as the one before asked; returns how many."""
        until, turns = self.clock.now + timedelta(**time_), 0
        while self.clock.now < until:
            self.clock.now += timedelta(seconds=max(self.sync.turn(), 0.001))
            turns += 1
        return turns


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A counter with an empty queue and an open line."""
    made = Counter(tmp_path)
    yield made
    made.outgoing.close()


def test_what_waits_goes_to_the_office_in_the_order_in_which_people_finished(counter: Counter) -> None:
    counter.files(2, 1, 3)
    counter.sync.turn()
    assert counter.office.heard == [a_filing(n).id for n in (2, 1, 3)]
    assert counter.outgoing.waiting() == 0
    assert counter.line() is Line.OPEN


def test_what_the_office_took_without_a_word_of_it_reaching_the_person_is_taken_back(counter: Counter) -> None:
    counter.office.answers_lost = 1
    with pytest.raises(Offline):
        counter.office.file(a_filing(1))
    counter.outgoing.leave(Left(a_filing(1).id, counter.clock.now), counter.clock.now + timedelta(minutes=1))
    counter.goes_on_for(seconds=30)
    assert counter.office.withdrawn == []
    counter.goes_on_for(minutes=2)
    assert (counter.office.withdrawn, counter.outgoing.waiting()) == ([a_filing(1).id], 0)


def test_what_never_reached_the_office_needs_no_taking_back(counter: Counter) -> None:
    counter.outgoing.leave(Left(a_filing(1).id, counter.clock.now), counter.clock.now)
    counter.sync.turn()
    assert (counter.office.withdrawn, counter.outgoing.waiting(), counter.outgoing.refused_count()) == ([], 0, 0)


def test_half_an_hour_without_a_network_loses_nothing_and_asks_seldom(counter: Counter) -> None:
    counter.office.away = True
    counter.files(1, 2, 3)
    turns = counter.goes_on_for(minutes=30)
    assert (counter.line(), counter.outgoing.waiting()) == (Line.OFFLINE, 3)
    assert turns < 40
    counter.office.away = False
    counter.goes_on_for(minutes=1)
    assert (counter.line(), len(counter.office.cases), counter.outgoing.waiting()) == (Line.OPEN, 3, 0)


def test_the_waiting_grows_with_each_failure_and_begins_anew_after_a_success(counter: Counter) -> None:
    counter.office.away = True
    assert [counter.sync.turn() for _ in range(len(DELAYS) + 2)] == [*DELAYS, DELAYS[-1], DELAYS[-1]]
    counter.office.away = False
    counter.sync.turn()
    counter.clock.pass_(minutes=1)
    counter.office.away = True
    assert counter.sync.turn() == DELAYS[0]


def test_an_answer_that_was_lost_makes_no_second_case(counter: Counter) -> None:
    counter.sync.turn()
    counter.files(1, 2)
    counter.office.answers_lost = 3
    counter.goes_on_for(minutes=2)
    assert counter.office.heard.count(a_filing(1).id) > 1
    assert list(counter.office.cases) == [a_filing(1).id, a_filing(2).id]
    assert counter.outgoing.waiting() == 0


def test_what_the_office_refuses_waits_for_an_officer_and_holds_nobody_up(counter: Counter) -> None:
    counter.office.refuses[a_filing(1).id] = "unknown-version"
    counter.files(1, 2)
    counter.goes_on_for(minutes=10)
    assert list(counter.office.cases) == [a_filing(2).id]
    assert counter.office.heard.count(a_filing(1).id) == 1
    assert [(one.case_code, one.refused) for one in counter.outgoing.listed()] == [("K7M2-0001", "unknown-version")]


def test_a_line_that_loses_every_third_answer_is_soon_done_with_a_long_queue(counter: Counter) -> None:
    counter.files(*range(1, 101))
    calls = itertools.count()
    counter.office.while_asked = lambda: setattr(counter.office, "answers_lost", int(next(calls) % 3 == 2))
    counter.goes_on_for(minutes=5)
    assert (len(counter.office.cases), counter.outgoing.waiting()) == (100, 0)


def test_one_filing_at_which_the_office_breaks_down_holds_nobody_up_for_long(counter: Counter) -> None:
    class Breaks(FakeOffice):
        """Answers everything but 花子's first."""

        def file(self, filing: Filing) -> Filed:
            if filing.id == a_filing(1).id:
                raise Offline
            return super().file(filing)

    office = Breaks(clock=lambda: counter.clock.now)
    counter.sync = Sync(office, counter.outgoing, clock=counter.clock)
    counter.files(1, 2)
    counter.goes_on_for(minutes=1)
    assert (list(office.cases), counter.outgoing.waiting()) == ([a_filing(2).id], 1)


def test_a_busy_office_is_asked_again_a_minute_later(counter: Counter) -> None:
    counter.office.refuses[a_filing(1).id] = "too-many"
    counter.files(1)
    counter.sync.turn()
    assert (counter.outgoing.waiting(), counter.outgoing.refused_count()) == (1, 0)
    counter.office.refuses.clear()
    counter.goes_on_for(minutes=2)
    assert list(counter.office.cases) == [a_filing(1).id]


def test_a_kiosk_whose_trust_was_withdrawn_sends_nothing_more_and_says_so(counter: Counter) -> None:
    counter.office.trusts = False
    counter.files(1)
    turns = counter.goes_on_for(hours=1)
    assert (counter.line(), counter.office.heard, counter.outgoing.waiting()) == (Line.NOT_TRUSTED, [], 1)
    assert turns <= 7


def test_after_it_was_enrolled_again_the_kiosk_sends_what_waited(counter: Counter) -> None:
    counter.office.trusts = False
    counter.files(1)
    counter.sync.turn()
    counter.office.trusts = True
    counter.sync.trusted_again()
    counter.sync.turn()
    assert (counter.line(), list(counter.office.cases)) == (Line.OPEN, [a_filing(1).id])


def test_trust_withdrawn_between_two_filings_leaves_the_second_in_the_queue(counter: Counter) -> None:
    counter.files(1, 2)
    calls = iter([True, True, False])  # the report and the first filing are heard

    def withdrawn() -> None:
        counter.office.trusts = next(calls, False)

    counter.office.while_asked = withdrawn
    counter.sync.turn()
    assert (counter.line(), list(counter.office.cases), counter.outgoing.waiting()) == (Line.NOT_TRUSTED, [a_filing(1).id], 1)


def test_the_office_hears_each_minute_how_many_wait_and_since_when(counter: Counter) -> None:
    counter.goes_on_for(minutes=10)
    assert 10 <= len(counter.office.reports) <= 11
    counter.office.refuses[a_filing(1).id] = "unknown-version"
    counter.files(1)
    counter.office.refuses[a_filing(2).id] = "too-many"
    counter.files(2)
    counter.goes_on_for(minutes=2)
    report = counter.office.reports[-1]
    assert (report["unsynced"], report["refused"], report["reader"]) == (1, 1, "ok")
    assert report["oldestUnsynced"] == "2026-11-20T03:02:00Z"


def test_a_report_names_nobody(counter: Counter) -> None:
    counter.files(1)
    counter.sync.turn()
    assert all(personal not in repr(counter.office.reports) for personal in (HANAKO, "十町", "1985", "K7M2"))


@pytest.mark.parametrize(("off", "wrong"), [(-120, True), (-59, False), (0, False), (45, False), (61, True), (86_400, True)])
def test_a_clock_that_is_off_by_more_than_a_minute_is_told(counter: Counter, off: int, wrong: bool) -> None:
    counter.office.clock = lambda: counter.clock.now + timedelta(seconds=off)
    counter.sync.turn()
    assert counter.sync.standing.clock_is_wrong is wrong


class ClockWrong(Offline):
    """As the client tells it: the office takes no signature of a clock that is so far off."""

    office = FRIDAY_NOON


def test_an_office_that_takes_nothing_because_of_the_clock_is_told_as_a_wrong_clock(counter: Counter) -> None:
    def refused() -> None:
        raise ClockWrong

    counter.files(1)
    counter.office.while_asked = refused
    counter.sync.turn()
    assert (counter.sync.standing.clock_off, counter.sync.standing.clock_is_wrong) == (timedelta(hours=-1), True)
    assert counter.outgoing.waiting() == 1


def test_a_slow_line_is_not_taken_for_a_wrong_clock(counter: Counter) -> None:
    counter.office.while_asked = lambda: counter.clock.pass_(seconds=50)
    counter.sync.turn()
    assert not counter.sync.standing.clock_is_wrong


def test_a_clock_that_was_set_back_by_a_day_silences_no_report(counter: Counter) -> None:
    counter.sync.turn()
    counter.clock.pass_(days=-1)
    counter.sync.turn()
    assert len(counter.office.reports) == 2


class BrokenClient(FakeOffice):
    """A client with a fault of its own, at one filing only."""

    def file(self, filing: Filing) -> Filed:
        """Breaks at 花子's first."""
        if filing.id == a_filing(1).id:
            raise KeyError(filing.applicant["fullName"])
        return super().file(filing)


def test_a_filing_that_breaks_the_client_holds_nobody_up_and_names_nobody_in_the_log(
        tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    counter = Counter(tmp_path)
    counter.office = BrokenClient(clock=lambda: counter.clock.now)
    counter.sync = Sync(counter.office, counter.outgoing, clock=counter.clock)
    counter.files(1, 2)
    with caplog.at_level(logging.DEBUG):
        counter.sync.turn()
    assert list(counter.office.cases) == [a_filing(2).id]
    assert counter.outgoing.waiting() == 1
    assert "KeyError" in caplog.text
    assert HANAKO not in caplog.text
    counter.outgoing.close()


def test_the_thread_sends_at_once_when_nudged_and_ends_when_told(counter: Counter) -> None:
    sent = threading.Event()
    counter.sync.start()
    wait_until(lambda: counter.line() is Line.OPEN)
    counter.files(1)
    counter.office.while_asked = sent.set
    counter.sync.nudge()
    assert sent.wait(2.0)
    assert counter.sync.stop(2.0)
    assert list(counter.office.cases) == [a_filing(1).id]


def test_the_thread_sleeps_when_there_is_nothing_to_do(counter: Counter) -> None:
    asked: list[float] = []
    counter.office.while_asked = lambda: asked.append(time.monotonic())
    counter.sync.start()
    wait_until(lambda: counter.line() is Line.OPEN)
    time.sleep(0.3)
    assert len(asked) == 1
    assert counter.sync.stop(2.0)


def test_the_thread_ends_only_after_the_call_that_is_under_way(counter: Counter) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        under_way.set()
        go_on.wait(5.0)

    counter.files(1)
    counter.office.while_asked = slow
    counter.sync.start()
    assert under_way.wait(2.0)
    assert not counter.sync.stop(0.05)
    go_on.set()
    assert counter.sync.stop(2.0)
    assert counter.outgoing.waiting() + len(counter.office.cases) == 1


def wait_until(so: Callable[[], bool], seconds: float = 3.0) -> None:
    """Until it is so."""
    until = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < until, "never came to be"
        time.sleep(0.005)
