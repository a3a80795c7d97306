"""Filling any paper: nothing leaves its box, nothing is cut, what is too much goes on on another sheet."""

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageChops, ImageDraw

from content.rules.answers import Answer
from content.rules.leaflet import leaflet
from content.vocabulary.form import Field, FieldKind, Page, Part
from content.vocabulary.paper import Box, Paper, Slot, Table
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.errors import SheetError
from kiosk_agent.paper import fonts
from kiosk_agent.paper.drawing import Run, Sheet
from kiosk_agent.paper.fill import Known, fill
from kiosk_agent.paper.glyphs import Fidelity, Shelf
from kiosk_agent.paper.render import Renderer
from kiosk_agent.preview.people import SAMPLES, sample_answers, ways_through
from tests.fakes.world import FRIDAY_NOON, ibusuki

DAY = FRIDAY_NOON.date()
PAPERS = tuple(paper for paper in ibusuki().papers if paper.event is None)
"""Those of one person; the sheets of a life event are filled in test_bundle.py."""
NAME_BOX, MARK = Box(x=20, y=20, w=80, h=10), Box(x=120, y=5, w=75, h=5)
HANAKO = SAMPLES["hanako"].person


def a_paper(*slots: Slot, tables: tuple[Table, ...] = (), fields: tuple[Field, ...] = (), background: str | None = None) -> Paper:
    """An A4 paper with these boxes."""
    pages = (Page(id="all", title="すべて", fields=fields),) if fields else ()
    return Paper(id="test", title="試験の届", short="試験", mark=MARK, slots=slots, tables=tables, pages=pages,
                 background=background, source="試験", checked_on=date(2026, 11, 20))


def known(paper: Paper, person: CardFacts = HANAKO, **answers: Answer) -> Known:
    """What is known on the test's Friday."""
    return Known(paper, DAY, person, answers, "ABCD-EFGH")


def texts(sheet: Sheet) -> str:
    """All letters of a sheet in the order of drawing."""
    return "".join(operation.text for operation in sheet.operations if isinstance(operation, Run))


def picture(shelf: Shelf, sheet: Sheet, content: Path | None = None) -> Image.Image:
    """The sheet in grey at 100 dpi."""
    renderer = Renderer(shelf.fonts, content) if content else Renderer(shelf.fonts)
    pdf = renderer.pdf([sheet], title="x", case_code="ABCD-EFGH", session_mark="0" * 32)
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=100 / 72).to_pil()
    return image.convert("L")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
@pytest.mark.parametrize("person", SAMPLES.values(), ids=lambda person: person.id)
def test_every_paper_takes_everybody_whatever_they_chose(shelf: Shelf, paper: Paper, person: object) -> None:
    sample = next(one for one in SAMPLES.values() if one is person)
    for chosen in ways_through(paper):
        filled = fill(paper, Known(paper, DAY, sample.person, sample_answers(paper, sample, chosen), "ABCD-EFGH"), shelf)
        assert len(filled.sheets) == 1


@pytest.mark.parametrize("paper", [paper for paper in PAPERS if paper.qr], ids=lambda paper: paper.id)
def test_a_name_of_sixty_characters_leaves_ink_in_its_boxes_only(shelf: Shelf, paper: Paper) -> None:
    long = SAMPLES["long"]
    answers = sample_answers(paper, long)
    drawn = picture(shelf, fill(paper, Known(paper, DAY, long.person, answers, "ABCD-EFGH"), shelf).sheets[0])
    empty = picture(shelf, fill(paper, Known(paper, DAY, CardFacts(CardKind.RESIDENCE), {
        id: answer for id, answer in answers.items() if paper.field(id.split(".")[0]).choices}, "ABCD-EFGH"), shelf).sheets[0])
    difference = ImageChops.difference(drawn, empty).point([255 if grey > 8 else 0 for grey in range(256)])  # 8: blur of an edge
    assert difference.getbbox() is not None
    pen, scale = ImageDraw.Draw(difference), 100 / 25.4
    for slot in paper.slots:
        left, top, right, bottom = slot.box.x, slot.box.y, slot.box.x + slot.box.w, slot.box.y + slot.box.h
        pen.rectangle((int(left * scale), int(top * scale), int(right * scale) + 1, int(bottom * scale) + 1), 0)
    assert difference.getbbox() is None


