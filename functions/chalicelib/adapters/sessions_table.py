"""Sessions and counts of failed look-ups over DynamoDB; both vanish by TTL, and readers do not wait for it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from chalicelib.adapters.table import Keys, Row

WINDOW_SECONDS = 600
FAILURES_MOST = 10
"""Failed look-ups of one place in one window. A shared counter computer rarely fails ten times in ten minutes."""


class TableSessions:
    """The browser holds a random id; the table holds its hash."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def get(self, id: str, now: datetime) -> Mapping[str, object] | None:
        """One consistent read."""
        try:
            row = Row.get(self._key(id), "SESSION", consistent_read=True)
        except Row.DoesNotExist:
            return None
        holds: dict[str, object] = json.loads(row.body)
        return holds if row.expires_at > now.timestamp() else None

    def put(self, id: str, holds: Mapping[str, object], *, expires_at: datetime) -> None:
        """One write."""
        Row(self._key(id), "SESSION", body=json.dumps(dict(holds)), expires_at=int(expires_at.timestamp())).save()

    def drop(self, id: str) -> None:
        """One write."""
        Row(self._key(id), "SESSION").delete()

    def _key(self, id: str) -> str:
        return self._at.session(hashlib.sha256(id.encode()).hexdigest())


class TableAttempts:
    """Failures counted in fixed windows, so that one row and one addition are enough."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def too_many(self, place: str, now: datetime, most: int = FAILURES_MOST, seconds: int = WINDOW_SECONDS) -> bool:
        """One read."""
        try:
            return int(Row.get(self._at.failures(place), self._window(now, seconds)).tries) >= most
        except Row.DoesNotExist:
            return False

    def failed(self, place: str, now: datetime, seconds: int = WINDOW_SECONDS) -> None:
        """One write."""
        row = Row(self._at.failures(place), self._window(now, seconds))
        row.update([Row.tries.add(1), Row.expires_at.set(int(now.timestamp()) + 2 * seconds)])

    def _window(self, now: datetime, seconds: int) -> str:
        return f"{int(now.timestamp()) // seconds:012d}"
