"""Serves the editor's page, its settings, and what is wrong with the content now. Nothing here writes a file: the browser does,
in the folder that the officer opened, so no account and no server is between an officer and the files.
"""

from pathlib import Path

from flask import Flask, Response, jsonify, send_file

from content import editor
from content.catalogue import ROOT, Catalogue, load
from content.faults import ContentErrors
from content.languages import in_every_language
from content.rules.decisions import changes, decisions, read
from infra.local.editor import sveltia
from infra.local.stack import CITY

ASSETS = Path(__file__).parent / "assets"
AGREED = ROOT.parent / "tests/content/decisions.csv"
POLICY = ("default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
          "font-src 'self' data:; connect-src 'self' blob: data:; base-uri 'none'; frame-ancestors 'none'")
"""The editor brings its own styles into the page; nothing is loaded from another host all the same."""


def application(root: Path = ROOT) -> Flask:
    """The editor over the content in `root`."""
    app = Flask("editor", static_folder=None)

    @app.get("/")
    def page() -> Response:
        name = "editor.html" if sveltia.is_there() else "missing.html"
        return Response((ASSETS / name).read_text("utf-8"), mimetype="text/html")

    @app.get("/config.json")
    def config() -> Response:
        return Response(editor.text(), mimetype="application/json")

    @app.get("/sveltia-cms.js")
    def program() -> Response:
        return send_file(sveltia.FOLDER / "sveltia-cms.js", mimetype="text/javascript")

    @app.get(f"/sveltia-cms@{sveltia.VERSION}/locales/ja.json")
    def words() -> Response:
        return send_file(sveltia.FOLDER / "ja.json")

    @app.get("/sveltia-cms/package.json")
    def version() -> Response:
        return jsonify(version=sveltia.VERSION)

    @app.get("/fonts/<any('material-symbols-outlined.woff2'):name>")
    def font(name: str) -> Response:
        return send_file(sveltia.FOLDER / name)

    @app.get("/<any('faults.js', 'editor.css'):name>")
    def asset(name: str) -> Response:
        return send_file(ASSETS / name)

    @app.get("/faults")
    def faults() -> Response:
        return jsonify(state(root))

    @app.after_request
    def headers(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return app


def state(root: Path) -> dict[str, list[str]]:
    """What is wrong with the content now, what waits for a translator, and which answers of the navigator would change."""
    try:
        catalogue = load(CITY, root)
    except ContentErrors as errors:
        return {"faults": [str(fault) for fault in errors.faults], "untold": [], "changes": []}
    return {"faults": [], "untold": _untold(catalogue, root), "changes": _changes(catalogue)}


def _untold(catalogue: Catalogue, root: Path) -> list[str]:
    try:
        in_every_language(catalogue, root)
    except ContentErrors as errors:
        return [str(fault) for fault in errors.faults]
    return []


def _changes(catalogue: Catalogue) -> list[str]:
    return list(changes(read(AGREED.read_text("utf-8")), decisions(catalogue))) if AGREED.is_file() else []
