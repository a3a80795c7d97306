"""The OpenID provider's rules: codes that work once, PKCE that is checked, tokens that are signed, signing transactions.

Behaviours reproduced: integrations.md §4.3 (1–6, 8–10).
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any

from joserfc import jwe, jwt
from joserfc.jwk import ECKey

from infra.local.database import Database
from infra.local.identity import people
from infra.local.identity.cards import PracticeCards
from infra.local.identity.clients import Refused, RegisteredClient

CODE_SECONDS = 60
TOKEN_SECONDS = 300
SCHEMA = """
CREATE TABLE IF NOT EXISTS codes (code TEXT PRIMARY KEY, told TEXT NOT NULL, until REAL NOT NULL, used INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, told TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS jtis (jti TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS signing
    (id TEXT PRIMARY KEY, client TEXT NOT NULL, digest TEXT NOT NULL, person TEXT, done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Provider:
    """One realm: `residents` (マイナアプリ) or `staff`."""

    def __init__(self, realm: str, issuer: str, database: Database, cards: PracticeCards, now: Callable[[], float]) -> None:
        self.realm = realm
        self.issuer = issuer
        self.token_endpoint = f"{issuer}/protocol/openid-connect/token"
        self._db = database
        self._cards = cards
        self._now = now
        self.key = self._kept_key()

    def discovery(self) -> dict[str, Any]:
        """The discovery document (OpenID Connect Discovery 1.0)."""
        at = f"{self.issuer}/protocol/openid-connect"
        return {"issuer": self.issuer, "authorization_endpoint": f"{at}/auth", "token_endpoint": self.token_endpoint,
                "userinfo_endpoint": f"{at}/userinfo", "jwks_uri": f"{at}/certs", "end_session_endpoint": f"{at}/logout",
                "response_types_supported": ["code"], "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"], "subject_types_supported": ["pairwise"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"]}

    def check_request(self, asked: dict[str, str], client: RegisteredClient | None) -> RegisteredClient:
        """The client of an authorization request. Raises Refused; the browser is then sent nowhere."""
        if client is None or client.realm != self.realm or asked.get("redirect_uri") not in client.redirect_uris:
            raise Refused("invalid_client")
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            raise Refused("invalid_request")
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            raise Refused("invalid_request")
        if not asked.get("state") or not asked.get("nonce"):
            raise Refused("invalid_request")
        if "sign" in asked["scope"].split() and self._signing(asked.get("sign_transaction_id", ""), client.id) is None:
            raise Refused("invalid_request")
        return client

    def give_code(self, asked: dict[str, str], person: str) -> str:
        """A code for a person who agreed; works once and for a minute."""
        code = secrets.token_urlsafe(32)
        told = json.dumps({**asked, "person": person, "auth_time": int(self._now())})
        with self._db.change() as db:
            db.execute("INSERT INTO codes VALUES (?, ?, ?, 0)", (code, told, self._now() + CODE_SECONDS))
            if asked.get("sign_transaction_id"):
                db.execute("UPDATE signing SET person = ?, done = 1 WHERE id = ?", (person, asked["sign_transaction_id"]))
        return code

    def remember_jti(self, jti: str) -> None:
        """Refuse a client assertion that was used before."""
        with self._db.change() as db:
            if db.execute("INSERT OR IGNORE INTO jtis VALUES (?)", (jti,)).rowcount == 0:
                raise Refused("invalid_client", 401)

    def redeem(self, client: RegisteredClient, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """Tokens for a code. A used, late, foreign or unproven code is invalid_grant, and used up."""
        with self._db.change() as db:
            row = db.execute("SELECT told, until, used FROM codes WHERE code = ?", (code,)).fetchone()
            db.execute("UPDATE codes SET used = 1 WHERE code = ?", (code,))
        told = json.loads(row["told"]) if row else {}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if (row is None or row["used"] or row["until"] < self._now() or told["client_id"] != client.id
                or told["redirect_uri"] != redirect_uri or not hmac.compare_digest(challenge, told["code_challenge"])):
            raise Refused("invalid_grant")
        access = self._give_token({"person": told["person"], "client": client.id, "scope": told["scope"],
                                   "transaction": told.get("sign_transaction_id", "")})
        return {"access_token": access, "token_type": "Bearer", "expires_in": TOKEN_SECONDS,
                "id_token": self._id_token(client, told)}

    def client_token(self, client: RegisteredClient) -> dict[str, Any]:
        """A token for the client itself (client_credentials)."""
        return {"access_token": self._give_token({"person": "", "client": client.id, "scope": "sign"}),
                "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def bearer(self, header: str) -> dict[str, str]:
        """What a bearer token stands for. Raises Refused("invalid_token")."""
        row = self._db.row("SELECT told, until FROM tokens WHERE token = ?", header.removeprefix("Bearer "))
        if row is None or row["until"] < self._now():
            raise Refused("invalid_token", 401)
        told: dict[str, str] = json.loads(row["told"])
        return told

    def userinfo(self, bearer: dict[str, str]) -> dict[str, str]:
        """The four items that were asked for, in the formats seen with third parties (unofficial)."""
        person = people.resident(bearer["person"])
        if person is None:
            raise Refused("invalid_token", 401)
        told = {"sub": self.subject(person.id, bearer["client"])}
        asked = bearer["scope"].split()
        return told | {name: getattr(person, name) for name in ("name", "address", "birthdate", "gender") if name in asked}

    def subject(self, person: str, client: str) -> str:
        """The pairwise subject: another one for each client."""
        return hashlib.sha256(f"{self._secret('pairwise')}/{client}/{person}".encode()).hexdigest()[:36]

    def begin_signing(self, bearer: dict[str, str], digest: str) -> str:
        """A transaction over a base64 SHA-256 digest. Raises Refused."""
        try:
            if bearer["person"] or len(base64.b64decode(digest, validate=True)) != 32:
                raise Refused("invalid_request")
        except ValueError:
            raise Refused("invalid_request") from None
        id = secrets.token_hex(16)
        with self._db.change() as db:
            db.execute("INSERT INTO signing VALUES (?, ?, ?, NULL, 0)", (id, bearer["client"], digest))
        return id

    def signing_result(self, bearer: dict[str, str], id: str, client: RegisteredClient) -> str:
        """The signature and certificate, encrypted to the client. Only for the person who signed, with their token."""
        row = self._signing(id, client.id)
        person = people.resident(bearer["person"])
        if row is None or not row["done"] or person is None or row["person"] != person.id or bearer.get("transaction") != id:
            raise Refused("invalid_request")
        signature, certificate = self._cards.sign(person, base64.b64decode(row["digest"]))
        told = {"digest": row["digest"], "signature": base64.b64encode(signature).decode(),
                "certificate": certificate.decode(), "revocation": "revoked" if person.revoked else "good"}
        header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
        return jwe.encrypt_compact(header, json.dumps(told).encode(), client.encryption_key())

    def _signing(self, id: str, client: str) -> Any:
        return self._db.row("SELECT * FROM signing WHERE id = ? AND client = ?", id, client)

    def _give_token(self, told: dict[str, str]) -> str:
        token = secrets.token_urlsafe(32)
        with self._db.change() as db:
            db.execute("INSERT INTO tokens VALUES (?, ?, ?)", (token, json.dumps(told), self._now() + TOKEN_SECONDS))
        return token

    def _id_token(self, client: RegisteredClient, told: dict[str, Any]) -> str:
        at = int(self._now())
        claims = {"iss": self.issuer, "aud": client.id, "azp": client.id, "nonce": told["nonce"], "iat": at,
                  "exp": at + TOKEN_SECONDS, "auth_time": told["auth_time"]}
        officer = people.officer(told["person"]) if self.realm == "staff" else None
        if officer is not None:
            claims |= {"sub": f"staff-{officer.id}", "name": officer.name, "roles": list(officer.roles),
                       "municipality": officer.municipality, "department": officer.department}
        else:
            claims |= {"sub": self.subject(told["person"], client.id), "acr": "aal3"}
        return jwt.encode({"alg": "ES256", "kid": self.key.thumbprint()}, claims, self.key)

    def _kept_key(self) -> ECKey:
        row = self._db.row("SELECT value FROM secrets WHERE name = ?", f"key/{self.realm}")
        if row is None:
            made = json.dumps(ECKey.generate_key("P-256").as_dict(private=True))
            with self._db.change() as db:
                db.execute("INSERT INTO secrets VALUES (?, ?)", (f"key/{self.realm}", made))
            return self._kept_key()
        return ECKey.import_key(json.loads(row["value"]))

    def _secret(self, name: str) -> str:
        with self._db.change() as db:
            db.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, secrets.token_hex(32)))
            return str(db.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()["value"])


