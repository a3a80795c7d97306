"""What machines call: webhooks and health (design D11)."""
