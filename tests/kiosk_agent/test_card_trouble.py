"""Cards that are pulled, broken, altered or copied: each is told as what it is, and no wrong fact ever comes out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card import reading
from kiosk_agent.card.apdu import INS_COMPUTE_DIGITAL_SIGNATURE
from kiosk_agent.card.facts import CardKind, Secret, SecretKind
from kiosk_agent.card.tlv import Tlv, write
from kiosk_agent.errors import CardError, CardGarbled, CardNotGenuine, CardRemoved
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.card import Application, Card, File, VirtualCard
from kiosk_agent.virtual_card.my_number import (
    COMMON_AID,
    JPKI_AID,
    MY_LICENCE_AID,
    SURFACE_AID,
    TEXT_AID,
    Chip,
    applications_of,
)
from kiosk_agent.virtual_card.people import DEMO_PASSWORD
from kiosk_agent.virtual_card.practice_jpki import Holder, practice_jpki
from kiosk_agent.virtual_card.slot import Accidents, Slot
from tests.kiosk_agent.card_desk import CHALLENGE, PIN, laid, reference_b

HOLDER = Holder(id="test", name="指宿　花子", address="鹿児島県指宿市十町２４２４番地", birthdate="19850315", sex="2",
                expires=date(2030, 3, 15))
CHIP = Chip(holder=HOLDER, name=HOLDER.name, my_number="537686677188", card_expires=date(2035, 3, 15), licence_pin_set=True)
OTHER = replace(CHIP, holder=replace(HOLDER, id="other", name="開聞　岳"), name="開聞　岳")

USES: dict[str, Callable[[Reader], object]] = {
    "look": reading.look,
    "read": lambda reader: reading.read(reader, CardKind.MY_NUMBER, PIN),
    "read by the printed reference":
        lambda reader: reading.read(reader, CardKind.MY_NUMBER, Secret(SecretKind.REFERENCE_B, CHIP.reference_b)),
    "read and sign": lambda reader: reading.read_and_sign(reader, CardKind.MY_NUMBER, PIN, "1234", CHALLENGE),
    "sign a challenge": lambda reader: reading.sign_challenge(reader, "1234", CHALLENGE),
    "signing certificate": lambda reader: reading.signing_facts(reader, DEMO_PASSWORD, b"a document"),
    "pictures": lambda reader: reading.pictures(reader, CHIP.reference_b),
    "own key": lambda reader: reading.prove_own_key(reader, PIN, CHALLENGE),
}


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody with a card that a test made."""

    id: str
    make: Callable[[], Card]


def reader_with(applications: dict[bytes, Application], accidents: Accidents | None = None) -> InProcessReader:
    """A reader on which a card with these applications lies."""
    slot = Slot(wait=lambda seconds: None, people=(Somebody("test", lambda: VirtualCard(applications)),))
    slot.place("test", accidents or Accidents())
    return InProcessReader(slot)


def card(change: Callable[[dict[bytes, Application]], object] = lambda applications: None,
         accidents: Accidents | None = None) -> InProcessReader:
    """A reader with the test card, changed."""
    applications = applications_of(CHIP, practice_jpki())
    change(applications)
    return reader_with(applications, accidents)


def commands_of(use: Callable[[Reader], object]) -> int:
    """How many commands it takes, found by pulling later and later: all but the whole one end as removed."""
    for at in range(1, 100):
        try:
            use(card(accidents=Accidents(pull_at=at)))
        except CardRemoved:
            continue
        return at - 1
    raise AssertionError("never whole")


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_card_pulled_at_any_command_is_told_as_pulled_and_as_nothing_else(use: Callable[[Reader], object]) -> None:
    assert commands_of(use) >= 11


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_nonsense_from_any_command_on_is_trouble_with_the_card_and_never_another_fact(
        use: Callable[[Reader], object]) -> None:
    """Only where the rest of a record that is not needed is nonsense, the facts come out: the right ones."""
    right = use(card())
    told = 0
    for at in range(1, commands_of(use) + 1):
        try:
            read = use(card(accidents=Accidents(garble_at=at)))
        except CardError:
            told += 1
        else:
            assert read == right
    assert told >= 10


@pytest.mark.parametrize(("aid", "file", "use", "step"), [
    (JPKI_AID, 0x06, "look", 1), (JPKI_AID, 0x08, "look", 1), (JPKI_AID, 0x0A, "look", 7), (MY_LICENCE_AID, 0x1A, "look", 1),
    (JPKI_AID, 0x0A, "sign a challenge", 7), (JPKI_AID, 0x01, "signing certificate", 7),
    (TEXT_AID, 0x02, "read", 1), (TEXT_AID, 0x03, "read", 1),
    (TEXT_AID, 0x04, "own key", 3), (TEXT_AID, 0x07, "own key", 3), (SURFACE_AID, 0x02, "pictures", 211)])
