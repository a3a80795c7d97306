"""What a resident can do with an application, told as at the desk."""

import uuid
from dataclasses import replace

import pytest

from chalicelib.domain.application import Event, State
from chalicelib.domain.errors import AlreadyThere, FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.services import apply, deliver, links, review
from tests.fakes import cases
from tests.fakes.outside import HANAKO
from tests.fakes.world import a_world


def test_the_same_id_twice_is_one_draft() -> None:
    world = a_world()
    id = str(uuid.uuid4())
    assert apply.begin(world.parts, id, "juminhyo") == apply.begin(world.parts, id.upper(), "juminhyo")
    assert len(world.store.cases) == 1


@pytest.mark.parametrize("id", ["", "1", "../../x", "3f2504e0-4f89-41d3-9a0c-0305e82c330"])
def test_an_id_that_is_no_uuid_is_not_found(id: str) -> None:
    with pytest.raises(NotFound):
        apply.begin(a_world().parts, id, "juminhyo")


def test_a_procedure_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        apply.begin(a_world().parts, str(uuid.uuid4()), "passport")


def test_name_and_address_come_from_the_card_and_not_from_the_form() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    page = world.parts.catalogue.procedure("juminhyo").page("applicant")
    saved, _ = apply.save_page(world.parts, draft, page, {"name": ["別人"], "address": ["よその町"]})
    assert saved.answers["name"] == HANAKO["name"]


def test_another_person_cannot_continue_a_draft() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    world.residents.person["subject"] = "ppid-other"
    other = world.residents.finish(world.residents.start(), code="good", now=world.clock())
    with pytest.raises(NotAllowed):
        apply.identify(world.parts, draft, other)


def test_faulty_answers_are_kept_so_that_nothing_typed_is_lost() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    page = world.parts.catalogue.procedure("juminhyo").page("copies")
    saved, check = apply.save_page(world.parts, draft, page, {"copies": ["99"]})
    assert saved.answers["copies"] == "99"
    assert [p.field for p in check.problems] == ["copies"]


def test_saving_the_same_answers_again_writes_nothing() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    page = world.parts.catalogue.procedure("juminhyo").page("copies")
    saved, _ = apply.save_page(world.parts, draft, page, {"copies": ["1"]})
    assert saved.version == draft.version


def test_answers_that_were_hidden_are_dropped_when_the_form_is_sent() -> None:
    world = a_world()
    draft = cases.a_draft(world, whose={"whose": ["members"], "members": ["指宿 一郎"]})
    page = world.parts.catalogue.procedure("juminhyo").page("whose")
    draft, _ = apply.save_page(world.parts, draft, page, {"whose": ["self"]})
    assert draft.answers["members"] == "指宿 一郎"
    sent = apply.submit(world.parts, draft, HANAKO["subject"], cases.a_signature(world, draft))
    assert "members" not in sent.answers


def test_a_form_with_a_gap_cannot_be_signed() -> None:
    world = a_world()
    draft = apply.begin(world.parts, str(uuid.uuid4()), "juminhyo")
    with pytest.raises(FormFaulty):
        apply.digest_to_sign(world.parts, draft)


def test_submitting_twice_gives_one_application_one_reference_and_one_mail() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    signature = cases.a_signature(world, draft)
    first = apply.submit(world.parts, draft, HANAKO["subject"], signature)
    with pytest.raises(Stale):
        apply.submit(world.parts, draft, HANAKO["subject"], signature)
    assert apply.submit(world.parts, first, HANAKO["subject"], signature) == first
    deliver.drain(world.parts)
    assert len(world.mailer.sent) == 1
    assert cases.events_of(world, draft.id).count(Event.SUBMIT) == 1


def test_a_signature_of_another_person_does_not_send_the_application() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    with pytest.raises(NotAllowed):
        apply.submit(world.parts, draft, "ppid-other", cases.a_signature(world, draft))


def test_what_was_changed_after_signing_is_not_sent() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    signature = cases.a_signature(world, draft)
    page = world.parts.catalogue.procedure("juminhyo").page("copies")
    draft, _ = apply.save_page(world.parts, draft, page, {"copies": ["3"]})
    with pytest.raises(FormFaulty):
        apply.submit(world.parts, draft, HANAKO["subject"], signature)


def test_a_correction_changes_only_the_fields_the_officer_named() -> None:
    world = a_world()
    case = cases.in_review(world)
    asked = review.request_correction(world.parts, cases.officer(), case, fields=["name_kana"], reason="kana-differs", words="")
    corrected, check = apply.correct(world.parts, asked, {"name_kana": ["いぶすき はなえ"], "copies": ["9"]})
    assert not check.problems
    assert corrected.answers["name_kana"] == "イブスキ ハナエ"
    assert corrected.answers["copies"] == "1"
    assert corrected.before_correction["name_kana"] == "イブスキ ハナコ"
    assert (corrected.state, corrected.officer) == (State.IN_REVIEW, case.officer)


def test_a_faulty_correction_is_told_and_changes_nothing() -> None:
    world = a_world()
    case = cases.in_review(world)
    asked = review.request_correction(world.parts, cases.officer(), case, fields=["name_kana"], reason="kana-differs", words="")
    same, check = apply.correct(world.parts, asked, {"name_kana": ["指宿"]})
    assert same.state is State.CORRECTION_REQUESTED
    assert check.problems


def test_withdrawing_while_a_payment_page_is_open_closes_the_page() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    withdrawn = apply.withdraw(world.parts, case)
    assert withdrawn.state is State.WITHDRAWN
    assert apply.withdraw(world.parts, withdrawn) == withdrawn


def test_a_paid_application_cannot_be_withdrawn_by_a_button() -> None:
    world = a_world()
    with pytest.raises(IllegalTransition):
        apply.withdraw(world.parts, cases.ready_to_issue(world))


def test_a_resume_mail_leads_back_to_the_draft_and_only_to_it() -> None:
    world = a_world()
    draft = apply.send_resume_link(world.parts, cases.a_draft(world))
    deliver.drain(world.parts)
    (mail,) = world.mailer.sent
    secret = links.resume_url(world.parts, draft).rpartition("/")[2]
    assert secret in mail.text
    assert links.open_link(world.parts, secret, links.RESUME, place="here").id == draft.id
    with pytest.raises(NotFound):
        links.open_link(world.parts, secret, links.STATUS, place="here")


def test_nobody_can_flood_an_inbox_with_resume_mails() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    for _ in range(apply.RESUME_LINKS_MOST):
        draft = apply.send_resume_link(world.parts, draft)
    with pytest.raises(FormFaulty):
        apply.send_resume_link(world.parts, draft)


def test_one_id_cannot_be_used_for_two_procedures() -> None:
    world = a_world()
    draft = apply.begin(world.parts, str(uuid.uuid4()), "juminhyo")
    world.store.cases[draft.id] = replace(draft, procedure="other")
    with pytest.raises(AlreadyThere):
        apply.begin(world.parts, draft.id, "juminhyo")


def test_no_notice_names_the_person_or_the_procedure() -> None:
    world = a_world()
    cases.dispatched(world)
    while deliver.drain(world.parts):
        pass
    assert len(world.mailer.sent) == 4
    for mail in world.mailer.sent:
        for personal in ("花子", "ハナコ", "十町", "1985", "住民票"):
            assert personal not in mail.subject + mail.text
