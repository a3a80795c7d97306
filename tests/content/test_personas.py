"""Made-up families go through their interviews and are told exactly what the rules give them."""

from collections import Counter

import pytest

from content.rules import form
from content.rules.answers import Answer
from content.rules.interviews import ways
from content.vocabulary.life_event import LifeEvent
from tests.fakes.world import ibusuki
from tests.personas import Persona, found_of, personas, walked

ALL = personas()
IDS = [one.id for one in ALL]


@pytest.mark.parametrize("persona", ALL, ids=IDS)
def test_a_family_is_told_exactly_what_the_rules_give_it(persona: Persona) -> None:
    found = found_of(walked(persona, ibusuki())[2])
    for level, ids in persona.expected.items():
        assert sorted(found[level]) == sorted(ids), level


@pytest.mark.parametrize("persona", ALL, ids=IDS)
def test_every_question_that_a_family_is_asked_is_answered_and_no_other(persona: Persona) -> None:
    catalogue = ibusuki()
    procedure = catalogue.procedure(catalogue.life_event(persona.event).procedure)
    assert [problem for _, problem in form.problems_of(procedure, persona.answers)] == []
    asked = form.asked_pages(procedure, persona.answers)
    assert len(asked) <= 15
    answered = {id for id in persona.answers if "." not in id}
    assert answered <= {field.id for page in asked for field in page.fields}


@pytest.mark.parametrize("persona", ALL, ids=IDS)
def test_every_line_says_why_and_every_line_left_out_why_not(persona: Persona) -> None:
    found = walked(persona, ibusuki())[2]
    assert all(line.why and "{who}" not in line.why for line in found.lines)
    assert all(one.why for one in found.not_needed)
    assert not Counter(line.id for line in found.lines) - Counter({line.id for line in found.lines})


@pytest.mark.parametrize("event", ibusuki().life_events, ids=lambda one: str(one.id))
def test_no_way_through_an_interview_is_longer_than_fifteen_questions(event: LifeEvent) -> None:
    procedure = ibusuki().procedure(event.procedure)
    assert ways(procedure).longest <= 15


def test_an_answer_that_is_asked_because_of_a_fact_is_kept() -> None:
    """Whose income is higher is asked where there are two parents, which nobody is asked: it follows from their rows."""
    birth = ibusuki().procedure("birth")
    page = next(page for page in birth.pages if any(field.id == "earner" for field in page.fields))
    said: dict[str, Answer] = {"stage": "born", "parents": ("1", "2")}
    kept = form.check_page(page, {"earner": ["father"]}, said, of=birth).answers
    assert kept["earner"] == "father"
