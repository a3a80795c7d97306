"""What the counter's touch screen offers and says: which procedures, in how few questions, and what it says at its limits."""

from enum import StrEnum

from pydantic import Field, model_validator

from content.vocabulary.fact import Frozen, Slug, Source, Words

MOST_CHOICES = 3
"""On one screen, so that every button is large and read at once (visual.md, Counter)."""


class Limit(StrEnum):
    """Where the counter cannot go on as usual. Each has a sentence for the resident and one for the officer."""

    NO_READER = "no_reader"
    TWO_READERS = "two_readers"
    READER_UNPLUGGED = "reader_unplugged"
    SERVICE_RESTARTED = "service_restarted"
    UNKNOWN_CARD = "unknown_card"
    OLD_CARD = "old_card"
    """住基カード."""
    EXPIRED_CARD = "expired_card"
    FACE_ONLY = "face_only"
    """A card that can be opened by the holder's face only (顔認証マイナンバーカード)."""
    BLOCKED = "blocked"
    LAST_TRY = "last_try"
    WRONG = "wrong"
    GARBLED = "garbled"
    OTHER_CITY = "other_city"
    UNDER_15 = "under_15"
    MY_NUMBER_ONLY = "my_number_only"
    NO_CERTIFICATE = "no_certificate"
    EXPIRED_CERTIFICATE = "expired_certificate"
    REVOKED = "revoked"
    UNKNOWN_VALIDITY = "unknown_validity"
    DOUBTFUL = "doubtful"
    """The card has replaced a character of name or address."""
    UNPRINTABLE = "unprintable"
    PRINTER_PAPER = "printer_paper"
    PRINTER_JAM = "printer_jam"
    PRINTER_COVER = "printer_cover"
    PRINTER_INK = "printer_ink"
    PRINTER_OFFLINE = "printer_offline"
    PRINTER_STUCK = "printer_stuck"
    PRINTER_GIVEN_UP = "printer_given_up"
    PRINTER_FOREIGN = "printer_foreign"
    OFFICE_OFFLINE = "office_offline"
    NOT_TRUSTED = "not_trusted"
    REFUSED = "refused"
    QUEUE_FULL = "queue_full"
    """It could not be kept for later either."""
    CODE_UNKNOWN = "code_unknown"
    CODE_EXPIRED = "code_expired"
    CODE_TOO_MANY = "code_too_many"
    CODE_DAMAGED = "code_damaged"
    CODE_OFFLINE = "code_offline"
    PART_MISSING = "part_missing"
    NO_PAPER = "no_paper"


class LimitWords(Frozen):
    """What is said at one limit."""

    title: Words
    """The heading the resident reads."""
    text: Words
    """What they can do now."""
    officer: Words
    """What the officer can do, in the words of the trade."""


class Asked(Frozen):
    """One question screen: a field of the procedure, and what is offered for it, at most three."""

    field: Slug
    offer: tuple[tuple[Words, ...], ...] = Field(default=(), max_length=MOST_CHOICES)
    """Each is one button: a value, or several that go together. Empty: the field's own choices, where they are few enough."""


class Offered(Frozen):
    """A procedure that can be done at the counter's touch screen."""

    procedure: Slug
    """Its id; or that of a paper with questions of its own, where there is no such procedure."""
    label: Words
    """On its button."""
    request: bool = False
    """Whether it can be asked for with the card alone (らくらく窓口証明書); else only its paper is printed."""
    asks: tuple[Asked, ...] = ()
    usual: dict[Slug, tuple[Words, ...]] = Field(default_factory=dict)
    """What nearly everybody answers: one touch instead of one for each question."""
    given: dict[Slug, Words] = Field(default_factory=dict)
    """Answers that standing at the counter gives."""


class CounterScreens(Source):
    """The file `counter.yml`."""

    offers: tuple[Offered, ...] = Field(min_length=1)
    limits: dict[Limit, LimitWords]

    @model_validator(mode="after")
    def _no_limit_is_silent(self) -> "CounterScreens":
        missing = [limit for limit in Limit if limit not in self.limits]
        if missing:
            raise ValueError(f"「limits」に {'、'.join(missing)} がありません。書き足してください。")
        return self

    def offered(self, procedure: str) -> Offered:
        """The entry of that procedure; KeyError when the counter does not offer it."""
        return {one.procedure: one for one in self.offers}[procedure]


class Slide(Source):
    """One picture of the idle screen (待機中サイネージ)."""

    title: Words
    text: Words | None = None
    hours_of: Slug | None = None
    """An office or a channel whose hours of today stand below the text."""
    on_tablets: bool = True
    """Whether a lent tablet shows it too. No, for what only a kiosk does: it reads cards and prints."""


class Signage(Frozen):
    """The file `signage.yml`: what the counter's kiosks and lent tablets show while nobody uses them. A touch always begins."""

    seconds: int = Field(default=10, ge=5, le=60)
    """How long one slide stays: long enough to read it twice."""
    slides: tuple[Slide, ...] = Field(min_length=1, max_length=8)

    @model_validator(mode="after")
    def _tablets_show_something(self) -> "Signage":
        if not any(one.on_tablets for one in self.slides):
            raise ValueError("タブレットに出す画面がありません。1枚は「on_tablets: false」を消してください。")
        return self
