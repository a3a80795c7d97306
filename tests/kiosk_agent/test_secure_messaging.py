"""How a residence card and the counter prove to each other that they know its number: published examples, step by step."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_agent.card.apdu import Command
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.secure_messaging import (
    GENERATION_1,
    GENERATION_2,
    Session,
    Suite,
    WrongCardNumber,
    authenticate,
    number_key,
    read_ciphered,
    session_key,
    unpadded,
)
from kiosk_agent.card.tlv import write
from kiosk_agent.errors import CardGarbled
from tests.fakes.laid_card import ScriptedCard


def fixed(*parts: str) -> Callable[[int], bytes]:
    """Random numbers as a published example has them."""
    numbers = iter(bytes.fromhex(part) for part in parts)
    return lambda length: next(numbers)


# 第2世代在留カード等仕様書 Ver 1.1, appendix 2 (domain.md §2.3)
RND_IFD, K_IFD, RND_ICC = "1122334455667788", "404142434445464748494A4B4C4D4E4F", "921CE277323DA057"
E_IFD = "4AD3C7B6BB484A52771977DED618B41DF841FA0476A05FBE041DEAD6109E773B"
M_IFD = "AC854617634F5397"
E_ICC = "289A96B1DA6AE3DA87770419BFD14F0BDAD15F36432B5A946C188C7221759A62"
M_ICC = "FA942EC51E62FF5F"
KS_ENC = "C19CF13D3D7FBEE9EA293D834C88952F"
PRESENTED = "EE0B31EF877F68D071C56D58C72E6748"


def test_the_published_example_gives_its_key_from_the_printed_number() -> None:
    assert number_key("AA12345678BB").hex().upper() == "6522B4E171195BB218223A976C040111"


def test_the_published_example_gives_its_cipher_mac_and_session_key() -> None:
    key = number_key("AA12345678BB")
    assert GENERATION_2.encrypt(key, bytes.fromhex(RND_IFD + RND_ICC + K_IFD)).hex().upper() == E_IFD
    assert GENERATION_2.mac(key, bytes.fromhex(E_IFD)).hex().upper() == M_IFD
    assert GENERATION_2.mac(key, bytes.fromhex(E_ICC)).hex().upper() == M_ICC
    opened = GENERATION_2.decrypt(key, bytes.fromhex(E_ICC))
    assert opened[:16].hex().upper() == RND_ICC + RND_IFD
    assert session_key(bytes.fromhex(K_IFD), opened[16:]).hex().upper() == KS_ENC


def test_the_published_example_runs_command_by_command() -> None:
    card = ScriptedCard(RND_ICC + "9000", E_ICC + M_ICC + "9000", "9000")
    session = authenticate(CardProtocol(card), GENERATION_2, "AA12345678BB", fixed(RND_IFD, K_IFD))
    assert [told.hex().upper() for told in card.told] == [
        "0084000008", f"0082000028{E_IFD}{M_IFD}00", f"0820008613861101{PRESENTED}"]
    assert session.key.hex().upper() == KS_ENC


def test_the_first_generation_ciphers_as_the_passports_published_example() -> None:
    """ICAO Doc 9303 part 11, appendix D.3: the same 3DES, retail MAC and order of parts."""
    encrypting = bytes.fromhex("AB94FDECF2674FDFB9B391F85D7F76F2")
    macing = bytes.fromhex("7962D9ECE03D1ACD4C76089DCE131543")
    message = bytes.fromhex("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B")
    ciphered = GENERATION_1.encrypt(encrypting, message)
    assert ciphered.hex().upper() == "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"
    assert GENERATION_1.mac(macing, ciphered).hex().upper() == "5F1448EEA8AD90A7"
    answer = bytes.fromhex("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F")
    assert GENERATION_1.mac(macing, answer).hex().upper() == "2F2D235D074D7449"
    assert GENERATION_1.decrypt(encrypting, answer)[16:].hex().upper() == "0B4F80323EB3191CB04970CB4052790B"


def test_session_keys_are_derived_as_in_the_passports_published_example() -> None:
    halves = fixed("0B795240CB7049B01C19B33E32804F0B", "0B4F80323EB3191CB04970CB4052790B")
    key = session_key(halves(16), halves(16))
    without_parity = bytes(byte & 0xFE for byte in bytes.fromhex("979EC13B1CBFE9DCD01AB0FED307EAE5"))
    assert bytes(byte & 0xFE for byte in key) == without_parity  # the passport sets DES parity bits, which DES ignores


@pytest.mark.parametrize("suite", [GENERATION_1, GENERATION_2], ids=["first generation", "second generation"])
@given(plain=st.binary(max_size=70), key=st.binary(min_size=16, max_size=16))
def test_what_is_ciphered_is_read_back(suite: Suite, plain: bytes, key: bytes) -> None:
    assert unpadded(suite.decrypt(key, suite.encrypt(key, suite.padded(plain)))) == plain


def test_an_answer_that_is_not_ciphered_is_unreadable() -> None:
    session = Session(GENERATION_2, bytes.fromhex(KS_ENC))
    for answer in (write(0xD0, bytes(60)), write(0x86, b""), write(0x86, b"\x02" + bytes(16)), write(0x87, b"\x01" + bytes(16)),
                   write(0x86, b"\x01" + bytes(15)), write(0x86, b"\x01" + bytes(16))):
        with pytest.raises(CardGarbled):
            read_ciphered(CardProtocol(ScriptedCard(answer.hex() + "9000")), session, 0x84)


def test_the_long_form_of_a_command_has_two_bytes_for_each_length() -> None:
    ciphered = Command(0xB0, 0x84, 0, b"\x96\x02\x00\x00", 65_536, 0x08, extended=True)
    assert bytes(ciphered).hex() == "08b08400000004960200000000"
    assert bytes(Command(0xB0, 0, 0, expected=300, extended=True)).hex() == "00b0000000012c"
    with pytest.raises(ValueError, match="1 to 256"):
        Command(0xB0, 0, 0, expected=257)


def test_a_card_that_cannot_prove_its_number_is_not_believed() -> None:
    for answer in (E_ICC + "00" * 8, E_ICC, "00" * 32 + M_ICC, ""):
        card = ScriptedCard(RND_ICC + "9000", answer + "9000", "9000")
        with pytest.raises(CardGarbled):
            authenticate(CardProtocol(card), GENERATION_2, "AA12345678BB", fixed(RND_IFD, K_IFD))
        assert len(card.told) == 2


def test_a_card_that_repeats_an_older_conversation_is_not_believed() -> None:
    card = ScriptedCard(RND_ICC + "9000", E_ICC + M_ICC + "9000", "9000")
    with pytest.raises(CardGarbled, match="another challenge"):
        authenticate(CardProtocol(card), GENERATION_2, "AA12345678BB", fixed("FF" * 8, K_IFD))



def test_a_number_refused_at_its_second_proof_is_told_as_wrong_too() -> None:
    card = ScriptedCard(RND_ICC + "9000", E_ICC + M_ICC + "9000", "6300")
    with pytest.raises(WrongCardNumber):
        authenticate(CardProtocol(card), GENERATION_2, "AA12345678BB", fixed(RND_IFD, K_IFD))
    assert len(card.told) == 3
