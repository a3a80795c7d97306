"""What is sealed opens only with its key, in its place, unaltered."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.sealing import Unsealable, seal, secret_for, unseal

KEY = bytes(range(32))


@given(st.binary(max_size=500), st.text(max_size=50))
def test_what_was_sealed_opens_again(plain: bytes, place: str) -> None:
    assert unseal(KEY, seal(KEY, plain, place), place) == plain


def test_the_same_text_never_looks_the_same_twice_and_is_not_readable() -> None:
    name = "指宿 花子".encode()
    first, second = seal(KEY, name, "a"), seal(KEY, name, "a")
    assert first != second
    assert name not in first


@given(st.integers(min_value=0), st.integers(1, 255))
def test_one_altered_byte_is_noticed(place: int, change: int) -> None:
    sealed = bytearray(seal(KEY, b"personal", "row/1"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(Unsealable):
        unseal(KEY, bytes(sealed), "row/1")


def test_a_value_moved_to_another_row_or_version_does_not_open() -> None:
    with pytest.raises(Unsealable):
        unseal(KEY, seal(KEY, b"personal", "462101#APP#a/STATE/3"), "462101#APP#a/STATE/2")


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Unsealable):
        unseal(secrets.token_bytes(32), seal(KEY, b"personal", "a"), "a")


def test_a_format_written_today_can_be_read_for_ever() -> None:
    """A vector of format v1; if this fails, stored cases can no longer be opened."""
    sealed = bytes.fromhex(VECTOR)
    assert unseal(KEY, sealed, "462101#APP#x/STATE/1").decode() == "辻\U000e0101"


def test_a_link_secret_is_stable_and_differs_by_purpose() -> None:
    assert secret_for(KEY, "status/0") == secret_for(KEY, "status/0")
    assert secret_for(KEY, "status/0") != secret_for(KEY, "resume/1")


VECTOR = (
    "01e7491fe49a15c800653cf6e88a9c62bbb73b13818d23bafac42f9a4dc409fae3a06a4dfe9973f80eff371130731ec912af"
    "704f02adcbd62dac0d198fa1c2a0c5581d25065cc7e269687fdd6732289defc492051c6631c3419070c957d4c5b14700eefd"
)
