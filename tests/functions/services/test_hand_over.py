"""Giving a paper away at the counter: only both words together, in either order; each can stop it, and nobody is mixed up."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import Certificate, HandOverCheck
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, Stale
from chalicelib.services import counter, fulfil, hand_over, timers
from chalicelib.services.officers import Officer, Role
from tests.fakes import cases
from tests.fakes.outside import SUZUKI, YAMADA
from tests.fakes.world import World, a_world, a_world_where_juminhyo

FILED = [Event.FILE, Event.CLAIM, Event.DECIDE_FEE, Event.PAY_AT_DESK, Event.ISSUE]


@pytest.fixture
def world() -> World:
    return a_world()


def check_of(case: Application) -> HandOverCheck:
    """The check that was begun."""
    assert case.check is not None
    return case.check


def since_issue(world: World, case: Application) -> list[str]:
    """What has happened since the paper was printed, and who did it."""
    entries = world.store.history(case.id)[len(FILED):]
    return [f"{entry.event} by {entry.who}" for entry in entries]


def confirm(world: World, case: Application) -> Application:
    """The resident presses at the kiosk."""
    return hand_over.confirm(world.parts, case)


def vouch(world: World, case: Application, who: Officer | None = None) -> Application:
    """The officer presses at the desk."""
    return hand_over.vouch(world.parts, who or cases.officer(), case, number=check_of(case).number)


def test_both_screens_show_the_same_four_digits_and_the_same_words(world: World) -> None:
    case = cases.checking(world)
    told = counter.standing(world.parts, case)
    assert told.waits_for_check
    assert told.check_code == check_of(case).code
    assert len(told.check_code) == 4
    assert told.check_code.isdigit()
    assert told.check_words == ("住民票の写し", "1通", "200円") == hand_over.words(world.parts, case)


def test_a_free_paper_says_so() -> None:
    world = a_world_where_juminhyo(fees=())
    assert hand_over.words(world.parts, cases.checking(world)) == ("住民票の写し", "無料")


@pytest.mark.parametrize("first", [confirm, vouch])
def test_one_word_alone_gives_nothing_away(world: World, first: Callable[[World, Application], Application]) -> None:
    assert first(world, cases.checking(world)).state is State.ISSUED


def test_resident_then_officer_hands_over(world: World) -> None:
    case = cases.checking(world)
    given = vouch(world, confirm(world, case))
    assert given.state is State.DELIVERED
    assert since_issue(world, case) == ["begin_check by staff-yamada", "confirm_check by resident", "hand_over by staff-yamada"]


def test_officer_then_resident_hands_over_in_the_name_of_the_officer_who_vouched(world: World) -> None:
    case = cases.checking(world)
    given = confirm(world, vouch(world, case, cases.officer(SUZUKI)))
    assert given.state is State.DELIVERED
    assert since_issue(world, case) == ["begin_check by staff-yamada", "vouch_check by staff-suzuki", "confirm_check by resident",
                                        "hand_over by staff-suzuki"]


def test_each_word_twice_is_one_word(world: World) -> None:
    case = cases.checking(world)
    assert confirm(world, confirm(world, case)) == world.store.get(case.id)
    given = vouch(world, vouch(world, world.store.get(case.id)))
    assert confirm(world, given) == given
    assert len(since_issue(world, case)) == 3
    other = cases.checking(world)
    assert vouch(world, vouch(world, other)).state is State.ISSUED
    assert len(since_issue(world, other)) == 2


@pytest.mark.parametrize("order", ["resident first", "officer first"])
def test_of_two_who_press_at_the_same_moment_both_are_heard(world: World, order: str) -> None:
    seen = cases.checking(world)  # both screens were drawn from this version
    if order == "resident first":
        confirm(world, seen)
        vouch(world, seen)
    else:
        vouch(world, seen)
        confirm(world, seen)
    assert world.store.get(seen.id).state is State.DELIVERED


def test_a_confirmation_for_a_check_that_was_stopped_is_refused(world: World) -> None:
    case = cases.checking(world)
    hand_over.stop(world.parts, cases.officer(), case, number=1)
    with pytest.raises(IllegalTransition):
        confirm(world, case)
    assert world.store.get(case.id).state is State.ISSUED
    assert since_issue(world, case)[-1] == "stop_check by staff-yamada"


def test_a_stop_after_the_resident_confirmed_holds_and_the_officers_word_comes_too_late(world: World) -> None:
    case = cases.checking(world)
    hand_over.stop(world.parts, cases.officer(), confirm(world, case), number=1)
    with pytest.raises(IllegalTransition):
        vouch(world, case)
    assert world.store.get(case.id).state is State.ISSUED


def test_a_stop_that_comes_after_both_is_told_that_it_is_too_late(world: World) -> None:
    case = cases.checking(world)
    vouch(world, confirm(world, case))
    with pytest.raises(IllegalTransition):
        hand_over.stop(world.parts, cases.officer(), case, number=1)


def test_the_resident_stops_it_too_and_twice_is_once(world: World) -> None:
    case = cases.checking(world)
    left = hand_over.leave(world.parts, case)
    assert hand_over.leave(world.parts, case) == left
    assert since_issue(world, case)[-1] == "leave_check by resident"
    with pytest.raises(IllegalTransition):
        vouch(world, case)


def test_after_five_minutes_nobodys_word_counts_and_it_can_be_begun_anew(world: World) -> None:
    case = vouch(world, cases.checking(world))
    world.clock.pass_(minutes=5)
    assert not counter.standing(world.parts, case).waits_for_check
    with pytest.raises(IllegalTransition):
        confirm(world, case)
    again = hand_over.begin(world.parts, cases.officer(), case)
    assert (check_of(again).number, check_of(again).officer_at) == (2, None)
    assert vouch(world, confirm(world, again)).state is State.DELIVERED


def test_a_word_for_the_first_check_does_not_count_for_the_second(world: World) -> None:
    case = cases.checking(world)
    first = check_of(case).code
    stopped = hand_over.stop(world.parts, cases.officer(), case, number=1)
    second = hand_over.begin(world.parts, cases.officer(), stopped)
    assert check_of(second).code != first
    with pytest.raises(IllegalTransition):
        hand_over.confirm(world.parts, second, code=first)
    with pytest.raises(IllegalTransition):
        hand_over.vouch(world.parts, cases.officer(), second, number=1)
    assert hand_over.confirm(world.parts, second, code=check_of(second).code).state is State.ISSUED


def test_two_officers_do_not_begin_two_checks(world: World) -> None:
    seen = cases.filed_and_issued(world)
    hand_over.begin(world.parts, cases.officer(), seen)
    with pytest.raises(Stale):
        hand_over.begin(world.parts, cases.officer(SUZUKI), seen)
    with pytest.raises(IllegalTransition):
        hand_over.begin(world.parts, cases.officer(SUZUKI), world.store.get(seen.id))


def test_a_wrong_sheet_ends_the_check_with_its_issue(world: World) -> None:
    case = cases.checking(world)
    undone = fulfil.undo_issue(world.parts, cases.officer(), case)
    assert undone.check is None
    with pytest.raises(IllegalTransition):
        confirm(world, case)


def test_what_died_between_the_second_word_and_the_hand_over_is_finished_by_the_next_word(world: World) -> None:
    case = cases.checking(world)
    both = replace(check_of(case), resident_at=world.clock(), officer_at=world.clock(), officer=cases.officer().id)
    world.store.cases[case.id] = replace(case, check=both)
    assert confirm(world, world.store.get(case.id)).state is State.DELIVERED


@pytest.mark.parametrize("certificate", [one for one in Certificate if one is not Certificate.GOOD])
def test_where_no_card_proved_who_came_the_officer_must_have_seen_the_printed_card(world: World, certificate: Certificate) -> None:
    case = cases.filed_and_issued(world)
    assert case.card is not None
    case = replace(case, card=replace(case.card, certificate=certificate))
    world.store.cases[case.id] = case
    with pytest.raises(FormFaulty):
        hand_over.begin(world.parts, cases.officer(), case)
    with pytest.raises(FormFaulty):
        hand_over.by_eye(world.parts, cases.officer(), case, reason="kiosk_down")
    begun = hand_over.begin(world.parts, cases.officer(), case, card_seen=True)
    assert world.store.history(begun.id)[-1].detail == {"check": "1", "card": "seen"}


@pytest.mark.parametrize("reason", hand_over.BY_EYE_REASONS)
def test_without_the_kiosk_it_is_handed_over_for_a_reason_on_record(world: World, reason: str) -> None:
    case = hand_over.by_eye(world.parts, cases.officer(), cases.filed_and_issued(world), reason=reason)
    assert case.state is State.DELIVERED
    assert world.store.history(case.id)[-1].detail == {"reason": reason}


def test_without_a_reason_of_the_list_nothing_is_handed_over_by_eye(world: World) -> None:
    case = cases.filed_and_issued(world)
    with pytest.raises(FormFaulty):
        hand_over.by_eye(world.parts, cases.officer(), case, reason="hurry")


def test_handing_over_by_eye_ends_a_running_check(world: World) -> None:
    case = cases.checking(world)
    hand_over.by_eye(world.parts, cases.officer(), case, reason="went_away")
    with pytest.raises(IllegalTransition):
        confirm(world, case)


def test_only_what_a_kiosk_filed_is_handed_over_with_a_check() -> None:
    world = a_world_where_juminhyo(**cases.FOR_THE_DESK)
    with pytest.raises(IllegalTransition):
        hand_over.begin(world.parts, cases.officer(), cases.to_collect(world))
    with pytest.raises(IllegalTransition):
        hand_over.begin(world.parts, cases.officer(), cases.filed(world))


def test_who_does_not_decide_neither_begins_nor_vouches_nor_stops(world: World) -> None:
    case = cases.checking(world)
    with pytest.raises(NotAllowed):
        hand_over.begin(world.parts, cases.tanaka(Role.CASHIER), case)
    with pytest.raises(NotAllowed):
        hand_over.vouch(world.parts, replace(cases.officer(), department="zeimu"), case, number=1)
    with pytest.raises(NotAllowed):
        hand_over.stop(world.parts, cases.officer(YAMADA, Role.AUDITOR), case, number=1)


def test_a_case_that_was_handed_over_closes_by_itself(world: World) -> None:
    given = vouch(world, confirm(world, cases.checking(world)))
    world.clock.pass_(days=1)
    timers.run(world.parts)
    assert world.store.get(given.id).state is State.COMPLETED


def at_once(*acts: Callable[[], object]) -> list[bool]:
    """Several people press at the same moment; whether each was heard."""
    gate = threading.Barrier(len(acts))

    def press(act: Callable[[], object]) -> bool:
        gate.wait()
        try:
            act()
        except IllegalTransition:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(press, acts))


def test_whoever_comes_first_of_resident_and_two_officers_the_paper_is_given_once(world: World) -> None:
    for _ in range(20):
        case = cases.checking(world)
        heard = at_once(lambda case=case: confirm(world, case), lambda case=case: vouch(world, case),  # type: ignore[misc]  # bound now
                        lambda case=case: vouch(world, case, cases.officer(SUZUKI)))  # type: ignore[misc]
        assert heard == [True] * 3
        assert world.store.get(case.id).state is State.DELIVERED
        assert cases.events_of(world, case.id).count(Event.HAND_OVER) == 1


def test_of_a_stop_and_both_words_at_once_either_the_paper_is_given_or_nobodys_word_counts(world: World) -> None:
    for _ in range(20):
        case = cases.checking(world)
        _, _, stopped = at_once(lambda case=case: confirm(world, case), lambda case=case: vouch(world, case),  # type: ignore[misc]
                                lambda case=case: hand_over.stop(world.parts, cases.officer(), case, number=1))  # type: ignore[misc]
        after = world.store.get(case.id)
        assert (after.state, after.check is None) == ((State.ISSUED, True) if stopped else (State.DELIVERED, False))
