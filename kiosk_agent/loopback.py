"""A page server for the screens of this one computer: whom it answers, and what every answer carries."""

from pathlib import Path

from flask import Flask, Response, abort, request

import content

LOOK = Path(content.__file__).parent / "look" / "tokens.css"
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


def local_app(folder: Path, *, port: int, policy: str) -> Flask:
    """A server without pages yet, with the templates and assets in `folder`, which answers this computer alone.

    policy: the Content-Security-Policy of every answer.
    """
    app = Flask(__name__, static_url_path="/assets", template_folder=str(folder / "templates"),
                static_folder=str(folder / "assets"))
    hosts = {f"localhost:{port}", f"127.0.0.1:{port}"}

    @app.before_request
    def only_this_computer() -> None:
        """A page of another origin must not press our buttons, nor a name that was bent to point here (DNS rebinding)."""
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in {f"http://{host}" for host in hosts}):
            abort(403)

    @app.after_request
    def headers(answer: Response) -> Response:
        for name, value in {**HEADERS, "Content-Security-Policy": policy}.items():
            answer.headers[name] = value
        return answer

    @app.get("/look.css")
    def look() -> Response:
        return Response(LOOK.read_text("utf-8"), mimetype="text/css")

    return app
