"""What runs without anybody asking: the outbox, the payment timer, the deadlines.

In the cloud a schedule calls `tick` every minute; locally `python -m chalicelib.worker` calls it every second.
"""

import logging
import time

from chalicelib.domain.errors import ProviderDown
from chalicelib.services import deliver, pay, timers
from chalicelib.services.parts import Parts

log = logging.getLogger("madonavi")
LOCAL_PAUSE_SECONDS = 1.0
RECONCILE_EVERY_TICKS = 20
"""Locally every 20 seconds; in the cloud the schedule of app.py decides."""


def tick(parts: Parts, *, reconcile: bool) -> None:
    """One round. A part that fails must not keep the others from running."""
    while deliver.drain(parts):
        pass
    if reconcile:
        try:
            pay.reconcile(parts)
        except ProviderDown:
            log.warning("payment provider does not answer; asking again at the next round")
    timers.run(parts)


def forever(parts: Parts) -> None:
    """The local loop. An unexpected error is logged, and the next round begins."""
    round_number = 0
    while True:
        try:
            tick(parts, reconcile=round_number % RECONCILE_EVERY_TICKS == 0)
        except Exception as error:
            log.error("worker round failed: %s", type(error).__name__)  # noqa: TRY400 - a message may quote a person
        round_number += 1
        time.sleep(LOCAL_PAUSE_SECONDS)


if __name__ == "__main__":
    from chalicelib import compose, settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    forever(compose.parts_from(settings.read()))
