"""The bundle of a family: what stands on its checklist and its sheets, what stays empty, and that nothing leaves its box."""

import io
import re
from collections import Counter
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image, ImageChops, ImageDraw

from content.rules import derived, form
from content.rules.answers import Answer
from content.rules.handwriting import Entry, by_kind
from content.vocabulary.form import FieldKind
from content.vocabulary.life_event import Level, Way
from content.vocabulary.paper import Paper, Slot
from kiosk_agent import qr
from kiosk_agent.bundle import BundleMaker, Plan, known_for, plan
from kiosk_agent.paper.drawing import Run, Sheet
from kiosk_agent.paper.fill import fill
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.writing import writing
from kiosk_agent.preview.people import LONG_ADDRESS, LONG_KANA, LONG_NAME
from kiosk_agent.sheet import Form
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.personas import Persona, personas

DAY = FRIDAY_NOON.date()
FAMILIES = {one.id: one for one in personas() if one.event == "moving-in"}
KIOSK, READER = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
RECEIVER = qr.Receiver(READER, (KIOSK.public_key(),))
LIFE_PAPERS = tuple(paper for paper in ibusuki().papers if paper.event is not None)
SET_K = {"s01": 1, "s04": 1, "s05": 3, "s07": 1, "s08": 2, "s09": 1, "s10": 1, "s12": 1, "s13": 1, "s14": 1, "s17": 1}
"""The fourteen papers that the rules require of the reference family (moving-and-birth.md §3.3)."""
BY_SHEET = {
    "s01": (1, 7, 3, 2, 1, 7), "s04": (1, 4, 1, 2, 1, 5), "s05": (3, 3, 6, 3, 3, 3), "s07": (1, 1, 1, 3, 2, 1),
    "s08": (2, 2, 2, 4, 2, 2), "s09": (1, 1, 0, 3, 1, 1), "s10": (1, 1, 2, 1, 1, 1), "s12": (1, 0, 0, 2, 1, 0),
    "s13": (1, 0, 1, 1, 1, 0), "s14": (1, 0, 0, 3, 1, 0), "s17": (1, 1, 0, 2, 1, 1)}
"""Names A, P, H, addresses, telephones, birth dates of the table in §3.3, counted there by a person."""


def planned(family: str, **changed: Answer) -> Plan:
    """What is printed for a made-up family, with some of its answers changed."""
    answers = dict(FAMILIES[family].answers) | changed
    return plan(ibusuki(), "moving-in", answers, is_open=lambda day: True)


def long_names(family: Persona) -> dict[str, Answer]:
    """Everybody of the family with a name of sixty characters, and the longest address, wherever one is asked for."""
    answers = family.answers
    long: dict[FieldKind, str] = {FieldKind.PERSON_NAME: LONG_NAME, FieldKind.KANA: LONG_KANA,
                                  FieldKind.ADDRESS: f"〒891-0405 {LONG_ADDRESS}"}
    fields = ibusuki().procedure(ibusuki().life_event(family.event).procedure).fields()
    return {part.id: long[part.kind] for one in fields for part in form.unfolded(one, answers) if part.kind in long}


def largest(event: str) -> Persona:
    """The made-up family of that event who answers most."""
    return max((one for one in personas() if one.event == event), key=lambda one: len(one.answers))


def made(shelf: Shelf, what: Plan) -> Form:
    return BundleMaker(ibusuki(), shelf, qr.Sender(KIOSK, READER.public_key())).bundle(what, now=FRIDAY_NOON, case_code="ABCD-EFGH")


def page_texts(job: Form) -> list[str]:
    """The letters of each page without spaces."""
    document = pypdfium2.PdfDocument(job.job.pdf)
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]


def texts(sheet: Sheet) -> str:
    """All letters of a sheet in the order of drawing."""
    return "".join(one.text for one in sheet.operations if isinstance(one, Run))


def sheet_of(shelf: Shelf, what: Plan, id: str, row: str | None = None) -> Sheet:
    """The first page of one sheet."""
    wish = next(one for one in what.wishes if (one.id, one.row) == (id, row))
    paper = ibusuki().paper(wish.paper)
    return fill(paper, known_for(what, wish, paper, DAY, "ABCD-EFGH"), shelf).sheets[0]


@pytest.fixture(scope="module")
def bundle(shelf: Shelf) -> Form:
    """The reference family's."""
    return made(shelf, planned("moving-2-family"))


