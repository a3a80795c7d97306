"""What a case seals for another place ends with its key; the memory store and the real one alike."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.adapters.sealing import Unsealable
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ports import Applications
from tests.fakes.store import MemoryStore
from tests.functions.adapters.test_store_port import a_first


@dataclass(frozen=True)
class Store:
    """A store, and how a case's key is erased in it."""

    cases: Applications
    erase: Callable[[ApplicationId], object]


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Both stores in turn."""
    if request.param == "memory":
        memory = MemoryStore()
        return Store(memory, memory.cases.pop)
    url = request.getfixturevalue("store_url")
    from pynamodb.connection import Connection

    from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
    from chalicelib.adapters.cases_table import TableApplications
    from chalicelib.adapters.table import KeyRow, Keys

    (tmp_path / "key").write_bytes(secrets.token_bytes(32))
    keys, city = CaseKeys(FileWrapper(tmp_path / "key")), f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}"

    def erase(id: ApplicationId) -> None:
        KeyRow(Keys(city).case(id)).delete()
        keys.drop(Keys(city).case(id))

    return Store(TableApplications(city, keys, Connection(host=url)), erase)


def a_case(store: Store) -> ApplicationId:
    """A stored draft."""
    case, entry = a_first()
    store.cases.write(case, entry)
    return case.id


def test_what_is_sealed_opens_in_its_case_and_place_and_nowhere_else(store: Store) -> None:
    case, other = a_case(store), a_case(store)
    sealed = store.cases.seal(case, b"a page", "secret/1")
    assert b"a page" not in sealed
    assert store.cases.unseal(case, sealed, "secret/1") == b"a page"
    for id, place, data in ((other, "secret/1", sealed), (case, "secret/2", sealed), (case, "secret/1", sealed[:-1] + b"x")):
        with pytest.raises(Unsealable):
            store.cases.unseal(id, data, place)


def test_a_case_without_a_key_seals_and_opens_nothing(store: Store) -> None:
    case = a_case(store)
    sealed = store.cases.seal(case, b"a page", "secret/1")
    store.erase(case)
    with pytest.raises(NotFound):
        store.cases.unseal(case, sealed, "secret/1")
    with pytest.raises(NotFound):
        store.cases.seal(case, b"a page", "secret/1")
