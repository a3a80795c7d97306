"""The web editor's settings come from the types, what it writes is read as it was meant, and faults are told at once."""

import shutil
from pathlib import Path

from content.catalogue import load
from content.editor import FILE, KINDS, config, text
from infra.local.editor.app import application, state
from tests.conftest import ROOT


def own(tmp_path: Path) -> Path:
    """A copy of the content that a test may change."""
    for layer in ("standard", "ibusuki"):
        shutil.copytree(ROOT / "content" / layer, tmp_path / "content" / layer)
    return tmp_path / "content"


def test_the_settings_in_the_repository_are_those_of_the_types() -> None:
    assert FILE.read_text("utf-8") == text(), "run `make docs`"


def test_every_kind_that_officers_edit_has_a_form_in_japanese() -> None:
    labels = " ".join(one["label"] for one in config()["collections"])
    files = {file["name"] for one in config()["collections"] for file in one.get("files", ())}
    assert all(name in labels or kind in files for kind, name in KINDS.items())
    flow = next(one for one in config()["collections"] if one["name"] == "standard-flows")
    question = next(field for field in flow["fields"] if field["name"] == "questions")
    option = next(field for field in question["fields"] if field["name"] == "options")
    assert [field["name"] for field in option["fields"]] == ["id", "label", "hint", "means", "to", "outcome"]


def test_hours_without_quotes_are_hours(tmp_path: Path) -> None:
    """The web editor writes 17:15 bare, which YAML 1.1 takes for a number of minutes."""
    root = own(tmp_path)
    file = root / "ibusuki/offices/ibusuki.yml"
    file.write_text(file.read_text("utf-8").replace('"08:30"', "08:30").replace('"17:15"', "17:15"), "utf-8")
    assert load("ibusuki", root) == load("ibusuki", ROOT / "content")


def test_messages_may_be_written_inside_one_another(tmp_path: Path) -> None:
    root = own(tmp_path)
    file = root / "standard/messages.yml"
    file.write_text(file.read_text("utf-8").replace("  site.yen: ", "  site:\n    yen: ", 1), "utf-8")
    assert load("ibusuki", root).say("site.yen", amount="300") == "300円"


def test_no_message_stands_in_the_way_of_another() -> None:
    keys = load("ibusuki").messages
    assert [key for key in keys if any(other.startswith(f"{key}.") for other in keys)] == []


def test_the_bar_says_what_is_wrong_what_waits_and_what_changes(tmp_path: Path) -> None:
    root = own(tmp_path)
    assert state(root)["faults"] == []
    topic = root / "standard/topics/which.yml"
    topic.write_text(topic.read_text("utf-8").replace("どの証明書かわからない", "どの証明書か、わからない"), "utf-8")
    assert len(state(root)["untold"]) == 8  # four languages: one is missing, one is left over
    fees = root / "ibusuki/fees.yml"
    fees.write_text(fees.read_text("utf-8").replace("yen: 200", "yen: 二百", 1), "utf-8")
    told = application(root).test_client().get("/faults").get_json()
    assert any("fees.yml:" in fault and "「二百」は数字として読めません" in fault for fault in told["faults"])


def test_the_page_says_what_to_do_when_the_editor_was_never_brought() -> None:
    answer = application().test_client().get("/")
    assert answer.status_code == 200
    assert "まどナビ" in answer.get_data(as_text=True)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
