"""Stripe Checkout over plain HTTP: hosted pages, refunds and signed webhooks (ADR 0019, docs/payment-provider.md)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from chalicelib.adapters.signed_notice import verify
from chalicelib.adapters.stripe_session import EXPAND, checkout_from, money_is_awaited
from chalicelib.domain.errors import ForgedNotice, ProviderDown
from chalicelib.domain.ports import Checkout, Notice

API_VERSION = "2026-10-28.endive"
"""Stripe renders every answer for this version, whatever the account's default is."""
NAME = "手数料"
"""All that Stripe learns of what is paid."""
SESSIONS = "/v1/checkout/sessions"
ROUND = 900
"""Seconds. Pages end on a quarter of an hour, so a repeated opening has the same body and Stripe gives the same page."""
KEYS_LIVE = timedelta(hours=48)
"""How far back a page is looked for whose opening was answered to nobody; Stripe keeps keys for at least 24 hours."""
PAGE_SIZE, PAGES_MOST = 100, 20
TURNS = ("", ":2", ":3")
"""Stripe keeps a failure under a key, too. When nothing came of a key, the next one is taken."""
_PAGE_NEWS = frozenset({"checkout.session.completed", "checkout.session.expired",
                        "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"})
_REFUND_NEWS = frozenset({"charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"})
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    told: Json = field(repr=False)  # a page holds what the payer typed at Stripe
    replayed: bool

    def error(self, word: str) -> str:
        """The error's `type` or `code`; empty where there is none."""
        error = self.told.get("error")
        return str(error.get(word) or "") if isinstance(error, dict) else ""