def test_the_checklist_lies_on_top_and_the_sheets_follow_in_walking_order(bundle: Form) -> None:
    pages = page_texts(bundle)
    titles = ["手続きチェックシート", "住民異動届", "介護保険要介護認定申請書", "後期高齢者医療資格取得", "後期高齢者医療資格取得",
              "児童手当認定請求書", "子ども医療費", "子ども医療費", "子ども医療費", "身体障害者手帳居住地等変更届",
              "重度心身障害者医療費", "転入学届", "水道使用", "犬の登録事項変更届"]
    assert len(pages) == len(titles)
    assert [title for title, page in zip(titles, pages, strict=True) if not page.startswith(title)] == []


def test_every_page_carries_the_case_code_and_its_number_of_all(bundle: Form) -> None:
    for number, page in enumerate(page_texts(bundle), 1):
        assert f"ABCD-EFGH{number}/14" in page


def test_the_checklist_of_seven_people_and_a_dog_is_one_page_with_every_desk_floor_and_term(bundle: Form) -> None:
    page = page_texts(bundle)[0]
    told = planned("moving-2-family")
    for id in told.desks:
        desk = next(one for one in ibusuki().departments if one.id == id)
        assert re.sub(r"\s", "", desk.name) in page
        assert re.sub(r"\s", "", desk.floor) in page
    for line in told.needs.lines:
        assert re.sub(r"\s", "", line.need.plain) in page
    assert "11月24日（火）まで" in page
    assert "○の手続きは14件、窓口は7か所です。" in page


def test_a_longer_list_gets_a_second_page_and_loses_no_line(shelf: Shelf) -> None:
    everything: dict[str, Answer] = {
        "things": ("dog", "dog_new", "moped", "car", "licence"), "wishes": ("seal", "certificates", "debit", "pension", "officer"),
        "school": ("childcare", "public", "gakudo"), "children": ("single_parent", "elsewhere", "to22"), "land": "yes",
        "pregnancy": ("pregnant", "born"), "toilet": "jokaso", **long_names(FAMILIES["moving-2-family"])}
    told = planned("moving-2-family", **everything)
    pages = page_texts(made(shelf, told))
    checklist = [page for page in pages if page.startswith("手続きチェックシート")]
    assert len(checklist) >= 2
    assert all("番窓口" in page or "階（見本）" in page for page in checklist[:2])
    for line in told.needs.lines:
        assert re.sub(r"\s", "", line.need.plain) in "".join(checklist)


def test_a_line_whose_words_stand_on_another_lines_sheet_says_on_which(shelf: Shelf) -> None:
    couple = next(one for one in personas() if one.id == "mourning-3-farmer")
    told = plan(ibusuki(), couple.event, couple.answers, is_open=lambda day: True)
    assert next(wish.lines for wish in told.wishes if wish.id == "d02") == ("br-kokuho", "br-kokuho-head")
    pages = "".join(page_texts(made(shelf, told)))
    own, other = (next(line.need for line in told.needs.lines if line.id == id) for id in ("br-kokuho", "br-kokuho-head"))
    block = pages[pages.index(other.plain):][:len(other.plain + other.name) + 120]
    assert f"様式は「{own.name}」と同じ紙です" in block


def test_a_line_that_waits_for_an_officer_is_not_said_to_be_done_from_home(shelf: Shelf) -> None:
    told = planned("moving-3-agent-for-parents")
    page = page_texts(made(shelf, told))[0]
    required = [line for line in told.needs.of(Level.REQUIRED) if line.need.department in told.desks]
    from_home = [line for line in required if {Way.ONLINE, Way.PHONE, Way.POST} & set(line.need.ways)]
    waiting = [line for line in from_home if line.waits]
    assert waiting
    assert page.count("家からもできます") == len(from_home) - len(waiting)


def test_the_list_of_those_in_grief_names_them_as_the_family_of_who_died(shelf: Shelf) -> None:
    widow = next(one for one in personas() if one.id == "mourning-1-widow")
    page = page_texts(made(shelf, plan(ibusuki(), "bereavement", widow.answers, is_open=lambda day: True)))[0]
    died = re.sub(r"\s", "", str(widow.answers["deceased.1.name"]))
    assert f"{died}様のご家族" in page


def test_what_the_rules_do_not_settle_stands_on_the_checklist_as_done_together(shelf: Shelf) -> None:
    page = page_texts(made(shelf, planned("moving-3-agent-for-parents")))[0]
    assert "いっしょに手続きします" in page
    assert "職員と確かめてから" in page


