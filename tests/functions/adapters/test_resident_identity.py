"""What a provider answers about a signature: a sound one counts, and everything else is a refusal that the resident is told of."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwe, jwt
from joserfc.jwk import ECKey

from chalicelib.adapters.jpki_profile import SIGNING_POLICY
from chalicelib.adapters.oidc import RelyingParty
from chalicelib.adapters.resident_identity import MynaIdentity
from chalicelib.domain.contents import Signature
from chalicelib.domain.errors import IdentityRefused
from chalicelib.domain.ports import LoginStart
from tests.fakes.world import FRIDAY_NOON
from tests.functions.adapters.test_jpki_user import certificate, key, trusted_ca

DIGEST = hashlib.sha256("住民票の写し 1通".encode()).hexdigest()
OURS = ECKey.generate_key("P-256", parameters={"use": "enc"})
STARTED = LoginStart(url="", state="s", nonce="n", verifier="v", transaction="t1")


class Redeemed(RelyingParty):
    """A client whose code was redeemed: what is tried here is the answer that comes after it."""

    def redeem(self, started: LoginStart, code: str, now: datetime) -> tuple[str, Mapping[str, Any]]:
        """Hanako's."""
        return "token", {"sub": "hanako"}


def signed_by_card(of: x509.Certificate | None = None) -> dict[str, Any]:
    """What the provider tells after Hanako has signed."""
    made = of or certificate(policy=SIGNING_POLICY, signs_contents=True)
    signature = key("hanako").sign(bytes.fromhex(DIGEST), padding.PKCS1v15(), Prehashed(SHA256()))
    return {"digest": base64.b64encode(bytes.fromhex(DIGEST)).decode(), "revocation": "good",
            "signature": base64.b64encode(signature).decode(),
            "certificate": made.public_bytes(serialization.Encoding.PEM).decode()}


def sealed(told: object) -> dict[str, Any]:
    """The answer as it travels: encrypted to our key."""
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
    return {"result": jwe.encrypt_compact(header, json.dumps(told).encode(), OURS)}


@pytest.fixture
def finish(tmp_path: Path) -> Callable[[object], tuple[str, Signature]]:
    """Finish a signing to which the provider answers this."""
    ca_file, keys = trusted_ca(tmp_path), tmp_path / "own.json"
    keys.write_text(json.dumps({"keys": [OURS.as_dict(private=True)]}), "utf-8")

    def answered(body: object) -> tuple[str, Signature]:
        http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=body)))
        party = Redeemed("https://id.example/realm", "navi", keys, http=http, redirect_uri="https://navi.example/return")
        identity = MynaIdentity(party, ca_file, clock=lambda: FRIDAY_NOON, production=False)
        return identity.finish_signing(STARTED, DIGEST, code="c", now=FRIDAY_NOON)

    return answered


def test_a_signature_of_the_cards_signing_key_counts(finish: Callable[[object], tuple[str, Signature]]) -> None:
    subject, signature = finish(sealed(signed_by_card()))
    assert (subject, signature.digest, signature.certificate_serial) == ("hanako", DIGEST, "1A2B")


@pytest.mark.parametrize("changed", [
    {"digest": "!"}, {"digest": "あ"}, {"digest": None}, {"digest": 7}, {"digest": ["a"]}, {"certificate": None},
    {"certificate": 7}, {"certificate": "no certificate"}, {"signature": None}, {"signature": "あ"}, {"signature": ""}], ids=str)
def test_a_garbled_part_of_the_answer_is_refused(finish: Callable[[object], tuple[str, Signature]],
                                                 changed: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        finish(sealed({**signed_by_card(), **changed}))


@pytest.mark.parametrize("answer", [
    {}, {"result": None}, {"result": 7}, {"result": "a.b.c.d.e"}, {"result": "あ"}, sealed([]), sealed("text"), sealed(None),
    sealed({})], ids=["none", "null", "number", "garbage", "no ascii", "list", "text", "nothing", "empty"])
def test_an_answer_that_is_none_is_refused(finish: Callable[[object], tuple[str, Signature]], answer: object) -> None:
    with pytest.raises(IdentityRefused):
        finish(answer)


@pytest.mark.parametrize(("of", "why"), [
    (lambda: certificate(), "certificate_kind"),
    (lambda: certificate(policy=SIGNING_POLICY), "certificate_kind"),
    (lambda: certificate(policy=None, signs_contents=True), "certificate_kind"),
    (lambda: certificate(policy=SIGNING_POLICY, signs_contents=True, by="hanako"), "certificate_issuer"),
    (lambda: certificate(policy=SIGNING_POLICY, signs_contents=True,
                         public=ec.generate_private_key(ec.SECP256R1()).public_key()), "certificate_key"),
], ids=["利用者証明用", "no nonRepudiation", "no policy", "self-made", "ECDSA"])
def test_a_signature_with_another_certificate_is_refused(finish: Callable[[object], tuple[str, Signature]],
                                                         of: Callable[[], x509.Certificate], why: str) -> None:
    with pytest.raises(IdentityRefused) as refused:
        finish(sealed(signed_by_card(of())))
    assert refused.value.reason == why


def redeemed(folder: Path, changed: dict[str, Any] | None) -> tuple[str, Mapping[str, Any]]:
    """What becomes of a code for which the provider gives Hanako's token with these claims changed, or none at all."""
    theirs, at = ECKey.generate_key("P-256", parameters={"kid": "1"}), int(FRIDAY_NOON.timestamp())
    sound = {"iss": "https://id.example", "aud": "navi", "nonce": "n", "sub": "hanako", "iat": at, "exp": at + 60}
    token = {} if changed is None else {"access_token": "a", "id_token": jwt.encode({"alg": "ES256", "kid": "1"},
                                                                                   sound | changed, theirs)}
    says = {"/.well-known/openid-configuration": {"issuer": "https://id.example", "token_endpoint": "https://id.example/token",
                                                  "jwks_uri": "https://id.example/keys"},
            "/token": token, "/keys": {"keys": [theirs.as_dict(private=False)]}}
    (folder / "own.json").write_text(json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=True)]}), "utf-8")
    http = httpx.Client(transport=httpx.MockTransport(lambda asked: httpx.Response(200, json=says[asked.url.path])))
    party = RelyingParty("https://id.example", "navi", folder / "own.json", http=http, redirect_uri="https://navi.example/return")
    return party.redeem(STARTED, "c", FRIDAY_NOON)


def test_a_login_with_a_sound_token_counts(tmp_path: Path) -> None:
    assert redeemed(tmp_path, {})[1]["sub"] == "hanako"


@pytest.mark.parametrize("changed", [
    {"exp": None}, {"exp": "soon"}, {"exp": ["1"]}, {"iat": None}, {"iat": "now"}, {"sub": 7}, None], ids=str)
def test_a_login_whose_token_is_garbled_is_refused(tmp_path: Path, changed: dict[str, Any] | None) -> None:
    with pytest.raises(IdentityRefused):
        redeemed(tmp_path, changed)
