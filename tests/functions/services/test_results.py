"""Results from the core system: judged line by line, made the officer's ordinary steps, and harmless the second time."""

import json
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.errors import NotAllowed
from chalicelib.services import results, review
from chalicelib.services.officers import Role
from chalicelib.services.results import Judged, Verdict
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.fakes.world import World, a_world, a_world_where_juminhyo


@pytest.fixture
def world() -> World:
    return a_world()


def a_file(*lines: tuple[Application | str, ...]) -> str:
    """A CSV of (case or reference, result, tracking, reason)."""
    rows = [",".join(str(getattr(cell, "reference", cell)) for cell in one) for one in lines]
    return "\r\n".join(["reference,result,tracking,reason", *rows])


def judged(world: World, text: str) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.why) for one in results.judge(world.parts, cases.officer(), results.read(text))]


def made(world: World, text: str) -> tuple[Judged, ...]:
    """Preview and confirm, as an officer does."""
    lines = results.read(text)
    seen = {one.line.reference: one.version for one in results.judge(world.parts, cases.officer(), lines)}
    return results.make(world.parts, cases.officer(), lines, seen)


def test_looking_changes_nothing(world: World) -> None:
    case = cases.ready_to_issue(world)
    assert judged(world, a_file((case, "issued"))) == [(Verdict.CHANGES, "changes")]
    assert world.store.get(case.id) == case


def test_issued_and_dispatched_are_the_officers_ordinary_steps(world: World) -> None:
    printed, posted = cases.ready_to_issue(world), cases.issued(world)
    done = made(world, a_file((printed, "issued"), (posted, "dispatched", "123456789012")))
    assert [one.verdict for one in done] == [Verdict.DONE, Verdict.DONE]
    assert cases.events_of(world, printed.id)[-1] is Event.ISSUE
    assert world.store.history(printed.id)[-1].who == cases.officer().id
    assert (world.store.get(posted.id).state, world.store.get(posted.id).tracking) == (State.DISPATCHED, "1234-5678-9012")


def test_a_dispatch_also_records_an_issue_that_nobody_has_recorded(world: World) -> None:
    case = cases.ready_to_issue(world)
    made(world, a_file((case, "dispatched")))
    assert cases.events_of(world, case.id)[-2:] == [Event.ISSUE, Event.DISPATCH]


def test_the_same_file_again_changes_nothing(world: World) -> None:
    one, two = cases.ready_to_issue(world), cases.issued(world)
    refused = cases.in_review(world)
    text = a_file((one, "issued"), (two, "dispatched", "123456789012"), (refused, "rejected", "", "duplicate"))
    made(world, text)
    before = dict(world.store.cases)
    assert [again.verdict for again in made(world, text)] == [Verdict.ALREADY] * 3
    assert world.store.cases == before


def test_a_refusal_of_a_paid_case_gives_the_money_back_and_says_so_before(world: World) -> None:
    case = cases.ready_to_issue(world)
    text = a_file((case, "rejected", "", "not-registered"))
    (looked,) = results.judge(world.parts, cases.officer(), results.read(text))
    assert (looked.verdict, looked.refunds) == (Verdict.CHANGES, 410)
    made(world, text)
    assert world.store.get(case.id).refunds[0].yen == 410


def test_where_two_must_decide_a_refusal_is_only_proposed() -> None:
    world = a_world_where_juminhyo(approval=True)
    case = cases.in_review(world)
    text = a_file((case, "rejected", "", "duplicate"))
    made(world, text)
    assert world.store.get(case.id).state is State.AWAITING_APPROVAL
    assert made(world, text)[0].verdict is Verdict.ALREADY


@pytest.mark.parametrize(("line", "why"), [
    (("issued", "", "duplicate"), "surplus"), (("dispatched", "12"), "tracking"), (("dispatched", "", "other"), "surplus"),
    (("rejected", "", "nothing-known"), "reason"), (("rejected", "12345678", "duplicate"), "surplus"), (("lost",), "unknown")])
def test_a_line_that_cannot_be_meant_is_refused_with_its_reason(world: World, line: tuple[str, ...], why: str) -> None:
    case = cases.ready_to_issue(world)
    assert judged(world, a_file((case, *line))) == [(Verdict.REFUSED, why)]


def test_the_state_and_the_kind_of_procedure_decide_as_on_the_page(world: World) -> None:
    submitted, dispatched = cases.a_submitted(world), cases.dispatched(world)
    assert judged(world, a_file((submitted, "issued"), (dispatched, "dispatched", "99999999"))) == [
        (Verdict.REFUSED, "state"), (Verdict.REFUSED, "other_tracking")]
    desk = a_world_where_juminhyo(**cases.FOR_THE_DESK)
    assert judged(desk, a_file((cases.to_collect(desk), "dispatched"))) == [(Verdict.REFUSED, "way")]


def test_only_who_has_the_case_may_refuse_it(world: World) -> None:
    case = review.claim(world.parts, cases.officer(SUZUKI), cases.a_submitted(world))
    assert judged(world, a_file((case, "rejected", "", "duplicate"))) == [(Verdict.REFUSED, "not_yours")]


def test_a_case_of_another_department_looks_like_an_unknown_one(world: World) -> None:
    case = cases.ready_to_issue(world)
    world.store.cases[case.id] = replace(case, department="zeimu")
    assert judged(world, a_file((case, "issued"), ("2222-2222-2222", "issued"))) == [(Verdict.REFUSED, "missing")] * 2


def test_the_second_line_about_one_case_is_refused(world: World) -> None:
    case = cases.ready_to_issue(world)
    assert judged(world, a_file((case, "issued"), (case, "dispatched"))) == [
        (Verdict.CHANGES, "changes"), (Verdict.REFUSED, "twice")]


def test_what_happened_after_the_preview_is_not_run_over(world: World) -> None:
    case = cases.ready_to_issue(world)
    lines = results.read(a_file((case, "issued")))
    review.note(world.parts, cases.officer(SUZUKI), case, "電話あり")
    (one,) = results.make(world.parts, cases.officer(), lines, {case.reference: case.version})
    assert (one.verdict, one.why) == (Verdict.REFUSED, "changed")
    assert world.store.get(case.id).state is State.READY_TO_ISSUE


def test_json_lines_are_read_like_the_csv(world: World) -> None:
    case = cases.ready_to_issue(world)
    text = json.dumps({"reference": case.reference.lower(), "result": "issued", "tracking": None}) + "\n"
    assert judged(world, "\ufeff" + text) == [(Verdict.CHANGES, "changes")]


@pytest.mark.parametrize("text", [
    "なにか", "a,b\n1,2", "{", '{"reference": [1]}\n[1]', "{" * 5000, 'reference,result\n"', "reference,result\n,issued"])
def test_whatever_is_pasted_is_answered_line_by_line(world: World, text: str) -> None:
    assert {verdict for verdict, _ in judged(world, text)} <= {Verdict.REFUSED}
    assert all(why in ("unreadable", "unknown") for _, why in judged(world, text))


def test_nothing_pasted_is_no_line() -> None:
    assert results.read("  \n") == ()


def test_more_lines_than_one_request_can_make_are_refused_whole() -> None:
    with pytest.raises(results.TooManyLines):
        results.read("reference,result\n" + "2222-2222-2222,issued\n" * 201)


def test_who_only_looks_brings_no_results(world: World) -> None:
    with pytest.raises(NotAllowed):
        results.judge(world.parts, cases.officer(None, Role.AUDITOR), ())
