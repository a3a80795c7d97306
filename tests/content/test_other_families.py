"""What families need whom nobody had in mind when the lists were written: read from the law, then asked."""

from dataclasses import replace

import pytest

from content.rules.answers import Answer
from content.rules.needs import Needs
from content.vocabulary.life_event import Level
from tests.fakes.world import ibusuki
from tests.personas import personas, walked

ALLOWANCE = {"in-jidou", "in-jidou-3", "in-jidou-b", "tk-jidou"}


def the(id: str, **changed: Answer) -> Needs:
    """What one made-up family is told, with some of its answers changed (`people__1__care` is `people.1.care`)."""
    like = next(one for one in personas() if one.id == id)
    answers = {**like.answers, **{name.replace("__", "."): value for name, value in changed.items()}}
    return walked(replace(like, answers=answers), ibusuki())[2]


def ids(found: Needs, level: Level = Level.REQUIRED) -> set[str]:
    return {one.id for one in found.of(level)}


def waiting(found: Needs) -> set[str]:
    return {one.id for one in found.lines if one.waits}


@pytest.mark.parametrize("more", ["single_parent", "elsewhere", "to22"])
def test_a_public_servant_is_paid_by_the_employer_whatever_else_holds_for_the_children(more: str) -> None:
    assert not ids(the("moving-2-family", children=("public_servant", more))) & ALLOWANCE
    assert "in-kodomo" in ids(the("moving-2-family", children=("public_servant", more)))


def test_a_public_servant_whose_children_live_elsewhere_asks_nothing_of_the_city() -> None:
    assert not ids(the("moving-7-father-alone", apart="public_servant")) & ALLOWANCE


def test_within_the_city_the_allowance_of_children_elsewhere_only_changes_its_address() -> None:
    assert ids(the("moving-7-father-alone", **{"from": "same_city"})) & ALLOWANCE == {"tk-jidou", "in-jidou-b"}


def test_whoever_enters_a_home_loses_no_line_before_an_officer_knows_what_home_it_is() -> None:
    """グループホーム does not keep the old insurer: there fourteen days run for the care level."""
    assert waiting(the("moving-3-agent-for-parents")) >= {"in-kaigo", "in-kouki", "in-nintei"}


def test_without_a_letter_nothing_that_rests_on_the_record_is_promised() -> None:
    found = the("moving-2-family", who_files="agent_without_letter", agent_name="山川 良子")
    assert {"in-tennyu", "in-keizoku", "in-kouki", "in-nintei", "in-gakko", "in-shintai"} <= waiting(found)
    assert "in-suido" not in waiting(found)


def test_who_joins_a_household_leaves_its_septic_tank_to_those_who_had_it() -> None:
    assert "in-jokaso" in ids(the("moving-4-head-abroad"))
    assert "in-jokaso" not in ids(the("moving-4-head-abroad", joins="existing", household_head="長崎 鼻男"))


def test_the_water_of_a_house_whose_head_stays_is_not_stopped() -> None:
    gone = the("moving-7-father-alone", **{"from": "same_city"})
    son = the("moving-7-father-alone", **{"from": "same_city"}, previous_head="other")
    assert "tk-suido-stop" in ids(gone)
    assert "tk-suido-stop" not in ids(son)


@pytest.mark.parametrize(("born", "follows"), [("2005-06-10", True), ("2008-06-10", False)])
def test_a_student_on_the_parents_company_insurance_is_in_the_pension_from_twenty(born: str, follows: bool) -> None:
    """A household of one's own makes nobody a spouse: 第1号, not 第3号 (moving-and-birth.md §4.3)."""
    assert ("in-nenkin" in ids(the("moving-1-student", people__1__birthdate=born), Level.BY_ITSELF)) is follows


def test_whoever_has_just_left_an_employer_changes_pension_class_and_joins_the_citys_insurance() -> None:
    """第2号 and 第3号 do not become 第1号 by moving: 国民年金法12条 wants the word of the person."""
    far = ids(the("moving-7-father-alone", people__1__insured="left"))
    near = ids(the("moving-7-father-alone", people__1__insured="left", **{"from": "same_city"}))
    assert {"in-nenkin-shubetsu", "in-kokuho"} <= far
    assert {"in-nenkin-shubetsu", "tk-kokuho"} <= near
    assert "in-nenkin" not in ids(the("moving-7-father-alone", people__1__insured="left"), Level.BY_ITSELF)


@pytest.mark.parametrize(("books", "helped"), [
    (("shintai", "ryoiku"), True), (("shintai",), False), (("ryoiku",), False), (("ryoiku_a",), True)])
def test_two_lighter_handbooks_together_may_be_helped_like_one_heavy(books: tuple[str, ...], helped: bool) -> None:
    assert ("in-judo" in ids(the("moving-1-student", people__1__book=books))) is helped


@pytest.mark.parametrize(("pregnancy", "offered"), [
    ("born", {"in-sango", "in-kokuho-sanzen"}), ("pregnant", {"in-kokuho-sanzen"}), ("nothing", set())])
def test_a_mother_is_told_what_the_new_city_offers_after_a_birth(pregnancy: str, offered: set[str]) -> None:
    found = the("moving-5-mother-who-wants-to-talk", pregnancy=(pregnancy,))
    assert ids(found, Level.OFFERED) & {"in-sango", "in-kokuho-sanzen"} == offered


def test_a_grandparent_who_brings_a_grandchild_alone_is_helped_by_an_officer() -> None:
    with_mother = the("moving-9-pupil-at-grandparents", people=("1", "2"), people__2__relation="child",
                      people__2__birthdate="1985-01-01")
    assert "without-parents" in {one.id for one in the("moving-9-pupil-at-grandparents").together}
    assert "without-parents" not in {one.id for one in with_mother.together}


def test_a_father_who_leaves_alone_ends_the_allowance_of_the_children_who_stay() -> None:
    alone = the("leaving-2-abroad", to="other_pref", head="goes_others_stay", apart="yes")
    assert "out-jidou" in ids(alone)
    assert "out-jidou" not in ids(the("leaving-2-abroad", to="other_pref", head="goes_others_stay", apart="no"))


@pytest.mark.parametrize(("born", "required", "offered"), [("1970-01-01", True, False), ("1964-01-01", False, True)])
def test_whoever_is_past_sixty_and_goes_abroad_leaves_no_pension_but_may_join(
        born: str, required: bool, offered: bool) -> None:
    found = the("leaving-2-abroad", people__1__birthdate=born, wishes=("nothing",))
    assert ("out-nenkin" in ids(found)) is required
    assert ("out-nenkin-soudan" in ids(found, Level.OFFERED)) is offered


def test_a_family_on_welfare_talks_to_its_office_before_it_leaves() -> None:
    assert "out-seiho" in ids(the("leaving-1-family", people__1__insured="seiho"))
