"""What the machine finds becomes a task, once, for whoever can do something about it."""

import json
import uuid
from dataclasses import replace

import pytest

from chalicelib import worker
from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotAllowed, NotFound, ProviderDown, Stale
from chalicelib.domain.task import Task, TaskKind
from chalicelib.services import apply, bounces, decide, deliver, pay, review, tasks, timers
from chalicelib.services.officers import Role
from tests.fakes import cases
from tests.fakes.outside import YAMADA
from tests.fakes.world import World, a_world

BACK = "http://localhost:8080/status/x/paid"


def only(world: World, department: str | None = "shimin") -> Task:
    """The one open task."""
    (task,) = world.store.tasks.open(department)
    return task


def drain(world: World) -> None:
    """Let everything leave that can."""
    while deliver.drain(world.parts):
        pass


def an_open_payment(world: World) -> tuple[Application, str]:
    """A case whose payment page is open, and its attempt key."""
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to=BACK)
    case = world.store.get(case.id)
    return case, cases.attempt_key_of(case)


def bounced(world: World, case: Application, mail: str = "7_0") -> bool:
    """SES tells of a mail of the case."""
    return bounces.came_back(world.parts, {"what": "bounced", "effect": f"{case.id}_{mail}", "sort": "Permanent", "at": "x"})


def test_money_for_an_erased_case_is_a_task_of_no_department() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    world.store.cases[case.id] = replace(case, state=State.ERASED)
    paid = world.provider.pay(key, world.clock())
    for said in ("evt_1", "evt_2"):
        pay.settle(world.parts, paid, said_id=said)
    task = only(world, None)
    assert (task.kind, task.detail) == (TaskKind.PAYMENT_WITHOUT_CASE, {"checkout": paid.id, "yen": "410"})
    assert world.store.open_attempts() == ()


def test_an_erased_case_whose_payment_had_its_effect_before_makes_no_task() -> None:
    world = a_world()
    case = cases.ready_to_issue(world)
    world.store.cases[case.id] = replace(case, state=State.ERASED)
    pay.settle(world.parts, world.provider.checkouts[cases.attempt_key_of(case)], said_id="evt_9")
    assert world.store.tasks.open(None) == ()


def test_what_another_city_was_paid_is_not_our_task() -> None:
    world = a_world()
    _, key = an_open_payment(world)
    paid = world.provider.pay(key, world.clock())
    pay.settle(world.parts, replace(paid, reference=f"m131016-{uuid.uuid4().hex}-f1-a1"), said_id="evt_1")
    assert world.store.tasks.open(None) == ()


def test_another_amount_than_decided_is_given_back_and_looked_at() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    world.provider.checkouts[key] = replace(world.provider.checkouts[key], yen=300)
    pay.settle(world.parts, world.provider.pay(key, world.clock()), said_id="evt_1")
    task = only(world)
    assert (task.kind, task.case, task.detail) == (TaskKind.CAPTURE_DIFFERS, case.id, {"yen": "300", "decided": "410"})


def test_the_right_amount_for_a_fee_that_was_taken_back_needs_nobody() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    decide.reconsider_fee(world.parts, cases.officer(), case)
    pay.settle(world.parts, world.provider.pay(key, world.clock()), said_id="evt_1")
    assert world.store.tasks.open("shimin") == ()


def test_a_refund_that_is_refused_for_good_becomes_a_task_and_is_not_tried_again() -> None:
    world = a_world()
    decide.reject(world.parts, cases.officer(), cases.ready_to_issue(world), reason="duplicate")
    world.provider.refuses = True
    drain(world)
    assert only(world).kind is TaskKind.REFUND_FAILED
    assert only(world).detail["yen"] == "410"
    assert world.store.waiting() == 0


def test_a_refund_while_the_provider_is_down_waits_and_is_no_task_yet() -> None:
    world = a_world()
    decide.reject(world.parts, cases.officer(), cases.ready_to_issue(world), reason="duplicate")
    world.provider.down = True
    drain(world)
    assert world.store.tasks.open("shimin") == ()
    assert world.store.waiting() == 1


def test_what_could_not_leave_twenty_times_is_told_once_and_tried_on() -> None:
    world = a_world()
    cases.a_submitted(world)
    world.mailer.down = True
    for number in range(25):
        assert len(world.store.tasks.open("shimin")) == (1 if number >= 20 else 0)
        deliver.drain(world.parts)
        world.clock.pass_(hours=2)
    assert only(world).detail == {"effect": "mail"}
    world.mailer.down = False
    assert deliver.drain(world.parts) == 1


def test_a_mail_that_came_back_marks_the_case_and_is_one_task_however_often_it_is_told() -> None:
    world = a_world()
    case = cases.a_submitted(world)
    for _ in range(3):
        assert bounced(world, case)
    assert bounced(world, case, "8_0")
    assert world.store.get(case.id).bounced
    assert cases.events_of(world, case.id).count(Event.BOUNCE) == 2
    assert only(world).kind is TaskKind.MAIL_BOUNCED
    assert world.store.queue("shimin", State.SUBMITTED).rows[0].bounced


def test_a_corrected_address_clears_the_mark_and_the_next_return_is_a_new_task() -> None:
    world = a_world()
    case = cases.in_review(world)
    bounced(world, case)
    case = asked_for(world, case.id, "mail")
    case, check = apply.correct(world.parts, case, {"mail": ["new@example.jp"]})
    assert not check.problems
    assert not case.bounced
    drain(world)
    assert world.mailer.sent[-1].to == "new@example.jp"
    bounced(world, case, "12_0")
    assert len(world.store.tasks.open("shimin")) == 2


