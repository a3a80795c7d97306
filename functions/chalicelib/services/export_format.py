"""The format of an export (version 1): one line per application, as CSV for people and import tools, as JSON Lines for programs.

docs/rpa.md is generated from what stands here. A change that a reader could notice needs a new FORMAT.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.application import ENDS, Application
from chalicelib.domain.receipts import Column, ColumnKind, Held
from content.catalogue import Catalogue
from content.rules.opening import JAPAN
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import ExportColumn, Procedure

FORMAT = 1
FIXED: Mapping[str, str] = {
    "format": "version of this format, 1",
    "receipt": "number of the receipt; empty in the list of what waits to be issued",
    "reference": "受付番号",
    "procedure": "id of the procedure",
    "procedure_version": "version of its form that the applicant filled in",
    "channel": "how it came: online, counter, post, phone, kiosk",
    "state": "state of the case (docs/state-machine.md); `erased` when only the reference is left",
    "outcome": "id of what was decided, or of the reason of a refusal; else empty",
    "submitted_at": "when it was sent, with +09:00",
    "ended_at": "when it ended, with +09:00",
    "fee": "yen of the fee that was decided; empty where none was",
    "paid_yen": "yen that were paid",
    "refunded_yen": "yen that had been given back when the receipt was made",
}
"""The leading columns of every export, and what they hold."""
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so can be run as a formula (OWASP, CSV injection); the full-width signs too, in a Japanese Excel."""
HARMLESS = "'"
"""Put before such a cell of the CSV: spreadsheets then take it for text. JSON Lines is as the applicant wrote."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it a Japanese Excel reads UTF-8 as Shift_JIS."""
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Line:
    """One application as it is exported. answers: None when it is erased."""

    fixed: Mapping[str, str | int | None]
    answers: Mapping[str, object] | None


def columns_of(catalogue: Catalogue, procedure: Procedure) -> tuple[Column, ...]:
    """The procedure's own columns, in its order. A GIF name that two columns share is no key: the field's id is."""
    gif = [_gif(procedure, column.field) for column in procedure.export]
    return tuple(_column(catalogue, procedure, column, name if name and gif.count(name) == 1 else column.field)
                 for column, name in zip(procedure.export, gif, strict=True))


def _gif(procedure: Procedure, field: str) -> str | None:
    return next((str(one.gif) for one in procedure.fields() if one.id == field and one.gif), None)


def _column(catalogue: Catalogue, procedure: Procedure, column: ExportColumn, key: str) -> Column:
    field = next((one for one in procedure.fields() if one.id == column.field), None)
    if field is None:
        return Column(header=column.header, field=column.field, key=key, kind=ColumnKind.CASE,
                      choices=_own_words(catalogue, procedure, column.field))
    kind = {FieldKind.CHOICES: ColumnKind.SEVERAL, FieldKind.GROUP: ColumnKind.ROWS,
            FieldKind.FILE: ColumnKind.FILES}.get(field.kind, ColumnKind.TEXT)
    of_rows = [part for one in procedure.fields() if field.id in (one.id, one.rows_of) for part in one.parts]
    names = [part.gif for part in of_rows]
    parts = tuple((part.id, str(part.gif) if part.gif and names.count(part.gif) == 1 else part.id) for part in of_rows)
    return Column(header=column.header, field=column.field, key=key, kind=kind,
                  choices=tuple((choice.id, choice.label) for choice in field.choices), parts=parts)


def _own_words(catalogue: Catalogue, procedure: Procedure, word: str) -> tuple[tuple[str, str], ...]:
    match word:
        case "status":
            return tuple((str(words.status), words.name) for words in catalogue.statuses)
        case "outcome":
            return tuple((one.id, one.label) for one in (*procedure.outcomes, *procedure.rejection_reasons))
        case "procedure":
            return ((procedure.id, procedure.name),)
        case _:
            return ()


