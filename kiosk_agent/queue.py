"""What was finished at the counter and the office has not acknowledged yet: durable on disk, sealed, gone when it is done.

The agent keeps nothing of a person after the session. This is the one exception, so that no application is lost when the
network is gone: each filing lies here sealed (ChaCha20-Poly1305, bound to its id) from the moment the screen says that it
was taken until the office says that it has it. Then the row is overwritten, and the log in which it stood is emptied.

SQLite does the rest (sqlite.org/wal.html, pragma.html): a commit in WAL mode with synchronous=FULL is on the disk when it
returns, `secure_delete` writes zeros over what is deleted, and a truncating checkpoint leaves no copy in the log. What the
cells of an SSD still hold below the file system is sealed; the key goes when the computer is given away (docs/kiosk.md).
"""

import base64
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk_agent import own_files
from kiosk_agent.desk import CardProof, Filing, Left
from kiosk_agent.errors import KioskError

FILE = "outgoing.db"
KEY_FILE = "outgoing.key"
SCHEMA = 1
"""Kept in the file as user_version. A change of the table needs the next number and a step that leads to it."""
LONGEST_PUT_OFF = timedelta(hours=1)
"""Anything due later than this was put off by a clock that went wrong: it is due now."""
UNREADABLE = "unreadable"
"""The code under which a row is kept that this key does not open."""
LEFT = "left "
"""Before the id of an application that is to be taken back: its row is another one than the application's, so that what
becomes of an application that is just being sent changes nothing about it."""
_NONCE = 12

_TABLE = """
CREATE TABLE outgoing (
    place INTEGER PRIMARY KEY,      -- the order in which people finished
    id TEXT NOT NULL UNIQUE,        -- the UUID that the kiosk chose, or LEFT and that UUID
    made_at INTEGER NOT NULL,       -- seconds since 1970 UTC
    due INTEGER NOT NULL,           -- not sent before
    tries INTEGER NOT NULL,         -- how often it was put off
    refused TEXT,                   -- why the office will not have it; then it waits for an officer
    sealed BLOB NOT NULL            -- nonce and ciphertext
) STRICT
"""


class QueueTrouble(KioskError):
    """Nothing can be kept or fetched: the disk is full or broken, or another agent holds the queue. Do not say "taken"."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line for the staff. It names the paper, not the person."""

    id: str
    procedure: str
    """Empty where the key does not open it, and where an application is to be taken back."""
    case_code: str
    made_at: datetime
    tries: int
    refused: str | None
    """The office's code, or `unreadable`; None for what simply waits."""


def row_of(waits: Filing | Left) -> str:
    """The id under which it lies in the queue."""
    return waits.id if isinstance(waits, Filing) else LEFT + waits.id


def sealing_key(folder: Path) -> bytes:
    """The 32 bytes of the queue's key, made on first use and readable by the agent's user alone. Raises QueueTrouble."""
    file = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            own_files.write(file, ChaCha20Poly1305.generate_key())
        key = file.read_bytes()
    except OSError as error:
        raise QueueTrouble(f"the queue's key: {error.strerror}") from None
    if len(key) != 32:
        raise QueueTrouble("the queue's key is damaged")
    return key


