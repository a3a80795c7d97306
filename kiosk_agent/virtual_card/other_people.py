"""The people of the demonstration who come with a licence or a residence card. All are invented."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk_agent.card.facts import CardKind, Secret, SecretKind
from kiosk_agent.virtual_card.card import Card
from kiosk_agent.virtual_card.drawn import face_as_jpeg2000, lines_as_tiff, tsuchi_yoshi
from kiosk_agent.virtual_card.licence import Licence, LicenceCard
from kiosk_agent.virtual_card.residence import ResidenceCard, ResidenceFiles, first_generation, second_generation


@dataclass(frozen=True, slots=True)
class OtherPerson:
    """One card of the demonstration; `says` tells the demonstrator why it exists, `secret` is what to type."""

    id: str
    says: str
    kind: CardKind
    secret: Secret = field(repr=False)
    make: Callable[[], Card]


PIN1 = Secret(SecretKind.LICENCE_PIN1, "1234")
NUMBER = "AA12345678BB"
OLD_ADDRESS = "鹿児島県南九州市知覧町郡６２０４番地"
NEW_ADDRESS = "鹿児島県指宿市十町２４２４番地"

ORDINARY = Licence(name="今和泉　篤", kana="イマイズミ　アツシ", birthdate="3451103", address=NEW_ADDRESS)
MOVED = Licence(name="知覧　茶子", kana="チラン　チャコ", birthdate="4050401", address=OLD_ADDRESS,
                new_names=(("指宿　茶子", "イブスキ　チャコ"),),
                new_addresses=("鹿児島県枕崎市千代田町２７番地", NEW_ADDRESS))
GAIJI = Licence(name="①田　高□郎", kana="ヨシダ　タカジロウ", birthdate="3200815", address=NEW_ADDRESS,
                gaiji=(tsuchi_yoshi(),))
WITHOUT_PIN = Licence(name="開聞　岳", kana="カイモン　タケシ", birthdate="2140704", address=NEW_ADDRESS, pin1=None)
BLOCKED = Licence(name="池田　湖太郎", kana="イケダ　コタロウ", birthdate="3610704", address=NEW_ADDRESS, tries=0)
EXPIRED = Licence(name="山川　港", kana="ヤマカワ　ミナト", birthdate="4020228", address=NEW_ADDRESS,
                  expires="5050328", expires_western="20230328")
DRIVING_RECORD = Licence(name="鰻　池子", kana="ウナギ　イケコ", birthdate="3110101", address=NEW_ADDRESS,
                         expires="", expires_western="")


def _first(kind: str = "1", address: str = NEW_ADDRESS) -> ResidenceFiles:
    front = lines_as_tiff("NGUYEN THI HOA", "1994-05-20  F  VIETNAM", "IBUSUKI-SHI JUCCHO 2424")
    return first_generation(number=NUMBER, kind=kind, front=front, face=face_as_jpeg2000(), address=address)


def _second(kind: str = "05") -> ResidenceFiles:
    return second_generation(number=NUMBER, kind=kind, name=lines_as_tiff("SILVA MARIA DOS SANTOS"),
                             face=face_as_jpeg2000(), address=lines_as_tiff("IBUSUKI-SHI JUCCHO 2424"),
                             birthdate="19881130", sex="2", expires="20290401")


def _licence(id: str, says: str, licence: Licence, kind: CardKind = CardKind.LICENCE,
             secret: Secret = PIN1) -> OtherPerson:
    return OtherPerson(id, says, kind, secret, lambda: LicenceCard(licence))


def _residence(id: str, says: str, make: Callable[[], ResidenceFiles], kind: CardKind = CardKind.RESIDENCE,
               number: str = NUMBER) -> OtherPerson:
    return OtherPerson(id, says, kind, Secret(SecretKind.CARD_NUMBER, number), lambda: ResidenceCard(make()))


OTHER_PEOPLE: tuple[OtherPerson, ...] = (
    _licence("licence-ordinary", "運転免許証：ふつう", ORDINARY),
    _licence("licence-moved", "運転免許証：結婚で氏名が変わり、住所が2回変わった（裏書き）", MOVED),
    _licence("licence-gaiji", "運転免許証：外字（𠮷の点画）と欠字がある氏名", GAIJI),
    _licence("licence-without-pin", "運転免許証：暗証番号を設定していない", WITHOUT_PIN, secret=Secret(SecretKind.NOTHING, "")),
    _licence("licence-blocked", "運転免許証：暗証番号1がロックされている（警察署で解除）", BLOCKED),
    _licence("licence-expired", "運転免許証：有効期限が切れている", EXPIRED),
    _licence("driving-record", "運転経歴証明書（有効期限がない）", DRIVING_RECORD, CardKind.DRIVING_RECORD),
    _residence("residence-1", "在留カード 第1世代：氏名は券面の画像、住所は裏面の文字", _first),
    _residence("residence-1-front", "在留カード 第1世代：裏面に住所がまだ書かれていない", lambda: _first(address="")),
    _residence("residence-2", "在留カード 第2世代：氏名も住所も画像", _second),
    _residence("special-permanent", "特別永住者証明書 第1世代", lambda: _first("2"), CardKind.SPECIAL_PERMANENT),
    _residence("special-permanent-2", "特別永住者証明書 第2世代", lambda: _second("06"), CardKind.SPECIAL_PERMANENT),
    _residence("residence-wrong-number", "在留カード：番号を1字まちがえて入力する", _second, number="AA12345678BC"),
)
