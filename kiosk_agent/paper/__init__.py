"""From a form and what is known to a printed sheet: fill (pure) → drawing operations → PDF → printer."""