def test_a_file_that_ends_too_early_is_told_as_unreadable(aid: bytes, file: int, use: str, step: int) -> None:
    whole = applications_of(CHIP, practice_jpki())[aid].files[file]
    length = len(whole.whole().rstrip(b"\xff")) if file != 0x06 else 32
    for end in range(0, length, step):
        def cut(applications: dict[bytes, Application], end: int = end) -> None:
            applications[aid].files[file] = File(whole.whole()[:end], whole.opened_by)

        with pytest.raises(CardGarbled):
            USES[use](card(cut))


def test_a_card_record_that_ends_too_early_is_told_as_unreadable() -> None:
    record = applications_of(CHIP, practice_jpki())[COMMON_AID].files[0x01].records[0]
    for end in range(len(record)):
        def cut(applications: dict[bytes, Application], end: int = end) -> None:
            applications[COMMON_AID].files[0x01] = File(b"", records=(record[:end],))

        with pytest.raises(CardGarbled):
            reading.look(card(cut))


def test_a_card_without_the_common_application_keeps_its_last_day_to_itself() -> None:
    look = reading.look(card(lambda applications: applications.pop(COMMON_AID)))
    assert (look.expires, look.municipality) == (None, None)


@given(at=st.integers(min_value=0, max_value=112), value=st.integers(min_value=0, max_value=255))
def test_an_altered_byte_in_the_four_facts_never_gives_other_facts(at: int, value: int) -> None:
    four = applications_of(CHIP, practice_jpki())[TEXT_AID].files[0x02]
    content = bytearray(four.whole())
    content[at % len(content)] = value

    def alter(applications: dict[bytes, Application]) -> None:
        applications[TEXT_AID].files[0x02] = File(bytes(content), four.opened_by)

    try:
        facts = reading.read(card(alter), CardKind.MY_NUMBER, PIN)
    except (CardNotGenuine, CardGarbled):
        return
    assert (facts.name, facts.address, facts.birthdate, facts.sex) == (
        HOLDER.name, HOLDER.address, HOLDER.birthdate, HOLDER.sex)


def test_somebody_elses_facts_on_a_card_are_not_believed() -> None:
    theirs = applications_of(OTHER, practice_jpki())[TEXT_AID].files[0x02]

    def exchange(applications: dict[bytes, Application]) -> None:
        applications[TEXT_AID].files[0x02] = theirs

    with pytest.raises(CardNotGenuine):
        reading.read(card(exchange), CardKind.MY_NUMBER, PIN)


@pytest.mark.parametrize("secret", [PIN, reference_b("hanako")], ids=lambda secret: str(secret.kind))
def test_a_real_card_answers_the_challenge_with_its_own_key(secret: Secret) -> None:
    slot, reader = laid("hanako")
    reading.prove_own_key(reader, secret, CHALLENGE)  # raises where the answer is not the certified key's
    [signing] = [command for command in slot.heard if command[1] == INS_COMPUTE_DIGITAL_SIGNATURE]
    assert sha256(CHALLENGE).digest() in signing
    assert len(slot.secrets_presented()) == 1


def test_another_photo_in_the_printed_face_is_not_believed() -> None:
    ours, theirs = (applications_of(chip, practice_jpki())[SURFACE_AID].files[0x02] for chip in (CHIP, OTHER))
    parts, others = (Tlv.children(Tlv.parse(file.whole())) for file in (ours, theirs))
    parts[0xDF27] = others[0xDF27]
    face = write(0xFF20, b"".join(write(tag, part) for tag, part in parts.items()))

    def exchange(applications: dict[bytes, Application]) -> None:
        applications[SURFACE_AID].files[0x02] = File(face, ours.opened_by)

    with pytest.raises(CardNotGenuine):
        reading.pictures(card(exchange), CHIP.reference_b)


def test_a_copy_of_the_files_without_the_key_is_found_out() -> None:
    other_key = applications_of(OTHER, practice_jpki())[TEXT_AID].keys[0x13]

    def copy(applications: dict[bytes, Application]) -> None:
        applications[TEXT_AID].keys[0x13] = other_key

    with pytest.raises(CardNotGenuine):
        reading.prove_own_key(card(copy), PIN, CHALLENGE)


@pytest.mark.parametrize("file", [0x03, 0x07])
def test_a_record_whose_signature_does_not_match_is_not_believed(file: int) -> None:
    record = applications_of(CHIP, practice_jpki())[TEXT_AID].files[file]
    content = record.whole()[:-1] + bytes([record.whole()[-1] ^ 1])

    def forge(applications: dict[bytes, Application]) -> None:
        applications[TEXT_AID].files[file] = File(content, record.opened_by)

    with pytest.raises(CardNotGenuine):
        reading.prove_own_key(card(forge), PIN, CHALLENGE)


def test_a_signature_by_another_key_than_the_certificates_is_not_passed_on() -> None:
    other_key = applications_of(OTHER, practice_jpki())[JPKI_AID].keys[0x17]

    def exchange(applications: dict[bytes, Application]) -> None:
        applications[JPKI_AID].keys[0x17] = other_key

    with pytest.raises(CardNotGenuine):
        reading.sign_challenge(card(exchange), "1234", CHALLENGE)
