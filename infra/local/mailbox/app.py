"""Takes mails and SMS, drops a second one of the same id, and shows them with their links to click."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from markupsafe import Markup

from infra.local.database import Database
from infra.local.web import application

SCHEMA = """CREATE TABLE IF NOT EXISTS mails
    (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS texts
    (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL);"""
MAILS = "SELECT * FROM mails WHERE recipient = ? OR ? = '' ORDER BY at DESC, rowid DESC LIMIT ?"
TEXTS = "SELECT * FROM texts WHERE recipient = ? OR ? = '' ORDER BY at DESC, rowid DESC LIMIT ?"
SHOWN = 100


def create_app(file: Path | str, now: Callable[[], float]) -> Flask:
    """The mailbox over a database file."""
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

    @app.get("/")
    def page() -> str:
        return render_template("mailbox.html", mails=_newest(database, MAILS), texts=_newest(database, TEXTS), linked=_linked)

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
