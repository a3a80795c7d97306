"""What the counter learns from a card, whichever kind it is: the same few types for a My Number card, a licence and a
residence card. A next generation of cards only adds a reader that fills them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class CardKind(StrEnum):
    """Which card lies there. A マイナ免許証 and a 特定在留カード are My Number cards with one application more."""

    MY_NUMBER = "my_number"
    MY_NUMBER_LICENCE = "my_number_licence"
    """マイナ免許証: a My Number card that is a driver licence too; its licence application holds no name and no address."""
    MY_NUMBER_RESIDENCE = "my_number_residence"
    """特定在留カード and 特定特別永住者証明書."""
    JUKI = "juki"
    """The old 住基カード; no longer valid, only recognised."""
    LICENCE = "licence"
    """運転免許証, the old style with a chip of its own."""
    DRIVING_RECORD = "driving_record"
    """運転経歴証明書 with a chip: the licence's layout."""
    RESIDENCE = "residence"
    SPECIAL_PERMANENT = "special_permanent"


class SecretKind(StrEnum):
    """What a person types so that a card opens."""

    PIN4 = "pin4"
    """券面事項入力補助用暗証番号, which opens the four facts: four digits, three tries."""
    AUTH_PIN = "auth_pin"
    """利用者証明用暗証番号, which signs as the person: four digits, three tries of its own, often the same digits."""
    REFERENCE_B = "reference_b"
    """照合番号B: birth date in 和暦 YYMMDD, expiry year, security code; fourteen digits, ten tries."""
    SIGNING_PASSWORD = "signing_password"  # noqa: S105 - the name of a kind
    """署名用パスワード: 6 to 16 capital letters and digits, five tries."""
    LICENCE_PIN1 = "licence_pin1"
    """暗証番号1 of a licence: four digits, three tries; blocked ones are unblocked by the police only."""
    CARD_NUMBER = "card_number"
    """在留カード等番号: the twelve letters and digits printed on the card. No tries are counted."""
    NOTHING = "nothing"
    """Nothing is typed: the holder of a licence set no 暗証番号, and the card says so."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret as typed. Never in a repr, a log or an error."""

    kind: SecretKind
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """One way of opening the card. tries_left: None where the card counts none."""

    kind: SecretKind
    tries_left: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """What a card says before anybody has typed anything. Nothing of the holder is in it."""

    kind: CardKind
    openings: tuple[Opening, ...]
    """In the order in which they are offered; empty when the card cannot be opened here."""
    expires: date | None = None
    """券面の有効期限, where the card tells it freely."""
    municipality: str | None = None
    """Five digits of the municipality that issued it, where the card tells them freely."""
    has_auth_certificate: bool = False
    has_signing_certificate: bool = False
    """False for holders under 15, as a rule (domain.md §1.2)."""
    generation: int = 1
    proofs: tuple[Opening, ...] = ()
    """What makes the card sign: AUTH_PIN, and SIGNING_PASSWORD where there is a signing certificate."""
    auth_certificate_expires: date | None = None
    """The last day in Japan on which the 利用者証明用電子証明書 is good."""
    licence_pin_set: bool | None = None
    """マイナ免許証 only: whether its licence application asks for a PIN."""

    def tries_left(self, kind: SecretKind) -> int | None:
        """Tries of one way of opening or signing; 0 when the card does not have it."""
        return next((one.tries_left for one in (*self.openings, *self.proofs) if one.kind is kind), 0)

    @property
    def at_last_try(self) -> tuple[SecretKind, ...]:
        """Which secrets have a single try left: the person is asked before anything is typed."""
        return tuple(one.kind for one in (*self.openings, *self.proofs) if one.tries_left == 1)

    @property
    def may_be_face_only(self) -> bool:
        """Whether it looks like a 顔認証マイナンバーカード, which has no PIN: neither four-digit PIN has a try left.

        No source says what such a card's chip answers, and a card on which both were blocked by wrong tries looks the
        same: an officer looks for 「顔認証」 printed on its face.
        """
        return bool(self.proofs) and not self.tries_left(SecretKind.PIN4) and not self.tries_left(SecretKind.AUTH_PIN)

    def is_expired(self, today: date) -> bool:
        """Whether the card's last day is past; False where it does not tell."""
        return self.expires is not None and self.expires < today

    def is_auth_certificate_expired(self, today: date) -> bool:
        """Whether the 利用者証明用電子証明書's last day is past; False where there is none."""
        return self.auth_certificate_expires is not None and self.auth_certificate_expires < today


class Part(StrEnum):
    """A fact that can be doubtful or come as a picture only."""

    NAME = "name"
    ADDRESS = "address"
    BIRTHDATE = "birthdate"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class Picture:
    """What the card holds as a picture. kind: `png`, `jpeg2000` or `tiff` as it lies on the card."""

    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What one card said of its holder after it was opened. None: the card does not say it, or only as a picture."""

    kind: CardKind
    name: str | None = field(default=None, repr=False)
    """Family and given name with U+3000 between them; a mononym has none."""
    kana: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    """The current one: a licence's later changes are taken in."""
    birthdate: str | None = field(default=None, repr=False)
    """YYYYMMDD of the western calendar; 00 where a part is unknown."""
    sex: str | None = field(default=None, repr=False)
    """'1' male, '2' female, '3' and '9' other; None where the card does not say."""
    expires: date | None = field(default=None, repr=False)
    pictures: Mapping[Part, Picture] = field(default_factory=dict, repr=False)
    doubtful: frozenset[Part] = frozenset()
    """Parts in which the card replaced a character (外字, 欠字, 代替文字): an officer compares them with the printed face."""

    @property
    def missing(self) -> tuple[Part, ...]:
        """What an officer must type, with the picture beside it."""
        told = ((Part.NAME, self.name), (Part.ADDRESS, self.address), (Part.BIRTHDATE, self.birthdate))
        return tuple(part for part, text in told if not text)


@dataclass(frozen=True, slots=True)
class SignedChallenge:
    """The answer of a card's key to a challenge: what functions verify (domain.md §3). Both are DER bytes or raw ones."""

    certificate: bytes = field(repr=False)
    """X.509 in DER: the holder's 利用者証明用 or 署名用 certificate."""
    signature: bytes = field(repr=False)
    """RSASSA-PKCS1-v1_5 with SHA-256 over the challenge; the next generation of cards signs with ECDSA P-384."""
