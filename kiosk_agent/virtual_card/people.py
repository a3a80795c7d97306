"""The people of the demonstration, and the card each of them holds. All are invented."""

from dataclasses import dataclass

from kiosk_agent.card.tlv import write
from kiosk_agent.virtual_card.card import Application, File, Pin, VirtualCard

DEMO_PIN = "1234"

JPKI_AID = bytes.fromhex("D392F000260100000001")
TEXT_AID = bytes.fromhex("D3921000310001010408")
SURFACE_AID = bytes.fromhex("D3921000310001010402")
LICENCE_AID = bytes.fromhex("A0000002310100000000000000000000")

TSUJI_ONE_DOT = "辻\U000e0100"
"""辻 with one dot: Adobe-Japan1 registers it as U+8FBB U+E0100, and BIZ UD holds the glyph. U+E0101 is the two-dot
form that 辻 has without a selector, so nobody could see on paper whether it was kept."""
NABE = "邉\U000e0113"
"""One of the many 邉; only IPAmj Mincho (Moji_Joho) holds it."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is on one card; `says` tells the demonstrator why this card exists."""

    id: str
    says: str
    name: str
    address: str
    birthdate: str
    sex: str
    tries: int = 3
    extra_bytes: bytes = b""
    """Bytes before the outer tag, as reported from cards of about 2023."""
    is_my_number_card: bool = True


def _person(id: str, says: str, name: str, birthdate: str, sex: str, *, tries: int = 3, extra_bytes: bytes = b"",
            address: str = "鹿児島県指宿市十町２４２４番地", is_my_number_card: bool = True) -> Person:
    return Person(id, says, name, address, birthdate, sex, tries, extra_bytes, is_my_number_card)


PEOPLE: tuple[Person, ...] = (
    _person("hanako", "ふつうのカード", "指宿　花子", "19850315", "2"),
    _person("tsuji", "異体字：一点しんにょうの辻（IVS）と 﨑", f"{TSUJI_ONE_DOT}﨑　太郎", "19551103", "1",
            address="鹿児島県指宿市山川新生町８４番地"),
    _person("yoshida", "𠮷（つちよし）と 髙（はしごだか）", "𠮷田　髙子", "20010508", "2",
            address="鹿児島県指宿市開聞十町２８６７番地１"),
    _person("watanabe", "邉の異体字（IPAmj明朝だけにある字）", f"渡{NABE}　一郎", "19490120", "1",
            extra_bytes=b"\x00\x00"),
    _person("mononym", "名前が一つだけの人", "スカルノプトリ", "19931224", "2"),
    _person("nagai", "60文字の氏名と、長い住所", "ＡＬＥＸＡＮＤＥＲ　ＢＡＲＴＨＯＬＯＭＥＷ　ＣＨＲＩＳＴＯＰＨＥＲ　"
            "ＭＯＮＴＧＯＭＥＲＹ　ＦＩＴＺＧＥＲＡＬＤ　ＳＥＡＮ", "19720229", "1",
            address="鹿児島県指宿市十二町２１９０番地の１０５　いぶすき海岸通り温泉団地南西側第二住宅ロイヤルコーポラス"
                    "うなぎ池ビューハイツ壱番館１２０５号室"),
    _person("gaiji", "どの書体にもない字がある人", "山\U0010de92　次郎", "19671010", "1"),
    _person("last-try", "番号の入力があと1回", "今和泉　島津", "19601215", "1", tries=1),
    _person("blocked", "番号がロックされたカード", "池田　湖", "19880704", "2", tries=0),
    _person("licence", "運転免許証（マイナンバーカードではない）", "免許　証", "19700401", "1", is_my_number_card=False),
)


def card_of(person: Person) -> VirtualCard:
    """A new card of that person."""
    if not person.is_my_number_card:
        return VirtualCard({LICENCE_AID: Application(files={}, pins={})})
    number = _check_digit_added("53768667718" if person.id == "hanako" else "12345678901")
    text = Application(
        files={
            0x0001: File(b"\xff\x10\x0c" + number + b"\xff\xff", frozenset({0x11, 0x14})),
            0x0002: File(person.extra_bytes + _basic_four(person) + b"\xff" * 8, frozenset({0x11, 0x15})),
        },
        pins={
            0x11: Pin(DEMO_PIN.encode(), 3, person.tries),
            0x14: Pin(number, 10, 10),
            0x15: Pin(reference_number_b(person.birthdate, "2035", "2285").encode(), 10, 10),
        },
    )
    return VirtualCard({JPKI_AID: Application({0x0006: File(b"JPKIAPICCTOKEN2".ljust(160))}, {}), TEXT_AID: text,
                        SURFACE_AID: Application({}, {})})


def _basic_four(person: Person) -> bytes:
    """EF 0002: FF20{DF21 four offsets from the start of the file, DF22 name, DF23 address, DF24 birth, DF25 sex}."""
    objects = [write(tag, value.encode("utf-8")) for tag, value in (
        (0xDF22, person.name), (0xDF23, person.address), (0xDF24, person.birthdate), (0xDF25, person.sex))]
    inner = sum(map(len, objects)) + 11
    at = len(write(0xFF20, b"\x00" * inner)) - inner + 11 + len(person.extra_bytes)
    offsets = b""
    for one in objects:
        offsets += at.to_bytes(2, "big")
        at += len(one)
    return write(0xFF20, write(0xDF21, offsets) + b"".join(objects))


def _check_digit_added(first_eleven: str) -> bytes:
    """個人番号 with its check digit (domain.md §1.7)."""
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(first_eleven), 1))
    rest = total % 11
    return f"{first_eleven}{0 if rest <= 1 else 11 - rest}".encode()


def reference_number_b(birthdate: str, expiry_year: str, security_code: str) -> str:
    """照合番号B: the birth date with the era's year, the expiry year, the security code (domain.md §1.4)."""
    year = int(birthdate[:4])
    first = next(start for start, from_day in ((2019, "20190501"), (1989, "19890108"), (1926, "19261225"),
                                               (1912, "19120730"), (1868, "18680125")) if birthdate >= from_day)
    return f"{year - first + 1:02}{birthdate[4:]}{expiry_year}{security_code}"
