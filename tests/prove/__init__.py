"""Measurements of what we claim, one line per claim; `make prove-…` runs them. Too long, or too shaky, for tests."""
