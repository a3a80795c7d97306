"""職員預かり: the officer's changes are marked, and only what the resident confirmed as it stands goes on."""

import uuid
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.services import held, timers
from chalicelib.services.officers import Role
from tests.fakes import cases
from tests.fakes.outside import YAMADA
from tests.fakes.world import World, a_world
from tests.fakes.writing import COPIES_TWO, lent, written


@pytest.fixture
def world() -> World:
    return a_world()


def confirmed(world: World) -> Application:
    """Hanako has confirmed the whole."""
    case = held.give(world.parts, written(world))
    return held.confirm(world.parts, case, held.digest(world.parts, case))


def handed_in(world: World, case: Application) -> Application:
    """山田 takes it in."""
    return held.hand_in(world.parts, cases.officer(), case, identity_checked="licence", writing_seconds=240)


def test_what_was_confirmed_goes_to_the_departments_queue(world: World) -> None:
    case = handed_in(world, confirmed(world))
    assert (case.state, case.channel, case.received_by_name, case.writing_seconds) == (State.SUBMITTED, "tablet", "山田 直子", 240)
    assert [row.id for row in world.store.queue("shimin", State.SUBMITTED).rows] == [case.id]


def test_without_a_confirmation_nothing_goes_on(world: World) -> None:
    case = held.give(world.parts, written(world))
    with pytest.raises(FormFaulty):
        handed_in(world, case)
    assert world.store.get(case.id).state is State.HELD


def test_an_officers_change_is_marked_with_who_before_and_after(world: World) -> None:
    case = held.give(world.parts, written(world))
    case = held.supplement(world.parts, cases.officer(), case, {**case.answers, "copies": "2"})
    mark = held.marks(case)["copies"]
    assert (mark.before, mark.after, mark.by_name) == ("1", "2", "山田 直子")


def test_a_change_that_is_taken_back_leaves_no_mark(world: World) -> None:
    case = held.give(world.parts, written(world))
    for copies in ("2", "1"):
        case = held.supplement(world.parts, cases.officer(), case, {**case.answers, "copies": copies})
    assert held.marks(case) == {}
    assert len(case.edits) == 2


def test_what_the_resident_writes_again_is_their_own(world: World) -> None:
    case = held.give(world.parts, written(world))
    case = held.supplement(world.parts, cases.officer(), case, {**case.answers, "copies": "3"})
    case = held.lend_again(world.parts, cases.officer(), case)
    case, _ = held.save_page(world.parts, case, held.form_of(world.parts, case).page("copies"), {"copies": ["2"]})
    assert held.marks(case) == {}


def test_a_later_change_voids_the_confirmation_in_the_same_write(world: World) -> None:
    case = confirmed(world)
    changed = held.supplement(world.parts, cases.officer(), case, {**case.answers, "copies": "2"})
    stored = world.store.get(case.id)
    assert stored == changed
    assert stored.confirmation is not None
    assert stored.confirmation.void_since == world.clock()
    with pytest.raises(FormFaulty):
        handed_in(world, stored)


def test_the_old_answers_put_back_are_confirmed_no_more(world: World) -> None:
    """The resident was told nothing of the way there and back, so the officer asks again."""
    case = confirmed(world)
    first = dict(case.answers)
    case = held.supplement(world.parts, cases.officer(), case, {**first, "copies": "2"})
    case = held.supplement(world.parts, cases.officer(), case, first)
    with pytest.raises(FormFaulty):
        handed_in(world, case)


def test_a_word_for_an_older_screen_is_refused(world: World) -> None:
    case = held.give(world.parts, written(world))
    seen = held.digest(world.parts, case)
    changed = held.supplement(world.parts, cases.officer(), case, {**case.answers, "copies": "2"})
    with pytest.raises(Stale):
        held.confirm(world.parts, changed, seen)
    with pytest.raises(Stale):  # the same when the change came while the word was on its way
        held.confirm(world.parts, case, seen)
    assert world.store.get(case.id).confirmation is None


