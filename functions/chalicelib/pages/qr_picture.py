"""A QR code drawn into a page: an inline SVG, black on white, with its quiet zone. No other host draws it."""

import io

import segno
from markupsafe import Markup


def picture(text: str) -> Markup:
    """Any text; one of capitals and digits becomes the smaller code that such text allows (ISO/IEC 18004, alphanumeric)."""
    out = io.BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(
        out, kind="svg", xmldecl=False, svgns=False, border=4, omitsize=True, nl=False, svgclass="qr", lineclass=None)
    return Markup(out.getvalue().decode())  # noqa: S704 - segno's own drawing of a text that we made
