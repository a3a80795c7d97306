"""Which sheets a bereaved family gets, what stands on them, and what is left to the family and the officer."""

import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from content.catalogue import ROOT
from content.faults import ContentErrors
from content.layers import Layers
from content.paper_forms import with_form
from content.rules import form
from content.rules.answers import Answer
from content.rules.handwriting import Entry, by_kind
from content.rules.sheets import sheets
from content.vocabulary.paper import Paper
from kiosk_agent.bundle import Plan, known_for, plan
from kiosk_agent.paper.known import Known
from kiosk_agent.paper.writing import writing
from tests.fakes.world import ibusuki
from tests.personas import personas

FAMILIES = {one.id: one for one in personas() if one.event == "bereavement"}
EVENT = ibusuki().life_event("bereavement")
INTERVIEW = ibusuki().procedure(EVENT.procedure)
PAPERS = tuple(paper for paper in ibusuki().papers if paper.event == "bereavement")
WIDOW, SON, FARMER = "mourning-1-widow", "mourning-2-son-elsewhere", "mourning-3-farmer"
AS_HEIR = {"d06", "d11", "d12", "d13"}
"""What is signed by somebody who takes the inheritance."""


def told(family: str, /, **changed: Answer) -> Plan:
    """What is printed for a made-up family, with some of its answers changed."""
    return plan(ibusuki(), "bereavement", {**FAMILIES[family].answers, **changed}, is_open=lambda day: True)


def ids(what: Plan) -> list[str]:
    return [one.id for one in what.wishes]


def known(what: Plan, id: str) -> Known:
    """What is known when that sheet is filled."""
    wish = next(one for one in what.wishes if one.id == id)
    return known_for(what, wish, ibusuki().paper(wish.paper), date(2026, 11, 20), "ABCD-EFGH")


def printed(what: Plan, id: str) -> dict[str, str]:
    """Box → what is printed into it, also where it stays empty; boxes that nobody writes are left out."""
    here = known(what, id)
    return {slot.id: here.values(slot)[0] for slot in here.paper.slots if here.fulfils(slot.when)}


def ticked(what: Plan, id: str) -> list[str]:
    here = known(what, id)
    return [check.label or "" for check in here.paper.checks if check.when and here.fulfils(check.when)]


@pytest.mark.parametrize(("family", "expected"), [
    (WIDOW, ["d18", "d03", "d04", "d05", "d06", "d11", "d13", "d14"]),
    (SON, ["d03", "d04", "d05", "d07", "d14", "d15", "d16", "d17"]),
    (FARMER, ["d01", "d02", "d03", "d08", "d09", "d10", "d11", "d12", "d14", "d15"]),
])
def test_a_family_gets_the_sheets_that_apply_and_no_others_in_the_order_of_the_desks(family: str, expected: list[str]) -> None:
    assert ids(told(family)) == expected


def test_who_may_refuse_the_inheritance_gets_nothing_to_sign_as_an_heir_and_keeps_the_lines() -> None:
    """Taking money back or changing a name can count as taking the inheritance (民法921条)."""
    things: dict[str, Answer] = {"things": ("moped",)}
    assert set(ids(told(WIDOW, **things))) >= AS_HEIR
    careful = told(WIDOW, wishes=("inherit",), **things)
    assert not AS_HEIR & set(ids(careful))
    assert {"br-kouki-daihyo", "br-zei-daihyo", "br-moped", "br-koza"} <= {line.id for line in careful.needs.lines}


def test_nothing_is_printed_for_a_line_that_waits_for_an_officer() -> None:
    answers = {**FAMILIES[FARMER].answers, "comes": "agent_without_letter", "comer_is": ("nothing",)}
    what = told(FARMER, **answers)
    waiting = {line.id for line in what.needs.lines if line.waits}
    assert {"br-setai", "br-kokuho", "br-jidou", "br-zei-daihyo"} <= waiting
    assert not [wish for wish in sheets(EVENT, INTERVIEW, form.sent_answers(INTERVIEW, answers)) if waiting & set(wish.lines)]
    assert ids(what)[0] == "d00"
    assert not {"d01", "d02", "d08", "d09", "d11"} & set(ids(what))


def test_of_somebody_who_lived_elsewhere_only_sheets_of_what_lies_here_are_printed() -> None:
    assert ids(told(SON, lived="elsewhere")) == ["d14", "d15", "d16", "d17"]


def test_the_request_for_a_family_register_is_printed_only_for_who_wants_one() -> None:
    assert "d18" not in ids(told(WIDOW, wishes=("nothing",)))


def test_no_sheet_belongs_to_another_office_and_every_line_of_a_sheet_is_a_line_of_the_list() -> None:
    departments = {one.id: one for one in ibusuki().departments}
    lines = [line for paper in EVENT.papers.values() for line in paper.lines]
    assert [line for line in lines if departments[EVENT.needs[line].department].outside] == []
    assert {paper.paper for paper in EVENT.papers.values()} == {paper.id for paper in PAPERS}


def test_the_deceased_and_who_held_the_funeral_stand_on_the_claim_and_the_account_is_left_to_them() -> None:
    found = printed(told(WIDOW), "d03")
    assert {id: found[id] for id in ("deceased", "deceased-birthdate", "deceased-address", "died-on")} == {
        "deceased": "池底 正", "deceased-birthdate": "昭和23年3月3日", "deceased-address": "鹿児島県指宿市池田1番地",
        "died-on": "令和8年11月5日"}
    assert (found["mourner"], found["mourner-phone"], found["mourner-address-together"]) == (
        "池底 静", "090-1111-2222", "鹿児島県指宿市池田1番地")
    assert not any(found[id] for id in ("bank", "branch", "account", "account-holder", "funeral-day", "number"))
    assert "filer" not in found


