"""利用者証明用電子証明書 as a card hands it out: which CA issued it, what it may be used for, and whether its key signed.

A 署名用 certificate of the same card is refused here: it holds the four facts, and its key is opened by another password.
"""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from chalicelib.adapters.authorities import Authorities
from chalicelib.adapters.jpki_profile import is_for_users
from chalicelib.domain.card_proof import CardProof, UserCertificate
from chalicelib.domain.errors import IdentityRefused


class JpkiUserCertificates:
    """The port over the CA certificates of one file, read at the first use."""

    def __init__(self, ca_file: Path, *, production: bool) -> None:
        self._authorities = Authorities(ca_file, production=production)

    def answered(self, proof: CardProof) -> UserCertificate:
        """See the port."""
        try:
            certificate = x509.load_der_x509_certificate(proof.certificate)
            if not self._authorities.issued(certificate):
                raise IdentityRefused("issuer")
            if not is_for_users(certificate):
                raise IdentityRefused("kind")
            _check_signature(certificate, proof)
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
            raise IdentityRefused("format") from None
        return UserCertificate(serial=f"{certificate.serial_number:X}", begins=certificate.not_valid_before_utc,
                               expires=certificate.not_valid_after_utc, certificate=proof.certificate)


def _check_signature(certificate: x509.Certificate, proof: CardProof) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):  # the next card generation signs with ECDSA (domain.md §1.6)
        raise IdentityRefused("key")
    try:
        key.verify(proof.signature, proof.signed_bytes(), padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        raise IdentityRefused("signature") from None
