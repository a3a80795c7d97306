"""Which sheets a family needs, what people would write on them, and what a slip in the files is told as."""

import pytest
import yaml

from content import check_life_events
from content.catalogue import ROOT
from content.check_papers import paper_faults
from content.rules import form
from content.rules.answers import Answer
from content.rules.handwriting import by_kind, entries_asked
from content.rules.sheets import SheetWish, sheets
from content.vocabulary.life_event import LifeEvent
from content.vocabulary.paper import Paper
from tests.fakes.world import ibusuki
from tests.personas import personas

FAMILIES = {one.id: one for one in personas() if one.event == "moving-in"}
EVENT = ibusuki().life_event("moving-in")
INTERVIEW = ibusuki().procedure(EVENT.procedure)


def wished(family: str, **changed: Answer) -> tuple[SheetWish, ...]:
    """The sheets of a made-up family, with some of its answers changed; `people_6_care` stands for `people.6.care`."""
    answers = dict(FAMILIES[family].answers) | {
        id.replace("_", ".") if id.startswith("people_") else id: answer for id, answer in changed.items()}
    return sheets(EVENT, INTERVIEW, form.sent_answers(INTERVIEW, answers))


def ids(wishes: tuple[SheetWish, ...]) -> list[str]:
    """Number of the sheet, and of the person where it is about one."""
    return [one.id + (f"-{one.row}" if one.row else "") for one in wishes]


@pytest.mark.parametrize(("family", "expected"), [
    ("moving-1-student", ["s01", "s12"]),
    ("moving-2-family", ["s01", "s07-7", "s08-6", "s08-7", "s04", "s05-3", "s05-4", "s05-5", "s09-7", "s10-7", "s17-3",
                         "s12", "s14"]),
    ("moving-3-agent-for-parents", ["s01", "s09-2"]),
    ("moving-4-head-abroad", ["s01", "s02", "s04", "s05-2", "s05-3", "s18-3", "s17-2", "s12", "s20", "s15"]),
])
def test_a_family_gets_the_sheets_that_apply_and_no_others(family: str, expected: list[str]) -> None:
    assert ids(wished(family)) == expected


def test_each_sheet_says_why_and_for_whom() -> None:
    whys = {one.id: one.why for one in wished("moving-2-family")}
    assert whys["s07"] == "池田 梅さんの介護の認定を引きつぐため"
    assert whys["s01"] == "住むところが変わったため"
    assert not [why for why in whys.values() if "{" in why]


def test_only_a_wish_for_it_prints_the_order_for_the_bank() -> None:
    assert "s13" not in ids(wished("moving-2-family"))
    assert "s13" in ids(wished("moving-2-family", wishes=("debit",)))


def test_without_a_letter_an_agent_gets_the_letter_to_be_signed_and_no_notification() -> None:
    found = ids(wished("moving-2-family", who_files="agent_without_letter", agent_name="山川 良子"))
    assert found[0] == "s00"
    assert not {"s01", "s04", "s05-3"} & set(found)


def test_a_sheet_waits_with_its_line_for_the_officer() -> None:
    """The mother in the nursing home: whose insurance she keeps is not settled, so nothing about money is printed."""
    assert "s10-2" not in ids(wished("moving-3-agent-for-parents"))
    assert "s10-2" in ids(wished("moving-3-agent-for-parents", people_1_care="none", people_2_care="none"))


def test_a_word_on_the_notification_spares_the_care_insurance_sheet() -> None:
    assert EVENT.papers["s06"].spared
    assert not [one for one in wished("moving-2-family") if one.id == "s06"]


def test_the_family_of_seven_types_each_datum_once() -> None:
    answers = form.sent_answers(INTERVIEW, FAMILIES["moving-2-family"].answers)
    assert by_kind(entries_asked(INTERVIEW, answers)) == {"name": 7, "address": 2, "phone": 1, "birthdate": 7}


def test_five_cards_leave_two_small_children_the_new_address_and_the_telephone() -> None:
    answers = form.sent_answers(INTERVIEW, FAMILIES["moving-2-family"].answers)
    asked = by_kind(entries_asked(INTERVIEW, answers, cards=("1", "2", "3", "6", "7"), people="people"))
    assert asked == {"name": 2, "address": 1, "phone": 1, "birthdate": 2}


def changed_paper(id: str, old: str, new: str) -> Paper:
    """A paper as its file says it, with one slip."""
    text = (ROOT / f"standard/papers/{id}.yml").read_text("utf-8")
    assert old in text
    return Paper.model_validate({"id": id, **yaml.safe_load(text.replace(old, new, 1))})


@pytest.mark.parametrize(("id", "old", "new", "word"), [
    ("kouki-shikaku", "holds: subject.name", "holds: subject.nmae", "人の項目"),
    ("kouki-shikaku", "holds: head.name", "holds: hed.name", "人の呼び方"),
    ("kouki-shikaku", "holds: subject.sex", "holds: subject.sex.year", ".year"),
    ("jido-teate-seikyu", "rows_when: [{field: child18,", "rows_when: [{field: child81,", "child81"),
    ("shintai-kyojuchi", "{field: book, any_of: [shintai_heavy]}", "{field: book, any_of: [heavy]}", "heavy"),
    ("ido-todoke", "event: moving-in", "event: moving-house", "moving-house"),
    ("ido-todoke", "event: moving-in", "event: moving-in\nprocedure: juminhyo", "どちらか"),
])
def test_a_slip_in_a_sheet_of_the_family_is_told(id: str, old: str, new: str, word: str) -> None:
    assert [says for _, says in paper_faults(changed_paper(id, old, new), ibusuki()) if word in says]


@pytest.mark.parametrize(("old", "new", "word"), [
    ("paper: ido-todoke", "paper: juminhyo", "このライフイベントの様式"),
    ("lines: [in-koza]", "lines: [in-kooza]", "in-kooza"),
    ("department: shimin\n  s01", "department: shimim\n  s01", "shimim"),
    ("head: {says: 世帯主, when: [{field: relation, any_of: [head]}]}",
     "answer: {says: 世帯主, when: [{field: relation, any_of: [hed]}]}", "ほかの項目の名前"),
])
def test_a_slip_in_the_list_of_sheets_is_told(old: str, new: str, word: str) -> None:
    text = (ROOT / "standard/life_events/moving-in.yml").read_text("utf-8")
    assert old in text
    event = LifeEvent.model_validate({"id": "moving-in", **yaml.safe_load(text.replace(old, new, 1))})
    catalogue = ibusuki().model_copy(update={"life_events": (event,)})
    assert [says for *_, says in check_life_events.faults(catalogue) if word in says]
