"""Codes at the computer without a network: parts in any order, each form once, nothing that was tampered with."""

import base64
import csv
import io
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_agent import qr
from kiosk_agent.errors import QrError
from kiosk_agent.qr_import import files
from kiosk_agent.qr_import.collect import MOST_OPEN, Collection, as_scanned
from kiosk_agent.qr_import.desk import Desk
from kiosk_agent.qr_import.had import Had, ListTrouble
from kiosk_agent.qr_import.trust import Keys, KeyTrouble
from tests.fakes.world import FRIDAY_NOON

KIOSK, READER = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
SENDER = qr.Sender(KIOSK, READER.public_key())
WEEK = timedelta(days=7)


def a_form(code: str = "AB2C-DE34", *, long: bool = False, **more: Any) -> dict[str, Any]:
    seeded = random.Random(7)  # noqa: S311 - text that hardly shrinks, so that it takes several symbols
    return {"procedure": "juminhyo", "version": 1, "caseCode": code, "applicationDate": "2026-11-20", "copies": 2,
            "answers": {"whose": ["self"], "items": ["relation", "domicile"],
                        **({"note": ["".join(chr(seeded.randrange(0x4E00, 0x9FA5)) for _ in range(500))]} if long else {})},
            "applicant": {"fullName": "辻\U000e0100﨑 太郎", "fullAddress": "鹿児島県指宿市十町２４２４番地",
                          "dateOfBirth": "1955-11-03", "sex": 1}, **more}


def symbols(form: dict[str, Any] | None = None, sender: qr.Sender = SENDER) -> list[str]:
    return list(qr.encode(form or a_form(), sender, now=FRIDAY_NOON, lives=WEEK))


@pytest.fixture
def had(tmp_path: Path) -> Iterator[Had]:
    with Had(tmp_path / "had.sqlite") as one:
        yield one


@pytest.fixture
def desk(tmp_path: Path, had: Had) -> Desk:
    return Desk(qr.Receiver(READER, (KIOSK.public_key(),)), had, tmp_path / "forms", lambda: FRIDAY_NOON)


def forms_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("forms/*/*.json"))


def test_a_scanned_form_becomes_a_file_and_a_line_of_the_days_table(desk: Desk, tmp_path: Path) -> None:
    (symbol,) = symbols()
    said = desk.scan(symbol + "\r\n")
    assert said.good
    (file,) = forms_in(tmp_path)
    told = json.loads(file.read_text("utf-8"))
    assert told["applicant"]["fullName"] == "辻\U000e0100﨑 太郎"
    table = list(csv.DictReader(io.StringIO((file.parent / "all.csv").read_text("utf-8-sig"))))
    assert [(row["caseCode"], row["applicant.fullName"], row["answers.items"]) for row in table] == [
        ("AB2C-DE34", "辻\U000e0100﨑 太郎", "relation、domicile")]


def test_a_form_is_taken_once_however_often_it_is_scanned(desk: Desk, tmp_path: Path) -> None:
    (symbol,) = symbols()
    desk.scan(symbol)
    again = desk.scan(symbol)
    assert (again.good, "もう取りこんでいます" in again.text) == (False, True)
    assert len(forms_in(tmp_path)) == 1


def test_a_form_is_remembered_by_the_next_sitting(desk: Desk, tmp_path: Path) -> None:
    (symbol,) = symbols()
    desk.scan(symbol)
    receiver = qr.Receiver(READER, (KIOSK.public_key(),))
    with Had(tmp_path / "had.sqlite") as tomorrow:
        later = Desk(receiver, tomorrow, tmp_path / "forms", lambda: FRIDAY_NOON + timedelta(days=1))
        assert later.scan(symbol).good is False
    assert len(forms_in(tmp_path)) == 1


def test_parts_of_several_people_may_be_scanned_in_any_order(desk: Desk, tmp_path: Path) -> None:
    parts = [part for code in ("AA22-AA22", "BB33-BB33") for part in symbols(a_form(code, long=True))]
    assert len(parts) > 3
    random.Random(3).shuffle(parts)  # noqa: S311 - an order, not a secret
    assert [said.good for said in map(desk.scan, parts)].count(True) == 2
    assert len(forms_in(tmp_path)) == 2


def test_a_missing_part_is_named(desk: Desk) -> None:
    parts = symbols(a_form(long=True))
    said = desk.scan(parts[1])
    assert said.good is None
    assert all(f"{n}" in said.text for n in range(1, len(parts) + 1))


