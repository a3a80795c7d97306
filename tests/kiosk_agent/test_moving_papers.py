"""The sheets of moving in and out: who comes, whose it is, and that a sheet of moving out is the form of moving in."""

import pytest

from content.rules.answers import Answer
from kiosk_agent.bundle import Plan, known_for, plan
from kiosk_agent.paper.fill import fill
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.writing import writing
from tests.fakes.world import FRIDAY_NOON, ibusuki
from tests.personas import personas

DAY = FRIDAY_NOON.date()
FAMILIES = {one.id: one for one in personas() if one.event in ("moving-in", "moving-out")}
OTHER = "そのほか（　　　　　　）"


def planned(family: str, **changed: Answer) -> Plan:
    """What is printed for a made-up family, with some of its answers changed."""
    one = FAMILIES[family]
    return plan(ibusuki(), one.event, {**one.answers, **changed}, is_open=lambda day: True)


def printed(told: Plan, id: str, row: str | None = None) -> dict[str, str]:
    """What stands in the boxes of one sheet, and which squares have a tick."""
    wish = next(one for one in told.wishes if (one.id, one.row) == (id, row))
    paper = ibusuki().paper(wish.paper)
    known = known_for(told, wish, paper, DAY, "ABCD-EFGH")
    boxes = {slot.id: known.values(slot)[0] for slot in paper.slots if known.fulfils(slot.when)}
    return boxes | {str(check.label): "✓" for check in paper.checks if check.when and known.fulfils(check.when)}


def left(told: Plan) -> int:
    """Boxes of all sheets that stay for the pen."""
    count = 0
    for wish in told.wishes:
        paper = ibusuki().paper(wish.paper)
        count += sum(writing(paper, known_for(told, wish, paper, DAY, "ABCD-EFGH")).left.values())
    return count


def test_the_wife_who_comes_stands_on_every_sheet_that_has_a_box_for_it() -> None:
    told = planned("moving-2-family", who_files="self_member", comes="row-2")
    assert printed(told, "s01")["filer-member"] == "池田 春"
    for id, row in (("s07", "7"), ("s08", "6"), ("s09", "7"), ("s10", "7")):
        assert printed(told, id, row)["filer-member"] == "池田 春", id


def test_whoever_comes_for_themselves_is_ticked_as_that_person() -> None:
    grandmother = printed(planned("moving-2-family", who_files="self_member", comes="row-7"), "s07", "7")
    assert "本人" in grandmother
    assert not {"世帯主", OTHER} & set(grandmother)


@pytest.mark.parametrize(("files", "ticked"), [
    ({"who_files": "self_head"}, "世帯主"), ({"who_files": "self_member", "comes": "row-2"}, OTHER),
    ({"who_files": "agent_with_letter", "agent_name": "山川 良子"}, OTHER)])
def test_whoever_comes_for_the_grandmother_is_ticked_as_that(files: dict[str, Answer], ticked: str) -> None:
    boxes = printed(planned("moving-2-family", **files), "s07", "7")
    assert {"本人", "世帯主", OTHER} & set(boxes) == {ticked}


def test_dog_moped_water_seal_and_allowance_stand_on_the_one_who_was_chosen() -> None:
    told = planned("moving-2-family", things=("dog", "moped"), dog_owner="row-6", moped_owner="row-2", water_user="row-7",
                   claimant="row-2", wishes=("seal",), seal_owner="row-6")
    assert printed(told, "s14")["owner"] == "池田 松"
    assert (printed(told, "s21")["owner"], printed(told, "s21")["owner-birthdate"]) == ("池田 春", "昭和60年2月3日")
    assert printed(told, "s12")["user"] == "池田 梅"
    assert (printed(told, "s04")["claimant"], printed(told, "s04")["spouse"]) == ("池田 春", "池田 太郎")
    assert printed(told, "s15")["owner"] == "池田 松"


@pytest.mark.parametrize(("jan1", "box", "tick"), [
    ("before", "福岡県福岡市中央区2番地", "前の住所と同じ"), ("here", "鹿児島県指宿市十町2番地", "いまの住所と同じ"),
    ("other", "熊本県熊本市5番地", "ほかの住所：")])
def test_the_first_of_january_is_printed_where_somebody_lived_then(jan1: str, box: str, tick: str) -> None:
    boxes = printed(planned("moving-2-family", jan1=jan1, jan1_address="〒860-0001 熊本県熊本市5番地"), "s04")
    assert [text for id, text in boxes.items() if id.startswith("address-on-jan1")] == [box]
    assert {"前の住所と同じ", "いまの住所と同じ", "ほかの住所："} & set(boxes) == {tick}


