"""A table as a CSV file that a city's spreadsheet opens: with its characters, and with nothing in it that runs."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Without it Excel in Japan takes UTF-8 for Shift_JIS (ADR 0022)."""
RUNS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run as a formula (OWASP, CSV injection)."""


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The file's text: UTF-8 with BOM, lines ended by CR LF (RFC 4180), each cell harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_harmless(str(cell)) for cell in row] for row in rows)
    return BOM + out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RUNS) else cell
