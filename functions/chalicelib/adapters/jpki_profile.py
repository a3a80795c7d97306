"""The two certificates of a card told apart: 署名用 signs contents and holds the four facts, 利用者証明用 only shows who came.

Profile: domain.md §3.1: keyUsage digitalSignature with nonRepudiation, or alone; the policies [B: read from one card; to be
confirmed with the first real certificate on the provider's sandbox].
"""

from cryptography import x509

SIGNING_POLICY = x509.ObjectIdentifier("1.2.392.200149.8.5.1.1.20")
USER_POLICY = x509.ObjectIdentifier("1.2.392.200149.8.5.1.3.30")


def is_for_signing(certificate: x509.Certificate) -> bool:
    """署名用電子証明書. Raises ValueError or x509.DuplicateExtension for extensions that cannot be read."""
    return _is_of(certificate, SIGNING_POLICY, signs_contents=True)


def is_for_users(certificate: x509.Certificate) -> bool:
    """利用者証明用電子証明書. Raises as `is_for_signing`."""
    return _is_of(certificate, USER_POLICY, signs_contents=False)


def _is_of(certificate: x509.Certificate, policy: x509.ObjectIdentifier, *, signs_contents: bool) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return False
    return (usage.digital_signature and usage.content_commitment is signs_contents
            and policy in {one.policy_identifier for one in policies})
