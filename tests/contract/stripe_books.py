"""The books of the Stripe double: pages, intents, charges and refunds, and what people do with them."""

from collections.abc import Callable
from itertools import count
from typing import Any

Json = dict[str, Any]
SHORTEST, LONGEST = 30 * 60, 24 * 3600
"""How long a page may live, in seconds, as the published description of `expires_at` says."""
LEAST_YEN = 50
REFERENCE_MOST = 200
CANCELLABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")


class Refused(Exception):
    """Stripe's answer to a request that cannot be done."""

    def __init__(self, message: str, *, code: str = "", status: int = 400, kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"error": {"type": kind, "message": message, **({"code": code} if code else {})}}


class Books:
    """One account in test mode. `now` gives epoch seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._number = count(1)
        self.sessions: dict[str, Json] = {}
        self.intents: dict[str, Json] = {}
        self.charges: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.events: list[Json] = []
        self._intent_metadata: dict[str, Json] = {}

    # What the API does.

    def open(self, form: Json) -> Json:
        """A new page."""
        item = form["line_items"][0]
        price, ends = item["price_data"], int(form.get("expires_at") or self.now + LONGEST)
        yen = int(price["unit_amount"]) * int(item["quantity"])
        if not SHORTEST <= ends - self.now <= LONGEST:
            raise Refused("The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.")
        if form["mode"] != "payment" or price["currency"] != "jpy" or yen < LEAST_YEN:
            raise Refused("The amount is too small.", code="amount_too_small")
        if len(form.get("client_reference_id", "")) > REFERENCE_MOST:
            raise Refused("client_reference_id is too long.")
        id = self._id("cs_test")
        self.sessions[id] = {
            "id": id, "object": "checkout.session", "livemode": False, "created": self.now, "expires_at": ends,
            "mode": "payment", "status": "open", "payment_status": "unpaid", "payment_method_types": ["card", "konbini"],
            "currency": "jpy", "amount_subtotal": yen, "amount_total": yen, "locale": form.get("locale"),
            "client_reference_id": form.get("client_reference_id"), "metadata": form.get("metadata", {}),
            "payment_intent": None, "url": f"https://checkout.stripe.com/c/pay/{id}", "submit_type": form.get("submit_type"),
            "success_url": form["success_url"], "cancel_url": form["cancel_url"], "customer": None, "customer_details": None,
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None}, "custom_fields": [],
            "custom_text": {"after_submit": None, "shipping_address": None, "submit": None,
                            "terms_of_service_acceptance": None},
            "shipping_options": [], "ui_mode": "hosted_page", "adaptive_pricing": None,
        }
        self._intent_metadata[id] = form.get("payment_intent_data", {}).get("metadata", {})
        return self.sessions[id]

    def session(self, id: str) -> Json:
        """One page as it is now."""
        self.tick()
        return self._get(self.sessions, id)

    def expire(self, id: str) -> Json:
        """End an open page."""
        session = self.session(id)
        if session["status"] != "open":
            raise Refused(f"Only Checkout Sessions with a status in [\"open\"] can be expired. "
                          f"This Checkout Session has a status of `{session['status']}`.")
        return self._run_out(session)

    def cancel(self, id: str) -> Json:
        """Give up an intent, and with it a voucher."""
        intent = self._get(self.intents, id)
        if intent["status"] not in CANCELLABLE:
            raise Refused("You cannot cancel this PaymentIntent.", code="payment_intent_unexpected_state")
        intent.update(status="canceled", canceled_at=self.now, next_action=None)
        self._event("payment_intent.canceled", intent)
        return intent

    def refund(self, form: Json) -> Json:
        """Give money back, at most what was taken and not yet given back."""
        intent = self._get(self.intents, form["payment_intent"])
        if not intent["latest_charge"]:
            raise Refused("This PaymentIntent does not have a successful charge to refund.")
        charge = self.charges[intent["latest_charge"]]
        yen = int(form["amount"] if "amount" in form else charge["amount"])
        if charge["amount_refunded"] >= charge["amount_captured"]:
            raise Refused("Charge has already been refunded.", code="charge_already_refunded")
        if charge["amount_refunded"] + yen > charge["amount_captured"]:
            raise Refused("Refund amount is greater than unrefunded amount on charge")
        id = self._id("re")
        self.refunds[id] = {"id": id, "object": "refund", "amount": yen, "currency": "jpy", "created": self.now,
                            "charge": charge["id"], "payment_intent": intent["id"], "status": "succeeded",
                            "reason": form.get("reason"), "metadata": form.get("metadata", {})}
        charge["amount_refunded"] += yen
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self._event("charge.refunded", charge)
        self._event("refund.created", self.refunds[id])
        return self.refunds[id]

    def list(self, rows: dict[str, Json], url: str, asked: Json) -> Json:
        """A page of a list, the newest first."""
        self.tick()
        found = [one for one in reversed(rows.values())
                 if all(one.get(name) == asked[name] for name in ("payment_intent", "status") if name in asked)
                 and one["created"] >= int(asked.get("created", {}).get("gte", 0))]
        after = asked.get("starting_after")
        if after:
            found = found[[one["id"] for one in found].index(after) + 1:]
        most = int(asked.get("limit", 10))
        return {"object": "list", "url": url, "data": found[:most], "has_more": len(found) > most}

    # What people do.

    def pay(self, session: str) -> Json:
        """A card is accepted on the page."""
        page = self.session(session)
        intent = self._intent(page, "requires_action")
        page.update(status="complete", url=None)
        self._take(page, intent)
        return self._event("checkout.session.completed", page)

    def take_voucher(self, session: str, days: int = 3) -> Json:
        """Somebody chooses the konbini: the page is completed and nothing is paid."""
        page = self.session(session)
        intent = self._intent(page, "requires_action")
        intent["next_action"] = {"type": "konbini_display_details", "konbini_display_details": {
            "expires_at": self.now + days * 86400, "hosted_voucher_url": f"https://payments.stripe.com/konbini/voucher/{session}",
            "stores": {}}}
        page.update(status="complete", url=None)
        return self._event("checkout.session.completed", page)

    def pay_voucher(self, session: str) -> Json:
        """The money comes at the till."""
        page = self.session(session)
        self._take(page, self.intents[page["payment_intent"]])
        return self._event("checkout.session.async_payment_succeeded", page)

    def lose_voucher(self, session: str) -> Json:
        """The voucher runs out unpaid."""
        page = self.session(session)
        self.intents[page["payment_intent"]].update(status="requires_payment_method", next_action=None)
        return self._event("checkout.session.async_payment_failed", page)

    def give_back_by_hand(self, session: str, yen: int) -> Json:
        """Somebody in the city refunds in Stripe's dashboard; such a refund carries nothing of ours."""
        return self.refund({"payment_intent": self.sessions[session]["payment_intent"], "amount": str(yen)})

    def tick(self) -> None:
        """Pages whose time has come end."""
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] <= self.now:
                self._run_out(session)

    @property
    def now(self) -> int:
        """Whole epoch seconds."""
        return int(self._now())

    def _run_out(self, session: Json) -> Json:
        session.update(status="expired", url=None)
        self._event("checkout.session.expired", session)
        return session

    def _intent(self, session: Json, status: str) -> Json:
        id = self._id("pi")
        self.intents[id] = {
            "id": id, "object": "payment_intent", "amount": session["amount_total"], "amount_capturable": 0,
            "amount_received": 0, "capture_method": "automatic_async", "confirmation_method": "automatic",
            "created": self.now, "currency": "jpy", "livemode": False, "metadata": self._intent_metadata[session["id"]],
            "payment_method_types": ["card", "konbini"], "status": status, "latest_charge": None, "next_action": None,
            "canceled_at": None,
        }
        session["payment_intent"] = id
        return self.intents[id]

    def _take(self, session: Json, intent: Json) -> None:
        id = self._id("ch")
        self.charges[id] = {
            "id": id, "object": "charge", "amount": intent["amount"], "amount_captured": intent["amount"],
            "amount_refunded": 0, "billing_details": {}, "captured": True, "created": self.now, "currency": "jpy",
            "disputed": False, "livemode": False, "metadata": intent["metadata"], "paid": True, "refunded": False,
            "status": "succeeded", "payment_intent": intent["id"],
        }
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=id, next_action=None)
        session["payment_status"] = "paid"

    def _event(self, kind: str, about: Json) -> Json:
        self.events.append({"id": self._id("evt"), "object": "event", "type": kind, "created": self.now, "livemode": False,
                            "pending_webhooks": 1, "data": {"object": dict(about)}, "request": None})
        return self.events[-1]

    def _get(self, rows: dict[str, Json], id: str) -> Json:
        if id not in rows:
            raise Refused(f"No such object: '{id}'", code="resource_missing", status=404)
        return rows[id]

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._number):06d}"
