"""Which sheets a family with a baby gets, what stands in which of their boxes, and what a slip in a borrowed form is told as."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import ROOT
from content.check_papers import paper_faults
from content.faults import ContentErrors, Fault
from content.layers import Layers
from content.paper_forms import with_form
from content.rules import form
from content.rules.answers import Answer
from content.rules.handwriting import Entry
from content.rules.interviews import ways
from content.rules.sheets import SheetWish
from content.vocabulary.paper import Paper
from kiosk_agent.bundle import Plan, known_for, plan
from kiosk_agent.paper.known import Known
from kiosk_agent.paper.writing import Writing, writing
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.personas import personas

FAMILIES = {one.id: one for one in personas() if one.event == "birth"}
INTERVIEW = ibusuki().procedure("birth")
TWINS, FOREIGN, EXPECTING = "birth-1-twins", "birth-2-foreign-couple", "birth-3-expecting-farmer"
BORROWED = tuple(one for one in ibusuki().papers if one.event == "birth" and one.form is not None)


def planned(family: str, **changed: Answer) -> Plan:
    """What is printed for a made-up family, with some of its answers changed; `parents__2__name` stands for `parents.2.name`."""
    answers = {**FAMILIES[family].answers, **{id.replace("__", "."): answer for id, answer in changed.items()}}
    return plan(ibusuki(), "birth", answers, is_open=lambda day: True)


def alone(family: str, **changed: Answer) -> Plan:
    """The same family where the mother is the only parent."""
    mother = next(row for row in ("1", "2") if FAMILIES[family].answers[f"parents.{row}.role"] == "mother")
    return planned(family, parents=(mother,), married="alone", **changed)


def ids(told: Plan) -> list[str]:
    """Number of the sheet, and of the baby where it is about one; in the order of the numbers."""
    return sorted(one.id + (f"-{one.row}" if one.row else "") for one in told.wishes)


def known(told: Plan, id: str, row: str | None = None) -> Known:
    """What is printed into one of the sheets."""
    wish: SheetWish = next(one for one in told.wishes if (one.id, one.row) == (id, row))
    return known_for(told, wish, ibusuki().paper(wish.paper), FRIDAY_NOON.date(), "ABCD-EFGH")


def box(sheet: Known, id: str) -> str | None:
    """What is printed in the place of a box, whichever of its fillings is true; None where nobody writes it."""
    place = next(one.box for one in sheet.paper.slots if one.id == id)
    asked = [one for one in sheet.paper.slots if one.box == place and sheet.fulfils(one.when)]
    assert len(asked) <= 1
    return sheet.values(asked[0])[0] if asked else None


def ticked(sheet: Known) -> set[str]:
    """The words beside the squares that are ticked."""
    return {one.label or "" for one in sheet.paper.checks if one.when and sheet.fulfils(one.when)}


def table(sheet: Known, id: str) -> list[dict[str, str]]:
    """What is printed in the rows of a table, by box; without what stays empty."""
    one = next(table for table in sheet.paper.tables if table.id == id)
    return [{slot.id: text for slot in one.slots if (text := sheet.values(slot, row)[0])} for row in sheet.rows(one)]


def left(told: Plan) -> Writing:
    """What stays for the pen on all sheets of a family."""
    whole = Writing()
    for wish in told.wishes:
        whole.left.update(writing(ibusuki().paper(wish.paper), known(told, wish.id, wish.row)).left)
    return whole


@pytest.mark.parametrize(("family", "expected"), [
    (TWINS, ["b04", "b05", "b06", "b07", "b09", "b11-1", "b11-2", "b12-1", "b12-2", "b13-1", "b13-2", "b14-2", "b16"]),
    (FOREIGN, ["b03", "b08", "b11-1", "b13-1"]),
    (EXPECTING, ["b01", "b02", "b04", "b06"]),
])
def test_a_family_gets_the_sheets_that_apply_and_no_others(family: str, expected: list[str]) -> None:
    assert ids(planned(family)) == expected


@pytest.mark.parametrize(("changed", "gone", "come"), [
    ({"older": "none"}, {"b09"}, {"b08"}),
    ({"public_servant": "yes"}, {"b09"}, set()),
    ({"to22": "one"}, set(), {"b10"}),
    ({"bill": "direct_more"}, {"b07"}, set()),
    ({"bill": "unsure"}, {"b07"}, set()),
    ({"wishes": ("sango", "juri")}, {"b12-1", "b12-2"}, {"b03", "b15"}),
    ({"babies__2__hospital": "no"}, {"b14-2"}, set()),
    ({"baby_insurance": "company"}, {"b05"}, set()),
    ({"parents__1__insured": "company"}, {"b04", "b06", "b07"}, set()),
])
def test_an_answer_takes_away_and_brings_the_sheets_that_hang_on_it(
        changed: dict[str, Answer], gone: set[str], come: set[str]) -> None:
    before, after = set(ids(planned(TWINS))), set(ids(planned(TWINS, **changed)))
    assert (before - after, after - before) == (gone, come)


def test_one_sheet_tells_the_nurse_of_the_birth_and_of_the_low_weight() -> None:
    served = {one.row: one.lines for one in planned(TWINS, babies__1__weight="more").wishes if one.id == "b13"}
    assert served == {"1": ("bi-renraku",), "2": ("bi-renraku", "bi-teitaiju")}


def test_nothing_is_printed_for_a_line_that_waits_for_an_officer() -> None:
    """Whose insurance the baby joins is not settled: neither the insurance's sheet nor that of the subsidy is printed."""
    found = ids(planned(TWINS, baby_insurance="unsure"))
    assert not {"b05", "b11-1", "b11-2"} & set(found)
    assert {"b13-1", "b13-2"} <= set(found)


