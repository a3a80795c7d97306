"""What the counter says to a card and understands of its answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card import tlv
from kiosk_agent.card.apdu import Command, read_binary, select_application, verify
from kiosk_agent.card.kenmen_nyuryoku_hojo import EF_BASIC_FOUR
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.reading import read_basic_four, tries_left
from kiosk_agent.card.tlv import Tlv
from kiosk_agent.errors import CardGarbled, CardRemoved, PinBlocked, StatusError, UnknownCard, WrongPin
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.people import PEOPLE, TSUJI_ONE_DOT, Person
from kiosk_agent.virtual_card.slot import Accidents, Slot

READABLE = [person for person in PEOPLE if person.is_my_number_card and person.tries]


class ScriptedCard:
    """Answers from a list; remembers what it was told."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.told: list[bytes] = []

    def send(self, command: bytes) -> tuple[bytes, int]:
        """The next answer."""
        self.told.append(command)
        answer = self.answers.pop(0)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def laid(person: str, accidents: Accidents | None = None) -> tuple[Slot, InProcessReader]:
    """A slot with that person's card."""
    slot = Slot(wait=lambda seconds: None)
    slot.place(person, accidents or Accidents())
    return slot, InProcessReader(slot)


@pytest.mark.parametrize("person", READABLE, ids=lambda person: person.id)
def test_the_four_facts_are_read_as_they_stand_on_the_card(person: Person) -> None:
    _, reader = laid(person.id)
    facts = read_basic_four(reader, "1234")
    assert (facts.name, facts.address, facts.birthdate, facts.sex) == (person.name, person.address, person.birthdate, person.sex)


def test_rare_characters_keep_their_code_points_and_selectors() -> None:
    assert read_basic_four(laid("tsuji")[1], "1234").name == f"{TSUJI_ONE_DOT}﨑　太郎" == "\u8fbb\U000e0100\ufa11\u3000太郎"
    assert read_basic_four(laid("yoshida")[1], "1234").name == "\U00020bb7田\u3000\u9ad9子"


def test_looking_how_many_tries_are_left_costs_none() -> None:
    _, reader = laid("hanako")
    assert [tries_left(reader) for _ in range(5)] == [3] * 5


def test_a_wrong_number_costs_one_try_and_the_third_blocks() -> None:
    _, reader = laid("hanako")
    for left in (2, 1):
        with pytest.raises(WrongPin) as wrong:
            read_basic_four(reader, "0000")
        assert wrong.value.tries_left == left == tries_left(reader)
    with pytest.raises(PinBlocked):
        read_basic_four(reader, "0000")
    assert tries_left(reader) == 0
    with pytest.raises(PinBlocked):
        read_basic_four(reader, "1234")


def test_the_right_number_gives_all_tries_back() -> None:
    _, reader = laid("hanako")
    with pytest.raises(WrongPin):
        read_basic_four(reader, "0000")
    read_basic_four(reader, "1234")
    assert tries_left(reader) == 3


def test_a_driving_licence_is_not_a_my_number_card() -> None:
    _, reader = laid("unknown")
    with pytest.raises(UnknownCard):
        tries_left(reader)


@pytest.mark.parametrize("pin", ["", "123", "12345", "abcd", "１２３４", "12 4"])
def test_what_is_no_number_of_four_digits_never_reaches_the_card(pin: str) -> None:
    _, reader = laid("hanako")
    with pytest.raises(ValueError, match="four digits"):
        read_basic_four(reader, pin)
    assert tries_left(reader) == 3


def commands_of_a_reading() -> int:
    """How many commands one reading takes, found by pulling later and later."""
    for at in range(1, 60):
        _, reader = laid("nagai", Accidents(pull_at=at))
        try:
            read_basic_four(reader, "1234")
        except CardRemoved:
            continue
        return at - 1
    raise AssertionError("never whole")


def test_a_card_pulled_at_any_command_is_told_as_pulled() -> None:
    assert commands_of_a_reading() >= 6


@pytest.mark.parametrize("at", range(1, 9))
def test_nonsense_from_any_command_on_is_told_as_unreadable_and_nothing_else(at: int) -> None:
    _, reader = laid("nagai", Accidents(garble_at=at))
    with pytest.raises((CardGarbled, UnknownCard)):
        read_basic_four(reader, "1234")


def test_a_number_is_never_sent_twice_even_when_the_card_asks_for_another_length() -> None:
    card = ScriptedCard("6C04")
    assert CardProtocol(card).status(verify(b"1234")) == 0x6C04
    assert len(card.told) == 1


def test_a_wrong_length_is_put_right_and_a_rest_is_fetched() -> None:
    card = ScriptedCard("6C02", "41426102", "43449000")
    assert CardProtocol(card).exchange(read_binary(0, 16)) == b"ABCD"
    assert [bytes(told).hex() for told in card.told] == ["00b0000010", "00b0000002", "00c0000002"]


def test_a_card_that_never_stops_answering_is_given_up() -> None:
    card = ScriptedCard(*(["00" * 255 + "61FF"] * 300))
    with pytest.raises(CardGarbled):
        CardProtocol(card).exchange(read_binary(0, 256))


def test_any_other_status_is_an_error_of_its_own() -> None:
    with pytest.raises(StatusError):
        CardProtocol(ScriptedCard("6A82")).exchange(select_application(b"\x01"))


def test_a_number_never_shows_in_a_log_or_an_error() -> None:
    assert "31323334" not in repr(verify(b"1234"))
    assert "1234" not in repr(verify(b"1234"))


def test_only_the_four_facts_are_ever_selected_not_my_number() -> None:
    slot = Slot(wait=lambda seconds: None)
    slot.place("hanako")
    selected: list[bytes] = []
    exchange = slot.exchange

    def listening(command: bytes, placing: int) -> bytes | None:
        selected.append(command)
        return exchange(command, placing)

    slot.exchange = listening  # type: ignore[method-assign]
    read_basic_four(InProcessReader(slot), "1234")
    files = {command[5:7] for command in selected if command[1:4] == b"\xa4\x02\x0c"}
    assert files == {b"\x00\x11", EF_BASIC_FOUR.to_bytes(2, "big")}


@given(st.binary(max_size=300))
def test_any_bytes_are_data_objects_or_unreadable(data: bytes) -> None:
    try:
        children = Tlv.children(data)
    except CardGarbled:
        return
    assert sum(map(len, children.values())) <= len(data)


@given(st.lists(st.tuples(st.sampled_from([0x5F20, 0xDF22, 0xDF23, 0x81]), st.binary(max_size=700)), unique_by=lambda one: one[0]))
def test_data_objects_read_back_as_they_were_written(objects: list[tuple[int, bytes]]) -> None:
    written = b"".join(tlv.write(tag, value) for tag, value in objects)
    assert {tag: bytes(value) for tag, value in Tlv.children(written + b"\xff" * 9).items()} == dict(objects)


def test_commands_are_written_as_the_standard_says() -> None:
    assert bytes(Command(0xA4, 4, 0x0C, b"\xd3\x92")).hex() == "00a4040c02d392"
    assert bytes(read_binary(0x0100, 256)).hex() == "00b0010000"
    assert bytes(verify()).hex() == "00200080"
