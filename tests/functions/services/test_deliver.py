"""The outbox: nothing is sent twice, nothing is lost, whatever fails in between."""

from chalicelib.services import deliver
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