def test_a_family_that_lives_in_another_city_gets_none_of_our_sheets() -> None:
    assert ids(planned(TWINS, lives="elsewhere")) == []
    assert ids(planned(EXPECTING, lives="elsewhere")) == []


def test_the_notification_of_birth_itself_is_none_of_our_sheets() -> None:
    """Its form is the ministry's, and its right half is written by the doctor; the checklist says where it comes from."""
    lines = {line for paper in ibusuki().life_event("birth").papers.values() for line in paper.lines}
    assert "bi-shussei" not in lines
    assert any("病院" in one for one in ibusuki().life_event("birth").needs["bi-shussei"].bring)


def test_each_twin_has_a_sheet_of_their_own() -> None:
    told = planned(TWINS)
    assert [box(known(told, "b11", row), "subject") for row in "12"] == ["今和泉 菜", "今和泉 豆"]
    assert [ticked(known(told, "b13", row)) & {"2,000gまで", "2,000gより重く2,500gより軽い"} for row in "12"] == [
        {"2,000gより重く2,500gより軽い"}, {"2,000gまで"}]


def test_the_subsidys_sheet_names_baby_parent_and_insured_in_their_boxes() -> None:
    sheet = known(planned(TWINS), "b11", "2")
    assert [box(sheet, id) for id in ("birthdate", "parent", "phone", "insured", "account-holder")] == [
        "令和8年11月10日", "今和泉 園", "090-1111-2222", "今和泉 実", "今和泉 園"]
    assert ticked(sheet) == {"父・母", "国民健康保険"}


def test_the_company_insurance_is_the_parents_who_has_one() -> None:
    assert box(known(planned(FOREIGN), "b11", "1"), "insured") == "TRAN VAN HAI"


def test_whose_company_insurance_is_not_guessed_where_both_have_one() -> None:
    assert box(known(planned(FOREIGN, parents__2__insured="company"), "b11", "1"), "insured") == ""