FAMILY = Table(id="family", of="members", rows=3, down=12,
               slots=(Slot(id="row-number", box=Box(x=20, y=100, w=8, h=10), holds="row.number"),
                      Slot(id="row-name", box=Box(x=30, y=100, w=80, h=10), holds="row.name", size=11)))
MEMBERS = Field(id="members", kind=FieldKind.GROUP, label="家族", row="家族", parts=(
    Part(id="name", kind=FieldKind.PERSON_NAME, label="氏名"),))


def test_a_family_of_seven_goes_on_on_further_sheets_that_name_the_person_too(shelf: Shelf) -> None:
    paper = a_paper(Slot(id="name", box=NAME_BOX, holds="person.name", every_sheet=True),
                    Slot(id="date", box=Box(x=20, y=40, w=60, h=8), holds="date"), tables=(FAMILY,), fields=(MEMBERS,))
    family = Known(paper, DAY, HANAKO, sample_answers(paper, SAMPLES["family"]), "ABCD-EFGH")
    sheets = fill(paper, family, shelf).sheets
    assert len(sheets) == 3
    names = [name for name, _ in SAMPLES["family"].family]
    assert [[name in texts(sheet) for name in names] for sheet in sheets] == [
        [True] * 3 + [False] * 4, [False] * 3 + [True] * 3 + [False], [False] * 6 + [True]]
    assert all("指宿　花子" in texts(sheet) for sheet in sheets)
    assert [("令和8年" in texts(sheet), "続きの用紙" in texts(sheet)) for sheet in sheets] == [
        (True, False), (False, True), (False, True)]


def test_a_text_too_long_for_its_box_stands_whole_on_an_annex_and_the_box_says_so(shelf: Shelf) -> None:
    field = Field(id="reason", kind=FieldKind.LONG_TEXT, label="くわしい理由", max_length=2000)
    paper = a_paper(Slot(id="reason", box=Box(x=20, y=40, w=60, h=8), holds="answer.reason", size=10), fields=(field,))
    reason = "亡くなった兄に子がなく、私が相続人になったため。" * 80 + "\n以上です。"
    first, *annex = fill(paper, known(paper, reason=reason), shelf).sheets
    assert "別紙1" in texts(first)
    assert "相続人" not in texts(first)
    whole = "".join(map(texts, annex)).replace("別紙試験の届指宿　花子", "")
    assert whole.count("私が相続人になったため。") == 80
    assert "以上です。" in whole
    assert len(annex) >= 2
    assert whole.startswith("別紙1　くわしい理由")
    assert all("指宿　花子" in texts(sheet) for sheet in annex)


def test_a_reading_stands_above_the_name_and_only_where_it_is_known(shelf: Shelf) -> None:
    paper = a_paper(Slot(id="name", box=NAME_BOX, holds="person.name", reading="person.kana", size=12))
    with_kana = fill(paper, known(paper), shelf).sheets[0]
    without = fill(paper, known(paper, SAMPLES["mononym"].person), shelf).sheets[0]
    reading, name = (operation for operation in with_kana.operations if isinstance(operation, Run))
    assert (reading.text, name.text) == ("イブスキ　ハナコ", "指宿　花子")
    assert NAME_BOX.y < reading.baseline < name.baseline - 2
    assert reading.size < name.size
    assert texts(without) == "スカルノプトリ"


def test_the_konbini_leaflet_tells_the_certificate_its_fee_and_the_way_the_menu_goes(shelf: Shelf) -> None:
    paper = leaflet(ibusuki().paper("konbini"), ibusuki(), "juminhyo", DAY)
    assert paper is not None
    said = texts(fill(paper, known(paper), shelf).sheets[0])
    for words in ("住民票の写し", "200円", "6時30分から23時まで", "12月29日から1月3日は休み", "行政サービス"):
        assert words in said
    assert "花子" not in said


