"""What runs without anybody asking: the outbox, the payment timer, the deadlines.

In the cloud a schedule calls `tick` every minute; locally `python -m chalicelib.worker` calls it every second.
"""

import json
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from chalicelib.domain.errors import ProviderDown
from chalicelib.services import bounces, day_seals, deliver, pay, prepared, timers
from chalicelib.services.parts import Parts
from chalicelib.telemetry import Lines, place_in_code

log = logging.getLogger("madonavi")
LOCAL_PAUSE_SECONDS = 1.0
RECONCILE_EVERY_TICKS = 20
"""Locally every 20 seconds; in the cloud the schedule of app.py decides."""
TELL_EVERY_TICKS = 60
"""Locally a round in which nothing happened is told of once a minute."""


class RoundFailed(Exception):
    """A round of the worker broke off; the log says where in the code."""


def tick(parts: Parts, *, reconcile: bool) -> Mapping[str, int]:
    """One round, and how many of what. A part that fails must not keep the others from running.

    left: effects that left; waiting: those that could not yet; due: cases whose time had come; open_payments: attempts the
    provider was asked about, where it was asked; forgotten: forms for the counter that were used up or ran out; sealed,
    seal_faults: days that were closed and seals that do not fit, each where there is something to tell.
    """
    numbers = {"left": 0}
    while left := deliver.drain(parts):
        numbers["left"] += left
    numbers["waiting"] = parts.outbox.waiting()
    if reconcile:
        try:
            numbers["open_payments"] = pay.reconcile(parts)
        except ProviderDown:
            log.warning("payment provider does not answer; asking again at the next round")
    numbers["due"] = timers.run(parts)
    if forgotten := prepared.forget_old(parts):
        numbers["forgotten"] = forgotten
    sealed, faults = day_seals.run(parts)
    return numbers | ({"sealed": sealed, "seal_faults": faults} if sealed or faults else {})


def mail_came_back(parts: Parts, messages: Iterable[str]) -> Mapping[str, int]:
    """Take in what the queue of returned mails holds; how many were of ours. One that cannot be read is nobody's mail.

    An error says where, never what, and lets the queue give the message again.
    """
    numbers = {"bounced": 0}
    try:
        for message in messages:
            numbers["bounced"] += _came_back(parts, message)
    except Exception:
        log.error("unexpected error at %s", place_in_code())  # noqa: TRY400 - a message may quote a person
        raise RoundFailed from None
    return numbers


def _came_back(parts: Parts, message: str) -> bool:
    try:
        told = json.loads(message)
    except ValueError:
        return False
    return isinstance(told, dict) and bounces.came_back(parts, told)


def guarded(parts: Parts, *, reconcile: bool) -> Mapping[str, int]:
    """One round whose error says where, never what: Lambda logs the message of whatever it is given."""
    try:
        return tick(parts, reconcile=reconcile)
    except Exception:
        log.error("unexpected error at %s", place_in_code())  # noqa: TRY400 - a message may quote a person
        raise RoundFailed from None


def forever(parts: Parts, lines: Lines) -> None:
    """The local loop. An unexpected error is logged, and the next round begins. Quiet rounds write one line a minute."""
    round_number = 0
    while True:
        with suppress(RoundFailed):
            numbers = guarded(parts, reconcile=round_number % RECONCILE_EVERY_TICKS == 0)
            if any(numbers.values()) or round_number % TELL_EVERY_TICKS == 0:
                lines.round(numbers)
        round_number += 1
        time.sleep(LOCAL_PAUSE_SECONDS)


if __name__ == "__main__":
    from chalicelib import compose, settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    forever(compose.parts_from(settings.read()), Lines())
