"""公的個人認証AP (JPKI) of the My Number card: which certificates it holds, and signatures made with their keys.

Files and rules: domain.md §1.2–1.3. The 利用者証明用 certificate is free to read on the plastic card; the 署名用 one
needs its password, since it names the holder. Whether a certificate is revoked is not for the card to say.
"""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk_agent.card import files
from kiosk_agent.card.apdu import compute_signature
from kiosk_agent.card.facts import SecretKind, SignedChallenge
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.public_key import digest_info, require_signature
from kiosk_agent.errors import CardGarbled, StatusError

AID = bytes.fromhex("D392F000260100000001")
EF_TOKEN = 0x0006
EF_CERTIFICATES = 0x0008
TAG_CERTIFICATE = 0x30

LABEL_BYTES = 32
PLASTIC = "JPKIAPICCTOKEN"
"""How the label of a plastic card begins; a phone's is another (domain.md §1.2)."""
JUKI_CARD = "JPKIAPICCTOKEN"
"""The whole label of an old 住基カード; the My Number card has a 2 after it."""
PRESENT = 0x8F
"""What EF 0008 holds for a certificate that is there; no other value but 00 was seen."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Where one of the two key pairs lies: certificate, private key, and the secret that opens it."""

    certificate: int
    key: int
    secret: int
    kind: SecretKind


AUTH = KeyPair(0x000A, 0x0017, 0x0018, SecretKind.AUTH_PIN)
"""利用者証明用."""
SIGNING = KeyPair(0x0001, 0x001A, 0x001B, SecretKind.SIGNING_PASSWORD)
"""署名用."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Which of the two certificates the card holds."""

    signing: bool
    auth: bool


class Jpki:
    """One selected session with the application. Selecting it forgets a PIN that was presented before."""

    def __init__(self, protocol: CardProtocol) -> None:
        self._protocol = protocol
        files.select_application(protocol, AID)

    def label(self) -> str:
        """The label of the token, as `JPKIAPICCTOKEN2`: which kind of card or phone answers."""
        label = files.read_start(self._protocol, EF_TOKEN, LABEL_BYTES)
        # Cut short, the label of today's card would read as that of an old one.
        if len(label) != LABEL_BYTES or not label.isascii():
            raise CardGarbled("a label of an unknown form")
        return label.decode("ascii").rstrip()

    def certificates(self) -> Certificates:
        """Which certificates are there, told without a PIN."""
        flags = files.read_start(self._protocol, EF_CERTIFICATES, 3)
        if len(flags) != 3:
            raise CardGarbled("EF 0008 is not three bytes long")
        return Certificates(signing=flags[0] == PRESENT, auth=flags[1] == PRESENT)

    def tries_left(self, pair: KeyPair) -> int:
        """Tries of that pair's secret; asking costs none."""
        return files.tries_left(self._protocol, pair.secret)

    def certificate(self, pair: KeyPair) -> x509.Certificate:
        """The certificate; the 署名用 one only after its password. Raises CardGarbled."""
        der = files.read_object(self._protocol, pair.certificate, TAG_CERTIFICATE, first=files.CHUNK)
        try:
            return x509.load_der_x509_certificate(der)
        except ValueError:
            raise CardGarbled("no X.509 certificate") from None

    def verify(self, pair: KeyPair, secret: str) -> None:
        """Present the four digits or the password once. Raises WrongPin or PinBlocked; ValueError for another form."""
        if pair is AUTH:
            value = files.digits(secret, 4, "the PIN has four digits")
        else:
            value = secret.upper()  # what is typed in small letters is meant in capitals (domain.md §1.2)
            if not (6 <= len(value) <= 16 and value.isascii() and value.isalnum()):
                raise ValueError("the password has 6 to 16 letters and digits")
        files.present(self._protocol, pair.secret, value, pair.kind)

    def sign(self, pair: KeyPair, certificate: x509.Certificate, message: bytes) -> SignedChallenge:
        """The message signed with that pair's key, after its secret. Raises CardGarbled, CardNotGenuine.

        The signature is checked against the certificate at once: a wrong one would be refused after the person has gone.
        """
        files.select_file(self._protocol, pair.key)
        try:
            signature = self._protocol.exchange(compute_signature(digest_info(message), key_selected=True))
        except StatusError as error:
            raise CardGarbled(f"COMPUTE DIGITAL SIGNATURE: {error}") from None
        require_signature(_key_of(certificate), signature, message)
        return SignedChallenge(certificate.public_bytes(Encoding.DER), signature)


def _key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CardGarbled("a certificate without a key") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise CardGarbled("a certificate without an RSA key")
    return key
