"""The simulator's API, its hosted payment page, and the control page with the switches."""

import hmac
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from infra.local.payment.provider import Provider, Refused
from infra.local.web import application

GOOD, DECLINED, CHALLENGED = "4242424242424242", "4000000000000002", "4000000000003220"
"""Practice card numbers: paid, refused, and asked for 3-D Secure."""
SWITCHES = ("drop", "duplicate", "reorder")


def create_app(provider: Provider, secret: str) -> Flask:
    """The simulator over its books; `secret` is the key that API callers must show."""
    app = application("payment", Path(__file__).parent)
    _api(app, provider, secret)
    _hosted_page(app, provider)
    _control(app, provider)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[Response | str, int]:
        if request.path.startswith("/v1/"):
            return jsonify(error={"code": error.code}), error.status
        return render_template("gone.html"), error.status

    return app


def _api(app: Flask, provider: Provider, secret: str) -> None:
    @app.before_request
    def known_caller() -> tuple[Response, int] | None:
        if not request.path.startswith("/v1/"):
            return None
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return None if hmac.compare_digest(shown.encode(), secret.encode()) else (jsonify(error={"code": "unauthorized"}), 401)

    def told() -> dict[str, Any]:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise Refused(400, "body")
        return body

    def key() -> str:
        if not request.headers.get("Idempotency-Key"):
            raise Refused(400, "idempotency_key_missing")
        return request.headers["Idempotency-Key"]

    @app.post("/v1/checkouts")
    def open_checkout() -> Response:
        body = told()
        return jsonify(provider.once(key(), body, lambda db: provider.open(db, body)))

    @app.get("/v1/checkouts")
    def find() -> Response:
        return jsonify(data=provider.by_reference(request.args.get("reference", "")))

    @app.get("/v1/checkouts/<id>")
    def show(id: str) -> Response:
        return jsonify(provider.checkout(id))

    @app.post("/v1/checkouts/<id>/expire")
    def expire(id: str) -> tuple[Response, int]:
        status, shown = provider.expire(id)
        return jsonify(shown), status

    @app.post("/v1/refunds")
    def refund() -> Response:
        body = told()
        return jsonify(provider.once(key(), body, lambda db: provider.refund(db, body)))

    @app.get("/v1/refunds/<id>")
    def show_refund(id: str) -> Response:
        return jsonify(provider.refund_of(id))

    @app.get("/v1/captures")
    def captures() -> Response:
        start, end = request.args.get("from", ""), request.args.get("to", "")
        if not (start.isdigit() and end.isdigit()):
            raise Refused(400, "parameter")
        shown, more = provider.captured(int(start), int(end), request.args.get("after", ""))
        return jsonify(data=shown, more=more)

    @app.get("/v1/events")
    def events() -> Response:
        limit = request.args.get("limit", "100")
        if not limit.isdigit():
            raise Refused(400, "parameter")
        return jsonify(data=provider.events_after(request.args.get("after", ""), min(int(limit), 100)))


def _hosted_page(app: Flask, provider: Provider) -> None:
    @app.route("/pay/<id>", methods=["GET", "POST"])
    def pay(id: str) -> str | Answer:
        checkout = provider.checkout(id)
        success, cancel = provider.urls(id)
        if checkout["status"] != "open":
            return render_template("done.html", checkout=checkout, back=success)
        if request.method == "GET":
            return render_template("pay.html", checkout=checkout, error=None, back=cancel)
        if request.form.get("answer") == "stop":
            return redirect(cancel, 303)
        number = "".join(sign for sign in request.form.get("card", "") if sign.isdigit())
        if request.form.get("answer") == "challenge-failed" or number == DECLINED:
            provider.decline(id)
            return render_template("pay.html", checkout=checkout, back=cancel,
                                   error="このカードは使えませんでした。ほかのカードをお試しください。")
        if number == CHALLENGED and request.form.get("answer") != "challenge-passed":
            return render_template("challenge.html", checkout=checkout)
        if number not in (GOOD, CHALLENGED):
            return render_template("pay.html", checkout=checkout, back=cancel,
                                   error="カード番号を確かめてください（練習用は 4242 4242 4242 4242）。")
        provider.pay(id)
        return redirect(success, 303)


def _control(app: Flask, provider: Provider) -> None:
    @app.get("/")
    @app.get("/control")
    def control() -> str:
        state = {name: provider.switch(name, "off") for name in SWITCHES}
        return render_template("control.html", state=state, delay=provider.switch("delay", "0"),
                               ahead=provider.switch("ahead", "0"), checkouts=provider.latest())

    @app.post("/control")
    def turn() -> Answer:
        for name in SWITCHES:
            provider.set_switch(name, "on" if request.form.get(name) else "off")
        for name in ("delay", "ahead"):
            if request.form.get(name, "").isdigit():
                provider.set_switch(name, request.form[name])
        return redirect("/control", 303)

    @app.post("/control/again/<id>")
    def again(id: str) -> Answer:
        provider.send_again(id)
        return redirect("/control", 303)
