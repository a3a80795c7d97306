"""The virtual card answers command by command as the measured cards do (domain.md §1.3)."""

import hashlib

import pytest

from kiosk_agent.card.public_key import digest_info
from kiosk_agent.virtual_card.card import Card
from tests.kiosk_agent.card_desk import who

TEXT, JPKI = "00A4040C0AD3921000310001010408", "00A4040C0AD392F000260100000001"
OPEN_AUTH = "0020009804" + b"1234".hex()


def said(card: Card, *commands: str) -> str:
    """The last answer, in hexadecimal digits."""
    answer = b""
    for command in commands:
        answer = card.answer(bytes.fromhex(command))
    return answer.hex().upper()


def hanako() -> Card:
    """A new card."""
    return who("hanako").make()


@pytest.mark.parametrize(("commands", "answer"), [
    (["00A4040C0AD3921000310001010499"], "6A82"),
    ([TEXT, "00A4020C020099"], "6A82"),
    ([TEXT, "00200091"], "63C3"),
    ([TEXT, "00200092"], "6984"),
    ([TEXT, "00200095"], "63CA"),
    ([TEXT, "00A4020C020011", "00200080"], "63C3"),
    ([TEXT, "00B0820000"], "6982"),
    ([TEXT, "00A40000"], "6A86"),
    ([TEXT, "00E00000"], "6D00"),
    ([JPKI, "00B0880003"], "8F8F009000"),
    ([JPKI, "00B0880403"], "6B00"),
    ([JPKI, "00A4020C020001", "00B0000004"], "6982"),
    ([JPKI, "802A009720" + "00" * 32 + "00"], "6982"),
    ([JPKI, OPEN_AUTH, "802A029704" + "00" * 4 + "00"], "6985"),
    ([JPKI, OPEN_AUTH, "802A099704" + "00" * 4 + "00"], "6A86"),
    ([JPKI, OPEN_AUTH, "802A00990100" + "00"], "6A82"),
    (["00200080"], "6982"), (["00B0000000"], "6A86"), (["802A000001FF00"], "6982"), (["00"], "6700"), (["00C0000000"], "6985"),
])
def test_an_answer_is_that_of_a_real_card(commands: list[str], answer: str) -> None:
    assert said(hanako(), *commands) == answer


def test_the_four_facts_open_by_short_identifiers_alone() -> None:
    reference = who("hanako").reference_b.encode().hex()
    whole = said(hanako(), TEXT, "002000950E" + reference, "00B0820000")
    assert "指宿　花子".encode().hex().upper() in whole
    assert whole.endswith("9000")


def test_the_printed_reference_opens_the_four_facts_and_not_the_number() -> None:
    reference = who("hanako").reference_b.encode().hex()
    assert said(hanako(), TEXT, "002000950E" + reference, "00B0810000") == "6982"


def test_a_digest_alone_and_a_named_digest_give_the_same_signature_by_either_way_of_naming_the_key() -> None:
    named, digest = digest_info(b"a challenge").hex(), hashlib.sha256(b"a challenge").hexdigest()
    signatures = {said(hanako(), JPKI, OPEN_AUTH, *way) for way in (
        [f"802A009733{named}00"], [f"802A029720{digest}00"], ["00A4020C020017", f"802A008033{named}00"])}
    assert len(signatures) == 1
    assert len(signatures.pop()) == 2 * (256 + 2)


def test_selecting_an_application_again_closes_it() -> None:
    card = hanako()
    assert said(card, TEXT, "0020009104" + b"1234".hex(), "00200091") == "9000"
    assert said(card, TEXT, "00200091") == "63C3"


def test_a_chip_that_answers_in_parts_gives_the_rest_when_asked() -> None:
    card = who("in-parts").make()
    first = said(card, JPKI, "00A4020C02000A", "00B0000000")
    assert first[-4:-2] == "61"
    rest = bytes.fromhex(said(card, "00C0000000"))
    assert len(bytes.fromhex(first)) - 2 + len(rest) - 2 == 256
    assert said(card, "00B0880010") == "6C03"
    assert said(card, "00C0000000") == "6985"


def test_tries_outlive_the_power() -> None:
    card = hanako()
    assert said(card, TEXT, "0020009104" + b"0000".hex()) == "63C2"
    card.reset()
    assert said(card, TEXT, "00200091") == "63C2"
