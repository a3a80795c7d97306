"""The CA certificates of the JPKI in one file: whether one of them issued a card's certificate."""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

TEST_ISSUER = "JPKI-TEST"


class Authorities:
    """Read at the first use. In production a file with a test CA is no file at all, however often it is asked for."""

    def __init__(self, file: Path, *, production: bool) -> None:
        self._file = file
        self._production = production
        self._cas: list[x509.Certificate] = []

    def issued(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate is one of theirs. Raises RuntimeError for a test CA in production."""
        for ca in self._all():
            try:
                certificate.verify_directly_issued_by(ca)
            except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
                continue
            return True
        return False

    def _all(self) -> list[x509.Certificate]:
        if not self._cas:
            found = x509.load_pem_x509_certificates(self._file.read_bytes())
            if self._production and any(TEST_ISSUER in ca.subject.rfc4514_string() for ca in found):
                raise RuntimeError("a test CA must never be trusted in production")
            self._cas = found
        return self._cas
