"""What the counter offers is checked like all content: names that exist, three on a screen, no limit without a sentence."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import ROOT, load
from content.faults import ContentErrors
from content.vocabulary.counter import Limit, Signage
from tests.fakes.world import ibusuki


def with_change(folder: Path, file: str, before: str, after: str) -> ContentErrors:
    """The faults of the content after one change."""
    for layer in ("standard", "ibusuki"):
        shutil.copytree(ROOT / layer, folder / layer)
    text = (folder / file).read_text("utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(ContentErrors) as raised:
        load("ibusuki", folder)
    return raised.value


@pytest.mark.parametrize(("file", "before", "after", "says"), [
    ("standard/counter.yml", "procedure: juminhyo", "procedure: juminhyou", "「juminhyou」という手続きはありません"),
    ("standard/counter.yml", "{field: whose}", "{field: who}", "「who」という項目はありません"),
    ("standard/counter.yml", "offer: [[none],", "offer: [[nothing],", "「nothing」という選択肢はありません"),
    ("standard/counter.yml", "items: [none]", "items: [relation, domicile, none]", "「offer」にない答えです"),
    ("standard/counter.yml", '[["1"], ["2"], ["3"]]', '[["1"], ["2"], ["3"], ["4"]]', "offer"),
    ("standard/counter.yml", "- {field: years, offer: [[r8], [r7], [r6]]}", "- {field: years}", "選べるものが5個あります"),
    ("standard/counter.yml", "  old_card:", "  old_cards:", "old_card"),
    ("standard/counter.yml", "notify: letter", "notice: letter", "「notice」という項目はありません"),
    ("ibusuki/signage.yml", "hours_of: konbini", "hours_of: kombini", "「kombini」という窓口はありません"),
])
def test_a_slip_of_the_pen_is_told_with_its_place(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    faults = with_change(tmp_path, file, before, after)
    assert any(says in f"{fault.key} {fault.says}" for fault in faults.faults), faults


def test_a_tablet_always_has_something_to_show() -> None:
    signage = ibusuki().signage.model_dump()
    for slide in signage["slides"]:
        slide["on_tablets"] = False
    with pytest.raises(ValueError, match="タブレットに出す画面がありません"):
        Signage.model_validate(signage)


def test_every_limit_has_a_sentence_for_the_resident_and_one_for_the_officer() -> None:
    limits = ibusuki().counter.limits
    assert set(limits) == set(Limit)
    for words in limits.values():
        assert len({words.title, words.text, words.officer}) == 3
        assert words.text.endswith("。")
        assert "不正" not in words.title + words.text