def test_the_insurances_sheet_is_filled_for_both_twins_with_the_head_and_who_files() -> None:
    sheet = known(planned(TWINS), "b05")
    assert [box(sheet, id) for id in ("head", "filer", "moved-on", "address")] == [
        "今和泉 実", "今和泉 園", "令和8年11月10日", "鹿児島県指宿市岩本5番地"]
    assert ticked(sheet) == {"出生"}
    assert table(sheet, "members") == [
        {"row-number": "1", "row-name": "今和泉 菜", "row-relation": "子", "row-birthdate": "令和8年11月10日"},
        {"row-number": "2", "row-name": "今和泉 豆", "row-relation": "子", "row-birthdate": "令和8年11月10日"}]


def test_a_grandfather_as_head_is_typed_once_and_stands_on_every_sheet_of_the_head() -> None:
    told = planned(TWINS, head="other", head_name="今和泉 権兵衛")
    heads = [box(known(told, id), slot) for id, slot in (
        ("b05", "head"), ("b06", "head"), ("b07", "head"), ("b07", "account-holder"))]
    assert heads == ["今和泉 権兵衛"] * 4
    assert "row-relation" not in table(known(told, "b05"), "members")[0]


def test_a_relative_who_comes_files_and_their_telephone_is_not_printed_as_the_parents() -> None:
    told = planned(TWINS, comes="other", agent_name="山川 良子", signed="yes")
    assert box(known(told, "b05"), "filer") == "山川 良子"
    assert box(known(told, "b05"), "phone") == ""
    assert box(known(told, "b11", "1"), "parent") == ""


def test_the_allowance_is_claimed_by_who_earns_more() -> None:
    sheet = known(planned(FOREIGN, earner="mother"), "b08")
    assert [box(sheet, id) for id in ("claimant", "claimant-sex", "claimant-birthdate", "spouse", "account-holder")] == [
        "LE THI HOA", "女", "平成7年8月20日", "TRAN VAN HAI", "LE THI HOA"]


def test_who_claims_the_allowance_is_not_guessed_where_nobody_knows_who_earns_more() -> None:
    sheet = known(planned(FOREIGN, earner="unsure"), "b08")
    assert [box(sheet, id) for id in ("claimant", "spouse", "account-holder")] == ["", "", ""]


def test_a_mother_alone_claims_without_being_asked_who_earns_more() -> None:
    told = alone(FOREIGN)
    assert "earner" not in told.answers
    sheet = known(told, "b08")
    assert box(sheet, "claimant") == "LE THI HOA"
    assert box(sheet, "spouse") is None


def test_the_nursery_sees_the_parents_and_below_them_the_other_twin() -> None:
    sheet = known(planned(TWINS), "b12", "1")
    assert [row["row-name"] for row in table(sheet, "family")] == ["今和泉 園", "今和泉 実"]
    assert [row["twins-row-name"] for row in table(sheet, "twins")] == ["今和泉 豆"]
    first, second = sheet.paper.tables
    assert second.slots[0].box.y == pytest.approx(first.slots[1].box.y + 2 * first.down)


def test_while_they_stay_with_her_parents_the_nurse_reads_where() -> None:
    there = "鹿児島県鹿児島市谷山中央1丁目2番3号"
    assert box(known(planned(TWINS, lives="visiting", staying=there), "b13", "1"), "staying") == there
    assert box(known(planned(TWINS), "b13", "1"), "staying") is None


def test_before_the_birth_the_day_is_the_expected_one() -> None:
    sheet = known(planned(EXPECTING), "b04")
    assert (box(sheet, "due"), box(sheet, "born")) == ("令和9年4月20日", None)
    assert ticked(sheet) == {"お産の前", "ふたご・みつごなど（　　　人）"}


def test_who_comes_writes_no_name_and_no_birthdate_by_hand() -> None:
    """Left for the pen: the address on 1 January and a second telephone for the nursery, and what only they know."""
    for family in (TWINS, FOREIGN, EXPECTING):
        left_over = left(planned(family)).left
        assert not {Entry.APPLICANT, Entry.PERSON, Entry.AGAIN, Entry.BIRTHDATE} & set(left_over), family


