"""Two made-up families answer for themselves at a phone, in a real browser: what they are asked, type, and are told.

All the others do so in `make prove-life-events`, since each takes seconds; here they are walked in code (test_personas.py).
"""

import itertools

import pytest

from content.rules import form
from content.rules.handwriting import entries_asked
from content.vocabulary.procedure import Procedure
from tests.chromium import needs_chromium
from tests.content.test_family_words import SILENT
from tests.fakes.world import ibusuki
from tests.functions.pages.interview_walk import Walk, walk
from tests.functions.pages.phone import a_hall, a_phone, chromium
from tests.personas import Persona, beside, personas

pytestmark = needs_chromium
DOOR = "職員と話したい"
MOTHER, WIDOW = "moving-5-mother-who-wants-to-talk", "mourning-1-widow"
FAMILIES = {one.id: one for one in personas()}


def interview_of(persona: Persona) -> Procedure:
    """The interview of her event."""
    return ibusuki().procedure(ibusuki().life_event(persona.event).procedure)


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    """Both ways, walked once."""
    done = {}
    with chromium() as browser:
        for id in (MOTHER, WIDOW):
            one = FAMILIES[id]
            with a_hall() as address, a_phone(browser, address) as page:
                done[id] = walk(page, one, ibusuki().life_event(one.event), interview_of(one))
    return done


@pytest.mark.parametrize("family", [MOTHER, WIDOW])
def test_the_list_on_the_phone_is_what_the_rules_give_this_family(walks: dict[str, Walk], family: str) -> None:
    assert beside(FAMILIES[family], walks[family].told.found) == ([], [])


@pytest.mark.parametrize("family", [MOTHER, WIDOW])
def test_a_phone_asks_the_questions_of_the_interview_that_concern_this_family(walks: dict[str, Walk], family: str) -> None:
    asked = form.asked_pages(interview_of(FAMILIES[family]), FAMILIES[family].answers)
    assert walks[family].questions == [page.title for page in asked]


@pytest.mark.parametrize("family", [MOTHER, WIDOW])
def test_what_is_typed_at_a_phone_is_what_the_interview_counts_as_writing(walks: dict[str, Walk], family: str) -> None:
    asked = entries_asked(interview_of(FAMILIES[family]), FAMILIES[family].answers)
    assert walks[family].typed + walks[family].left_empty == asked


@pytest.mark.parametrize("family", [MOTHER, WIDOW])
def test_whoever_hears_the_list_goes_down_its_headings_one_level_at_a_time(walks: dict[str, Walk], family: str) -> None:
    levels = walks[family].told.levels
    assert levels[0] == 1
    assert [(above, below) for above, below in itertools.pairwise(levels) if below > above + 1] == []


def test_a_mother_who_must_not_be_found_meets_one_quiet_door_on_every_page_and_no_word_about_why(walks: dict[str, Walk]) -> None:
    pages = walks[MOTHER].words
    assert [page for page in pages if DOOR not in page] == []
    assert [page for page in pages if SILENT.search(page)] == []
    assert walks[MOTHER].told.found["together"] == {"officer"}
