"""Made-up files as residents send them, and as those send them who mean harm; all made here, nothing real."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from chalicelib.adapters.scanner_practice import EICAR
from chalicelib.domain.file import MOST_BYTES, Refusal

SECRET = "iPhone of Hanako"
TURNED, MAKER, GPS = 0x0112, 0x010F, 0x8825


def photo(size: tuple[int, int] = (400, 300), *, turned: int = 1, comment: bytes = b"") -> bytes:
    """A JPEG with a red corner at the top left of the sensor, with camera, place and comment in its metadata."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="red")
    exif = Image.Exif()
    exif[TURNED], exif[MAKER], exif.get_ifd(GPS)[1] = turned, SECRET, "N"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=comment or SECRET.encode())
    return out.getvalue()


def screenshot(size: tuple[int, int] = (300, 200), mode: str = "RGBA") -> bytes:
    """A PNG; with an alpha channel nothing but a dot is painted."""
    picture = Image.new(mode, size)
    picture.putpixel((5, 5), (0, 0, 255, 255) if mode == "RGBA" else 1)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def scan(pages: int = 1, *, lock: str | None = None, owner: str | None = None) -> bytes:
    """A PDF with a line of text a page. lock: a password to open it; owner: one only to change it."""
    out = io.BytesIO()
    encrypt = StandardEncryption(lock or "", ownerPassword=owner, canModify=0) if lock or owner else None
    canvas = Canvas(out, pagesize=(595, 842), encrypt=encrypt)
    for page in range(pages):
        canvas.drawString(72, 700, f"page {page + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pdf(catalog: bytes = b"", *more: bytes, page: bytes = b"") -> bytes:
    """A PDF written by hand: entries of its catalog, entries of its page, and objects from number 4 on."""
    bodies = (b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
              b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]" + page + b">>", *more)
    out, starts = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1, table, len(bodies) + 1, len(out))


