"""The lent tablet: who has it, for how long, and what becomes of a case when its resident leaves."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.application import State
from chalicelib.domain.errors import IllegalTransition, NotAllowed, NotFound, Stale, TabletTaken, TooMany
from chalicelib.domain.sitting import Left, Sitting, Turn
from chalicelib.services import held, tablet, taken_in
from chalicelib.services.carried import carried
from chalicelib.services.tablet import Leaving
from content.rules.answers import Answer
from tests.fakes import cases
from tests.fakes.families import of
from tests.fakes.outside import SUZUKI
from tests.fakes.sittings import MemorySittings
from tests.fakes.world import World, a_world
from tests.fakes.writing import a_sitting, forgotten, written


@pytest.fixture
def world() -> World:
    return a_world()


def pin_of(world: World, sitting: Sitting) -> str:
    """What the console shows."""
    codes = tablet.codes(world.parts, sitting)
    assert codes is not None
    return codes.pin


def paired(world: World, sitting: Sitting) -> Sitting:
    """A tablet has it."""
    return tablet.pair(world.parts, pin_of(world, sitting), place="hall")[0]


class Busy(MemorySittings):
    """Sittings of which somebody else is always a moment quicker; `meanwhile` is what that one does."""

    def __init__(self, world: World, meanwhile: Callable[[Sitting], None]) -> None:
        super().__init__()
        self.rows, self.codes = world.sittings.rows, world.sittings.codes
        self._meanwhile = meanwhile

    def put(self, sitting: Sitting) -> None:
        """Comes second."""
        self._meanwhile(sitting)
        super().put(sitting)


def test_a_pin_has_six_digits_and_pairs_one_tablet(world: World) -> None:
    sitting = a_sitting(world)
    pin = pin_of(world, sitting)
    assert (len(pin), pin.isdigit()) == (6, True)
    there, name = tablet.pair(world.parts, f"{pin[:3]} {pin[3:]}", place="hall")
    assert (there.turn, there.tablet) == (Turn.WRITE, name)


def test_the_second_tablet_is_turned_away_and_the_officer_learns_of_it(world: World) -> None:
    sitting = a_sitting(world)
    pin = pin_of(world, sitting)
    first = paired(world, sitting)
    with pytest.raises(TabletTaken):
        tablet.pair(world.parts, pin, place="hall")
    now = world.sittings.get(sitting.case)
    assert (now.tablet, now.knocked_at) == (first.tablet, world.clock())


def test_a_pin_is_dead_after_ten_minutes(world: World) -> None:
    sitting = a_sitting(world)
    pin = pin_of(world, sitting)
    world.clock.pass_(minutes=10)
    with pytest.raises(NotFound):
        tablet.pair(world.parts, pin, place="hall")


def test_an_older_pin_is_dead_once_a_new_one_was_made(world: World) -> None:
    sitting = a_sitting(world)
    old = pin_of(world, sitting)
    case = world.store.get(sitting.case)
    new = tablet.make_code(world.parts, cases.officer(), sitting, case, Turn.WRITE)
    with pytest.raises(NotFound):
        tablet.pair(world.parts, old, place="hall")
    assert paired(world, new).turn is Turn.WRITE


def test_after_ten_wrong_pins_a_place_waits(world: World) -> None:
    sitting = a_sitting(world)
    wrong = f"{(int(pin_of(world, sitting)) + 1) % 10**6:06d}"
    for _ in range(10):
        with pytest.raises(NotFound):
            tablet.pair(world.parts, wrong, place="hall")
    with pytest.raises(TooMany):
        tablet.pair(world.parts, pin_of(world, sitting), place="hall")


def test_wrong_pins_from_many_places_are_limited_together(world: World) -> None:
    wrong = f"{(int(pin_of(world, a_sitting(world))) + 1) % 10**6:06d}"
    for number in range(100):
        with pytest.raises(NotFound):
            tablet.pair(world.parts, wrong, place=f"place {number}")
    with pytest.raises(TooMany):
        tablet.pair(world.parts, wrong, place="one more place")
    sitting = a_sitting(world)
    assert tablet.pair(world.parts, pin_of(world, sitting), place="hall", own=True)[0].turn is Turn.WRITE


def test_while_numbers_have_to_wait_the_qr_still_works(world: World) -> None:
    sitting = a_sitting(world)
    wrong = f"{(int(pin_of(world, sitting)) + 1) % 10**6:06d}"
    for _ in range(10):
        with pytest.raises(NotFound):
            tablet.pair(world.parts, wrong, place="hall")
    codes = tablet.codes(world.parts, sitting)
    assert codes is not None
    assert tablet.pair(world.parts, codes.secret, place="hall")[0].turn is Turn.WRITE


def test_the_tablets_turn_is_over_when_it_gives_back(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    tablet.give(world.parts, sitting, world.store.get(sitting.case))
    with pytest.raises(NotAllowed):
        tablet.on_tablet(world.parts, sitting.case, sitting.tablet)
    assert world.store.get(sitting.case).state is State.HELD
    assert world.sittings.get(sitting.case).left is Left.GIVEN


def test_where_only_the_cases_write_came_through_the_tablet_is_out_all_the_same(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    held.give(world.parts, world.store.get(sitting.case))
    with pytest.raises(NotAllowed):
        tablet.on_tablet(world.parts, sitting.case, sitting.tablet)


def test_a_tablet_that_was_not_heard_for_five_minutes_has_lost_its_turn(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    written(world, world.store.get(sitting.case))
    world.clock.pass_(minutes=5)
    with pytest.raises(NotAllowed):
        tablet.on_tablet(world.parts, sitting.case, sitting.tablet)


def test_with_an_empty_battery_another_tablet_goes_on_with_what_was_saved(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    saved = written(world, world.store.get(sitting.case))
    world.clock.pass_(minutes=2)
    fresh = tablet.make_code(world.parts, cases.officer(), sitting, saved, Turn.WRITE)
    _, case = tablet.on_tablet(world.parts, sitting.case, paired(world, fresh).tablet)
    assert case.answers == saved.answers
    with pytest.raises(NotAllowed):
        tablet.on_tablet(world.parts, sitting.case, sitting.tablet)


def test_a_colleague_takes_the_sitting_over_while_the_resident_writes_on(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    suzuki = cases.officer(SUZUKI)
    with pytest.raises(NotAllowed):
        tablet.take_back(world.parts, suzuki, sitting, world.store.get(sitting.case))
    after = tablet.take_over(world.parts, suzuki, sitting)
    assert after.officer_name == SUZUKI.name
    assert tablet.on_tablet(world.parts, sitting.case, sitting.tablet)[0].turn is Turn.WRITE
    with pytest.raises(NotAllowed):
        tablet.take_back(world.parts, cases.officer(), after, world.store.get(sitting.case))


def test_the_residents_own_time_is_measured_as_far_as_the_tablet_was_heard(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    world.clock.pass_(minutes=3)
    tablet.heard(world.parts, sitting)
    world.clock.pass_(minutes=2)
    tablet.give(world.parts, world.sittings.get(sitting.case), world.store.get(sitting.case))
    world.clock.pass_(minutes=30)
    assert world.sittings.get(sitting.case).in_hand(world.clock()) == 300


def test_the_beats_of_a_tablet_are_noted_every_twenty_seconds(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    world.clock.pass_(seconds=10)
    tablet.heard(world.parts, sitting)
    assert world.sittings.get(sitting.case).version == sitting.version
    world.clock.pass_(seconds=10)
    tablet.heard(world.parts, sitting)
    assert world.sittings.get(sitting.case).heard_at == world.clock()


def test_a_form_that_wants_a_card_online_is_wiped_and_another_is_kept_under_a_code(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    case = written(world, world.store.get(sitting.case))
    assert tablet.leaving(world.parts.catalogue.procedure("juminhyo"), case.answers) is Leaving.WIPED
    with pytest.raises(IllegalTransition):
        tablet.leave(world.parts, cases.officer(), sitting, case, Leaving.KEPT, place="hall")
    assert tablet.leave(world.parts, cases.officer(), sitting, case, Leaving.WIPED, place="hall") is None
    assert world.store.cases[case.id].state is State.WITHDRAWN
    assert world.sittings.rows == {}


def test_a_kept_interview_goes_on_at_any_desk_by_its_code_and_nothing_stays_in_the_case(world: World) -> None:
    sitting = a_sitting(world, procedure="moving-in")
    case = world.store.get(sitting.case)
    page = held.form_of(world.parts, case).page("from")
    case, _ = held.save_page(world.parts, case, page, {"from": ["other_pref"]})
    kept = tablet.leave(world.parts, cases.officer(), sitting, case, Leaving.KEPT, place="hall")
    assert kept is not None
    assert dict(world.store.cases[case.id].answers) == {}
    assert kept[1] - world.clock() == timedelta(days=7)
    source, known = taken_in.find(world.parts, cases.officer(), kept[0], world.parts.catalogue.procedure("moving-in"))
    assert (source, known["from"]) == (taken_in.Source.CODE, "other_pref")


def test_lending_twice_with_the_same_id_is_one_sitting(world: World) -> None:
    id = str(uuid.uuid4())
    first = tablet.lend(world.parts, cases.officer(), id, "juminhyo", {})
    assert tablet.lend(world.parts, cases.officer(), id, "juminhyo", {}) == first
    assert len(world.store.cases) == 1


def test_the_sittings_of_another_department_are_not_seen(world: World) -> None:
    a_sitting(world)
    assert len(tablet.all_of(world.parts, cases.officer())) == 1


    assert tablet.all_of(world.parts, of("suido")) == ()
    with pytest.raises(NotAllowed):
        tablet.opened(world.parts, of("suido"), next(iter(world.sittings.rows)))


def test_sittings_that_nobody_ended_do_not_push_todays_off_the_list(world: World) -> None:
    sitting = a_sitting(world)
    forgotten(world, sitting)
    assert [one.case for one, _ in tablet.all_of(world.parts, cases.officer())] == [sitting.case]


def test_what_an_earlier_application_said_is_taken_in_by_its_number(world: World) -> None:
    before = cases.a_received(world)
    procedure = world.parts.catalogue.procedure("suido-kaishi")
    source, known = taken_in.find(world.parts, cases.officer(), before.reference.lower(), procedure)
    assert source is taken_in.Source.APPLICATION
    assert (known["name"], known["address"]) == ("指宿　花子", "鹿児島県指宿市十町２４２４番地")


@pytest.mark.parametrize("typed", ["abcd-2345", "ABCD 2345", "ＡＢＣＤ－２３４５"])
def test_what_a_kiosk_read_off_a_card_is_taken_in_by_the_papers_code(world: World, typed: str) -> None:
    cases.filed(world)
    source, known = taken_in.find(world.parts, cases.officer(), typed, world.parts.catalogue.procedure("suido-kaishi"))
    assert (source, known["name"]) == (taken_in.Source.CARD, "指宿　花子")


def test_a_code_that_stands_on_two_peoples_papers_gives_neither_ones_answers(world: World) -> None:
    cases.filed(world)
    cases.filed(world)
    with pytest.raises(NotFound):
        taken_in.find(world.parts, cases.officer(), "ABCD-2345", world.parts.catalogue.procedure("suido-kaishi"))


def test_a_number_of_another_department_gives_nothing(world: World) -> None:


    before = cases.a_received(world)
    with pytest.raises(NotFound):
        taken_in.find(world.parts, of("suido"), before.reference, world.parts.catalogue.procedure("suido-kaishi"))


def test_nobody_consents_by_an_earlier_application_and_no_wrong_answer_is_taken_in(world: World) -> None:
    procedure = world.parts.catalogue.procedure("suido-kaishi")
    told = {"contract": "yes", "name": "指宿　花子", "start_day": "昭和/60/2/31"}
    assert carried(procedure, told, procedure, world.clock().date()) == {"name": "指宿　花子"}


def test_the_head_of_the_household_is_the_applicant_of_what_follows_from_the_interview(world: World) -> None:
    interview = world.parts.catalogue.procedure("moving-in")
    told: dict[str, Answer] = {
        "people": ("1", "2"), "people.1.name": "指宿　一郎", "people.1.relation": "child", "people.2.name": "指宿　花子",
        "people.2.relation": "head", "people.2.kana": "イブスキ ハナコ", "address": "鹿児島県指宿市十町２４２４番地"}
    known = carried(interview, told, world.parts.catalogue.procedure("suido-kaishi"), world.clock().date())
    assert known == {"name": "指宿　花子", "name_kana": "イブスキ ハナコ", "address": "鹿児島県指宿市十町２４２４番地"}


def test_the_people_of_a_reservation_are_the_people_of_the_interview(world: World) -> None:
    reservation, interview = (world.parts.catalogue.procedure(id) for id in ("tennyu-yoyaku", "moving-in"))
    told: dict[str, Answer] = {
        "movers": ("1",), "movers.1.person_name": "指宿　花子", "movers.1.birthdate": "1985-03-15", "moved_on": "2026-11-01"}
    known = carried(reservation, told, interview, world.clock().date())
    assert known == {"moved_on": "2026-11-01", "people": ("1",), "people.1.name": "指宿　花子", "people.1.birthdate": "1985-03-15"}


def test_an_officer_is_not_told_that_a_tablet_was_cut_off_while_it_still_has_its_turn(world: World) -> None:
    sitting = paired(world, a_sitting(world))

    def heard(wanted: Sitting) -> None:
        world.sittings.put(world.sittings.get(wanted.case).heard(world.clock()))

    with pytest.raises(Stale):
        tablet.cut(replace(world.parts, sittings=Busy(world, heard)), cases.officer(), sitting)
    assert world.sittings.get(sitting.case).tablet == sitting.tablet


def test_a_tablet_that_is_given_back_while_its_sitting_ends_is_back(world: World) -> None:
    sitting = paired(world, a_sitting(world))
    tablet.over(replace(world.parts, sittings=Busy(world, lambda one: world.sittings.drop(one.case))), sitting, Left.STOPPED)
    with pytest.raises(NotAllowed):
        tablet.on_tablet(world.parts, sitting.case, sitting.tablet)


def test_lending_that_is_pressed_twice_at_once_is_one_sitting(world: World) -> None:
    id, first = str(uuid.uuid4()), list[Sitting]()

    def other_press(wanted: Sitting) -> None:
        if not first:
            first.append(tablet.lend(world.parts, cases.officer(), wanted.case, "juminhyo", {}))

    second = tablet.lend(replace(world.parts, sittings=Busy(world, other_press)), cases.officer(), id, "juminhyo", {})
    assert [second] == first
    assert len(world.sittings.rows) == 1
