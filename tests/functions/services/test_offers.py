"""Lines that need no desk: what is known is filled in, one line is one application, and both channels end in one queue."""

import uuid
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound
from chalicelib.domain.sitting import Turn
from chalicelib.services import apply, contact, desks, held, offers, tablet
from chalicelib.services.desks import Family
from chalicelib.services.offers import NotConfirmed, Offer
from chalicelib.services.tablet import Leaving
from content.rules import form
from content.rules.answers import Answer
from content.rules.needs import Needs
from content.vocabulary.procedure import Procedure
from tests.fakes import cases
from tests.fakes.families import a_family, now, of
from tests.fakes.forms import filled, posted
from tests.fakes.world import World, a_world, ibusuki
from tests.personas import personas


@pytest.fixture
def world() -> World:
    return a_world()


def at_home(world: World, persona: str = "moving-2-family") -> tuple[Application, Needs]:
    """A family's interview on its phone, and what follows from it."""
    answers = next(one.answers for one in personas() if one.id == persona)
    interview = apply.begin(world.parts, str(uuid.uuid4()), "moving-in", answers)
    procedure = world.parts.catalogue.procedure("moving-in")
    return interview, desks.needs_of(world.parts, desks.event_of(world.parts, procedure), procedure, answers)


def offered(world: World, family: Family, procedure: str = "suido-kaishi") -> Offer:
    """What the console offers for that procedure."""
    found = offers.all_of(world.parts, family.case, family.needs)
    return next(one for one in found if one.procedure.id == procedure)


def line_of(world: World, interview: Application, found: Needs, procedure: str) -> str:
    """The line that the procedure does."""
    return next(one.line.id for one in offers.all_of(world.parts, interview, found) if one.procedure.id == procedure)


def added(world: World, case: Application) -> dict[str, Answer]:
    """What is known of a case, and something sound wherever the form asks for more."""
    procedure = held.form_of(world.parts, case)
    answers = dict(case.answers)
    for page in procedure.pages:
        told = form.known(procedure, answers)
        if form.asked_fields(page, told):
            answers = form.check_page(page, posted(page, told), answers, of=procedure).answers
    return {**answers, **case.answers}


def at_the_desk(world: World) -> Application:
    """山田 adds what is missing about Hanako's water, Hanako reads the whole and confirms it, and 山田 passes it on."""
    officer, family = cases.officer(), a_family(world)
    sitting = offers.hold(world.parts, officer, family, offered(world, family).line.id)
    case = world.store.get(sitting.case)
    case = held.supplement(world.parts, officer, case, added(world, case))
    case = held.confirm(world.parts, case, held.digest(world.parts, case))
    return tablet.hand_in(world.parts, officer, sitting, case, identity_checked="licence")


def on_the_phone(world: World) -> Application:
    """Another family answers what is left about its water, proves its address and sends it."""
    interview, found = at_home(world)
    draft = filled(world, offers.apply_for(world.parts, interview, found, line_of(world, interview, found, "suido-kaishi")))
    draft = contact.send_code(world.parts, draft)
    code = contact.code(world.parts, draft.id, draft.codes, "hanako@example.jp")
    return apply.send(world.parts, contact.confirm(world.parts, draft, code))


def test_what_was_written_at_home_and_what_an_officer_completed_stand_in_one_queue(world: World) -> None:
    desk, phone = at_the_desk(world), on_the_phone(world)
    assert (desk.channel, phone.channel) == ("tablet", "online")
    assert {row.id for row in world.store.queue("suido", State.SUBMITTED).rows} == {desk.id, phone.id}


def test_a_line_begun_at_home_holds_what_is_known_and_twice_it_is_one(world: World) -> None:
    interview, found = at_home(world)
    need = line_of(world, interview, found, "suido-kaishi")
    draft = offers.apply_for(world.parts, interview, found, need)
    assert (draft.procedure, draft.answers["name"], draft.answers["address"]) == (
        "suido-kaishi", "池田 太郎", "鹿児島県指宿市十町2番地")
    assert set(draft.taken_in) == set(draft.answers)
    assert offers.apply_for(world.parts, interview, found, need).id == draft.id


def test_what_the_card_will_say_is_not_taken_from_the_interview(world: World) -> None:
    interview, found = at_home(world)
    draft = offers.apply_for(world.parts, interview, found, line_of(world, interview, found, "kodomo-iryo"))
    assert draft.answers["phone"] == "090-1111-2222"
    assert not {"name", "address", "birthdate"} & set(draft.answers)


