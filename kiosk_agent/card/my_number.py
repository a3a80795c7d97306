"""The My Number card of today as one family: what it says before anything is typed, and what opens with which secret.

It has four applications and three secrets that a counter asks for, each with tries of its own. Nothing above this
module knows that: the next generation (two applications, two PINs, ECDSA P-384; domain.md §1.6) is a module beside it.
"""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from cryptography import x509

from kiosk_agent.card import files
from kiosk_agent.card.facts import (
    CardFacts,
    CardKind,
    Look,
    Opening,
    Part,
    Picture,
    Secret,
    SecretKind,
    SignedChallenge,
)
from kiosk_agent.card.jpki import AUTH, JUKI_CARD, PLASTIC, SIGNING, Jpki
from kiosk_agent.card.kenmen_kakunin import KenmenKakunin
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour, KenmenNyuryokuHojo
from kiosk_agent.card.kyotsu import CardRecord, Kyotsu
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.signing_certificate import facts_of
from kiosk_agent.card.tlv import Tlv
from kiosk_agent.errors import CertificateExpired, NoCertificate, UnknownCard

LICENCE_AID = bytes.fromhex("A0000002310600000000000000000000")
"""免許情報記録AP of a マイナ免許証: it holds no name and no address (domain.md §2.2)."""
LICENCE_EF_PIN_SET = 0x001A
LICENCE_TAG_PIN_SET = 0xC1
RESIDENCE_AID = bytes.fromhex("D392F0004F0100000000000000000000")
"""在留AP of a 特定在留カード (domain.md §1.6, §2.3)."""

KINDS = frozenset({CardKind.MY_NUMBER, CardKind.MY_NUMBER_LICENCE, CardKind.MY_NUMBER_RESIDENCE, CardKind.JUKI})
JAPAN = ZoneInfo("Asia/Tokyo")


def look(protocol: CardProtocol) -> Look:
    """What the card says freely. Raises UnknownCard when it is of another family, CardGarbled."""
    jpki = Jpki(protocol)
    label = jpki.label()
    if not label.startswith(PLASTIC):
        raise UnknownCard
    if label == JUKI_CARD:
        return Look(kind=CardKind.JUKI, openings=())
    certificates = jpki.certificates()
    proofs = [pair for pair, there in ((AUTH, certificates.auth), (SIGNING, certificates.signing)) if there]
    signs = tuple(Opening(pair.kind, jpki.tries_left(pair)) for pair in proofs)
    expires = _last_day(jpki.certificate(AUTH)) if certificates.auth else None
    kind, licence_pin_set = _with_one_application_more(protocol)
    record = _record(protocol)
    return Look(kind=kind, openings=_openings(protocol), proofs=signs, auth_certificate_expires=expires,
                licence_pin_set=licence_pin_set, expires=record.expires if record else None,
                municipality=record.municipality if record else None,
                has_auth_certificate=certificates.auth, has_signing_certificate=certificates.signing)


def _openings(protocol: CardProtocol) -> tuple[Opening, ...]:
    """PIN and 照合番号B. B is counted twice, for the text and for the pictures: the smaller number is told."""
    text = KenmenNyuryokuHojo(protocol)
    pin, reference = text.tries_left(), text.reference_b_tries_left()
    return Opening(SecretKind.PIN4, pin), Opening(SecretKind.REFERENCE_B, min(
        reference, KenmenKakunin(protocol).reference_b_tries_left()))


def open_text(protocol: CardProtocol, secret: Secret) -> KenmenNyuryokuHojo:
    """The 券面事項入力補助AP, opened by PIN or 照合番号B. Raises WrongPin, PinBlocked, UnknownCard."""
    text = KenmenNyuryokuHojo(protocol)
    match secret.kind:
        case SecretKind.PIN4:
            text.verify(secret.value)
        case SecretKind.REFERENCE_B:
            text.verify_reference_b(secret.value)
        case _:
            raise ValueError(f"{secret.kind} does not open this card")
    return text


def read(protocol: CardProtocol, secret: Secret) -> CardFacts:
    """The four facts, compared with the card's own record. Raises every CardError but StatusError."""
    require(protocol)
    return _facts(open_text(protocol, secret).checked_basic_four())


def prove_own_key(protocol: CardProtocol, secret: Secret, challenge: bytes) -> None:
    """Let the card show that it is no copy of another card's files. Raises CardNotGenuine; see KenmenNyuryokuHojo.prove."""
    require(protocol)
    open_text(protocol, secret).prove(challenge)


def pictures(protocol: CardProtocol, reference_b: str) -> Mapping[Part, Picture]:
    """Photo, printed name and printed address. Raises WrongPin, PinBlocked, CardGarbled, UnknownCard."""
    require(protocol)
    application = KenmenKakunin(protocol)
    application.verify_reference_b(reference_b)
    face = application.face()
    return {Part.FACE: face.photo, Part.NAME: face.name, Part.ADDRESS: face.address}


def sign_challenge(protocol: CardProtocol, pin: str, challenge: bytes, today: date | None = None) -> SignedChallenge:
    """The challenge signed with the 利用者証明用 key. Raises NoCertificate, CertificateExpired (before the PIN is presented)."""
    jpki = require(protocol)
    if not jpki.certificates().auth:
        raise NoCertificate
    certificate = jpki.certificate(AUTH)
    if today is not None and _last_day(certificate) < today:
        raise CertificateExpired
    jpki.verify(AUTH, pin)
    return jpki.sign(AUTH, certificate, challenge)


def signing_facts(protocol: CardProtocol, password: str, document: bytes) -> tuple[CardFacts, SignedChallenge]:
    """The holder's facts from the 署名用 certificate, and the document signed with its key. Raises NoCertificate."""
    jpki = require(protocol)
    if not jpki.certificates().signing:
        raise NoCertificate
    jpki.verify(SIGNING, password)
    certificate = jpki.certificate(SIGNING)
    return facts_of(certificate, CardKind.MY_NUMBER), jpki.sign(SIGNING, certificate, document)


def require(protocol: CardProtocol) -> Jpki:
    """Its 公的個人認証AP, selected. Raises UnknownCard for every other card."""
    return Jpki(protocol)


def _with_one_application_more(protocol: CardProtocol) -> tuple[CardKind, bool | None]:
    """(kind, whether the licence application asks for a PIN). A card that is both counts as a residence card."""
    pin_set: bool | None = None
    kind = CardKind.MY_NUMBER
    if files.has_application(protocol, LICENCE_AID):
        kind = CardKind.MY_NUMBER_LICENCE
        flag = Tlv.parse(files.read_object(protocol, LICENCE_EF_PIN_SET, LICENCE_TAG_PIN_SET, first=3))
        pin_set = any(flag)
    if files.has_application(protocol, RESIDENCE_AID):
        kind = CardKind.MY_NUMBER_RESIDENCE
    return kind, pin_set


def _record(protocol: CardProtocol) -> CardRecord | None:
    """The card's record; None on a card without the application, which then keeps its expiry to itself."""
    try:
        application = Kyotsu(protocol)
    except UnknownCard:
        return None
    return application.record()


def _facts(four: BasicFour) -> CardFacts:
    return CardFacts(kind=CardKind.MY_NUMBER, name=four.name, address=four.address, birthdate=four.birthdate, sex=four.sex)


def _last_day(certificate: x509.Certificate) -> date:
    """The last day in Japan on which it is good: certificates end at 23:59:59 there."""
    return certificate.not_valid_after_utc.astimezone(JAPAN).date()
