"""Documents, and what draws the generated ones."""
