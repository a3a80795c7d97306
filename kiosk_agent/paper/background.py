"""The city's own sheet as a picture to print on: the first page of a PDF, or a PNG or JPEG file.

reportlab cannot take a page of another PDF. A PDF is therefore drawn once with pypdfium2, which already reads residents'
files, in grey at 300 dpi: as sharp as the office printer, and without another library that rewrites PDF objects.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, UnidentifiedImageError

from kiosk_agent.errors import SheetError

DPI = 300
MOST_PIXELS = 36_000_000
"""A sheet of A3 at 300 dpi has 17 million."""
WHITE_FROM = 250
"""Grey values that print as nothing are made white, so that a scan's paper does not grey the sheet."""


@lru_cache(maxsize=16)
def picture(file: Path, changed: int, width: float, height: float) -> bytes:
    """A PNG in grey of `width` × `height` mm. `changed` (mtime in ns) makes a new file a new picture.

    Raises SheetError for a file that is no page or picture.
    """
    del changed
    size = round(width / 25.4 * DPI), round(height / 25.4 * DPI)
    try:
        image = _page(file, size) if file.suffix == ".pdf" else Image.open(file)
        if image.width * image.height > MOST_PIXELS:
            raise SheetError(f"{file.name} is larger than a sheet needs")
        grey = image.convert("L")
    except (OSError, UnidentifiedImageError, pypdfium2.PdfiumError) as error:
        raise SheetError(f"{file.name} cannot be drawn: {type(error).__name__}") from None
    if grey.width > size[0] or grey.height > size[1]:
        grey = grey.resize(size)
    out = BytesIO()
    grey.point([value if value < WHITE_FROM else 255 for value in range(256)]).save(out, "PNG")
    return out.getvalue()


def _page(file: Path, size: tuple[int, int]) -> Image.Image:
    document = pypdfium2.PdfDocument(file)
    try:
        page = document[0]
        image: Image.Image = page.render(scale=size[0] / page.get_width(), grayscale=True).to_pil()
        return image.resize(size)
    finally:
        document.close()
