"""The made-up people who can log in: residents with their cards, and officers with their roles."""

from dataclasses import dataclass

PIN = "1234"
PASSWORD = "ABC123"  # noqa: S105 - printed on the practice page
"""What every practice card opens with; the real ones are 4 digits, and 6 to 16 capitals and digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A card holder: 基本4情報 as a card holds them, and what is the matter with the card."""

    id: str
    name: str
    address: str
    birthdate: str
    gender: str
    note: str = ""
    locked: bool = False
    has_signing_certificate: bool = True
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer of the practice city hall, or of another one."""

    id: str
    name: str
    roles: tuple[str, ...]
    municipality: str = "462101"
    department: str = "shimin"
    note: str = ""


RESIDENTS = (
    Resident(id="hanako", name="指宿　花子", address="鹿児島県指宿市十町２４２４番地", birthdate="19850315", gender="2",
             note="ふつうのカード"),
    Resident(id="takashi", name="𠮷田　髙志", address="鹿児島県指宿市山川新生町３５番地", birthdate="19591103", gender="1",
             note="めずらしい漢字（𠮷・髙）"),
    Resident(id="tsuji", name="辻\U000e0101　﨑子", address="鹿児島県指宿市開聞十町２８６７番地", birthdate="20010508", gender="2",
             note="異体字（辻・﨑）"),
    Resident(id="maria", name="ＭＡＲＩＡ", address="鹿児島県指宿市湊一丁目１番１号", birthdate="19990101", gender="2",
             note="姓と名の区切りがない名前"),
    Resident(id="ren", name="今和泉　蓮", address="鹿児島県指宿市岩本１番地", birthdate="20130630", gender="1",
             note="13歳（署名用の証明書がない）", has_signing_certificate=False),
    Resident(id="lock", name="池田　静", address="鹿児島県指宿市池田２番地", birthdate="19440229", gender="2",
             note="暗証番号がロックされている", locked=True),
    Resident(id="moved", name="湯浜　渡", address="鹿児島県指宿市湯の浜三丁目３番３号", birthdate="19701231", gender="1",
             note="署名用の証明書が失効している", revoked=True),
)
OFFICERS = (
    Officer(id="yamada", name="山田 直子", roles=("reviewer",), note="審査"),
    Officer(id="suzuki", name="鈴木 健一", roles=("reviewer",), note="審査"),
    Officer(id="tanaka", name="田中 久美", roles=("reviewer", "approver", "cashier", "head"), note="審査・決裁・出納・課の責任者"),
    Officer(id="kansa", name="監査 太郎", roles=("auditor",), note="見るだけ"),
    Officer(id="zeimu", name="税所 光", roles=("reviewer", "cashier"), department="zeimu", note="税務課"),
    Officer(id="suido", name="水流 洋", roles=("reviewer",), department="suido", note="水道課"),
    Officer(id="kankyo", name="森山 緑", roles=("reviewer", "cashier"), department="kankyo", note="環境の課"),
    Officer(id="kenko", name="今吉 恵", roles=("reviewer",), department="kenko", note="健康増進課"),
    Officer(id="kaigo", name="福元 進", roles=("reviewer",), department="kaigo", note="介護の課"),
    Officer(id="kosodate", name="児玉 咲", roles=("reviewer",), department="kosodate", note="子育ての課"),
    Officer(id="kosodate2", name="前田 薫", roles=("reviewer", "approver", "head"), department="kosodate", note="子育ての課・決裁"),
    Officer(id="soumu", name="総田 実", roles=("reviewer",), department="soumu", note="総務課"),
    Officer(id="soumu2", name="浜田 正", roles=("approver", "head"), department="soumu", note="総務課・決裁"),
    Officer(id="gakko", name="教野 学", roles=("reviewer",), department="gakko", note="学校教育課"),
    Officer(id="gakko2", name="川畑 徹", roles=("approver", "head"), department="gakko", note="学校教育課・決裁"),
    Officer(id="shakai", name="社頭 忍", roles=("reviewer",), department="shakaikyoiku", note="社会教育課"),
    Officer(id="shakai2", name="有村 望", roles=("approver", "head"), department="shakaikyoiku", note="社会教育課・決裁"),
    Officer(id="kanri", name="管理 守", roles=("admin",), note="システムの管理（申請は見ない）"),
    Officer(id="tashi", name="他市 次郎", roles=("reviewer",), municipality="131016", note="よその市（入れない）"),
)


def resident(id: str) -> Resident | None:
    """The card holder of that id."""
    return next((person for person in RESIDENTS if person.id == id), None)


def officer(id: str) -> Officer | None:
    """The officer of that id."""
    return next((person for person in OFFICERS if person.id == id), None)