class Outgoing:
    """The queue. Safe to use from threads; only one agent at a time can hold it."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Raises QueueTrouble."""
        self._cipher = ChaCha20Poly1305(key)
        self._lock = RLock()
        file = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its log the rights of the file
        except OSError as error:
            raise QueueTrouble(f"the queue: {error.strerror}") from None
        with _as_trouble():
            self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=2.0)
        try:
            with _as_trouble():
                self._open()
        except QueueTrouble:
            self._db.close()
            raise

    def put(self, filing: Filing) -> None:
        """Keep it; on the disk when this returns. The same id again changes nothing. Raises QueueTrouble."""
        made = int(filing.made_at.timestamp())
        with self._lock, _as_trouble():
            self._db.execute("INSERT INTO outgoing (id, made_at, due, tries, sealed) VALUES (?, ?, 0, 0, ?) "
                             "ON CONFLICT (id) DO NOTHING", (filing.id, made, self._sealed(filing)))

    def leave(self, left: Left, due: datetime) -> None:
        """In place of the application, if it lies here, keep the word that the office is to take it back; sent not before
        `due`. On the disk when this returns. Raises QueueTrouble."""
        with self._lock, _as_trouble():
            with self._db:  # both or neither
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("DELETE FROM outgoing WHERE id = ?", (left.id,))
                self._db.execute("INSERT INTO outgoing (id, made_at, due, tries, sealed) VALUES (?, ?, ?, 0, ?) "
                                 "ON CONFLICT (id) DO NOTHING",
                                 (row_of(left), int(left.at.timestamp()), int(due.timestamp()), self._sealed(left)))
            self._empty_log()

    def take(self, at: datetime) -> Filing | Left | None:
        """The first that is due and was not refused; it stays until `done`. A row that the key does not open is set aside."""
        now, too_late = int(at.timestamp()), int((at + LONGEST_PUT_OFF).timestamp())
        with self._lock:
            while True:
                with _as_trouble():
                    row = self._db.execute("SELECT id, sealed, made_at FROM outgoing "
                                           "WHERE refused IS NULL AND (due <= ? OR due > ?) "
                                           "ORDER BY place LIMIT 1", (now, too_late)).fetchone()
                if row is None:
                    return None
                waits = self._opened(*row)
                if waits is not None:
                    return waits
                self.refused(row[0], UNREADABLE)

    def done(self, id: str) -> None:
        """The office has it, or an officer has seen to it: nothing of it stays on the disk. id: of its row (`row_of`)."""
        with self._lock, _as_trouble():
            self._db.execute("DELETE FROM outgoing WHERE id = ?", (id,))
            self._empty_log()

    def put_off(self, id: str, until: datetime) -> None:
        """Not before `until`; at most an hour is kept to. What stands behind it goes first."""
        with self._lock, _as_trouble():
            self._db.execute("UPDATE outgoing SET due = ?, tries = tries + 1 WHERE id = ?", (int(until.timestamp()), id))

    def refused(self, id: str, code: str) -> None:
        """The office will not have it. It is kept for an officer, and not sent again by itself."""
        with self._lock, _as_trouble():
            self._db.execute("UPDATE outgoing SET refused = ? WHERE id = ?", (code, id))

    def again(self, id: str) -> None:
        """An officer has put right why it was refused: send it once more."""
        with self._lock, _as_trouble():
            self._db.execute("UPDATE outgoing SET refused = NULL, due = 0 WHERE id = ?", (id,))

    def waiting(self) -> int:
        """How many the office has not acknowledged; those that it refused are not counted."""
        return int(self._number("SELECT count(*) FROM outgoing WHERE refused IS NULL") or 0)

    def refused_count(self) -> int:
        """How many wait for an officer."""
        return int(self._number("SELECT count(*) FROM outgoing WHERE refused IS NOT NULL") or 0)

    def oldest(self) -> datetime | None:
        """When the oldest that waits was finished, to the second; None when nothing waits."""
        seconds = self._number("SELECT min(made_at) FROM outgoing WHERE refused IS NULL")
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    def listed(self) -> tuple[Listed, ...]:
        """Everything, in order, for the staff's screen."""
        with self._lock, _as_trouble():
            rows = self._db.execute("SELECT id, sealed, made_at, tries, refused FROM outgoing ORDER BY place").fetchall()
            lines = []
            for id, sealed, made_at, tries, refused in rows:
                waits = self._opened(id, sealed, made_at)
                procedure, case_code = (waits.procedure, waits.case_code) if isinstance(waits, Filing) else ("", "")
                lines.append(Listed(id, procedure, case_code, datetime.fromtimestamp(made_at, UTC), tries,
                                    refused if waits else UNREADABLE))
            return tuple(lines)

    def close(self) -> None:
        """Let go of the files. What waits, waits on."""
        with self._lock, _as_trouble():
            self._db.close()

    def _open(self) -> None:
        # Exclusive: a second agent is told so at once, and SQLite needs no shared-memory file beside the database.
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON",
                       "temp_store = MEMORY"):
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        schema = self._db.execute("PRAGMA user_version").fetchone()[0]
        if schema not in (0, SCHEMA):
            raise QueueTrouble(f"the queue was written by another version (schema {schema})")
        if schema == 0:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(_TABLE)
            self._db.execute(f"PRAGMA user_version = {SCHEMA}")
            self._db.execute("COMMIT")
        if self._db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise QueueTrouble("the queue's file is damaged")
        self._empty_log()  # what was deleted just before a crash may still stand there

    def _empty_log(self) -> None:
        busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise QueueTrouble("the queue's log is held by another program")

    def _number(self, query: str) -> int | None:
        with self._lock, _as_trouble():
            found = self._db.execute(query).fetchone()[0]
        return None if found is None else int(found)

    def _sealed(self, waits: Filing | Left) -> bytes:
        nonce, written = secrets.token_bytes(_NONCE), _written(waits) if isinstance(waits, Filing) else b""
        return nonce + self._cipher.encrypt(nonce, written, _bound_to(row_of(waits)))

    def _opened(self, id: str, sealed: bytes, made_at: int) -> Filing | Left | None:
        try:
            written = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(id))
        except (InvalidTag, ValueError):  # ValueError: shorter than any seal
            return None
        if id.startswith(LEFT):
            return Left(id.removeprefix(LEFT), datetime.fromtimestamp(made_at, UTC))
        return _read(id, written)


def _bound_to(id: str) -> bytes:
    return f"madonavi outgoing {SCHEMA} {id}".encode()


def _written(filing: Filing) -> bytes:
    proof = filing.proof
    return json.dumps({
        "procedure": filing.procedure, "version": filing.version, "case_code": filing.case_code,
        "made_at": filing.made_at.isoformat(), "answers": dict(filing.answers), "applicant": dict(filing.applicant),
        "card": filing.card,
        "proof": proof and {"challenge": proof.challenge, "certificate": base64.b64encode(proof.certificate).decode("ascii"),
                            "signature": base64.b64encode(proof.signature).decode("ascii")},
    }, ensure_ascii=False).encode("utf-8")


def _read(id: str, written: bytes) -> Filing:
    told: dict[str, Any] = json.loads(written)
    proof = told["proof"]
    return Filing(
        id=id, procedure=told["procedure"], version=told["version"], case_code=told["case_code"],
        made_at=datetime.fromisoformat(told["made_at"]), card=told["card"], applicant=told["applicant"],
        answers={field: tuple(answer) if isinstance(answer, list) else answer for field, answer in told["answers"].items()},
        proof=proof and CardProof(proof["challenge"], base64.b64decode(proof["certificate"]), base64.b64decode(proof["signature"])))


@contextmanager
def _as_trouble() -> Iterator[None]:
    """SQLite's own errors name neither values nor persons, and become the one error that callers know."""
    try:
        yield
    except sqlite3.Error as error:
        raise QueueTrouble(f"the queue: {error}") from None
