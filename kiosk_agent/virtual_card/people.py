"""The people of the demonstration, and how the card that each of them holds is made. All are invented."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from kiosk_agent.card.facts import CardKind
from kiosk_agent.virtual_card.card import Application, Card, Manners, VirtualCard
from kiosk_agent.virtual_card.layout import check_digit_added
from kiosk_agent.virtual_card.my_number import Chip, juki_card, my_number_card
from kiosk_agent.virtual_card.practice_jpki import AUTH, Holder, PracticeJpki, practice_jpki, serial_number

DEMO_PIN = "1234"
"""All three: 券面事項入力補助用, 利用者証明用 and 住民基本台帳用, but for the person who chose two."""
DEMO_OTHER_PIN = "5678"
DEMO_PASSWORD = "ABC123"  # noqa: S105 - of invented people

NOBODY_AID = bytes.fromhex("F04D41444F4E415649")
"""An application that no card of ours has."""

TSUJI_ONE_DOT = "辻\U000e0100"
"""辻 with one dot: Adobe-Japan1 registers it as U+8FBB U+E0100, and BIZ UD holds the glyph. U+E0101 is the two-dot
form that 辻 has without a selector, so nobody could see on paper whether it was kept."""
NABE = "邉\U000e0113"
"""One of the many 邉; only IPAmj Mincho (Moji_Joho) holds it."""

REVOKED_SERIALS = (serial_number("revoked", AUTH),)
"""Of the 利用者証明用 certificates that the practice office calls revoked."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is on one card; `says` tells the demonstrator why this card exists."""

    id: str
    says: str
    name: str
    address: str
    birthdate: str
    sex: str
    make: Callable[[], Card] = field(repr=False, compare=False)
    """A new card of that person, with all its tries."""
    kind: CardKind | None = CardKind.MY_NUMBER
    tries: int = 3
    extra_bytes: bytes = b""
    """Bytes before the outer tag, as reported from cards of about 2023."""
    reference_b: str = ""
    """照合番号B, for the demonstrator to type."""
    has_text: bool = True
    """Whether the four facts can be read from the card."""

    @property
    def is_my_number_card(self) -> bool:
        """Whether the four facts lie on it as text."""
        return self.has_text


class Differs(TypedDict, total=False):
    """What is not as on an ordinary card; the names are those of `Chip` and `Holder`, but for these."""

    address: str
    kind: CardKind
    certified_name: str
    """The name as the certificates have it."""
    certificate_expires: date
    replaced_in_name: str
    my_number: str
    card_expires: date
    municipality: str
    auth_pin: str
    pin_tries: int
    auth_tries: int
    has_signing: bool
    licence_pin_set: bool
    is_residence_card: bool
    extra_bytes: bytes
    manners: Manners


IBUSUKI = "鹿児島県指宿市十町２４２４番地"

