"""個人番号 is never read: not as text, not as a picture, not by 照合番号A, whatever the counter does (番号法 第20条)."""

import contextlib
import logging

import pytest

from kiosk_agent.card import reading
from kiosk_agent.card.facts import CardKind
from kiosk_agent.errors import CardError
from kiosk_agent.virtual_card.people import DEMO_PASSWORD, PEOPLE, Person
from tests.kiosk_agent.card_desk import CHALLENGE, PIN, Touched, laid, touched

TEXT, SURFACE, COMMON = "D3921000310001010408", "D3921000310001010402", "D3921000310001010100"
JPKI = "D392F000260100000001"
FORBIDDEN = {Touched(TEXT, 0x0001), Touched(TEXT, 0x0014), Touched(SURFACE, 0x0005), Touched(SURFACE, 0x0013)}
"""The number, its picture, and 照合番号A of both applications, which is the number itself."""
ALLOWED = {
    *(Touched(JPKI, file) for file in (0x01, 0x06, 0x08, 0x0A, 0x17, 0x18, 0x1A, 0x1B)),
    *(Touched(TEXT, file) for file in (0x02, 0x03, 0x04, 0x07, 0x11, 0x15)),
    *(Touched(SURFACE, file) for file in (0x02, 0x04, 0x12)),
    Touched(COMMON, 0x01),
    Touched("A0000002310600000000000000000000", 0x1A),
    # A residence card is asked for its two free files last; a card of another family may lie there.
    Touched("A0000002310100000000000000000000", 0x0B),
}
"""All files that the counter ever names on a card of this family: a new one is a decision, and a line here."""


def everything(person: Person) -> list[bytes]:
    """All that the counter can do with a card, one after the other, whether it works on that card or not."""
    slot, reader = laid(person.id)
    kind = person.kind or CardKind.MY_NUMBER
    secret_b = person.reference_b or "00000000000000"
    for use in (
            lambda: reading.look(reader),
            lambda: reading.tries_left(reader),
            lambda: reading.read_basic_four(reader, PIN.value),
            lambda: reading.read(reader, kind, PIN),
            lambda: reading.read_and_sign(reader, kind, PIN, PIN.value, CHALLENGE),
            lambda: reading.sign_challenge(reader, PIN.value, CHALLENGE),
            lambda: reading.signing_facts(reader, DEMO_PASSWORD, b"a document"),
            lambda: reading.pictures(reader, secret_b),
            lambda: reading.prove_own_key(reader, PIN, CHALLENGE)):
        with contextlib.suppress(CardError):
            use()
    return slot.heard


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
def test_whatever_the_counter_does_it_never_names_a_file_of_the_number(person: Person) -> None:
    named = touched(everything(person))
    assert not named & FORBIDDEN
    assert named <= ALLOWED


def test_the_test_would_notice_a_file_of_the_number_however_it_is_named() -> None:
    selected = bytes.fromhex(f"00A4040C0A{TEXT}")
    for command in ("00A4020C020001", "00B0810000", "0020009400", "00B2010C00", "002000940C" + "30" * 12):
        assert touched([selected, bytes.fromhex(command)]) & FORBIDDEN


def test_a_card_that_tells_the_number_would_be_heard() -> None:
    """The virtual card does hold it: what the counter does not read is really there to be read."""
    slot, reader = laid("hanako")
    with reader.connect() as card:
        for command in (f"00A4040C0A{TEXT}", "00A4020C020011", "0020008004" + b"1234".hex(), "00A4020C020001"):
            card.send(bytes.fromhex(command))
        content, status = card.send(bytes.fromhex("00B0000000"))
    assert (status, content[3:15]) == (0x9000, b"537686677188")
    assert touched(slot.heard) & FORBIDDEN


def test_no_number_and_no_secret_shows_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        everything(next(person for person in PEOPLE if person.id == "hanako"))
    assert not any(word in caplog.text for word in ("1234", "31323334", DEMO_PASSWORD, "537686677188"))
