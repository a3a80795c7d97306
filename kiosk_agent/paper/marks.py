"""The marks inside a finished PDF: whose case, which session, which page of how many; written and read back.

A mark is a marked-content operator in the page's own content stream (ISO 32000-1 §14.6), so a page cannot lose it and
a viewer does not show it. Reading needs nothing but zlib, and believes only a file of the shape that our own renderer
writes: one cross-reference table that names every object, one list of pages, no update behind its end. In any other
shape a page could hide.
"""

import base64
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from kiosk_agent.errors import PrinterReason, PrinterTrouble

_MARK = re.compile(rb"/Madonavi <</Case \(([A-Z0-9-]+)\) /Mark \(([0-9a-f]+)\) /Page (\d+) /Pages (\d+)>> BDC")
_END = re.compile(rb"startxref\r?\n(\d+)\r?\n%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\r?\n0 (\d+)\s*\r?\n")
_ENTRY = 20
"""Bytes of one line of the cross-reference table (ISO 32000-1 §7.5.4)."""
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_PAGES = re.compile(rb"/Type\s*/Pages\b")
_PACKED = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")
_ANOTHER = re.compile(rb"/Encrypt\b|/Prev\b|/XRefStm\b")
"""Objects packed into others, encryption, tables behind the table (§7.5.6-8): our renderer writes none of them."""


@dataclass(frozen=True, slots=True)
class PageMark:
    """What one page says of itself."""

    case_code: str
    session_mark: str
    """Random, used for one print of one session."""
    page: int
    pages: int


def opening(mark: PageMark) -> str:
    """The operator that opens a page's content; `EMC` closes it."""
    return (f"/Madonavi <</Case ({mark.case_code}) /Mark ({mark.session_mark}) "
            f"/Page {mark.page} /Pages {mark.pages}>> BDC")


def read(pdf: bytes) -> tuple[PageMark, ...]:
    """The marks of all pages in the order in which they come out, one for each page.

    Raises PrinterTrouble (FOREIGN) for a file that our renderer did not write just so, or with a page without its mark.
    """
    heads, streams = _objects(pdf)
    root = _one_reference(_trailer(pdf), b"Root")
    pages = _one_reference(heads.get(root, b""), b"Pages")
    kids = re.search(rb"/Kids\s*\[([^\]]*)\]", heads.get(pages, b""))
    order = [int(number) for number in re.findall(rb"(\d+) 0 R", kids.group(1))] if kids else []
    drawn = {number for number, head in heads.items() if _PAGE.search(head)}
    lists = sum(bool(_PAGES.search(head)) for head in heads.values())
    if not order or len(set(order)) != len(order) or set(order) != drawn or lists != 1:
        raise _foreign("its list of pages is not ours")
    contents = [_one_reference(heads[number], b"Contents") for number in order]
    if len(set(contents)) != len(contents):
        raise _foreign("two pages share what is on them")
    return tuple(_mark(heads.get(number, b""), streams.get(number, b"")) for number in contents)


def require(pdf: bytes, *, case_code: str, session_mark: str) -> None:
    """Return when every page belongs to this case and session, none is missing, none comes twice, all are in order.

    Raises PrinterTrouble (FOREIGN) for anything else.
    """
    marks = read(pdf)
    if marks != tuple(PageMark(case_code, session_mark, n, len(marks)) for n in range(1, len(marks) + 1)):
        raise _foreign("its pages are not this session's")


def _mark(head: bytes, packed: bytes) -> PageMark:
    try:
        content = zlib.decompress(_unarmoured(packed, head)) if b"/FlateDecode" in head else packed
    except (zlib.error, ValueError):
        raise _foreign("a page cannot be read") from None
    found = _MARK.findall(content)
    if len(found) != 1 or content.count(b"/Madonavi") != 1:
        raise _foreign("a page does not carry one mark")
    case, mark, page, pages = found[0]
    return PageMark(case.decode(), mark.decode(), int(page), int(pages))


def _trailer(pdf: bytes) -> bytes:
    end = _END.search(pdf, max(0, len(pdf) - 64))
    return pdf[pdf.rfind(b"trailer", 0, end.start()):end.start()] if end else b""


def _objects(pdf: bytes) -> tuple[Mapping[int, bytes], Mapping[int, bytes]]:
    """(dictionaries, streams) by object number. Every byte between header and table belongs to an object of the table."""
    end = _END.search(pdf, max(0, len(pdf) - 64))
    table = _TABLE.match(pdf, int(end.group(1))) if end else None
    if end is None or table is None:
        raise _foreign("it does not end as ours do")
    count, first = int(table.group(1)), table.end()
    entries = [pdf[first + n * _ENTRY:first + (n + 1) * _ENTRY] for n in range(count)]
    rest = pdf[first + count * _ENTRY:end.start()]
    if not rest.startswith(b"trailer") or any(entry[17:18] != b"n" or not entry[:10].isdigit() for entry in entries[1:]):
        raise _foreign("its table of objects is not ours")
    places = sorted((int(entry[:10]), number) for number, entry in enumerate(entries) if number)
    heads: dict[int, bytes] = {}
    streams: dict[int, bytes] = {}
    for (start, number), (stop, _) in pairwise([*places, (table.start(), 0)]):
        body = pdf[start:stop]
        if not body.startswith(b"%d 0 obj" % number) or not body.rstrip().endswith(b"endobj"):
            raise _foreign("an object is not where the table says")
        head, opened, stream = body.partition(b">>\nstream\n")
        heads[number] = head
        if opened:
            streams[number] = stream[:stream.rfind(b"endstream")].rstrip(b"\r\n")
        elif body.count(b"endobj") != 1:
            raise _foreign("an object hides behind another")
        if _PACKED.search(head):
            raise _foreign("objects are packed away")
    if _ANOTHER.search(rest) or b"xref" in rest:
        raise _foreign("another table stands behind this one")
    return heads, streams


def _one_reference(head: bytes, key: bytes) -> int:
    found = re.findall(rb"/" + key + rb"\s+(\d+) 0 R", head)
    if len(found) != 1:
        raise _foreign("it is not built as ours are")
    return int(found[0])


def _unarmoured(packed: bytes, filters: bytes) -> bytes:
    if b"/ASCII85Decode" in filters:
        return base64.a85decode(b"<~" + packed if not packed.startswith(b"<~") else packed, adobe=True)
    return packed


def _foreign(why: str) -> PrinterTrouble:
    return PrinterTrouble(f"what lay in the spool is not this session's: {why}", PrinterReason.FOREIGN)
