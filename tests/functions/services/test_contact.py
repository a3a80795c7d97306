"""A code that proves an address: right once, for half an hour, and not to be guessed."""

import uuid

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.domain.errors import FormFaulty, NotAllowed, TooMany
from chalicelib.services import apply, contact, deliver
from tests.fakes.forms import filled
from tests.fakes.world import World, a_world


def a_draft(world: World) -> Application:
    """A form for the water supply, everything answered, nobody proved."""
    return filled(world, apply.begin(world.parts, str(uuid.uuid4()), "suido-kaishi"))


def code_in_the_mail(world: World) -> str:
    """The number in the newest mail."""
    deliver.drain(world.parts)
    return world.mailer.sent[-1].text.split("確認の番号は ")[1][:6]


def test_an_application_without_a_card_is_sent_only_from_a_proved_address() -> None:
    world = a_world()
    draft = a_draft(world)
    with pytest.raises(FormFaulty):
        apply.send(world.parts, draft)
    draft = contact.confirm(world.parts, contact.send_code(world.parts, draft), code_in_the_mail(world))
    assert apply.send(world.parts, draft).state is State.SUBMITTED


def test_another_address_must_be_proved_anew() -> None:
    world = a_world()
    draft = contact.confirm(world.parts, contact.send_code(world.parts, a_draft(world)), code_in_the_mail(world))
    page = world.parts.catalogue.procedure("suido-kaishi").page("contact")
    posted = {field.id: [str(draft.answers.get(field.id, ""))] for field in page.fields} | {"mail": ["other@example.jp"]}
    draft, _ = apply.save_page(world.parts, draft, page, posted)
    assert not apply.is_confirmed(world.parts, draft)
    with pytest.raises(FormFaulty):
        apply.send(world.parts, draft)


def test_what_needs_a_signature_or_a_card_is_never_sent_without() -> None:
    world = a_world()
    for id in ("juminhyo", "shotoku-kazei"):
        with pytest.raises(NotAllowed):
            apply.send(world.parts, apply.begin(world.parts, str(uuid.uuid4()), id))


def test_a_code_is_worth_nothing_after_half_an_hour_or_when_a_newer_one_was_sent() -> None:
    world = a_world()
    draft = contact.send_code(world.parts, a_draft(world))
    first = code_in_the_mail(world)
    world.clock.pass_(minutes=31)
    with pytest.raises(FormFaulty):
        contact.confirm(world.parts, draft, first)
    draft = contact.send_code(world.parts, draft)
    second = code_in_the_mail(world)
    assert first != second
    with pytest.raises(FormFaulty):
        contact.confirm(world.parts, draft, first)
    assert contact.confirm(world.parts, draft, second).confirmed_contact == "hanako@example.jp"


def test_a_code_cannot_be_guessed() -> None:
    world = a_world()
    draft = contact.send_code(world.parts, a_draft(world))
    right = code_in_the_mail(world)
    for guess in range(10):
        with pytest.raises(FormFaulty):
            contact.confirm(world.parts, draft, f"{(int(right) + 1 + guess) % 10**6:06d}")
    with pytest.raises(TooMany):
        contact.confirm(world.parts, draft, right)


def test_pressing_twice_sends_one_mail() -> None:
    world = a_world()
    draft = contact.send_code(world.parts, a_draft(world))
    contact.send_code(world.parts, draft)
    deliver.drain(world.parts)
    assert len(world.mailer.sent) == 1


def test_a_second_application_of_the_same_person_is_found() -> None:
    world = a_world()
    first = contact.confirm(world.parts, contact.send_code(world.parts, a_draft(world)), code_in_the_mail(world))
    second = contact.confirm(world.parts, contact.send_code(world.parts, a_draft(world)), code_in_the_mail(world))
    assert [other.id for other in apply.others_open(world.parts, second)] == [first.id]
    apply.withdraw(world.parts, first)
    assert apply.others_open(world.parts, second) == ()
