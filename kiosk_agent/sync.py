"""Sends what waits in the outgoing queue to the office, in order, and tells the office each minute how this kiosk is.

One thread does both. A filing whose answer was lost goes again under the same id, which the office takes for the same
filing: so it is there once, however often it was sent. Nobody at the counter waits for any of this.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event, Lock, Thread
from typing import Any

from kiosk_agent.desk import Filing, Left, NotTrusted, Office, Offline, Refused
from kiosk_agent.queue import Outgoing, QueueTrouble, row_of

REPORT_EVERY = timedelta(minutes=1)
DELAYS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds until the next try after the first, second … failure in a row; the last one goes on for ever. A line that was cut
for a moment is found again within seconds; an outage of half an hour costs some thirty-five small calls."""
ASK_AGAIN_EVERY = timedelta(minutes=10)
"""While the office does not know us: only the report is tried. A clock that was wrong looks like this too, and is set one day."""
BUSY = frozenset({"too-many"})
"""Refusals that only mean "not now" (HTTP 429)."""
BUSY_FOR = timedelta(minutes=1)
FAILS_ALONE = 3
"""So often the office answers the report and then not this one filing, until it is put off and the next one goes first."""
CLOCK_TOLERANCE = timedelta(minutes=1)
"""The office refuses signatures that are minutes off, and a wrong clock prints a wrong day on paper."""

log = logging.getLogger(__name__)


class Line(StrEnum):
    """How it stands between this kiosk and the office."""

    UNKNOWN = "unknown"
    """Not asked yet."""
    OPEN = "open"
    OFFLINE = "offline"
    NOT_TRUSTED = "not_trusted"
    """No application is sent until an officer has enrolled the kiosk again. What waits, waits."""
    QUEUE_TROUBLE = "queue_trouble"
    """The queue's own file cannot be used."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the staff's screen shows about the line; nothing of it concerns a person."""

    line: Line = Line.UNKNOWN
    since: datetime | None = None
    """Since when the line is so."""
    heard: datetime | None = None
    """When the office answered last."""
    clock_off: timedelta = timedelta()
    """Office's clock minus ours."""

    @property
    def clock_is_wrong(self) -> bool:
        """Off by more than a minute: somebody must set it."""
        return abs(self.clock_off) > CLOCK_TOLERANCE


