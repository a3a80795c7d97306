"""What the simulators' web servers share: the look, safe headers, and how they are started."""

import logging
from pathlib import Path

from flask import Flask, Response
from waitress import serve

LOOK = Path(__file__).parents[2] / "content" / "look" / "tokens.css"
STYLE = Path(__file__).parent / "simulator.css"


def application(name: str, folder: Path) -> Flask:
    """A Flask application with templates beside it, the shared look, and headers that forbid everything else."""
    app = Flask(name, template_folder=str(folder / "templates"), static_folder=None)

    @app.get("/look.css")
    def look() -> Response:
        return Response(LOOK.read_text("utf-8") + STYLE.read_text("utf-8"), mimetype="text/css")

    @app.after_request
    def headers(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'")
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return app


def run(app: Flask, port: int) -> None:
    """Serve on the loopback address until stopped."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve(app, host="127.0.0.1", port=port, threads=8, ident=None)
