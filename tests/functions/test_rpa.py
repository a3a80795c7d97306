"""The round trip: what waits leaves as a file, a robot types it into a core system, and the results come back."""

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain.application import State
from chalicelib.services import export, export_format, results
from chalicelib.services.results import Verdict
from content.check import CASE_COLUMNS
from content.vocabulary.procedure import ExportColumn
from docs.describe_export import HERE, rpa
from docs.examples import type_into_core_system as robot
from tests.fakes import cases
from tests.fakes.core_system import FakeCoreSystem
from tests.fakes.world import World, a_world, ibusuki

RARE = "辻\U000e0101 𠮷子"


def a_list(world: World) -> list[str]:
    """What waits to be issued, as an officer takes it."""
    return list(export.to_issue(world.parts, cases.officer(), "juminhyo", "jsonl"))


def brought_back(world: World, file: Path) -> list[Verdict]:
    """An officer looks at the results and records them."""
    lines = results.read(file.read_text("utf-8"))
    seen = {one.line.reference: one.version for one in results.judge(world.parts, cases.officer(), lines)}
    return [one.verdict for one in results.make(world.parts, cases.officer(), lines, seen)]


def test_a_robot_issues_what_is_paid_and_its_results_are_the_officers_steps(tmp_path: Path) -> None:
    world = a_world()
    good, unknown = cases.ready_to_issue(world), cases.ready_to_issue(world)
    world.store.cases[good.id] = replace(good, answers={**good.answers, "name": RARE})
    core, file = FakeCoreSystem({RARE}), tmp_path / "results.csv"
    assert robot.run(a_list(world), core, file) == 2
    assert core.printed[0]["氏名"] == RARE
    assert core.printed[0]["生年月日"] == "19850315"
    assert brought_back(world, file) == [Verdict.DONE, Verdict.DONE]
    assert (world.store.get(good.id).state, world.store.get(good.id).tracking) == (State.DISPATCHED, "1234-5678-0001")
    assert (world.store.get(unknown.id).state, world.store.get(unknown.id).ended_because) == (State.REJECTED, "not-registered")
    assert a_list(world) == []
    assert brought_back(world, file) == [Verdict.ALREADY, Verdict.ALREADY]


def test_a_robot_that_was_stopped_goes_on_and_types_nothing_twice(tmp_path: Path) -> None:
    world = a_world()
    name = {str(cases.ready_to_issue(world).answers["name"]) for _ in range(3)}
    core, file = FakeCoreSystem(name), tmp_path / "results.csv"
    core.dies_after = 1
    with pytest.raises(ConnectionError):
        robot.run(a_list(world), core, file)
    core.dies_after = None
    assert robot.run(a_list(world), core, file) == 2
    assert len(core.printed) == 3


def test_a_robot_stops_at_a_format_it_does_not_know(tmp_path: Path) -> None:
    world = a_world()
    cases.ready_to_issue(world)
    newer = [line.replace('"format":1', '"format":2') for line in a_list(world)]
    with pytest.raises(robot.UnknownFormat):
        robot.run(newer, FakeCoreSystem(set()), tmp_path / "results.csv")


def test_the_example_runs_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world()
    case = cases.ready_to_issue(world)
    (tmp_path / "to-issue.jsonl").write_text("".join(a_list(world)), "utf-8")
    monkeypatch.setattr("sys.argv", ["robot", str(tmp_path / "to-issue.jsonl"), str(tmp_path / "results.csv")])
    runpy.run_path(str(HERE / "examples/type_into_core_system.py"), run_name="__main__")
    assert case.reference in capsys.readouterr().out
    assert brought_back(world, tmp_path / "results.csv") == [Verdict.DONE]


def test_the_page_about_the_format_is_true() -> None:
    assert (HERE / "rpa.md").read_text("utf-8") == rpa(), "run `make docs`"


def test_the_robot_knows_the_columns_and_the_format_of_the_product() -> None:
    assert tuple(results.COLUMNS) == robot.COLUMNS
    assert export_format.FORMAT == robot.FORMAT


@pytest.mark.parametrize("word", sorted(CASE_COLUMNS))
def test_every_word_of_a_case_that_an_export_may_name_has_a_value(word: str) -> None:
    procedure = ibusuki().procedure("juminhyo").model_copy(update={"export": (ExportColumn(header="列", field=word),)})
    columns = export_format.columns_of(ibusuki(), procedure)
    world = a_world()
    line = export_format.line_of(cases.rejected(world), columns, receipt="", at=world.clock())
    assert line.answers is not None
    assert word in line.answers
