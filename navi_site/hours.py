"""Opening hours as residents read them: the rule in words on the page, and the dates from which a browser says "now"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from content.catalogue import Catalogue
from content.rules import opening
from content.rules.opening import Standing
from content.vocabulary.opening import Closure, OpeningRule, Weekday, YearlySpan

CLOSED = {Standing.NEW_YEAR: "site.hours.new_year", Standing.HOLIDAY: "site.hours.holiday"}
DAYS_AHEAD = 430
"""About fourteen months of closed days: a site that is rebuilt once a year still knows the coming holidays."""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """When something is open: in words that hold always, and the keys by which a browser finds the present state."""

    words: str
    keys: tuple[str, ...]
    sample: bool
    coming: tuple[str, ...] = ()
    """Dated closures still ahead, a sentence each."""


def office_key(office_id: str) -> str:
    """The key of an office's rule in hours.json."""
    return f"office:{office_id}"


def channel_key(channel_id: str) -> str:
    """The key of a channel's rule in hours.json."""
    return f"channel:{channel_id}"


def always_line(catalogue: Catalogue) -> OpenLine:
    """The line of a way that never closes."""
    return OpenLine(words=catalogue.say("site.hours.always"), keys=(), sample=False)


def line(catalogue: Catalogue, rule: OpeningRule, keys: tuple[str, ...], today: date) -> OpenLine:
    """The line of one rule; closures that ended before `today` are left out."""
    coming = tuple(
        catalogue.say("site.hours.dated", days=_span_in_words(catalogue, c.first, c.last), reason=c.reason)
        for c in sorted(rule.closures, key=lambda c: c.first) if c.last >= today
    )
    return OpenLine(words=in_words(catalogue, rule), keys=keys, sample=rule.sample, coming=coming)


def in_words(catalogue: Catalogue, rule: OpeningRule) -> str:
    """A rule in one line, as in 「月〜金曜日 8:30〜17:15（祝日、12月29日〜1月3日は休み）」."""
    comma = catalogue.say("site.list")
    stretches = comma.join(
        catalogue.say("site.hours.line", days=_days_in_words(catalogue, h.days),
                      opens=clock_time(h.opens), closes=clock_time(h.closes))
        for h in rule.hours
    )
    closed = [catalogue.say("site.hours.holidays")] if rule.closed_on_holidays else []
    closed += [_yearly_in_words(catalogue, span) for span in rule.closed_each_year]
    return catalogue.say("site.hours.but", hours=stretches, closed=comma.join(closed)) if closed else stretches


def clock_time(moment: time) -> str:
    """8:30, without a leading zero."""
    return f"{moment.hour}:{moment.minute:02d}"


def book(catalogue: Catalogue, today: date) -> dict[str, object]:
    """What hours.json holds: the weekly hours and closed dates of every rule, and the words to say them in.

    It begins at the first of the month of `today`, so that builds within a month are alike. Times are Japan time.
    """
    first = today.replace(day=1)
    last = first + timedelta(days=DAYS_AHEAD)
    rules = {office_key(o.id): o.opening for o in catalogue.offices}
    rules |= {channel_key(c.id): c.opening for c in catalogue.channels if c.opening is not None}
    words = {key.removeprefix("site.hours."): text
             for key, text in catalogue.messages.items() if key.startswith("site.hours.")}
    return {
        "first": first.isoformat(), "last": last.isoformat(), "words": words,
        "rules": {key: {"week": _week(rule), "closed": dict(_closed(catalogue, rule, first, last))} for key, rule in rules.items()},
    }


def _week(rule: OpeningRule) -> list[list[list[int]]]:
    """The open stretches of Monday to Sunday, in minutes of the day."""
    return [
        sorted([_minutes(h.opens), _minutes(h.closes)] for h in rule.hours if day in h.days) for day in Weekday
    ]


def _closed(catalogue: Catalogue, rule: OpeningRule, first: date, last: date) -> Iterable[tuple[str, str]]:
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        why = opening.closing_of(rule, day)
        if why is not None:
            yield day.isoformat(), why.reason if isinstance(why, Closure) else catalogue.say(CLOSED[why])


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _days_in_words(catalogue: Catalogue, days: tuple[Weekday, ...]) -> str:
    order: Mapping[Weekday, int] = {day: i for i, day in enumerate(Weekday)}
    sorted_days = sorted(set(days), key=order.__getitem__)
    if len(sorted_days) == len(Weekday):
        return catalogue.say("site.hours.daily")
    words = catalogue.say("site.hours.weekdays").split()
    in_a_row = all(order[b] - order[a] == 1 for a, b in pairwise(sorted_days))
    if in_a_row and len(sorted_days) > 2:
        return catalogue.say("site.hours.row", first=words[order[sorted_days[0]]], last=words[order[sorted_days[-1]]])
    return catalogue.say("site.hours.days", days=catalogue.say("site.dots").join(words[order[day]] for day in sorted_days))


def _yearly_in_words(catalogue: Catalogue, span: YearlySpan) -> str:
    first, last = (date.fromisoformat(f"2000-{written}") for written in (span.first, span.last))
    return _span_in_words(catalogue, first, last, weekday=False)


def _span_in_words(catalogue: Catalogue, first: date, last: date, *, weekday: bool = True) -> str:
    months, weekdays = (catalogue.say(f"site.hours.{name}").split() for name in ("months", "weekdays"))

    def words(day: date) -> str:
        month = months[day.month - 1]
        if not weekday:
            return catalogue.say("site.hours.day", month=month, day=day.day)
        return catalogue.say("site.hours.date", month=month, day=day.day, weekday=weekdays[day.weekday()])

    return words(first) if first == last else catalogue.say("site.hours.span", first=words(first), last=words(last))
