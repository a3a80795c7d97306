"""What a shelf of prepared forms must do; the memory one and the DynamoDB one are held to the same sentences."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from pynamodb.connection import Connection

from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
from chalicelib.adapters.prepared_table import TablePrepared
from chalicelib.adapters.table import KeyRow, Keys, Row
from chalicelib.domain.errors import AlreadyThere, NotFound
from chalicelib.domain.prepared import LIVES, PreparedForms
from tests.fakes.counter import MemoryPrepared
from tests.fakes.world import FRIDAY_NOON

UNTIL = FRIDAY_NOON + LIVES


def a_table(url: str, folder: Path) -> tuple[str, TablePrepared]:
    """The real one under a municipality of its own."""
    for table in (Row, KeyRow):
        table.Meta.host = url
    (folder / "key").write_bytes(secrets.token_bytes(32))
    city = f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}"
    return city, TablePrepared(city, CaseKeys(FileWrapper(folder / "key")), Connection(host=url))


@pytest.fixture(params=["memory", "dynamodb"])
def forms(request: pytest.FixtureRequest, tmp_path: Path) -> PreparedForms:
    """Both in turn."""
    return MemoryPrepared() if request.param == "memory" else a_table(request.getfixturevalue("store_url"), tmp_path)[1]


def test_a_form_is_given_three_times_and_is_then_unknown(forms: PreparedForms) -> None:
    forms.put("a" * 64, b"form", until=UNTIL)
    assert [forms.fetch("a" * 64, FRIDAY_NOON) for _ in range(3)] == [b"form"] * 3
    with pytest.raises(NotFound):
        forms.fetch("a" * 64, FRIDAY_NOON)


def test_a_code_leads_to_its_own_form_only(forms: PreparedForms) -> None:
    forms.put("a" * 64, b"hers", until=UNTIL)
    forms.put("b" * 64, b"his", until=UNTIL)
    assert forms.fetch("b" * 64, FRIDAY_NOON) == b"his"
    with pytest.raises(NotFound):
        forms.fetch("c" * 64, FRIDAY_NOON)


def test_a_code_that_is_taken_is_not_given_again(forms: PreparedForms) -> None:
    forms.put("a" * 64, b"hers", until=UNTIL)
    with pytest.raises(AlreadyThere):
        forms.put("a" * 64, b"his", until=UNTIL)
    assert forms.fetch("a" * 64, FRIDAY_NOON) == b"hers"


def test_after_seven_days_it_is_gone_even_before_anybody_has_swept(forms: PreparedForms) -> None:
    forms.put("a" * 64, b"form", until=UNTIL)
    assert forms.fetch("a" * 64, UNTIL - timedelta(seconds=1)) == b"form"
    with pytest.raises(NotFound):
        forms.fetch("a" * 64, UNTIL)


def test_the_worker_deletes_what_was_used_up_and_what_has_run_out_and_nothing_else(forms: PreparedForms) -> None:
    for name, until in (("a", UNTIL), ("b", UNTIL), ("c", UNTIL + timedelta(days=1))):
        forms.put(name * 64, b"form", until=until)
    for _ in range(3):
        forms.fetch("a" * 64, FRIDAY_NOON)
    assert forms.forget_old(FRIDAY_NOON) == 1
    assert forms.forget_old(UNTIL) == 1
    assert forms.forget_old(UNTIL) == 0
    assert forms.fetch("c" * 64, UNTIL) == b"form"


def test_it_lies_sealed_and_the_last_fetch_takes_the_form_and_the_worker_its_key(store_url: str, tmp_path: Path) -> None:
    city, forms = a_table(store_url, tmp_path)
    place = Keys(city).prepared("a" * 64)
    forms.put("a" * 64, "指宿　花子".encode(), until=UNTIL)
    (row,) = Row.query(place, consistent_read=True)
    assert "花子".encode() not in bytes(row.sealed)
    assert row.body == UNTIL.isoformat()
    for _ in range(3):
        forms.fetch("a" * 64, FRIDAY_NOON)
    assert not list(Row.query(place, consistent_read=True))
    forms.forget_old(FRIDAY_NOON)
    with pytest.raises(KeyRow.DoesNotExist):
        KeyRow.get(place, consistent_read=True)