def test_whose_card_it_will_be_is_not_known_so_no_reading_of_a_name_waits_for_it(world: World) -> None:
    interview, found = at_home(world)
    draft = offers.apply_for(world.parts, interview, found, line_of(world, interview, found, "jido-teate"))
    assert "name_kana" not in draft.answers


def test_of_a_family_of_seven_the_childrens_form_lists_the_children(world: World) -> None:
    interview, found = at_home(world)
    draft = offers.apply_for(world.parts, interview, found, line_of(world, interview, found, "kodomo-iryo"))
    children = [draft.answers[f"children.{row}.person_name"] for row in draft.answers["children"]]
    assert children == ["池田 一", "池田 二葉", "池田 三吉"]


def test_an_application_that_was_withdrawn_makes_room_for_another(world: World) -> None:
    interview, found = at_home(world)
    need = line_of(world, interview, found, "suido-kaishi")
    first = apply.withdraw(world.parts, offers.apply_for(world.parts, interview, found, need))
    again = offers.apply_for(world.parts, interview, found, need)
    assert (again.state, again.id != first.id) == (State.DRAFT, True)


def test_the_water_is_in_the_name_of_who_was_chosen_for_it_and_not_of_the_head(world: World) -> None:
    interview, found = at_home(world)
    interview = replace(interview, answers={**interview.answers, "water": "own", "water_user": "row-2"})
    draft = offers.apply_for(world.parts, interview, found, line_of(world, interview, found, "suido-kaishi"))
    assert draft.answers["name"] == interview.answers["people.2.name"]


def test_the_allowance_of_a_baby_is_claimed_by_the_parent_who_earns_more(world: World) -> None:
    birth = next(one.answers for one in personas() if one.id == "birth-2-foreign-couple")
    interview = apply.begin(world.parts, str(uuid.uuid4()), "birth", birth)
    procedure = world.parts.catalogue.procedure("birth")
    found = desks.needs_of(world.parts, desks.event_of(world.parts, procedure), procedure, birth)
    (offer,) = (one for one in offers.all_of(world.parts, interview, found) if one.procedure.id == "jido-teate")
    assert (offer.answers["name"], offer.answers["birthdate"]) == ("TRAN VAN HAI", "1993-01-15")


def test_a_line_that_was_given_up_three_times_is_offered_no_more_with_what_is_known(world: World) -> None:
    interview, found = at_home(world)
    need = line_of(world, interview, found, "suido-kaishi")
    for _ in range(offers.BEGUN_MOST):
        apply.withdraw(world.parts, offers.apply_for(world.parts, interview, found, need))
    assert need not in {one.line.id for one in offers.all_of(world.parts, interview, found)}


def test_an_officer_holds_a_line_with_what_is_known_and_twice_it_is_one(world: World) -> None:
    family = a_family(world)
    need = offered(world, family).line.id
    sitting = offers.hold(world.parts, cases.officer(), family, need)
    case = world.store.get(sitting.case)
    assert (case.state, case.procedure, case.answers["name"]) == (State.HELD, "suido-kaishi", "指宿　花子")
    assert offers.hold(world.parts, cases.officer(), family, need).case == sitting.case


def test_what_was_begun_can_go_on_on_the_tablet(world: World) -> None:
    family = a_family(world)
    sitting = offers.hold(world.parts, cases.officer(), family, offered(world, family).line.id)
    lent = tablet.make_code(world.parts, cases.officer(), sitting, world.store.get(sitting.case), Turn.WRITE)
    assert tablet.codes(world.parts, lent) is not None
    assert world.store.get(sitting.case).state is State.DRAFT


def test_a_resident_who_leaves_in_the_middle_of_a_line_can_begin_it_again(world: World) -> None:
    family = a_family(world)
    sitting = offers.hold(world.parts, cases.officer(), family, offered(world, family).line.id)
    tablet.leave(world.parts, cases.officer(), sitting, world.store.get(sitting.case), Leaving.WIPED, place="hall")
    assert offered(world, family).case is None
    again = offers.hold(world.parts, cases.officer(), family, offered(world, family).line.id)
    assert again.case != sitting.case


