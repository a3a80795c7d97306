"""Tells what a file is by its content, refuses what may harm, and makes our own pictures of the rest. No input or output.

The original never reaches an officer and is not kept: whatever it hides ends here. Decoders are written in C and read
hostile bytes, so they run in a process of their own (adapters/file_check_apart.py). Decisions: docs/adr/0021.
"""

import re
from collections.abc import Callable, Mapping

from chalicelib.domain.file import MOST_BYTES, Checked, FileKind, Refusal, Refused
from chalicelib.services import file_pdf, file_pictures
from chalicelib.services.file_refusal import Unfit

_BEGINS: Mapping[FileKind, re.Pattern[bytes]] = {
    FileKind.JPEG: re.compile(rb"\xff\xd8\xff"),
    FileKind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    FileKind.PDF: re.compile(rb"%PDF-[12]\.\d"),
}
"""At the very first byte. PDF readers search further in, which is what files of two kinds live on."""
_HEIC = re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1|avif)", re.DOTALL)
"""ISO/IEC 23008-12, annex B: the brands of phones' own format, and of AVIF."""
_MARKUP = re.compile(rb"<(?:script|html|iframe|!doctype)[\s>/]|<\?php\s", re.IGNORECASE)
"""What a browser or a web server would run; in a picture's comment or behind its end."""
_OTHERS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_PDF_INSIDE = re.compile(rb"%PDF-\d\.\d")
_END_OF_ZIP, _FIRST_OF_ZIP, _ZIP64 = b"PK\x05\x06", b"PK\x01\x02", b"PK\x06\x07"
_MAKES: Mapping[FileKind, Callable[[bytes], tuple[bytes, ...]]] = {
    FileKind.JPEG: file_pictures.remake, FileKind.PNG: file_pictures.remake, FileKind.PDF: file_pdf.pictures,
}


def check(data: bytes) -> Checked | Refused:
    """Our own pictures of a file, or why it is refused. Never raises for any content."""
    try:
        kind = kind_of(data)
        return Checked(kind, _MAKES[kind](data))
    except Unfit as unfit:
        return Refused(unfit.code)


def kind_of(data: bytes) -> FileKind:
    """What the content begins as and nothing else besides. Raises Unfit."""
    if not data:
        raise Unfit(Refusal.EMPTY)
    if len(data) > MOST_BYTES:
        raise Unfit(Refusal.TOO_LARGE)
    kind = next((kind for kind, begins in _BEGINS.items() if begins.match(data)), None)
    if kind is None:
        raise Unfit(Refusal.HEIC if _HEIC.match(data) else Refusal.WRONG_KIND)
    is_pdf_too = kind is not FileKind.PDF and _PDF_INSIDE.search(data)
    if is_pdf_too or holds_zip(data) or _MARKUP.search(data) or any(one in data for one in _OTHERS):
        raise Unfit(Refusal.TWO_KINDS)
    return kind


def holds_zip(data: bytes) -> bool:
    """Whether a ZIP (so a JAR, an Office file) can be opened somewhere in the bytes (APPNOTE.TXT 4.3.16).

    Four bytes alone stand by chance in one of 400 photos, so the directory they point to must be there as well.
    """
    end = data.find(_END_OF_ZIP)
    while end >= 0:
        length = int.from_bytes(data[end + 12 : end + 16], "little")
        if data[max(end - length, 0) : end].startswith(_FIRST_OF_ZIP) or data[end - 20 : end].startswith(_ZIP64):
            return True
        end = data.find(_END_OF_ZIP, end + 1)
    return False
