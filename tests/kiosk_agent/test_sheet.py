"""The printed form, looked at as a picture: the right ink in the right box, rare characters as they are, the QR readable."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image, ImageChops

from content.rules.answers import Answer
from content.vocabulary.paper import Box, Face
from kiosk_agent import qr
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.errors import PrinterTrouble, QrError, SheetError
from kiosk_agent.paper import marks
from kiosk_agent.paper.birthdate import birthdate
from kiosk_agent.paper.fill import Known, fill
from kiosk_agent.paper.glyphs import Fidelity, Shelf, clusters
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import FilePrinter, Job, Spool
from kiosk_agent.sheet import Bundle, Form, FormMaker, Request, Wish, content
from kiosk_agent.virtual_card.people import PEOPLE, TSUJI_ONE_DOT, Person
from tests.fakes.world import FRIDAY_NOON, ibusuki

PAPER = ibusuki().paper("juminhyo")
PROCEDURE = ibusuki().procedure("juminhyo")
DPI = 150
ADDRESS = "鹿児島県指宿市十町２４２４番地"
KIOSK, READER = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
SENDER = qr.Sender(KIOSK, READER.public_key())
RECEIVER = qr.Receiver(READER, (KIOSK.public_key(),))


def picture(pdf: bytes) -> Image.Image:
    """The first page in grey."""
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=DPI / 72).to_pil()
    return image.convert("L")


def printed(shelf: Shelf, name: str, *, address: str = ADDRESS, answers: Mapping[str, tuple[str, ...]] | None = None,
            copies: int = 1) -> Form:
    """The form of somebody of that name."""
    person = BasicFour(name, address, "19800217", "2")
    request = Request(PAPER, PROCEDURE, person, answers or {"whose": ("self",), "items": ("none",)}, copies)
    return FormMaker(shelf, SENDER).make(request, now=FRIDAY_NOON)


def plain(shelf: Shelf, name: str, address: str = ADDRESS) -> Image.Image:
    """The form without QR, so that two of them differ only in what is written."""
    person = CardFacts(CardKind.MY_NUMBER, name, None, address, "19800217", "2")
    known = Known(PAPER, FRIDAY_NOON.date(), person, {"whose": ("self",), "items": ("none",)}, "ABCD-EFGH")
    (sheet,) = fill(PAPER, known, shelf).sheets
    return picture(Renderer(shelf.fonts).pdf([sheet], title="x", case_code="ABCD-EFGH", session_mark="0" * 32))


def inside(image: Image.Image, box: Box, margin: float = 0.0) -> tuple[int, int, int, int]:
    """A box of the paper in pixels."""
    scale = DPI / 25.4
    return (int((box.x - margin) * scale), int((box.y - margin) * scale), int((box.x + box.w + margin) * scale) + 1,
            int((box.y + box.h + margin) * scale) + 1)


def slot(id: str) -> Box:
    """Where a datum is printed."""
    return next(one.box for one in PAPER.slots if one.id == id)


def test_another_name_changes_the_name_boxes_and_nothing_else(shelf: Shelf) -> None:
    one, other = plain(shelf, "指宿　花子"), plain(shelf, "山川　港太郎")
    difference = ImageChops.difference(one, other)
    assert difference.crop(inside(one, slot("name"))).getbbox() is not None
    for id in ("name", "needed-name"):
        difference.paste(0, inside(one, slot(id)))
    assert difference.getbbox() is None


def test_another_address_changes_the_address_boxes_and_nothing_else(shelf: Shelf) -> None:
    one, other = plain(shelf, "指宿　花子"), plain(shelf, "指宿　花子", "鹿児島県指宿市山川新生町８４番地　港ハイツ２０３号")
    difference = ImageChops.difference(one, other)
    assert difference.crop(inside(one, slot("address"))).getbbox() is not None
    for id in ("address", "needed-address"):
        difference.paste(0, inside(one, slot(id)))
    assert difference.getbbox() is None


def test_a_name_of_sixty_characters_and_a_long_address_stay_in_their_boxes(shelf: Shelf) -> None:
    nagai = next(person for person in PEOPLE if person.id == "nagai")
    assert len(nagai.name) >= 60
    difference = ImageChops.difference(plain(shelf, "指"), plain(shelf, nagai.name, nagai.address))
    for id in ("name", "needed-name", "address", "needed-address"):
        difference.paste(0, inside(difference, slot(id)))
    assert difference.getbbox() is None


@pytest.mark.parametrize(("rare", "usual"), [
    ("𠮷", "吉"), ("髙", "高"), ("﨑", "崎"), (TSUJI_ONE_DOT, "辻"), ("邉\U000e0113", "邉")])
def test_a_rare_character_looks_different_from_the_usual_one(shelf: Shelf, rare: str, usual: str) -> None:
    one, other = plain(shelf, f"{rare}田　花子"), plain(shelf, f"{usual}田　花子")
    assert ImageChops.difference(one, other).crop(inside(one, slot("name"))).getbbox() is not None
    assert all(piece.fidelity is Fidelity.EXACT for piece in shelf.pieces(rare, Face.MINCHO))


def test_a_selector_stays_with_its_character() -> None:
    assert list(clusters(f"{TSUJI_ONE_DOT}﨑")) == [TSUJI_ONE_DOT, "﨑"]


def test_a_character_no_font_has_is_boxed_and_told_to_the_officer(shelf: Shelf) -> None:
    form = printed(shelf, "山\U0010de92　次郎")
    assert [(one.code, one.fidelity) for one in form.unprintable] == [("U+10DE92", Fidelity.NO_GLYPH)]
    assert printed(shelf, "指宿　花子").unprintable == ()


def symbols_on(form: Form) -> list[str]:
    """What a QR reader makes of the printed page."""
    return [found.text for found in zxingcpp.read_barcodes(picture(form.job.pdf).resize((2480, 3508)))]


@pytest.mark.parametrize("person", [person for person in PEOPLE if person.is_my_number_card], ids=lambda person: person.id)
def test_the_printed_qr_reads_back_as_what_was_printed(shelf: Shelf, person: Person) -> None:
    form = printed(shelf, person.name, address=person.address, answers={"whose": ("household",), "items": ("relation", "domicile")},
                   copies=2)
    message = qr.decode(symbols_on(form), RECEIVER, now=FRIDAY_NOON)
    assert message.content["applicant"] == {"fullName": person.name.replace("\u3000", " "), "fullAddress": person.address,
                                            "dateOfBirth": "1980-02-17", "sex": 2}
    assert message.content["copies"] == 2
    assert message.content["caseCode"] == form.job.case_code
    assert message.content["answers"] == {"whose": ["household"], "items": ["relation", "domicile"]}


def texts() -> tuple[str, ...]:
    """A message in symbols, long enough for two."""
    return qr.encode({"name": "花" * 900 + "".join(chr(0x4E00 + n * 7) for n in range(300))}, SENDER, now=FRIDAY_NOON,
                     lives=timedelta(days=7))


def test_symbols_may_be_read_in_any_order_and_twice() -> None:
    parts = texts()
    assert len(parts) > 1
    message = qr.decode([*reversed(parts), parts[0]], RECEIVER, now=FRIDAY_NOON)
    assert str(message.content["name"]).startswith("花")


def test_a_missing_symbol_is_told() -> None:
    with pytest.raises(QrError, match="missing"):
        qr.decode(texts()[:1], RECEIVER, now=FRIDAY_NOON)


@pytest.mark.parametrize("at", [0, 5, 11, 14, 25, 200])
def test_a_changed_letter_is_refused(at: int) -> None:
    parts = list(texts())
    letter = parts[0][at]
    parts[0] = parts[0][:at] + ("A" if letter != "A" else "B") + parts[0][at + 1:]
    with pytest.raises(QrError):
        qr.decode(parts, RECEIVER, now=FRIDAY_NOON)


def test_a_code_for_another_reader_from_an_unknown_kiosk_or_too_old_is_refused() -> None:
    parts = texts()
    with pytest.raises(QrError, match="another reader"):
        qr.decode(parts, qr.Receiver(X25519PrivateKey.generate(), (KIOSK.public_key(),)), now=FRIDAY_NOON)
    with pytest.raises(QrError, match="do not know"):
        qr.decode(parts, qr.Receiver(READER, (Ed25519PrivateKey.generate().public_key(),)), now=FRIDAY_NOON)
    with pytest.raises(QrError, match="too old"):
        qr.decode(parts, RECEIVER, now=FRIDAY_NOON + timedelta(days=8))


def test_the_name_stands_nowhere_in_a_symbol_in_plain() -> None:
    parts = qr.encode({"applicant": {"fullName": "IBUSUKI HANAKO"}}, SENDER, now=FRIDAY_NOON, lives=timedelta(days=1))
    assert "HANAKO" not in "".join(parts)


def test_a_page_of_another_session_is_never_printed(shelf: Shelf, tmp_path: Path) -> None:
    printer = FilePrinter(tmp_path / "out")
    spool = Spool(tmp_path / "spool", printer)
    form, other = printed(shelf, "指宿　花子"), printed(shelf, "𠮷田　髙子")
    with pytest.raises(PrinterTrouble):
        spool.print(Job(form.job.case_code, form.job.session_mark, other.job.pdf), lambda: True)
    assert not printer.last.exists()
    assert list((tmp_path / "spool").iterdir()) == []


def test_what_lay_in_the_spool_when_the_program_started_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "yesterday.pdf").write_bytes(b"%PDF somebody's")
    Spool(tmp_path / "spool", FilePrinter(tmp_path / "out"))
    assert list((tmp_path / "spool").iterdir()) == []


def test_every_page_carries_its_case_and_its_one_time_mark(shelf: Shelf) -> None:
    job = printed(shelf, "指宿　花子").job
    (mark,) = marks.read(job.pdf)
    assert (mark.case_code, mark.session_mark, mark.page, mark.pages) == (job.case_code, job.session_mark, 1, 1)


def test_every_form_has_a_number_of_its_own(shelf: Shelf) -> None:
    assert printed(shelf, "指宿　花子").job.case_code != printed(shelf, "指宿　花子").job.case_code


@pytest.mark.parametrize(("written", "says"), [
    ("19800217", "昭和55年2月17日"), ("19890107", "昭和64年1月7日"), ("19890108", "平成元年1月8日"), ("20190501", "令和元年5月1日"),
    ("19450000", "昭和20年月日不詳"), ("19890000", "西暦1989年月日不詳"), ("19450300", "昭和20年3月日不詳"),
    ("18650101", "西暦1865年1月1日"), ("00000000", "生年月日不詳"),
])
def test_a_birth_date_is_written_with_its_era(written: str, says: str) -> None:
    assert birthdate(written) == says


def hanako() -> CardFacts:
    """What a card says of 花子."""
    return CardFacts(CardKind.MY_NUMBER, "指宿　花子", None, ADDRESS, "19850315", "2")


def wish(paper: str, **answers: Answer) -> Wish:
    """A paper of the city with these answers."""
    return Wish(ibusuki().paper(paper), answers)


def bundled(shelf: Shelf, *wishes: Wish, **more: Any) -> Form:
    """These papers for 花子."""
    return FormMaker(shelf, SENDER).bundle(Bundle(hanako(), wishes, **more), now=FRIDAY_NOON)


def test_several_papers_are_one_job_with_one_case_code_and_pages_counted_through(shelf: Shelf) -> None:
    form = bundled(shelf, wish("juminhyo", whose="self"), wish("inkan", whose="self", copies="2"), wish("mibun", whose="self"),
                   case_code="ABCD-EFGH")
    assert [(mark.case_code, mark.page, mark.pages) for mark in marks.read(form.job.pdf)] == [
        ("ABCD-EFGH", 1, 3), ("ABCD-EFGH", 2, 3), ("ABCD-EFGH", 3, 3)]
    assert len({mark.session_mark for mark in marks.read(form.job.pdf)}) == 1


def test_every_page_carries_the_data_of_its_own_paper(shelf: Shelf) -> None:
    papers = wish("juminhyo", whose="self"), wish("inkan", whose="self", copies="2")
    form = bundled(shelf, *papers, extra={"kana": "イブスキ ハナコ"})
    said = []
    for page in pypdfium2.PdfDocument(form.job.pdf):
        symbols = [found.text for found in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil().convert("L"))]
        message = qr.decode(symbols, RECEIVER, now=FRIDAY_NOON).content
        said.append((message["procedure"], message["answers"], message.get("copies"), message["applicant"]["fullNameKana"]))
    assert said == [("juminhyo", {"whose": "self"}, None, "イブスキ ハナコ"), ("inkan", {"whose": "self"}, 2, "イブスキ ハナコ")]


def test_what_the_card_does_not_say_is_not_in_the_data() -> None:
    data = content(Bundle(CardFacts(CardKind.RESIDENCE), (wish("inkan"),)), wish("inkan"), "ABCD-EFGH", FRIDAY_NOON)
    assert data["applicant"] == {"sex": 0}


def test_answers_too_long_for_four_symbols_stand_on_the_paper_and_the_data_say_so(shelf: Shelf) -> None:
    reason = "".join(chr(0x4E00 + 7 * n) for n in range(1000))
    form = bundled(shelf, wish("koseki", relation="third", reason_detail=reason))
    message = qr.decode(symbols_on(form), RECEIVER, now=FRIDAY_NOON).content
    assert (message["answers"], message["answersOnPaper"]) == ({}, True)
    assert len(marks.read(form.job.pdf)) > 1


def test_nothing_asked_for_is_no_job(shelf: Shelf) -> None:
    with pytest.raises(SheetError):
        bundled(shelf)


def test_a_ticket_is_as_wide_as_the_roll_and_its_symbol_reads_back(shelf: Shelf) -> None:
    address = "https://navi.city.example.lg.jp/s/abcdefghij"
    lines = ("住民票の写し　1通", "窓口：1階 2番　市民課", "番号をお呼びするまで、お待ちください。" * 3)
    form = FormMaker(shelf, SENDER).ticket("ABCD-EFGH", "受付票", lines, address, now=FRIDAY_NOON)
    page = pypdfium2.PdfDocument(form.job.pdf)[0]
    assert (round(page.get_width() / 72 * 25.4), page.get_height() / 72 * 25.4 > 100) == (80, True)
    assert [found.text for found in zxingcpp.read_barcodes(page.render(scale=203 / 72).to_pil().convert("L"))] == [address]
    assert [mark.case_code for mark in marks.read(form.job.pdf)] == ["ABCD-EFGH"]


def test_nobody_shows_in_the_repr_of_a_bundle(shelf: Shelf) -> None:
    bundle = Bundle(hanako(), (wish("inkan", owner_name="指宿　一郎"),), extra={"kana": "イブスキ"})
    shown = repr(bundle) + repr(FormMaker(shelf, SENDER).bundle(bundle, now=FRIDAY_NOON))
    assert not any(secret in shown for secret in ("花子", "一郎", "イブスキ", "十町"))