def test_the_claim_is_made_to_the_insurance_the_person_had() -> None:
    assert ticked(told(WIDOW), "d03") == ["後期高齢者医療", "夫・妻"]
    assert "addressee" not in printed(told(WIDOW), "d03")
    assert ticked(told(FARMER), "d03") == ["国民健康保険", "夫・妻"]
    assert printed(told(FARMER), "d03")["addressee"] == "指宿市長　様"


def test_who_comes_is_not_taken_for_the_one_who_held_the_funeral() -> None:
    what = told(WIDOW, comer_is="")
    found = printed(what, "d03")
    assert found["mourner-empty"] == found["mourner-address-empty"] == found["mourner-phone-empty"] == ""
    assert found["filer"] == "池底 静"
    left = writing(known(what, "d03").paper, known(what, "d03")).left
    assert (left[Entry.APPLICANT], left[Entry.ADDRESS], left[Entry.PHONE]) == (1, 1, 1)


def test_what_the_one_who_comes_will_be_spares_the_widow_every_address_telephone_and_birth_date() -> None:
    """Of names her signature, two holders of accounts and the head of the family register are left."""
    what = told(WIDOW)
    left = sum((writing(known(what, id).paper, known(what, id)).left for id in ids(what)), Counter[Entry]())
    assert by_kind(left) == {"name": 4, "address": 0, "phone": 0, "birthdate": 0}


def test_a_son_who_lives_elsewhere_stands_with_his_own_address() -> None:
    found = printed(told(SON), "d05")
    assert (found["deceased-address"], found["filer-address"]) == ("鹿児島県指宿市開聞2番地", "大阪府大阪市北区1番地")
    assert ticked(told(SON), "d05") == ["死亡", "受けていた", "子"]


def test_the_old_and_the_new_head_stand_on_the_notification_and_the_family_is_left_to_write() -> None:
    what = told(FARMER)
    found = printed(what, "d01")
    assert (found["previous-head"], found["head"], found["moved-on"]) == ("尾下 耕", "尾下 里", "令和8年11月18日")
    assert ticked(what, "d01") == ["世帯の変更", "世帯主"]
    assert (known(what, "d01").paper.tables, len(known(what, "d01").paper.checks)) == ((), 8 + 7 * 8)


def test_of_water_that_is_kept_the_former_user_is_named_and_of_water_that_is_stopped_who_stops_it() -> None:
    kept, stopped = printed(told(FARMER), "d14"), printed(told(SON), "d14")
    assert (kept["user"], kept["previous-address"]) == ("尾下 里", "尾下 耕")
    assert (stopped["user-stops"], stopped["filer"]) == ("川尻 フミ", "川尻 望")
    assert (ticked(told(FARMER), "d14"), ticked(told(SON), "d14")) == (["名前を変える"], ["やめる"])


def test_what_is_given_back_is_ticked_and_its_numbers_are_the_officers() -> None:
    assert ticked(told(SON), "d07")[:2] == ["障害者手帳（", "重度心身障害者医療費の受給資格者証"]
    numbers = [slot for slot in ibusuki().paper("techo-henkan").slots if slot.id.endswith("-number")]
    assert len(numbers) == 4
    assert all(slot.officer and slot.holds is None for slot in numbers)


def test_nobody_takes_the_dog_before_the_family_says_who() -> None:
    what = told(SON)
    found = printed(what, "d16")
    assert (found["previous-address"], found["owner-unknown"], found["dog-place"]) == ("川尻 フミ", "", "")
    assert printed(told(SON, comer_is=("takes_over",)), "d16")["owner"] == "川尻 望"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_a_sheet_asks_for_no_cause_of_death_and_is_quiet(paper: Paper) -> None:
    words = [paper.title, paper.short, *(label.text for label in paper.labels), *(check.label or "" for check in paper.checks)]
    assert [text for text in words if re.search("死因|原因|死んだ|死者|故人|引っ越し|おめでと|[!！]", text)] == []
    assert paper.sample
    assert "未確認" in paper.source or "[K]" in paper.source


@pytest.mark.parametrize(("old", "new", "key"), [
    ("2　引っ越した人: 2", "2　引越した人: 2", "words › 2　引越した人"),
    ("people: {by_hand: true}", "people: {by_hand: true, of: deceased}", "groups › people"),
    ("people: {by_hand: true}", "peple: {by_hand: true}", "groups › peple"),
    ("previous-head: {holds", "former-head: {holds", "boxes › former-head"),
])
def test_a_slip_in_what_another_form_says_here_is_told_with_its_place(old: str, new: str, key: str, tmp_path: Path) -> None:
    (tmp_path / "standard/papers").mkdir(parents=True)
    (tmp_path / "ibusuki").mkdir()
    for name in ("ido-todoke.yml", "setai-henko.yml"):
        shutil.copy(ROOT / "standard/papers" / name, tmp_path / "standard/papers" / name)
    file = tmp_path / "standard/papers/setai-henko.yml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    layers = Layers(tmp_path, "ibusuki")
    with pytest.raises(ContentErrors) as caught:
        with_form(layers.one("papers/setai-henko.yml"), layers)
    assert [fault.key for fault in caught.value.faults] == [key]
