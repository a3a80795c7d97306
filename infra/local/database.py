"""A simulator's memory on disk: SQLite, each effect committed before anybody is answered, so kill -9 loses nothing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Database:
    """One SQLite file and one lock; the simulators are small and want no more."""

    def __init__(self, file: Path | str, schema: str) -> None:
        if file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + schema)

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all or nothing, and one at a time."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What a query finds."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row a query finds."""
        found = self.rows(query, *values)
        return found[0] if found else None
