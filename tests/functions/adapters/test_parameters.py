"""Settings that are secrets or files come from one place when a function starts, and the files are for it alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.adapters.parameters import fetch


class FakeSystemsManager:
    """Answers in pages, as AWS does: at most ten parameters each."""

    def __init__(self, holds: dict[str, str]) -> None:
        self._holds = holds

    def get_paginator(self, name: str) -> "FakeSystemsManager":
        """The one listing we use."""
        assert name == "get_parameters_by_path"
        return self

    def paginate(self, *, Path: str, WithDecryption: bool) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        """Values in the clear only when they are asked for so."""
        for name, value in self._holds.items():
            if name.startswith(f"{Path}/"):
                yield {"Parameters": [{"Name": name, "Value": value if WithDecryption else "?"}]}


def test_a_secret_is_a_setting_and_a_file_is_a_path_that_only_we_read(tmp_path: Path) -> None:
    kept = FakeSystemsManager({"/madonavi/prod/MADONAVI_PAYMENT_SECRET": "hush", "/madonavi/dev/MADONAVI_PAYMENT_SECRET": "other",
                               "/madonavi/prod/MADONAVI_STAFF_KEY_FILE": '{"keys": []}'})
    found = fetch("/madonavi/prod", kept, tmp_path)
    assert found == {"MADONAVI_PAYMENT_SECRET": "hush", "MADONAVI_STAFF_KEY_FILE": str(tmp_path / "MADONAVI_STAFF_KEY_FILE")}
    file = Path(found["MADONAVI_STAFF_KEY_FILE"])
    assert (file.read_text(), file.stat().st_mode & 0o777) == ('{"keys": []}', 0o600)