def packed_pdf(action: bytes) -> bytes:
    """A PDF whose objects lie compressed in a stream, where a search through the bytes does not see them."""
    bodies = (b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
              b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>", action)
    places, inside = b"", b""
    for number, body in enumerate(bodies, 1):
        places += b"%d %d " % (number, len(inside))
        inside += body + b" "
    squeezed = zlib.compress(places + inside)
    out = b"%PDF-1.7\n"
    at = len(out)
    out += b"5 0 obj\n<</Type/ObjStm/N 4/First %d/Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream\nendobj\n" % (
        len(places), len(squeezed), squeezed)
    table = b"".join(struct.pack(">BHB", *row) for row in ((0, 0, 255), (2, 5, 0), (2, 5, 1), (2, 5, 2), (2, 5, 3), (1, at, 0),
                                                           (1, len(out), 0)))
    return out + (b"6 0 obj\n<</Type/XRef/Size 7/W[1 2 1]/Root 1 0 R/Length %d>>\nstream\n%b\nendstream\nendobj\n"
                  b"startxref\n%d\n%%%%EOF\n") % (len(table), table, len(out))


def zip_of(holds: bytes = b"run me", name: str = "a.class") -> bytes:
    """A ZIP with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, holds)
    return out.getvalue()


def empty_png(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unfolds to `width` × `height` black pixels."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    squeeze = zlib.compressobj(9)
    row = bytes(1 + width // 8 + 1)
    pixels = b"".join(squeeze.compress(row) for _ in range(min(height, 20_000))) + squeeze.flush()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
            + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def gif() -> bytes:
    """A GIF."""
    out = io.BytesIO()
    Image.new("P", (10, 10)).save(out, "GIF")
    return out.getvalue()


def _javascript() -> bytes:
    return b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


BAD: Mapping[str, tuple[Callable[[], bytes], Refusal]] = {
    "EICAR": (lambda: EICAR, Refusal.INFECTED),
    "EICAR behind a photo": (lambda: photo() + EICAR, Refusal.INFECTED),
    "nothing": (lambda: b"", Refusal.EMPTY),
    "one byte too many": (lambda: photo() + bytes(MOST_BYTES), Refusal.TOO_LARGE),
    "a program with no extension": (lambda: b"\x7fELF\x02\x01\x01" + bytes(200), Refusal.WRONG_KIND),
    "a program named photo.jpg": (lambda: b"MZ\x90\x00" + bytes(200), Refusal.WRONG_KIND),
    "a shell script": (lambda: b"#!/bin/sh\nrm -r ~\n", Refusal.WRONG_KIND),
    "a web page named scan.pdf": (lambda: b"<!doctype html><script>1</script>", Refusal.WRONG_KIND),
    "a drawing that runs (SVG)": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", Refusal.WRONG_KIND),
    "a zip bomb renamed to jpg": (lambda: zip_of(bytes(50_000_000)), Refusal.WRONG_KIND),
    "an Office file": (lambda: zip_of(b"<w:document/>", "word/document.xml"), Refusal.WRONG_KIND),
    "a GIF": (gif, Refusal.WRONG_KIND),
    "a GIF that is a JAR too": (lambda: gif() + zip_of(), Refusal.WRONG_KIND),
    "a web page before a PDF": (lambda: b"<html><script>1</script>" + scan(), Refusal.WRONG_KIND),
    "HEIC": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100), Refusal.HEIC),
    "a photo that is a JAR too": (lambda: photo() + zip_of(), Refusal.TWO_KINDS),
    "a photo that is a JAR too, and goes on": (lambda: photo() + zip_of() + b"more", Refusal.TWO_KINDS),
    "a screenshot that is a RAR too": (lambda: screenshot() + b"Rar!\x1a\x07\x01\x00", Refusal.TWO_KINDS),
    "a PDF that is a ZIP too": (lambda: scan() + zip_of(), Refusal.TWO_KINDS),
    "a photo that is a PDF too": (lambda: photo(comment=scan()[:4000]), Refusal.TWO_KINDS),
    "a photo with a script in its comment": (lambda: photo(comment=b"<script>alert(1)</script>"), Refusal.TWO_KINDS),
    "a screenshot with PHP at its end": (lambda: screenshot() + b"<?php system($_GET[0]);", Refusal.TWO_KINDS),
    "a pixel bomb": (lambda: empty_png(50_000, 50_000), Refusal.PIXELS),
    "a smaller pixel bomb": (lambda: empty_png(9_000, 9_000), Refusal.PIXELS),
    "half a photo": (lambda: photo((1200, 900))[:6000], Refusal.BROKEN),
    "half a screenshot": (lambda: screenshot()[:120], Refusal.BROKEN),
    "only the first bytes of a photo": (lambda: b"\xff\xd8\xff\xe0", Refusal.BROKEN),
    "only the first bytes of a PDF": (lambda: b"%PDF-1.7\n", Refusal.BROKEN),
    "a PDF with a password": (lambda: scan(lock="secret"), Refusal.LOCKED),
    "a PDF of 21 pages": (lambda: scan(21), Refusal.PAGES),
    "a PDF with JavaScript": (lambda: pdf(b"/OpenAction 4 0 R", _javascript()), Refusal.ACTIVE),
    "a PDF with JavaScript written in escapes": (
        lambda: pdf(b"/OpenAction 4 0 R", b"<</S/J#61vaScript/J#53(app.alert\\(1\\))>>"), Refusal.ACTIVE),
    "a PDF with JavaScript in compressed objects": (lambda: packed_pdf(_javascript()), Refusal.ACTIVE),
    "a PDF with JavaScript between strings that look like a stream": (
        lambda: pdf(b"/A(stream\n)/OpenAction 4 0 R/B(\nendstream)/C(\\()", b"<</A(stream\r\n)/S/JavaScript/JS(1)/B(endstream)>>"),
        Refusal.ACTIVE),
    "a PDF with JavaScript between brackets": (
        lambda: pdf(b"/A(\\()/OpenAction<</S/JavaScript/JS(1)>>/B(\\))"), Refusal.ACTIVE),
    "a PDF with JavaScript by name": (lambda: pdf(b"/Names<</JavaScript<</Names[(a)4 0 R]>>>>", _javascript()), Refusal.ACTIVE),
    "a PDF that starts a program": (
        lambda: pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), Refusal.ACTIVE),
    "a PDF page that starts a program": (lambda: pdf(page=b"/AA<</O<</S/Launch/F(cmd.exe)>>>>"), Refusal.ACTIVE),
    "a PDF that carries a file": (
        lambda: pdf(b"/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>", b"<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>",
                    b"<</Type/EmbeddedFile/Length 2>>\nstream\nMZ\nendstream"), Refusal.ACTIVE),
    "a PDF with a form of its own language (XFA)": (
        lambda: pdf(b"/AcroForm<</XFA 4 0 R>>", b"<</Length 5>>\nstream\n<xdp>\nendstream"), Refusal.ACTIVE),
}
"""What must be stopped, by what an officer would call it, and why it is."""
