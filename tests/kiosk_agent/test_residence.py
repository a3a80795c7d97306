"""What the counter learns from a residence card of either generation, and how both prove that they know its number."""

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card import residence
from kiosk_agent.card.apdu import Command
from kiosk_agent.card.facts import CardFacts, CardKind, Opening, Part, Secret, SecretKind
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.secure_messaging import (
    GENERATION_2,
    WrongCardNumber,
    authenticate,
)
from kiosk_agent.card.tlv import write
from kiosk_agent.errors import CardError, CardGarbled, CardRemoved, StatusError, UnknownCard
from kiosk_agent.pictures import as_png
from kiosk_agent.virtual_card.drawn import face_as_jpeg2000, lines_as_tiff
from kiosk_agent.virtual_card.other_people import NEW_ADDRESS, NUMBER, OTHER_PEOPLE, OtherPerson
from kiosk_agent.virtual_card.people import PEOPLE
from kiosk_agent.virtual_card.residence import (
    DF1,
    DF2,
    ResidenceCard,
    ResidenceFiles,
    first_generation,
    second_generation,
)
from tests.fakes.laid_card import LaidCard, ScriptedCard

TYPED = Secret(SecretKind.CARD_NUMBER, NUMBER)
NAME, ADDRESS, FACE = lines_as_tiff("SILVA MARIA"), lines_as_tiff("IBUSUKI-SHI JUCCHO"), face_as_jpeg2000()
READABLE = [one for one in OTHER_PEOPLE if one.secret == TYPED]


def first(address: str = NEW_ADDRESS, kind: str = "1") -> ResidenceFiles:
    """A card of the first generation."""
    return first_generation(number=NUMBER, kind=kind, front=NAME, face=FACE, address=address)


def second(kind: str = "05") -> ResidenceFiles:
    """A card of the second generation."""
    return second_generation(number=NUMBER, kind=kind, name=NAME, face=FACE, address=ADDRESS, birthdate="19881130",
                             sex="2", expires="20290401")


def read(files: ResidenceFiles, secret: Secret = TYPED) -> CardFacts:
    """Lay the card and read it."""
    return residence.read(CardProtocol(LaidCard(ResidenceCard(files))), secret)


def test_a_ciphered_file_is_asked_for_as_the_specification_writes_it() -> None:
    laid = LaidCard(ResidenceCard(second()))
    residence.read(CardProtocol(laid), TYPED)
    assert "08B08400000004960200000000" in [told.hex().upper() for told in laid.told]


def test_a_card_of_the_first_generation_gives_its_front_as_a_picture_and_the_address_as_text() -> None:
    facts = read(first())
    assert facts == CardFacts(CardKind.RESIDENCE, address=NEW_ADDRESS, pictures=facts.pictures)
    assert {part: picture.content for part, picture in facts.pictures.items()} == {Part.NAME: NAME}
    assert facts.missing == (Part.NAME, Part.BIRTHDATE)


def test_where_no_municipality_wrote_an_address_the_front_shows_it() -> None:
    facts = read(first(address=""))
    assert facts.missing == (Part.NAME, Part.ADDRESS, Part.BIRTHDATE)
    assert facts.pictures[Part.ADDRESS] == facts.pictures[Part.NAME]


def test_an_address_keeps_characters_beyond_the_usual_set() -> None:
    for address in ("鹿児島県南九州市知覧町塩屋字赤﨑１番地", "鹿児島県指宿市字𡈽𠮟２番地"):
        assert read(first(address=address)).address == address


def test_a_card_of_the_second_generation_gives_dates_and_sex_as_text_and_the_rest_as_pictures() -> None:
    facts = read(second())
    assert facts == CardFacts(CardKind.RESIDENCE, birthdate="19881130", sex="2", expires=date(2029, 4, 1),
                              pictures=facts.pictures)
    assert facts.pictures[Part.NAME].content == NAME
    assert facts.pictures[Part.ADDRESS].content == ADDRESS


