"""A family on its phone: the interview, and the list that follows from it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.application import Application, State
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


def test_an_interview_that_asks_for_no_address_offers_no_link_to_come_back_by(hall: Hall) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/moving-in").submit("/apply/moving-in")
    assert "あとでつづける" not in words(phone)
    assert "あとでつづける" not in words(interviewed(hall))
    asked = hall.browser().get(f"{PUBLIC}/apply/suido-kaishi").submit("/apply/suido-kaishi")
    assert "あとでつづける" in words(asked)


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


def begun(hall: Hall) -> tuple[HttpBrowser, Application]:
    """(the phone on the first open question of the water form that its list began, the interview)."""
    phone = interviewed(hall)
    interview = case_of(hall, phone)
    return phone.submit(f"/apply/a/{interview.id}/needs/in-suido"), interview


def answer(phone: HttpBrowser, said: Mapping[str, list[str]], at: str = "") -> HttpBrowser:
    """Post what a person says to the page that stands there, or to another address with this page's token."""
    token = re.findall(r'name="csrf" value="([^"]+)"', phone.html)[0]
    return phone._go("POST", at or phone.url.partition("#")[0], {"csrf": [token], **said})


def test_a_line_of_the_list_opens_its_own_form_with_what_was_said(hall: Hall) -> None:
    phone, _ = begun(hall)
    draft = case_of(hall, phone)
    assert phone.url.endswith("/q/contact")
    assert (draft.procedure, draft.answers["name"]) == ("suido-kaishi", "指宿 花子")


def test_what_the_interview_asked_is_not_asked_again_and_stands_on_the_review(hall: Hall) -> None:
    phone, _ = begun(hall)
    asked = []
    for _ in range(20):
        if phone.url.endswith("/review"):
            break
        draft = case_of(hall, phone)
        procedure = hall.world.parts.catalogue.procedure(draft.procedure)
        page = procedure.page(phone.url.rpartition("/")[2])
        asked.append(page.id)
        answer(phone, posted(page, form.known(procedure, draft.answers)))
    assert "place" in asked
    assert "sender" not in asked
    assert "指宿 花子" in words(phone)


def test_pressing_a_line_twice_makes_one_application_and_the_list_leads_on_with_it(hall: Hall) -> None:
    phone, interview = begun(hall)
    draft = case_of(hall, phone)
    assert "申込みのつづきを書く" in words(at(phone, interview, "needs"))
    phone.submit(f"/apply/a/{interview.id}/needs/in-suido")
    assert case_of(hall, phone).id == draft.id
    assert [one.procedure for one in hall.world.store.cases.values()] == ["moving-in", "suido-kaishi"]


def test_the_list_says_what_was_applied_for_with_its_number(hall: Hall) -> None:
    phone, interview = begun(hall)
    draft = case_of(hall, phone)
    hall.world.store.cases[draft.id] = replace(draft, state=State.SUBMITTED, submitted_at=hall.world.clock())
    assert f"申し込みました（受付番号 {draft.reference}）" in words(at(phone, interview, "needs"))


def test_a_line_that_wants_a_card_asks_for_it_first(hall: Hall) -> None:
    phone = interviewed(hall, wishes=["certificates"])
    interview = case_of(hall, phone)
    phone.submit(f"/apply/a/{interview.id}/needs/in-certificates")
    assert phone.url.endswith("/identity")


def test_nobody_else_begins_a_line_of_the_family(hall: Hall) -> None:
    phone = interviewed(hall)
    interview = case_of(hall, phone)
    stranger = hall.browser().get(f"{PUBLIC}/apply/moving-in")
    answer(stranger, {}, at=f"{PUBLIC}/apply/a/{interview.id}/needs/in-suido")
    assert stranger.status == 404
    assert len(hall.world.store.cases) == 1


def test_the_id_of_somebodys_begun_application_opens_nothing(hall: Hall) -> None:
    phone, _ = begun(hall)
    draft = case_of(hall, phone)
    stranger = hall.browser().get(f"{PUBLIC}/apply/suido-kaishi")
    stranger.submit("/apply/suido-kaishi", id=draft.id)
    assert "花子" not in stranger.html
    assert at(stranger, draft, "review").status == 404
