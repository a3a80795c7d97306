"""The editor's page: a box moves in the file and nothing else does; what is wrong is said; the way back is open."""

import re
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from content.catalogue import ROOT
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.preview.pages import create_app
from kiosk_agent.preview.placing import NotInThisFile, moved, spots
from kiosk_agent.preview.workshop import ChangedMeanwhile, Workshop
from tests.fakes.world import FRIDAY_NOON, ibusuki

TEXT = """# 試験の様式
title: 試験
slots:
  # 氏名は大きく
  - {id: name, box: {x: 44, y: 84, w: 83, h: 12}, holds: person.name, size: 15}   # 𠮷田さんも入る
  - id: address
    box: {x: 44.5, y: 62.5, w: 149, h: 12}   # 住所
"""


def test_only_the_digits_of_the_moved_box_change() -> None:
    assert moved(TEXT, ("slots", 0, "box"), {"x": 45.5, "y": 84, "w": 80.25, "h": 12}) == TEXT.replace(
        "{x: 44, y: 84, w: 83, h: 12}", "{x: 45.5, y: 84, w: 80.25, h: 12}")
    assert moved(TEXT, ("slots", 1, "box"), {"x": 44.5, "y": 60}) == TEXT.replace("y: 62.5", "y: 60")


@pytest.mark.parametrize("path", [("slots", 2, "box"), ("qr",), ("slots", 0, "size"), ("title",)])
def test_a_place_that_the_file_does_not_write_is_not_invented(path: tuple[str | int, ...]) -> None:
    with pytest.raises(NotInThisFile):
        moved(TEXT, path, {"x": 1})


@pytest.mark.parametrize("paper", ibusuki().papers, ids=lambda paper: paper.id)
def test_each_box_of_each_paper_can_be_moved_and_put_back_to_the_letter(paper: object) -> None:
    one = next(one for one in ibusuki().papers if one is paper)
    text = (ROOT / f"standard/papers/{one.id}.yml").read_text("utf-8")
    for spot in spots(one)[::7]:
        here = {key: getattr(spot.box, key) for key in spot.keys}
        away = moved(text, spot.path, {**here, "x": here["x"] + 0.5})
        assert away != text
        assert re.sub(r"\d+(\.\d+)?", "", away) == re.sub(r"\d+(\.\d+)?", "", text)
        assert moved(away, spot.path, here) == text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content that an editor may change."""
    for layer in ("standard", "ibusuki"):
        for kind in ("papers", "page_sets"):
            if (ROOT / layer / kind).is_dir():
                shutil.copytree(ROOT / layer / kind, tmp_path / layer / kind)
    return tmp_path


@pytest.fixture
def workshop(folder: Path, shelf: Shelf) -> Workshop:
    """An editor's workshop over that copy."""
    return Workshop(ibusuki(), folder, shelf, FRIDAY_NOON.date())


NAME = ("slots", 4, "box")


def test_a_save_writes_the_box_and_undo_brings_the_file_back_to_the_letter(workshop: Workshop, folder: Path) -> None:
    file = folder / "standard/papers/juminhyo.yml"
    before = file.read_text("utf-8")
    assert workshop.save("juminhyo", workshop.show("juminhyo").version, {NAME: {"x": 45.0, "w": 82.0}}) == 1
    assert file.read_text("utf-8") == before.replace("{x: 44, y: 84, w: 83, h: 12}", "{x: 45, y: 84, w: 82, h: 12}")
    assert workshop.can_undo("juminhyo")
    workshop.undo("juminhyo", workshop.show("juminhyo").version)
    assert file.read_text("utf-8") == before
    assert not workshop.can_undo("juminhyo")


def test_a_file_that_somebody_else_changed_meanwhile_is_not_overwritten(workshop: Workshop, folder: Path) -> None:
    version = workshop.show("juminhyo").version
    file = folder / "standard/papers/juminhyo.yml"
    file.write_text(file.read_text("utf-8") + "# その間に\n", "utf-8")
    with pytest.raises(ChangedMeanwhile):
        workshop.save("juminhyo", version, {NAME: {"x": 45.0}})
    assert "x: 45, y: 84" not in file.read_text("utf-8")