def test_a_change_that_a_colleague_made_meanwhile_is_not_handed_in(world: World) -> None:
    case = confirmed(world)
    held.supplement(world.parts, cases.officer(), case, {**case.answers, "copies": "2"})
    with pytest.raises(Stale):
        handed_in(world, case)
    assert world.store.get(case.id).state is State.HELD


def test_the_resident_cannot_write_while_the_officer_holds_it(world: World) -> None:
    case = held.give(world.parts, written(world))
    with pytest.raises(IllegalTransition):
        held.save_page(world.parts, case, held.form_of(world.parts, case).page("copies"), COPIES_TWO)


def test_a_half_filled_form_is_held_and_not_confirmed(world: World) -> None:
    case = held.give(world.parts, lent(world))
    assert held.problems(world.parts, case)
    with pytest.raises(FormFaulty):
        held.confirm(world.parts, case, held.digest(world.parts, case))


def test_a_draft_that_somebody_writes_at_home_is_never_held(world: World) -> None:
    draft = cases.a_draft(world)
    with pytest.raises(IllegalTransition):
        held.give(world.parts, draft)
    with pytest.raises(IllegalTransition):
        held.take_back(world.parts, cases.officer(), draft)
    with pytest.raises(IllegalTransition):
        held.wipe(world.parts, cases.officer(), draft, "wiped")


def test_writing_the_same_again_changes_nothing(world: World) -> None:
    case = confirmed(world)
    assert held.supplement(world.parts, cases.officer(), case, dict(case.answers)) == case


def test_an_interview_is_confirmed_but_asks_the_city_for_nothing(world: World) -> None:
    case = held.give(world.parts, lent(world, "moving-in"))
    with pytest.raises(NotAllowed):
        handed_in(world, case)


def test_who_leaves_leaves_nothing_here(world: World) -> None:
    case = held.wipe(world.parts, cases.officer(), written(world), "wiped")
    assert dict(world.store.cases[case.id].answers) == {}
    world.clock.pass_(minutes=1)
    timers.run(world.parts)
    assert world.store.cases[case.id].state is State.ERASED


def test_a_case_that_everybody_forgot_ends_with_its_draft_days(world: World) -> None:
    case = held.give(world.parts, written(world))
    world.clock.pass_(days=world.parts.catalogue.procedure("juminhyo").draft_days, seconds=1)
    timers.run(world.parts)
    assert world.store.get(case.id).state is State.EXPIRED
    assert world.mailer.sent == []


def test_a_digest_is_of_what_is_sent_and_not_of_what_is_hidden(world: World) -> None:
    case = written(world)
    hidden = replace(case, answers={**case.answers, "purpose_words": "見えない答え"})
    assert held.digest(world.parts, hidden) == held.digest(world.parts, case)
    other = replace(case, answers={**case.answers, "copies": "2"})
    assert held.digest(world.parts, other) != held.digest(world.parts, case)


def test_an_officer_who_only_looks_lends_nothing(world: World) -> None:
    procedure = world.parts.catalogue.procedure("juminhyo")
    with pytest.raises(NotAllowed):
        held.begin(world.parts, cases.officer(YAMADA, Role.AUDITOR), str(uuid.uuid4()), procedure, {})
    with pytest.raises(NotFound):
        held.begin(world.parts, cases.officer(), "no id", procedure, {})


def test_the_history_says_what_happened_and_no_answer(world: World) -> None:
    case = held.give(world.parts, written(world))
    case = held.supplement(world.parts, cases.officer(), case, {**case.answers, "name": "宿利原　花子"})
    case = handed_in(world, held.confirm(world.parts, case, held.digest(world.parts, case)))
    told = world.store.history(case.id)
    assert [str(one.event) for one in told][-4:] == ["hold", "supplement", "confirm", "hand_in"]
    assert "花子" not in repr(told) + repr(case)
