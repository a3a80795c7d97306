"""A form from the phone is read at the counter whatever the reader does to the letters, and believed no more than typing."""

import base64
import hashlib
import itertools
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content.rules.form import problems_of
from content.rules.prepared_code import Trouble
from kiosk_agent import prepared
from kiosk_agent.desk import Prepared
from kiosk_agent.prepared import PreparedTrouble
from tests.conftest import ROOT
from tests.fakes.world import ibusuki

CONTRACT = ROOT / "tests/contract/kiosk/prepared.json"
TODAY = date(2026, 11, 20)
FORM: Mapping[str, Any] = {
    "procedure": "juminhyo", "version": 1, "goodUntil": "2026-11-27",
    "answers": {"whose": "self", "items": ["relation", "domicile"], "copies": "2"},
    "applicant": {"fullName": "指宿　花子", "fullNameKana": "イブスキ　ハナコ", "fullAddress": "鹿児島県指宿市十町２４２４番地",
                  "dateOfBirth": "1985-03-15", "sex": "2"},
}


def base32(data: bytes) -> str:
    """Without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=")


def symbols_of(packed: bytes, parts: int | None = None) -> list[str]:
    """The symbols of a packed content, as docs/prepared-code.md says; as few as hold it where no number is given."""
    armour, message = base32(packed), base32(hashlib.sha256(packed).digest())[:8]
    parts = parts or -(-len(armour) // 950) or 1
    size = -(-len(armour) // parts)
    bodies = [armour[at * size:(at + 1) * size] for at in range(parts)]
    return [f"MP1{message}{number}{parts}{base32(zlib.crc32(body.encode()).to_bytes(4, 'big'))}{body}"
            for number, body in enumerate(bodies, 1)]


def packed(content: bytes) -> bytes:
    """Raw deflate."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def a_code(parts: int | None = None, **differs: object) -> list[str]:
    """花子's form as symbols."""
    return symbols_of(packed(json.dumps({**FORM, **differs}, ensure_ascii=False).encode()), parts)


def read(symbols: Sequence[str], today: date = TODAY) -> Prepared:
    """With the city's own forms."""
    return prepared.read(symbols, ibusuki(), today=today)


def trouble_with(symbols: Sequence[str], today: date = TODAY) -> Trouble:
    """Why it is not taken."""
    with pytest.raises(PreparedTrouble) as told:
        read(symbols, today)
    return told.value.trouble


def test_a_form_from_the_phone_comes_out_as_it_was_filled_in() -> None:
    form = read(a_code())
    assert (form.procedure, form.version) == ("juminhyo", 1)
    assert form.answers == {"whose": "self", "items": ("relation", "domicile"), "copies": "2"}
    assert form.applicant == FORM["applicant"]


def test_the_symbols_of_the_functions_are_understood_here() -> None:
    contract = json.loads(CONTRACT.read_text("utf-8"))
    form, promised = read(contract["symbols"]), contract["answer"]
    assert (form.procedure, form.version) == (promised["procedure"], promised["version"])
    assert form.answers == {id: tuple(one) if isinstance(one, list) else one for id, one in promised["answers"].items()}
    assert form.applicant == promised["applicant"]


def test_symbols_may_be_read_in_any_order_and_twice() -> None:
    symbols = a_code(parts=4)
    for order in itertools.permutations(symbols):
        assert read([*order, *symbols]) == read(a_code())


@pytest.mark.parametrize("spoil", [
    pytest.param(lambda text: text + "\r", id="Enter after each symbol"),
    pytest.param(lambda text: f"  {text}\r\n\r\n", id="blanks and empty lines"),
    pytest.param(str.lower, id="small letters"),
    pytest.param(lambda text: "".join(chr(ord(letter) + 0xFEE0) for letter in text), id="full-width letters of an input method"),
    pytest.param(lambda text: "".join(chr(ord(letter) + 0xFEE0) for letter in text.lower()) + "\r", id="all at once"),
])
def test_what_a_keyboard_reader_does_to_the_letters_does_no_harm(spoil: Any) -> None:
    assert read([spoil(symbol) for symbol in a_code(parts=2)]) == read(a_code())


def test_two_symbols_typed_into_one_field_are_two_symbols() -> None:
    assert read(["\r".join(a_code(parts=3))]) == read(a_code())


def test_the_missing_symbols_are_named() -> None:
    symbols = a_code(parts=4)
    with pytest.raises(PreparedTrouble) as told:
        read([symbols[2], symbols[0]])
    assert (told.value.trouble, told.value.missing) == (Trouble.PART_MISSING, (2, 4))


