"""A small round of `make prove-audit`: tampering on the real store is found, and what is erased is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.adapters.case_json import SEALED
from chalicelib.adapters.table import KeyRow, Keys
from chalicelib.domain.application import State
from chalicelib.domain.errors import NotFound
from tests.conftest import ROOT, a_store
from tests.fakes.world import ibusuki
from tests.functions.store_cost import on_the_real_store
from tests.prove import erasure
from tests.prove.audit import detected, only_outside
from tests.prove.book import Book, a_book
from tests.prove.canaries import WALKS, WORDS, found_in, sealed_fields, traces


@pytest.fixture
def book(tmp_path: Path, store_url: str) -> Book:
    """Some days of a trail."""
    world, _ = on_the_real_store(tmp_path, store_url)
    return a_book(world, erasure._city(world))


def test_every_way_of_tampering_with_the_rows_is_found(book: Book) -> None:
    assert book.findings(book.outside()) == []
    found, tried, missed = detected(book, flips=1, every_byte=False)
    assert missed == []
    assert found == tried > 150
    assert book.findings(book.outside()) == []


def test_a_trail_that_was_made_to_fit_again_is_found_by_what_was_kept_outside_and_only_so(book: Book) -> None:
    assert [(inside, outside) for _, inside, outside in only_outside(book)] == [(False, True)] * 3


@pytest.mark.parametrize("name", ["a draft that was given up", "sent by post"])
def test_of_an_erased_case_nothing_can_be_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with a_store(tmp_path / "store") as url:
        walk = next(one for one in WALKS if one.name == name)
        outcome = erasure.erase(walk, url, tmp_path / "store", tmp_path)
        assert erasure.search_works(tmp_path / "store") == (not name.startswith("a draft"))
    assert outcome.ended is walk.end
    assert (outcome.readable, outcome.readable_from_backup, outcome.mails_after) == (0, 0, 0)
    assert outcome.left == []
    assert outcome.days == outcome.kept_days
    assert outcome.told is not name.startswith("a draft")


def test_a_case_whose_key_is_lost_opens_for_nobody_and_its_trail_is_still_whole(book: Book) -> None:
    pk = Keys(book.city).case(book.ids[1])
    KeyRow(pk).delete()
    book.world.parts.applications._keys.drop(pk)  # type: ignore[attr-defined]  # as in another process
    with pytest.raises(NotFound):
        book.world.parts.applications.get(book.ids[1])
    assert book.ids[1] in [row.id for row in book.world.parts.applications.queue("shimin", State.SUBMITTED).rows]
    assert book.findings(book.outside()) == []


def test_the_command_runs_with_the_table_and_the_catalogue_alone(tmp_path: Path, store_url: str) -> None:
    (tmp_path / "catalogue.json").write_text(ibusuki().model_dump_json(), "utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'functions'}",
                   "MADONAVI_CATALOGUE": str(tmp_path / "catalogue.json"), "AWS_ENDPOINT_URL_DYNAMODB": store_url,
                   "AWS_DEFAULT_REGION": "ap-northeast-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    done = subprocess.run([sys.executable, "-m", "chalicelib.audit", "verify", "--from", "2020-01-01", "--to", "2020-01-02"],
                          env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("この日の締めがありません") == 2


def test_what_hides_in_a_repr_is_sealed() -> None:
    assert sealed_fields() <= set(SEALED)


def test_a_canary_is_found_however_it_is_written() -> None:
    for name, word in WORDS.items():
        for trace in traces(word):
            assert name in found_in(b"\x00" + trace + b"\x00")
    assert found_in(b"nothing of it") == []
