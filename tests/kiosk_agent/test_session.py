"""The screens as one table: none is a dead end, and a person's data are in memory only where a screen needs them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.session import (
    KEEPS_PERSON,
    NO_CLOCK,
    TABLE,
    WITH_CARD,
    Happening,
    NotNow,
    Screen,
    Session,
)

HANAKO = BasicFour("指宿　花子", "鹿児島県指宿市十町２４２４番地", "19850315", "2")
READ = Session(screen=Screen.READING).after(Happening.READ, person=HANAKO)


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


@pytest.mark.parametrize("screen", [screen for screen in Screen if screen not in NO_CLOCK])
def test_every_screen_with_a_clock_has_an_end_of_its_own_or_waits_for_the_printer(screen: Screen) -> None:
    assert (screen, Happening.TIME_UP) in TABLE or screen is Screen.PRINTING


@pytest.mark.parametrize("screen", WITH_CARD)
def test_pulling_the_card_ends_the_session_on_every_screen_that_needs_it(screen: Screen) -> None:
    assert TABLE[(screen, Happening.REMOVED)] is Screen.PULLED


@pytest.mark.parametrize("screen", [*WITH_CARD, Screen.IDLE, Screen.DONE, Screen.PULLED, Screen.BLOCKED])
def test_help_can_be_called_on_every_screen(screen: Screen) -> None:
    assert TABLE[(screen, Happening.HELP)] is Screen.STAFF


@given(st.lists(st.sampled_from(Happening), max_size=40))
def test_whatever_happens_data_are_kept_only_where_a_screen_needs_them(happenings: list[Happening]) -> None:
    session = Session()
    for happening in happenings:
        try:
            session = session.after(happening, **({"person": HANAKO} if happening is Happening.READ else {}))
        except NotNow:
            continue
        if session.screen not in KEEPS_PERSON:
            assert session.person is None
            assert not session.answers
        assert "花子" not in repr(session)


def test_a_happening_that_means_nothing_here_changes_nothing() -> None:
    with pytest.raises(NotNow):
        Session().after(Happening.PRINTED)


def test_every_screen_gets_a_number_of_its_own() -> None:
    placed = Session().after(Happening.PLACED)
    assert placed.turn == 1
    assert placed.after(Happening.TRIES_LEFT, tries=3).turn == 2


@pytest.mark.parametrize("happening", [Happening.REMOVED, Happening.STOPPED, Happening.TIME_UP, Happening.HELP,
                                       Happening.READER_GONE])
def test_each_way_out_drops_the_person(happening: Happening) -> None:
    assert READ.person == HANAKO
    after = READ.after(happening)
    assert after.person is None
    assert after.case_code is None
