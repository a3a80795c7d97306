"""A receipt of an export: which finished cases were handed to the core system together, by whom, when, and in which shape.

It holds no personal data, so it outlives the cases.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.contents import ApplicationId, OfficerId


class ColumnKind(StrEnum):
    """Where the value of a column comes from, and what it looks like."""

    CASE = "case"
    """A word of the case itself: its reference, its fee."""
    TEXT = "text"
    SEVERAL = "several"
    ROWS = "rows"
    """A group: the same parts for each of several people or things."""
    FILES = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column as it was when the receipt was made, so that its file can be made again after the form has changed.

    header: of the CSV. key: of JSON Lines, the GIF name where there is one. choices: (id, label). parts: (id, key) of a group.
    """

    header: str
    field: str
    key: str
    kind: ColumnKind
    choices: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """One case of a receipt; the reference number says which it was when the case itself is erased."""

    id: ApplicationId
    reference: str


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A piece of a receipt small enough for one answer: its first case, how many, and the hex SHA-256 of both shapes."""

    first: int
    count: int
    csv: str
    jsonl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One export. It is open until every case of it is marked; then it has a digest: hex SHA-256 over all its JSON Lines.

    cases: those it wants to hold while it is open, those it holds afterwards. format: version of the file format.
    """

    number: str
    department: str
    procedure: str
    officer: OfficerId
    officer_name: str
    at: datetime
    cases: tuple[Held, ...]
    columns: tuple[Column, ...]
    format: int
    files: tuple[ExportFile, ...] = ()
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One receipt in the list of a department. digest: None while it is open."""

    number: str
    procedure: str
    officer_name: str
    at: datetime
    count: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class Taking:
    """One download: who took which file of a receipt, and when. Reads are logged too (peers.md goal 38)."""

    department: str
    number: str
    file: str
    officer: OfficerId
    name: str
    at: datetime
