"""Handing finished cases on: each in exactly one receipt, and its files the same whenever they are made."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import Refund
from chalicelib.domain.errors import AlreadyThere, NotAllowed, NotFound
from chalicelib.domain.receipts import Receipt
from chalicelib.services import decide, export, export_format, timers
from chalicelib.services.officers import Officer, Role
from content.vocabulary.form import Field, FieldChoice, FieldKind, Page, Part
from content.vocabulary.procedure import ExportColumn
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.fakes.world import World, a_world, a_world_where_juminhyo, ibusuki

ONE, TWO = "20261120-AAAAAA", "20261120-BBBBBB"


@pytest.fixture
def world() -> World:
    return a_world()


def exported(world: World, number: str = ONE, officer: Officer | None = None) -> Receipt:
    """A receipt of everything that waits, complete."""
    who = officer or cases.officer()
    begun = export.begin(world.parts, who, "juminhyo", number)
    assert begun is not None
    return export.go_on(world.parts, who, begun)


def text(world: World, receipt: Receipt, kind: str = "jsonl", place: int = 1) -> str:
    return "".join(export.file(world.parts, cases.officer(), receipt, place, kind))


def rows(world: World, receipt: Receipt) -> list[dict[str, Any]]:
    """All JSON Lines of a receipt."""
    return [json.loads(line) for place in range(1, len(receipt.files) + 1)
            for line in text(world, receipt, "jsonl", place).splitlines()]


def table(csv_text: str) -> list[dict[str, str]]:
    """A CSV as a spreadsheet reads it."""
    assert csv_text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff"), newline="")))


def test_a_finished_case_leaves_in_one_receipt_with_its_history_entry(world: World) -> None:
    case = cases.rejected(world)
    cases.in_review(world)
    receipt = exported(world)
    assert [held.id for held in receipt.cases] == [case.id]
    assert world.store.get(case.id).exported_in == ONE
    assert cases.events_of(world, case.id)[-1] is Event.EXPORT
    assert world.store.history(case.id)[-1].detail == {"receipt": ONE}
    assert export.begin(world.parts, cases.officer(), "juminhyo", TWO) is None


def test_the_columns_are_the_fixed_ones_and_then_the_procedures_own(world: World) -> None:
    case = cases.rejected(world)
    (row,) = table(text(world, exported(world), "csv"))
    own = [column.header for column in ibusuki().procedure("juminhyo").export]
    assert list(row) == [*export_format.FIXED, *own]
    assert (row["reference"], row["state"], row["outcome"], row["channel"]) == (case.reference, "rejected", "duplicate", "online")
    assert (row["submitted_at"], row["ended_at"]) == ("2026-11-20T12:00:00+09:00",) * 2
    assert (row["生年月日"], row["のせる人"], row["記載事項"]) == ("1985-03-15", "自分だけ", "どれもいらない")


def test_json_lines_name_a_value_as_gif_does_and_a_choice_by_its_id(world: World) -> None:
    case = cases.rejected(world)
    (row,) = rows(world, exported(world))
    assert row["answers"]["fullName"] == case.answers["name"]
    assert row["answers"]["dateOfBirth"] == "1985-03-15"
    assert row["answers"]["items"] == ["none"]


def test_money_is_told_as_it_was_when_the_receipt_was_made(world: World) -> None:
    paid = cases.dispatched(world)
    world.clock.pass_(days=40)
    timers.run(world.parts)
    receipt = exported(world)
    before = text(world, receipt)
    (row,) = rows(world, receipt)
    assert (row["state"], row["fee"], row["paid_yen"], row["refunded_yen"]) == ("completed", 410, 410, 0)
    case = world.store.get(paid.id)
    later = Refund(number=1, yen=110, reason="overpaid", by=cases.officer().id, at=world.clock() + timedelta(minutes=1))
    world.store.cases[paid.id] = replace(case, refunds=(later,))
    assert text(world, receipt) == before


@pytest.mark.parametrize("name", ["辻\U000e0101 𠮷子", "髙橋 葛\U000e0100", "\U0010de92 花子"])
def test_rare_characters_leave_as_they_came(world: World, name: str) -> None:
    case = cases.rejected(world)
    world.store.cases[case.id] = replace(case, answers={**case.answers, "name": name})
    receipt = exported(world)
    assert rows(world, receipt)[0]["answers"]["fullName"] == name
    assert table(text(world, receipt, "csv"))[0]["氏名"] == name


@pytest.mark.parametrize("written", ["=1+1", "+81 90", "-5", "@SUM(A1)", "\t=1", "＝1+1", "\r=1"])
def test_no_cell_is_run_by_a_spreadsheet_and_json_says_what_was_written(world: World, written: str) -> None:
    case = cases.rejected(world)
    world.store.cases[case.id] = replace(case, answers={**case.answers, "purpose": written})
    receipt = exported(world)
    assert table(text(world, receipt, "csv"))[0]["使いみち"] == "'" + written
    assert rows(world, receipt)[0]["answers"]["purpose"] == written


def test_the_csv_is_what_rfc_4180_says(world: World) -> None:
    case = cases.rejected(world)
    awkward = 'かぎ「」, "引用"\n2行め'
    world.store.cases[case.id] = replace(case, answers={**case.answers, "purpose": awkward})
    written = text(world, exported(world), "csv")
    assert written.count("\r\n") == 2
    assert table(written)[0]["使いみち"] == awkward


DOGS = Page(id="dogs", title="犬", fields=(
    Field(id="dogs", kind=FieldKind.GROUP, label="犬", row="犬", parts=(
        Part(id="name", kind=FieldKind.TEXT, label="名前", gif="petName"),
        Part(id="sex", kind=FieldKind.CHOICE, label="性別",
             choices=(FieldChoice(id="m", label="オス"), FieldChoice(id="f", label="メス"))),
    )),
    Field(id="photos", kind=FieldKind.FILE, label="写真")))


def a_world_with_dogs() -> World:
    """住民票 whose form also asks for dogs and photographs."""
    pages = (*ibusuki().procedure("juminhyo").pages, DOGS)
    columns = tuple(ExportColumn(header=header, field=field) for header, field in (("犬", "dogs"), ("写真", "photos")))
    return a_world_where_juminhyo(pages=pages, export=columns)


def with_dogs(world: World) -> Application:
    """A refused case with two dogs and two photographs."""
    world.parts = replace(world.parts, catalogue=ibusuki())
    case = cases.rejected(world)
    world.parts = replace(world.parts, catalogue=a_world_with_dogs().parts.catalogue)
    more: dict[str, str | tuple[str, ...]] = {"dogs": ("1", "3"), "dogs.1.name": "ポチ", "dogs.1.sex": "m", "dogs.3.name": "ハナ",
                                             "photos": ("f1", "f2")}
    world.store.cases[case.id] = replace(case, answers={**case.answers, **more})
    return case


def test_repeated_rows_and_files_stand_in_one_cell_as_they_do_in_json() -> None:
    world = a_world_with_dogs()
    with_dogs(world)
    receipt = exported(world)
    dogs = [{"petName": "ポチ", "sex": "m"}, {"petName": "ハナ", "sex": ""}]
    assert rows(world, receipt)[0]["answers"] == {"dogs": dogs, "photos": {"count": 2, "ids": ["f1", "f2"]}}
    (row,) = table(text(world, receipt, "csv"))
    assert (json.loads(row["犬"]), json.loads(row["写真"])) == (dogs, {"count": 2, "ids": ["f1", "f2"]})


def test_a_file_stays_the_same_when_the_form_changes_afterwards() -> None:
    world = a_world_with_dogs()
    with_dogs(world)
    receipt = exported(world)
    before = [text(world, receipt, kind) for kind in export.KINDS]
    world.parts = replace(world.parts, catalogue=ibusuki())
    again = export.opened(world.parts, cases.officer(), ONE)
    assert [text(world, again, kind) for kind in export.KINDS] == before


def test_the_digests_are_those_of_the_files(world: World) -> None:
    cases.rejected(world)
    receipt = exported(world)
    for kind in export.KINDS:
        told = getattr(receipt.files[0], kind)
        assert hashlib.sha256(text(world, receipt, kind).encode()).hexdigest() == told
    assert receipt.digest == receipt.files[0].jsonl


def test_an_erased_case_is_a_row_that_says_so_and_nothing_of_the_person(world: World) -> None:
    case, kept = cases.rejected(world), cases.rejected(world)
    receipt = exported(world)
    world.store.cases[case.id] = replace(world.store.cases[case.id], state=State.ERASED)
    gone, other = sorted(rows(world, receipt), key=lambda row: row["reference"] != case.reference)
    assert {name: value for name, value in gone.items() if value} == {
        "format": 1, "receipt": ONE, "reference": case.reference, "procedure": "juminhyo", "state": "erased"}
    assert other["reference"] == kept.reference
    erased = next(row for row in table(text(world, receipt, "csv")) if row["reference"] == case.reference)
    assert erased["氏名"] == ""


def test_a_crash_between_the_receipt_and_its_cases_is_made_good_by_asking_again(world: World) -> None:
    first, second = cases.rejected(world), cases.rejected(world)
    begun = export.begin(world.parts, cases.officer(), "juminhyo", ONE)
    assert begun is not None
    export._marked(world.parts, cases.officer(), ONE, begun.cases[0], world.store.get(begun.cases[0].id))
    late = cases.rejected(world)  # ended after the receipt: it is not in it
    receipt = exported(world)
    assert {held.id for held in receipt.cases} == {first.id, second.id}
    assert world.store.get(late.id).exported_in is None
    assert [cases.events_of(world, case.id).count(Event.EXPORT) for case in (first, second)] == [1, 1]
    assert exported(world) == receipt


def test_a_request_stops_in_time_and_the_next_goes_on(world: World) -> None:
    for _ in range(5):
        cases.rejected(world)
    begun = export.begin(world.parts, cases.officer(), "juminhyo", ONE)
    assert begun is not None

    def a_slow_clock() -> Any:
        world.clock.pass_(seconds=2)
        return world.clock.now

    slow = replace(world.parts, clock=a_slow_clock)
    assert export.go_on(slow, cases.officer(), begun).digest is None
    with pytest.raises(NotFound):
        list(export.file(world.parts, cases.officer(), begun, 1, "csv"))
    done = export.go_on(world.parts, cases.officer(), begun)
    assert len(done.cases) == 5
    assert done.digest


def test_two_officers_at_once_never_share_a_case(world: World) -> None:
    everything = {cases.rejected(world).id for _ in range(6)}
    yamada, suzuki = cases.officer(), cases.officer(SUZUKI)
    one = export.begin(world.parts, yamada, "juminhyo", ONE)
    two = export.begin(world.parts, suzuki, "juminhyo", TWO)
    assert one is not None
    assert two is not None
    for held in (*one.cases[:2], *two.cases[4:]):  # they take turns
        number = ONE if held in one.cases[:2] else TWO
        export._marked(world.parts, yamada, number, held, world.store.get(held.id))
    in_one = {held.id for held in export.go_on(world.parts, yamada, one).cases}
    in_two = {held.id for held in export.go_on(world.parts, suzuki, two).cases}
    assert in_one | in_two == everything
    assert not in_one & in_two
    assert in_two


def test_a_case_that_is_decided_anew_meanwhile_is_left_for_later(world: World) -> None:
    case, other = cases.rejected(world), cases.rejected(world)
    begun = export.begin(world.parts, cases.officer(), "juminhyo", ONE)
    assert begun is not None
    decide.reopen(world.parts, cases.tanaka(Role.HEAD), world.store.get(case.id))
    assert [held.id for held in export.go_on(world.parts, cases.officer(), begun).cases] == [other.id]
    assert world.store.get(case.id).exported_in is None


def test_a_number_belongs_to_one_export(world: World) -> None:
    cases.rejected(world)
    exported(world)
    catalogue = ibusuki()
    dog = catalogue.procedure("juminhyo").model_copy(update={"id": "inu-toroku"})
    world.parts = replace(world.parts, catalogue=catalogue.model_copy(update={"procedures": (*catalogue.procedures, dog)}))
    with pytest.raises(AlreadyThere):
        export.begin(world.parts, cases.officer(), "inu-toroku", ONE)
    with pytest.raises(NotFound):
        export.begin(world.parts, cases.officer(), "juminhyo", "../../x")


def test_a_long_receipt_is_several_files_without_a_gap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "FILE_MOST", 2)
    monkeypatch.setattr(export, "AT_ONCE", 2)
    ids = [cases.rejected(world).id for _ in range(5)]
    receipt = exported(world)
    assert [one.count for one in receipt.files] == [2, 2, 1]
    assert sorted(row["reference"] for row in rows(world, receipt)) == sorted(world.store.get(id).reference for id in ids)
    assert [len(table(text(world, receipt, "csv", place))) for place in (1, 2, 3)] == [2, 2, 1]


def test_a_file_ends_before_it_is_too_large_for_one_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "FILE_BYTES", 1500)
    for _ in range(3):
        cases.rejected(world)
    receipt = exported(world)
    assert len(receipt.files) > 1
    assert all(len(text(world, receipt, "jsonl", place).encode()) <= 1500 for place in range(1, len(receipt.files) + 1))


@pytest.mark.parametrize(("roles", "sees", "takes"), [
    ((Role.REVIEWER,), True, True), ((Role.HEAD,), True, True), ((Role.AUDITOR,), True, False), ((Role.ADMIN,), True, False),
    ((Role.CASHIER, Role.APPROVER), False, False)])
def test_who_may_see_receipts_and_who_may_take_what_is_in_them(world: World, roles: Sequence[Role], *, sees: bool,
                                                               takes: bool) -> None:
    cases.rejected(world)
    receipt = exported(world)
    who = cases.officer(None, *roles)

    def may(act: Any) -> bool:
        try:
            act()
        except NotAllowed:
            return False
        return True

    assert may(lambda: export.opened(world.parts, who, ONE)) is sees
    assert may(lambda: export.receipts(world.parts, who)) is sees
    assert may(lambda: list(export.file(world.parts, who, receipt, 1, "csv"))) is takes
    assert may(lambda: export.begin(world.parts, who, "juminhyo", TWO)) is takes
    assert may(lambda: list(export.to_issue(world.parts, who, "juminhyo", "csv"))) is takes


def test_what_waits_to_be_issued_can_be_taken_again_and_again(world: World) -> None:
    case = cases.ready_to_issue(world)
    cases.in_review(world)
    one, two = ("".join(export.to_issue(world.parts, cases.officer(), "juminhyo", "jsonl")) for _ in range(2))
    row = json.loads(one)
    assert one == two
    assert (row["reference"], row["receipt"], row["paid_yen"], row["ended_at"]) == (case.reference, "", 410, None)
    assert world.store.get(case.id) == case


def test_another_departments_receipt_is_not_found(world: World) -> None:
    cases.rejected(world)
    exported(world)
    with pytest.raises(NotFound):
        export.opened(world.parts, replace(cases.officer(), department="zeimu"), ONE)