def test_symbols_of_two_people_are_never_put_together() -> None:
    hanako, taro = a_code(parts=2), a_code(parts=2, applicant={"fullName": "指宿　太郎"})
    assert trouble_with([hanako[0], taro[1]]) is Trouble.MIXED


def test_symbols_that_only_claim_to_belong_together_are_found_out_by_their_hash() -> None:
    hanako, taro = a_code(parts=2), a_code(parts=2, applicant={"fullName": "指宿　太郎"})
    renamed = taro[1][:3] + hanako[1][3:11] + taro[1][11:]
    assert trouble_with([hanako[0], renamed]) in (Trouble.MIXED, Trouble.DAMAGED)


def test_every_single_misread_letter_of_a_symbol_is_noticed() -> None:
    [symbol] = a_code()
    for at, letter in enumerate(symbol):
        other = "A" if letter != "A" else "B"
        with pytest.raises(PreparedTrouble):
            read([symbol[:at] + other + symbol[at + 1:]])


@pytest.mark.parametrize(("text", "trouble"), [
    ("https://example.jp/evil", Trouble.NOT_OURS),
    ("", Trouble.NOT_OURS),
    ("\r\n", Trouble.NOT_OURS),
    ("MN1ABCDEFGH11ABCDEFGABCDEFGH", Trouble.NOT_OURS),
    ("JAHISTC08,1", Trouble.NOT_OURS),
    ("MP2ABCDEFGH11ABCDEFGABCDEFGH", Trouble.OTHER_VERSION),
    ("MP1", Trouble.MISREAD),
    ("MP1ABCDEFGH51ABCDEFGABCDEFGH", Trouble.MISREAD),
    ("A" * 30_000, Trouble.TOO_LONG),
])
def test_a_code_that_is_not_ours_is_told_apart_from_a_misread_one(text: str, trouble: Trouble) -> None:
    assert trouble_with([text]) is trouble


def test_nothing_at_all_is_no_code() -> None:
    assert trouble_with([]) is Trouble.NOT_OURS


def test_a_code_is_good_on_its_last_day_and_not_on_the_next() -> None:
    assert read(a_code(), today=date(2026, 11, 27)).procedure == "juminhyo"
    assert trouble_with(a_code(), today=date(2026, 11, 28)) is Trouble.TOO_OLD


def test_a_procedure_that_the_city_does_not_have_is_told() -> None:
    assert trouble_with(a_code(procedure="passport")) is Trouble.UNKNOWN_PROCEDURE


def test_a_form_of_another_version_keeps_the_answers_that_ours_still_offers() -> None:
    form = read(a_code(version=7, answers={"whose": "self", "abolished": "x", "items": ["relation", "seal"], "copies": "2"}))
    assert form.version == ibusuki().procedure("juminhyo").version
    assert form.answers == {"whose": "self", "copies": "2"}


@pytest.mark.parametrize(("answers", "kept"), [
    ({"copies": "11"}, {}),
    ({"copies": "２"}, {"copies": "2"}),
    ({"copies": ["2", "3"]}, {"copies": "2"}),
    ({"items": ["none", "relation"]}, {}),
    ({"whose": "<script>alert(1)</script>"}, {}),
    ({"whose": "self", "members": "指宿 一郎"}, {"whose": "self"}),
    ({"whose": "members", "members": "指宿 一郎"}, {"whose": "members", "members": "指宿 一郎"}),
    ({"whose": "members", "members": "一" * 301}, {"whose": "members"}),
    ({"name": "別の　人"}, {}),
    ({"items.1.x": "y", "..": "z", "": "w"}, {}),
])
def test_an_answer_is_taken_only_where_typing_it_would_be(answers: Mapping[str, object], kept: Mapping[str, object]) -> None:
    assert read(a_code(answers=answers)).answers == kept


def test_what_the_card_fills_and_files_never_come_from_a_code() -> None:
    for procedure in ibusuki().procedures:
        given = {field.id: ["1", "2"] if str(field.kind) in ("file", "choices", "group") else "x" for field in procedure.fields()
                 if field.from_identity or str(field.kind) == "file"}
        assert read(a_code(procedure=procedure.id, answers=given)).answers == {}, procedure.id


