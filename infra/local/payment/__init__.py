"""The payment-provider simulator: hosted page, idempotency keys, refunds, signed webhooks that can go wrong."""
