"""The local mailbox: what the outbox sent, on a page."""
