"""Each day is closed after the night, once, in a chain; what comes late or was changed is noticed."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import audit, worker
from chalicelib.domain.audit import Seal, lines
from chalicelib.domain.history import looked
from chalicelib.services import day_seals
from chalicelib.services.verify import DayChecked, Fault, Finding, Outside, verify
from tests.fakes import cases
from tests.fakes.world import World, a_world

FRIDAY = date(2026, 11, 20)
HALF_PAST_MIDNIGHT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""0:30 of Saturday in Japan."""


def seals(world: World) -> list[Seal]:
    """All seals, which must be ours."""
    stored = world.audit.seals(date.min, date.max)
    assert all(one.seal for one in stored)
    return [one.seal for one in stored if one.seal]


def found(world: World, first: date = FRIDAY, last: date | None = None, outside: Outside | None = None) -> list[Fault]:
    """The faults of a verification."""
    told = verify(world.audit, world.clock(), first, last or FRIDAY, outside)
    return [one.fault for one in told if isinstance(one, Finding)]


def a_sealed_friday() -> World:
    """A case of Friday, looked at and claimed; the worker has closed the day."""
    world = a_world()
    case = cases.in_review(world)
    world.parts.applications.look(looked(case.id, cases.officer().id, "山田 直子", world.clock()))
    world.clock.now = HALF_PAST_MIDNIGHT
    worker.tick(world.parts, reconcile=False)
    return world


def test_a_day_is_closed_half_an_hour_after_midnight_and_not_before() -> None:
    world = a_world()
    cases.a_submitted(world)
    world.clock.now = HALF_PAST_MIDNIGHT - timedelta(seconds=1)
    assert day_seals.run(world.parts) == (1, 0)
    assert [one.day for one in seals(world)] == [FRIDAY - timedelta(days=1)]
    world.clock.now = HALF_PAST_MIDNIGHT
    assert day_seals.run(world.parts) == (1, 0)
    assert [one.day for one in seals(world)] == [FRIDAY - timedelta(days=1), FRIDAY]
    assert day_seals.run(world.parts) == (0, 0)


def test_the_worker_closes_days_and_tells_how_many() -> None:
    world = a_world()
    cases.a_submitted(world)
    world.clock.now = HALF_PAST_MIDNIGHT
    numbers = worker.tick(world.parts, reconcile=False)
    assert (numbers["sealed"], numbers["seal_faults"]) == (1, 0)
    assert "sealed" not in worker.tick(world.parts, reconcile=False)


def test_days_that_were_missed_are_caught_up_in_order_and_without_a_gap() -> None:
    world = a_world()
    cases.a_submitted(world)
    world.clock.now = HALF_PAST_MIDNIGHT + timedelta(days=24)
    done = [day_seals.run(world.parts)[0] for _ in range(4)]
    assert done == [10, 10, 5, 0]
    assert [one.day for one in seals(world)] == [FRIDAY + timedelta(days=number) for number in range(25)]
    assert found(world, last=FRIDAY + timedelta(days=24)) == []


