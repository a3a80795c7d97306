"""What the core system takes: one JSON file per form, and per day one CSV of all of them, for imports and for RPA."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kiosk_agent import own_files
from kiosk_agent.errors import QrError
from kiosk_agent.qr import Message

JAPAN = ZoneInfo("Asia/Tokyo")
FIRST = ("caseCode", "procedure", "version", "applicationDate", "copies", "applicant.fullName", "applicant.fullNameKana",
         "applicant.fullAddress", "applicant.dateOfBirth", "applicant.sex")
"""Columns that come first, by GIF names; the others follow in the order of the alphabet."""
_CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
LONGEST = 2_000
FORMULA = ("=", "+", "-", "@", "\t")
"""What a spreadsheet would calculate; such a value gets an apostrophe in the CSV (never in the JSON)."""


def checked(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content, when it is of the form that we write: text and numbers, nothing that could be run or followed.

    Raises QrError. A trusted kiosk writes nothing else; this is for the day on which one is not.
    """
    if not _CODE.fullmatch(str(content.get("caseCode", ""))) or not isinstance(content.get("procedure"), str):
        raise QrError("the content is of an unknown form")
    for key, value in flat(content):
        controls = any(ord(sign) < 32 for sign in value if sign != "\n")
        if not _KEY.fullmatch(key) or len(value) > LONGEST or "://" in value or controls:
            raise QrError("the content is of an unknown form")
    return content


def flat(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """(column, value) of every datum; several values of one field are joined by a full-width comma. Raises QrError."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            yield f"{above}{key}", "、".join(value)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield f"{above}{key}", str(value)
        else:
            raise QrError("the content is of an unknown form")


def write(folder: Path, message: Message, came: datetime) -> Path:
    """The message as a JSON file of the day it came; the same message again gives the same file. Raises OSError, QrError."""
    day = folder / came.astimezone(JAPAN).date().isoformat()
    day.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = checked(message.content)
    file = day / f"{content['caseCode']}-{message.nonce.hex()[:8]}.json"
    told = {"message": message.id, "madeAt": datetime.fromtimestamp(message.made_at, JAPAN).isoformat(), **content}
    own_files.write(file, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return file


def write_table(day: Path) -> Path:
    """The CSV of a day's folder, made anew from its JSON files: UTF-8 with a mark, as the spreadsheets of offices want it."""
    rows = [dict(flat(json.loads(file.read_text("utf-8")))) for file in sorted(day.glob("*.json"))]
    names = dict.fromkeys(name for name in FIRST if any(name in row for row in rows))
    names |= dict.fromkeys(sorted({name for row in rows for name in row} - names.keys()))
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(names)
    table.writerows([_harmless(row.get(name, "")) for name in names] for row in rows)
    file = day / "all.csv"
    own_files.write(file, b"\xef\xbb\xbf" + written.getvalue().encode("utf-8"))
    return file


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
