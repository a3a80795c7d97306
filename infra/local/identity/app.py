"""The identity simulator's web pages and endpoints."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from infra.local.database import Database
from infra.local.identity import clients, people
from infra.local.identity.cards import PracticeCards
from infra.local.identity.provider import SCHEMA, Provider
from infra.local.web import application

RESIDENTS = "/api/realms/main"
STAFF = "/staff"
ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
         "code_challenge_method", "sign_transaction_id", "acr_values")


def create_app(base: str, folder: Path, clients_file: Path, now: Callable[[], float] = time.time) -> Flask:
    """The simulator at the address `base`, with its files in `folder`."""
    database = Database(folder / "identity.db", SCHEMA)
    cards = PracticeCards(folder / "cards", datetime.fromtimestamp(now(), UTC))
    app = application("identity", Path(__file__).parent)
    realms = {RESIDENTS: Provider("residents", base + RESIDENTS, database, cards, now),
              STAFF: Provider("staff", base + STAFF, database, cards, now)}
    for path, provider in realms.items():
        _openid_routes(app, path, provider, clients_file, now)
    _signing_routes(app, realms[RESIDENTS], clients_file)

    @app.get("/api/test-ca.pem")
    def ca() -> Response:
        return Response(cards.ca_pem(), mimetype="application/x-pem-file")

    @app.errorhandler(clients.Refused)
    def refused(error: clients.Refused) -> tuple[Response, int]:
        return jsonify(error=error.word), error.status

    return app


def _openid_routes(app: Flask, path: str, provider: Provider, clients_file: Path, now: Callable[[], float]) -> None:
    at = f"{path}/protocol/openid-connect"
    name = provider.realm

    def client_of(id: str) -> clients.RegisteredClient | None:
        return clients.read(clients_file).get(id)

    @app.get(f"{path}/.well-known/openid-configuration", endpoint=f"{name}-discovery")
    def discovery() -> Response:
        return jsonify(provider.discovery())

    @app.get(f"{at}/certs", endpoint=f"{name}-certs")
    def certs() -> Response:
        public = {**provider.key.as_dict(private=False), "use": "sig", "alg": "ES256", "kid": provider.key.thumbprint()}
        return jsonify(keys=[public])

    @app.route(f"{at}/auth", methods=["GET", "POST"], endpoint=f"{name}-auth")
    def authorize() -> str | Answer:
        asked = {key: request.values[key] for key in ASKED if key in request.values}
        provider.check_request(asked, client_of(asked.get("client_id", "")))
        page = "staff.html" if name == "staff" else "sign.html" if "sign" in asked["scope"].split() else "login.html"
        if request.method == "GET":
            return render_template(page, asked=asked, people=people, error=None)
        if request.form.get("answer") == "stop":
            return _back(asked, error="access_denied")
        person, error = _who(page, request.form)
        if person is None:
            return render_template(page, asked=asked, people=people, error=error)
        return _back(asked, code=provider.give_code(asked, person), iss=provider.issuer)

    @app.post(f"{at}/token", endpoint=f"{name}-token")
    def token() -> Response:
        form = request.form
        if form.get("client_assertion_type") != clients.ASSERTION_TYPE:
            raise clients.Refused("invalid_client", 401)
        client = client_of(form.get("client_id", ""))
        jti = clients.proven(client, form.get("client_assertion", ""), token_endpoint=provider.token_endpoint, now=now())
        provider.remember_jti(jti)
        if client is None or client.realm != provider.realm:
            raise clients.Refused("invalid_client", 401)
        match form.get("grant_type"):
            case "authorization_code":
                return jsonify(provider.redeem(client, form.get("code", ""), form.get("redirect_uri", ""),
                                               form.get("code_verifier", "")))
            case "client_credentials":
                return jsonify(provider.client_token(client))
            case _:
                raise clients.Refused("unsupported_grant_type")

    @app.get(f"{at}/userinfo", endpoint=f"{name}-userinfo")
    def userinfo() -> Response:
        return jsonify(provider.userinfo(provider.bearer(request.headers.get("Authorization", ""))))

    @app.get(f"{at}/logout", endpoint=f"{name}-logout")
    def logout() -> str | Answer:
        client = client_of(request.args.get("client_id", ""))
        to = request.args.get("post_logout_redirect_uri", "")
        if client is not None and to in client.redirect_uris:
            return redirect(to, 303)
        return render_template("goodbye.html")


def _signing_routes(app: Flask, provider: Provider, clients_file: Path) -> None:
    @app.post("/api/sign-transactions")
    def begin() -> Response:
        told: Any = request.get_json(silent=True) or {}
        bearer = provider.bearer(request.headers.get("Authorization", ""))
        return jsonify(id=provider.begin_signing(bearer, str(told.get("digest", ""))))

    @app.get("/api/sign-transactions/<id>/result")
    def result(id: str) -> Response:
        bearer = provider.bearer(request.headers.get("Authorization", ""))
        client = clients.read(clients_file)[bearer["client"]]
        return jsonify(result=provider.signing_result(bearer, id, client))


def _who(page: str, form: Any) -> tuple[str | None, str]:
    """The person who proved to be there, or what went wrong in words."""
    if page == "staff.html":
        officer = people.officer(form.get("person", ""))
        return (officer.id, "") if officer else (None, "職員を選んでください。")
    person = people.resident(form.get("person", ""))
    if person is None:
        return None, "カードを選んでください。"
    if person.locked:
        return None, "この暗証番号はロックされています。市役所の窓口で解除できます。"
    if page == "sign.html":
        if not person.has_signing_certificate:
            return None, "このカードには、署名用の電子証明書が入っていません。"
        right = form.get("secret", "").upper() == people.PASSWORD
        return (person.id, "") if right else (None, "署名用パスワードがちがいます（練習用は ABC123）。")
    right = form.get("secret", "") == people.PIN
    return (person.id, "") if right else (None, "暗証番号がちがいます（練習用は 1234）。")


def _back(asked: dict[str, str], **told: str) -> Answer:
    return redirect(f"{asked['redirect_uri']}?{urlencode({**told, 'state': asked['state']})}", 303)
