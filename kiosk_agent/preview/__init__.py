"""A page for editors: see a paper filled, and move its boxes."""
