"""The HTML that people see: residents under /apply and /status, officers under /office (design D11)."""
