"""The officers' pages of the counter: their door, the view of the running session, and the few things they may do there."""

import hmac
from http import HTTPStatus

from flask import Flask, Response, abort, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kiosk_agent import staff
from kiosk_agent.counter import Counter
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.staff import Door

COOKIE = "madonavi-staff"
WRONG = "番号がちがいます。5回まちがえると、1分のあいだ入れません。"


def add_staff_routes(app: Flask, counter: Counter, check: SelfCheck, door: Door, secret: bytes) -> None:
    """Add `/staff` and what is below it. secret: of this start of the program; a button of an earlier one does nothing."""
    def ticket() -> str:
        return request.cookies.get(COOKIE, "")

    def token(turn: int) -> str:
        return hmac.new(secret, f"staff {ticket()} {turn}".encode(), "sha256").hexdigest()

    def require_inside() -> None:
        if not door.is_inside(ticket()):
            abort(403)

    def pressed_at() -> int:
        """The turn of the button. 403 for a button that is not ours."""
        require_inside()
        at, given = request.form.get("turn", ""), request.form.get("token", "")
        if not (at.isascii() and at.isdigit() and hmac.compare_digest(given.encode(), token(int(at)).encode())):
            abort(403)
        return int(at)

    @app.get("/staff")
    def staff_view() -> str:
        if not door.is_inside(ticket()):
            return render_template("staff_enter.html", wrong="")
        seen = staff.view(counter, check)
        return render_template("staff.html", view=seen, token=token(seen.turn))

    @app.post("/staff/enter")
    def staff_enter() -> Answer | tuple[str, int]:
        passed = door.enter(request.form.get("pin", ""))
        if passed is None:
            return render_template("staff_enter.html", wrong=WRONG), HTTPStatus.FORBIDDEN
        answer = make_response(redirect("/staff", 303))
        answer.set_cookie(COOKIE, passed, path="/staff", httponly=True, samesite="Strict")
        return answer

    @app.get("/staff/turn")
    def staff_turn() -> Response:
        require_inside()
        return jsonify(turn=counter.session.turn)

    @app.get("/staff/picture/<part>")
    def staff_picture(part: str) -> Response:
        require_inside()
        png = staff.picture(counter, part)
        if png is None:
            abort(404)
        return Response(png, mimetype="image/png")

    @app.post("/staff/<what>")
    def staff_act(what: str) -> Answer:
        at = pressed_at()
        match what:
            case "type":
                counter.officer_types(at, request.form.get("name", ""), request.form.get("address", ""),
                                      request.form.get("birthdate", ""))
            case "came":
                counter.officer_came()
            case "end":
                counter.press(at, "stopped")
            case "leave":
                door.leave(ticket())
            case _:
                abort(404)
        return redirect("/staff", 303)
