"""Open or shut, to the minute: weekdays, holidays, the turn of the year, and both sides of each edge."""

from datetime import date, datetime, timedelta

import pytest

from content.rules import opening
from content.rules.opening import JAPAN
from content.vocabulary.opening import Closure
from tests.fakes.world import ibusuki

HALL = ibusuki().offices[0].opening
KONBINI = ibusuki().channel("konbini").opening
assert KONBINI is not None


def japan(text: str) -> datetime:
    """A moment in Japan."""
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


@pytest.mark.parametrize(("moment", "is_open"), [
    ("2026-11-20T08:29:59", False), ("2026-11-20T08:30", True), ("2026-11-20T17:14:59", True), ("2026-11-20T17:15", False),
    ("2026-11-21T10:00", False),  # Saturday
    ("2026-11-23T10:00", False),  # 勤労感謝の日, a Monday
    ("2026-12-28T10:00", True), ("2026-12-29T10:00", False), ("2027-01-04T10:00", True),
    ("2026-05-06T10:00", False),  # 振替休日
])
def test_city_hall(moment: str, is_open: bool) -> None:
    assert opening.at(HALL, japan(moment)).is_open is is_open


@pytest.mark.parametrize(("moment", "is_open"), [
    ("2026-11-23T06:29", False), ("2026-11-23T06:30", True), ("2026-11-23T22:59", True), ("2026-11-23T23:00", False),
    ("2026-12-28T22:59", True), ("2026-12-29T12:00", False), ("2027-01-03T22:59", False), ("2027-01-04T06:30", True),
])
def test_konbini(moment: str, is_open: bool) -> None:
    assert KONBINI is not None
    assert opening.at(KONBINI, japan(moment)).is_open is is_open


def test_friday_evening_the_hall_opens_next_on_tuesday_after_a_holiday_monday() -> None:
    assert opening.at(HALL, japan("2026-11-20T18:00")).opens == japan("2026-11-24T08:30")


def test_on_new_years_eve_the_konbini_opens_next_on_the_fourth() -> None:
    assert KONBINI is not None
    shut = opening.at(KONBINI, japan("2026-12-31T12:00"))
    assert shut.opens == japan("2027-01-04T06:30")
    assert shut.reason == "年末年始のお休み"


def test_a_moment_in_another_time_zone_is_the_same_moment() -> None:
    moment = japan("2026-11-20T09:00")
    assert opening.at(HALL, moment.astimezone(None)) == opening.at(HALL, moment)


def test_a_dated_stop_closes_the_day_with_its_reason() -> None:
    stop = Closure(first=date(2026, 11, 20), last=date(2026, 11, 20), reason="機械の点検")
    stopped = HALL.model_copy(update={"closures": (stop,)})
    assert opening.at(stopped, japan("2026-11-20T10:00")).reason == "機械の点検"


def test_for_every_hour_of_a_year_shut_means_a_next_opening_that_is_open() -> None:
    for rule in (HALL, KONBINI):
        assert rule is not None
        moment = japan("2026-11-20T00:00")
        for _ in range(0, 365 * 24, 7):
            moment += timedelta(hours=7)
            now = opening.at(rule, moment)
            if now.is_open:
                assert now.closes is not None
                assert now.closes > moment
                assert not opening.at(rule, now.closes).is_open
            else:
                assert now.opens is not None
                assert now.opens > moment
                assert opening.at(rule, now.opens).is_open
