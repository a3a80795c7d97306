"""The practice JPKI of the virtual cards: two CAs, the keys and certificates of their holders, and the cards' own keys.

Profile after domain.md §3.1, with O=JPKI-TEST, which no verifier accepts in production. A key is made when it is first
used and lives as long as this object. The CAs can be kept in a folder, so that a verifier knows them the next time.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import RLock

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from kiosk_agent.virtual_card.layout import rsa_objects

SIGNING, AUTH = "digital signature", "user authentication"
POLICIES = {SIGNING: "1.2.392.200149.8.5.1.1.20", AUTH: "1.2.392.200149.8.5.1.3.30"}
ATTRIBUTES = "1.2.392.200149.8.5.5."
JAPAN = timezone(timedelta(hours=9))
ROOT_FROM, ROOT_UNTIL = date(2019, 9, 14), date(2039, 9, 13)
CERTIFICATE_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What a certificate says of its holder. `expires` is its last day in Japan."""

    id: str
    name: str = field(repr=False)
    address: str = field(repr=False)
    birthdate: str = field(repr=False)
    sex: str = field(repr=False)
    expires: date
    replaced_in_name: str = ""
    """One 0 or 1 for each character of the name; empty when none was replaced."""
    replaced_in_address: str = ""


def serial_number(holder: str, usage: str) -> int:
    """The serial number of a holder's certificate: the same in every process, so that a list of revoked ones can name it."""
    return int.from_bytes(sha256(f"{holder} {usage}".encode()).digest()[:4], "big")


class PracticeJpki:
    """Keys and certificates, made when first asked for. Safe to use from threads."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = RLock()
        self._keys: dict[str, rsa.RSAPrivateKey] = {}
        self._certificates: dict[str, x509.Certificate] = {}

    def cas_pem(self) -> bytes:
        """Both CA certificates: what a verifier of practice cards trusts."""
        return b"".join(self.ca(usage).public_bytes(serialization.Encoding.PEM) for usage in (SIGNING, AUTH))

    def ca(self, usage: str) -> x509.Certificate:
        """The CA of that usage."""
        with self._lock:
            if usage not in self._certificates:
                self._certificates[usage] = self._kept_ca(usage) if self._folder else self._made_ca(usage)
            return self._certificates[usage]

    def key(self, owner: str) -> rsa.RSAPrivateKey:
        """The private key of an owner: a CA, a holder's usage, a card's own application."""
        with self._lock:
            if owner not in self._keys:
                self._keys[owner] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._keys[owner]

    def certificate(self, holder: Holder, usage: str) -> x509.Certificate:
        """The holder's certificate for that usage; only the 署名用 one names the holder."""
        owner = f"{holder.id} {usage}"
        with self._lock:
            if owner not in self._certificates:
                self._certificates[owner] = self._made_for(holder, usage, owner)
            return self._certificates[owner]

    def seal(self, message: bytes) -> bytes:
        """The municipality's signature over a card's record."""
        return self.key("municipality").sign(message, padding.PKCS1v15(), hashes.SHA256())

    def card_certificate_body(self) -> bytes:
        """Who certifies the municipality's key, whose key it is, and the key: 297 bytes (domain.md §1.4)."""
        return b"6000033\x08\x05001".ljust(16, b"\0") + b"1462100\x08\x05001".ljust(16, b"\0") + rsa_objects(
            self.key("municipality").public_key())

    def _made_for(self, holder: Holder, usage: str, owner: str) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
                             x509.NameAttribute(NameOID.COMMON_NAME, sha256(owner.encode()).hexdigest()[:24].upper())])
        begins = holder.expires.replace(year=holder.expires.year - CERTIFICATE_YEARS, day=min(holder.expires.day, 28))
        builder = (_validity(x509.CertificateBuilder().subject_name(subject), begins, holder.expires)
                   .issuer_name(self.ca(usage).subject).public_key(self.key(owner).public_key())
                   .serial_number(serial_number(holder.id, usage))
                   .add_extension(_key_usage(usage), critical=True)
                   .add_extension(x509.CertificatePolicies([x509.PolicyInformation(
                       x509.ObjectIdentifier(POLICIES[usage]), None)]), critical=True))
        if usage == SIGNING:
            builder = builder.add_extension(x509.SubjectAlternativeName(_attributes(holder)), critical=False)
        return builder.sign(self.key(usage), hashes.SHA256())

    def _made_ca(self, usage: str) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
                          x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-TEST"),
                          x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"JPKI for {usage}")])
        key = self.key(usage)
        return (_validity(x509.CertificateBuilder().subject_name(name), ROOT_FROM, ROOT_UNTIL)
                .issuer_name(name).public_key(key.public_key()).serial_number(serial_number("ca", usage))
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256()))

    def _kept_ca(self, usage: str) -> x509.Certificate:
        """The CA as it lies in the folder; made and kept there the first time."""
        folder = self._folder or Path()
        key_file, file = (folder / f"{usage.replace(' ', '-')}.{ending}" for ending in ("key", "pem"))
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            made = self._made_ca(usage)
            key_file.touch(0o600)
            key_file.write_bytes(self.key(usage).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
            return made
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(key_file.name)
        self._keys[usage] = key
        return x509.load_pem_x509_certificate(file.read_bytes())


@cache
def practice_jpki() -> PracticeJpki:
    """The one of this process, for cards that are never shown to another program."""
    return PracticeJpki()


def _validity(builder: x509.CertificateBuilder, begins: date, ends: date) -> x509.CertificateBuilder:
    """Valid to the last second of the last day in Japan, as real ones are."""
    return (builder.not_valid_before(datetime.combine(begins, time(), JAPAN).astimezone(UTC))
            .not_valid_after(datetime.combine(ends, time(23, 59, 59), JAPAN).astimezone(UTC)))


def _key_usage(usage: str) -> x509.KeyUsage:
    return x509.KeyUsage(digital_signature=True, content_commitment=usage == SIGNING, key_encipherment=False,
                         data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
                         encipher_only=False, decipher_only=False)


def _attributes(holder: Holder) -> list[x509.GeneralName]:
    """The four facts and the flags of replaced characters. The birth date has the era's number before it."""
    era = next(number for number, first in ((5, "20190501"), (4, "19890108"), (3, "19261225"), (2, "19120730"), (1, ""))
               if holder.birthdate >= first)
    said = (holder.name, holder.replaced_in_name or "0" * len(holder.name), holder.sex, f"{era}{holder.birthdate}",
            holder.address, holder.replaced_in_address or "0" * len(holder.address))
    return [x509.OtherName(x509.ObjectIdentifier(f"{ATTRIBUTES}{number}"), asn1.encode_der(text))
            for number, text in enumerate(said, 1)]
