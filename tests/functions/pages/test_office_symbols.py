"""What the console says of the codes that a camera or a reader brings, before the server looks at them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.prepared import LIVES, Prepared
from chalicelib.services import prepared_qr
from tests.conftest import ROOT
from tests.fakes.world import FRIDAY_NOON
from tests.functions.services.test_prepared import long_words

SYMBOLS = ROOT / "navi_site/assets/script/symbols.js"


def brought(letters: int, copies: str = "1") -> tuple[str, ...]:
    """The symbols of a form with so many different characters in it: one symbol for a few, two for three hundred."""
    form = Prepared(procedure="juminhyo", version=1, answers={"members": long_words(letters), "copies": copies}, applicant={})
    return prepared_qr.texts(form, FRIDAY_NOON + LIVES)


def said(*reads: str, typed: str = "") -> tuple[str, list[Any]]:
    """The field in the end, and what was told at first and after each reading."""
    node = shutil.which("node")
    assert node, "the set-up installs Node.js"
    done = subprocess.run([node, str(Path(__file__).with_name("symbols.mjs")), str(SYMBOLS)],
                          input=json.dumps({"typed": typed, "reads": reads}), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return found["typed"], found["told"]


def test_four_symbols_are_put_together_in_any_order_and_the_missing_ones_are_named() -> None:
    parts = brought(750)
    assert len(parts) == 4
    typed, told = said(parts[2], parts[0], parts[2], parts[3], parts[1])
    assert [(one["is"], one["missing"]) for one in told[1:]] == [
        ("taken", [1, 2, 4]), ("taken", [2, 4]), ("again", [2, 4]), ("taken", [2]), ("taken", [])]
    assert sorted(typed.splitlines()) == sorted(parts)


@pytest.mark.parametrize(("text", "why"), [
    ("https://example.jp/tablet/p/secret", "foreign"),
    ("MN1ABCDEFGH11ABCDEFGABCDEFGH", "foreign"),
    ("MP2ABCDEFGH11ABCDEFGABCDEFGH", "version"),
    ("", "foreign"),
])
def test_what_is_no_code_for_the_counter_is_not_put_into_the_field(text: str, why: str) -> None:
    first, *_ = brought(300)
    typed, told = said(first, text)
    assert (typed, told[-1]["is"]) == (first, why)


def test_a_symbol_of_another_persons_form_is_not_put_beside_the_first() -> None:
    hanako, taro = brought(300), brought(300, copies="2")
    typed, told = said(hanako[0], taro[1], hanako[1])
    assert (typed.splitlines(), [one["is"] for one in told[1:]]) == ([*hanako], ["taken", "other", "taken"])


def test_every_single_misread_letter_is_noticed_before_it_is_sent() -> None:
    [symbol] = brought(1)
    spoilt = [symbol[:at] + ("A" if letter != "A" else "B") + symbol[at + 1:] for at, letter in enumerate(symbol) if at > 10]
    _, told = said(*spoilt)
    assert {one["is"] for one in told[1:]} == {"damaged"}


@pytest.mark.parametrize("code", ["ABCD-WXYZ", "ABCDWXYZ", "ABCD-2345", "A2C4-E6G8-J9LM"])
def test_a_code_or_a_number_may_stand_in_a_qr_too(code: str) -> None:
    assert said(code)[0] == code


def test_a_number_that_is_in_the_field_already_is_not_mixed_with_a_form() -> None:
    typed, told = said(brought(1)[0], typed="ABCD-WXYZ")
    assert (typed, told[-1]["is"]) == ("ABCD-WXYZ", "beside")


def test_what_an_input_method_does_to_a_readers_letters_does_no_harm() -> None:
    parts = brought(300)
    wide = "\r\n".join("".join(chr(ord(letter) + 0xFEE0) for letter in part.lower()) for part in reversed(parts))
    assert said(typed=wide)[1] == [{"is": "", "have": [1, 2], "missing": [], "count": 2, "wrong": ""}]


def test_two_forms_typed_one_after_the_other_are_noticed() -> None:
    assert said(typed="\n".join((brought(300)[0], brought(300, copies="2")[1])))[1][0]["wrong"] == "other"
