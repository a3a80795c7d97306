"""Published values of test cards and standards (domain.md §1, §3.1), byte by byte."""

import hashlib
from datetime import date

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk_agent.card.apdu import compute_signature, read_record, select_application, select_file, verify
from kiosk_agent.card.facts import CardKind
from kiosk_agent.card.kyotsu import Kyotsu
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.public_key import digest_info
from kiosk_agent.card.signing_certificate import facts_of
from kiosk_agent.virtual_card.layout import check_digit_added, reference_number_b
from kiosk_agent.virtual_card.practice_jpki import AUTH, SIGNING, Holder, PracticeJpki, practice_jpki


class ScriptedCard:
    """Answers from a list; remembers what it was told."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.told: list[bytes] = []

    def send(self, command: bytes) -> tuple[bytes, int]:
        """The next answer."""
        self.told.append(command)
        return self.answers.pop(0), 0x9000


def test_the_printed_reference_has_the_year_of_the_era() -> None:
    assert reference_number_b("19800217", "2035", "2285") == "55021720352285"


@pytest.mark.parametrize(("birthdate", "begins"), [
    ("20190501", "010501"), ("20190430", "310430"), ("19890108", "010108"), ("19890107", "640107"), ("19261225", "011225")])
def test_the_era_changes_within_a_year(birthdate: str, begins: str) -> None:
    assert reference_number_b(birthdate, "2035", "2285")[:6] == begins


def test_the_check_digit_of_the_test_cards_number() -> None:
    assert check_digit_added("53768667718") == "537686677188"


def test_the_record_of_the_test_card() -> None:
    card = ScriptedCard(b"", b"\x01\x1c4000000127198431322120350217")
    record = Kyotsu(CardProtocol(card)).record()
    assert (record.serial, record.municipality, record.expires) == ("400000012719843", "13221", date(2035, 2, 17))
    assert [told.hex().upper() for told in card.told] == ["00A4040C0AD3921000310001010100", "00B2010C00"]
    assert "400000012719843" not in repr(record)


def test_a_digest_is_named_as_sha_256() -> None:
    named = digest_info(b"abc")
    assert named.hex().upper().startswith("3031300D060960864801650304020105000420BA7816BF")
    assert named[19:] == hashlib.sha256(b"abc").digest()


def test_the_commands_are_those_of_the_recipes() -> None:
    assert bytes(select_application(bytes.fromhex("D392F000260100000001"))).hex() == "00a4040c0ad392f000260100000001"
    assert bytes(select_file(0x0018)).hex() == "00a4020c020018"
    assert bytes(verify(b"1234")).hex() == "002000800431323334"
    assert bytes(read_record(1, 1)).hex() == "00b2010c00"
    signing = bytes(compute_signature(digest_info(b"abc"), key_selected=True)).hex()
    assert (signing[:10], signing[-2:], len(signing)) == ("802a008033", "00", 2 * (5 + 51 + 1))
    assert bytes(compute_signature(digest_info(b"abc"), key_selected=False)).hex().startswith("802a000033")


def test_the_birth_date_of_a_certificate_begins_with_its_era() -> None:
    holder = Holder(id="vector", name="山田　太郎", address="東京都千代田区霞が関２丁目", birthdate="19900102", sex="1",
                    expires=date(2030, 1, 2))
    certificate = practice_jpki().certificate(holder, SIGNING)
    assert b"419900102" in certificate.public_bytes(Encoding.DER)
    assert facts_of(certificate, CardKind.MY_NUMBER).birthdate == "19900102"


def test_a_practice_jpki_is_kept_and_found_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("jpki")
    first, again = PracticeJpki(folder), PracticeJpki(folder)
    assert first.cas_pem() == again.cas_pem()
    holder = Holder(id="kept", name="山田　太郎", address="東京都", birthdate="19900102", sex="1", expires=date(2030, 1, 2))
    again.certificate(holder, AUTH).verify_directly_issued_by(first.ca(AUTH))
    assert {file.stat().st_mode & 0o777 for file in folder.glob("*.key")} == {0o600}
