"""What births, moves away, deaths, marriages and divorces bring: how often, until when, what waits for an officer."""

from dataclasses import replace
from datetime import date

import pytest

from content.rules.answers import Answer
from content.rules.needs import Line, Needs
from tests.fakes.world import ibusuki
from tests.personas import personas, walked


def the(id: str, **changed: Answer) -> Needs:
    """What one made-up family is told, with some of its answers changed (`babies__2__weight` is `babies.2.weight`)."""
    like = next(one for one in personas() if one.id == id)
    answers = {**like.answers, **{name.replace("__", "."): value for name, value in changed.items()}}
    return walked(replace(like, answers=answers), ibusuki())[2]


def line(found: Needs, id: str) -> Line:
    return next(one for one in found.lines if one.id == id)


def ids(found: Needs) -> set[str]:
    return {one.id for one in found.lines}


@pytest.mark.parametrize(("need", "times"), [
    ("bi-shussei", 2), ("bi-kodomo", 2), ("bi-kokuho", 2), ("bi-teitaiju", 2), ("bi-youiku", 1), ("bi-jidou2", 1),
    ("bi-milk", 1),
])
def test_twins_have_two_papers_where_each_baby_needs_its_own(need: str, times: int) -> None:
    assert line(the("birth-1-twins"), need).count == times


@pytest.mark.parametrize(("need", "until"), [
    ("bi-shussei", date(2026, 11, 23)),  # 戸籍法43条: the day of birth counts
    ("bi-kokuho", date(2026, 11, 24)), ("bi-jidou2", date(2026, 11, 25)), ("bi-ichiji", date(2028, 11, 10)),
])
def test_last_days_after_a_birth_on_10_november(need: str, until: date) -> None:
    assert line(the("birth-1-twins"), need).until == until


def test_only_the_baby_in_hospital_is_named_for_its_hospital_bill() -> None:
    assert line(the("birth-1-twins"), "bi-youiku").who == ("今和泉 豆",)


def test_a_baby_without_a_name_yet_is_counted_all_the_same() -> None:
    found = line(the("birth-1-twins", babies__2__name=""), "bi-shussei")
    assert found.who == ("今和泉 菜", "2人目の人")


@pytest.mark.parametrize(("older", "to22", "wanted"), [
    ("none", "one", True), ("one", "none", False), ("none", "none", False),
])
def test_a_child_over_eighteen_who_makes_a_twin_the_third_needs_the_paper_that_counts_it(
        older: str, to22: str, wanted: bool) -> None:
    assert ("bi-jidou-3" in ids(the("birth-1-twins", older=older, to22=to22))) is wanted


def test_a_public_servant_asks_the_employer_for_the_allowance_and_not_the_city() -> None:
    found = ids(the("birth-2-foreign-couple", public_servant="yes"))
    assert "bi-jidou-k" in found
    assert not found & {"bi-jidou1", "bi-jidou2"}


def test_a_baby_with_one_japanese_parent_needs_no_permission_to_stay() -> None:
    assert "bi-zairyu" not in ids(the("birth-2-foreign-couple", parents__2__foreign="no"))


def test_special_permanent_residents_apply_at_the_city_and_within_sixty_days() -> None:
    found = the("birth-2-foreign-couple", parents__2__foreign="tokuei")
    assert line(found, "bi-tokuei").until == date(2027, 1, 11)
    assert "bi-zairyu" not in ids(found)


def test_for_a_baby_that_lives_elsewhere_only_the_birth_is_notified_here() -> None:
    found = the("birth-1-twins", lives="elsewhere")
    assert not line(found, "bi-shussei").waits
    assert all(line(found, id).waits for id in ("bi-kodomo", "bi-jidou2", "bi-renraku", "bi-yobo"))


def test_a_card_is_kept_for_abroad_until_the_day_before_leaving_and_returned_by_foreigners() -> None:
    assert "out-card-abroad" in ids(the("leaving-2-abroad"))
    foreigner = ids(the("leaving-2-abroad", people__1__foreign="yes"))
    assert "out-card-return" in foreigner
    assert "out-card-abroad" not in foreigner


def test_for_less_than_a_year_abroad_nothing_is_notified() -> None:
    found = ids(the("leaving-2-abroad", to="abroad_short"))
    assert "out-kokugai-none" in found
    assert not found & {"out-kokugai", "out-kokuho", "out-card-abroad", "out-nenkin", "out-inkan"}