@pytest.mark.parametrize("person", READABLE, ids=lambda one: one.id)
def test_the_face_is_not_kept_and_every_picture_can_be_shown(person: OtherPerson) -> None:
    facts = residence.read(CardProtocol(LaidCard(person.make())), person.secret)
    assert facts.kind is person.kind
    assert Part.FACE not in facts.pictures
    assert all(as_png(picture).startswith(b"\x89PNG") for picture in facts.pictures.values())


@pytest.mark.parametrize(("kind", "expected", "generation"), [
    ("1", CardKind.RESIDENCE, 1), ("2", CardKind.SPECIAL_PERMANENT, 1),
    ("05", CardKind.RESIDENCE, 2), ("06", CardKind.SPECIAL_PERMANENT, 2)])
def test_which_card_it_is_is_told_freely_and_its_number_has_no_tries(
        kind: str, expected: CardKind, generation: int) -> None:
    laid = LaidCard(ResidenceCard(first(kind=kind) if generation == 1 else second(kind)))
    found = residence.look(CardProtocol(laid))
    assert (found.kind, found.generation) == (expected, generation)
    assert found.openings == (Opening(SecretKind.CARD_NUMBER, None),)
    assert {told[1] for told in laid.told} == {0xB0}


@pytest.mark.parametrize("kind", ["07", "08"])
def test_a_specified_residence_card_is_recognised_but_not_read_here(kind: str) -> None:
    laid = LaidCard(ResidenceCard(second(kind)))
    assert residence.look(CardProtocol(laid)).kind is CardKind.MY_NUMBER_RESIDENCE
    assert residence.look(CardProtocol(laid)).openings == ()
    with pytest.raises(UnknownCard):
        residence.read(CardProtocol(laid), TYPED)
    assert {told[1] for told in laid.told} == {0xB0}


@pytest.mark.parametrize("files", [first(), second()], ids=["first generation", "second generation"])
def test_a_wrong_number_is_told_as_one_and_tried_once(files: ResidenceFiles) -> None:
    laid = LaidCard(ResidenceCard(files))
    with pytest.raises(WrongCardNumber):
        residence.read(CardProtocol(laid), Secret(SecretKind.CARD_NUMBER, "AA12345678BC"))
    assert [told[1] for told in laid.told].count(0x82) == 1
    assert not [told for told in laid.told if told[1] == 0x20]


def test_a_number_may_be_typed_in_small_letters() -> None:
    assert read(second(), Secret(SecretKind.CARD_NUMBER, NUMBER.lower())).birthdate == "19881130"


@pytest.mark.parametrize("typed", ["", "AA1234567BB", "AA123456789BB", "AA12345678B-", "ＡＡ１２３４５６７８ＢＢ"])
def test_what_is_no_number_of_a_card_never_reaches_it(typed: str) -> None:
    laid = LaidCard(ResidenceCard(second()))
    with pytest.raises(ValueError, match="twelve"):
        residence.read(CardProtocol(laid), Secret(SecretKind.CARD_NUMBER, typed))
    assert laid.told == []


def test_no_two_readings_use_the_same_random_numbers() -> None:
    proofs = set()
    for _ in range(3):
        laid = LaidCard(ResidenceCard(second()))  # its own numbers are the same every time
        residence.read(CardProtocol(laid), TYPED)
        proofs.add(next(told for told in laid.told if told[1] == 0x82))
    assert len(proofs) == 3


def test_other_cards_are_not_taken_for_residence_cards() -> None:
    licence = next(one for one in OTHER_PEOPLE if one.kind is CardKind.LICENCE)
    for card in (licence.make(), PEOPLE[0].make()):
        with pytest.raises(UnknownCard):
            residence.look(CardProtocol(LaidCard(card)))


def test_a_residence_card_is_still_known_after_other_applications_were_looked_for() -> None:
    laid = LaidCard(ResidenceCard(second()))
    for application in ("D392F000260100000001", "A0000002310100000000000000000000"):
        assert laid.card.answer(bytes(Command(0xA4, 4, 0x0C, bytes.fromhex(application)))) == b"\x6a\x82"
    assert residence.look(CardProtocol(laid)).kind is CardKind.RESIDENCE