def test_there_is_no_leaflet_for_a_certificate_that_no_machine_gives() -> None:
    assert leaflet(ibusuki().paper("konbini"), ibusuki(), "mibun", DAY) is None


@pytest.mark.parametrize("kind", ["pdf", "png", "jpg"])
def test_the_citys_own_sheet_lies_under_what_is_printed(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    Image.init()
    own = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(own).rectangle((600, 1600, 1200, 1700), 0)
    own.save(tmp_path / f"own.{kind}", dpi=(150, 150), resolution=150.0)
    paper = a_paper(Slot(id="name", box=NAME_BOX, holds="person.name"), background=f"own.{kind}")
    drawn = picture(shelf, fill(paper, known(paper), shelf).sheets[0], tmp_path)
    assert drawn.getpixel((600, 1100)) < 20  # type: ignore[operator]  # a pixel of a grey picture is a number
    assert drawn.getpixel((100, 1100)) == 255
    scale = 100 / 25.4
    name = drawn.crop((int(NAME_BOX.x * scale), int(NAME_BOX.y * scale), int(100 * scale), int(30 * scale)))
    assert name.getextrema()[0] < 100  # type: ignore[operator]


def test_a_background_that_is_no_picture_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "own.pdf").write_bytes(b"not a PDF")
    paper = a_paper(Slot(id="name", box=NAME_BOX, holds="person.name"), background="own.pdf")
    with pytest.raises(SheetError):
        picture(shelf, fill(paper, known(paper), shelf).sheets[0], tmp_path)


@pytest.mark.parametrize("private", ["\ue000", "\uf8f0", "\U000f0000", "\U000f1000", "\U0010de92"])
def test_a_private_character_is_boxed_and_told_never_drawn_as_something_else(shelf: Shelf, private: str) -> None:
    paper = a_paper(Slot(id="name", box=NAME_BOX, holds="person.name"))
    filled = fill(paper, known(paper, CardFacts(CardKind.MY_NUMBER, f"山{private}")), shelf)
    assert [(one.character, one.fidelity) for one in filled.unprintable] == [(private, Fidelity.NO_GLYPH)]
    assert f"{ord(private):04X}" in texts(filled.sheets[0])


def a_gyosei_font(folder: Path) -> Path:
    """A font that calls itself the added characters of 行政事務標準文字, with one of them: a black square."""
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "gj"])
    builder.setupCharacterMap({0x10DE92: "gj", ord("花"): "gj"})
    pen = TTGlyphPen(None)
    for at in ((100, 0), (100, 800), (900, 800), (900, 0)):
        (pen.lineTo if pen.points else pen.moveTo)(at)
    pen.closePath()
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "gj": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "gj": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": {"en": "Tsuika", "ja": "追加文字行政事務標準明朝"}, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(folder / "any-name.ttf")
    return folder / "any-name.ttf"


def test_where_the_font_of_gyosei_jimu_hyojun_moji_is_installed_its_characters_are_drawn(shelf: Shelf, tmp_path: Path) -> None:
    file = a_gyosei_font(tmp_path)
    assert fonts.find_gyosei((tmp_path,)) == file
    richer = Shelf({**shelf.fonts, fonts.GYOSEI: fonts.derived(fonts.GYOSEI, file, tmp_path / "cache")})
    paper = a_paper(Slot(id="name", box=NAME_BOX, holds="person.name"))
    filled = fill(paper, known(paper, CardFacts(CardKind.MY_NUMBER, "\U0010de92花")), richer)
    assert filled.unprintable == ()
    runs = [operation for operation in filled.sheets[0].operations if isinstance(operation, Run)]
    assert [(run.font, run.text) for run in runs] == [(fonts.GYOSEI, "\U0010de92"), ("mincho", "花")]
    square = picture(richer, filled.sheets[0]).getpixel((int(22 * 100 / 25.4), int(25 * 100 / 25.4)))
    assert square < 60  # type: ignore[operator]


def test_a_computer_without_that_font_finds_none(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert fonts.find_gyosei((tmp_path, tmp_path / "nowhere")) is None
