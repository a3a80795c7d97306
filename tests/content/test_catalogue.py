"""The content of 指宿市 is sound, and a fault is told with file, line, key and a sentence that helps."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from content.catalogue import ROOT, Catalogue, load
from content.faults import ContentErrors, Fault
from content.rules import fees
from tests.fakes.world import ibusuki


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    for layer in ("standard", "ibusuki"):
        shutil.copytree(ROOT / layer, tmp_path / "content" / layer)
    return tmp_path / "content"


def faults_after(folder: Path, file: str, old: str, new: str) -> tuple[Fault, ...]:
    """The faults after replacing `old` by `new` in one file."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentErrors) as caught:
        load("ibusuki", folder)
    return caught.value.faults


def test_the_content_of_ibusuki_has_no_fault() -> None:
    catalogue = ibusuki()
    assert catalogue.city.name == "指宿市"
    assert {office.name for office in catalogue.offices} == {"指宿庁舎", "山川庁舎", "開聞庁舎"}


def test_konbini_issues_exactly_the_five_certificates_the_city_names() -> None:
    """systems.md S02: 住民票の写し、印鑑登録証明書、所得証明書、課税証明書、所得課税証明書."""
    issued = {c.id for c in ibusuki().certificates if any(a.channel == "konbini" for a in c.availability)}
    assert issued == {"juminhyo", "inkan", "shotoku", "kazei", "shotoku-kazei"}


def test_the_catalogue_survives_the_way_through_json() -> None:
    assert Catalogue.model_validate_json(ibusuki().model_dump_json()) == ibusuki()


@pytest.mark.parametrize(("file", "old", "new", "key", "word"), [
    ("standard/flows/juminhyo.yml", "to: card", "to: crad", "to", "crad"),
    ("standard/flows/juminhyo.yml", "outcome: post", "outcome: psot", "outcome", "psot"),
    ("standard/flows/juminhyo.yml", "bring: [proxy-letter", "bring: [proxy-lettr", "bring", "proxy-lettr"),
    ("standard/flows/juminhyo.yml", "start: whose", "start: nowhere", "start", "nowhere"),
    ("standard/flows/juminhyo.yml", "        to: visit", "        to: whose", "questions", "戻って"),
    ("standard/procedures/juminhyo.yml", "assurance: signature", "assurance: signatur", "assurance", "signature"),
    ("standard/procedures/suido-kaishi.yml", "use: contact\n", "use: contact_or_letter\n", "assurance", "手紙"),
    ("standard/procedures/juminhyo.yml", "any_of: [members]", "any_of: [member]", "when", "member"),
    ("standard/procedures/juminhyo.yml", "minimum: 1", "minumum: 1", "minumum", "minimum"),
    ("standard/procedures/juminhyo.yml", "header: 受付番号, field: reference", "header: 受付番号, field: referense",
     "field", "referense"),
    ("ibusuki/fees.yml", "yen: 200", "yen: 二百円", "yen", "数字"),
    ("ibusuki/fees.yml", "valid_from: 2026-04-01", "valid_from: 2026-04-31", "valid_from", "日付"),
    ("ibusuki/fees.yml", "valid_from: 2026-04-01", "valid_from: 2026-04-01, valid_until: 2027-03-31",
     "valid_until", "次の手数料"),
    ("ibusuki/offices/ibusuki.yml", 'opens: "08:30"', 'opens: "18:30"', "hours", "後"),
    ("ibusuki/offices/ibusuki.yml", "mon, tue", "mon, tues", "days", "tues"),
    ("standard/certificates/juminhyo.yml", "law:", "lww:", "law", "書かれていません"),
    ("ibusuki/certificates/juminhyo.yml", "procedure: juminhyo", "procedure: jumin", "procedure", "jumin"),
    ("standard/channels/online.yml", "rank: 2", "rank: 1", "rank", "同じ"),
    ("standard/statuses.yml", "status: ended", "status: done", "statuses", "ended"),
])
def test_a_fault_names_its_file_its_line_and_what_to_do(folder: Path, file: str, old: str, new: str, key: str, word: str) -> None:
    faults = faults_after(folder, file, old, new)
    told = [f for f in faults if f.file == f"content/{file}" and key in f.key and word in f"{f.key} {f.says}"]
    assert told, [str(f) for f in faults]
    assert all(f.line > 0 for f in told)
    assert all(re.search(r"[ぁ-んァ-ヶ一-龠]", f.says) and f.says.endswith("。") for f in told)


def test_the_line_is_the_line_of_the_key_in_the_file(folder: Path) -> None:
    faults = faults_after(folder, "standard/procedures/juminhyo.yml", "minimum: 1", "minumum: 1")
    written = (folder / "standard/procedures/juminhyo.yml").read_text("utf-8").splitlines()
    (fault,) = [f for f in faults if "minumum" in f.key]
    assert "minumum: 1" in written[fault.line - 1]


def test_all_faults_are_listed_at_once(folder: Path) -> None:
    (folder / "standard/documents.yml").write_text("documents: [", "utf-8")
    (folder / "standard/channels/post.yml").write_text("kind: pigeon\n", "utf-8")
    faults = faults_after(folder, "standard/procedures/juminhyo.yml", "assurance: signature", "assurance: none-at-all")
    files = {f.file.rpartition("/")[2] for f in faults}
    assert {"documents.yml", "post.yml", "juminhyo.yml"} <= files


def test_the_same_key_twice_is_a_fault_and_not_a_silence(folder: Path) -> None:
    faults = faults_after(folder, "ibusuki/city.yml", "name: 指宿市", "name: 指宿市\nname: 枕崎市")
    assert any("2回" in f.says for f in faults)


def test_a_city_overrides_one_key_and_inherits_the_rest() -> None:
    procedure = ibusuki().procedure("juminhyo")
    assert procedure.addressee == "指宿市長"
    assert procedure.assurance == "signature"


def test_a_fee_of_a_past_day_stays_the_fee_of_that_day() -> None:
    assert fees.fee_on(ibusuki(), "juminhyo", "konbini", date(2026, 11, 20)).yen == 200
    with pytest.raises(fees.NoFee):
        fees.fee_on(ibusuki(), "juminhyo", "konbini", date(2026, 3, 31))


def test_every_fact_says_where_it_comes_from_and_when_it_was_checked() -> None:
    catalogue = ibusuki()
    facts = [*catalogue.offices, *catalogue.channels, *catalogue.documents, *catalogue.certificates, *catalogue.fees,
             *catalogue.postage, *catalogue.flows, *catalogue.purposes, *catalogue.procedures, *catalogue.papers, catalogue.city]
    assert all(fact.source and fact.checked_on <= date(2026, 11, 21) for fact in facts)


def test_no_fee_of_ibusuki_but_the_nationwide_ones_claims_to_be_real() -> None:
    """No fee of 指宿市 could be sourced (certificates.md §7), so each is marked as a sample."""
    for fee in ibusuki().fees:
        assert fee.sample or "標準に関する政令" in fee.source, fee