@pytest.mark.parametrize("files", [first(), second()], ids=["first generation", "second generation"])
def test_a_card_pulled_at_any_command_is_told_as_pulled(files: ResidenceFiles) -> None:
    card = ResidenceCard(files)
    for at in count(1):
        try:
            residence.read(CardProtocol(LaidCard(card, pull_at=at)), TYPED)
        except CardRemoved:
            continue
        break
    assert at > 10


FILES = [(first, "free", (b"", 0x0B)), (first, "free", (b"", 0x0A)), (second, "free", (b"", 0x0A)),
         (first, "plain", (DF2, 1)), (first, "ciphered", (DF1, 5)),
         (second, "ciphered", (DF1, 3)), (second, "ciphered", (DF1, 4)), (second, "ciphered", (DF1, 6))]


@pytest.mark.parametrize(("make", "group", "file"), FILES, ids=lambda one: getattr(one, "__name__", str(one)))
def test_a_file_cut_at_any_byte_is_unreadable_and_never_another_fact(
        make: Callable[[], ResidenceFiles], group: str, file: tuple[bytes, int]) -> None:
    files = make()
    held = getattr(files, group)
    whole, content = read(files), held[file]
    garbled = 0
    for length in range(len(content.rstrip(b"\x00"))):
        held[file] = content[:length]
        try:
            assert read(files) == whole
        except CardGarbled:
            garbled += 1
        except UnknownCard:
            assert (group, length) == ("free", 0)
    assert garbled >= 2


def test_entries_of_an_unknown_form_are_unreadable() -> None:
    for tag, value in ((0xC5, b"20290231"), (0xC5, b""), (0xC6, b"1988113"), (0xC6, b"1988113A"), (0xC7, b"4"),
                       (0xC7, b"\xff")):
        files = second()
        entries = {0xC5: b"20290401", 0xC6: b"19881130", 0xC7: b"2"} | {tag: value}
        files.ciphered[DF1, 3] = b"".join(write(one, said) for one, said in entries.items())
        with pytest.raises(CardGarbled):
            read(files)


def test_an_address_file_that_answers_nothing_is_unreadable() -> None:
    class MuteCard(ResidenceCard):
        def answer(self, command: bytes) -> bytes:
            return b"\x90\x00" if command[:3] == b"\x00\xb0\x81" else super().answer(command)

    with pytest.raises(CardGarbled, match="empty"):
        residence.read(CardProtocol(LaidCard(MuteCard(first()))), TYPED)


def test_a_back_that_holds_no_text_is_unreadable() -> None:
    files = first()
    no_address, no_text = write(0xD2, bytes(8)), write(0xD4, b"\xff\xff\x80")
    for content in (bytes(342), no_address.ljust(342, b"\x00"), no_text.ljust(342, b"\x00")):
        files.plain[DF2, 1] = content
        with pytest.raises(CardGarbled):
            read(files)


STATUS = st.sampled_from([0x9000, 0x9000, 0x9000, 0x6300, 0x6A82, 0x6982, 0x6F00])


@given(st.lists(st.tuples(st.binary(max_size=40), STATUS), min_size=30, max_size=30),
       st.sampled_from(["C10131", "C1023035"]))
def test_whatever_a_card_answers_is_an_error_of_ours(answers: list[tuple[bytes, int]], kind: str) -> None:
    free = ["C0049000", "C004303030319000", kind[:4] + "9000", kind + "9000"]
    scripted = ScriptedCard(*free, *(data.hex() + f"{status:04X}" for data, status in answers))
    with pytest.raises(CardError) as error:
        residence.read(CardProtocol(scripted), TYPED)
    assert not isinstance(error.value, StatusError)


def test_nothing_of_a_holder_shows_in_a_repr() -> None:
    protocol = CardProtocol(LaidCard(ResidenceCard(second())))
    session = authenticate(protocol, GENERATION_2, NUMBER, lambda length: bytes(length))
    shown = repr(read(second())) + repr(TYPED) + repr(READABLE) + repr(session) + repr(second())
    assert not [word for word in (NUMBER, "1988", session.key.hex(), "IBUSUKI") if word in shown]
    assert repr(session.key) not in shown
