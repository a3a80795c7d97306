"""Counting which results of the navigator are looked at (visit reduction, issue 3): by day, certificate, result, way and where
people came from. Nothing about a person is taken in, so there is nothing to protect, to keep or to delete.

Anybody can send a count, so the numbers say what pages are used for, not what was proven; only known results are counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN

CAME = ("search", "line", "city", "paper", "other", "none")
"""Where the visit began: a search engine, LINE, the city's own site, a printed code, another site, or nothing known."""
STEPS = ("shown", "followed")
"""That a result was shown, and that its button was pressed (apply, map, place)."""
ADVICE = "advice"
"""In place of a way, where the result is advice."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one result was looked at."""

    day: date
    certificate: str
    outcome: str
    channel: str
    came: str
    step: str
    times: int


def seen(parts: Parts, said: Mapping[str, object]) -> bool:
    """Count one look at a result, or one press of its button; False when there is no such result. One write."""
    certificate, outcome, came = (said.get(name) for name in ("certificate", "outcome", "came"))
    channel = _channel(parts, certificate, outcome)
    step = said.get("step", "shown")
    if channel is None or came not in CAME or step not in STEPS:
        return False
    parts.tallies.add(parts.clock().astimezone(JAPAN).date(), f"{certificate}#{outcome}#{channel}#{came}#{step}")
    return True


def of_month(parts: Parts, month: str) -> Iterator[Tally]:
    """The counts of a month such as 2026-11, the earliest day first. One query."""
    for (day, what), times in sorted(parts.tallies.of_month(month).items()):
        certificate, outcome, channel, came, step = what.split("#")
        yield Tally(day, certificate, outcome, channel, came, step, times)


def _channel(parts: Parts, certificate: object, outcome: object) -> str | None:
    flow_of = {one.id: one.flow for one in parts.catalogue.certificates}
    flow = flow_of.get(certificate) if isinstance(certificate, str) else None
    if flow is None:
        return None
    found = next((one for one in parts.catalogue.flow(flow).outcomes if one.id == outcome), None)
    return None if found is None else found.channel or ADVICE