def test_a_student_whose_parents_stay_keeps_the_insurance_of_this_city() -> None:
    found = ids(the("leaving-1-family", people__3__insured="kokuho_student"))
    assert "out-kokuho-stay" in found
    assert "out-kokuho" not in found


def test_who_enters_a_home_elsewhere_may_stay_insured_here_so_nothing_is_ended_before_an_officer_looked() -> None:
    assert line(the("leaving-3-mother-to-a-home"), "out-kaigo").waits


def test_when_the_head_leaves_and_the_family_stays_a_new_head_is_named() -> None:
    assert line(the("leaving-1-family", head="goes_others_stay"), "out-setai").until == date(2026, 12, 15)


@pytest.mark.parametrize(("need", "until"), [
    ("br-shibou", date(2026, 11, 24)),  # the day itself counts
    ("br-setai", date(2026, 12, 2)), ("br-jidou", date(2026, 12, 3)), ("br-nouen", date(2026, 11, 28)),
    ("br-shinrin", date(2027, 2, 16)), ("br-kotei", date(2027, 2, 18)), ("br-kakutei", date(2027, 3, 18)),
    ("br-nouchi", date(2027, 9, 18)), ("br-touki", date(2029, 11, 18)),
])
def test_last_days_after_a_death_on_18_november(need: str, until: date) -> None:
    assert line(the("mourning-3-farmer"), need).until == until


def test_over_seventy_five_the_insurance_is_not_asked_and_funeral_money_comes_from_it_all_the_same() -> None:
    found = ids(the("mourning-1-widow"))
    assert "br-sousai-kouki" in found
    assert "br-sousai-kokuho" not in found


def test_where_a_family_with_children_gets_a_pension_there_is_no_lump_sum() -> None:
    assert "br-ichijikin" not in ids(the("mourning-3-farmer"))
    childless = ids(the("mourning-3-farmer", family=("spouse", "kokuho"), children=""))
    assert "br-ichijikin" in childless
    assert "br-izoku-kiso" not in childless


def test_a_brother_is_told_that_he_gets_other_papers_than_a_child() -> None:
    assert "agent" in {one.id for one in the("mourning-1-widow", comes="sibling").together}


def test_what_an_agent_brings_no_letter_for_waits() -> None:
    assert line(the("mourning-3-farmer", comes="agent_without_letter"), "br-kokuho").waits


def test_of_somebody_who_lived_elsewhere_only_what_lies_here_is_done_here() -> None:
    found = ids(the("mourning-2-son-elsewhere", lived="elsewhere"))
    assert {"br-kotei", "br-zei-daihyo", "br-suido-stop", "br-bochi", "br-jokaso"} <= found  # 地方税法342条: taxed where it lies
    assert not found & {"br-kouki", "br-sousai-kouki", "br-kaigo", "br-juki"}


def test_who_keeps_the_surname_has_three_months_and_the_day_itself_counts() -> None:
    found = line(the("parting-1-mother", surname="keeps"), "di-uji")
    assert found.until == date(2027, 2, 19)


def test_a_divorce_by_a_court_is_notified_within_ten_days_counting_the_day() -> None:
    assert line(the("parting-2-by-court"), "di-rikon-court").until == date(2026, 11, 25)


def test_the_years_for_sharing_a_pension_hang_on_the_day_of_the_divorce_so_no_day_is_promised() -> None:
    assert line(the("parting-1-mother"), "di-bunkatsu").until is None


def test_who_has_not_decided_is_asked_to_file_nothing() -> None:
    found = the("parting-1-mother", stage="thinking", home="unsure", things=("nothing",))
    assert "thinking" in {one.id for one in found.together}
    assert not ids(found) & {"di-rikon", "di-uji", "di-card", "di-jifu", "di-kokuho-in", "di-nenkin"}


def test_whoever_carries_the_paper_for_another_is_not_handed_that_persons_allowances() -> None:
    found = the("parting-1-mother", comes="agent", agent_name="喜入 忠")
    assert line(found, "di-jifu").waits
    assert not line(found, "di-rikon").waits


def test_only_the_one_whose_surname_changes_renews_the_card() -> None:
    assert line(the("marriage-1-young-couple"), "ma-card").who == ("二月田 花",)


def test_a_wedding_abroad_is_reported_within_three_months() -> None:
    assert line(the("marriage-1-young-couple", stage="abroad"), "ma-konin-abroad").until == date(2027, 2, 21)


def test_a_person_with_one_name_is_called_by_it() -> None:
    assert line(the("moving-6-one-name"), "in-gaikoku").who == ("SUHARTO",)
