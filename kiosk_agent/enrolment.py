"""Being trusted by the office: a one-time code and a fresh key make this kiosk known, and what was agreed lies on its disk.

`python -m kiosk_agent enrol --code XXXX-XXXX --office https://…`
"""

import argparse
import base64
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk_agent import keys, own_files
from kiosk_agent.client import Clock, ClockWrong, HttpOffice, ask, connection
from kiosk_agent.desk import NotTrusted, Offline, Refused
from kiosk_agent.errors import KioskError

FILE = "office.json"
TAG = "madonavi-kiosk-enrol"
LOOPBACK = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What this kiosk and the office have agreed on. device: the keyid of its signatures. city: six digits."""

    base_url: str
    device: str
    city: str
    name: str
    key: Ed25519PrivateKey = field(repr=False)


class _Kept(BaseModel):
    """The file: all of it or none, so that an id never stands beside the key of another enrolment."""

    model_config = ConfigDict(frozen=True)
    base_url: str
    device: str
    city: str
    name: str
    key: str


class _Said(BaseModel):
    """The office's answer."""

    model_config = ConfigDict(frozen=True)
    device: str
    city: str
    name: str


def enrolled(folder: Path) -> Enrolled | None:
    """What was agreed, from the kiosk's folder of keys; None before the first enrolment. Raises KioskError for a broken file."""
    file = folder / FILE
    if not file.exists():
        return None
    try:
        kept = _Kept.model_validate_json(file.read_bytes())
    except ValidationError:
        raise KioskError(f"{FILE} が読めません。職員に、新しい番号での登録を頼んでください。") from None
    return Enrolled(base_url=kept.base_url, device=kept.device, city=kept.city, name=kept.name,
                    key=keys.from_pem(kept.key.encode(), FILE))


def enrol(base_url: str, code: str, folder: Path, http: httpx.Client, clock: Clock) -> Enrolled:
    """Become known with a code that an officer made. folder: of the kiosk's keys; what was agreed is kept there.

    Raises Refused('not-found' for a code that does not work, 'too-many'), ClockWrong, and Offline: after that the same
    code works again, with the same key. Until the office has agreed, what was agreed before stays.
    """
    base_url = _sound(base_url)
    key = keys.next_office_key(folder)
    public = base64.b64encode(keys.public_of(key)).decode()
    body = json.dumps({"code": code.strip(), "publicKey": public}, separators=(",", ":")).encode()
    said = ask(http, base_url, "POST", "/api/v1/kiosk/enrol", body, answer=_Said, key=key, key_id=public, tag=TAG, clock=clock)
    kept = _Kept(base_url=base_url, key=keys.pem_of(key).decode(), **said.model_dump())
    own_files.write(folder / FILE, kept.model_dump_json().encode())
    keys.forget_next_office_key(folder)
    return Enrolled(base_url=base_url, key=key, **said.model_dump())


def office(agreed: Enrolled, http: httpx.Client, clock: Clock) -> HttpOffice:
    """The office that trusts this kiosk, as it was agreed."""
    return HttpOffice(http, base_url=agreed.base_url, device=agreed.device, city=agreed.city, key=agreed.key, clock=clock)


def main(arguments: Sequence[str], clock: Clock) -> int:
    """The command. 1 with a sentence when it did not work; the code is asked for where it was not given."""
    asked = argparse.ArgumentParser(prog="python -m kiosk_agent enrol")
    asked.add_argument("--code", help="職員の画面に出た8文字の番号")
    asked.add_argument("--office", default=os.environ.get("MADONAVI_PUBLIC_URL", ""), help="まどナビの住所（https://…）")
    asked.add_argument("--check", action="store_true", help="登録せずに、いま信頼されているかを確かめる")
    given = asked.parse_args(arguments)
    folder = Path(os.environ.get("MADONAVI_KIOSK_DATA", "var/kiosk")).resolve() / "keys"
    try:
        with connection() as http:
            if given.check:
                sys.stdout.write(f"登録されています：{_checked(folder, http, clock).name}\n")
            else:
                code = given.code or input("職員の画面に出た番号: ")
                sys.stdout.write(f"登録しました：{enrol(given.office, code, folder, http, clock).name}\n")
    except KioskError as error:
        sys.stderr.write(f"{says(error)}\n")
        return 1
    return 0


def _checked(folder: Path, http: httpx.Client, clock: Clock) -> Enrolled:
    agreed = enrolled(folder)
    if agreed is None:
        raise NotTrusted
    office(agreed, http, clock).challenge()  # the one question that changes nothing of what the office knows of us
    return agreed


def says(error: KioskError) -> str:
    """Why an enrolment did not work and what to do, in words for whoever sets up the kiosk."""
    match error:
        case ClockWrong():
            return "この端末の時計が合っていません。時計を合わせてから、もう一度やってみてください。"
        case Offline():
            return "市の窓口につながりません。ネットワークを確かめて、同じ番号でもう一度やってみてください。"
        case Refused(code="too-many"):
            return "番号のまちがいが続きました。10分ほど待ってから、もう一度やってみてください。"
        case NotTrusted():
            return "この端末は登録されていません。職員の画面で番号を出して、登録してください。"
        case Refused():
            return "この番号では登録できません。10分を過ぎていないか確かめて、職員の画面で新しい番号を出してください。"
        case _:
            return str(error)


def _sound(base_url: str) -> str:
    parts = urlsplit(base_url.strip())
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise KioskError("--office に、まどナビの住所（https:// で始まるもの）を書いてください。")
    return f"{parts.scheme}://{parts.netloc}"
