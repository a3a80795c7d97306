"""Handing finished cases to the core system: each in exactly one receipt, whose files can be made again (ADR 0023)."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.application import ENDS, Application, Event, State
from chalicelib.domain.errors import AlreadyThere, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.receipts import ExportFile, Held, Receipt, ReceiptLine, Taking
from chalicelib.services import export_format as shape
from chalicelib.services.officers import DECIDES, Officer, Role
from chalicelib.services.parts import Parts
from chalicelib.services.review import step
from content.vocabulary.procedure import Procedure

SEES_RECEIPTS = DECIDES | {Role.AUDITOR, Role.ADMIN}
RECEIPT_MOST = 1000
"""Cases of one receipt. What is left over goes into the next one."""
FILE_MOST = 200
FILE_BYTES = 2_000_000
"""Cases and UTF-8 bytes of one file: Lambda's answer ends at 6 MB, in which a character of Japanese may take six bytes."""
AT_ONCE = 100
"""Cases read together; no more are ever in memory, beside one file."""
WORKING = timedelta(seconds=12)
"""How long one request marks cases; the gateway gives up after 29 seconds. What is left is done by asking again."""
TRIES = 3
NUMBER = re.compile(r"20\d{6}-[2-9A-HJ-NP-Z]{6}")
"""A receipt's number: the day in Japan, and six signs. Whoever asks makes it, so that asking twice is asking once."""
KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A procedure that can be exported, and how many of its cases wait (counted to one more than a receipt holds)."""

    procedure: Procedure
    count: int


def waiting(parts: Parts, officer: Officer) -> tuple[Waiting, ...]:
    """One query for each procedure of the department that says what its export holds."""
    _need(officer, SEES_RECEIPTS)
    return tuple(
        Waiting(one, parts.applications.how_many_to_export(officer.department, one.id, RECEIPT_MOST + 1))
        for one in parts.catalogue.procedures if one.department == officer.department and one.export)


def receipts(parts: Parts, officer: Officer) -> tuple[ReceiptLine, ...]:
    """The newest receipts of the officer's department. Raises NotAllowed."""
    _need(officer, SEES_RECEIPTS)
    return parts.receipts.of(officer.department)


def opened(parts: Parts, officer: Officer, number: str) -> Receipt:
    """A receipt of the officer's department. Raises NotAllowed or NotFound, which look alike."""
    _need(officer, SEES_RECEIPTS)
    if not NUMBER.fullmatch(number):
        raise NotFound("receipt")
    return parts.receipts.get(officer.department, number)


def begin(parts: Parts, officer: Officer, procedure_id: str, number: str) -> Receipt | None:
    """Store a receipt with the cases it shall hold; asked for again, the same one. None when no case waits. Nothing is marked yet.

    Raises NotAllowed, AlreadyThere for a number that another export has, NotFound for one that is none.
    """
    _need(officer, DECIDES)
    procedure = _exported(parts, officer, procedure_id)
    if not NUMBER.fullmatch(number):
        raise NotFound("export")
    try:
        stored = parts.receipts.get(officer.department, number)
    except NotFound:
        cases = parts.applications.to_export(officer.department, procedure.id, RECEIPT_MOST)
        if not cases:
            return None
        stored = parts.receipts.begin(Receipt(
            number=number, department=officer.department, procedure=procedure.id, officer=officer.id, at=parts.clock(),
            officer_name=officer.name, cases=cases, columns=shape.columns_of(parts.catalogue, procedure), format=shape.FORMAT))
    if stored.procedure != procedure.id:
        raise AlreadyThere(number)
    return stored


def go_on(parts: Parts, officer: Officer, receipt: Receipt) -> Receipt:
    """Mark the cases of an open receipt as its own, and complete it when all are. Safe to ask for at any time, and again.

    A case that another receipt was quicker to take, or that is being decided anew, is left out. Comes back open when it takes
    longer than one request may.
    """
    _need(officer, DECIDES)
    if receipt.digest is not None:
        return receipt
    until = parts.clock() + WORKING
    ours: list[Held] = []
    for some in _pieces(receipt.cases):
        cases = parts.applications.several([held.id for held in some])
        for held in some:
            if parts.clock() > until:
                return receipt
            is_ours = _marked(parts, officer, receipt.number, held, cases.get(held.id))
            if is_ours is None:
                return receipt  # somebody works on the case at this moment: asked again, it will be clear
            if is_ours:
                ours.append(held)
    complete = _with_files(parts, replace(receipt, cases=tuple(ours)))
    try:
        parts.receipts.complete(complete)
    except Stale:
        return parts.receipts.get(receipt.department, receipt.number)
    return complete


def file(parts: Parts, officer: Officer, receipt: Receipt, place: int, kind: str) -> Iterator[str]:
    """The lines of one file of a complete receipt; the download is logged. place: counts from 1; kind: csv or jsonl."""
    _need(officer, DECIDES)
    if kind not in KINDS or not 1 <= place <= len(receipt.files):
        raise NotFound("file")
    parts.receipts.take(Taking(receipt.department, receipt.number, f"{place}.{kind}", officer.id, officer.name, parts.clock()))
    one = receipt.files[place - 1]
    lines = _lines(parts, receipt, receipt.cases[one.first : one.first + one.count])
    if kind == "jsonl":
        return (shape.json_line(line) for line in lines)
    return _csv(receipt, lines)


