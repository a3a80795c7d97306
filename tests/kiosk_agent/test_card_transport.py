"""Readers: which of several is used, and what is counted of what is said to a card."""

import itertools

import pytest

from kiosk_agent.card import reading
from kiosk_agent.card.facts import CardKind
from kiosk_agent.errors import CardRemoved
from kiosk_agent.transport.counted import CountedReader
from kiosk_agent.transport.pcsc import Choice, choose
from kiosk_agent.transport.same_card import SameCard
from tests.kiosk_agent.card_desk import CHALLENGE, PIN, laid

SONY, ACS, VIRTUAL = "SONY FeliCa RC-S300/P 00 00", "ACS ACR1252 Reader 01 00", "Virtual PCD 00 00"


def test_the_only_reader_is_used() -> None:
    assert choose([SONY]) == Choice(SONY, ())


def test_of_two_readers_the_first_by_name_is_used_whatever_was_plugged_in_first() -> None:
    assert choose([SONY, ACS]) == choose([ACS, SONY]) == Choice(ACS, (SONY,))


def test_a_reader_can_be_asked_for_by_a_part_of_its_name() -> None:
    assert choose([SONY, ACS], wanted="RC-S300") == Choice(SONY, (ACS,))


def test_another_reader_never_stands_in_for_the_one_that_was_asked_for() -> None:
    assert choose([ACS], wanted="RC-S300") is None


def test_a_virtual_reader_is_never_used_at_a_real_counter_nor_a_real_one_in_the_demonstration() -> None:
    assert choose([VIRTUAL]) is None
    assert choose([SONY, VIRTUAL]) == Choice(SONY, ())
    assert choose([SONY, VIRTUAL], virtual=True) == Choice(VIRTUAL, ())


def test_what_is_said_to_a_card_is_counted_and_not_kept() -> None:
    slot, reader = laid("hanako")
    ticks = itertools.count()
    counted = CountedReader(reader, lambda: float(next(ticks)))
    assert (counted.name, counted.placed()) == (reader.name, reader.placed())
    reading.read_basic_four(counted, "1234")
    count = counted.count
    assert (count.connections, count.commands) == (1, len(slot.heard)) == (1, 7)
    assert count.by_instruction == {0xA4: 4, 0x20: 1, 0xB0: 2}
    assert (count.bytes_sent, count.seconds) == (sum(map(len, slot.heard)), 7.0)
    assert "1234" not in repr(count).replace(str(count.bytes_sent), "")
    count.clear()
    assert (count.commands, count.by_instruction) == (0, {})


def test_facts_and_signature_in_one_step_are_one_connection() -> None:
    _, reader = laid("hanako")
    counted = CountedReader(reader, lambda: 0.0)
    reading.read_and_sign(counted, CardKind.MY_NUMBER, PIN, PIN.value, CHALLENGE)
    assert counted.count.connections == 1


def test_a_card_exchanged_for_another_is_told_as_removed_and_nothing_is_said_to_it() -> None:
    slot, reader = laid("hanako")
    placing = reader.placed()
    assert placing is not None
    hanakos = SameCard(reader, placing)
    assert reading.read(hanakos, CardKind.MY_NUMBER, PIN).name == "指宿　花子"
    slot.place("tsuji")
    slot.heard.clear()
    with pytest.raises(CardRemoved):
        reading.read(hanakos, CardKind.MY_NUMBER, PIN)
    assert slot.heard == []
    assert (hanakos.placed(), hanakos.name) == (None, reader.name)


def test_the_same_card_laid_again_is_another_laying_down() -> None:
    slot, reader = laid("hanako")
    placing = reader.placed()
    assert placing is not None
    slot.remove()
    slot.place("hanako")
    with pytest.raises(CardRemoved):
        reading.look(SameCard(reader, placing))
