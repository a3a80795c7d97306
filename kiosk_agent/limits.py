"""Which limit was met: from what a card, a certificate, the printer, the office or a code says, to the sentence for it. Pure."""

from collections.abc import Mapping
from datetime import date

from content.vocabulary.counter import Limit
from kiosk_agent.card.facts import CardFacts, CardKind, Look, SecretKind
from kiosk_agent.desk import NotTrusted, Offline
from kiosk_agent.errors import (
    CardError,
    CardGarbled,
    CardNotGenuine,
    CertificateExpired,
    KioskError,
    NoCertificate,
    PinBlocked,
    PrinterReason,
    StatusError,
    UnknownCard,
)
from kiosk_agent.journeys import Journey

MY_NUMBER = frozenset({CardKind.MY_NUMBER, CardKind.MY_NUMBER_LICENCE, CardKind.MY_NUMBER_RESIDENCE})
ALONE_FROM = 15
"""Younger holders ask through a guardian (domain.md §1.2, §4.8: konbini 交付 begins at 15 too)."""
OF_CARD: Mapping[type[CardError], Limit] = {
    UnknownCard: Limit.UNKNOWN_CARD, PinBlocked: Limit.BLOCKED, CardGarbled: Limit.GARBLED, StatusError: Limit.GARBLED,
    NoCertificate: Limit.NO_CERTIFICATE, CertificateExpired: Limit.EXPIRED_CERTIFICATE, CardNotGenuine: Limit.GARBLED}
OF_CERTIFICATE: Mapping[str, Limit] = {
    "revoked": Limit.REVOKED, "expired": Limit.EXPIRED_CERTIFICATE, "unknown": Limit.UNKNOWN_VALIDITY,
    "none": Limit.UNKNOWN_VALIDITY}
OF_PRINTER: Mapping[PrinterReason, Limit] = {reason: Limit(f"printer_{reason}") for reason in PrinterReason}
OF_CODE: Mapping[str, Limit] = {
    "not-found": Limit.CODE_UNKNOWN, "expired": Limit.CODE_EXPIRED, "too-many": Limit.CODE_TOO_MANY}
"""Why the office gives nothing for a code."""


def on_look(look: Look, journey: Journey | None, city_code: str, today: date) -> Limit | None:
    """Why this card cannot be used for that journey, before anything is typed; None when it can.

    city_code: six digits, as in city.yml; a card tells the first five.
    """
    if look.kind is CardKind.JUKI:
        return Limit.OLD_CARD
    if look.expires is not None and look.expires < today:
        return Limit.EXPIRED_CARD
    openings = [one for one in look.openings if one.kind is not SecretKind.SIGNING_PASSWORD]
    if not openings:
        return Limit.FACE_ONLY if look.kind in MY_NUMBER else Limit.UNKNOWN_CARD
    if all(opening.tries_left == 0 for opening in openings):
        return Limit.BLOCKED
    if journey is not Journey.REQUEST:
        return None
    if look.kind not in MY_NUMBER:
        return Limit.MY_NUMBER_ONLY
    return Limit.OTHER_CITY if is_of_another_city(look, city_code) else None


def is_of_another_city(look: Look, city_code: str) -> bool:
    """Whether the card says that another municipality issued it."""
    return look.municipality is not None and look.municipality != city_code[:5]


def on_facts(look: Look | None, facts: CardFacts, journey: Journey | None, today: date) -> Limit | None:
    """Why the holder cannot ask by card alone, though the card opened; None when they can."""
    if journey is not Journey.REQUEST:
        return None
    if _years(facts.birthdate, today) < ALONE_FROM:
        return Limit.UNDER_15
    if look is None or not look.has_auth_certificate:
        return Limit.NO_CERTIFICATE
    return Limit.EXPIRED_CERTIFICATE if look.is_auth_certificate_expired(today) else None


def of_card(error: CardError) -> Limit:
    """The limit a card's error means."""
    return next((limit for kind, limit in OF_CARD.items() if isinstance(error, kind)), Limit.GARBLED)


def of_office(error: KioskError) -> Limit:
    """The limit an answer of the office means, on the way to an application."""
    if isinstance(error, Offline):
        return Limit.OFFICE_OFFLINE
    return Limit.NOT_TRUSTED if isinstance(error, NotTrusted) else Limit.REFUSED


def _years(birthdate: str | None, today: date) -> int:
    """Whole years; a birth date with unknown parts counts from the beginning of what is known."""
    if birthdate is None or not birthdate[:4].strip("0"):
        return 200
    return today.year - int(birthdate[:4]) - (f"{today:%m%d}" < birthdate[4:])