def test_only_the_desk_at_which_the_family_sits_begins_a_line(world: World) -> None:
    family = a_family(world)
    with pytest.raises(NotAllowed):
        offers.hold(world.parts, of("fukushi"), now(world, family.case.id, of("fukushi")), offered(world, family).line.id)


def test_a_line_that_was_sent_is_not_begun_again(world: World) -> None:
    sent = at_the_desk(world)
    family = now(world, next(one.case for one in world.sittings.rows.values()))
    offer = offered(world, family)
    assert (offer.is_sent, offer.case and offer.case.reference) == (True, sent.reference)
    with pytest.raises(NotFound):
        offers.hold(world.parts, cases.officer(), family, offer.line.id)


def a_short_form() -> World:
    """A city hall whose water form asks only for what the interview has asked already."""
    catalogue = ibusuki()

    def short(one: Procedure) -> Procedure:
        if one.id != "suido-kaishi":
            return one
        pages = tuple(page.model_copy(update={"fields": fields}) for page in one.pages if (fields := tuple(
            field for field in page.fields if field.id in ("name", "name_kana", "address"))))
        return one.model_copy(update={"pages": pages})

    return World(catalogue.model_copy(update={"procedures": tuple(short(one) for one in catalogue.procedures)}))


def test_what_needs_no_desk_goes_to_its_departments_queue_with_the_answers() -> None:
    world = a_short_form()
    family = a_family(world)
    offer = offered(world, family)
    sent = offers.send(world.parts, cases.officer(), family, offer.line.id, spoken=True)
    assert (sent.state, sent.department, sent.channel, sent.answers["name"]) == (State.SUBMITTED, "suido", "tablet", "指宿　花子")
    assert [row.id for row in world.store.queue("suido", State.SUBMITTED).rows] == [sent.id]
    again = offers.send(world.parts, cases.officer(), family, offer.line.id, spoken=True)
    assert again.id == sent.id
    assert len(world.store.queue("suido", State.SUBMITTED).rows) == 1
    case = offered(world, family).case
    assert case is not None
    assert (case.id, offered(world, family).is_sent) == (sent.id, True)


def test_a_line_that_a_colleague_is_still_writing_is_not_said_to_be_sent() -> None:
    world = a_short_form()
    family = a_family(world)
    need = offered(world, family).line.id
    offers.hold(world.parts, cases.officer(), family, need)
    with pytest.raises(IllegalTransition):
        offers.send(world.parts, cases.officer(), family, need, spoken=True)
    assert world.store.queue("suido", State.SUBMITTED).rows == ()


def test_a_line_whose_form_wants_more_says_what(world: World) -> None:
    family = a_family(world)
    offer = offered(world, family)
    assert "払い方" in offer.missing
    assert "氏名" not in offer.missing
    with pytest.raises(FormFaulty):
        offers.send(world.parts, cases.officer(), family, offer.line.id, spoken=True)


def test_what_the_family_has_not_confirmed_goes_to_no_queue_in_its_name() -> None:
    world = a_short_form()
    family = a_family(world)
    need = offered(world, family).line.id
    with pytest.raises(NotConfirmed):
        offers.send(world.parts, cases.officer(), family, need, spoken=False)
    assert not world.store.queue("suido", State.SUBMITTED).rows
    sent = offers.send(world.parts, cases.officer(), family, need, spoken=True)
    assert world.store.history(sent.id)[0].detail["family"] == "spoken"


def test_what_the_family_has_confirmed_on_the_tablet_needs_no_word_of_the_officer() -> None:
    world = a_short_form()
    interview = a_family(world).case
    held.confirm(world.parts, interview, held.digest(world.parts, interview))
    family = now(world, interview.id)
    sent = offers.send(world.parts, cases.officer(), family, offered(world, family).line.id, spoken=False)
    assert world.store.history(sent.id)[0].detail["family"] == "tablet"


def test_an_answer_that_was_changed_after_the_confirmation_is_asked_about_again() -> None:
    world = a_short_form()
    interview = a_family(world).case
    confirmed = held.confirm(world.parts, interview, held.digest(world.parts, interview))
    held.supplement(world.parts, cases.officer(), confirmed, {**confirmed.answers, "phone": "090-3333-4444"})
    family = now(world, interview.id)
    with pytest.raises(NotConfirmed):
        offers.send(world.parts, cases.officer(), family, offered(world, family).line.id, spoken=False)