def test_nothing_is_taken_that_our_form_would_call_wrong() -> None:
    for procedure in ibusuki().procedures:
        form = read(a_code(procedure=procedure.id, answers={field.id: "x" * 50 for field in procedure.fields()}))
        wrong = {problem.field for _, problem in problems_of(procedure, form.answers, TODAY)}
        assert not wrong & set(form.answers), procedure.id


def test_a_small_symbol_cannot_swell_into_a_large_one() -> None:
    assert trouble_with(symbols_of(packed(b"[" * 500_000))) is Trouble.TOO_LONG
    assert trouble_with(symbols_of(packed(b"[" * 16_000))) is Trouble.DAMAGED


@pytest.mark.parametrize("content", [
    b"", b"null", b"[]", b"{}", b"\xff\xfe", b'{"procedure": "juminhyo"}', json.dumps({**FORM, "link": "https://x"}).encode(),
    json.dumps({**FORM, "version": 10 ** 400}).encode(), json.dumps({**FORM, "answers": {"a": {"b": "c"}}}).encode(),
    json.dumps({**FORM, "goodUntil": "2026-02-30"}).encode(), json.dumps({**FORM, "procedure": "../keys"}).encode(),
    json.dumps({**FORM, "answers": {f"a{n}": "b" for n in range(300)}}).encode(),
    json.dumps({**FORM, "applicant": {"myNumber": "123456789012"}}).encode(),
    json.dumps({**FORM, "applicant": {"fullName": "花子\u202eoraT"}}).encode(),
    json.dumps({**FORM, "applicant": {"fullName": "花子\x1b[2J"}}).encode(),
    json.dumps({**FORM, "applicant": {"fullName": "\ud800"}}).encode(),
    json.dumps({**FORM, "applicant": {"sex": 3}}).encode(),
    json.dumps({**FORM, "applicant": {"dateOfBirth": "1985-13-01"}}).encode(),
])
def test_content_of_another_shape_is_called_damaged(content: bytes) -> None:
    assert trouble_with(symbols_of(packed(content))) is Trouble.DAMAGED


def test_a_name_keeps_its_variants_and_rare_characters() -> None:
    name = "辻\U000e0100　\U00020bb7\uf8f0"
    assert read(a_code(applicant={"fullName": name})).applicant == {"fullName": name}


def test_no_trouble_tells_what_was_in_the_code() -> None:
    for symbols in (a_code(version=0), a_code(procedure="passport"), a_code(applicant={"fullName": "花子\x00"})):
        with pytest.raises(PreparedTrouble) as told:
            read(symbols)
        chain = [told.value, told.value.__cause__]
        assert all("花子" not in repr(one) and "花子" not in str(one) for one in chain)


NEARLY = st.from_regex(r"MP1[A-Z2-7]{8}[1-4]{2}[A-Z2-7]{7}[A-Z2-7]{1,40}", fullmatch=True)


@given(st.lists(st.text(max_size=60) | NEARLY, max_size=6))
@settings(max_examples=200, deadline=timedelta(seconds=2))
def test_whatever_is_typed_only_a_code_trouble_comes_out(texts: list[str]) -> None:
    with pytest.raises(PreparedTrouble):
        read(texts)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(packed))
@settings(max_examples=300, deadline=timedelta(seconds=2))
def test_whatever_is_packed_only_a_code_trouble_comes_out(content: bytes) -> None:
    with pytest.raises(PreparedTrouble):
        read(symbols_of(content))


ASKED = [field for procedure in ibusuki().procedures for field in procedure.fields()]
FIELDS = sorted({field.id for field in ASKED} | {f"{field.id}.1.{part.id}" for field in ASKED for part in field.parts})
VALUES = st.text(max_size=40) | st.lists(st.text(max_size=8), max_size=4) | st.sampled_from(
    ["1985-03-15", "昭和60年3月15日", "令和9999年99月99日", "9" * 50, "-1", "²", "٣", "〒891-0405 十町", "yes", "1", "\x00"])


@given(st.sampled_from([one.id for one in ibusuki().procedures]), st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=12))
@example("kodomo-iryo", {"children": ["999", "1", "x"], "children.999.name": "一"})
@settings(max_examples=300, deadline=timedelta(seconds=2))
def test_whatever_was_answered_the_form_is_taken_and_holds_only_what_typing_allows(
        procedure: str, answers: dict[str, str | list[str]]) -> None:
    form = read(a_code(procedure=procedure, answers=answers))
    wrong = {problem.field for _, problem in problems_of(ibusuki().procedure(procedure), form.answers, TODAY)}
    assert not wrong & set(form.answers)
