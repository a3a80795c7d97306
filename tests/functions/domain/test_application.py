"""The one table of what may happen to a case, and that nothing else happens."""

from dataclasses import replace
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.application import ENDS, PUBLIC, TRANSITIONS, Actor, Application, Event, State, advance
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import IllegalTransition
from chalicelib.domain.history import GENESIS, Happened, record, unbroken, whole
from chalicelib.domain.reference import as_written, reference_of
from tests.fakes.world import FRIDAY_NOON


def a_case(state: State = State.DRAFT) -> Application:
    """A case in a state."""
    id = ApplicationId("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
    return Application(id=id, procedure="juminhyo", procedure_version=1, department="shimin", reference=reference_of(id),
                       state=state, state_since=FRIDAY_NOON, created_at=FRIDAY_NOON, version=3, last_hash=GENESIS)


@pytest.mark.parametrize("state", State)
def test_only_listed_transitions_happen_and_only_by_whom_the_table_names(state: State) -> None:
    for event, by in product(Event, Actor):
        row = TRANSITIONS.get((state, event))
        if row is not None and row.by is by:
            after = advance(a_case(state), event, by, at=FRIDAY_NOON)
            assert (after.state, after.version) == (row.to, 4), (event, by)
        else:
            with pytest.raises(IllegalTransition):
                advance(a_case(state), event, by, at=FRIDAY_NOON)


def test_an_end_is_left_only_by_a_head_who_takes_a_slip_back_or_by_erasure() -> None:
    left = {(event, row.to) for (state, event), row in TRANSITIONS.items() if state in ENDS and row.to is not state}
    assert left == {(Event.REOPEN, State.IN_REVIEW), (Event.FORGET, State.ERASED)}


def test_nothing_happens_to_an_erased_case() -> None:
    assert not [event for (state, event) in TRANSITIONS if state is State.ERASED]


def test_from_every_open_state_somebody_can_act_so_that_no_case_is_stuck() -> None:
    for state in set(State) - {State.ERASED}:
        assert any(s is state and row.to is not state for (s, _), row in TRANSITIONS.items()), state


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        here = todo.pop()
        for (state, _), row in TRANSITIONS.items():
            if state is here and row.to not in reached:
                reached.add(row.to)
                todo.append(row.to)
    assert reached == set(State)


def test_nothing_is_printed_before_it_is_paid_or_said_to_be_free() -> None:
    """Without PAY, PAY_AT_DESK and WAIVE_FEE no path leads to ISSUED."""
    paid = (Event.PAY, Event.PAY_AT_DESK, Event.WAIVE_FEE)
    reached, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        here = todo.pop()
        for (state, event), row in TRANSITIONS.items():
            if state is here and event not in paid and row.to not in reached:
                reached.add(row.to)
                todo.append(row.to)
    assert not {State.READY_TO_ISSUE, State.ISSUED, State.DISPATCHED, State.DELIVERED} & reached


def test_residents_have_a_word_for_every_state() -> None:
    assert set(PUBLIC) == set(State)


def test_a_case_shows_nothing_personal_in_its_repr() -> None:
    case = replace(a_case(), answers={"name": "指宿 花子"}, before_correction={"name": "指宿 花代"})
    assert "花" not in repr(case)


@given(st.uuids(version=4))
def test_a_reference_number_reads_back_however_it_is_typed(id: UUID) -> None:
    reference = reference_of(ApplicationId(str(id)))
    assert as_written(reference.lower().replace("-", " ")) == reference
    assert as_written("".join(chr(ord(sign) + 0xFEE0) for sign in reference)) == reference  # of a Japanese keyboard
    assert not set(reference) & set("01IO")


def entries(count: int) -> list[Happened]:
    """A history of a few entries."""
    before = GENESIS
    made: list[Happened] = []
    for number in range(1, count + 1):
        entry = record(application=ApplicationId("a"), number=number, at=FRIDAY_NOON, event=Event.SAVE, by=Actor.RESIDENT,
                       who="resident", state=State.DRAFT, detail={"page": "kana"}, before=before)
        made.append(entry)
        before = entry.hash
    return made


def test_a_whole_history_is_unbroken() -> None:
    assert unbroken(entries(6))


def test_a_history_without_its_tail_is_unbroken_and_still_not_whole() -> None:
    history = entries(6)
    assert whole(history, 6, history[-1].hash)
    assert unbroken(history[:-1])
    assert not whole(history[:-1], 6, history[-1].hash)
    assert not whole((), 0, GENESIS)


def test_an_entry_that_names_another_one_before_it_is_noticed() -> None:
    first, second, *rest = entries(6)
    assert not unbroken((first, replace(second, before="f" * 64), *rest))


@given(st.integers(0, 5), st.sampled_from(["event", "who", "detail", "at", "gone", "swapped"]))
def test_an_altered_dropped_or_moved_entry_is_noticed(place: int, how: str) -> None:
    history = entries(6)
    match how:
        case "event":
            history[place] = replace(history[place], event=Event.SUBMIT)
        case "who":
            history[place] = replace(history[place], who="somebody")
        case "detail":
            history[place] = replace(history[place], detail={"page": "copies"})
        case "at":
            history[place] = replace(history[place], at=FRIDAY_NOON.replace(second=1))
        case "gone":
            del history[place]
            history.append(history[-1]) if place == 5 else None
        case _:
            other = (place + 1) % 6
            history[place], history[other] = history[other], history[place]
    assert not unbroken(history)
