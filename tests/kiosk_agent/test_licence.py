"""What the counter learns from a driver licence with a chip, and what it must never do to one."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card import licence
from kiosk_agent.card.facts import CardFacts, CardKind, Opening, Part, Secret, SecretKind
from kiosk_agent.card.jisx0208 import decode
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.tlv import write
from kiosk_agent.errors import CardError, CardGarbled, CardRemoved, PinBlocked, StatusError, UnknownCard, WrongPin
from kiosk_agent.pictures import as_png
from kiosk_agent.virtual_card.drawn import tsuchi_yoshi
from kiosk_agent.virtual_card.licence import DF1, LicenceCard, jis
from kiosk_agent.virtual_card.other_people import (
    BLOCKED,
    DRIVING_RECORD,
    EXPIRED,
    GAIJI,
    MOVED,
    NEW_ADDRESS,
    NUMBER,
    ORDINARY,
    OTHER_PEOPLE,
    WITHOUT_PIN,
    OtherPerson,
)
from kiosk_agent.virtual_card.people import PEOPLE
from tests.fakes.laid_card import LaidCard, ScriptedCard

PIN = Secret(SecretKind.LICENCE_PIN1, "1234")
WRONG = Secret(SecretKind.LICENCE_PIN1, "9999")
LICENCES = [one for one in OTHER_PEOPLE if one.kind in (CardKind.LICENCE, CardKind.DRIVING_RECORD)]
VERIFY_1234 = bytes.fromhex("002000800431323334")
VERIFY_STARS = bytes.fromhex("00200080042a2a2a2a")


def read(card: LicenceCard, secret: Secret = PIN) -> CardFacts:
    """Lay the card and read it."""
    return licence.read(CardProtocol(LaidCard(card)), secret)


def tries(card: LicenceCard) -> int | None:
    """How many tries of 暗証番号1 are left."""
    return licence.look(CardProtocol(LaidCard(card))).tries_left(SecretKind.LICENCE_PIN1)


def verifies(laid: LaidCard) -> list[bytes]:
    """The commands in which a PIN was sent."""
    return [command for command in laid.told if command[1] == 0x20 and len(command) > 4]


def test_the_facts_are_read_as_they_stand_on_the_licence() -> None:
    assert read(LicenceCard(ORDINARY)) == CardFacts(
        CardKind.LICENCE, name="今和泉　篤", kana="イマイズミ　アツシ", address="鹿児島県指宿市十町２４２４番地",
        birthdate="19701103", sex=None, expires=date(2029, 11, 3))


def test_the_last_day_and_the_tries_are_told_before_anything_is_typed() -> None:
    laid = LaidCard(LicenceCard(EXPIRED))
    found = licence.look(CardProtocol(laid))
    assert (found.kind, found.expires) == (CardKind.LICENCE, date(2023, 3, 28))
    assert found.openings == (Opening(SecretKind.LICENCE_PIN1, 3),)
    assert verifies(laid) == []


def test_looking_as_often_as_one_likes_costs_no_try() -> None:
    card = LicenceCard(ORDINARY)
    assert [tries(card) for _ in range(5)] == [3] * 5


def test_name_and_address_are_the_last_ones_written_on_the_back() -> None:
    facts = read(LicenceCard(MOVED))
    assert (facts.name, facts.kana, facts.address) == ("指宿　茶子", "イブスキ　チャコ", NEW_ADDRESS)
    assert not facts.doubtful


def test_a_new_name_without_its_reading_does_not_keep_the_old_reading() -> None:
    facts = read(LicenceCard(replace(MOVED, new_names=(("指宿　茶子", ""),))))
    assert (facts.name, facts.kana) == ("指宿　茶子", None)


@pytest.mark.parametrize("change", [
    pytest.param(b"\x83" + b"5070401" + jis(NEW_ADDRESS) + jis("鹿児島県公"), id="a day in single bytes"),
    pytest.param(b"\x83", id="too short"),
    pytest.param(b"\x83\xff\xff" * 20, id="no characters")])
def test_a_change_that_we_cannot_read_leaves_no_old_address_standing(change: bytes) -> None:
    card = LicenceCard(ORDINARY)
    card.files[DF1, 4] = (write(0x50, b"1") + write(0x70, change)).ljust(640, b"\xff")
    facts = read(card)
    assert (facts.name, facts.address) == ("今和泉　篤", None)
    assert facts.missing == (Part.ADDRESS,)
    assert facts.doubtful == {Part.ADDRESS}


def test_a_character_outside_the_set_is_a_place_holder_with_its_picture() -> None:
    facts = read(LicenceCard(GAIJI))
    assert (facts.name, facts.address) == ("〓田　高〓郎", NEW_ADDRESS)
    assert facts.doubtful == {Part.NAME}
    assert set(facts.pictures) == {Part.NAME}
    assert as_png(facts.pictures[Part.NAME]).startswith(b"\x89PNG")


def test_a_character_that_the_police_could_not_write_has_no_picture_but_is_flagged() -> None:
    facts = read(LicenceCard(replace(ORDINARY, name="山□　一")))
    assert facts.name == "山〓　一"
    assert facts.doubtful == {Part.NAME}
    assert not facts.pictures


def test_a_third_character_outside_the_set_is_found_in_the_later_file() -> None:
    facts = read(LicenceCard(replace(MOVED, new_addresses=("鹿児島県③町１番地",), gaiji=(tsuchi_yoshi(),) * 3)))
    assert facts.address == "鹿児島県〓町１番地"
    assert facts.doubtful == {Part.ADDRESS}
    assert Part.ADDRESS in facts.pictures


def test_a_bitmap_of_an_unknown_size_is_not_drawn_but_the_name_is_flagged() -> None:
    card = LicenceCard(GAIJI)
    card.files[DF1, 3] = write(0x48, b"\x63" + tsuchi_yoshi()).ljust(264, b"\xff")
    facts = read(card)
    assert facts.doubtful == {Part.NAME}
    assert not facts.pictures


def test_a_licence_without_a_number_set_needs_nothing_typed() -> None:
    laid = LaidCard(LicenceCard(WITHOUT_PIN))
    assert licence.look(CardProtocol(laid)).openings == (Opening(SecretKind.NOTHING, 3),)
    laid = LaidCard(laid.card)
    assert licence.read(CardProtocol(laid), Secret(SecretKind.NOTHING, "")).name == "開聞　岳"
    assert verifies(laid) == [VERIFY_STARS]


def test_what_was_typed_for_a_licence_without_a_number_never_reaches_it() -> None:
    laid = LaidCard(LicenceCard(WITHOUT_PIN))
    licence.read(CardProtocol(laid), WRONG)
    assert verifies(laid) == [VERIFY_STARS]


def test_stars_are_never_sent_to_a_licence_whose_holder_set_a_number() -> None:
    laid = LaidCard(LicenceCard(ORDINARY))
    with pytest.raises(CardGarbled):
        licence.read(CardProtocol(laid), Secret(SecretKind.NOTHING, ""))
    assert verifies(laid) == []


@pytest.mark.parametrize("setting", [b"", b"\x05\x01", b"\x05\x01\x02", b"\x06\x01\x00", b"\xff\xff\xff"])
def test_nothing_is_guessed_when_the_card_does_not_say_whether_a_number_is_set(setting: bytes) -> None:
    card = LicenceCard(WITHOUT_PIN)
    card.files[b"", 0x000A] = setting
    laid = LaidCard(card)
    with pytest.raises(CardGarbled):
        licence.read(CardProtocol(laid), PIN)
    assert verifies(laid) == []


def test_a_wrong_number_costs_one_try_and_the_third_blocks() -> None:
    card = LicenceCard(ORDINARY)
    for left in (2, 1):
        with pytest.raises(WrongPin) as wrong:
            read(card, WRONG)
        assert wrong.value.tries_left == left == tries(card)
    with pytest.raises(PinBlocked):
        read(card, WRONG)
    assert tries(card) == 0


def test_the_right_number_gives_all_tries_back() -> None:
    card = LicenceCard(ORDINARY)
    with pytest.raises(WrongPin):
        read(card, WRONG)
    read(card)
    assert tries(card) == 3


def test_a_number_is_sent_once_whatever_the_licence_answers() -> None:
    laid = LaidCard(LicenceCard(ORDINARY))
    with pytest.raises(WrongPin):
        licence.read(CardProtocol(laid), WRONG)
    assert len(verifies(laid)) == 1
    laid = LaidCard(laid.card)
    licence.read(CardProtocol(laid), PIN)
    assert verifies(laid) == [VERIFY_1234]


def test_a_blocked_licence_says_so_and_reads_nothing() -> None:
    assert tries(LicenceCard(BLOCKED)) == 0
    with pytest.raises(PinBlocked):
        read(LicenceCard(BLOCKED))


@pytest.mark.parametrize("typed", ["", "123", "12345", "abcd", "１２３４", "****"])
def test_what_is_no_number_of_four_digits_never_reaches_the_licence(typed: str) -> None:
    laid = LaidCard(LicenceCard(ORDINARY))
    with pytest.raises(ValueError, match="four digits"):
        licence.read(CardProtocol(laid), Secret(SecretKind.LICENCE_PIN1, typed))
    assert laid.told == []


@pytest.mark.parametrize("person", LICENCES, ids=lambda one: one.id)
def test_the_second_number_the_registered_domicile_and_the_photo_are_never_asked_for(person: OtherPerson) -> None:
    laid = LaidCard(person.make())
    licence.look(CardProtocol(laid))
    if person.id != "licence-blocked":
        licence.read(CardProtocol(laid), person.secret)
    assert not [command for command in laid.told if command[1:4] == b"\xa4\x02\x0c" and command[5:7] == b"\x00\x02"]
    assert {command[5:] for command in laid.told if command[1:4] == b"\xa4\x04\x0c"} == {DF1}
    assert all(command[3] == 0x80 for command in laid.told if command[1] == 0x20)


def test_a_driving_record_is_told_by_having_no_last_day() -> None:
    card = LicenceCard(DRIVING_RECORD)
    assert licence.look(CardProtocol(LaidCard(card))).kind is CardKind.DRIVING_RECORD
    assert (read(card).kind, read(card).expires) == (CardKind.DRIVING_RECORD, None)


@pytest.mark.parametrize(("written", "western"), [
    ("1450729", "19120729"), ("2010730", "19120730"), ("3550217", "19800217"), ("4310430", "20190430"),
    ("5010501", "20190501"), ("3250000", "19500000"), ("3250300", "19500300")])
def test_birth_dates_come_in_the_western_calendar_with_unknown_parts_kept(written: str, western: str) -> None:
    assert read(LicenceCard(replace(ORDINARY, birthdate=written))).birthdate == western


@pytest.mark.parametrize("written", [
    "6010101", "3000101", "3551301", "3550230", "3550132", "355021", "355021A", "35502170"])
def test_a_birth_date_that_is_no_day_is_unreadable(written: str) -> None:
    with pytest.raises(CardGarbled):
        read(LicenceCard(replace(ORDINARY, birthdate=written)))


def test_a_last_day_that_is_no_day_is_unreadable() -> None:
    for licence_ in (replace(ORDINARY, expires="5111131"), replace(ORDINARY, expires_western="20290229")):
        with pytest.raises(CardGarbled):
            read(LicenceCard(licence_))


def test_a_licence_without_common_data_or_without_a_name_is_unreadable() -> None:
    for application, file, content in ((b"", 0x2F01, bytes(17)), (DF1, 1, write(0x13, b"").ljust(880, b"\xff"))):
        card = LicenceCard(ORDINARY)
        card.files[application, file] = content
        with pytest.raises(CardGarbled):
            read(card)


def test_a_reading_is_left_out_where_a_character_of_it_was_replaced() -> None:
    assert read(LicenceCard(replace(ORDINARY, kana="①マイズミ"))).kana is None


def test_an_answer_to_the_number_that_means_nothing_is_unreadable() -> None:
    free = ["9000", "9000", "9000", "450B3031302024110420291103" + "9000", "9000", "050101" + "9000"]
    for status in ("6F00", "6282"):
        with pytest.raises(CardGarbled):
            licence.read(CardProtocol(ScriptedCard(*free, "9000", status)), PIN)
        with pytest.raises(CardGarbled):
            licence.look(CardProtocol(ScriptedCard(*free[:4], "9000", status)))
    with pytest.raises(CardGarbled):
        licence.read(CardProtocol(ScriptedCard(*free, "6A82")), PIN)


def test_a_file_that_answers_nothing_is_unreadable() -> None:
    free = ["9000", "9000", "9000", "450B3031302024110420291103" + "9000", "9000", "050101" + "9000", "9000", "9000"]
    with pytest.raises(CardGarbled, match="empty"):
        licence.read(CardProtocol(ScriptedCard(*free, "9000", "9000", "9000")), PIN)


def test_other_cards_are_not_taken_for_licences_and_are_asked_one_thing_only() -> None:
    residence = next(one for one in OTHER_PEOPLE if one.secret.value == NUMBER)
    for card in (residence.make(), PEOPLE[0].make()):
        laid = LaidCard(card)
        with pytest.raises(UnknownCard):
            licence.look(CardProtocol(laid))
        with pytest.raises(UnknownCard):
            licence.read(CardProtocol(laid), PIN)
        assert len(laid.told) == 2


def test_a_licence_pulled_at_any_command_is_told_as_pulled_and_costs_no_try() -> None:
    card = LicenceCard(GAIJI)
    for at in count(1):
        try:
            licence.read(CardProtocol(LaidCard(card, pull_at=at)), PIN)
        except CardRemoved:
            assert tries(card) == 3
            continue
        break
    assert at > 15


def test_a_licence_pulled_while_it_is_looked_at_is_told_as_pulled() -> None:
    for at in range(1, 9):
        with pytest.raises(CardRemoved):
            licence.look(CardProtocol(LaidCard(LicenceCard(ORDINARY), pull_at=at)))


@pytest.mark.parametrize(("application", "file"), [
    (b"", 0x2F01), (b"", 0x000A), (DF1, 1), (DF1, 3), (DF1, 4), (DF1, 5)], ids=str)
def test_a_file_cut_at_any_byte_is_unreadable_and_never_another_fact(application: bytes, file: int) -> None:
    licence_ = replace(MOVED, new_names=(("①茶　子", "イブスキ"),), gaiji=(tsuchi_yoshi(),) * 4)
    card = LicenceCard(licence_)
    whole, content = read(card), card.files[application, file]
    garbled = 0
    for length in range(len(content)):
        card.files[application, file] = content[:length]
        try:
            assert read(card) == whole
        except CardGarbled:
            garbled += 1
    written = len(content.rstrip(b"\xff"))
    assert garbled >= min(written, 13)  # of the common data, 13 bytes are used
    assert application == b"" or garbled == written + 1  # one byte of filler shows the end


STATUS = st.sampled_from([0x9000, 0x9000, 0x9000, 0x63C2, 0x6A82, 0x6282, 0x6F00])


@given(st.lists(st.tuples(st.binary(max_size=40), STATUS), min_size=30, max_size=30))
def test_whatever_a_card_answers_is_an_error_of_ours(answers: list[tuple[bytes, int]]) -> None:
    for call in (licence.look, lambda protocol: licence.read(protocol, PIN)):
        scripted = ScriptedCard(*(data.hex() + f"{status:04X}" for data, status in answers))
        with pytest.raises(CardError) as error:
            call(CardProtocol(scripted))
        assert not isinstance(error.value, StatusError)


def test_nothing_of_a_holder_shows_in_a_repr() -> None:
    facts = repr(read(LicenceCard(GAIJI))) + repr(decode(jis("指宿"))) + repr(GAIJI) + repr(LICENCES[0])
    assert not [word for word in ("田", "高", "指宿", "1945", "1234") if word in facts]
