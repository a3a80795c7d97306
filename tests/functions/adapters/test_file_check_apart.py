"""The check in a process of its own says the same, and whatever happens to that process is only a refusal."""

import os
import sys

import pytest

from chalicelib.adapters.file_check_apart import ApartFileCheck
from chalicelib.domain.errors import ProviderDown
from chalicelib.domain.file import Checked, Refusal, Refused
from chalicelib.services import file_check
from tests.fakes import files


@pytest.mark.parametrize("data", [files.photo(), files.scan(2), b"", files.zip_of(), files.empty_png(9_000, 9_000)],
                         ids=["photo", "scan", "nothing", "zip", "bomb"])
def test_it_says_what_the_plain_check_says(data: bytes) -> None:
    assert ApartFileCheck().check(data) == file_check.check(data)


def test_a_pdf_whose_picture_unfolds_to_gigabytes_is_refused_or_painted_empty() -> None:
    huge = files.pdf(b"", b"<</Length 26>>\nstream\nq 200 0 0 200 0 0 cm /I Do Q\nendstream",
                     b"<</Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8/Length 1>>"
                     b"\nstream\nx\nendstream", page=b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>")
    assert isinstance(ApartFileCheck().check(huge), Checked | Refused)


@pytest.mark.parametrize("program", [
    "import time; time.sleep(60)", "import os; os.abort()", "bytearray(10**12)", "raise SystemExit(1)", "pass",
    "print('not json')", "print('[]')", "print('{\"refused\": \"unheard-of\"}')",
    "print('{\"kind\": \"jpeg\", \"pages\": [5]}')", "print('{\"kind\": \"jpeg\", \"pages\": [-1, 1]}')",
    "print('{\"kind\": \"exe\", \"pages\": [0]}')"])
def test_a_check_that_hangs_dies_or_talks_nonsense_is_a_refusal(program: str) -> None:
    check = ApartFileCheck(seconds=1, command=(sys.executable, "-c", program))
    assert check.check(files.photo()) == Refused(Refusal.HEAVY)


def test_the_process_knows_no_credentials() -> None:
    assert any("AWS" in name for name in os.environ)
    tells = "import os; told = [n for n in os.environ if 'AWS' in n]; print('{}' if told else '{\"refused\": \"empty\"}')"
    assert ApartFileCheck(command=(sys.executable, "-c", tells)).check(b"x") == Refused(Refusal.EMPTY)


def test_a_process_that_cannot_be_started_leaves_the_file_waiting() -> None:
    with pytest.raises(ProviderDown):
        ApartFileCheck(command=("no-such-program",)).check(b"x")
