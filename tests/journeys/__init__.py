"""Journeys through the running product in a real browser, and the pictures that they leave."""
