"""The outbox: nothing is sent twice, nothing is lost, whatever fails in between."""

from chalicelib.services import deliver, limits
from tests.fakes import cases
from tests.fakes.world import a_world


def test_a_mail_that_could_not_leave_is_sent_later_and_once() -> None:
    world = a_world()
    cases.a_submitted(world)
    world.mailer.down = True
    assert deliver.drain(world.parts) == 0
    assert world.store.waiting() == 1
    world.mailer.down = False
    assert deliver.drain(world.parts) == 0
    world.clock.pass_(seconds=11)
    assert deliver.drain(world.parts) == 1
    world.clock.pass_(days=1)
    assert deliver.drain(world.parts) == 0
    assert len(world.mailer.sent) == 1


def test_a_worker_that_dies_after_sending_does_not_make_a_second_mail() -> None:
    world = a_world()
    cases.a_submitted(world)
    (effect,) = world.store.lease(world.clock(), 10)
    deliver._leave(world.parts, effect)  # and then the worker is gone, without `done`
    world.clock.pass_(minutes=2)
    deliver.drain(world.parts)
    assert world.mailer.handed_over == 2
    assert len(world.mailer.sent) == 1
    assert world.store.waiting() == 0


def test_two_workers_at_once_send_each_mail_once() -> None:
    world = a_world()
    for _ in range(5):
        cases.a_submitted(world)
    first = world.store.lease(world.clock(), 3)
    second = world.store.lease(world.clock(), 10)
    assert len(first) + len(second) == 5
    assert not {e.id for e in first} & {e.id for e in second}


BY_SMS = {"contact": {"notify": ["sms"], "mobile": ["090-1111-2222"]}}


def test_an_sms_that_could_not_leave_is_sent_later_and_once() -> None:
    world = a_world()
    cases.a_submitted(world, **BY_SMS)
    world.texts.down = True
    assert deliver.drain(world.parts) == 0
    world.texts.down = False
    world.clock.pass_(seconds=11)
    assert deliver.drain(world.parts) == 1
    assert [text.to for text in world.texts.sent] == ["09011112222"]
    assert world.mailer.sent == []


def test_the_thirteenth_sms_of_a_day_to_one_number_waits_for_the_next_day() -> None:
    world = a_world()
    for _ in range(limits.TEXTS.most + 1):
        cases.a_submitted(world, **BY_SMS)
    assert deliver.drain(world.parts, most=50) == limits.TEXTS.most
    world.clock.pass_(hours=1)
    assert deliver.drain(world.parts) == 0
    cases.a_submitted(world, contact={"notify": ["sms"], "mobile": ["080-3333-4444"]})
    assert deliver.drain(world.parts) == 1  # nobody else waits for it
    world.clock.pass_(days=1)
    assert deliver.drain(world.parts) == 1
    assert len(world.texts.sent) == limits.TEXTS.most + 2


def test_a_try_that_did_not_reach_the_service_does_not_count_as_an_sms() -> None:
    world = a_world()
    cases.a_submitted(world, **BY_SMS)
    world.texts.down = True
    for _ in range(limits.TEXTS.most + 3):
        deliver.drain(world.parts)
        world.clock.pass_(hours=1, seconds=1)
    world.texts.down = False
    assert deliver.drain(world.parts) == 1
