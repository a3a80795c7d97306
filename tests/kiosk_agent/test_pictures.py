"""Pictures of cards are shown in a browser, or told to be broken; nothing else happens."""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kiosk_agent.card.facts import Picture
from kiosk_agent.pictures import PictureBroken, as_png
from kiosk_agent.virtual_card.drawn import face_as_jpeg2000, lines_as_tiff

NAME = lines_as_tiff("NGUYEN THI HOA")


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def opened(png: bytes) -> Image.Image:
    """The dots of a PNG."""
    picture = Image.open(io.BytesIO(png), formats=("PNG",))
    picture.load()
    return picture


def test_a_name_of_a_residence_card_is_shown_dot_by_dot() -> None:
    shown = opened(as_png(Picture("tiff", NAME)))
    assert Image.open(io.BytesIO(NAME)).info["compression"] == "group4"
    assert shown.mode == "1"
    assert shown.tobytes() == Image.open(io.BytesIO(NAME)).tobytes()


def test_a_face_is_shown() -> None:
    assert opened(as_png(Picture("jpeg2000", face_as_jpeg2000()))).size == (60, 80)


def test_colours_stay_colours() -> None:
    red = saved(Image.new("RGB", (8, 8), (200, 0, 0)), "PNG")
    assert opened(as_png(Picture("png", red))).getpixel((3, 3)) == (200, 0, 0)


@pytest.mark.parametrize(("kind", "content"), [
    pytest.param("tiff", NAME, id="tiff"),
    pytest.param("jpeg2000", face_as_jpeg2000(), id="jpeg2000"),
    pytest.param("png", as_png(Picture("tiff", NAME)), id="png")])
def test_a_picture_cut_at_any_byte_is_shown_in_part_or_told_as_broken(kind: str, content: bytes) -> None:
    broken = 0
    for length in range(len(content)):
        try:
            assert as_png(Picture(kind, content[:length])).startswith(b"\x89PNG")
        except PictureBroken:
            broken += 1
    assert broken > 50


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused() -> None:
    bomb = saved(Image.new("1", (10_000, 10_000), 1), "TIFF", compression="group4")
    assert len(bomb) < 65_536
    with pytest.raises(PictureBroken):
        as_png(Picture("tiff", bomb))


def test_a_picture_is_read_only_as_what_the_card_says_it_is() -> None:
    for kind in ("jpeg2000", "png", "gif", ""):
        with pytest.raises(PictureBroken):
            as_png(Picture(kind, NAME))


def test_a_file_larger_than_any_of_a_card_is_not_opened() -> None:
    with pytest.raises(PictureBroken):
        as_png(Picture("tiff", NAME + bytes(65_536)))


def test_nothing_but_the_dots_goes_on() -> None:
    told = PngInfo()
    told.add_text("Comment", "hidden words")
    marked = saved(Image.new("L", (8, 8)), "PNG", pnginfo=told, dpi=(300, 300))
    assert b"hidden words" in marked
    shown = as_png(Picture("png", marked))
    assert b"hidden" not in shown
    assert b"pHYs" not in shown


def test_nothing_of_a_picture_shows_in_an_error() -> None:
    with pytest.raises(PictureBroken) as error:
        as_png(Picture("tiff", b"II*\x00 NGUYEN"))
    assert "NGUYEN" not in str(error.value)
    assert error.value.__cause__ is None
