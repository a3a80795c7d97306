"""Logins that must be refused, tried against a strict OpenID provider of others (npm oidc-provider), not against our own."""

import base64
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from chalicelib.adapters.oidc import RelyingParty
from chalicelib.adapters.staff_identity import OidcStaff
from chalicelib.domain.errors import NaviError
from chalicelib.domain.ports import LoginStart
from infra.local.play.browser import HttpBrowser
from tests.conftest import free_port, wait_for
from tests.prove.claims import Claims

PACKAGE = "oidc-provider@9.13.3"
SERVER = Path(__file__).parent / "oidc_provider.mjs"
BACK = "http://127.0.0.1:9/office/login/return"
"""Nobody listens there: what the provider sends the browser to is read from its redirect."""


class Swap(httpx.BaseTransport):
    """Our way to the provider, on which somebody replaces the ID token. swap: gets the real one."""

    def __init__(self) -> None:
        self.swap: Callable[[str], str] = lambda token: token
        self.last = ""
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        told = json.loads(answer.read() or b"{}")
        if answer.status_code == 200 and isinstance(told, dict) and "id_token" in told:
            self.last = told["id_token"]
            told["id_token"] = self.swap(told["id_token"])
        return httpx.Response(answer.status_code, json=told)


@dataclass
class Side:
    """One of our clients at one provider."""

    staff: OidcStaff
    party: RelyingParty
    way: Swap

    def comes_back(self, started: LoginStart) -> str:
        """The code that a person's login at the provider gives."""
        return _code(started.url)

    def login(self) -> tuple[LoginStart, str]:
        """A login up to the return."""
        started = self.staff.start()
        return started, self.comes_back(started)


class _Returned(Exception):
    """The provider led back to us."""


class _StopAtUs(httpx.BaseTransport):
    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if str(request.url).startswith(BACK):
            raise _Returned(str(request.url))
        return self._inner.handle_request(request)


def _code(url: str) -> str:
    browser = HttpBrowser(transport=_StopAtUs())
    try:
        browser.get(url)
        browser.submit("", login="staff-yamada", password="made-up")
        browser.submit("")
    except _Returned as back:
        return parse_qs(urlsplit(str(back)).query)["code"][0]
    raise AssertionError(f"no way back: {browser.status} {browser.url}")


@contextmanager
def two_providers() -> Iterator[tuple[Side, Side, Side]]:
    """(our client, another client at the same provider, our client at another provider). Raises OSError where npm has none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        done = subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", name, PACKAGE],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise OSError(f"npm cannot bring {PACKAGE}")
        clients = [_registered(folder, client) for client in ("office", "another")]
        (folder / "clients.json").write_text(json.dumps(clients), "utf-8")
        ports = [free_port() for _ in range(2)]
        running = []
        try:
            for port in ports:
                running.append(subprocess.Popen(["node", str(SERVER), name, str(port), str(folder / "clients.json")],
                                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
                wait_for(port)
            yield (_side(folder, "office", ports[0]), _side(folder, "another", ports[0]), _side(folder, "office", ports[1]))
        finally:
            for one in running:
                one.kill()
                one.wait()


def _registered(folder: Path, client: str) -> dict[str, Any]:
    key = ECKey.generate_key("P-256")
    made = {**key.as_dict(private=True), "use": "sig", "kid": key.thumbprint()}
    (folder / f"{client}.json").write_text(json.dumps({"keys": [made]}), "utf-8")
    public = {name: value for name, value in made.items() if name != "d"}
    return {"client_id": client, "redirect_uris": [BACK], "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [public]}, "token_endpoint_auth_signing_alg": "ES256", "id_token_signed_response_alg": "ES256"}


def _side(folder: Path, client: str, port: int) -> Side:
    way = Swap()
    party = RelyingParty(f"http://127.0.0.1:{port}", client, folder / f"{client}.json", http=httpx.Client(transport=way),
                         redirect_uri=BACK)
    return Side(OidcStaff(party, back_to=BACK), party, way)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a real provider has the real clock


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    head, body, _ = token.split(".")
    return json.loads(base64.urlsafe_b64decode(head + "==")), json.loads(base64.urlsafe_b64decode(body + "=="))


def _plain(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def _unsigned(token: str) -> str:
    return f"{_plain({'alg': 'none'})}.{_plain(_parts(token)[1])}."


def _altered(token: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{_plain({**_parts(token)[1], 'roles': ['admin']})}.{signature}"


def _own_key(token: str) -> str:
    key = ECKey.generate_key("P-256")
    return jwt.encode(_parts(token)[0], _parts(token)[1], key)


def _shared_secret(side: Side) -> Callable[[str], str]:
    """The provider's public key used as if it were a secret that both know (algorithm confusion)."""
    public = json.dumps(httpx.get(side.party.endpoint("jwks_uri")).json()["keys"][0])
    return lambda token: jwt.encode({"alg": "HS256", "kid": _parts(token)[0]["kid"]}, _parts(token)[1], OctKey.import_key(public))


