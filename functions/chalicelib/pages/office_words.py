"""The words of the desk: names of states, events and people, and moments and waits as an officer reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import PaidBy
from chalicelib.domain.history import Happened
from chalicelib.services.officers import Officer
from content.rules.opening import JAPAN
from content.rules.wareki import short_day
from content.vocabulary.procedure import Procedure

STATE_NAMES: Mapping[State, str] = {
    State.DRAFT: "下書き", State.HELD: "職員預かり", State.SUBMITTED: "受付待ち", State.IN_REVIEW: "審査中",
    State.AWAITING_APPROVAL: "決裁待ち", State.CORRECTION_REQUESTED: "補正待ち",
    State.AWAITING_PAYMENT: "入金待ち", State.READY_TO_ISSUE: "発行待ち", State.ISSUED: "発送待ち", State.DISPATCHED: "発送済み",
    State.DELIVERED: "到着", State.COMPLETED: "完了",
    State.REJECTED: "不交付", State.WITHDRAWN: "取下げ", State.EXPIRED: "期限切れ",
    State.ERASED: "消去済み",
}
EVENT_NAMES: Mapping[Event, str] = {
    Event.BEGIN: "申請を始めた", Event.IDENTIFY: "カードで本人確認をした", Event.SAVE: "入力を保存した",
    Event.REQUEST_LINK: "つづきのリンクを送った", Event.SUBMIT: "申請した", Event.CLAIM: "担当した",
    Event.RELEASE: "担当を外した", Event.TAKE_OVER: "担当を引き継いだ", Event.NOTE: "覚え書きを残した",
    Event.REQUEST_CORRECTION: "補正を求めた", Event.CORRECT: "補正した", Event.AMEND: "入力を直した",
    Event.DECIDE_FEE: "金額を決定した", Event.RECONSIDER_FEE: "金額決定を取り消した", Event.OPEN_PAYMENT: "支払い画面を開いた",
    Event.PAY: "入金を確かめた", Event.RETURN_MONEY: "入金を返す手続きをした", Event.ISSUE: "発行した", Event.DISPATCH: "発送した",
    Event.CONFIRM_ARRIVAL: "届いたと知らせた", Event.CLOSE: "完了した", Event.REJECT: "不交付とした", Event.WITHDRAW: "取り下げた",
    Event.EXPIRE: "期限が切れた", Event.RECEIVE: "職員が受け付けた", Event.FILE: "窓口端末で申請した",
    Event.BEGIN_CHECK: "お渡しの確認をはじめた", Event.CONFIRM_CHECK: "端末で確かめた", Event.VOUCH_CHECK: "わたしたと確かめた",
    Event.STOP_CHECK: "お渡しの確認をやめた", Event.LEAVE_CHECK: "端末でお渡しの確認をやめた",
    Event.LEND: "タブレットをわたした", Event.HOLD: "職員にわたした", Event.TAKE_BACK: "タブレットを預かった",
    Event.SUPPLEMENT: "補記した", Event.CONFIRM: "申請者が内容を確認した", Event.HAND_IN: "確認された内容を受け付けた",
    Event.WIPE: "タブレットの入力を消した", Event.CALL_DESK: "課を呼んだ", Event.REACH_DESK: "課が来た",
    Event.FINISH_DESK: "課の手続きが終わった", Event.SKIP_DESK: "課の手続きをしないことにした", Event.CONSULT: "相談の始め・終わり",
    Event.END_STAY: "家族の手続きを終えた",
    Event.UPDATE_FORM: "新しい様式にした",
    Event.ATTACH: "書類をつけた", Event.DETACH: "書類をはずした", Event.CHECK_FILE: "書類を調べた",
    Event.REQUEST_CODE: "確認の番号を送った", Event.CONFIRM_CONTACT: "連絡先を確かめた", Event.WRITE: "申請者に書いた",
    Event.ASK: "申請者が書いた", Event.BOUNCE: "お知らせが届かなかった", Event.PROPOSE: "起案した",
    Event.RETURN_PROPOSAL: "差し戻した", Event.WAIVE_FEE: "無料とした", Event.PAY_AT_DESK: "窓口で受け取った",
    Event.REFUND: "返金した", Event.ACCEPT: "受理・決定した", Event.UNDO_ISSUE: "発行の記録を取り消した",
    Event.UNDO_DISPATCH: "発送の記録を取り消した", Event.DELIVER: "書類を渡した", Event.HAND_OVER: "窓口で交付した",
    Event.REOPEN: "終わりを取り消した", Event.WITHDRAW_FOR: "取下げを記録した", Event.EXPORT: "書き出した",
    Event.WARN: "消去を知らせた", Event.FORGET: "個人の情報を消した",
}
TAKE_OVER_REASONS: Mapping[str, str] = {
    "away": "担当が休み・不在", "moved": "担当が異動した", "shared": "分担を変えた", "asked": "担当に頼まれた",
}
WITHDRAWAL_NAMES: Mapping[str, str] = {
    "phone": "電話で聞いた", "counter": "窓口で聞いた", "letter": "手紙・FAXで受けた", "message": "メッセージで受けた"}
PAID_BY_NAMES: Mapping[PaidBy, str] = {
    PaidBy.ONLINE: "オンライン", PaidBy.CASH: "現金", PaidBy.CASHLESS: "キャッシュレス（窓口の端末）"}
REFUND_REASON_NAMES: Mapping[str, str] = {
    "overpaid": "多く受け取った", "reduced": "あとから減免した", "not_issued": "交付できない", "goodwill": "市のまちがい"}
CHANNEL_NAMES: Mapping[str, str] = {"online": "オンライン", "counter": "窓口", "post": "郵便", "phone": "電話",
                                      "kiosk": "窓口端末", "tablet": "窓口タブレット"}
CHECK_NAMES: Mapping[str, str] = {
    "mynumber_card": "マイナンバーカード", "licence": "運転免許証", "residence_card": "在留カード", "two_papers": "2点確認",
    "copies": "郵送の写し", "unchecked": "確認していない"}
"""What an officer looked at to know who somebody is."""
CARD_NAMES: Mapping[str, str] = {
    "my_number": "マイナンバーカード", "my_number_licence": "マイナ免許証", "my_number_residence": "特定在留カード",
    "licence": "運転免許証", "driving_record": "運転経歴証明書", "residence": "在留カード",
    "special_permanent": "特別永住者証明書"}
"""The cards a kiosk reads."""
BY_EYE_NAMES: Mapping[str, str] = {
    "kiosk_down": "窓口端末が使えない", "went_away": "端末の前をはなれた", "screen_hard": "画面の操作がむずかしい",
    "other_person": "代理の人などが受け取る"}
"""Why a paper is handed over without the kiosk."""
LEFT_NAMES: Mapping[str, str] = {"left_kiosk": "受付番号をわたす前に、申請者が端末をはなれた"}
"""Why a kiosk took back what it had sent."""
FAMILY_NAMES: Mapping[str, str] = {"tablet": "家族がタブレットで確認した", "spoken": "家族に口頭で確かめた"}
"""How a family confirmed what goes to a department in its name."""
NOT_PROVED_NAMES: Mapping[str, str] = {
    "challenge": "確かめる時間をすぎたか、一度使われています", "issuer": "発行者が公的個人認証ではありません",
    "kind": "利用者証明用の証明書ではありません", "key": "この端末では確かめられない種類の鍵です",
    "signature": "カードの応答が合いません", "format": "証明書を読めません", "early": "まだ有効期間に入っていません"}
"""Why what a card answered proves nothing."""
ACTOR_NAMES: Mapping[Actor, str] = {Actor.RESIDENT: "申請者", Actor.PROVIDER: "決済サービス", Actor.TIMER: "自動"}
GENDERS: Mapping[str, str] = {"0": "不明", "1": "男", "2": "女", "9": "適用不能"}
"""ISO 5218, as the card's application gives it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the history in words. number: the version the case had after it."""

    number: int
    at: str
    what: str
    about: str
    who: str


