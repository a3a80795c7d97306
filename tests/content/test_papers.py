"""Papers as data: a wrong name, a box outside the sheet or on another box is told in a sentence that helps."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import ROOT, load
from content.check_papers import paper_faults
from content.faults import ContentErrors, Fault
from content.layers import Layers
from content.page_sets import with_shared_pages
from content.rules.paper_data import counter_pages
from content.vocabulary.paper import Paper
from tests.fakes.world import ibusuki


def faults_of(paper: str, old: str, new: str, folder: Path) -> list[tuple[str, str]]:
    """(key, sentence) of each fault after replacing `old` by `new` in a paper of the standard layer."""
    shutil.copytree(ROOT / "standard/papers", folder / "standard/papers")
    shutil.copytree(ROOT / "standard/page_sets", folder / "standard/page_sets")
    (folder / "ibusuki").mkdir()
    file = folder / f"standard/papers/{paper}.yml"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    layers = Layers(folder, "ibusuki")
    document = with_shared_pages(layers.one(f"papers/{paper}.yml"), layers)
    read = Paper.model_validate({"id": paper, **document.tree})
    return [(document.fault(path, says).key, says) for path, says in paper_faults(read, ibusuki())]


@pytest.mark.parametrize(("paper", "old", "new", "key", "word"), [
    ("juminhyo", "holds: person.name", "holds: person.nmae", "slots › 5番目 › holds", "person.nmae"),
    ("juminhyo", "holds: person.birthdate", "holds: person.birthdate.century", "slots › 6番目 › holds", "century"),
    ("juminhyo", "holds: person.address", "holds: person.address.street", "slots › 3番目 › holds", "分けずに"),
    ("juminhyo", "holds: answer.members", "holds: answer.member", "slots › 13番目 › holds", "質問の項目"),
    ("juminhyo", "holds: answer.members", "holds: row.members", "slots › 13番目 › holds", "表"),
    ("juminhyo", "{x: 44, y: 84, w: 83, h: 12}", "{x: 144, y: 84, w: 83, h: 12}", "slots › 5番目 › box", "はみ出しています"),
    ("juminhyo", "{x: 44, y: 84, w: 83, h: 12}", "{x: 44, y: 80, w: 83, h: 12}", "slots › 5番目 › box", "「kana」の欄と重なって"),
    ("juminhyo", "{x: 120, y: 48.5, w: 75, h: 4.5}", "{x: 120, y: 45, w: 75, h: 4.5}", "qr", "「mark」の欄と重なって"),
    ("juminhyo", "any_of: [self, household]", "any_of: [selfish]", "checks › 1番目 › when › 1番目", "selfish"),
    ("juminhyo", "id: purpose", "id: members", "slots › 14番目 › id", "もう使われています"),
    ("juminhyo", "size: 13, smallest: 9", "size: 8, smallest: 9", "slots › 1番目 › smallest", "小さく"),
    ("juminhyo", "certificate: juminhyo", "certificate: juminhyou", "certificate", "juminhyou"),
    ("juminhyo", "procedure: juminhyo", "procedure: juminhyou", "procedure", "juminhyou"),
    ("inkan", "id: owner_birthdate", "id: whose", "pages › 2番目 › fields › 3番目 › id", "もう使われています"),
    ("inkan", "any_of: [other]", "any_of: [others]", "pages › 2番目 › when › 1番目", "others"),
    ("konbini", "of: channel.steps", "of: channel.step", "tables › 1番目 › of", "channel.steps"),
    ("konbini", "down: 15", "down: 10", "tables › 1番目 › slots › 1番目 › box", "次の行"),
    ("konbini", "down: 15", "down: 30", "tables › 1番目 › slots › 1番目 › box", "はみ出しています"),
    ("konbini", "holds: row.step", "holds: row.stpe", "tables › 1番目 › slots › 2番目 › holds", "stpe"),
    ("konbini", "channel: konbini", "channel: konbin", "channel", "konbin"),
])
def test_a_slip_in_a_paper_is_told_with_its_place(paper: str, old: str, new: str, key: str, word: str, tmp_path: Path) -> None:
    assert [says for at, says in faults_of(paper, old, new, tmp_path) if at == key and word in says]


def test_boxes_that_are_never_printed_both_may_lie_on_one_another() -> None:
    """The name of the person and of the one who asked them share a box: 「自分」 or 「頼まれた人」."""
    paper = ibusuki().paper("mibun")
    boxes = {slot.id: slot.box for slot in paper.slots}
    assert boxes["needed-name"] == boxes["principal-name"]
    assert list(paper_faults(paper.model_copy(update={"told": {}, "steps": ()}), ibusuki())) == []


def test_a_sheet_of_the_city_that_is_not_there_is_told(tmp_path: Path) -> None:
    for layer in ("standard", "ibusuki"):
        shutil.copytree(ROOT / layer, tmp_path / "content" / layer)
    (tmp_path / "content/ibusuki/papers/juminhyo.yml").write_text("background: own.pdf\n", "utf-8")
    with pytest.raises(ContentErrors) as caught:
        load("ibusuki", tmp_path / "content")
    assert caught.value.faults == (Fault(
        file="content/ibusuki/papers/juminhyo.yml", line=1, key="background",
        says="「own.pdf」というファイルが papers にありません。"),)
    (tmp_path / "content/ibusuki/papers/own.pdf").write_bytes(b"%PDF")
    assert load("ibusuki", tmp_path / "content").paper("juminhyo").background == "ibusuki/papers/own.pdf"


def test_a_paper_brings_the_questions_of_its_procedure_and_its_city_as_addressee() -> None:
    paper, procedure = ibusuki().paper("juminhyo"), ibusuki().procedure("juminhyo")
    assert (paper.pages, paper.version, paper.addressee) == (procedure.pages, procedure.version, "指宿市長")
    assert [one.addressee for one in ibusuki().papers if one.id in ("inkan", "mibun")] == ["指宿市長"] * 2


def test_the_counter_asks_only_what_the_paper_prints_and_no_mail_address_and_no_files() -> None:
    asked = {paper.id: [field.id for page in counter_pages(paper) for field in page.fields] for paper in ibusuki().papers}
    assert asked["juminhyo"] == ["name_kana", "whose", "members", "items", "purpose", "destination", "copies"]
    assert asked["inkan"] == ["whose", "owner_name", "owner_kana", "owner_birthdate", "owner_address", "copies"]
    assert not {"mail", "notify", "proxy_letter", "third_papers", "name", "address"} & set(asked["koseki"])
    assert asked["konbini"] == []
