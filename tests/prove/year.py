"""A whole year, minute by minute: whether what a browser works out from hours.json is what the rules say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from content.catalogue import Catalogue
from content.rules import opening
from content.vocabulary.opening import OpeningRule
from navi_site import hours

MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Sweep:
    """minutes: how many moments of how many rules were compared; wrong: at how many they differ."""

    rules: int
    minutes: int
    wrong: int


def sweep(catalogue: Catalogue, first: date, days: int = 365) -> Sweep:
    """Compare every minute of every rule. The book is the one a site built on the first day sends."""
    book: Mapping[str, Any] = hours.book(catalogue, first)
    rules: dict[str, OpeningRule] = {hours.office_key(o.id): o.opening for o in catalogue.offices}
    rules |= {hours.channel_key(c.id): c.opening for c in catalogue.channels if c.opening is not None}
    wrong = 0
    for key, rule in rules.items():
        for ahead in range(days):
            day = first + timedelta(days=ahead)
            wrong += sum(a != b for a, b in zip(_by_rule(rule, day), _by_book(book["rules"][key], day), strict=True))
    return Sweep(len(rules), len(rules) * days * MINUTES, wrong)


def _by_rule(rule: OpeningRule, day: date) -> list[bool]:
    stretches = opening.hours_of(rule, day)
    return [any(opens <= at < closes for opens, closes in stretches) for at in _moments()]


def _by_book(told: Mapping[str, Any], day: date) -> list[bool]:
    """As assets/script/hours.js does it: a closed day first, then the weekday's stretches in minutes."""
    if day.isoformat() in told["closed"]:
        return [False] * MINUTES
    return [any(opens <= minute < closes for opens, closes in told["week"][day.weekday()]) for minute in range(MINUTES)]


def _moments() -> list[time]:
    return [time(minute // 60, minute % 60) for minute in range(MINUTES)]
