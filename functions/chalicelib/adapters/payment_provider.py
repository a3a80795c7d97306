"""The payment provider of the local stack, spoken to over HTTP as a real one is: hosted page, keys, signed webhooks.

The shape of its API is described in docs/payment-provider.md; the adapter of a real provider is stripe_checkout.py.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from chalicelib.adapters.signed_notice import verify
from chalicelib.domain.errors import ForgedNotice, ProviderDown
from chalicelib.domain.payment import AttemptStatus
from chalicelib.domain.ports import Checkout, Notice

NAME = "手数料"
"""All the provider learns of what is paid."""
_STATUS = {"open": AttemptStatus.OPEN, "paid": AttemptStatus.PAID, "expired": AttemptStatus.EXPIRED}


class HttpPaymentProvider:
    """The port over HTTP. An answer that cannot be used is ProviderDown, and the caller asks again with the same key."""

    def __init__(self, url: str, secret: str, signing_secrets: tuple[str, ...], http: httpx.Client) -> None:
        self._url = url
        self._secret = secret
        self._signing = signing_secrets
        self._http = http

    def open(self, key: str, yen: int, *, back_to: str, expires_at: datetime) -> Checkout:
        """POST /v1/checkouts. A known key with another moment of expiry means that an answer was lost: ask instead."""
        body = {"reference": key, "amount": yen, "currency": "JPY", "name": NAME, "success_url": back_to,
                "cancel_url": back_to, "expires_at": int(expires_at.timestamp()), "metadata": {"reference": key}}
        status, told = self._call("POST", "/v1/checkouts", json=body, headers={"Idempotency-Key": f"{key}:open"})
        if status == 409:
            found = self._of_reference(key)
            if found is None or found.yen != yen:
                raise ProviderDown("key used for another amount")
            return found
        return self._checkout(status, told)

    def inquire(self, checkout: str) -> Checkout:
        """GET /v1/checkouts/{id}."""
        return self._checkout(*self._call("GET", f"/v1/checkouts/{checkout}"))

    def find(self, key: str, *, since: datetime) -> Checkout | None:
        """GET /v1/checkouts?reference=; the simulator forgets nothing, so `since` is not needed."""
        return self._of_reference(key)

    def _of_reference(self, key: str) -> Checkout | None:
        status, told = self._call("GET", "/v1/checkouts", params={"reference": key})
        if status == 404:
            return None
        rows = told.get("data", []) if status == 200 else None
        if rows is None:
            raise ProviderDown("payment")
        return self._checkout(200, rows[0]) if rows else None

    def close(self, checkout: str) -> Checkout:
        """POST /v1/checkouts/{id}/expire; one that is not open any more is asked for as it is."""
        status, told = self._call("POST", f"/v1/checkouts/{checkout}/expire")
        return self.inquire(checkout) if status == 409 else self._checkout(status, told)

    def refund(self, checkout: str, yen: int, *, key: str) -> None:
        """POST /v1/refunds, always with the amount: a refund without one would mean all."""
        body = {"checkout": checkout, "amount": yen, "reason": "fee_decision_changed"}
        status, _ = self._call("POST", "/v1/refunds", json=body, headers={"Idempotency-Key": key})
        if status != 200:
            raise ProviderDown("refund")

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice | None:
        """Check `Madopay-Signature: t=…,v1=…`; the checkout in it counts, as the simulator has no other truth."""
        verify(headers.get("madopay-signature", ""), body, self._signing, now=now)
        try:
            told = json.loads(body)
            return Notice(id=str(told["id"]), checkout=self._checkout(200, told["data"]["checkout"]))
        except (ValueError, KeyError, TypeError, ProviderDown):
            raise ForgedNotice("shape") from None

    def _call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> tuple[int, Any]:
        sent = {"Authorization": f"Bearer {self._secret}", **(headers or {})}
        try:
            answer = self._http.request(method, f"{self._url}{path}", headers=sent, **more)
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            raise ProviderDown("payment") from None
        if answer.status_code in (401, 403, 429) or answer.status_code >= 500:
            raise ProviderDown("payment")
        return answer.status_code, told

    def _checkout(self, status: int, told: Any) -> Checkout:
        if status != 200 or not isinstance(told, dict):
            raise ProviderDown("payment")
        try:
            captured = told.get("captured") or {}
            return Checkout(
                id=told["id"], reference=told["reference"], url=told["url"], yen=told["amount"],
                status=_STATUS.get(told["status"], AttemptStatus.OPEN), captured=captured.get("amount", 0),
                refunded=told.get("refunded", 0),
                captured_at=datetime.fromtimestamp(captured["at"], UTC) if captured.get("at") else None,
                expires_at=datetime.fromtimestamp(told["expires_at"], UTC))
        except (KeyError, TypeError, ValueError):
            raise ProviderDown("payment") from None
