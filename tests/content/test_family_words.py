"""How life events and interviews speak: silent where the law wants silence, plain in grief, sure of their sources."""

import re
from collections.abc import Iterator

import pytest

from content.vocabulary.life_event import LifeEvent, Need
from tests.fakes.world import ibusuki
from tests.personas import personas, walked

EVENTS = ibusuki().life_events
NAMES = [event.id for event in EVENTS]
NEEDS = [(event, id, need) for event in EVENTS for id, need in event.needs.items()]

NOT_FOR_RESIDENTS = frozenset({"officer", "source", "checked_on"})
"""What only officers see, or nobody."""
SILENT = re.compile("支援措置|DV|ＤＶ|暴力|虐待|加害|被害")
STIFF = re.compile("させていただ|いたしかね|当該")
LOUD = re.compile("[！!♪☆]|おめでとう|うれしい|楽しい")
HARD = re.compile("死んだ|死者|死人|遺体|死因|自殺|事故")
MARK = re.compile(r"\[([ABCK★])")


def texts(thing: object) -> Iterator[str]:
    """Every text in it that a resident can read."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for key, value in thing.items():
            if key not in NOT_FOR_RESIDENTS:
                yield from texts(value)
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from texts(one)


def said(event: LifeEvent) -> list[str]:
    """All that an event and its interview say to residents."""
    return [*texts(event.model_dump()), *texts(ibusuki().procedure(event.procedure).model_dump())]


@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_no_text_for_residents_names_what_the_law_wants_silent(event: LifeEvent) -> None:
    assert [text for text in said(event) if SILENT.search(text)] == []


def test_a_mother_who_wants_to_talk_carries_a_list_like_anybody_elses() -> None:
    persona = next(one for one in personas() if one.id == "moving-5-mother-who-wants-to-talk")
    found = walked(persona, ibusuki())[2]
    told = [*(text for line in found.lines for text in texts(line.need.model_dump())),
            *(one.person.resident for one in found.together)]
    assert [one.id for one in found.together] == ["officer"]
    assert not [text for text in told if SILENT.search(text)]


@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_each_interview_has_the_same_door_to_an_officer(event: LifeEvent) -> None:
    wishes = ibusuki().procedure(event.procedure).field("wishes")
    assert [choice.label for choice in wishes.choices if choice.id == "officer"] == ["職員と話したい"]
    assert any(condition.field == "wishes" for condition in event.together["officer"].when)


def test_deaths_and_divorces_are_quiet() -> None:
    assert [event.id for event in EVENTS if event.quiet] == ["bereavement", "divorce"]


@pytest.mark.parametrize("event", [one for one in EVENTS if one.quiet], ids=lambda one: str(one.id))
def test_a_quiet_event_neither_cheers_nor_hurts(event: LifeEvent) -> None:
    assert [text for text in said(event) if LOUD.search(text) or HARD.search(text)] == []


@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_nothing_is_said_stiffly(event: LifeEvent) -> None:
    assert [text for text in said(event) if STIFF.search(text)] == []


@pytest.mark.parametrize("event", ["moving-out", "birth", "bereavement", "marriage", "divorce"])
def test_no_text_was_cut_at_a_comma(event: str) -> None:
    """`[1,600円]` in YAML is two texts: whatever opens a bracket must close it."""
    told = said(ibusuki().life_event(event))
    assert [text for text in told if text.count("（") != text.count("）") or text.count("「") != text.count("」")] == []


@pytest.mark.parametrize(("event", "id", "need"), NEEDS, ids=[f"{event.id}-{id}" for event, id, _ in NEEDS])
def test_a_line_that_rests_on_general_knowledge_alone_is_a_sample(event: LifeEvent, id: str, need: Need) -> None:
    assert set(MARK.findall(need.source)) != {"K"} or need.sample


@pytest.mark.parametrize(("event", "least"), [
    ("moving-in", 25), ("moving-out", 20), ("birth", 20), ("bereavement", 50), ("marriage", 12), ("divorce", 12),
])
def test_each_event_knows_enough_lines(event: str, least: int) -> None:
    assert len(ibusuki().life_event(event).needs) >= least
