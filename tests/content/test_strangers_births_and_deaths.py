"""Rare families of births and deaths: what must not be promised to them, and what must not be forgotten."""

from datetime import date

import pytest

from content.rules.answers import Answer
from content.rules.needs import Needs
from tests.content.test_family_events import ids, line, the

ALONE, COUPLE = "mourning-2-son-elsewhere", "mourning-1-widow"


def settled_with_an_officer(found: Needs) -> set[str]:
    return {one.id for one in found.together}


def test_who_lived_on_welfare_past_seventy_five_was_in_no_insurance_that_pays_for_the_funeral() -> None:
    """高齢者医療確保法51条: households on 生活保護 are left out; 葬祭扶助 is asked for before the funeral."""
    found = the(ALONE, books=("techo", "seiho"))
    assert not ids(found) & {"br-kouki", "br-sousai-kouki", "br-kouki-daihyo", "br-kougaku"}
    assert {"br-kaigo", "br-kaigo-daihyo"} <= ids(found)  # 介護保険法9条: insured from 65 on all the same
    assert "seiho" in settled_with_an_officer(found)


@pytest.mark.parametrize(("insurance", "returned"), [("kokuho", True), ("seiho", False)])
def test_before_sixty_five_only_the_insured_have_a_care_certificate_to_give_back(insurance: str, returned: bool) -> None:
    found = ids(the(COUPLE, deceased__1__birthdate="1964-03-03", insurance=insurance, care="certified"))
    assert ("br-kaigo" in found) is returned
    assert "br-kaigo-daihyo" not in found  # their premium is part of the health insurance: nothing is worked out anew


def test_children_who_are_left_without_any_adult_are_looked_after_first() -> None:
    found = the("mourning-3-farmer", head="head_children", comes="relative")
    assert "only-children" in settled_with_an_officer(found)
    assert "br-kokuho-head" in ids(found)
    assert "br-setai" not in ids(found)


@pytest.mark.parametrize("lived", ["here", "elsewhere"])
def test_of_a_home_the_insuring_city_is_looked_up_wherever_the_address_was(lived: str) -> None:
    """住所地特例: whoever moved into a home may stay insured by the city they came from."""
    assert "facility" in settled_with_an_officer(the(COUPLE, home="facility", lived=lived))


def test_somebody_of_another_nationality_has_no_family_register_and_no_vote() -> None:
    found = the(COUPLE, papers=("residence",))
    assert {"br-zairyu", "br-kisai"} <= ids(found)
    assert "br-senkyo" not in ids(found)
    assert "foreign" in settled_with_an_officer(found)


@pytest.mark.parametrize(("owned", "wanted"), [
    ({"land": ("house",)}, True), ({"things": ("kei",)}, True), ({"things": ("moped",)}, True), ({}, False)])
def test_of_somebody_who_lived_elsewhere_only_who_was_taxed_here_leaves_letters_about_taxes(
        owned: dict[str, Answer], wanted: bool) -> None:
    nothing: dict[str, Answer] = {"lived": "elsewhere", "land": ("nothing",), "things": ("nothing",)}
    assert ("br-zei-daihyo" in ids(the(COUPLE, **{**nothing, **owned}))) is wanted


def test_a_friend_or_landlord_is_promised_nothing_that_belongs_to_relatives() -> None:
    found = the("mourning-3-farmer", comes="unrelated")
    waiting = {"br-izoku-kiso", "br-jidou", "br-zei-daihyo", "br-nouchi", "br-touki", "br-ginko", "br-koseki"}
    assert all(line(found, id).waits for id in waiting)
    assert not line(found, "br-shibou").waits  # 戸籍法87条
    assert not line(found, "br-sousai-kokuho").waits  # whoever held the funeral


def test_a_child_of_a_special_permanent_resident_born_abroad_applies_for_nothing_here() -> None:
    """入管特例法4条 is for who is born in Japan."""
    parents: dict[str, Answer] = {"parents__1__foreign": "tokuei", "parents__2__foreign": "yes"}
    assert "bi-tokuei" in ids(the("birth-2-foreign-couple", **parents))
    assert "bi-tokuei" not in ids(the("birth-5-born-abroad", **parents))


def test_a_japanese_child_born_abroad_is_told_of_the_three_months() -> None:
    found = the("birth-5-born-abroad", parents__2__foreign="no")
    assert settled_with_an_officer(found) == {"abroad"}
    assert "bi-zairyu" not in ids(found)


@pytest.mark.parametrize(("weight", "asks"), [("w2000", False), ("w2500", True), ("more", True)])
def test_a_heavier_baby_in_hospital_is_looked_at_by_an_officer(weight: str, asks: bool) -> None:
    found = the("birth-1-twins", babies__2__weight=weight)
    assert ("in-hospital" in settled_with_an_officer(found)) is asks
    assert ("bi-youiku" in ids(found)) is not asks


def test_nobody_under_eighteen_is_promised_a_marriage() -> None:
    """民法731条, on the day of filing."""
    found = the("marriage-1-young-couple", couple__1__birthdate="2010-01-01")
    assert "under-18" in settled_with_an_officer(found)
    assert line(found, "ma-konin").waits
    assert "under-18" not in settled_with_an_officer(the("marriage-1-young-couple"))


def test_who_takes_the_name_of_a_foreign_spouse_is_told_of_the_six_months() -> None:
    """戸籍法107条2項: marriage alone does not change it."""
    changes: dict[str, Answer] = {"couple__1__foreign": "no", "couple__1__changes": "yes", "couple__2__foreign": "yes"}
    found = the("marriage-1-young-couple", married_on="2026-10-01", **changes)
    assert line(found, "ma-uji-gaikoku").until == date(2027, 3, 31)
    assert line(found, "ma-uji-gaikoku").rows == ("1",)
    assert "ma-uji-gaikoku" not in ids(the("marriage-1-young-couple"))


def test_who_leaves_the_city_after_a_divorce_applies_where_they_will_live() -> None:
    found = the("parting-1-mother", home="leaves")
    waiting = {one.id for one in found.lines if one.waits}
    assert {"di-jidou", "di-jifu", "di-hitori", "di-kodomo"} & ids(found) <= waiting
    assert not line(found, "di-tenshutsu").waits


def test_of_a_baby_on_the_way_an_officer_speaks_with_who_parts() -> None:
    """民法772条: whose child it is presumed to be depends on days that nobody should reckon alone."""
    assert "pregnant" in settled_with_an_officer(the("parting-1-mother", wishes=("pregnant",)))
