"""Pure rules over the catalogue: same facts and same day in, same answer out."""