def test_the_longest_way_through_the_interview_is_within_fifteen_questions() -> None:
    assert ways(INTERVIEW).longest <= 15


def test_only_a_head_who_is_no_parent_is_typed() -> None:
    asked = {one.id for page in form.asked_pages(INTERVIEW, form.known(INTERVIEW, FAMILIES[TWINS].answers))
             for one in form.asked_fields(page, form.known(INTERVIEW, FAMILIES[TWINS].answers))}
    assert "head" in asked
    assert "head_name" not in asked


@pytest.mark.parametrize("paper", BORROWED, ids=lambda paper: paper.id)
def test_a_borrowed_form_is_the_same_sheet_with_its_boxes_in_their_places(paper: Paper) -> None:
    original = ibusuki().paper(paper.form or "")
    assert (paper.panels, paper.labels, paper.lines) == (original.panels, original.labels, original.lines)
    assert {tuple(one.box) for one in paper.slots} <= {tuple(one.box) for one in original.slots}
    assert [(one.x, one.y, one.label) for one in paper.checks] == [(one.x, one.y, one.label) for one in original.checks]


def told_of(paper: str, old: str, new: str, folder: Path) -> list[Fault]:
    """The faults after replacing `old` by `new` in a paper that borrows its form; other papers stand beside it."""
    for part in ("ibusuki", "standard/papers"):
        (folder / part).mkdir(parents=True)
    for name in (paper, "kokuho-ido", "kodomo-iryo-shussei"):
        shutil.copy(ROOT / f"standard/papers/{name}.yml", folder / "standard/papers")
    file = folder / f"standard/papers/{paper}.yml"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    layers = Layers(folder, "ibusuki")
    try:
        document = with_form(layers.one(f"papers/{paper}.yml"), layers)
    except ContentErrors as errors:
        return list(errors.faults)
    read = Paper.model_validate({"id": paper, **document.tree})
    return [document.fault(path, says) for path, says in paper_faults(read, ibusuki())]


@pytest.mark.parametrize(("paper", "old", "new", "word"), [
    ("kokuho-shussei", "form: kokuho-ido", "form: kokuho-idoo", "kokuho-idoo"),
    ("kokuho-shussei", "form: kokuho-ido", "form: kodomo-iryo-shussei", "kodomo-iryo-shinsei"),
    ("kokuho-shussei", "head-other: {like: head,", "head-other: {like: haed,", "haed"),
    ("kokuho-shussei", "  moved-on:", "  moved-onto:", "moved-onto"),
    ("kokuho-shussei", "  出生: [", "  出産: [", "出産"),
    ("kokuho-shussei", "  members: {of", "  member: {of", "member"),
    ("kokuho-shussei", "holds: mother.name", "holds: mother.nmae", "nmae"),
    ("kokuho-shussei", "holds: father.name", "holds: fathre.name", "fathre"),
    ("kokuho-shussei", "{field: comes, any_of: [father]}", "{field: comes, any_of: [fahter]}", "fahter"),
    ("kokuho-shussei", "rows_when: [{field: baby_insurance,", "rows_when: [{field: babys_insurance,", "babys_insurance"),
    ("kokuho-shussei", "row-relation: {says: 子,", "row-relation: {says: 子, holds: row.name,", "どちらか"),
    ("kokuho-shussei", "boxes:\n", "panels: []\nboxes:\n", "様式のものを使う"),
])
def test_a_slip_in_what_a_borrowed_form_is_filled_with_is_told_where_it_was_written(
        paper: str, old: str, new: str, word: str, tmp_path: Path) -> None:
    found = [one for one in told_of(paper, old, new, tmp_path) if word in one.says]
    assert found
    written = (ROOT / f"standard/papers/{paper}.yml").read_text("utf-8").partition(old)[0].count("\n") + 1
    assert all(one.file.endswith(f"papers/{paper}.yml") for one in found)
    assert all(abs(one.line - written) <= 2 for one in found)
