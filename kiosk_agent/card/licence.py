"""A driver licence of the old style (従来免許証), and a 運転経歴証明書 with the same chip: what it says behind 暗証番号1.

Not here, on purpose: 本籍 and the photo, which want 暗証番号2; sex, which is not on the chip; the signature of EF07, whose
keys the police do not publish. So what is read is the holder's card as it answers, not a proof that the police made it.

How a 運転経歴証明書 with a chip differs is in no source we found. It is valid for life, so a card whose common data name
no last day is taken for one; a real one may name some far day, and would then pass as a licence.
"""

from collections.abc import Mapping
from datetime import date

from kiosk_agent.card import licence_files as files
from kiosk_agent.card.apdu import SUCCESS, select_application, select_file, verify
from kiosk_agent.card.facts import CardFacts, CardKind, Look, Opening, Part, Picture, Secret, SecretKind
from kiosk_agent.card.jisx0208 import NO_PICTURE, LicenceText, decode
from kiosk_agent.card.licence_characters import Bitmap, bitmaps, side_by_side
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.errors import CardGarbled, PinBlocked, StatusError, UnknownCard, WrongPin

NO_PIN = b"****"
"""What opens a licence whose holder set no 暗証番号. On any other it costs a try (domain.md §2.1)."""
BLOCKED = frozenset({0x6983, 0x6984, 0x63C0})
ERAS: Mapping[str, int] = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}
"""First digit of a day → the western year before the era's first: 明治, 大正, 昭和, 平成, 令和."""

UNREADABLE = LicenceText("", (NO_PICTURE,))
"""A change that is there, but not in the form we know: then the older value is not today's, and somebody must type."""


def look(protocol: CardProtocol) -> Look:
    """What the card says freely; no 暗証番号 is sent. Raises UnknownCard, CardGarbled.

    Its only opening is LICENCE_PIN1 with the tries left, or NOTHING when the holder set no 暗証番号.
    """
    _require_licence(protocol)
    files.select_root(protocol)
    expires = _expires(protocol)
    tries = _tries_left(protocol)
    kind = SecretKind.LICENCE_PIN1 if _has_pin(protocol) else SecretKind.NOTHING
    return Look(CardKind.LICENCE if expires else CardKind.DRIVING_RECORD, (Opening(kind, tries),), expires=expires)


def read(protocol: CardProtocol, secret: Secret) -> CardFacts:
    """Present 暗証番号1 once and read. Raises UnknownCard, WrongPin, PinBlocked, CardGarbled; ValueError for no PIN.

    On a card without 暗証番号 what was typed is not sent: it could only be wrong, and cost a try.
    """
    pin = _pin(secret)
    _require_licence(protocol)
    files.select_root(protocol)
    expires = _expires(protocol)
    if not _has_pin(protocol):
        pin = NO_PIN
    elif not pin:
        raise CardGarbled("this card has a 暗証番号")  # another card than the one that was looked at
    _present(protocol, pin)
    return _facts(protocol, CardKind.LICENCE if expires else CardKind.DRIVING_RECORD)


def _pin(secret: Secret) -> bytes:
    if secret.kind is SecretKind.NOTHING:
        return b""
    four_digits = len(secret.value) == 4 and secret.value.isascii() and secret.value.isdigit()
    if secret.kind is not SecretKind.LICENCE_PIN1 or not four_digits:
        raise ValueError("暗証番号1 has four digits")
    return secret.value.encode("ascii")


def _require_licence(protocol: CardProtocol) -> None:
    try:
        protocol.exchange(select_application(files.DF1))
    except StatusError:
        raise UnknownCard from None


def _expires(protocol: CardProtocol) -> date | None:
    """Last day of validity in the common data; None where none is named."""
    common = files.read_small(protocol, files.EF_COMMON, 13)
    if common[:2] != bytes([files.TAG_COMMON, 11]):
        raise CardGarbled("no common data")
    digits = common[9:13].hex()
    if digits in ("00000000", "ffffffff", "99999999"):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise CardGarbled("a last day that is no day") from None


def _has_pin(protocol: CardProtocol) -> bool:
    """Whether the holder set 暗証番号. Nothing is guessed: a wrong guess would cost a try. Raises CardGarbled."""
    setting = files.read_small(protocol, files.EF_PIN_SETTING, 3)
    if setting[:2] != bytes([files.TAG_PIN_SETTING, 1]) or setting[2] not in (0, 1):
        raise CardGarbled("no 暗証番号 setting")
    return setting[2] == 1


