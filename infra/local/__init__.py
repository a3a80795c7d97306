"""The whole product on one computer, with no account anywhere (design D15)."""
