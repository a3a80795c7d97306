"""Takes mails and SMS, drops a second one of the same id, shows them with their links to click, and can let a mail come back."""

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
CREATE TABLE IF NOT EXISTS came_back (id TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS texts
    (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL);"""
MAILS = "SELECT * FROM mails WHERE recipient = ? OR ? = '' ORDER BY at DESC, rowid DESC LIMIT ?"
TEXTS = "SELECT * FROM texts WHERE recipient = ? OR ? = '' ORDER BY at DESC, rowid DESC LIMIT ?"
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
        told = _told("id", "to", "subject", "text")
        if told is None:
            return jsonify(error="shape"), 400
        with database.change() as db:
            db.execute("INSERT OR IGNORE INTO mails VALUES (?, ?, ?, ?, ?)",
                       (told["id"], told["to"], told["subject"], told["text"], now()))
        return jsonify(status="taken")

    @app.post("/texts")
    def take_text() -> tuple[Response, int] | Response:
        told = _told("id", "to", "text")
        if told is None:
            return jsonify(error="shape"), 400
        with database.change() as db:
            db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?)", (told["id"], told["to"], told["text"], now()))
        return jsonify(status="taken")

    @app.get("/api/messages")
    def messages() -> Response:
        return jsonify(_newest(database, MAILS))

    @app.get("/api/texts")
    def texts() -> Response:
        return jsonify(_newest(database, TEXTS))

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
        return render_template("mailbox.html", mails=_newest(database, MAILS), texts=_newest(database, TEXTS), linked=_linked,
                               back=back)

    return app


def _told(*names: str) -> dict[str, str] | None:
    """The posted JSON, when it has these texts and none is empty."""
    told: Any = request.get_json(silent=True)
    fine = isinstance(told, dict) and all(isinstance(told.get(name), str) and told[name] for name in names)
    return told if fine else None


def _newest(database: Database, what: str) -> list[dict[str, Any]]:
    """What was sent to the one that the address asks about, or to everybody."""
    to = request.args.get("to", "")
    return [dict(row) for row in database.rows(what, to, to, SHOWN)]


def _linked(text: str) -> Markup:
    """The text with its addresses as links; everything else is escaped."""
    words = [Markup('<a href="{0}">{0}</a>').format(line) if line.startswith(("http://", "https://")) else Markup("{}").format(line)
             for line in text.split("\n")]
    return Markup("\n").join(words)
