"""Officers walk to the family: the order, the calls, the time per desk, and who may read what."""


import pytest

from chalicelib.domain.application import State
from chalicelib.domain.contents import StopState
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.services import desks, held, timers
from tests.fakes import cases
from tests.fakes.families import a_family, now, of
from tests.fakes.world import World, a_world
from tests.fakes.writing import a_sitting, forgotten, written


@pytest.fixture
def world() -> World:
    return a_world()


def test_the_departments_stand_in_walking_order_and_the_resident_record_is_first(world: World) -> None:
    family = a_family(world)
    assert [desk.department.name for desk in family.desks][:2] == ["市民課", "地域福祉課"]
    orders = [desk.department.order for desk in family.desks]
    assert orders == sorted(orders)


def test_the_next_department_is_called_comes_and_is_done_and_its_time_is_measured(world: World) -> None:
    family = a_family(world)
    assert family.next is not None
    first = family.next.department.id
    desks.move(world.parts, cases.officer(), family, first, StopState.CALLED)
    world.clock.pass_(minutes=2)
    desks.move(world.parts, cases.officer(), now(world, family.case.id), first, StopState.HERE)
    world.clock.pass_(minutes=7)
    desks.move(world.parts, cases.officer(), now(world, family.case.id), first, StopState.DONE)
    world.clock.pass_(minutes=30)
    after = now(world, family.case.id)
    assert after.desk(first).seconds(world.clock()) == 9 * 60
    assert after.next is not None
    assert after.next.department.id == "fukushi"
    assert world.store.history(family.case.id)[-1].detail == {"department": "shimin", "seconds": "540", "consulted": "0"}


def test_consultation_is_measured_apart(world: World) -> None:
    family = a_family(world)
    officer = of("fukushi")
    for to in (StopState.CALLED, StopState.HERE):
        desks.move(world.parts, officer, now(world, family.case.id), "fukushi", to)
    desks.consult(world.parts, officer, now(world, family.case.id), "fukushi")
    world.clock.pass_(minutes=5)
    desks.consult(world.parts, officer, now(world, family.case.id), "fukushi")
    world.clock.pass_(minutes=1)
    desk = now(world, family.case.id).desk("fukushi")
    assert (desk.seconds(world.clock()), desk.consulted(world.clock())) == (360, 300)


def test_a_consultation_that_nobody_ended_ends_with_the_desk(world: World) -> None:
    family = a_family(world)
    for to in (StopState.CALLED, StopState.HERE):
        desks.move(world.parts, cases.officer(), now(world, family.case.id), "fukushi", to)
    desks.consult(world.parts, cases.officer(), now(world, family.case.id), "fukushi")
    world.clock.pass_(minutes=5)
    desks.move(world.parts, cases.officer(), now(world, family.case.id), "fukushi", StopState.DONE)
    world.clock.pass_(minutes=5)
    assert now(world, family.case.id).desk("fukushi").consulted(world.clock()) == 300


def test_of_two_officers_who_call_at_once_one_is_told(world: World) -> None:
    family = a_family(world)
    desks.move(world.parts, cases.officer(), family, "shimin", StopState.CALLED)
    with pytest.raises(Stale):
        desks.move(world.parts, of("fukushi"), family, "shimin", StopState.CALLED)


def test_a_department_without_a_line_sees_no_answer(world: World) -> None:
    family = a_family(world)
    assert "somu" not in {desk.department.id for desk in family.desks}
    with pytest.raises(NotAllowed):
        now(world, family.case.id, of("somu"))
    assert desks.all_for(world.parts, of("somu")) == ()
    assert [one.case.id for one in desks.all_for(world.parts, of("fukushi"))] == [family.case.id]


def test_families_that_nobody_sent_home_do_not_hide_the_one_in_the_house(world: World) -> None:
    family = a_family(world)
    forgotten(world, family.sitting)
    assert [one.case.id for one in desks.all_for(world.parts, cases.officer())] == [family.case.id]