def line(entry: Happened, procedure: Procedure, case: Application, reader: Officer) -> Line:
    """An entry of the history as `reader` reads it."""
    return Line(entry.number, day(entry.at), EVENT_NAMES[entry.event], _about(procedure, entry.detail), _who(entry, case, reader))


def _who(entry: Happened, case: Application, reader: Officer) -> str:
    # The history keeps ids only: names change, and the history outlives the case (design D10).
    if entry.by is not Actor.OFFICER:
        return ACTOR_NAMES[entry.by]
    if entry.who == reader.id:
        return f"{reader.name}（あなた）"
    return case.officer_name if entry.who == case.officer and case.officer_name else f"職員 {entry.who}"


def _about(procedure: Procedure, detail: Mapping[str, str]) -> str:
    """What an entry says beyond its event: fields, reason, decision, yen."""
    told = []
    if "decision" in detail:
        told.append(f"決定{detail['decision']}")
    if "yen" in detail:
        told.append(f"{int(detail['yen']):,}円")
    if "fields" in detail:
        labels = {field.id: field.label for field in procedure.fields()}
        ids = dict.fromkeys(id.partition(".")[0] for id in detail["fields"].split())
        told.append("・".join(labels.get(id, id) for id in ids) or "変更なし")
    if "from" in detail:
        told.append(f"職員 {detail['from']} から")
    if "reason" in detail:
        told.append(_reasons(procedure).get(detail["reason"], detail["reason"]))
    if "outcome" in detail:
        told.append(_reasons(procedure).get(detail["outcome"], detail["outcome"]))
    if "receipt" in detail:
        told.append(f"書き出し {detail['receipt']}")
    if "channel" in detail:
        told.append(CHANNEL_NAMES.get(detail["channel"], detail["channel"]))
    if "seconds" in detail and "department" not in detail:
        told.append(f"書いた時間 {int(detail['seconds']) // 60}分{int(detail['seconds']) % 60:02d}秒")
    if "check" in detail:
        told.append(f"{detail['check']}回め")
    if detail.get("card") == "seen":
        told.append("券面を目で確かめた")
    if "family" in detail:
        told.append(FAMILY_NAMES.get(detail["family"], detail["family"]))
    if "way" in detail:
        told.append(WITHDRAWAL_NAMES.get(detail["way"], detail["way"]))
    if detail.get("paid_by") in set(PaidBy):
        told.append(PAID_BY_NAMES[PaidBy(detail["paid_by"])])
    return "　".join(told)