@pytest.mark.parametrize("spoilt", ["full-width", "small", "spaces"])
def test_what_an_input_method_does_to_a_scan_is_undone(desk: Desk, spoilt: str) -> None:
    (symbol,) = symbols()
    typed = {"full-width": "".join(chr(ord(sign) + 0xFEE0) for sign in symbol), "small": symbol.lower(),
             "spaces": f" {symbol[:20]} {symbol[20:]}\t"}[spoilt]
    assert desk.scan(typed).good


@pytest.mark.parametrize("typed", ["", "JAHISTC08,1", "MN1", "https://example.jp/", "9" * 2000, "MN1" + "A" * 30])
def test_a_foreign_code_is_told_and_forgotten(desk: Desk, tmp_path: Path, typed: str) -> None:
    assert desk.scan(typed).good is False
    assert forms_in(tmp_path) == []


def test_every_changed_character_is_noticed(desk: Desk, tmp_path: Path) -> None:
    (symbol,) = symbols()
    for at in range(0, len(symbol), 11):
        for other in "A7":
            if symbol[at] != other:
                assert desk.scan(symbol[:at] + other + symbol[at + 1:]).good is not True
    assert forms_in(tmp_path) == []


@pytest.mark.parametrize("spelling", ["MZ", "MZXX", "MZXW7", "MZXW6YR"])
def test_another_spelling_of_the_same_bytes_is_not_believed(spelling: str) -> None:
    same = base64.b32decode(spelling + "=" * (-len(spelling) % 8))
    assert qr._unbase32(base64.b32encode(same).decode().rstrip("=")) == same
    with pytest.raises(QrError):
        qr._unbase32(spelling)


def test_a_code_of_a_kiosk_that_is_not_believed_is_refused(desk: Desk, tmp_path: Path) -> None:
    stranger = qr.Sender(Ed25519PrivateKey.generate(), READER.public_key())
    said = desk.scan(symbols(sender=stranger)[0])
    assert (said.good, "登録していない端末" in said.text) == (False, True)
    assert forms_in(tmp_path) == []


def test_a_code_is_good_for_a_week(tmp_path: Path, had: Had) -> None:
    late = Desk(qr.Receiver(READER, (KIOSK.public_key(),)), had, tmp_path / "forms", lambda: FRIDAY_NOON + timedelta(days=8))
    assert "期限" in late.scan(symbols()[0]).text


@pytest.mark.parametrize("changed", [
    {"caseCode": "../../etc"}, {"procedure": 7}, {"answers": {"a/b": ["x"]}}, {"note": "see https://example.jp/"}, {"note": "\x07"},
    {"note": "x" * 2001}, {"note": [1, 2]}, {"note": None}, {"note": True},
])
def test_even_a_believed_kiosk_writes_only_what_a_form_holds(desk: Desk, tmp_path: Path, changed: dict[str, Any]) -> None:
    parts = list(qr.encode({**a_form(), **changed}, SENDER, now=FRIDAY_NOON, lives=WEEK))
    assert [desk.scan(part).good for part in parts][-1] is False
    assert forms_in(tmp_path) == []


def test_a_value_that_a_spreadsheet_would_calculate_is_made_harmless_in_the_table_only(desk: Desk, tmp_path: Path) -> None:
    (symbol,) = symbols(a_form(note="=1+1"))
    desk.scan(symbol)
    (file,) = forms_in(tmp_path)
    assert json.loads(file.read_text("utf-8"))["note"] == "=1+1"
    assert next(csv.DictReader(io.StringIO((file.parent / "all.csv").read_text("utf-8-sig"))))["note"] == "'=1+1"


def test_a_crash_before_the_files_were_written_loses_and_doubles_nothing(tmp_path: Path, had: Had) -> None:
    (symbol,) = symbols()
    receiver = qr.Receiver(READER, (KIOSK.public_key(),))
    blocked = tmp_path / "forms"
    blocked.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(OSError, match="forms"):
        Desk(receiver, had, blocked, lambda: FRIDAY_NOON).scan(symbol)
    blocked.unlink()
    tomorrow = Desk(receiver, had, blocked, lambda: FRIDAY_NOON + timedelta(days=1))
    assert tomorrow.scan(symbol).good
    (file,) = forms_in(tmp_path)
    assert file.parent.name == FRIDAY_NOON.astimezone(files.JAPAN).date().isoformat()


def test_the_list_forgets_what_could_not_be_read_any_more(desk: Desk, had: Had) -> None:
    desk.scan(symbols()[0])
    assert had.forget_old(FRIDAY_NOON + WEEK) == 0
    assert had.forget_old(FRIDAY_NOON + WEEK + timedelta(days=2)) == 1