ROWS: tuple[tuple[str, str, str, str, str, Differs], ...] = (
    ("hanako", "ふつうのカード", "指宿　花子", "19850315", "2", {"my_number": "53768667718"}),
    ("tsuji", "異体字：一点しんにょうの辻（IVS）と 﨑", f"{TSUJI_ONE_DOT}﨑　太郎", "19551103", "1",
     {"address": "鹿児島県指宿市山川新生町８４番地"}),
    ("yoshida", "𠮷（つちよし）と 髙（はしごだか）", "𠮷田　髙子", "20010508", "2",
     {"address": "鹿児島県指宿市開聞十町２８６７番地１"}),
    ("watanabe", "邉の異体字（IPAmj明朝だけにある字）", f"渡{NABE}　一郎", "19490120", "1", {"extra_bytes": b"\0\0"}),
    ("mononym", "名前が一つだけの人", "スカルノプトリ", "19931224", "2", {}),
    ("nagai", "60文字の氏名と、長い住所", "ＡＬＥＸＡＮＤＥＲ　ＢＡＲＴＨＯＬＯＭＥＷ　ＣＨＲＩＳＴＯＰＨＥＲ　"
     "ＭＯＮＴＧＯＭＥＲＹ　ＦＩＴＺＧＥＲＡＬＤ　ＳＥＡＮ", "19720229", "1",
     {"address": "鹿児島県指宿市十二町２１９０番地の１０５　いぶすき海岸通り温泉団地南西側第二住宅ロイヤルコーポラス"
                 "うなぎ池ビューハイツ壱番館１２０５号室"}),
    ("gaiji", "どの書体にもない字がある人（署名用の証明書では、別の字に置きかえられている）", "山\U0010de92　次郎", "19671010", "1",
     {"certified_name": "山田　次郎", "replaced_in_name": "01000"}),
    ("last-try", "番号の入力があと1回", "今和泉　島津", "19601215", "1", {"pin_tries": 1}),
    ("blocked", "番号がロックされたカード", "池田　湖", "19880704", "2", {"pin_tries": 0}),
    ("auth-last-try", "利用者証明用の番号の入力だけ、あと1回", "開聞　岳", "19790809", "1", {"auth_tries": 1}),
    ("two-pins", "二つの暗証番号がちがう人（利用者証明用は5678）", "知林　島子", "19910717", "2", {"auth_pin": DEMO_OTHER_PIN}),
    ("minor", "15歳未満（署名用の証明書がない）", "指宿　菜々", "20140603", "2",
     {"has_signing": False, "card_expires": date(2029, 6, 3), "certificate_expires": date(2029, 6, 3)}),
    ("expired-card", "有効期限が切れたカード", "山川　港", "19640220", "1",
     {"card_expires": date(2026, 2, 20), "certificate_expires": date(2026, 2, 20)}),
    ("expired-certificate", "電子証明書の期限が切れたカード", "成川　渡", "19760430", "1",
     {"certificate_expires": date(2026, 4, 30)}),
    ("revoked", "電子証明書が失効しているカード", "宮ヶ浜　汐", "19830912", "2", {}),
    ("face-only", "顔認証マイナンバーカード（暗証番号なし）", "二月田　温", "19430301", "1",
     {"pin_tries": 0, "auth_tries": 0, "has_signing": False}),
    ("my-licence", "マイナ免許証", "鰻　池太", "19950226", "1", {"licence_pin_set": True, "kind": CardKind.MY_NUMBER_LICENCE}),
    ("my-residence", "特定在留カード", "ＴＲＡＮ　ＴＨＩ　ＨＯＡ", "19980519", "2",
     {"is_residence_card": True, "kind": CardKind.MY_NUMBER_RESIDENCE}),
    ("other-city", "ほかの市のカード", "鹿児島　一", "19700101", "1",
     {"address": "鹿児島県鹿児島市山下町１１番１号", "municipality": "46201"}),
    ("in-parts", "答えを分けて返すカード（61xx・6Cxx）", "西大山　駅", "19590606", "1",
     {"manners": Manners(answers_in_parts=True, corrects_lengths=True)}),
)
"""id, why the card exists, name, birth date, sex, and what differs from an ordinary card."""


def people_of(jpki: PracticeJpki) -> tuple[Person, ...]:
    """The people, with certificates of that practice JPKI."""
    return (*(_person(jpki, *row) for row in ROWS),
            _without_text("juki", "むかしの住基カード（もう使えない）", juki_card, CardKind.JUKI),
            _without_text("unknown", "交通系などの、知らないカード",
                          lambda: VirtualCard({NOBODY_AID: Application({}, {})}), None))


def _person(jpki: PracticeJpki, id: str, says: str, name: str, birthdate: str, sex: str, differs: Differs) -> Person:
    address = differs.get("address", IBUSUKI)
    holder = Holder(id=id, name=differs.get("certified_name", name), address=address, birthdate=birthdate, sex=sex,
                    expires=differs.get("certificate_expires", _birthday(birthdate, 2030)),
                    replaced_in_name=differs.get("replaced_in_name", ""))
    chip = Chip(holder=holder, name=name, my_number=check_digit_added(differs.get("my_number", "12345678901")),
                card_expires=differs.get("card_expires", _birthday(birthdate, 2035)),
                municipality=differs.get("municipality", "46210"), pin=DEMO_PIN, auth_pin=differs.get("auth_pin", DEMO_PIN),
                password=DEMO_PASSWORD, pin_tries=differs.get("pin_tries", 3), auth_tries=differs.get("auth_tries", 3),
                has_signing=differs.get("has_signing", True), licence_pin_set=differs.get("licence_pin_set"),
                is_residence_card=differs.get("is_residence_card", False), extra_bytes=differs.get("extra_bytes", b""),
                manners=differs.get("manners", Manners()))
    return Person(id, says, name, address, birthdate, sex, lambda: my_number_card(chip, jpki),
                  differs.get("kind", CardKind.MY_NUMBER), chip.pin_tries, chip.extra_bytes, chip.reference_b)


def _without_text(id: str, says: str, make: Callable[[], Card], kind: CardKind | None) -> Person:
    return Person(id, says, "免許　証", IBUSUKI, "19700401", "1", make, kind, has_text=False)


def _birthday(birthdate: str, year: int) -> date:
    """The birthday of that year; somebody born on 29 February has it on the 28th."""
    month, day = int(birthdate[4:6]), int(birthdate[6:])
    return date(year, month, 28 if (month, day) == (2, 29) else day)


PEOPLE: tuple[Person, ...] = people_of(practice_jpki())