def to_issue(parts: Parts, officer: Officer, procedure_id: str, kind: str) -> Iterator[str]:
    """What waits to be issued, in the same format and without a receipt: a work list may be taken as often as one likes.

    At most FILE_MOST cases, the oldest first. What was issued is told back by services/results.py.
    """
    _need(officer, DECIDES)
    procedure = _exported(parts, officer, procedure_id)
    if kind not in KINDS:
        raise NotFound("list")
    at = parts.clock()
    name = f"to-issue.{procedure.id}"
    parts.receipts.take(Taking(officer.department, name, kind, officer.id, officer.name, at))
    rows = parts.applications.queue(officer.department, State.READY_TO_ISSUE, most=FILE_MOST, procedure=procedure.id).rows
    columns = shape.columns_of(parts.catalogue, procedure)
    found = (case for some in _pieces([Held(row.id, row.reference) for row in rows])
             for case in _in_order(parts, some) if case.state is State.READY_TO_ISSUE)
    lines = (shape.line_of(case, columns, receipt="", at=at) for case in found)
    if kind == "jsonl":
        return (shape.json_line(line) for line in lines)
    return _with_head(shape.csv_head(columns), (shape.csv_line(line, columns) for line in lines))


def _need(officer: Officer, roles: frozenset[Role]) -> None:
    if not officer.is_one_of(roles):
        raise NotAllowed("role")


def _exported(parts: Parts, officer: Officer, id: str) -> Procedure:
    """The procedure, where it is the department's and says what its export holds. Raises NotFound."""
    for one in parts.catalogue.procedures:
        if one.id == id and one.department == officer.department and one.export:
            return one
    raise NotFound("procedure")


def _pieces(cases: Sequence[Held]) -> Iterator[Sequence[Held]]:
    return (cases[at : at + AT_ONCE] for at in range(0, len(cases), AT_ONCE))


def _in_order(parts: Parts, some: Sequence[Held]) -> Iterator[Application]:
    cases = parts.applications.several([held.id for held in some])
    return (cases[held.id] for held in some if held.id in cases)


def _marked(parts: Parts, officer: Officer, number: str, held: Held, case: Application | None) -> bool | None:
    """Whether the case is this receipt's; None when that cannot be said yet."""
    for _ in range(TRIES):
        if case is None:  # erased since: its history tells whose it was
            return any(one.event is Event.EXPORT and one.detail.get("receipt") == number
                       for one in parts.applications.history(held.id))
        if case.exported_in is not None or case.state not in ENDS:
            return case.exported_in == number
        try:
            step(parts, officer, case, Event.EXPORT, detail={"receipt": number}, exported_in=number)
        except (Stale, IllegalTransition):
            case = parts.applications.several([held.id]).get(held.id)
            continue
        return True
    return None


def _lines(parts: Parts, receipt: Receipt, cases: Sequence[Held]) -> Iterator[shape.Line]:
    for some in _pieces(cases):
        found = parts.applications.several([held.id for held in some])
        for held in some:
            case = found.get(held.id)
            if case is None:
                yield shape.erased_line(held, receipt.procedure, receipt=receipt.number, format=receipt.format)
            else:
                yield shape.line_of(case, receipt.columns, receipt=receipt.number, at=receipt.at, format=receipt.format)


def _csv(receipt: Receipt, lines: Iterator[shape.Line]) -> Iterator[str]:
    return _with_head(shape.csv_head(receipt.columns), (shape.csv_line(line, receipt.columns) for line in lines))


def _with_head(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines


@dataclass(slots=True)
class _Filling:
    """A file that is being filled: only its length and its two digests are kept."""

    first: int
    count: int
    size: int
    csv: "hashlib._Hash"
    jsonl: "hashlib._Hash"

    @classmethod
    def begun(cls, receipt: Receipt, first: int) -> "_Filling":
        """An empty file whose first case will be `first`."""
        return cls(first, 0, 0, hashlib.sha256(shape.csv_head(receipt.columns).encode()), hashlib.sha256())

    def add(self, in_csv: bytes, in_json: bytes) -> None:
        """One more line."""
        self.count += 1
        self.size += max(len(in_csv), len(in_json))
        self.csv.update(in_csv)
        self.jsonl.update(in_json)

    def full(self, more: int) -> bool:
        """Whether `more` bytes have no room; a file holds at least one line."""
        return self.count == FILE_MOST or (self.count > 0 and self.size + more > FILE_BYTES)

    def done(self) -> ExportFile:
        """The file as the receipt remembers it."""
        return ExportFile(self.first, self.count, self.csv.hexdigest(), self.jsonl.hexdigest())


def _with_files(parts: Parts, receipt: Receipt) -> Receipt:
    """Where each file of the receipt begins, and the digests."""
    whole = hashlib.sha256()
    files: list[ExportFile] = []
    filling = _Filling.begun(receipt, 0)
    for place, line in enumerate(_lines(parts, receipt, receipt.cases)):
        in_csv, in_json = shape.csv_line(line, receipt.columns).encode(), shape.json_line(line).encode()
        if filling.full(max(len(in_csv), len(in_json))):
            files.append(filling.done())
            filling = _Filling.begun(receipt, place)
        filling.add(in_csv, in_json)
        whole.update(in_json)
    if filling.count:
        files.append(filling.done())
    return replace(receipt, files=tuple(files), digest=whole.hexdigest())
