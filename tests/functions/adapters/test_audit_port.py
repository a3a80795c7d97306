"""What the audit trail must do; the one in memory and the one over DynamoDB are held to the same sentences."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.audit_rows import taken_row
from chalicelib.adapters.table import Keys
from chalicelib.domain.audit import Entry, digest_of, seal_of
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.history import GENESIS, Look, looked, whole
from chalicelib.domain.ports import Audit
from chalicelib.domain.receipts import Taking
from chalicelib.services import review
from chalicelib.services.verify import DayChecked, Fault, Finding, verify
from content.rules.opening import JAPAN
from tests.fakes import cases
from tests.fakes.outside import SUZUKI, YAMADA
from tests.fakes.world import FRIDAY_NOON, World, a_world
from tests.functions.store_cost import on_the_real_store
from tests.prove import erasure

TODAY = FRIDAY_NOON.astimezone(JAPAN).date()


@dataclass(frozen=True)
class Hall:
    """A city hall and its audit trail."""

    world: World

    @property
    def audit(self) -> Audit:
        """The trail."""
        return self.world.parts.audit


@pytest.fixture(params=["memory", "dynamodb"])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    """Both in turn."""
    if request.param == "memory":
        yield Hall(a_world())
    else:
        yield Hall(on_the_real_store(tmp_path, request.getfixturevalue("store_url"))[0])


def sees(hall: Hall, case: ApplicationId, officer: object = YAMADA, **later: float) -> Look:
    """An officer's look at a case."""
    who = cases.officer(officer)
    look = looked(case, who.id, who.name, hall.world.clock() + timedelta(**later))
    hall.world.parts.applications.look(look)
    return look