def _reasons(procedure: Procedure) -> Mapping[str, str]:
    return {**TAKE_OVER_REASONS, **BY_EYE_NAMES, **LEFT_NAMES, **REFUND_REASON_NAMES, **{one.id: one.label for one in (
        *procedure.correction_reasons, *procedure.rejection_reasons, *procedure.outcomes)}}


def day(at: datetime | None) -> str:
    """A moment as the desk reads it: 11月20日（金） 12:05; nothing for none."""
    if at is None:
        return ""
    here = at.astimezone(JAPAN)
    return f"{short_day(here.date())} {here:%H:%M}"


def age(at: datetime, now: datetime) -> str:
    """How long something has waited: minutes, hours, then days."""
    minutes = max(int((now - at).total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes}分"
    return f"{minutes // 60}時間" if minutes < 1440 else f"{minutes // 1440}日"


def days_since(at: datetime | None, now: datetime) -> str:
    """Calendar days in Japan since a day, as deadlines count them: きょう, 1日, 2日."""
    if at is None:
        return "―"
    days = (now.astimezone(JAPAN).date() - at.astimezone(JAPAN).date()).days
    return f"{days}日" if days > 0 else "きょう"


def days_left(due: datetime, now: datetime) -> str:
    """How much is left until a deadline, in calendar days."""
    days = (due.astimezone(JAPAN).date() - now.astimezone(JAPAN).date()).days
    if days < 0:
        return "期限を過ぎました"
    return f"あと{days}日" if days else "きょうまで"
