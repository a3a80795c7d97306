"""The counter's screens: a web server for the touch screen beside it, on the loopback address and for nobody else."""

import hmac
import secrets
from pathlib import Path

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

import content
from kiosk_agent.counter import Counter
from kiosk_agent.demo import Demo
from kiosk_agent.paper.birthdate import birthdate
from kiosk_agent.questions import asked_on
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.session import NO_CLOCK, Screen

HERE = Path(__file__).parent
LOOK = Path(content.__file__).parent / "look" / "tokens.css"
WARN_SECONDS = 15
"""From here on the countdown is shown."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
                               "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
}


def create_app(counter: Counter, check: SelfCheck, *, port: int, demo: Demo | None, city: str) -> Flask:
    """The screens of one counter. demo: the virtual card's table, on a demonstration computer only."""
    app = Flask(__name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "assets"), static_url_path="/assets")
    secret = secrets.token_bytes(32)
    hosts = {f"localhost:{port}", f"127.0.0.1:{port}"}

    def token(turn: int) -> str:
        return hmac.new(secret, str(turn).encode(), "sha256").hexdigest()

    @app.before_request
    def only_this_computer() -> None:
        """A page of another origin must not press our buttons, nor a name that was bent to point here (DNS rebinding)."""
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in {f"http://{host}" for host in hosts}):
            abort(403)

    @app.after_request
    def headers(answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    @app.get("/look.css")
    def look() -> Response:
        return Response(LOOK.read_text("utf-8"), mimetype="text/css")

    @app.get("/")
    def screen() -> str:
        session = counter.session
        return render_template(f"{session.screen}.html", session=session, token=token(session.turn), city=city, demo=demo,
                               asked=asked_on(session.screen, counter.procedure), left=counter.seconds_left(),
                               warn=WARN_SECONDS, clock=session.screen not in NO_CLOCK, paper=counter.paper,
                               birthdate=birthdate(session.person.birthdate) if session.person else "", screens=Screen)

    @app.get("/turn")
    def turn() -> Response:
        left = counter.seconds_left()
        return jsonify(turn=counter.session.turn, left=None if left is None else round(left))

    @app.post("/press")
    def press() -> Answer:
        at = request.form.get("turn", "")
        if at.isdigit() and hmac.compare_digest(request.form.get("token", "").encode(), token(int(at)).encode()):
            counter.press(int(at), request.form.get("press", ""), request.form.get("value", ""))
        return redirect("/", 303)

    @app.get("/check")
    def selfcheck() -> str:
        return render_template("check.html", lines=check.lines(), city=city, demo=None, clock=False, left=None, warn=WARN_SECONDS,
                               session=None, token="")

    if demo is not None:
        _demo_routes(app, demo)
    return app


def _demo_routes(app: Flask, demo: Demo) -> None:
    @app.post("/demo")
    def place() -> Answer:
        demo.do(request.form)
        return redirect("/", 303)

    @app.get("/demo/sheet.pdf")
    def sheet() -> Response:
        pdf = demo.last_sheet()
        if pdf is None:
            abort(404)
        return Response(pdf, mimetype="application/pdf")


