"""Describes exports and results for whoever writes an import or a robot: `python -m docs.describe_export` writes docs/rpa.md.

It is made from the code and the content; a test fails when they differ.
"""

from pathlib import Path

from chalicelib.domain.receipts import Column, ColumnKind
from chalicelib.services import export, export_format, results
from content.catalogue import Catalogue, load
from content.vocabulary.procedure import Procedure

HERE = Path(__file__).parent
VALUE_OF = {"case": "of the case itself", "text": "as the applicant wrote it; a day as YYYY-MM-DD",
            "several": "several choices", "rows": "a group: an array of objects", "files": "files: `{count, ids}`"}


def rpa() -> str:
    """The text of docs/rpa.md."""
    catalogue = load("ibusuki")
    procedures = "\n".join(_procedure(catalogue, one) for one in catalogue.procedures if one.export)
    fixed = "\n".join(f"| `{name}` | {what} |" for name, what in export_format.FIXED.items())
    columns = "\n".join(f"| `{name}` | {what} |" for name, what in results.COLUMNS.items())
    most, megabytes = export.FILE_MOST, export.FILE_BYTES // 1_000_000
    runs = " ".join(f"`{_visible(sign)}`" for sign in export_format.RUN_BY_SPREADSHEETS)
    return f"""# Exports, results and robots

Made from the code and the content by `make docs`; a test fails when they differ. Why it is so:
[ADR 0023](adr/0023-export-receipts.md).

There are three files. An officer takes and brings them at `/office/export` and `/office/import`.

| file | holds | how often |
|---|---|---|
| the files of a receipt | cases that have ended, each in exactly one receipt | again and again, the same bytes |
| 発行待ちの一覧 | what is paid and waits to be issued, the oldest {most} | whenever one likes; what was issued is gone |
| results | what the core system or a robot did | again and again; the second time changes nothing |

## The format of an export (version {export_format.FORMAT})

One line for each application, all channels together. UTF-8. Names keep every character, variation selectors (IVS) and
characters outside the first plane too; nothing is normalised. Moments are ISO 8601 in Japan's time, yen are whole numbers.

- **CSV** for people and import tools: byte order mark, CRLF, RFC 4180, headings. Choices stand in words, several joined by
  「、」. Groups and files are JSON in one cell.
- **JSON Lines** for programs: the leading columns as keys, the procedure's own under `answers`. Choices stand as their ids.
  A key is the GIF name where the form has one and no other column has the same; else the field's id.
- A CSV cell that begins with {runs} could be run as a formula
  by a spreadsheet, so `{export_format.HARMLESS}` is put before it.
  An import of the CSV takes that sign away again; JSON Lines is as the applicant wrote.
- A case whose data were erased since (個人情報の消去) is a line with `state` `erased` and its reference, nothing else.
- A receipt holds at most {export.RECEIPT_MOST} cases, a file at most {most} cases or {megabytes} MB, whichever comes first.
  The receipt's page shows the SHA-256 of each file.
- What is given back after a receipt was made is not in its file; refunds of ended cases are told by the books of the day.

| leading column | holds |
|---|---|
{fixed}

{procedures}
## Results (`/office/import`)

CSV with headings, or JSON Lines with the same names as keys; at most {results.LINES_MOST} lines. Nothing is recorded before
an officer has seen line by line what would change. Each line is then that officer's ordinary step, with the same rules as
on the page.

| column | holds |
|---|---|
{columns}

## A robot

[`examples/type_into_core_system.py`](examples/type_into_core_system.py) reads 発行待ちの一覧 as JSON Lines, types each
application into a form and writes the file of results; stopped and started again it goes on where it was. Whether the last
one before it stopped was printed, only the core system can tell. A test runs it against a form of a core system and brings the
results back.

```
python docs/examples/type_into_core_system.py to-issue.jsonl results.csv
```
"""


def _procedure(catalogue: Catalogue, procedure: Procedure) -> str:
    columns = export_format.columns_of(catalogue, procedure)
    rows = "\n".join(f"| {one.header} | `{one.key}` | {_value(one)} |" for one in columns)
    reasons = "、".join(f"`{one.id}` {one.label}" for one in procedure.rejection_reasons)
    return (f"### {procedure.name} (`{procedure.id}`)\n\n| CSV heading | key in `answers` | value |\n|---|---|---|\n{rows}\n\n"
            f"Reasons of a refusal: {reasons}\n")


def _value(column: Column) -> str:
    if column.parts:
        return f"{VALUE_OF[column.kind]} with {', '.join(f'`{key}`' for _, key in column.parts)}"
    return "one choice" if column.choices and column.kind is ColumnKind.TEXT else VALUE_OF[column.kind]


def _visible(sign: str) -> str:
    return {"\t": "TAB", "\r": "CR", "\n": "LF"}.get(sign, sign)


if __name__ == "__main__":
    (HERE / "rpa.md").write_text(rpa(), "utf-8")
