"""OpenID Connect as a relying party: code flow with PKCE and private_key_jwt, ID tokens verified with joserfc.

Sources: OpenID Connect Core 1.0; RFC 7636 (PKCE); RFC 7523 (private_key_jwt); FAPI-like checks of integrations.md §4.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from chalicelib.domain.errors import IdentityRefused, ProviderDown
from chalicelib.domain.ports import LoginStart

CLOCK_SKEW_SECONDS = 60
ASSERTION_SECONDS = 60
KEYS_LIVE_SECONDS = 300
"""An unknown `kid` makes us fetch the provider's keys again, at most once in this time."""


class RelyingParty:
    """One client at one issuer. Endpoints are the issuer's `/protocol/openid-connect/…` or come from discovery."""

    def __init__(self, issuer: str, client_id: str, key_file: Path, *, http: httpx.Client, redirect_uri: str,
                 algorithms: Sequence[str] = ("ES256",)) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.http = http
        self.redirect_uri = redirect_uri
        self._algorithms = list(algorithms)
        self._keys = json.loads(key_file.read_text())["keys"]
        self._discovered: dict[str, Any] = {}
        self._provider_keys: KeySet | None = None
        self._keys_at = 0.0

    def endpoint(self, name: str) -> str:
        """An endpoint of the provider's discovery document, as in `token_endpoint`."""
        if not self._discovered:
            self._discovered = self.json("GET", f"{self.issuer}/.well-known/openid-configuration")
            if self._discovered.get("issuer") != self.issuer:
                raise ProviderDown("discovery names another issuer")
        return str(self._discovered[name])

    def own_key(self, use: str) -> ECKey:
        """Our private key for signing (`sig`) or decrypting (`enc`)."""
        return ECKey.import_key(next(key for key in self._keys if key.get("use", "sig") == use))

    def begin(self, scope: str, **more: str) -> LoginStart:
        """Where to send the browser, with a fresh state, nonce and PKCE verifier."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {"response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect_uri, "scope": scope,
                 "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256", **more}
        url = f"{self.endpoint('authorization_endpoint')}?{urlencode(asked)}"
        return LoginStart(url=url, state=state, nonce=nonce, verifier=verifier, transaction=more.get("sign_transaction_id"))

    def redeem(self, started: LoginStart, code: str, now: datetime) -> tuple[str, Mapping[str, Any]]:
        """(access token, verified ID token claims) for a code. A code is never tried twice. Raises IdentityRefused."""
        tokens = self.token(now, grant_type="authorization_code", code=code, redirect_uri=self.redirect_uri,
                            code_verifier=started.verifier)
        if not {"access_token", "id_token"} <= tokens.keys():
            raise IdentityRefused("token")
        return str(tokens["access_token"]), self._claims(str(tokens["id_token"]), started.nonce, now)

    def token(self, now: datetime, **form: str) -> Mapping[str, Any]:
        """Ask the token endpoint, proving who we are with a signed assertion of our own key."""
        key, at = self.own_key("sig"), int(now.timestamp())
        said = {"iss": self.client_id, "sub": self.client_id, "aud": self.endpoint("token_endpoint"),
                "jti": secrets.token_urlsafe(24), "iat": at, "exp": at + ASSERTION_SECONDS}
        header = {"alg": "ES256", "kid": key.kid or key.thumbprint()}
        proof = {"client_id": self.client_id, "client_assertion": jwt.encode(header, said, key),
                 "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
        return self.json("POST", self.endpoint("token_endpoint"), data={**form, **proof})

    def json(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        """One call. 4xx is a refusal with the provider's word for it; anything else unusable is ProviderDown."""
        try:
            answer = self.http.request(method, url, **more)
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            raise ProviderDown("identity provider") from None
        if 400 <= answer.status_code < 500 and answer.status_code != 429:
            raise IdentityRefused(str(told.get("error", answer.status_code)) if isinstance(told, dict) else "refused")
        if answer.status_code != 200 or not isinstance(told, dict):
            raise ProviderDown("identity provider")
        return told

    def _claims(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        claims = self._verified(token, now)
        at = now.timestamp()
        audience = claims.get("aud")
        sound = (
            claims.get("iss") == self.issuer
            and (audience == self.client_id or audience == [self.client_id])
            and claims.get("azp", self.client_id) == self.client_id
            and claims.get("nonce") == nonce
            and isinstance(claims.get("sub"), str)
            and _moment(claims.get("exp")) > at - CLOCK_SKEW_SECONDS
            and _moment(claims.get("iat")) < at + CLOCK_SKEW_SECONDS
        )
        if not sound:
            raise IdentityRefused("id_token")
        return claims

    def _verified(self, token: str, now: datetime) -> Mapping[str, Any]:
        for fresh in (False, True):
            try:
                return dict(jwt.decode(token, self._issuer_keys(now, fresh=fresh), algorithms=self._algorithms).claims)
            except (JoseError, ValueError):
                if fresh:
                    raise IdentityRefused("id_token") from None
        raise IdentityRefused("id_token")

    def _issuer_keys(self, now: datetime, *, fresh: bool) -> KeySet:
        old = now.timestamp() - self._keys_at > KEYS_LIVE_SECONDS
        if self._provider_keys is None or (fresh and old):
            self._provider_keys = KeySet.import_key_set(self.json("GET", self.endpoint("jwks_uri")))  # type: ignore[arg-type]  # checked by joserfc
            self._keys_at = now.timestamp()
        return self._provider_keys


def _moment(claim: object) -> float:
    """Seconds since 1970; not a number, which is neither before nor after any moment, for whatever else was sent."""
    return float(claim) if isinstance(claim, int | float) else float("nan")
