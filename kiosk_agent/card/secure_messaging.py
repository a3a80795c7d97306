"""How a residence card and we prove to each other that we know its printed number, and how it then speaks in cipher.

Mutual authentication, session key and ciphered reading of 在留カード等仕様書 (入管庁): the first generation (Ver 1.5) with
3DES of two keys and the retail MAC, the second (001460711.pdf, Ver 1.1) with AES-128 and CMAC; the rest is the same.
Answers are ciphered but carry no MAC: they are kept secret on the air, not proved to be the card's.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from kiosk_agent.card.apdu import INS_READ_BINARY, INS_VERIFY, Command
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.card.tlv import Tlv
from kiosk_agent.errors import CardError, CardGarbled, StatusError

INS_GET_CHALLENGE = 0x84
INS_MUTUAL_AUTHENTICATE = 0x82
CLA_CIPHERED = 0x08
TAG_CIPHERED = 0x86
TAG_LENGTH = 0x96
PADDED = 0x01
"""First byte of a ciphered object: padded with 80 00…"""
WRONG = 0x6300
PROOFS = frozenset({INS_MUTUAL_AUTHENTICATE, INS_VERIFY})
"""Commands after which WRONG means another number: the keys of the first come from it, the second presents it."""
CARD_NUMBER_KEY = 0x86
"""P2 of VERIFY: the number printed on the card."""
MAC_BYTES = 8


class WrongCardNumber(CardError):
    """The card does not answer to this number: look at the printed one again. The card counts no tries."""


@dataclass(frozen=True, slots=True)
class Suite:
    """How one generation ciphers. Keys are 16 bytes; `mac` gives 8."""

    algorithm: Callable[[bytes], CipherAlgorithm]
    block: int
    mac: Callable[[bytes, bytes], bytes]

    def encrypt(self, key: bytes, whole_blocks: bytes) -> bytes:
        """CBC from a first vector of zeros, as both specifications say."""
        ciphering = Cipher(self.algorithm(key), modes.CBC(bytes(self.block))).encryptor()
        return ciphering.update(whole_blocks) + ciphering.finalize()

    def decrypt(self, key: bytes, whole_blocks: bytes) -> bytes:
        """The reverse. Raises CardGarbled for half a block."""
        if len(whole_blocks) % self.block:
            raise CardGarbled("half a block of cipher")
        deciphering = Cipher(self.algorithm(key), modes.CBC(bytes(self.block))).decryptor()
        return deciphering.update(whole_blocks) + deciphering.finalize()

    def padded(self, plain: bytes) -> bytes:
        """With 80 and as many 00 as fill the block (ISO/IEC 9797-1 method 2)."""
        return plain + b"\x80" + bytes(-(len(plain) + 1) % self.block)


def unpadded(padded: bytes) -> bytes:
    """Without 80 00…. Raises CardGarbled where that is not at the end."""
    plain = padded.rstrip(b"\x00")
    if not plain.endswith(b"\x80"):
        raise CardGarbled("cipher that ends in no padding: another key")
    return plain[:-1]


def _two_key_3des(key: bytes) -> CipherAlgorithm:
    return TripleDES(key + key[:8])


def _retail_mac(key: bytes, message: bytes) -> bytes:
    """ISO/IEC 9797-1 algorithm 3: DES with the first half, and 3DES for the last block."""
    padded = GENERATION_1.padded(message)
    chain = Cipher(TripleDES(key[:8] * 3), modes.CBC(bytes(8))).encryptor().update(padded[:-8])[-8:]
    return Cipher(_two_key_3des(key), modes.CBC(chain or bytes(8))).encryptor().update(padded[-8:])


def _cmac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()[:MAC_BYTES]


GENERATION_1 = Suite(_two_key_3des, 8, _retail_mac)
GENERATION_2 = Suite(AES, 16, _cmac)


def number_key(number: str) -> bytes:
    """The key for authentication, from the twelve printed letters and digits: 16 bytes, for cipher and MAC alike."""
    return _derived(number.encode("ascii"))


def session_key(ours: bytes, cards: bytes) -> bytes:
    """The key of this session, from the halves that we and the card made up."""
    return _derived(bytes(a ^ b for a, b in zip(ours, cards, strict=True)) + bytes.fromhex("00000001"))


def _derived(seed: bytes) -> bytes:
    return hashlib.sha1(seed).digest()[:16]  # noqa: S324 - the specification's derivation; no card takes another


@dataclass(frozen=True, slots=True)
class Session:
    """An authenticated card. Selecting files does not end it."""

    suite: Suite
    key: bytes = field(repr=False)


def authenticate(protocol: CardProtocol, suite: Suite, number: str, randomness: Callable[[int], bytes]) -> Session:
    """Prove both ways that the number is known, and present it. Raises WrongCardNumber, CardGarbled.

    randomness: so many unpredictable bytes (secrets.token_bytes). Nothing is tried a second time.
    """
    key = number_key(number)
    cards_challenge = _sent(protocol, Command(INS_GET_CHALLENGE, 0, 0, expected=8))
    if len(cards_challenge) != 8:
        raise CardGarbled("a challenge of another length")
    our_challenge, our_half = randomness(8), randomness(16)
    message = suite.encrypt(key, our_challenge + cards_challenge + our_half)
    answer = _sent(protocol, Command(INS_MUTUAL_AUTHENTICATE, 0, 0, message + suite.mac(key, message), expected=256))
    theirs, mac = answer[:32], answer[32:]
    if len(theirs) != 32 or not hmac.compare_digest(suite.mac(key, theirs), mac):
        raise CardGarbled("the card does not prove that it knows its number")
    opened = suite.decrypt(key, theirs)
    if opened[:16] != cards_challenge + our_challenge:
        raise CardGarbled("the card answers another challenge")
    session = Session(suite, session_key(our_half, opened[16:]))
    ciphered = suite.encrypt(session.key, suite.padded(number.encode("ascii")))
    presented = bytes([TAG_CIPHERED, len(ciphered) + 1, PADDED]) + ciphered
    _sent(protocol, Command(INS_VERIFY, 0, CARD_NUMBER_KEY, presented, cla=CLA_CIPHERED))
    return session


def read_ciphered(protocol: CardProtocol, session: Session, short_identifier: int) -> bytes:
    """A whole file of the selected application by its short identifier (P1, with the high bit). Raises CardGarbled.

    The specifications write this command with lengths of two bytes: the reader must pass extended APDUs on.
    """
    wanted = bytes([TAG_LENGTH, 2, 0, 0])
    answer = _sent(protocol, Command(INS_READ_BINARY, short_identifier, 0, wanted, 65_536, CLA_CIPHERED, extended=True))
    ciphered = Tlv.parse(answer)
    if ciphered.tag != TAG_CIPHERED or ciphered[:1] != bytes([PADDED]):
        raise CardGarbled("an answer that is not ciphered")
    return unpadded(session.suite.decrypt(session.key, ciphered[1:]))


def _sent(protocol: CardProtocol, command: Command) -> bytes:
    try:
        return protocol.exchange(command)
    except StatusError as error:
        if error.status == WRONG and command.ins in PROOFS:
            raise WrongCardNumber from None
        raise CardGarbled(f"INS {command.ins:02X}: {error}") from None