class StripeCheckout:
    """The port over Stripe's API. An answer that cannot be used is ProviderDown, and the caller asks again."""

    def __init__(self, url: str, key: str, signing_secrets: tuple[str, ...], http: httpx.Client) -> None:
        self._url = url
        self._key = key
        self._signing = signing_secrets
        self._http = http
        self._live = key.startswith(("sk_live_", "rk_live_"))

    def open(self, key: str, yen: int, *, back_to: str, expires_at: datetime) -> Checkout:
        """POST /v1/checkout/sessions under `{key}:open`. Yen have no smaller unit, so 410 yen are 410.

        The page ends at the next quarter of an hour after `expires_at`; Stripe wants 30 minutes to 24 hours.
        """
        form: dict[str, str | int] = {
            "mode": "payment", "locale": "ja", "submit_type": "pay", "client_reference_id": key,
            "success_url": back_to, "cancel_url": back_to, "expires_at": -(-int(expires_at.timestamp()) // ROUND) * ROUND,
            "line_items[0][quantity]": 1, "line_items[0][price_data][currency]": "jpy",
            "line_items[0][price_data][unit_amount]": yen, "line_items[0][price_data][product_data][name]": NAME,
            "metadata[attempt]": key, "payment_intent_data[metadata][attempt]": key,
            "payment_method_options[card][request_three_d_secure]": "any", "adaptive_pricing[enabled]": "false",
            "expand[0]": EXPAND,
        }
        opened = checkout_from(self._create(SESSIONS, form, f"{key}:open",
                                            lambda: self._opened(key, since=expires_at - KEYS_LIVE)))
        if opened.reference != key or opened.yen != yen:
            raise ProviderDown("key used for another amount")
        return opened

    def inquire(self, checkout: str) -> Checkout:
        """GET /v1/checkout/sessions/{id} with its intent and charge."""
        return checkout_from(self._session(checkout))

    def find(self, key: str, *, since: datetime) -> Checkout | None:
        """Stripe has no search by our reference: the pages opened since then are read, the newest first."""
        found = self._opened(key, since=since)
        return None if found is None else checkout_from(found)

    def close(self, checkout: str) -> Checkout:
        """POST …/expire; where a voucher waits for money its intent is cancelled. Anything else is answered as it is."""
        answer = self._ask("POST", f"{SESSIONS}/{checkout}/expire", form={"expand[0]": EXPAND})
        if answer.status == 200:
            return checkout_from(answer.told)
        session = self._session(checkout)
        if not money_is_awaited(session):
            return checkout_from(session)
        intent = session["payment_intent"]["id"]
        self._ask("POST", f"/v1/payment_intents/{intent}/cancel", form={"cancellation_reason": "requested_by_customer"})
        return self.inquire(checkout)

    def refund(self, checkout: str, yen: int, *, key: str) -> None:
        """POST /v1/refunds, always with the amount. A refund of this key is looked for first: keys are forgotten.

        What was given back by hand at Stripe is not given back again. A refund that Stripe could not carry out stays
        ProviderDown, so that it stays visible in the outbox.
        """
        intent = self._session(checkout).get("payment_intent")
        if not isinstance(intent, dict):
            raise ProviderDown("nothing was paid")
        form: dict[str, str | int] = {"payment_intent": intent["id"], "amount": yen, "reason": "requested_by_customer",
                                      "metadata[refund]": key}
        refund = self._refunded(intent["id"], key)
        try:
            refund = refund or self._create("/v1/refunds", form, key, lambda: self._refunded(intent["id"], key))
        except _AlreadyGivenBack:
            return
        if refund.get("status") in ("failed", "canceled"):
            raise ProviderDown("refund failed")

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice | None:
        """Verify `Stripe-Signature`, then ask Stripe how the page stands: the event is a hint, never the truth."""
        verify(headers.get("stripe-signature", ""), body, self._signing, now=now)
        try:
            event = json.loads(body)
            id, kind, live, about = event["id"], event["type"], event["livemode"], event["data"]["object"]
            if not (isinstance(id, str) and isinstance(kind, str) and isinstance(about, dict)):
                raise ForgedNotice("shape")
        except (ValueError, KeyError, TypeError):
            raise ForgedNotice("shape") from None
        if live is not self._live:
            raise ForgedNotice("mode")
        session = self._page_of(kind, about)
        return None if session is None else Notice(id=id, checkout=self.inquire(session))

    def _page_of(self, kind: str, about: Json) -> str | None:
        """The page that an event is about; None for events that are not news of a page of ours."""
        if kind in _PAGE_NEWS:
            ours = isinstance(about.get("metadata"), dict) and about["metadata"].get("attempt")
            return str(about["id"]) if ours and about.get("id") else None
        if kind not in _REFUND_NEWS or not isinstance(about.get("payment_intent"), str):
            return None
        pages = self._list(SESSIONS, {"payment_intent": about["payment_intent"], "limit": 1})["data"]
        ours = bool(pages) and (pages[0].get("metadata") or {}).get("attempt")
        return str(pages[0]["id"]) if ours else None

    def _create(self, path: str, form: Mapping[str, str | int], key: str, made: Callable[[], Json | None]) -> Json:
        """POST under a key. `made` finds what an earlier request under the key left, where its answer was lost."""
        for turn in TURNS:
            answer = self._ask("POST", path, form=form, key=key + turn)
            if answer.status == 200:
                return answer.told
            if answer.error("code") == "charge_already_refunded":
                raise _AlreadyGivenBack
            if not (answer.status >= 500 or answer.error("type") == "idempotency_error"):
                break
            before = made()
            if before is not None:
                return before
        raise ProviderDown("refused")

    def _session(self, id: str) -> Json:
        return _usable(self._ask("GET", f"{SESSIONS}/{id}", form={"expand[0]": EXPAND}))

    def _opened(self, key: str, *, since: datetime) -> Json | None:
        """The newest page of an attempt, with intent and charge."""
        asked: dict[str, str | int] = {"limit": PAGE_SIZE, "created[gte]": int(since.astimezone(UTC).timestamp())}
        for _ in range(PAGES_MOST):
            told = self._list(SESSIONS, asked)
            for one in told["data"]:
                if one.get("client_reference_id") == key:
                    return self._session(one["id"])
            if not told.get("has_more") or not told["data"]:
                return None
            asked["starting_after"] = told["data"][-1]["id"]
        raise ProviderDown("too many pages to look through")

    def _refunded(self, intent: str, key: str) -> Json | None:
        told = self._list("/v1/refunds", {"payment_intent": intent, "limit": PAGE_SIZE})
        return next((one for one in told["data"] if (one.get("metadata") or {}).get("refund") == key), None)

    def _list(self, path: str, asked: Mapping[str, str | int]) -> Json:
        told = _usable(self._ask("GET", path, form=asked))
        if not isinstance(told.get("data"), list):
            raise ProviderDown("payment")
        return told

    def _ask(self, method: str, path: str, *, form: Mapping[str, str | int], key: str | None = None) -> _Answer:
        headers = {"Authorization": f"Bearer {self._key}", "Stripe-Version": API_VERSION,
                   **({"Idempotency-Key": key} if key else {})}
        values = {name: str(value) for name, value in form.items()}
        carried = {"params": values} if method == "GET" else {"data": values}
        try:
            answer = self._http.request(method, f"{self._url}{path}", headers=headers, **carried)  # type: ignore[arg-type]
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            raise ProviderDown("payment") from None
        replayed = answer.headers.get("idempotent-replayed") == "true"
        if not isinstance(told, dict) or answer.status_code in (401, 403, 409, 429):
            raise ProviderDown("payment")
        if answer.status_code >= 500 and not replayed:
            raise ProviderDown("payment")
        return _Answer(answer.status_code, told, replayed)


class _AlreadyGivenBack(Exception):
    """Stripe says that the whole amount has been given back before."""


def _usable(answer: _Answer) -> Json:
    if answer.status != 200:
        raise ProviderDown("payment")
    return answer.told
