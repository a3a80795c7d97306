"""Opening hours in words, and the dates that the browser reckons with."""

from datetime import date, time

import pytest

from content.catalogue import Catalogue
from content.vocabulary.opening import Closure, Hours, OpeningRule, Weekday, YearlySpan
from navi_site import hours

ALL = tuple(Weekday)
DAY = (time(8, 30), time(17, 15))


def a_rule(days: tuple[Weekday, ...] = ALL, **more: object) -> OpeningRule:
    return OpeningRule.model_validate({
        "hours": (Hours(days=days, opens=DAY[0], closes=DAY[1]),), "source": "試験", "checked_on": date(2026, 11, 20), **more})


@pytest.mark.parametrize(("days", "words"), [
    (ALL, "毎日 8:30〜17:15"),
    (ALL[:5], "月〜金曜日 8:30〜17:15"),
    ((Weekday.TUE, Weekday.THU), "火・木曜日 8:30〜17:15"),
    ((Weekday.SAT, Weekday.SUN), "土・日曜日 8:30〜17:15"),
])
def test_days_are_said_as_people_say_them(catalogue: Catalogue, days: tuple[Weekday, ...], words: str) -> None:
    assert hours.in_words(catalogue, a_rule(days)) == words


def test_closed_days_follow_in_brackets(catalogue: Catalogue) -> None:
    rule = a_rule(ALL[:5], closed_on_holidays=True, closed_each_year=(YearlySpan(first="12-29", last="01-03"),))
    assert hours.in_words(catalogue, rule) == "月〜金曜日 8:30〜17:15（祝日、12月29日〜1月3日は休み）"


def test_a_coming_stop_is_told_and_a_past_one_is_not(catalogue: Catalogue) -> None:
    rule = a_rule(closures=(
        Closure(first=date(2026, 11, 25), last=date(2026, 11, 26), reason="機械の点検"),
        Closure(first=date(2026, 10, 1), last=date(2026, 10, 1), reason="停電"),
    ))
    line = hours.line(catalogue, rule, ("office:x",), date(2026, 11, 20))
    assert line.coming == ("11月25日（水）〜11月26日（木）は、機械の点検のためお休みです。",)


def test_the_book_knows_the_closed_days_of_the_coming_fourteen_months(catalogue: Catalogue) -> None:
    book = hours.book(catalogue, date(2026, 11, 20))
    assert (book["first"], book["last"]) == ("2026-11-01", "2028-01-05")
    rules = book["rules"]
    assert isinstance(rules, dict)
    closed = rules["office:ibusuki"]["closed"]
    assert closed["2026-11-23"] == "祝日のお休み"
    assert closed["2026-12-29"] == "年末年始のお休み"
    assert closed["2027-01-11"] == "祝日のお休み"
    assert "2026-11-24" not in closed
    assert "2026-11-23" not in rules["channel:konbini"]["closed"]
    assert rules["channel:konbini"]["week"] == [[[390, 1380]]] * 7
