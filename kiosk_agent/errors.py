"""Every error of the kiosk, one class per decision that a caller makes. None carries a PIN or a person's data.

KioskError
├── CardError
│   ├── CardRemoved      back to the start, keep nothing
│   ├── UnknownCard      say which card we need
│   ├── WrongPin         say how many tries are left
│   ├── PinBlocked       say where it is unblocked
│   ├── NoCertificate    say who has none (under 15) and offer the way on paper
│   ├── CertificateExpired  say where it is renewed and offer the way on paper
│   ├── CardNotGenuine   believe nothing of it and call the staff
│   ├── CardGarbled      ask to lay it again
│   └── StatusError      an unexpected status word; the card application turns it into one of the above
├── ReaderTrouble        call the staff
├── FontMissing          tell the operator what to install
├── SheetError           the form cannot be drawn without losing something
├── PrinterTrouble       offer to print again
└── QrError              a code that must not be believed
"""

from enum import StrEnum

from kiosk_agent.card.facts import SecretKind


class KioskError(Exception):
    """The base of all."""


class CardError(KioskError):
    """Something about the card."""


class CardRemoved(CardError):
    """The card left the reader while it was needed."""


class UnknownCard(CardError):
    """Not a My Number card."""


class WrongPin(CardError):
    """The card refused the PIN and counted it. `kind` says which one, where a card has several."""

    def __init__(self, tries_left: int, kind: SecretKind | None = None) -> None:
        super().__init__(f"wrong {kind or 'PIN'}, {tries_left} tries left")
        self.tries_left = tries_left
        self.kind = kind


class PinBlocked(CardError):
    """No tries are left; only the municipality can unblock the PIN. `kind` says which one, where a card has several."""

    def __init__(self, kind: SecretKind | None = None) -> None:
        super().__init__(f"{kind or 'PIN'} blocked")
        self.kind = kind


class NoCertificate(CardError):
    """The card holds no certificate of the kind that is needed: under 15, never asked for, or given up."""


class CertificateExpired(CardError):
    """The certificate's last day is past. Found out before a PIN was presented."""


class CardNotGenuine(CardError):
    """What the card says of itself does not hang together: altered facts, or a copy without the card's own key."""


class CardGarbled(CardError):
    """The card answered something that makes no sense: lifted half-way, dirty, or broken."""


class StatusError(CardError):
    """The card ended a command with a status word other than 9000."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status:04X}")
        self.status = status


class ReaderTrouble(KioskError):
    """The reader, or the service between us and it, is gone."""


class FontMissing(KioskError):
    """A font that the sheets need is not on this computer. The message says what to install."""


class SheetError(KioskError):
    """A value does not fit its box even in the smallest letters, or a code does not fit its corner."""


class PrinterReason(StrEnum):
    """Why no sheet came out, as far as the printer says; each has its own sentence on the screen."""

    PAPER = "paper"
    JAM = "jam"
    COVER = "cover"
    INK = "ink"
    OFFLINE = "offline"
    STUCK = "stuck"
    """It says nothing, and nothing comes."""
    GIVEN_UP = "given_up"
    """Nobody wants the sheet any more."""
    FOREIGN = "foreign"
    """What lay in the spool was not this session's."""


class PrinterTrouble(KioskError):
    """The sheet did not come out."""

    def __init__(self, says: str, reason: PrinterReason = PrinterReason.STUCK) -> None:
        super().__init__(says)
        self.reason = reason


class QrError(KioskError):
    """A code that is damaged, not ours, not for us, or too old."""