def test_every_line_that_waits_says_so_on_the_checklist_wherever_it_stands(shelf: Shelf) -> None:
    landlord = next(one for one in personas() if one.id == "mourning-4-landlord")
    told = plan(ibusuki(), landlord.event, landlord.answers, is_open=lambda day: True)
    waiting = [line for line in told.needs.lines if line.waits]
    assert {line.need.level for line in waiting} == {Level.REQUIRED, Level.OFFERED}
    assert page_texts(made(shelf, told))[0].count("職員と確かめてから") == len(waiting)


def test_the_checklists_symbols_hold_the_answers_and_a_sheets_only_what_it_prints(shelf: Shelf) -> None:
    document = pypdfium2.PdfDocument(made(shelf, planned("moving-2-family")).job.pdf)

    def read(page: int) -> dict[str, object]:
        image = document[page].render(scale=250 / 72).to_pil()
        found = [one.text for one in zxingcpp.read_barcodes(image) if one.text.startswith("MN1")]
        return dict(qr.decode(found, RECEIVER, now=FRIDAY_NOON).content)

    whole, care = read(0), read(2)
    sent = form.sent_answers(ibusuki().procedure("moving-in"), FAMILIES["moving-2-family"].answers)
    assert whole["answers"] == {id: list(one) if isinstance(one, tuple) else one for id, one in sent.items()}
    assert care["paper"] == "yokaigo-nintei"
    assert care["answers"] == {
        "people.7.name": "池田 梅", "people.7.kana": "イケダ ウメ", "people.7.sex": "f", "people.7.birthdate": "1948-02-20",
        "people.1.name": "池田 太郎", "phone": "090-1111-2222", "address": "鹿児島県指宿市十町2番地",
        "previous_address": "福岡県福岡市中央区2番地"}


def test_the_notification_names_all_seven_with_birthdate_relation_and_marks(shelf: Shelf) -> None:
    drawn = texts(sheet_of(shelf, planned("moving-2-family"), "s01"))
    for said in ("池田 三吉", "イケダ サンキチ", "令和8年3月3日", "昭和21年1月20日", "世帯主", "父・母", "令和8年11月10日",
                 "福岡県福岡市中央区2番地"):
        assert said in drawn
    assert "夫や妻の父母" not in drawn


def test_an_eighth_person_goes_on_on_another_sheet_of_the_notification(shelf: Shelf) -> None:
    eighth: dict[str, Answer] = {f"people.8.{part}": value for part, value in {
        "name": "池田 八重", "kana": "イケダ ヤエ", "birthdate": "1990-08-08", "relation": "other", "foreign": "no",
        "insured": "company", "card": "no"}.items()}
    told = planned("moving-2-family", people=tuple("12345678"), **eighth)
    paper = ibusuki().paper("ido-todoke")
    first, second = fill(paper, known_for(told, told.wishes[0], paper, DAY, "ABCD-EFGH"), shelf).sheets
    assert "池田 八重" not in texts(first)
    assert "池田 八重" in texts(second)


@pytest.mark.parametrize(("address", "left"), [("鹿児島県指宿市東方3番地", 0), ("", 1)])
def test_an_agent_stands_in_the_box_of_who_files_with_their_own_address_if_it_is_known(address: str, left: int) -> None:
    told = planned("moving-3-agent-for-parents", agent_address=address)
    paper = ibusuki().paper("shintai-kyojuchi")
    wish = next(one for one in told.wishes if one.id == "s09")
    known = known_for(told, wish, paper, DAY, "ABCD-EFGH")
    printed = {slot.id: known.values(slot)[0] for slot in paper.slots if known.fulfils(slot.when)}
    assert printed["filer-agent"] == "山川 良子"
    assert printed["filer-address-agent"] == address
    assert printed["subject"] == "別府 絹"
    assert writing(paper, known).left[Entry.ADDRESS] == left


def test_an_agents_telephone_is_not_printed_as_the_familys() -> None:
    at_home: dict[str, Answer] = {"people.1.care": "none", "people.2.care": "none", "water": "own", "water_user": "row-1",
                                    "toilet": "sewer", "land": "no"}
    told = planned("moving-3-agent-for-parents", **at_home)
    paper = ibusuki().paper("suido-shiyo")
    wish = next(one for one in told.wishes if one.id == "s12")
    known = known_for(told, wish, paper, DAY, "ABCD-EFGH")
    assert writing(paper, known).left[Entry.PHONE] == 1
    assert known.values(next(slot for slot in paper.slots if slot.id == "user"))[0] == "別府 勝"