def test_many_workers_at_once_make_one_seal_a_day() -> None:
    world = a_world()
    cases.a_submitted(world)
    world.clock.now = HALF_PAST_MIDNIGHT
    done: list[int] = []
    racers = [threading.Thread(target=lambda: done.append(day_seals.run(world.parts)[0])) for _ in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(seals(world)) == 1
    assert sum(done) == 1


def test_an_entry_that_came_after_its_days_seal_is_noticed_the_next_night() -> None:
    world = a_world()
    case = cases.a_submitted(world)
    (late, *_) = [one.place for one in world.audit.entries(FRIDAY)][-1:]
    world.audit.late = {late}
    world.clock.now = HALF_PAST_MIDNIGHT
    day_seals.run(world.parts)
    world.audit.late = set()
    assert found(world) == [Fault.DAY]
    world.clock.pass_(days=1)
    assert day_seals.run(world.parts) == (1, 1)
    assert case.id


def test_nothing_is_built_on_a_seal_that_was_changed() -> None:
    world = a_sealed_friday()
    kept = world.audit.kept[FRIDAY.isoformat()]
    world.audit.kept[FRIDAY.isoformat()] = Seal(day=kept.day, count=0, digest=kept.digest, before=kept.before,
                                                sealed_at=kept.sealed_at, hash=kept.hash)
    world.clock.pass_(days=1)
    assert day_seals.run(world.parts) == (0, 1)
    assert found(world) == [Fault.BROKEN_SEAL]


def test_a_seal_that_is_due_and_missing_is_missed() -> None:
    world = a_sealed_friday()
    del world.audit.kept[FRIDAY.isoformat()]
    assert found(world) == []  # the worker has some minutes
    world.clock.pass_(minutes=11)
    assert found(world) == [Fault.MISSING_SEAL]


def test_what_was_changed_in_memory_too_is_found() -> None:
    world = a_sealed_friday()
    assert found(world) == []
    (id,) = world.store.entries
    events, seen = list(world.store.entries[id]), list(world.store.looked)
    tampered = {
        "the first event dropped": (events[1:], seen), "the last event dropped": (events[:-1], seen),
        "two events the other way round": ([events[1], events[0], *events[2:]], seen),
        "an event twice": ([*events, events[-1]], seen), "no look": (events, []),
        "another officer's look": (events, [looked(id, cases.officer().id, "だれか", seen[0].at)]),
        "a look more": (events, [*seen, looked(id, cases.officer().id, "山田 直子", seen[0].at + timedelta(seconds=1))]),
    }
    for what, (world.store.entries[id], world.store.looked) in tampered.items():
        assert found(world), what
    world.store.entries[id], world.store.looked = events, seen
    assert found(world) == []


def run(world: World, *arguments: str) -> tuple[int, list[str]]:
    """The auditor's command: (exit code, lines)."""
    said: list[str] = []
    return audit.main(arguments, world.audit, world.clock(), said.append), said


def test_the_command_says_in_plain_words_that_all_is_well() -> None:
    code, said = run(a_sealed_friday(), "verify")
    assert code == audit.RIGHT
    assert said[0].startswith("2026-11-20")
    assert said[1] == "2026-11-21　0件　まだ締めていません"
    assert said[-1] == "誤りはありません。"


def test_the_command_says_what_is_wrong_and_where_and_ends_with_one() -> None:
    world = a_sealed_friday()
    world.store.looked.clear()
    code, said = run(world, "verify", "--from", "2026-11-20", "--to", "2026-11-20")
    assert code == audit.WRONG
    assert any(line.startswith("誤り　2026-11-20　この日の記録が、締めたときと違います") for line in said)
    assert "誤りが 1 件あります" in said[-1]


def test_lines_kept_outside_betray_a_trail_that_was_made_again(tmp_path: Path) -> None:
    world = a_sealed_friday()
    code, kept = run(world, "digest")
    assert code == audit.RIGHT
    assert kept == lines(seals(world)).splitlines()
    (tmp_path / "kept").write_text("# 監査の控え\n\n" + "\n".join(kept), "utf-8")
    assert run(world, "verify", "--against", str(tmp_path / "kept"))[0] == audit.RIGHT
    world.store.looked.clear()
    world.audit.kept.clear()
    world.clock.pass_(minutes=1)
    day_seals.run(world.parts)
    assert run(world, "verify")[0] == audit.RIGHT
    code, said = run(world, "verify", "--against", str(tmp_path / "kept"))
    assert code == audit.WRONG
    assert any("外に控えたものと違います" in line for line in said)


@pytest.mark.parametrize("line", ["2026-11-20 3", "2026-13-20 3 abc", "2026-11-20 drei abc",
                                  "2026-11-20 3 abc\n2026-11-20 4 abc"])
def test_lines_that_cannot_be_read_are_not_passed_over(line: str, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text(line, "utf-8")
    code, said = run(a_sealed_friday(), "verify", "--against", str(tmp_path / "kept"))
    assert code == audit.NOT_DONE
    assert "控えのファイルを読めません" in said[0]


def test_without_a_single_seal_the_command_does_not_say_that_all_is_well() -> None:
    assert run(a_world(), "verify")[0] == audit.NOT_DONE


def test_every_fault_has_its_words() -> None:
    assert set(audit.WORDS) == set(Fault)
    assert DayChecked(FRIDAY, 0, is_open=True).is_open