def asked_for(world: World, id: ApplicationId, field: str) -> Application:
    """山田 asks the resident to put a field right."""
    return review.request_correction(world.parts, cases.officer(), world.store.get(id), fields=[field], reason="other",
                                     words="確かめてください")


def test_a_correction_of_something_else_leaves_the_mark() -> None:
    world = a_world()
    case = cases.in_review(world)
    bounced(world, case)
    case = asked_for(world, case.id, "copies")
    case, _ = apply.correct(world.parts, case, {"copies": ["2"]})
    assert case.bounced


def test_the_mail_of_a_draft_is_nobodys_task() -> None:
    world = a_world()
    draft = cases.a_draft(world)
    assert bounced(world, draft)
    assert world.store.get(draft.id).bounced
    assert world.store.tasks.open("shimin") == ()


@pytest.mark.parametrize("effect", ["", "x", "5f7b6f5e-8a0c-4d0e-9a52-2f4a3c1d6e7b_1_0", "'; drop"])
def test_a_notice_about_no_mail_of_ours_is_dropped(effect: str) -> None:
    assert not bounces.came_back(a_world().parts, {"effect": effect})


def test_one_attempt_that_cannot_be_asked_about_does_not_stop_the_others() -> None:
    world = a_world()
    open_ones = [an_open_payment(world) for _ in range(3)]
    for _, key in open_ones:
        world.provider.pay(key, world.clock())
    first = sorted(key for _, key in open_ones)[0]
    world.provider.broken.add(f"co_{first}")
    assert pay.reconcile(world.parts) == 2
    assert sorted(world.store.get(case.id).state for case, _ in open_ones) == [
        State.AWAITING_PAYMENT, State.READY_TO_ISSUE, State.READY_TO_ISSUE]


def test_more_open_attempts_than_one_piece_are_all_asked_about() -> None:
    world = a_world()
    case, key = an_open_payment(world)
    attempt, checkout = world.store.attempts[key], world.provider.checkouts[key]
    for number in range(2, 253):
        other = f"{key.rpartition('-')[0]}-a{number}"
        world.store.attempts[other] = replace(attempt, key=other, checkout=f"co_{other}", number=number)
        world.provider.checkouts[other] = replace(checkout, id=f"co_{other}", reference=other)
    assert pay.reconcile(world.parts) == 252
    assert world.store.get(case.id).state is State.AWAITING_PAYMENT


def test_a_provider_that_answers_nothing_is_told_as_down() -> None:
    world = a_world()
    an_open_payment(world)
    world.provider.down = True
    with pytest.raises(ProviderDown):
        pay.reconcile(world.parts)


def test_nothing_expires_unasked_and_the_other_deadlines_are_kept() -> None:
    world = a_world()
    case, _ = an_open_payment(world)
    draft = cases.a_draft(world)
    world.clock.pass_(days=60)
    world.provider.down = True
    timers.run(world.parts)
    assert world.store.get(case.id).state is State.AWAITING_PAYMENT
    assert world.store.get(draft.id).state is State.EXPIRED


def test_only_the_head_puts_a_difference_away() -> None:
    world = a_world()
    task = Task(id="day-differs-1", kind=TaskKind.DAY_DIFFERS, department="shimin", case=None, opened_at=world.clock(),
                detail={"day": "2026-11-20", "yen": "-10"})
    world.store.tasks.put(task)
    with pytest.raises(NotAllowed):
        tasks.done(world.parts, cases.tanaka(Role.CASHIER), task)
    tasks.done(world.parts, cases.tanaka(Role.HEAD), task)
    assert world.store.tasks.open("shimin") == ()


def test_who_runs_the_system_sees_the_tasks_of_no_department_and_only_those() -> None:
    world = a_world()
    case = cases.a_submitted(world)
    tasks.found(world.parts, TaskKind.OUTBOX_STUCK, "1", case=case, detail={"effect": "mail"})
    tasks.found(world.parts, TaskKind.PAYMENT_WITHOUT_CASE, "2", detail={"checkout": "co_1", "yen": "410"})
    admin, reviewer = cases.officer(YAMADA, Role.ADMIN), cases.officer()
    assert [task.kind for task in tasks.waiting(world.parts, admin)] == [TaskKind.PAYMENT_WITHOUT_CASE]
    assert [task.kind for task in tasks.waiting(world.parts, reviewer)] == [TaskKind.OUTBOX_STUCK]
    with pytest.raises(NotFound):
        tasks.opened(world.parts, reviewer, only(world, None).id)
    assert tasks.may_do(admin, only(world, None))


def test_what_the_queue_holds_beside_our_mails_is_dropped_and_what_fails_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    case = cases.a_submitted(world)
    ours = json.dumps({"what": "bounced", "effect": f"{case.id}_8_0", "sort": "Permanent"})
    assert worker.mail_came_back(world.parts, ["not json", "[]", "{}", ours]) == {"bounced": 1}

    def always_stale(*_: object, **__: object) -> None:
        raise Stale("race")

    monkeypatch.setattr(world.store, "write", always_stale)
    with pytest.raises(worker.RoundFailed):
        worker.mail_came_back(world.parts, [ours.replace("_8_0", "_9_0")])
