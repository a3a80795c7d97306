"""PDFs: refused when locked or when they would do something, else painted page by page. pdfium is imported at the first use.

pdfium is built without JavaScript and opens nothing by itself; what it paints is a picture. The refusal of active files
is for the person's sake: such a file is seldom what one means to send to a city hall, and scanners may miss it.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.file import MOST_EDGE, MOST_PAGES, Refusal
from chalicelib.services.file_pictures import as_jpeg
from chalicelib.services.file_refusal import Unfit

DOTS_PER_POINT = 200 / 72
"""200 dpi: what an office scanner delivers; smaller for pages that would be longer than MOST_EDGE."""
_STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Rendition|Movie|Sound)"
                     rb"(?![A-Za-z0-9_])")
"""Names of actions and attachments, ISO 32000-2 tables 201, 171, 43 and 224."""


def pictures(data: bytes) -> tuple[bytes, ...]:
    """One JPEG per page. Raises Unfit."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == raw.FPDF_ERR_PASSWORD
        raise Unfit(Refusal.LOCKED if is_locked else Refusal.BROKEN) from None
    try:
        if not 1 <= len(document) <= MOST_PAGES:
            raise Unfit(Refusal.PAGES if len(document) else Refusal.BROKEN)
        if raw.FPDFDoc_GetAttachmentCount(document) or raw.FPDFDoc_GetJavaScriptActionCount(document) or is_active(document):
            raise Unfit(Refusal.ACTIVE)
        return tuple(_painted(document))
    except pypdfium2.PdfiumError:
        raise Unfit(Refusal.BROKEN) from None
    finally:
        document.close()


def is_active(document: Any) -> bool:
    """Whether the file names an action that runs, sends or opens something, or carries another file.

    pdfium writes the file anew, unlocked and without compressed objects; so all names are in sight.
    """
    from pypdfium2 import raw

    copy = io.BytesIO()
    document.save(copy, flags=raw.FPDF_NO_INCREMENTAL | raw.FPDF_REMOVE_SECURITY)
    # Streams first: they may hold any bytes. Then strings, in which pdfium escapes brackets and ends of lines: a link
    # to https://example.jp/JS/ is no action.
    names = _STRING.sub(b"()", _STREAM.sub(b"", copy.getvalue()))
    names = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), names)
    return _ACTIVE.search(names) is not None


def _painted(document: Any) -> Iterator[bytes]:
    document.init_forms()  # or what was typed into a form's fields would not be seen
    for number in range(len(document)):
        page = document[number]
        longest, shortest = max(page.get_size()), min(page.get_size())
        if shortest <= 0:
            raise Unfit(Refusal.BROKEN)
        bitmap = page.render(scale=min(DOTS_PER_POINT, MOST_EDGE / longest))
        yield as_jpeg(bitmap.to_pil())
        bitmap.close()
        page.close()