def test_a_day_holds_events_and_looks_in_order_and_nothing_of_another_day(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    look = sees(hall, case.id, seconds=5)
    hall.world.clock.pass_(days=1)
    sees(hall, case.id)
    entries = list(hall.audit.entries(TODAY))
    assert [one.place for one in entries] == sorted(one.place for one in entries)
    assert entries[-1].what == look
    assert [one.what for one in entries[:-1]] == list(hall.world.parts.applications.history(case.id))
    assert not any(one.stray for one in entries)
    assert len(list(hall.audit.entries(TODAY + timedelta(days=1)))) == 1


def test_a_day_in_japan_begins_at_nine_in_the_evening_before_in_utc(hall: Hall) -> None:
    hall.world.clock.now = FRIDAY_NOON.replace(hour=15)  # 0:00 in Japan
    cases.a_submitted(hall.world)
    assert list(hall.audit.entries(TODAY)) == []
    assert list(hall.audit.entries(TODAY + timedelta(days=1)))


def test_a_case_tells_its_trail_and_where_it_ends_without_its_key(hall: Hall) -> None:
    case = review.claim(hall.world.parts, cases.officer(), cases.a_submitted(hall.world))
    sees(hall, case.id)
    trail = hall.audit.trail(case.id)
    assert trail.head is not None
    assert (trail.head.reference, trail.head.department) == (case.reference, "shimin")
    assert whole(trail.history(), trail.head.version, trail.head.last_hash)
    assert len(trail.entries) == case.version + 1
    assert dict(hall.audit.heads([case.id, ApplicationId("0" * 36)])) == {case.id: trail.head}
    assert dict(hall.audit.heads([])) == {}


def test_an_unknown_case_has_no_trail(hall: Hall) -> None:
    trail = hall.audit.trail(ApplicationId("00000000-0000-4000-8000-000000000000"))
    assert trail.entries == ()
    assert trail.head is None


def test_a_page_of_a_day_shows_what_officers_saw_and_did_in_pieces_without_a_gap(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    for second in range(5):
        sees(hall, case.id, SUZUKI if second == 2 else YAMADA, seconds=second)
    hall.world.clock.pass_(minutes=1)
    case = review.claim(hall.world.parts, cases.officer(), case)
    found: list[Entry] = []
    after = None
    while True:
        piece = hall.audit.page(TODAY, after=after, most=2)
        found += piece.entries
        after = piece.next
        if after is None:
            break
    assert [one.place for one in found] == sorted({one.place for one in found})
    assert len(found) == 6
    of_suzuki = hall.audit.page(TODAY, officer=OfficerId("staff-suzuki")).entries
    assert [one.what.officer for one in of_suzuki if isinstance(one.what, Look)] == ["staff-suzuki"]


def a_download(hall: Hall) -> Taking:
    """An officer takes a file of an export."""
    who = cases.officer(YAMADA)
    taking = Taking("shimin", "20261120-ABCDEF", "1.csv", who.id, who.name, hall.world.clock())
    hall.world.parts.receipts.take(taking)
    return taking


def test_a_download_of_an_export_belongs_to_its_day_and_is_nothing_wrong(hall: Hall) -> None:
    taking = a_download(hall)
    assert [(one.taken, one.what, one.stray) for one in hall.audit.entries(TODAY)] == [(taking, None, False)]
    assert list(verify(hall.audit, hall.world.clock(), TODAY, TODAY)) == [DayChecked(TODAY, 1, is_open=True)]
    assert hall.audit.page(TODAY).entries == hall.audit.page(TODAY, officer=taking.officer).entries == ()


def test_a_download_that_was_written_by_another_hand_is_found(tmp_path: Path, store_url: str) -> None:
    hall = Hall(on_the_real_store(tmp_path, store_url)[0])
    row = taken_row(Keys(erasure._city(hall.world)), a_download(hall))
    row.body = row.body.replace("1.csv", "2.csv")
    row.save()
    assert Finding(Fault.STRAY, TODAY.isoformat(), row.gsi1sk) in verify(hall.audit, hall.world.clock(), TODAY, TODAY)
    row.body = "{}"
    row.save()
    assert Finding(Fault.UNREADABLE, TODAY.isoformat(), row.gsi1sk) in verify(hall.audit, hall.world.clock(), TODAY, TODAY)


def test_a_made_up_place_to_go_on_from_does_no_harm(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    sees(hall, case.id)
    place = "2026-11-20T03:00:00+00:00#00000000-0000-4000-8000-000000000000#look#x"
    assert len(hall.audit.page(TODAY, after=place).entries) <= 1


def test_seals_come_back_as_they_were_closed_and_a_day_is_closed_once(hall: Hall) -> None:
    assert hall.audit.last_seal() is None
    count, digest = digest_of(hall.audit.entries(TODAY))
    first = seal_of(TODAY, count, digest, before=GENESIS, at=FRIDAY_NOON)
    second = seal_of(TODAY + timedelta(days=1), 0, digest, before=first.hash, at=FRIDAY_NOON)
    assert hall.audit.close(first)
    assert hall.audit.close(second)
    assert not hall.audit.close(seal_of(TODAY, 7, digest, before=GENESIS, at=FRIDAY_NOON))
    assert [one.seal for one in hall.audit.seals(TODAY, TODAY + timedelta(days=5))] == [first, second]
    last = hall.audit.last_seal()
    assert last is not None
    assert last.seal == second
    assert hall.audit.seals(TODAY + timedelta(days=2), TODAY + timedelta(days=9)) == ()


def test_of_many_who_close_a_day_at_once_exactly_one_does(hall: Hall) -> None:
    done: list[bool] = []

    def close(number: int) -> None:
        done.append(hall.audit.close(seal_of(TODAY, number, "d", before=GENESIS, at=FRIDAY_NOON)))

    racers = [threading.Thread(target=close, args=(number,)) for number in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(done) == [False] * 7 + [True]


def test_a_look_says_what_it_says_under_a_hash(hall: Hall) -> None:
    look = sees(hall, cases.a_submitted(hall.world).id)
    assert look.hash == looked(look.application, look.officer, look.name, look.at).hash
    assert look.hash != looked(look.application, look.officer, look.name, look.at + timedelta(seconds=1)).hash
    assert hall.world.parts.applications.looks(look.application, look.at) == (look,)