def _tries_left(protocol: CardProtocol) -> int:
    status = _verify(protocol, b"")
    if status in BLOCKED:
        return 0
    if status >> 4 == 0x63C:
        return status & 0xF
    raise CardGarbled(f"tries left: status {status:04X}")


def _present(protocol: CardProtocol, pin: bytes) -> None:
    status = _verify(protocol, pin)
    if status == SUCCESS:
        return
    if status in BLOCKED:
        raise PinBlocked
    if status >> 4 == 0x63C:
        raise WrongPin(status & 0xF)
    raise CardGarbled(f"VERIFY: status {status:04X}")


def _verify(protocol: CardProtocol, pin: bytes) -> int:
    try:
        protocol.exchange(select_file(files.EF_PIN1))
    except StatusError as error:
        raise CardGarbled(f"暗証番号1: {error}") from None
    return protocol.status(verify(pin))


def _facts(protocol: CardProtocol, kind: CardKind) -> CardFacts:
    files.select_entries(protocol)
    entries = files.read_objects(protocol, files.ENTRIES)
    changes = files.read_objects(protocol, files.CHANGES)
    if not {files.TAG_NAME, files.TAG_ADDRESS, files.TAG_BIRTHDATE, files.TAG_NUMBER} <= entries.keys():
        raise CardGarbled("an entry is missing")
    new_name, new_kana, new_address = (
        _latest(changes, tags) for tags in (files.TAGS_NEW_NAME, files.TAGS_NEW_KANA, files.TAGS_NEW_ADDRESS))
    name = new_name or decode(entries[files.TAG_NAME])
    address = new_address or decode(entries[files.TAG_ADDRESS])
    texts = {Part.NAME: name, Part.ADDRESS: address}
    return CardFacts(
        kind,
        name=name.text or None,
        kana=(new_kana.text or None) if new_kana else None if new_name else _kana(entries),
        address=address.text or None,
        birthdate=_birthdate(entries[files.TAG_BIRTHDATE]),
        expires=_last_day(entries.get(files.TAG_EXPIRES, b"")),
        pictures=_pictures(protocol, texts),
        doubtful=frozenset(part for part, text in texts.items() if text.is_doubtful),
    )


def _latest(changes: Mapping[int, bytes], tags: range) -> LicenceText | None:
    """The value of the last change that was written; None for none, UNREADABLE where we cannot tell where it begins."""
    written = [changes[tag] for tag in tags if changes.get(tag)]
    if not written:
        return None
    try:
        if not decode(written[-1][1:files.CHANGE_HEAD]).text.isdigit():
            return UNREADABLE
        return decode(written[-1][files.CHANGE_HEAD:-files.CHANGE_TAIL])
    except CardGarbled:
        return UNREADABLE


def _kana(entries: Mapping[int, bytes]) -> str | None:
    for tag in (files.TAG_KANA, files.TAG_UNIFIED_KANA):
        text = decode(entries.get(tag, b""))
        if text.text and not text.is_doubtful:
            return text.text
    return None


def _pictures(protocol: CardProtocol, texts: Mapping[Part, LicenceText]) -> dict[Part, Picture]:
    """The 外字 of each text, in the order of its 〓; only those whose bitmaps the card holds."""
    if not any(text.is_doubtful for text in texts.values()):
        return {}
    held: dict[int, Bitmap] = bitmaps(files.read_objects(protocol, files.GAIJI)
                                      | files.read_objects(protocol, files.NEW_GAIJI))
    drawn = {part: [held[number] for number in text.outside if number in held] for part, text in texts.items()}
    return {part: side_by_side(characters) for part, characters in drawn.items() if characters}


def _birthdate(written: bytes) -> str:
    """YYYYMMDD, 00 where month or day is unknown. Raises CardGarbled."""
    year, month, day = _western(written)
    if month > 12 or day > 31 or (month and day and _day(year, month, day) is None):
        raise CardGarbled("a birth date that is no day")
    return f"{year:04}{month:02}{day:02}"


def _last_day(written: bytes) -> date | None:
    """None where the card names none. Raises CardGarbled."""
    if not written.strip(b"0"):
        return None
    found = _day(*_western(written))
    if found is None:
        raise CardGarbled("a last day that is no day")
    return found


def _western(written: bytes) -> tuple[int, int, int]:
    """(year, month, day) of one digit for the era and YYMMDD, in ASCII. Raises CardGarbled."""
    digits = written.decode("ascii", "replace")
    if len(digits) != 7 or not (digits.isascii() and digits.isdigit()) or digits[0] not in ERAS or digits[1:3] == "00":
        raise CardGarbled("a day of an unknown form")
    return ERAS[digits[0]] + int(digits[1:3]), int(digits[3:5]), int(digits[5:7])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
