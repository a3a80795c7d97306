"""The practice JPKI: a test CA, a 署名用 key and certificate for each resident, and signatures over digests.

Profile after domain.md §3.1: issuer JPKI-TEST, keyUsage digitalSignature + nonRepudiation, policy, the four items as otherName.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from infra.local.identity.people import Resident

_OID = "1.2.392.200149.8.5.5."
_POLICY = x509.PolicyInformation(x509.ObjectIdentifier("1.2.392.200149.8.5.1.1.20"), None)
_ERAS = ((20190501, 5), (19890108, 4), (19261225, 3), (19120730, 2))


class PracticeCards:
    """Keys and certificates, made at the first start and kept in `folder`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._now = now
        self._ca_key = self._key("ca")
        self.ca = self._certificate("ca", self._make_ca)

    def ca_pem(self) -> bytes:
        """The CA that verifiers of the local stack trust."""
        return self.ca.public_bytes(serialization.Encoding.PEM)

    def sign(self, person: Resident, digest: bytes) -> tuple[bytes, bytes]:
        """(RSA PKCS#1 v1.5 signature over the SHA-256 digest, certificate PEM) as the card would give them."""
        key = self._key(person.id)
        # Not under the key's name: those of earlier starts stated no policy, and count for nothing any more.
        certificate = self._certificate(f"{person.id}-signing", lambda: self._make_for(person, key))
        signature = key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        return signature, certificate.public_bytes(serialization.Encoding.PEM)

    def _key(self, name: str) -> rsa.RSAPrivateKey:
        file = self._folder / f"{name}.key"
        if not file.exists():
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            file.touch(0o600)
            file.write_bytes(made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                serialization.NoEncryption()))
        loaded = serialization.load_pem_private_key(file.read_bytes(), None)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise TypeError(file.name)
        return loaded

    def _certificate(self, name: str, make: Callable[[], x509.Certificate]) -> x509.Certificate:
        file = self._folder / f"{name}.pem"
        if not file.exists():
            file.write_bytes(make().public_bytes(serialization.Encoding.PEM))
        return x509.load_pem_x509_certificate(file.read_bytes())

    def _make_ca(self) -> x509.Certificate:
        name = _name("JPKI-TEST", "JPKI-TEST for digital signature")
        return (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self._ca_key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(self._now - timedelta(days=1))
                .not_valid_after(self._now + timedelta(days=3650))
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                .sign(self._ca_key, hashes.SHA256()))

    def _make_for(self, person: Resident, key: rsa.RSAPrivateKey) -> x509.Certificate:
        usage = x509.KeyUsage(digital_signature=True, content_commitment=True, key_encipherment=False,
                              data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
                              encipher_only=False, decipher_only=False)
        items = {"1": person.name, "3": person.gender, "4": _era_birthdate(person.birthdate), "5": person.address}
        names = [x509.OtherName(x509.ObjectIdentifier(_OID + number), _utf8(text)) for number, text in items.items()]
        return (x509.CertificateBuilder().subject_name(_name("JPKI-TEST", f"practice-{person.id}"))
                .issuer_name(self.ca.subject).public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(self._now - timedelta(days=1)).not_valid_after(self._now + timedelta(days=1825))
                .add_extension(usage, critical=True).add_extension(x509.CertificatePolicies([_POLICY]), critical=True)
                .add_extension(x509.SubjectAlternativeName(names), critical=False)
                .sign(self._ca_key, hashes.SHA256()))


def _name(organisation: str, unit: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
                      x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
                      x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)])


def _utf8(text: str) -> bytes:
    """DER UTF8String."""
    body = text.encode()
    length = bytes([len(body)]) if len(body) < 0x80 else bytes([0x81, len(body)]) if len(body) < 0x100 else (
        bytes([0x82]) + len(body).to_bytes(2, "big"))
    return b"\x0c" + length + body


def _era_birthdate(birthdate: str) -> str:
    """`E` + YYYYMMDD as the certificate holds it (domain.md §3.1)."""
    era = next((code for first, code in _ERAS if int(birthdate) >= first), 1)
    return f"{era}{birthdate}"

