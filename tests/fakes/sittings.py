"""Sittings in memory."""

import threading
from datetime import datetime

from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import AlreadyThere, NotFound, Stale
from chalicelib.domain.sitting import Sitting


class MemorySittings:
    """Sittings and codes in two dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.rows: dict[ApplicationId, Sitting] = {}
        self.codes: dict[str, tuple[ApplicationId, datetime]] = {}

    def get(self, case: ApplicationId) -> Sitting:
        if case not in self.rows:
            raise NotFound("sitting")
        return self.rows[case]

    def all(self) -> tuple[Sitting, ...]:
        return tuple(sitting for _, sitting in sorted(self.rows.items()))

    def put(self, sitting: Sitting) -> None:
        with self._lock:
            there = self.rows.get(sitting.case)
            if (there.version if there else 0) != sitting.version - 1:
                raise Stale(sitting.case)
            self.rows[sitting.case] = sitting

    def drop(self, case: ApplicationId) -> None:
        self.rows.pop(case, None)

    def lead(self, hashed: str, case: ApplicationId, *, until: datetime, now: datetime) -> None:
        there = self.codes.get(hashed)
        if there is not None and there[0] != case and there[1] > now:
            raise AlreadyThere("tablet code")
        self.codes[hashed] = (case, until)

    def by_code(self, hashed: str, now: datetime) -> ApplicationId:
        case, until = self.codes.get(hashed, (ApplicationId(""), now))
        if until <= now:
            raise NotFound("tablet code")
        return case
