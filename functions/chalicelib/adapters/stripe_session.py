"""What a Checkout Session of Stripe says, in our words: the one reading of its states."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.errors import ProviderDown
from chalicelib.domain.payment import AttemptStatus
from chalicelib.domain.ports import Checkout

EXPAND = "payment_intent.latest_charge"
"""What must be expanded so that money, its moment and what was given back are in one answer."""
MONEY_UNDER_WAY = timedelta(days=60)
"""How long a completed page may wait for its money where no voucher says it: the longest life of a konbini voucher."""
_FAILED = ("canceled", "requires_payment_method")
"""An intent in one of these after its page was completed: the money never came (a voucher ran out, or was taken back)."""


def checkout_from(session: Any) -> Checkout:
    """A session with its intent and charge expanded, as the port's Checkout. Raises ProviderDown for another shape.

    A completed page is not a paid one: a konbini voucher is completed days before the money comes. Such a page stays
    open, its address is the voucher, and it lives as long as the voucher, so that no second page is opened meanwhile.
    """
    try:
        if session["object"] != "checkout.session" or session["currency"] != "jpy":
            raise ProviderDown("another object or currency")
        intent = session["payment_intent"] if isinstance(session["payment_intent"], dict) else {}
        charge = intent["latest_charge"] if isinstance(intent.get("latest_charge"), dict) else {}
        status = _status(session, intent)
        url, expires_at = session["url"] or "", _moment(session["expires_at"])
        if status is AttemptStatus.OPEN and session["status"] == "complete":
            url, expires_at = _waiting(intent, expires_at)
        return Checkout(
            id=session["id"], reference=session["client_reference_id"] or "", url=url, yen=session["amount_total"],
            status=status, captured=intent["amount_received"] if status is AttemptStatus.PAID else 0,
            refunded=charge.get("amount_refunded", 0),
            captured_at=_moment(charge["created"]) if status is AttemptStatus.PAID and charge else None,
            expires_at=expires_at)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ProviderDown("payment") from None


def money_is_awaited(session: Any) -> bool:
    """Whether the page was completed and the money may still come."""
    try:
        return bool(session["status"] == "complete" and session["payment_status"] == "unpaid"
                    and session["payment_intent"]["status"] not in (*_FAILED, "succeeded"))
    except (KeyError, TypeError):
        return False


def _status(session: Any, intent: Any) -> AttemptStatus:
    if session["payment_status"] == "paid":
        return AttemptStatus.PAID
    if session["status"] == "expired" or (session["status"] == "complete" and intent["status"] in _FAILED):
        return AttemptStatus.EXPIRED
    return AttemptStatus.OPEN


def _waiting(intent: Any, page_ended: datetime) -> tuple[str, datetime]:
    voucher = (intent.get("next_action") or {}).get("konbini_display_details") or {}
    until = _moment(voucher["expires_at"]) if voucher else page_ended + MONEY_UNDER_WAY
    return voucher.get("hosted_voucher_url") or "", until


def _moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
