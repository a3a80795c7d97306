"""Sends the provider's webhooks from a durable queue, signed with a timestamp, again and again until they are taken."""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable

import httpx

from infra.local.database import Database
from infra.local.payment.provider import Provider

log = logging.getLogger("madopay")
PAUSES = (1, 2, 5, 15, 60, 300)
"""Seconds until the next try; the last repeats. A real provider waits longer."""


def signature(secret: str, at: int, body: bytes) -> str:
    """The header `Madopay-Signature`: time, and HMAC-SHA256 over `time.body`."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Sender:
    """Takes notices whose time has come and posts them; a 2xx answer ends one, anything else tries it again."""

    def __init__(self, database: Database, provider: Provider, *, to: str, secret: str, http: httpx.Client,
                 now: Callable[[], float]) -> None:
        self._db = database
        self._provider = provider
        self._to = to
        self._secret = secret
        self._http = http
        self._now = now

    def round(self) -> int:
        """Send what is due; returns how many were taken by the receiver."""
        due = self._db.rows("SELECT * FROM notices WHERE due <= ? ORDER BY number LIMIT 50", self._now())
        if self._provider.switch("reorder", "off") == "on":
            due.reverse()
        return sum(self._send(row["number"], row["event"], row["tries"]) for row in due)

    def _send(self, number: int, event: str, tries: int) -> bool:
        body = json.dumps(self._provider.event(event), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Madopay-Signature": signature(self._secret, int(self._now()), body)}
        try:
            taken = 200 <= self._http.post(self._to, content=body, headers=headers).status_code < 300
        except httpx.HTTPError:
            taken = False
        with self._db.change() as db:
            if taken:
                db.execute("DELETE FROM notices WHERE number = ?", (number,))
            else:
                pause = PAUSES[min(tries, len(PAUSES) - 1)]
                db.execute("UPDATE notices SET tries = tries + 1, due = ? WHERE number = ?", (self._now() + pause, number))
        return taken

    def forever(self) -> None:
        """The loop of the simulator's own thread."""
        while True:
            try:
                self._provider.expire_all_late()
                self.round()
            except Exception:  # the queue must go on whatever one notice did
                log.exception("a round of notices failed")
            time.sleep(0.3)