class Sync:
    """The sender. `turn` is one round of it, without a thread; `start` has a thread take turns until `stop`."""

    def __init__(self, office: Office, outgoing: Outgoing, *, clock: Callable[[], datetime],
                 condition: Callable[[], Mapping[str, Any]] = dict) -> None:
        """condition: versions, reader, printer as the report tells them; what waits is added here."""
        self._office = office
        self._outgoing = outgoing
        self._clock = clock
        self._condition = condition
        self._lock = Lock()
        self._standing = Standing()
        self._failures = 0
        self._failed: tuple[str, int] = ("", 0)
        self._report_due: datetime | None = None
        self._wake = Event()
        self._stopping = False
        self._thread: Thread | None = None

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        with self._lock:
            return self._standing

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> bool:
        """End after the call that is under way; False when that takes longer than `seconds`. What waits stays in the queue."""
        self._stopping = True
        self._wake.set()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def nudge(self) -> None:
        """Something was put into the queue: send it now. While the office is out of reach the waiting goes on."""
        if self.standing.line in (Line.OPEN, Line.UNKNOWN):
            self._wake.set()

    def trusted_again(self) -> None:
        """The kiosk was enrolled again: begin anew."""
        self._stands(Line.UNKNOWN)
        self._failures, self._report_due = 0, None
        self._wake.set()

    def turn(self) -> float:
        """Report when that is due, then send all that is due. Returns seconds until the next turn makes sense."""
        try:
            self._report_when_due()
            self._send_all()
        except Offline as offline:
            self._note_clock(offline)
            self._report_due = None  # the next turn asks with a report, which is small, before it sends a person's data
            return self._later(Line.OFFLINE)
        except QueueTrouble as trouble:
            log.warning("queue: %s", trouble)
            return self._later(Line.QUEUE_TROUBLE)
        except NotTrusted:
            self._report_due = None  # the report goes first, and nothing else until it is answered
            self._stands(Line.NOT_TRUSTED)
            return ASK_AGAIN_EVERY.total_seconds()
        self._failures = 0
        self._stands(Line.OPEN)
        due = self._report_due or self._clock()
        return min(max((due - self._clock()).total_seconds(), 0.0), REPORT_EVERY.total_seconds())

    def _run(self) -> None:
        while not self._stopping:
            try:
                seconds = self.turn()
            except Exception as error:  # a thread that died would hold back every filing, unseen
                log.error("sync: %s", type(error).__name__)  # noqa: TRY400 - a traceback could hold a person's data
                seconds = self._later(Line.OFFLINE)
            self._wake.wait(seconds)
            self._wake.clear()

    def _report_when_due(self) -> None:
        asked = self._clock()
        # A clock that was set back must not silence the reports until it has caught up.
        if self._report_due is not None and asked < self._report_due <= asked + REPORT_EVERY:
            return
        oldest = self._outgoing.oldest()
        condition = {**self._condition(), "unsynced": self._outgoing.waiting(), "refused": self._outgoing.refused_count(),
                     "oldestUnsynced": oldest.strftime("%Y-%m-%dT%H:%M:%SZ") if oldest else None}
        try:
            theirs = self._office.report(condition)
        except Refused as refused:  # a report that the office does not understand must not hold back applications
            log.warning("the report was refused: %s", refused.code)
            self._report_due = self._clock() + REPORT_EVERY
            return
        answered = self._clock()
        self._report_due = answered + REPORT_EVERY
        off = theirs - (asked + (answered - asked) / 2)
        with self._lock:
            self._standing = replace(self._standing, heard=answered, clock_off=off)

    def _note_clock(self, offline: Offline) -> None:
        """An office that takes nothing because our clock is wrong says what time it is (client.ClockWrong.office)."""
        theirs = getattr(offline, "office", None)
        if isinstance(theirs, datetime):
            with self._lock:
                self._standing = replace(self._standing, clock_off=theirs - self._clock())

    def _send_all(self) -> None:
        while not self._stopping and (waits := self._outgoing.take(self._clock())) is not None:
            self._send(waits)

    def _send(self, waits: Filing | Left) -> None:
        row = row_of(waits)
        try:
            self._tell(waits)
        except Refused as refused:
            if refused.code in BUSY:
                self._outgoing.put_off(row, self._clock() + BUSY_FOR)
            else:
                log.warning("filing %s was refused: %s", row, refused.code)
                self._outgoing.refused(row, refused.code)
        except Offline:
            self._count_failure(row)
            raise
        except NotTrusted:
            raise
        except Exception as error:  # one filing that breaks the client must not stand before all others
            log.error("filing %s: %s", row, type(error).__name__)  # noqa: TRY400 - a traceback could hold a person's data
            self._outgoing.put_off(row, self._clock() + BUSY_FOR)
        else:
            self._outgoing.done(row)
            self._failures = 0  # a line that lets every other answer through is a line, not an outage
            with self._lock:
                self._standing = replace(self._standing, heard=self._clock())

    def _tell(self, waits: Filing | Left) -> None:
        if isinstance(waits, Filing):
            self._office.file(waits)
            return
        try:
            self._office.withdraw(waits.id)
        except Refused as refused:
            if refused.code in BUSY:
                raise
            # It never came, or an officer has gone on with it and sees it: nothing is left to be told.
            log.warning("filing %s was not taken back: %s", waits.id, refused.code)

    def _count_failure(self, id: str) -> None:
        """The office has just answered a report: when it fails at the same filing again and again, that one waits aside."""
        count = self._failed[1] + 1 if self._failed[0] == id else 1
        self._failed = (id, count)
        if count >= FAILS_ALONE:
            self._failed = ("", 0)
            self._outgoing.put_off(id, self._clock() + BUSY_FOR)

    def _later(self, line: Line) -> float:
        self._stands(line)
        seconds = DELAYS[min(self._failures, len(DELAYS) - 1)]
        self._failures += 1
        return seconds

    def _stands(self, line: Line) -> None:
        with self._lock:
            if self._standing.line is not line:
                self._standing = replace(self._standing, line=line, since=self._clock())