def line_of(case: Application, columns: Sequence[Column], *, receipt: str, at: datetime, format: int = FORMAT) -> Line:
    """A case as a line. at: the receipt's moment; what was given back later is not in it, so the file can be made again."""
    refunded = sum(one.yen for one in case.refunds if one.at <= at)
    fixed: dict[str, str | int | None] = {
        "format": format, "receipt": receipt, "reference": case.reference, "procedure": case.procedure,
        "procedure_version": case.procedure_version, "channel": case.channel, "state": str(case.state),
        "outcome": case.outcome or case.ended_because, "submitted_at": _moment(case.submitted_at),
        "ended_at": _moment(case.state_since) if case.state in ENDS else None, "fee": case.fee.yen if case.fee else None,
        "paid_yen": case.fee.yen if case.fee and case.paid_at else 0, "refunded_yen": refunded}
    return Line(fixed, {column.key: _value(case, column) for column in columns})


def erased_line(held: Held, procedure: str, *, receipt: str, format: int = FORMAT) -> Line:
    """What is left of a case whose personal data were erased."""
    told: dict[str, str | int] = {"format": format, "receipt": receipt, "reference": held.reference, "procedure": procedure,
                                  "state": ERASED}
    return Line({name: told.get(name) for name in FIXED}, None)


def _value(case: Application, column: Column) -> object:
    answer = case.answers.get(column.field, "")
    several = list(answer) if not isinstance(answer, str) else [answer] if answer else []
    match column.kind:
        case ColumnKind.CASE:
            return _own(case, column.field)
        case ColumnKind.SEVERAL:
            return several
        case ColumnKind.FILES:
            return {"count": len(several), "ids": several}
        case ColumnKind.ROWS:
            return [{key: _plain(case.answers.get(f"{column.field}.{number}.{part}", "")) for part, key in column.parts}
                    for number in several]
        case ColumnKind.TEXT:
            return _plain(answer)


def _plain(answer: str | tuple[str, ...]) -> object:
    return answer if isinstance(answer, str) else list(answer)


def _own(case: Application, word: str) -> str | int | None:
    own: dict[str, str | int | None] = {
        "reference": case.reference, "procedure": case.procedure, "status": str(case.public), "channel": case.channel,
        "fee": case.fee.yen if case.fee else None, "outcome": case.outcome or case.ended_because,
        "submitted_at": _moment(case.submitted_at), "paid_at": _moment(case.paid_at), "issued_at": _moment(case.issued_at)}
    return own[word]


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(JAPAN).isoformat(timespec="seconds") if at else None


def csv_head(columns: Sequence[Column]) -> str:
    """The byte order mark and the line of headings."""
    return BYTE_ORDER_MARK + _csv([*FIXED, *(column.header for column in columns)])


def csv_line(line: Line, columns: Sequence[Column]) -> str:
    """A line of the CSV (RFC 4180, CRLF): choices in words, groups and files as JSON in one cell."""
    answers = line.answers or {}
    return _csv([*line.fixed.values(), *(_cell(answers.get(column.key), column) for column in columns)])


def json_line(line: Line) -> str:
    """A line of JSON Lines (UTF-8, LF): choices as their ids, so that a change of wording changes nothing."""
    return _json({**line.fixed, "answers": line.answers}) + "\n"


def _csv(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_safe("" if cell is None else str(cell)) for cell in cells])
    return out.getvalue()


def _safe(cell: str) -> str:
    return HARMLESS + cell if cell.startswith(RUN_BY_SPREADSHEETS) else cell


def _cell(value: object, column: Column) -> object:
    words = dict(column.choices)
    if isinstance(value, list) and column.kind is ColumnKind.SEVERAL:
        return "、".join(words.get(str(one), str(one)) for one in value)
    if column.kind in (ColumnKind.ROWS, ColumnKind.FILES):
        return _json(value) if value else None
    return words.get(value, value) if isinstance(value, str) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
