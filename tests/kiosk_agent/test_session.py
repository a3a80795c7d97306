"""The screens as one table: none is a dead end, and a person's data are in memory only where a screen needs them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.journeys import AT_WORK, NEEDS_CARD, NO_CLOCK, TABLE, Happening, Screen, seconds
from kiosk_agent.session import FIELDS, KEEPS, STANDING, NotNow, Session, Wanted

HANAKO = CardFacts(CardKind.MY_NUMBER, name="指宿　花子", address="鹿児島県指宿市十町２４２４番地", birthdate="19850315", sex="2")
KNOWN: dict[str, object] = {"person": HANAKO, "wishes": (Wanted("juminhyo", {"whose": "self"}),), "case_code": "ABCD-EFGH",
                            "tries": 3, "parts": ("MP1A",)}
OF_THE_PERSON = ("person", "wishes", "asking", "prepared", "beside", "parts", "unprintable", "filed", "case_code")


def reachable(start: Screen) -> set[Screen]:
    """Every screen that can follow."""
    seen, open_ = {start}, [start]
    while open_:
        here = open_.pop()
        for (screen, _), to in TABLE.items():
            if screen is here and to not in seen:
                seen.add(to)
                open_.append(to)
    return seen


def test_every_screen_can_be_reached_from_the_first() -> None:
    assert reachable(Screen.IDLE) == set(Screen)


@pytest.mark.parametrize("screen", list(Screen))
def test_from_every_screen_a_way_leads_back_to_the_start(screen: Screen) -> None:
    assert Screen.IDLE in reachable(screen)


@pytest.mark.parametrize("screen", list(Screen))
def test_every_screen_has_a_clock_or_ends_by_itself_or_holds_nobody(screen: Screen) -> None:
    if screen in NO_CLOCK:
        assert not KEEPS[screen] & set(OF_THE_PERSON)
    elif screen in AT_WORK:
        assert seconds(screen) is None
    else:
        assert TABLE[(screen, Happening.TIME_UP)] in (Screen.IDLE, Screen.TIMED_OUT)


@pytest.mark.parametrize("screen", [screen for screen in Screen if screen not in (Screen.IDLE, Screen.NO_READER)])
def test_on_every_screen_one_can_stop(screen: Screen) -> None:
    assert TABLE[(screen, Happening.STOPPED)] is Screen.IDLE


@pytest.mark.parametrize("screen", [*NEEDS_CARD, Screen.PRINTING, Screen.PRINTER])
def test_pulling_the_card_ends_the_session_on_every_screen_that_needs_it(screen: Screen) -> None:
    assert TABLE[(screen, Happening.REMOVED)] is Screen.PULLED


@pytest.mark.parametrize("screen", list(Screen))
def test_every_screen_says_what_it_may_know_and_names_only_what_there_is(screen: Screen) -> None:
    assert KEEPS[screen] <= FIELDS
    assert ("person" in KEEPS[screen]) == (screen in STANDING)


@given(st.lists(st.sampled_from(Happening), max_size=60))
def test_whatever_happens_data_are_kept_only_where_a_screen_needs_them(happenings: list[Happening]) -> None:
    session = Session()
    empty = Session()
    for happening in happenings:
        try:
            session = session.after(happening, **KNOWN)
        except NotNow:
            continue
        for name in FIELDS - KEEPS[session.screen] - {"screen", "turn", "moves"}:
            assert getattr(session, name) == getattr(empty, name), (session.screen, name)
        assert "花子" not in repr(session)


@pytest.mark.parametrize("pair", list(TABLE), ids=str)
def test_no_row_carries_a_person_past_where_they_are_needed(pair: tuple[Screen, Happening]) -> None:
    screen, happening = pair
    here = replace(Session(screen=screen), **{name: value for name, value in KNOWN.items() if name in KEEPS[screen]})  # type: ignore[arg-type]
    after = here.after(happening)
    assert (after.person is not None) == (screen in STANDING and after.screen in STANDING)
    assert after.turn == here.turn + 1


def test_a_happening_that_means_nothing_here_changes_nothing() -> None:
    with pytest.raises(NotNow):
        Session().after(Happening.PRINTED)


@pytest.mark.parametrize("happening", [Happening.REMOVED, Happening.STOPPED, Happening.TIME_UP, Happening.READER_GONE])
def test_each_way_out_drops_the_person(happening: Happening) -> None:
    read = Session(screen=Screen.READING).after(Happening.READ, **KNOWN)
    assert read.person == HANAKO
    after = read.after(happening)
    assert after.person is None
    assert after.case_code is None


def test_the_next_person_begins_in_japanese() -> None:
    assert Session(screen=Screen.START, language="vi").after(Happening.STOPPED).language == "ja"


def test_a_call_for_the_officer_outlives_the_screen_on_which_it_was_made() -> None:
    assert Session(screen=Screen.CONFIRM, called=True).after(Happening.REMOVED).called