def test_a_list_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "had.sqlite"
    with sqlite3.connect(file) as newer:
        newer.execute("PRAGMA user_version = 9")
    newer.close()
    with pytest.raises(ListTrouble):
        Had(file)


def test_nonsense_does_not_fill_the_memory() -> None:
    collection = Collection()
    for n in range(MOST_OPEN + 5):
        collection, _ = collection.after(symbols(a_form(f"AA22-{n:04}", long=True))[0])
    assert len(collection.parts) == MOST_OPEN


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"MN1[A-Z2-7]{8}[0-9]{2}[A-Z2-7]{0,60}", fullmatch=True))
def test_whatever_is_typed_is_a_part_or_is_refused(typed: str) -> None:
    try:
        Collection().after(typed)
    except QrError:
        return
    assert qr.part_of(as_scanned(typed))[1] >= 1


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


TODAY = date(2026, 11, 20)


def test_after_a_change_of_keys_codes_sealed_for_the_older_one_are_still_read(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    keys.new(TODAY)
    keys.believe("市民課1番", public(KIOSK))
    before = qr.Sender(KIOSK, keys.receiver().own.public_key())
    parts = symbols(sender=before)
    keys.new(TODAY)
    assert qr.decode(parts, keys.receiver(), now=FRIDAY_NOON).content["copies"] == 2
    keys.retire()
    with pytest.raises(QrError, match="another reader"):
        qr.decode(parts, keys.receiver(), now=FRIDAY_NOON)


def test_a_kiosk_that_is_not_believed_any_more_is_refused(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    keys.new(TODAY)
    keys.believe("市民課1番", public(KIOSK))
    keys.believe("山川", public(Ed25519PrivateKey.generate()))
    parts = symbols(sender=qr.Sender(KIOSK, keys.receiver().own.public_key()))
    keys.disbelieve("市民課1番")
    with pytest.raises(QrError, match="do not know"):
        qr.decode(parts, keys.receiver(), now=FRIDAY_NOON)


def test_a_name_is_not_silently_given_to_another_kiosk(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    first = keys.believe("市民課1番", public(KIOSK))
    assert keys.believe("市民課1番", public(KIOSK)) == first
    with pytest.raises(KeyTrouble):
        keys.believe("市民課1番", public(Ed25519PrivateKey.generate()))
    assert keys.believed() == (first,)


@pytest.mark.parametrize(("name", "pem"), [("../x", b""), ("市民課", b"nothing"), ("市民課", READER.public_key().public_bytes(
    Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))])
def test_what_is_no_key_of_a_kiosk_is_not_believed(tmp_path: Path, name: str, pem: bytes) -> None:
    with pytest.raises(KeyTrouble):
        Keys(tmp_path / "keys").believe(name, pem or public(KIOSK))


def test_without_keys_the_program_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyTrouble, match="keys new"):
        Keys(tmp_path / "keys").receiver()


def test_private_keys_and_forms_are_for_nobody_elses_eyes(desk: Desk, tmp_path: Path) -> None:
    Keys(tmp_path / "keys").new(TODAY)
    desk.scan(symbols()[0])
    kept = [*tmp_path.glob("keys/own-*.pem"), *forms_in(tmp_path), *tmp_path.glob("forms/*/all.csv")]
    assert len(kept) == 4
    assert {file.stat().st_mode & 0o077 for file in kept} == {0}


def test_the_program_itself_from_the_first_key_to_the_first_form(tmp_path: Path) -> None:
    """As it is run on the computer without a network."""
    def run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "kiosk_agent.qr_import", "--folder", str(tmp_path), *words], input=typed,
                              capture_output=True, text=True, check=False)

    assert run().returncode == 1
    assert run("keys", "new").returncode == 0
    (tmp_path / "kiosk.pem").write_bytes(public(KIOSK))
    shown = run("keys", "believe", "市民課1番", str(tmp_path / "kiosk.pem")).stdout
    assert shown.split("指紋：")[1].splitlines()[0] in run("keys", "list").stdout
    own = Keys(tmp_path / "keys").receiver().own.public_key()
    parts = qr.encode(a_form(long=True), qr.Sender(KIOSK, own), now=datetime.now().astimezone(), lives=WEEK)  # noqa: TID251 - its clock
    said = run(typed="\n".join(reversed(parts)) + "\n\n").stdout
    assert "○ 受付 AB2C-DE34 を取りこみました。" in said
    assert len(forms_in(tmp_path)) == 1
