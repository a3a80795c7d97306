"""Certificates of a practice JPKI: which answers of a card count, and that a test CA is worth nothing in production."""

import base64
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from chalicelib.adapters.jpki_profile import SIGNING_POLICY, USER_POLICY
from chalicelib.adapters.jpki_user import JpkiUserCertificates
from chalicelib.adapters.validity_practice import PracticeList
from chalicelib.adapters.validity_unasked import NobodyToAsk
from chalicelib.domain.card_proof import CardProof, UserCertificate, Withdrawn
from chalicelib.domain.errors import IdentityRefused
from tests.fakes.world import FRIDAY_NOON

CHALLENGE = b"0123456789abcdef0123456789abcdef"
BORN, DIES = FRIDAY_NOON - timedelta(days=400), FRIDAY_NOON + timedelta(days=1400)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key by its name, made once."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def named(organisation: str) -> x509.Name:
    """A name as JPKI writes them."""
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)])


def certificate(*, by: str = "ca", organisation: str = "JPKI-TEST", policy: x509.ObjectIdentifier | None = USER_POLICY,
                signs_contents: bool = False, public: ec.EllipticCurvePublicKey | None = None) -> x509.Certificate:
    """Hanako's certificate, or what somebody would like to be taken for it."""
    usage = x509.KeyUsage(digital_signature=True, content_commitment=signs_contents, key_encipherment=False,
                          data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
                          encipher_only=False, decipher_only=False)
    made = (x509.CertificateBuilder().subject_name(named("hanako")).issuer_name(named(organisation)).serial_number(0x1A2B)
            .public_key(public or key("hanako").public_key()).not_valid_before(BORN).not_valid_after(DIES)
            .add_extension(usage, critical=True))
    if policy is not None:
        made = made.add_extension(x509.CertificatePolicies([x509.PolicyInformation(policy, None)]), critical=True)
    return made.sign(key(by), hashes.SHA256())


def proof(of: x509.Certificate | bytes, *, signed_by: str = "hanako", signed: bytes = CHALLENGE) -> CardProof:
    """What the kiosk sends of it."""
    der = of if isinstance(of, bytes) else of.public_bytes(serialization.Encoding.DER)
    return CardProof(challenge=base64.b64encode(CHALLENGE).decode(), certificate=der,
                     signature=key(signed_by).sign(signed, padding.PKCS1v15(), hashes.SHA256()))


def trusted_ca(folder: Path) -> Path:
    """The file of the CA that is trusted here."""
    made = (x509.CertificateBuilder().subject_name(named("JPKI-TEST")).issuer_name(named("JPKI-TEST")).serial_number(1)
            .public_key(key("ca").public_key()).not_valid_before(BORN).not_valid_after(DIES)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key("ca"), hashes.SHA256()))
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "ca.pem"


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    return trusted_ca(tmp_path)


def test_the_answer_of_a_genuine_card_gives_its_certificate(ca_file: Path) -> None:
    found = JpkiUserCertificates(ca_file, production=False).answered(proof(certificate()))
    assert (found.serial, found.begins, found.expires) == ("1A2B", BORN, DIES)
    assert "1A2B" not in repr(found)


@pytest.mark.parametrize(("sent", "why"), [
    (lambda: proof(certificate(), signed=b"another challenge"), "signature"),
    (lambda: proof(certificate(), signed_by="ca"), "signature"),
    (lambda: proof(certificate(by="hanako")), "issuer"), (lambda: proof(certificate(organisation="JPKI")), "issuer"),
    (lambda: proof(certificate(policy=SIGNING_POLICY)), "kind"), (lambda: proof(certificate(policy=None)), "kind"),
    (lambda: proof(certificate(signs_contents=True)), "kind"), (lambda: proof(b"no certificate"), "format"),
    (lambda: proof(certificate(public=ec.generate_private_key(ec.SECP256R1()).public_key())), "key"),
], ids=["other challenge", "other key", "self-made", "foreign CA's name", "署名用", "no policy", "nonRepudiation", "garbage",
        "ECDSA"])
def test_every_other_answer_is_refused_and_says_why(ca_file: Path, sent: object, why: str) -> None:
    assert callable(sent)
    with pytest.raises(IdentityRefused) as refused:
        JpkiUserCertificates(ca_file, production=False).answered(sent())
    assert refused.value.reason == why


def test_a_challenge_that_is_no_base64_is_refused(ca_file: Path) -> None:
    wrong = CardProof(challenge="%%%", certificate=proof(certificate()).certificate, signature=b"x")
    with pytest.raises(IdentityRefused) as refused:
        JpkiUserCertificates(ca_file, production=False).answered(wrong)
    assert refused.value.reason == "format"


def test_in_production_the_test_ca_is_no_ca_at_all(ca_file: Path) -> None:
    with pytest.raises(RuntimeError, match="test CA"):
        JpkiUserCertificates(ca_file, production=True).answered(proof(certificate()))


def a_user(serial: str) -> UserCertificate:
    """A certificate of that number."""
    return UserCertificate(serial=serial, begins=BORN, expires=DIES, certificate=b"")


def test_without_an_agreement_nobody_claims_to_know_whether_it_was_withdrawn() -> None:
    assert NobodyToAsk().of(a_user("1A2B")) is Withdrawn.UNKNOWN


def test_the_practice_list_withdraws_what_stands_in_it_from_now_on(tmp_path: Path) -> None:
    listed = PracticeList(tmp_path / "revoked.txt")
    assert listed.of(a_user("1A2B")) is Withdrawn.GOOD
    (tmp_path / "revoked.txt").write_text("1A2B  # 花子の古いカード\n\n3C4D unknown\n", "utf-8")
    assert [listed.of(a_user(one)) for one in ("1A2B", "3C4D", "5E6F")] == [Withdrawn.REVOKED, Withdrawn.UNKNOWN, Withdrawn.GOOD]
