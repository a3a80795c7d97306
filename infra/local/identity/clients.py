"""The registered clients: who may ask, where they may send people back to, and the keys they prove themselves with."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLOCK_SKEW_SECONDS = 300


class Refused(Exception):
    """An OAuth error: the stable word of RFC 6749 §5.2 and an HTTP status."""

    def __init__(self, word: str, status: int = 400) -> None:
        super().__init__(word)
        self.word = word
        self.status = status


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """One client. `jwks` holds public keys only."""

    id: str
    realm: str
    redirect_uris: tuple[str, ...]
    jwks: dict[str, Any]

    def keys(self) -> KeySet:
        """Its public keys."""
        return KeySet.import_key_set(self.jwks)  # type: ignore[arg-type]  # read from our own file

    def encryption_key(self) -> ECKey:
        """The key that results are encrypted to. Raises Refused when it registered none."""
        found = next((key for key in self.jwks["keys"] if key.get("use") == "enc"), None)
        if found is None:
            raise Refused("invalid_client")
        return ECKey.import_key(found)


def read(file: Path) -> dict[str, RegisteredClient]:
    """The clients of a registration file, by id."""
    told = json.loads(file.read_text("utf-8"))
    return {id: RegisteredClient(id, one["realm"], tuple(one["redirect_uris"]), one["jwks"]) for id, one in told.items()}


def proven(client: RegisteredClient | None, assertion: str, *, token_endpoint: str, now: float) -> str:
    """The `jti` of a sound private_key_jwt (RFC 7523). Raises Refused("invalid_client")."""
    if client is None:
        raise Refused("invalid_client", 401)
    try:
        claims = jwt.decode(assertion, client.keys(), algorithms=["ES256"]).claims
    except (JoseError, ValueError):
        raise Refused("invalid_client", 401) from None
    sound = (claims.get("iss") == client.id and claims.get("sub") == client.id and claims.get("aud") == token_endpoint
             and isinstance(claims.get("jti"), str) and now < float(claims.get("exp", 0)) <= now + CLOCK_SKEW_SECONDS)
    if not sound:
        raise Refused("invalid_client", 401)
    return str(claims["jti"])
