"""A family on its phone: the interview, and the list that follows from it."""

from typing import Any

import pytest

from chalicelib.domain.application import State
from content.rules import form
from infra.local.play.browser import HttpBrowser
from tests.fakes.forms import posted
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.resident_phone import at, case_of, heading, words

HANAKO = {"people": ["1"], "people.1.name": ["指宿 花子"], "people.1.kana": ["イブスキ ハナコ"],
          "people.1.birthdate": ["1985-03-15"],
          "people.1.sex": ["f"], "people.1.relation": ["head"], "people.1.foreign": ["no"]}


@pytest.fixture
def hall() -> Hall:
    return Hall()


def interviewed(hall: Hall, **answers: list[str]) -> HttpBrowser:
    """A phone that has answered everything with the first choice, but for `answers`."""
    phone = hall.browser().get(f"{PUBLIC}/apply/moving-in").submit("/apply/moving-in")
    for _ in range(20):
        if "/q/" not in phone.url:
            return phone
        case = case_of(hall, phone)
        procedure = hall.world.parts.catalogue.procedure("moving-in")
        page = procedure.page(phone.url.rpartition("/")[2])
        said = {**posted(page, form.known(procedure, case.answers)), **HANAKO, **answers}
        named = {part.id for field in page.fields for part in form.unfolded(field, form.known(procedure, case.answers))}
        if page.id == "people":
            named |= set(HANAKO)
        given: dict[str, Any] = {name: values for name, values in said.items()
                                 if name in named or name.rpartition("-")[0] in named}
        phone.submit("/q/", **given)
    raise AssertionError(phone.url)


def test_a_family_learns_what_it_needs_where_and_until_when(hall: Hall) -> None:
    phone = interviewed(hall, moved_on=["2026-11-20"])
    assert heading(phone).startswith("引っ越してきたときの手続き")
    told = words(phone)
    assert "転入届" in told
    assert "12月4日（金）まで" in told
    assert "市民課 1階 1番窓口" in told
    assert "転出証明書" in told


def test_a_last_day_of_next_year_is_told_with_its_year(hall: Hall) -> None:
    assert "2027年1月4日（月）まで" in words(interviewed(hall, moved_on=["2026-12-20"]))


def test_a_question_is_headed_by_the_name_of_the_person_it_is_about(hall: Hall) -> None:
    phone = interviewed(hall)
    insurance = words(at(phone, case_of(hall, phone), "q/insurance"))
    assert "指宿 花子さん" in insurance


def test_an_answer_that_changes_changes_the_list(hall: Hall) -> None:
    phone = interviewed(hall, **{"from": ["same_city"]})
    assert "ほかの市町村からの引っ越しではないため" in words(phone)


def test_an_interview_is_never_sent(hall: Hall) -> None:
    phone = interviewed(hall)
    case = case_of(hall, phone)
    assert at(phone, case, "review").url.endswith("/needs")
    assert hall.world.store.get(case.id).state is State.DRAFT


def test_another_procedure_has_no_list(hall: Hall) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/suido-kaishi").submit("/apply/suido-kaishi")
    assert at(phone, case_of(hall, phone), "needs").status == 404


def test_the_answers_can_be_brought_to_the_counter_as_a_code(hall: Hall) -> None:
    phone = interviewed(hall)
    case = case_of(hall, phone)
    at(phone, case, "counter").submit("/counter")
    assert heading(phone) == "窓口で使うコード"
    assert "手続きの一覧と、要る様式だけが" in words(phone)
    assert hall.world.store.get(case.id).state is State.DRAFT
