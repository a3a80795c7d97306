"""What a resident may send, what is made of it, and what is stopped."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.domain.file import MOST_EDGE, Checked, FileKind, Refusal, Refused
from chalicelib.services.file_check import check, holds_zip
from chalicelib.services.file_pictures import watermark
from tests.fakes import files
from tests.fakes.world import ibusuki

STOPPED_HERE = {name: bad for name, bad in files.BAD.items() if bad[1] is not Refusal.INFECTED}


def made(data: bytes) -> tuple[bytes, ...]:
    """The pictures of a file that must be good."""
    found = check(data)
    assert isinstance(found, Checked), found
    return found.pages


def picture(page: bytes) -> Image.Image:
    """A page as a picture."""
    opened = Image.open(io.BytesIO(page))
    assert opened.format == "JPEG"
    opened.load()
    return opened


@pytest.mark.parametrize("name", STOPPED_HERE)
def test_what_may_harm_is_stopped_for_the_right_reason(name: str) -> None:
    make, code = STOPPED_HERE[name]
    assert check(make()) == Refused(code)


@pytest.mark.parametrize(("data", "kind", "pages"), [
    (files.photo(), FileKind.JPEG, 1), (files.screenshot(), FileKind.PNG, 1), (files.scan(3), FileKind.PDF, 3),
    (files.pdf(), FileKind.PDF, 1), (files.scan(20), FileKind.PDF, 20)])
def test_photos_screenshots_and_scans_are_taken(data: bytes, kind: FileKind, pages: int) -> None:
    found = check(data)
    assert isinstance(found, Checked)
    assert (found.kind, len(found.pages)) == (kind, pages)


def test_a_pdf_that_may_only_not_be_changed_is_taken() -> None:
    assert len(made(files.scan(owner="the bank"))) == 1


def test_a_pdf_with_a_link_to_a_page_is_taken_whatever_the_address_says() -> None:
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.jp/JS/Launch)>>>>]"
    assert len(made(files.pdf(page=link))) == 1


def test_a_motion_photo_is_taken_and_its_film_is_gone() -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(5000)
    (page,) = made(files.photo() + film)
    assert b"ftyp" not in page


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(40, 30), (3600, 30)])
def test_every_sort_of_png_becomes_a_picture(mode: str, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    (page,) = made(out.getvalue())
    assert picture(page).mode == "RGB"


def test_a_photo_stands_upright_whichever_way_the_phone_was_held() -> None:
    for turned, size in ((1, (400, 300)), (6, (400, 300)), (6, (4000, 3200))):
        page = picture(made(files.photo(size, turned=turned))[0])
        corner = (page.width - 5, 5) if turned == 6 else (5, 5)
        red, green, _ = page.getpixel(corner)  # type: ignore[misc]  # three bands
        assert red > 200 > 100 > green
        assert (page.width > page.height) == (turned == 1)


def test_nothing_of_the_photo_but_its_pixels_goes_on() -> None:
    before = files.photo()
    assert files.SECRET.encode() in before
    (page,) = made(before)
    after = picture(page)
    assert files.SECRET.encode() not in page
    assert not after.getexif()
    assert "comment" not in after.info
    assert "icc_profile" not in after.info


def test_no_picture_is_longer_than_the_longest_we_show() -> None:
    assert max(picture(made(files.photo((6000, 4000)))[0]).size) == MOST_EDGE
    out = io.BytesIO()
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(out, pagesize=(14_400, 7_200))
    canvas.showPage()
    canvas.save()
    assert max(picture(made(out.getvalue())[0]).size) <= MOST_EDGE + 1


def test_transparent_places_become_white_paper() -> None:
    assert picture(made(files.screenshot())[0]).getpixel((200, 150)) == (255, 255, 255)


def test_what_was_typed_into_a_form_is_seen() -> None:
    from reportlab.pdfgen.canvas import Canvas

    pages = []
    for typed in ("", "X" * 30):
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(300, 300))
        canvas.acroForm.textfield(name="name", value=typed, x=20, y=200, width=250, height=40)
        canvas.showPage()
        canvas.save()
        pages.append(made(out.getvalue()))
    assert pages[0] != pages[1]


def test_the_four_bytes_of_a_zip_that_stand_in_a_photo_by_chance_are_no_zip() -> None:
    assert not holds_zip(files.photo() + b"PK\x05\x06" + bytes(40) + b"\xff\xd9")
    assert holds_zip(b"anything" + files.zip_of() + b"anything")


@settings(max_examples=150, deadline=None)
@given(base=st.sampled_from([files.photo(), files.screenshot(), files.scan(), files.packed_pdf(b"<</S/GoTo/D[3 0 R/Fit]>>")]),
       cuts=st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6)), min_size=1, max_size=8))
def test_no_broken_file_breaks_the_check(base: bytes, cuts: list[tuple[int, bytes]]) -> None:
    for at, put in cuts:
        base = base[: at % len(base)] + put + base[at % len(base) + len(put) :]
    assert isinstance(check(base), Checked | Refused)


def test_every_refusal_has_words_for_the_person() -> None:
    for code in Refusal:
        assert ibusuki().say(f"apply.file.{code}").endswith("。")


def test_a_watermark_lies_over_all_of_a_page_and_lets_it_be_read() -> None:
    (page,) = made(files.photo((1200, 900)))
    before, after = picture(page), picture(watermark(page, "462101 2026-11-21 ABCD-EFGH-JKLM"))
    assert after.size == before.size
    for left in range(0, 1200, 300):
        for top in range(0, 900, 300):
            place = (left, top, left + 300, top + 300)
            assert before.crop(place).tobytes() != after.crop(place).tobytes()
    darkest, _ = after.crop((600, 450, 1200, 900)).convert("L").getextrema()
    assert isinstance(darkest, int | float)
    assert darkest > 128  # black print on the paper below stays far darker


@pytest.mark.parametrize("text", ["", "  ", "指宿市", "a\nb"])
def test_a_watermark_that_could_not_be_drawn_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        watermark(made(files.photo())[0], text)


def test_a_file_does_not_show_itself_in_a_log() -> None:
    assert "JFIF" not in repr(check(files.photo()))