def test_who_of_the_family_comes_is_not_guessed() -> None:
    """Three grown-ups beside the head may come; until one of them is chosen, that box stays empty."""
    told = planned("moving-2-family", who_files="self_member")
    paper = ibusuki().paper("ido-todoke")
    left = writing(paper, known_for(told, told.wishes[0], paper, DAY, "ABCD-EFGH")).left
    assert left[Entry.APPLICANT] == 1


def test_no_sheet_has_a_box_for_the_individual_number_or_the_resident_code() -> None:
    for paper in LIFE_PAPERS:
        labels = [one.text for one in paper.labels if "個人番号" in one.text or "住民票コード" in one.text]
        assert all("書きません" in text or "職員が確かめます" in text or "個人番号カード" in text for text in labels), paper.id


def test_handwritten_the_fourteen_papers_take_as_many_entries_as_counted_by_hand() -> None:
    told = planned("moving-2-family", wishes=("debit",))
    assert dict(Counter(wish.id for wish in told.wishes)) == SET_K
    counted: dict[str, Counter[Entry]] = {}
    for wish in told.wishes:
        paper = ibusuki().paper(wish.paper)
        counted.setdefault(wish.id, Counter()).update(writing(paper, known_for(told, wish, paper, DAY, "ABCD-EFGH")).by_hand)
    kinds = (Entry.APPLICANT, Entry.PERSON, Entry.AGAIN, Entry.ADDRESS, Entry.PHONE, Entry.BIRTHDATE)
    assert {id: tuple(one[kind] for kind in kinds) for id, one in counted.items()} == BY_SHEET
    assert by_kind(sum(counted.values(), Counter())) == {"name": 50, "address": 26, "phone": 15, "birthdate": 21}


def test_a_character_that_no_font_has_is_told_to_the_officer(shelf: Shelf) -> None:
    """GJ characters of plane 16 (domain.md §5.3): boxed on the paper, and to be written in by hand."""
    letter = "\U0010de92"
    found = made(shelf, planned("moving-1-student", **{"people.1.name": f"開聞 {letter}"}))
    assert [one.character for one in found.unprintable] == [letter]


def picture(shelf: Shelf, sheet: Sheet) -> Image.Image:
    """The sheet in grey at 80 dpi."""
    pdf = Renderer(shelf.fonts).pdf([sheet], title="x", case_code="ABCD-EFGH", session_mark="0" * 32)
    image: Image.Image = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=80 / 72).to_pil()
    return image.convert("L")


@pytest.mark.parametrize("paper", LIFE_PAPERS, ids=lambda paper: paper.id)
def test_names_of_sixty_characters_leave_ink_in_their_boxes_only(shelf: Shelf, paper: Paper) -> None:
    family = largest(paper.event or "")
    told = plan(ibusuki(), family.event, {**family.answers, **long_names(family)}, is_open=lambda day: True)
    people = derived.rows(told.event.people or "", told.answers)
    known = replace(known_for(told, told.wishes[0], paper, DAY, "ABCD-EFGH"), subject=people[-1] if people else None)
    drawn = picture(shelf, fill(paper, known, shelf).sheets[0])
    empty = picture(shelf, fill(_without_data(paper), known, shelf).sheets[0])
    difference = ImageChops.difference(drawn, empty).point([255 if grey > 8 else 0 for grey in range(256)])  # 8: blur of an edge
    assert difference.getbbox() is not None
    pen, scale = ImageDraw.Draw(difference), 80 / 25.4
    for slot in _all_boxes(paper):
        left, top, right, bottom = slot.box.x, slot.box.y, slot.box.x + slot.box.w, slot.box.y + slot.box.h
        pen.rectangle((int(left * scale), int(top * scale), int(right * scale) + 1, int(bottom * scale) + 1), 0)
    assert difference.getbbox() is None


def _without_data(paper: Paper) -> Paper:
    """The same form, so that checks are ticked alike, with nothing in its boxes."""
    tables = tuple(table.model_copy(update={"slots": _emptied(table.slots)}) for table in paper.tables)
    return paper.model_copy(update={"slots": _emptied(paper.slots), "tables": tables})


def _emptied(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    return tuple(slot.model_copy(update={"holds": None}) for slot in slots)


def _all_boxes(paper: Paper) -> list[Slot]:
    """The boxes of the sheet, those of each row of its tables too."""
    return [*paper.slots, *(slot.model_copy(update={"box": slot.box.model_copy(update={"y": slot.box.y + row * table.down})})
                            for table in paper.tables for slot in table.slots for row in range(table.rows))]