def test_boxes_pushed_together_are_told_with_file_and_line(workshop: Workshop) -> None:
    workshop.save("juminhyo", workshop.show("juminhyo").version, {NAME: {"y": 80.0}})
    (fault,) = workshop.show("juminhyo").faults
    assert (fault.file.endswith("standard/papers/juminhyo.yml"), fault.line > 0) == (True, True)
    assert "「kana」の欄と重なっています" in fault.says


def test_a_citys_own_list_is_moved_in_the_citys_file(workshop: Workshop, folder: Path) -> None:
    city = folder / "ibusuki/papers/juminhyo.yml"
    city.write_text("mark: {x: 120, y: 49, w: 75, h: 4.5}\n", "utf-8")
    workshop.save("juminhyo", workshop.show("juminhyo").version, {("mark",): {"x": 119.0}})
    assert city.read_text("utf-8") == "mark: {x: 119, y: 49, w: 75, h: 4.5}\n"


def test_a_file_that_cannot_be_read_is_told_and_not_drawn(workshop: Workshop, folder: Path) -> None:
    (folder / "standard/papers/mibun.yml").write_text("title: [", "utf-8")
    shown = workshop.show("mibun")
    assert shown.paper is None
    assert "YAMLとして読めません" in shown.faults[0].says


@pytest.fixture
def editor(workshop: Workshop) -> FlaskClient:
    """The page, as the editor's browser asks for it."""
    return create_app(workshop, port=8095).test_client()


LOCAL = {"base_url": "http://localhost:8095"}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_page_shows_every_paper_with_everybody_and_pictures(editor: FlaskClient) -> None:
    for paper in ibusuki().papers:
        page = editor.get(f"/paper/{paper.id}?person=long", **LOCAL).get_data(as_text=True)
        assert f"<title>{paper.title}" in page
        assert "直すところ" not in page
        assert editor.get(f"/picture/{paper.id}/long/1", **LOCAL).get_data().startswith(b"\x89PNG")


def test_a_number_typed_without_any_script_is_saved_and_can_be_undone(editor: FlaskClient, folder: Path) -> None:
    page = editor.get("/paper/juminhyo", **LOCAL).get_data(as_text=True)
    form = {"token": hidden(page, "token"), "version": hidden(page, "version"), "slots-4-box-x": "45", "do": "save"}
    said = editor.post("/paper/juminhyo", data=form, follow_redirects=True, **LOCAL).get_data(as_text=True)
    assert "保存しました。" in said
    assert "{x: 45, y: 84, w: 83, h: 12}" in (folder / "standard/papers/juminhyo.yml").read_text("utf-8")
    again = {"token": form["token"], "version": hidden(said, "version"), "do": "undo"}
    said = editor.post("/paper/juminhyo", data=again, follow_redirects=True, **LOCAL).get_data(as_text=True)
    assert "ひとつ前にもどしました" in said
    assert "{x: 44, y: 84, w: 83, h: 12}" in (folder / "standard/papers/juminhyo.yml").read_text("utf-8")


@pytest.mark.parametrize("typed", ["", "abc", "-1", "298", "nan", "inf"])
def test_what_is_no_place_on_a_sheet_is_not_saved(editor: FlaskClient, folder: Path, typed: str) -> None:
    page = editor.get("/paper/juminhyo", **LOCAL).get_data(as_text=True)
    form = {"token": hidden(page, "token"), "version": hidden(page, "version"), "slots-4-box-x": typed, "do": "save"}
    said = editor.post("/paper/juminhyo", data=form, follow_redirects=True, **LOCAL).get_data(as_text=True)
    assert "数字として読めないところ" in said
    file = "standard/papers/juminhyo.yml"
    assert (folder / file).read_text("utf-8") == (ROOT / file).read_text("utf-8")


def test_another_origin_another_name_and_a_missing_token_are_refused(editor: FlaskClient) -> None:
    assert editor.get("/paper/juminhyo", base_url="http://evil.example:8095").status_code == 403
    assert editor.post("/paper/juminhyo", headers={"Origin": "http://evil.example"}, **LOCAL).status_code == 403
    assert editor.post("/paper/juminhyo", data={"do": "save"}, **LOCAL).status_code == 403
    assert editor.get("/paper/../city", **LOCAL).status_code == 404


def test_the_page_has_no_script_and_no_style_of_its_own(editor: FlaskClient) -> None:
    answer = editor.get("/paper/konbini", **LOCAL)
    page = answer.get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
