"""The marks inside a finished PDF: whose case, which session, which page of how many; written and read back.

A mark is a marked-content operator in the page's own content stream (ISO 32000-1 §14.6), so a page cannot lose it and
a viewer does not show it. Reading needs nothing but zlib.
"""

import base64
import re
import zlib
from dataclasses import dataclass

from kiosk_agent.errors import PrinterTrouble

_STREAM = re.compile(rb"<<([^>]*/Filter[^>]*)>>\s*stream\r?\n(.*?)endstream", re.DOTALL)
_MARK = re.compile(rb"/Madonavi <</Case \(([A-Z0-9-]+)\) /Mark \(([0-9a-f]+)\) /Page (\d+) /Pages (\d+)>> BDC")
_PAGE_OBJECT = re.compile(rb"/Type\s*/Page\b(?!s)")


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
    """The marks of all pages in the order of the file."""
    found = []
    for filters, stream in _STREAM.findall(pdf):
        if b"/FlateDecode" not in filters:
            continue
        try:
            content = zlib.decompress(_unarmoured(stream.rstrip(b"\r\n"), filters))
        except (zlib.error, ValueError):
            continue
        found += [PageMark(case.decode(), mark.decode(), int(page), int(pages))
                  for case, mark, page, pages in _MARK.findall(content)]
    return tuple(found)


def _unarmoured(packed: bytes, filters: bytes) -> bytes:
    if b"/ASCII85Decode" in filters:
        return base64.a85decode(b"<~" + packed if not packed.startswith(b"<~") else packed, adobe=True)
    return packed


def require(pdf: bytes, *, case_code: str, session_mark: str) -> None:
    """Return when every page belongs to this case and session. Raises PrinterTrouble for anything else."""
    marks = read(pdf)
    pages = len(_PAGE_OBJECT.findall(pdf))
    wanted = tuple(PageMark(case_code, session_mark, n, pages) for n in range(1, pages + 1))
    if not pages or marks != wanted:
        raise PrinterTrouble("the file in the spool is not this session's")
