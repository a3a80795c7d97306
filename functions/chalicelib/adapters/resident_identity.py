"""The resident's identity through マイナアプリ (former デジタル認証アプリ): 基本4情報, and the 署名用 signature.

Endpoints and parameters: domain.md §3.3, integrations.md §4.2. The value formats of userinfo and the shape of a
signing result are not public: both are read here only, so that a contract test on the sandbox changes this file alone.
"""

import base64
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwe
from joserfc.errors import JoseError
from pydantic import BaseModel, ConfigDict, Field

from chalicelib.adapters.authorities import Authorities
from chalicelib.adapters.jpki_profile import is_for_signing
from chalicelib.adapters.oidc import RelyingParty
from chalicelib.domain.contents import Signature, VerifiedIdentity
from chalicelib.domain.errors import IdentityRefused
from chalicelib.domain.ports import Clock, LoginStart

FOUR_ITEMS = "openid name address birthdate gender"
ASSURANCE = "aal3"


class _SignResult(BaseModel):
    """What the provider tells of a signature; digest and signature in Base64, the certificate in PEM."""

    # cache_strings: else the JSON reader keeps every short text for as long as the program runs.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, cache_strings="none")
    digest: str
    signature: str = Field(repr=False)
    certificate: str = Field(repr=False)
    revocation: str


class MynaIdentity:
    """The port over a relying party and the JPKI's CA certificates."""

    def __init__(self, party: RelyingParty, ca_file: Path, *, clock: Clock, production: bool) -> None:
        self._party = party
        self._clock = clock
        self._authorities = Authorities(ca_file, production=production)

    def start(self) -> LoginStart:
        """Ask for the four items with the card's 利用者証明用 key."""
        return self._party.begin(FOUR_ITEMS, acr_values=ASSURANCE)

    def finish(self, started: LoginStart, *, code: str, now: datetime) -> VerifiedIdentity:
        """Redeem and read userinfo; its `sub` must be the ID token's."""
        access, claims = self._party.redeem(started, code, now)
        if ASSURANCE not in str(claims.get("acr", "")):
            raise IdentityRefused("acr")
        told = self._party.json("GET", self._party.endpoint("userinfo_endpoint"),
                                headers={"Authorization": f"Bearer {access}"})
        if told.get("sub") != claims["sub"]:
            raise IdentityRefused("sub")
        items = [str(told.get(name) or "") for name in ("name", "address", "birthdate", "gender")]
        if not all(items):
            raise IdentityRefused("items")
        name, address, birthdate, gender = items
        return VerifiedIdentity(subject=str(claims["sub"]), name=name, address=address, birthdate=_iso(birthdate),
                                gender=gender, verified_at=now)

    def start_signing(self, digest: str) -> LoginStart:
        """Announce the digest (hex SHA-256) with a client token, then send the person to sign it."""
        client = self._party.token(self._clock(), grant_type="client_credentials")
        body = {"digest": base64.b64encode(bytes.fromhex(digest)).decode()}
        made = self._party.json("POST", f"{self._api()}/api/sign-transactions", json=body,
                                headers={"Authorization": f"Bearer {client['access_token']}"})
        return self._party.begin("openid sign", sign_transaction_id=str(made["id"]), acr_values=ASSURANCE)

    def finish_signing(self, started: LoginStart, digest: str, *, code: str, now: datetime) -> tuple[str, Signature]:
        """Fetch and verify the signature: right digest, sound certificate of the JPKI, not revoked."""
        access, claims = self._party.redeem(started, code, now)
        result = self._party.json("GET", f"{self._api()}/api/sign-transactions/{started.transaction}/result",
                                  headers={"Authorization": f"Bearer {access}"})
        try:
            opened = jwe.decrypt_compact(str(result["result"]), self._party.own_key("enc"))
            told = _SignResult.model_validate_json(opened.plaintext or b"")
            certificate = x509.load_pem_x509_certificate(told.certificate.encode())
            signature, signed = (base64.b64decode(one, validate=True) for one in (told.signature, told.digest))
        except (JoseError, ValueError, KeyError):
            raise IdentityRefused("sign_result") from None
        if signed != bytes.fromhex(digest):
            raise IdentityRefused("digest")
        if told.revocation != "good":
            raise IdentityRefused("certificate_revoked")
        self._check_certificate(certificate, now)
        try:
            if not is_for_signing(certificate):  # 利用者証明用 shows who came, and says nothing about what was signed
                raise IdentityRefused("certificate_kind")
            self._check_signature(certificate, signature, digest)
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
            raise IdentityRefused("certificate") from None
        return str(claims["sub"]), Signature(
            digest=digest, certificate_serial=f"{certificate.serial_number:X}", signature=told.signature,
            certificate=told.certificate, signed_at=now)

    def _check_certificate(self, certificate: x509.Certificate, now: datetime) -> None:
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise IdentityRefused("certificate_expired")
        if not self._authorities.issued(certificate):
            raise IdentityRefused("certificate_issuer")

    def _check_signature(self, certificate: x509.Certificate, signature: bytes, digest: str) -> None:
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):  # the next card generation signs with ECDSA (domain.md §1.6)
            raise IdentityRefused("certificate_key")
        try:
            key.verify(signature, bytes.fromhex(digest), padding.PKCS1v15(), Prehashed(SHA256()))
        except InvalidSignature:
            raise IdentityRefused("signature") from None

    def _api(self) -> str:
        at = urlsplit(self._party.issuer)
        return f"{at.scheme}://{at.netloc}"


def _iso(birthdate: str) -> str:
    """`19850315` or `1985-03-15` as an ISO day. Raises IdentityRefused."""
    try:
        return date.fromisoformat(birthdate).isoformat()
    except ValueError:
        raise IdentityRefused("birthdate") from None
