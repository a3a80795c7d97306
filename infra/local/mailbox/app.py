"""Takes mails, drops a second one of the same id, and shows them with their links to click."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from markupsafe import Markup

from infra.local.database import Database
from infra.local.web import application

SCHEMA = """CREATE TABLE IF NOT EXISTS mails
    (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL);"""
SHOWN = 100


def create_app(file: Path | str, now: Callable[[], float]) -> Flask:
    """The mailbox over a database file."""
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

    @app.get("/")
    def page() -> str:
        return render_template("mailbox.html", mails=_mails(database, request.args.get("to", "")), linked=_linked)

    return app


def _mails(database: Database, to: str) -> list[dict[str, Any]]:
    rows = database.rows("SELECT * FROM mails WHERE recipient = ? OR ? = '' ORDER BY at DESC, rowid DESC LIMIT ?", to, to, SHOWN)
    return [dict(row) for row in rows]


def _linked(text: str) -> Markup:
    """The text with its addresses as links; everything else is escaped."""
    words = [Markup('<a href="{0}">{0}</a>').format(line) if line.startswith(("http://", "https://")) else Markup("{}").format(line)
             for line in text.split("\n")]
    return Markup("\n").join(words)
