"""Takes mails, drops a second one of the same id, shows them with their links to click, and can let one come back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from flask import Flask, Response, jsonify, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from infra.local.database import Database
from infra.local.web import application

SCHEMA = """CREATE TABLE IF NOT EXISTS mails
    (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS came_back (id TEXT PRIMARY KEY);"""
SHOWN = 100


@dataclass(frozen=True, slots=True)
class City:
    """Who is told that a mail came back, as SES does by a queue: only the effect's id and the sort, never the address."""

    webhook: str
    secret: str = field(repr=False)
    http: httpx.Client

    def hears(self, mail: str) -> bool:
        """Whether the city has taken it in."""
        told = {"what": "bounced", "effect": mail.replace(":", "_"), "sort": "Permanent"}
        try:
            answer = self.http.post(self.webhook, json=told, headers={"Authorization": f"Bearer {self.secret}"})
        except httpx.HTTPError:
            return False
        return answer.status_code == 200


def create_app(file: Path | str, now: Callable[[], float], city: City | None = None) -> Flask:
    """The mailbox over a database file. Without a city nobody hears of a mail that came back."""
    database = Database(file, SCHEMA)
    app = application("mailbox", Path(__file__).parent)

    @app.post("/messages")
    def take() -> tuple[Response, int] | Response:
        told: Any = request.get_json(silent=True)
        if not isinstance(told, dict) or not all(isinstance(told.get(k), str) and told[k] for k in ("id", "to", "subject", "text")):
            return jsonify(error="shape"), 400
        with database.change() as db:
            db.execute("INSERT OR IGNORE INTO mails VALUES (?, ?, ?, ?, ?)",
                       (told["id"], told["to"], told["subject"], told["text"], now()))
        return jsonify(status="taken")

    @app.get("/api/messages")
    def messages() -> Response:
        return jsonify([dict(row) for row in _mails(database, request.args.get("to", ""))])

    @app.post("/came-back/<id>")
    def came_back(id: str) -> tuple[str, int] | Answer:
        if not database.rows("SELECT id FROM mails WHERE id = ?", id):
            return "", 404
        if city is None or not city.hears(id):
            return "", 503
        with database.change() as db:
            db.execute("INSERT OR IGNORE INTO came_back VALUES (?)", (id,))
        return redirect("/", 303)

    @app.get("/")
    def page() -> str:
        back = {row["id"] for row in database.rows("SELECT id FROM came_back")}
        return render_template("mailbox.html", mails=_mails(database, request.args.get("to", "")), linked=_linked, back=back)

    return app


def _mails(database: Database, to: str) -> list[dict[str, Any]]:
    rows = database.rows("SELECT * FROM mails WHERE recipient = ? OR ? = '' ORDER BY at DESC, rowid DESC LIMIT ?", to, to, SHOWN)
    return [dict(row) for row in rows]


def _linked(text: str) -> Markup:
    """The text with its addresses as links; everything else is escaped."""
    words = [Markup('<a href="{0}">{0}</a>').format(line) if line.startswith(("http://", "https://")) else Markup("{}").format(line)
             for line in text.split("\n")]
    return Markup("\n").join(words)
