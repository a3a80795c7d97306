"""Settings that are secrets or files, from AWS Systems Manager: read once, when a function starts.

A parameter is named as its setting, as in /madonavi/prod/MADONAVI_PAYMENT_SECRET. One whose name ends in _FILE holds the
file itself; it is put into a folder that only this process reads, and the setting is its path.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def fetch(path: str, client: Any, folder: Path) -> Mapping[str, str]:
    """Setting → value for everything directly under `path`. client: boto3's "ssm"."""
    found: dict[str, str] = {}
    for page in client.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True):
        for one in page["Parameters"]:
            name = str(one["Name"]).rpartition("/")[2]
            found[name] = _file(folder / name, one["Value"]) if name.endswith("_FILE") else str(one["Value"])
    return found


def _file(file: Path, text: str) -> str:
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")
    return str(file)