def _as_another(our: Side, other: Side, nonce: str) -> str:
    """An ID token that was made for somebody else, with the nonce of our login."""
    started = other.staff.start()
    started = replace(started, url=started.url.replace(f"nonce={started.nonce}", f"nonce={nonce}"), nonce=nonce)
    other.staff.finish(started, code=other.comes_back(started), now=_now())
    del our
    return other.way.last


def attacks(our: Side, other: Side, elsewhere: Side) -> Mapping[str, Callable[[], object]]:
    """What is tried, by name; each must be refused."""
    def with_token(make: Callable[[str], str]) -> Callable[[], object]:
        def tried() -> object:
            started, code = our.login()
            our.way.swap = make
            return our.staff.finish(started, code=code, now=_now())
        return tried

    def foreign(side: Side) -> Callable[[], object]:
        def tried() -> object:
            started, code = our.login()
            token = _as_another(our, side, started.nonce)
            our.way.swap = lambda _: token
            return our.staff.finish(started, code=code, now=_now())
        return tried

    def changed(**differs: str) -> Callable[[], object]:
        def tried() -> object:
            started, code = our.login()
            return our.staff.finish(replace(started, **differs), code=code, now=_now())
        return tried

    def replayed() -> object:
        started, code = our.login()
        our.staff.finish(started, code=code, now=_now())
        return our.staff.finish(started, code=code, now=_now())

    def late() -> object:
        started, code = our.login()
        token = ""

        def keep(real: str) -> str:
            nonlocal token
            token = real
            return real

        our.way.swap = keep
        our.staff.finish(started, code=code, now=_now())
        return our.party._claims(token, started.nonce, _now() + timedelta(hours=3))

    def code_of(side: Side) -> Callable[[], object]:
        def tried() -> object:
            started = our.staff.start()
            return our.staff.finish(started, code=side.login()[1], now=_now())
        return tried

    return {"a wrong PKCE verifier": changed(verifier="v" * 43), "a wrong nonce": changed(nonce="another"),
            "a token for another client": foreign(other), "a code that was used": replayed,
            "a token without a signature (alg none)": with_token(_unsigned), "a token with other roles": with_token(_altered),
            "a token signed by somebody's own key": with_token(_own_key),
            "a token signed with the public key as a secret": with_token(_shared_secret(our)),
            "a token of another issuer": foreign(elsewhere), "a code of another issuer": code_of(elsewhere),
            "a code of another client": code_of(other), "a token of three hours ago": late}


def claim(claims: Claims, url: str) -> None:
    """The city's login against a provider that keeps to the standard."""
    del url
    try:
        with two_providers() as (our, other, elsewhere):
            right = 0
            tried = attacks(our, other, elsewhere)
            refused = 0
            for name, attack in tried.items():
                our.way.swap = lambda token: token
                started, code = our.login()
                right += our.staff.finish(started, code=code, now=_now()).municipality == "462101"
                try:
                    attack()
                    claims.told("  let in", name)
                except NaviError:
                    refused += 1
            claims.line("wrong logins refused / tried, at npm oidc-provider; right logins between them let in",
                        f"{refused} / {len(tried)}, {right} / {len(tried)}", "all", refused == right == len(tried))
    except (OSError, TimeoutError) as away:
        claims.told("wrong logins at npm oidc-provider", f"not measured here: {away}")
