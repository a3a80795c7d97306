"""The slides of the idle screen as they read today. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from content.catalogue import Catalogue
from content.rules.opening import JAPAN, closed_all_day, hours_of
from content.vocabulary.opening import OpeningRule

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Shown:
    """One slide with today's lines."""

    title: str
    text: str
    lines: tuple[str, ...]
    sample: bool


def slides(catalogue: Catalogue, moment: datetime) -> tuple[Shown, ...]:
    """All of them, in the order of signage.yml. moment: aware; the day is Japan's."""
    return tuple(Shown(one.title, one.text or "", tuple(_hours(catalogue, one.hours_of, moment)), one.sample)
                 for one in catalogue.signage.slides)


def _hours(catalogue: Catalogue, place: str | None, moment: datetime) -> Iterator[str]:
    if place is None:
        return
    name, rule = _rule(catalogue, place)
    day = moment.astimezone(JAPAN).date()
    today = f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
    closed = closed_all_day(rule, day)
    if closed is not None:
        yield f"{today}　{name}は{closed}です"
    for opens, closes in hours_of(rule, day):
        yield f"{today}　{name}　{opens.hour}時{_minutes(opens.minute)}〜{closes.hour}時{_minutes(closes.minute)}"


def _minutes(minute: int) -> str:
    return f"{minute}分" if minute else ""


def _rule(catalogue: Catalogue, place: str) -> tuple[str, OpeningRule]:
    for office in catalogue.offices:
        if office.id == place:
            return office.name, office.opening
    channel = catalogue.channel(place)
    if channel.opening is None:
        raise KeyError(place)
    return channel.short, channel.opening
