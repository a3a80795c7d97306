"""What people type, and the page that must come first; run through the very script that the site sends."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.navi_site.site import Site

HERE = Path(__file__).parent
FIND = HERE.parents[1] / "navi_site/assets/script/find.js"
TABLE = [line.rsplit(",", 1) for line in (HERE / "queries.csv").read_text("utf-8").splitlines()[1:]]


def found(site: Site, queries: list[str]) -> list[list[str]]:
    """Addresses for each query, the best first."""
    node = shutil.which("node")
    assert node, "the set-up installs Node.js"
    done = subprocess.run([node, str(HERE / "find.mjs"), str(FIND), str(site.file("/assets/search.json"))],
                          input=json.dumps(queries), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_query_of_the_table_finds_its_page_first(site: Site) -> None:
    results = found(site, [typed for typed, _ in TABLE])
    wrong = [f"{typed}: {got[:2]} instead of {first}" for (typed, first), got in zip(TABLE, results, strict=True)
             if got[:1] != [f"/{first}/"]]
    assert len(TABLE) >= 150
    assert wrong == []


def test_every_page_of_the_table_exists(site: Site) -> None:
    addresses = set(site.addresses())
    assert {first for _, first in TABLE if f"/{first}/" not in addresses} == set()


@pytest.mark.parametrize("typed", [
    "住民 票", "　住民票　", "住民票！", "指宿市の住民票", "指宿 住民票", "住民票を取りたい", "住民票がほしいです", "ｼﾞｭｳﾐﾝﾋｮｳ"])
def test_spaces_marks_widths_and_wishes_do_not_matter(site: Site, typed: str) -> None:
    assert found(site, [typed])[0][0] == "/certificates/juminhyo/"


@pytest.mark.parametrize("typed", ["", "   ", "！？", "ぬぬぬぬぬ", "qzqzqz"])
def test_nothing_is_found_for_nothing(site: Site, typed: str) -> None:
    assert found(site, [typed]) == [[]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=st.lists(st.text(max_size=60), min_size=1, max_size=20))
def test_whatever_is_typed_nothing_breaks(site: Site, queries: list[str]) -> None:
    assert all(len(hits) <= 12 for hits in found(site, queries))
