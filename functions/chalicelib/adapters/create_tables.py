"""`python -m chalicelib.adapters.create_tables` makes the two tables where they are missing, as on a local start.

In the cloud, infra/cloud declares the same tables; a test compares the two.
"""

from chalicelib.adapters.table import KeyRow, Row

TABLES = (Row, KeyRow)


def create_missing() -> None:
    """Make what is not there; safe to run again."""
    for table in TABLES:
        if not table.exists():
            table.create_table(wait=True)


if __name__ == "__main__":
    create_missing()
