"""Files of a form that no known card has: each is told as unreadable, and none is guessed at."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk_agent.card import reading
from kiosk_agent.card.apdu import Command, read_binary
from kiosk_agent.card.facts import CardKind, Secret, SecretKind
from kiosk_agent.card.signing_certificate import facts_of
from kiosk_agent.card.tlv import Tlv, write
from kiosk_agent.errors import CardGarbled, CardNotGenuine, NoCertificate, UnknownCard
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.card import Application, File
from kiosk_agent.virtual_card.layout import rsa_objects
from kiosk_agent.virtual_card.my_number import COMMON_AID, JPKI_AID, SURFACE_AID, TEXT_AID, applications_of
from kiosk_agent.virtual_card.practice_jpki import practice_jpki
from kiosk_agent.virtual_card.slot import Slot
from tests.kiosk_agent.card_desk import CHALLENGE, PIN, laid
from tests.kiosk_agent.test_card_trouble import CHIP, USES, Somebody, reader_with

SUBJECT = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "FORM-TEST")])


def with_file(aid: bytes, file: int, content: bytes, records: tuple[bytes, ...] = ()) -> Reader:
    """A reader with the test card, of which one file holds something else."""
    applications: dict[bytes, Application] = applications_of(CHIP, practice_jpki())
    applications[aid].files[file] = File(content, applications[aid].files[file].opened_by, records)
    return reader_with(applications)


def changed(aid: bytes, file: int, outer: int, tag: int, value: bytes) -> bytes:
    """That file of the test card with another value in one of its objects."""
    parts: dict[int, bytes] = {**Tlv.children(Tlv.parse(applications_of(CHIP, practice_jpki())[aid].files[file].whole()))}
    parts[tag] = value
    return write(outer, b"".join(write(one, part) for one, part in parts.items()))


def without(aid: bytes, file: int, outer: int, tag: int) -> bytes:
    """That file of the test card without one of its objects."""
    parts = Tlv.children(Tlv.parse(applications_of(CHIP, practice_jpki())[aid].files[file].whole()))
    return write(outer, b"".join(write(one, part) for one, part in parts.items() if one != tag))


def four(name: bytes = "指宿　花子".encode(), birthdate: bytes = b"19850315", sex: bytes = b"2") -> bytes:
    """EF 0002 of the 券面事項入力補助AP with these values."""
    return write(0xFF20, write(0xDF21, bytes(8)) + write(0xDF22, name) + write(0xDF23, b"x") + write(0xDF24, birthdate)
                 + write(0xDF25, sex))


@pytest.mark.parametrize("content", [
    four(name=b"\xff\xfe"), four(name=b""), four(birthdate=b"1985031"), four(birthdate=b"1985-3-15"), four(sex=b"5"),
    without(TEXT_AID, 0x02, 0xFF20, 0xDF22), without(TEXT_AID, 0x02, 0xFF20, 0xDF25)],
    ids=["no UTF-8", "no name", "a short date", "a date with dashes", "an unknown sex", "name missing", "sex missing"])
def test_four_facts_of_another_form_are_unreadable(content: bytes) -> None:
    with pytest.raises(CardGarbled):
        reading.read_basic_four(with_file(TEXT_AID, 0x02, content), "1234")


def test_four_facts_without_their_table_are_unreadable() -> None:
    with pytest.raises(CardGarbled):
        reading.read(with_file(TEXT_AID, 0x02, without(TEXT_AID, 0x02, 0xFF20, 0xDF21)), CardKind.MY_NUMBER, PIN)


@pytest.mark.parametrize("record", [
    b"\x02\x1c4000000127198431322120350217", b"\x01\x1b400000012719843132212035021",
    b"\x01\x1c40000001271984313221203502XX", b"\x01\x1c4000000127198431322120350230"],
    ids=["another tag", "too short", "letters", "30 February"])
def test_a_card_record_of_another_form_is_unreadable(record: bytes) -> None:
    with pytest.raises(CardGarbled):
        reading.look(with_file(COMMON_AID, 0x01, b"", (record,)))


@pytest.mark.parametrize(("file", "tag"), [(0x03, 0xDF33), (0x07, 0xDF51), (0x07, 0xDF52)])
def test_a_record_without_one_of_its_parts_is_unreadable(file: int, tag: int) -> None:
    outer = {0x03: 0xFF30, 0x07: 0xFF50}[file]
    with pytest.raises(CardGarbled):
        USES["own key"](with_file(TEXT_AID, file, without(TEXT_AID, file, outer, tag)))


@pytest.mark.parametrize("content", [
    write(0x7F21, write(0x5F37, bytes(256))), write(0x7F21, write(0x5F4E, bytes(32) + write(0x90, b"\x03")))],
    ids=["no body", "no modulus"])
def test_a_card_certificate_without_a_key_is_unreadable(content: bytes) -> None:
    with pytest.raises(CardGarbled):
        USES["own key"](with_file(TEXT_AID, 0x04, content))


@pytest.mark.parametrize("tag", [0xDF25, 0xDF27, 0xDF28, 0xDF29])
def test_a_printed_face_without_one_of_its_parts_is_unreadable(tag: int) -> None:
    with pytest.raises(CardGarbled):
        USES["pictures"](with_file(SURFACE_AID, 0x02, without(SURFACE_AID, 0x02, 0xFF20, tag)))


@pytest.mark.parametrize(("tag", "value"), [(0xDF25, b"GIF89a"), (0xDF27, b"\xff\xd8\xff\xe0"), (0xDF29, b"2035-3-1")],
                         ids=["a GIF", "a JPEG", "a date with dashes"])
def test_a_printed_face_with_a_part_of_another_kind_is_unreadable(tag: int, value: bytes) -> None:
    with pytest.raises(CardGarbled):
        USES["pictures"](with_file(SURFACE_AID, 0x02, changed(SURFACE_AID, 0x02, 0xFF20, tag, value)))


def test_a_printed_face_under_another_key_is_not_believed() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    content = write(0x7F21, write(0x5F4E, bytes(32) + rsa_objects(other)) + write(0x5F37, bytes(256)))
    with pytest.raises(CardNotGenuine):
        USES["pictures"](with_file(SURFACE_AID, 0x04, content))


def certificate(*names: x509.GeneralName, key: ec.EllipticCurvePrivateKey | None = None) -> x509.Certificate:
    """A certificate of an elliptic curve, with these alternative names."""
    made = key or ec.generate_private_key(ec.SECP256R1())
    builder = (x509.CertificateBuilder().subject_name(SUBJECT).issuer_name(SUBJECT).public_key(made.public_key())
               .serial_number(1).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
               .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC)))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(made, hashes.SHA256())


def attribute(number: int, value: bytes) -> x509.OtherName:
    """One attribute of the 署名用 certificate."""
    return x509.OtherName(x509.ObjectIdentifier(f"1.2.392.200149.8.5.5.{number}"), value)


def said(name: str = "指宿　花子", sex: str = "2", birthdate: str = "319850315") -> list[x509.GeneralName]:
    """All that must be there."""
    return [attribute(number, asn1.encode_der(text)) for number, text in ((1, name), (3, sex), (4, birthdate), (5, "指宿市"))]


@pytest.mark.parametrize("names", [
    [], said()[:3], said(name=""), said(sex="7"), said(birthdate="19850315"), [*said()[:3], attribute(5, b"\x04\x01x")]],
    ids=["none", "no address", "empty name", "unknown sex", "no era", "not text"])
def test_a_signing_certificate_without_readable_facts_is_unreadable(names: list[x509.GeneralName]) -> None:
    with pytest.raises(CardGarbled):
        facts_of(certificate(*names), CardKind.MY_NUMBER)


def test_a_signing_certificate_without_flags_is_not_doubtful() -> None:
    assert facts_of(certificate(*said()), CardKind.MY_NUMBER).doubtful == frozenset()


def test_a_certificate_with_another_kind_of_key_is_unreadable_on_todays_card() -> None:
    with pytest.raises(CardGarbled):
        USES["sign a challenge"](with_file(JPKI_AID, 0x0A, certificate().public_bytes(Encoding.DER)))


def test_a_certificate_with_a_key_nobody_knows_is_unreadable() -> None:
    der = applications_of(CHIP, practice_jpki())[JPKI_AID].files[0x0A].whole()
    rsa_encryption = bytes.fromhex("06092A864886F70D010101")
    with pytest.raises(CardGarbled):
        USES["sign a challenge"](with_file(JPKI_AID, 0x0A, der.replace(rsa_encryption, rsa_encryption[:-1] + b"\x63")))


@pytest.mark.parametrize("label", ["JPKIAPGPSETOKEN", "JPKIAPIOSTOKEN"])
def test_a_phone_is_not_taken_for_a_card(label: str) -> None:
    with pytest.raises(UnknownCard):
        reading.look(with_file(JPKI_AID, 0x06, label.encode().ljust(160)))


def test_a_card_without_the_certificate_that_signs_as_the_person_says_so_and_takes_no_number() -> None:
    chip = replace(CHIP, has_auth=False, has_signing=False)
    reader = reader_with(applications_of(chip, practice_jpki()))
    look = reading.look(reader)
    assert (look.has_auth_certificate, look.auth_certificate_expires, look.proofs) == (False, None, ())
    assert not look.may_be_face_only
    with pytest.raises(NoCertificate):
        reading.sign_challenge(reader, "1234", CHALLENGE, date(2026, 11, 20))


def test_a_secret_that_the_card_does_not_have_has_no_tries() -> None:
    applications = applications_of(CHIP, practice_jpki())
    del applications[TEXT_AID].pins[0x15]
    assert reading.look(reader_with(applications)).tries_left(SecretKind.REFERENCE_B) == 0


class SilentCard:
    """Says yes to everything, and nothing else."""

    def answer(self, command: bytes) -> bytes:
        """9000."""
        return b"\x90\x00"

    def reset(self) -> None:
        """Nothing to forget."""


def test_a_card_that_says_yes_to_everything_and_nothing_else_is_unreadable() -> None:
    slot = Slot(people=(Somebody("silent", SilentCard),))
    slot.place("silent")
    with pytest.raises(CardGarbled):
        reading.look(InProcessReader(slot))


def test_a_secret_of_another_kind_does_not_open_the_card() -> None:
    slot, reader = laid("hanako")
    with pytest.raises(ValueError, match="does not open"):
        reading.read(reader, CardKind.MY_NUMBER, Secret(SecretKind.CARD_NUMBER, "AA12345678BB"))
    assert slot.secrets_presented() == []


def test_a_kind_that_no_family_reads_is_unknown() -> None:
    with pytest.raises(UnknownCard):
        reading.read(laid("hanako")[1], CardKind.SPECIAL_PERMANENT, PIN, families=())


@pytest.mark.parametrize("wrong", [
    lambda: Command(0xA4, 0, 0, bytes(256)), lambda: Command(0xB0, 0, 0, expected=257), lambda: read_binary(0x8000, 1)],
    ids=["too much data", "too long an answer", "too far"])
def test_a_command_that_cannot_be_written_is_a_mistake_of_ours(wrong: Callable[[], Command]) -> None:
    with pytest.raises(ValueError, match=r"255|256|15 bits"):
        wrong()