def test_another_department_says_nothing_about_a_colleagues_desk(world: World) -> None:
    family = a_family(world)
    desks.move(world.parts, of("fukushi"), family, "shimin", StopState.CALLED)
    with pytest.raises(NotAllowed):
        desks.move(world.parts, of("fukushi"), now(world, family.case.id), "shimin", StopState.HERE)


def test_a_desk_that_is_not_needed_says_why(world: World) -> None:
    family = a_family(world)
    with pytest.raises(FormFaulty):
        desks.move(world.parts, cases.officer(), family, "fukushi", StopState.NOT_NEEDED)
    desks.move(world.parts, cases.officer(), family, "fukushi", StopState.NOT_NEEDED, "not_applicable")
    assert now(world, family.case.id).desk("fukushi").is_over


def test_what_comes_later_can_be_called_after_all_and_its_time_begins_anew(world: World) -> None:
    family = a_family(world)
    desks.move(world.parts, cases.officer(), family, "fukushi", StopState.LATER, "absent")
    world.clock.pass_(minutes=20)
    desks.move(world.parts, cases.officer(), now(world, family.case.id), "fukushi", StopState.CALLED)
    world.clock.pass_(minutes=1)
    assert now(world, family.case.id).desk("fukushi").seconds(world.clock()) == 60


def test_nobody_is_here_before_being_called(world: World) -> None:
    family = a_family(world)
    with pytest.raises(IllegalTransition):
        desks.move(world.parts, cases.officer(), family, "fukushi", StopState.HERE)
    with pytest.raises(NotFound):
        desks.move(world.parts, cases.officer(), family, "somu", StopState.CALLED)


def test_the_stay_ends_when_every_desk_is_over_and_holds_the_writing(world: World) -> None:
    family = a_family(world)
    with pytest.raises(IllegalTransition):
        desks.end(world.parts, cases.officer(), family)
    for desk in family.desks:
        desks.move(world.parts, cases.officer(), now(world, family.case.id), desk.department.id, StopState.LATER, "other_day")
    world.clock.pass_(minutes=6)
    with pytest.raises(NotAllowed):
        desks.end(world.parts, of("fukushi"), now(world, family.case.id, of("fukushi")))
    ended = desks.end(world.parts, cases.officer(), now(world, family.case.id))
    assert (ended.state, ended.writing_seconds) == (State.COMPLETED, 240)
    assert world.store.history(ended.id)[-1].detail == {"stay": "600", "seconds": "240", "consulted": "0"}
    assert world.sittings.rows == {}


def test_a_family_that_has_gone_home_is_erased_after_thirty_days_without_a_word(world: World) -> None:
    family = a_family(world)
    for desk in family.desks:
        desks.move(world.parts, cases.officer(), now(world, family.case.id), desk.department.id, StopState.LATER, "other_day")
    ended = desks.end(world.parts, cases.officer(), now(world, family.case.id))
    world.clock.pass_(days=30, seconds=1)
    timers.run(world.parts)
    assert world.store.cases[ended.id].state is State.ERASED
    assert world.mailer.sent == []


def test_the_history_of_a_visit_names_departments_and_times_and_no_person(world: World) -> None:
    family = a_family(world)
    desks.move(world.parts, cases.officer(), family, "fukushi", StopState.CALLED)
    assert "花子" not in repr(world.store.history(family.case.id))


def test_calling_a_desk_leaves_the_confirmation_as_it_is(world: World) -> None:
    family = a_family(world)
    held.confirm(world.parts, family.case, held.digest(world.parts, family.case))
    desks.move(world.parts, cases.officer(), now(world, family.case.id), "fukushi", StopState.CALLED)
    assert held.is_confirmed(world.parts, world.store.get(family.case.id))


def test_a_case_that_is_no_interview_is_no_family(world: World) -> None:
    sitting = a_sitting(world)
    case = held.give(world.parts, written(world, world.store.get(sitting.case)))
    with pytest.raises(NotFound):
        now(world, case.id)
    assert desks.all_for(world.parts, cases.officer()) == ()
