"""Text on driver licences: two bytes a character, and codes for what the character set does not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card.jisx0208 import PLACE_HOLDER, decode
from kiosk_agent.errors import CardGarbled


def test_text_is_two_bytes_a_character_and_not_shift_jis() -> None:
    assert decode(bytes.fromhex("3B583D49")).text == "指宿"
    assert decode(bytes.fromhex("3B58 2121 3D49 2121")).text == "指　宿"


def test_characters_of_the_licences_own_codes_are_told_in_their_order() -> None:
    found = decode(bytes.fromhex("FFF7 3B58 FFFA FFF1 222E 2D21"))
    assert (found.text, found.outside) == ("〓指〓〓〓〓", (7, 0, 1, 0, 0))
    assert found.is_doubtful


@pytest.mark.parametrize("raw", ["3B", "3B583D", "FFFF", "FFF0", "FFF8", "8140", "3B80", "0000"])
def test_bytes_that_are_no_text_are_unreadable(raw: str) -> None:
    with pytest.raises(CardGarbled):
        decode(bytes.fromhex(raw))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_with_a_place_holder_for_each_doubt_or_unreadable(raw: bytes) -> None:
    try:
        found = decode(raw)
    except CardGarbled:
        return
    assert found.text.count(PLACE_HOLDER) == len(found.outside)
