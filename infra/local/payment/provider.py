"""The provider's books: checkouts, captures, refunds, and what was answered to which idempotency key.

Behaviours reproduced: integrations.md §2.2 (1, 2, 4, 5, 10, 11, 13–16, 19, 22, 26, 32).
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.database import Database

LEAST_YEN = 50
KEY_LIVES_SECONDS = 24 * 3600
REORDER_SECONDS = 3
"""How long notices are gathered before they leave in the wrong order."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS checkouts (id TEXT PRIMARY KEY, reference TEXT NOT NULL, amount INTEGER NOT NULL, name TEXT NOT NULL,
    success_url TEXT NOT NULL, cancel_url TEXT NOT NULL, expires_at INTEGER NOT NULL, metadata TEXT NOT NULL,
    status TEXT NOT NULL, captured INTEGER NOT NULL, captured_at INTEGER, refunded INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS by_reference ON checkouts (reference);
CREATE TABLE IF NOT EXISTS refunds (id TEXT PRIMARY KEY, checkout TEXT NOT NULL, amount INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS keys
    (key TEXT PRIMARY KEY, body TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL,
    created INTEGER NOT NULL, checkout TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS snapshots (event TEXT PRIMARY KEY, checkout TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notices (number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due REAL NOT NULL,
    tries INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
WANTED: Mapping[str, type] = {"reference": str, "amount": int, "currency": str, "name": str, "success_url": str,
                              "cancel_url": str, "expires_at": int, "metadata": dict}


class Refused(Exception):
    """An answer of the API that is not 200."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Provider:
    """The books. Every change is one transaction, with its event and its notice to send."""

    def __init__(self, database: Database, base: str, now: Callable[[], float]) -> None:
        self._db = database
        self._base = base
        self._clock = now

    def now(self) -> float:
        """The simulator's own time: the computer's, plus what the control page added."""
        return self._clock() + float(self.switch("ahead", "0"))

    def switch(self, name: str, otherwise: str) -> str:
        """The value of a switch of the control page."""
        row = self._db.row("SELECT value FROM switches WHERE name = ?", name)
        return str(row["value"]) if row else otherwise

    def set_switch(self, name: str, value: str) -> None:
        """Turn a switch."""
        with self._db.change() as db:
            db.execute("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, value))

    def once(self, key: str, body: object, do: Callable[[sqlite3.Connection], dict[str, Any]]) -> dict[str, Any]:
        """Do something under an idempotency key: the same key and body gives the stored answer, another body 409."""
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        with self._db.change() as db:
            before = db.execute("SELECT body, answer, at FROM keys WHERE key = ?", (key,)).fetchone()
            if before is not None and self.now() - before["at"] < KEY_LIVES_SECONDS:
                if before["body"] != digest:
                    raise Refused(409, "idempotency_mismatch")
                stored: dict[str, Any] = json.loads(before["answer"])
                return stored
            answer = do(db)
            db.execute("INSERT OR REPLACE INTO keys VALUES (?, ?, 200, ?, ?)", (key, digest, json.dumps(answer), self.now()))
            return answer

    def open(self, db: sqlite3.Connection, told: dict[str, Any]) -> dict[str, Any]:
        """A new checkout. Raises Refused for a missing, unknown or ill-typed parameter."""
        if set(told) - set(WANTED) or set(WANTED) - set(told):
            raise Refused(400, "parameter_unknown_or_missing")
        if any(type(told[name]) is not kind for name, kind in WANTED.items()):
            raise Refused(400, "parameter_type")
        if told["currency"] != "JPY" or told["amount"] < LEAST_YEN:
            raise Refused(400, "amount")
        if not told["reference"].isascii() or len(told["reference"]) > 60 or told["expires_at"] <= self.now():
            raise Refused(400, "parameter_value")
        id = f"co_{secrets.token_hex(12)}"
        db.execute("INSERT INTO checkouts VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, NULL, 0)",
                   (id, told["reference"], told["amount"], told["name"], told["success_url"], told["cancel_url"],
                    told["expires_at"], json.dumps(told["metadata"])))
        return self._shown(db, id)

    def checkout(self, id: str) -> dict[str, Any]:
        """One checkout; an open one whose time has passed is expired first. Raises Refused(404)."""
        with self._db.change() as db:
            self._expire_late(db, id)
            return self._shown(db, id)

    def by_reference(self, reference: str) -> list[dict[str, Any]]:
        """The checkouts of a reference, the newest first."""
        rows = self._db.rows("SELECT id FROM checkouts WHERE reference = ? ORDER BY rowid DESC", reference)
        return [self.checkout(row["id"]) for row in rows]

    def captured(self, start: int, end: int, after: str, most: int = 100) -> tuple[list[dict[str, Any]], bool]:
        """What was captured in [start, end), epoch seconds, after one checkout in the order of opening; whether there is more."""
        last = self._db.row("SELECT rowid FROM checkouts WHERE id = ?", after) if after else {"rowid": 0}
        if last is None:
            raise Refused(404, "not_found")
        rows = self._db.rows("SELECT id FROM checkouts WHERE captured_at >= ? AND captured_at < ? AND rowid > ? "
                             "ORDER BY rowid LIMIT ?", start, end, last["rowid"], most + 1)
        return [self.checkout(row["id"]) for row in rows[:most]], len(rows) > most

    def latest(self) -> list[dict[str, Any]]:
        """The latest checkouts, for the control page."""
        return [self.checkout(row["id"]) for row in self._db.rows("SELECT id FROM checkouts ORDER BY rowid DESC LIMIT 30")]

    def pay(self, id: str) -> dict[str, Any]:
        """The payer's card was charged. A checkout that is not open is answered as it is: nobody pays twice."""
        with self._db.change() as db:
            self._expire_late(db, id)
            changed = db.execute("UPDATE checkouts SET status = 'paid', captured = amount, captured_at = ? "
                                 "WHERE id = ? AND status = 'open'", (int(self.now()), id)).rowcount
            if changed:
                self._happen(db, "checkout.paid", id)
            return self._shown(db, id)

    def decline(self, id: str) -> None:
        """The card was refused; the checkout stays open."""
        with self._db.change() as db:
            self._happen(db, "checkout.declined", id)

    def expire(self, id: str) -> tuple[int, dict[str, Any]]:
        """(200, expired) for an open checkout, (409, as it is) for another."""
        with self._db.change() as db:
            changed = db.execute("UPDATE checkouts SET status = 'expired' WHERE id = ? AND status = 'open'", (id,)).rowcount
            if changed:
                self._happen(db, "checkout.expired", id)
            return (200 if changed else 409), self._shown(db, id)

    def refund(self, db: sqlite3.Connection, told: dict[str, Any]) -> dict[str, Any]:
        """Give back at most what was captured and not yet given back. Raises Refused."""
        if set(told) != {"checkout", "amount", "reason"} or type(told["amount"]) is not int or told["amount"] < 1:
            raise Refused(400, "parameter")
        changed = db.execute("UPDATE checkouts SET refunded = refunded + ? WHERE id = ? AND refunded + ? <= captured",
                             (told["amount"], told["checkout"], told["amount"])).rowcount
        if not changed:
            self._shown(db, told["checkout"])
            raise Refused(400, "over_refund")
        id = f"re_{secrets.token_hex(12)}"
        db.execute("INSERT INTO refunds VALUES (?, ?, ?, ?)", (id, told["checkout"], told["amount"], told["reason"]))
        self._happen(db, "refund.succeeded", told["checkout"])
        return {"id": id, "status": "succeeded", "amount": told["amount"], "checkout": told["checkout"]}

    def refund_of(self, id: str) -> dict[str, Any]:
        """One refund. Raises Refused(404)."""
        row = self._db.row("SELECT * FROM refunds WHERE id = ?", id)
        if row is None:
            raise Refused(404, "not_found")
        return {"id": row["id"], "status": "succeeded", "amount": row["amount"], "checkout": row["checkout"]}

    def events_after(self, id: str, limit: int) -> list[dict[str, Any]]:
        """Events after one (empty: from the first), in order. Raises Refused(404)."""
        last = self._db.row("SELECT number FROM events WHERE id = ?", id) if id else {"number": 0}
        if last is None:
            raise Refused(404, "not_found")
        rows = self._db.rows("SELECT * FROM events WHERE number > ? ORDER BY number LIMIT ?", last["number"], limit)
        return [self._event(row) for row in rows]

    def event(self, id: str) -> dict[str, Any]:
        """One event as a notice tells it."""
        row = self._db.row("SELECT * FROM events WHERE id = ?", id)
        if row is None:
            raise Refused(404, "not_found")
        return self._event(row)

    def send_again(self, checkout: str) -> None:
        """Queue the checkout's last event once more."""
        row = self._db.row("SELECT id FROM events WHERE checkout = ? ORDER BY number DESC LIMIT 1", checkout)
        if row is not None:
            with self._db.change() as db:
                db.execute("INSERT INTO notices (event, due, tries) VALUES (?, ?, 0)", (row["id"], self._clock()))

    def urls(self, id: str) -> tuple[str, str]:
        """(success_url, cancel_url) of a checkout."""
        row = self._db.row("SELECT success_url, cancel_url FROM checkouts WHERE id = ?", id)
        if row is None:
            raise Refused(404, "not_found")
        return row["success_url"], row["cancel_url"]

    def expire_all_late(self) -> None:
        """End every open checkout whose time has passed, though nobody asks for it."""
        late = self._db.rows("SELECT id FROM checkouts WHERE status = 'open' AND expires_at <= ?", int(self.now()))
        for row in late:
            self.checkout(row["id"])

    def _expire_late(self, db: sqlite3.Connection, id: str) -> None:
        if db.execute("UPDATE checkouts SET status = 'expired' WHERE id = ? AND status = 'open' AND expires_at <= ?",
                      (id, int(self.now()))).rowcount:
            self._happen(db, "checkout.expired", id)

    def _happen(self, db: sqlite3.Connection, type: str, checkout: str) -> None:
        id = f"evt_{secrets.token_hex(12)}"
        db.execute("INSERT INTO events (id, type, created, checkout) VALUES (?, ?, ?, ?)", (id, type, int(self.now()), checkout))
        # A notice tells how it was then: one that comes late tells something old, as with real providers.
        db.execute("INSERT INTO snapshots VALUES (?, ?)", (id, json.dumps(self._shown(db, checkout))))
        if self.switch("drop", "off") == "on":
            return
        copies = 3 if self.switch("duplicate", "off") == "on" else 1
        gather = REORDER_SECONDS if self.switch("reorder", "off") == "on" else 0
        due = self._clock() + float(self.switch("delay", "0")) + gather
        for _ in range(copies):
            db.execute("INSERT INTO notices (event, due, tries) VALUES (?, ?, 0)", (id, due))

    def _event(self, row: sqlite3.Row) -> dict[str, Any]:
        then = self._db.row("SELECT checkout FROM snapshots WHERE event = ?", row["id"])
        checkout = json.loads(then["checkout"]) if then else self.checkout(row["checkout"])
        return {"id": row["id"], "type": row["type"], "created": row["created"], "data": {"checkout": checkout}}

    def _shown(self, db: sqlite3.Connection, id: str) -> dict[str, Any]:
        row = db.execute("SELECT * FROM checkouts WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise Refused(404, "not_found")
        captured = {"amount": row["captured"], "at": row["captured_at"]} if row["captured"] else None
        return {"id": row["id"], "url": f"{self._base}/pay/{row['id']}", "status": row["status"], "name": row["name"],
                "reference": row["reference"], "amount": row["amount"], "currency": "JPY", "captured": captured,
                "refunded": row["refunded"], "expires_at": row["expires_at"], "metadata": json.loads(row["metadata"])}