def test_the_head_of_the_household_that_is_joined_and_the_former_one_stand_on_the_notification() -> None:
    boxes = printed(planned("moving-3-agent-for-parents", joins="existing", household_head="山川 実"), "s01")
    assert (boxes["head-existing"], boxes["previous-head"]) == ("山川 実", "別府 勝")


def test_an_agent_for_parents_leaves_no_box_for_the_pen() -> None:
    assert left(planned("moving-3-agent-for-parents")) == 0


@pytest.mark.parametrize(("family", "sheets"), [
    ("leaving-1-family", ["o01", "o03", "o04"]), ("leaving-2-abroad", ["o01", "o02", "o04"]),
    ("leaving-3-mother-to-a-home", ["o01", "o04"])])
def test_who_moves_out_gets_the_sheets_that_apply(family: str, sheets: list[str]) -> None:
    assert [one.id for one in planned(family).wishes] == sheets


def test_without_a_letter_only_the_letter_and_the_water_are_printed() -> None:
    told = planned("leaving-3-mother-to-a-home", who_files="agent_without_letter")
    assert [one.id for one in told.wishes] == ["o00", "o04"]
    assert printed(told, "o00")["agent-address"] == "鹿児島県指宿市山川5番地"


def test_on_the_notification_of_moving_out_the_new_address_is_where_they_go() -> None:
    boxes = printed(planned("leaving-1-family"), "o01")
    assert boxes["address"] == "福岡県福岡市中央区1番地"
    assert boxes["previous-address"] == "鹿児島県指宿市十町1番地"
    assert (boxes["moved-on"], boxes["filer-member"], boxes["previous-head"]) == ("令和8年12月1日", "湊 咲", "湊 健")
    assert "転出" in boxes
    assert not {"転居", "国外へ転出"} & set(boxes)


def test_the_new_head_is_printed_only_where_all_move_together() -> None:
    assert printed(planned("leaving-1-family"), "o01")["head"] == "湊 健"
    assert printed(planned("leaving-1-family", head="goes_others_stay"), "o01")["head-open"] == ""


def test_who_moves_within_the_city_and_has_left_an_employer_joins_alone_and_writes_the_day_by_hand() -> None:
    """The day is that of leaving the employer, which nobody was asked; the others were insured here before."""
    told = planned("moving-5-mother-who-wants-to-talk", **{"from": "same_city", "people.1.insured": "left",
                                                           "people.2.insured": "kokuho", "people.3.insured": "kokuho"})
    boxes = printed(told, "s02")
    assert boxes["moved-on-open"] == ""
    assert "moved-on" not in boxes
    assert "社会保険をやめた" in boxes
    assert next(one.who for one in told.needs.lines if one.id == "tk-kokuho") == ("秋元 道",)


def test_an_allowance_of_somebody_who_stays_is_ended_on_no_paper_before_an_officer_looked() -> None:
    """Children leave with one parent and the other is paid: no rule says whether that ends (moving-and-birth.md §4.5)."""
    told = planned("leaving-1-family", claimant="other")
    assert "o03" not in {one.id for one in told.wishes}
    assert "allowance-apart" in {one.id for one in told.needs.together}


def test_a_father_who_leaves_alone_ends_the_allowance_in_his_own_name() -> None:
    boxes = printed(planned("leaving-2-abroad", to="other_pref", head="goes_others_stay", apart="yes"), "o03")
    assert (boxes["claimant"], boxes["claimant-birthdate"]) == ("知林 渡", "平成8年6月6日")


@pytest.mark.parametrize(("family", "who_files"), [
    ("leaving-1-family", "self_member"), ("leaving-2-abroad", "self_head"), ("leaving-3-mother-to-a-home", "agent_with_letter"),
    ("leaving-3-mother-to-a-home", "agent_without_letter")])
def test_every_sheet_of_moving_out_is_drawn_with_all_its_words_in_their_places(family: str, who_files: str, shelf: Shelf) -> None:
    told = planned(family, who_files=who_files)
    for wish in told.wishes:
        paper = ibusuki().paper(wish.paper)
        known = known_for(told, wish, paper, DAY, "ABCD-EFGH")
        assert len(fill(paper, known, shelf).sheets) == 1
