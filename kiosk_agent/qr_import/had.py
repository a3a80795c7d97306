"""The messages this computer has had: each is taken once, whatever is scanned again, also after a crash half-way.

A message is begun here with its moment, then its file is written under a name that follows from message and moment, then it
is done. After a crash in between, the next scan finds the moment and writes the very same file again.
"""

import sqlite3
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk_agent.errors import KioskError
from kiosk_agent.qr import Message

VERSION = 1


class ListTrouble(KioskError):
    """The list cannot be opened or was made by a newer program. Nothing is taken without it."""


class Had:
    """The list on disk. It holds no content: nonces, when they came, and until when they must be remembered."""

    def __init__(self, file: Path) -> None:
        try:
            self._list = sqlite3.connect(file, isolation_level=None)
            self._list.execute("PRAGMA synchronous = FULL")
            (version,) = self._list.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise ListTrouble(f"{file.name} は新しいプログラムで作られています。このプログラムを新しくしてください。")
            self._list.execute("CREATE TABLE IF NOT EXISTS had (device BLOB, nonce BLOB, came TEXT NOT NULL, good_until INTEGER "
                               "NOT NULL, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (device, nonce)) WITHOUT ROWID")
            self._list.execute(f"PRAGMA user_version = {VERSION}")
        except sqlite3.Error as error:
            raise ListTrouble(f"{file.name} を開けません（{error}）。") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._list.close()

    def when(self, message: Message) -> datetime | None:
        """When this message was taken; None when it was not, or not to the end."""
        found = self._list.execute("SELECT came FROM had WHERE device = ? AND nonce = ? AND done = 1", _key(message)).fetchone()
        return datetime.fromisoformat(found[0]) if found else None

    def begin(self, message: Message, now: datetime) -> datetime:
        """The moment under which the message is kept: now, or when it was begun before."""
        self._list.execute("INSERT OR IGNORE INTO had (device, nonce, came, good_until) VALUES (?, ?, ?, ?)",
                           (*_key(message), now.isoformat(), message.good_until))
        (came,) = self._list.execute("SELECT came FROM had WHERE device = ? AND nonce = ?", _key(message)).fetchone()
        return datetime.fromisoformat(came)

    def finish(self, message: Message) -> bool:
        """Its files are on disk; False when another window of this program was quicker."""
        done = self._list.execute("UPDATE had SET done = 1 WHERE device = ? AND nonce = ? AND done = 0", _key(message))
        return done.rowcount == 1

    def forget_old(self, now: datetime) -> int:
        """Drop what could not be read any more anyway, a day after its term. Gives how many."""
        return self._list.execute("DELETE FROM had WHERE good_until < ?", (int(now.timestamp()) - 86_400,)).rowcount


def _key(message: Message) -> tuple[bytes, bytes]:
    return message.device, message.nonce
