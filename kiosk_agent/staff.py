"""The officer's view beside the counter: what the one person there is doing, what is missing, and how the machines are.

It shows nothing but the session that runs, and keeps nothing: when the session ends, the next look is empty.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from content.rules.opening import JAPAN
from content.vocabulary.counter import LimitWords
from kiosk_agent.card.facts import Part
from kiosk_agent.counter import Counter
from kiosk_agent.errors import KioskError
from kiosk_agent.journeys import Journey, Screen
from kiosk_agent.paper.birthdate import birthdate
from kiosk_agent.paper.glyphs import Unprintable
from kiosk_agent.pictures import PictureBroken, as_png
from kiosk_agent.selfcheck import Line, SelfCheck

STEPS = {
    Screen.IDLE: "待機中", Screen.START: "用件をえらんでいる", Screen.PLACE: "カード待ち", Screen.LOOKING: "カードを確認中",
    Screen.SECRET: "番号の入力", Screen.LAST_TRY: "残り1回の確認", Screen.READING: "カードの読み取り中", Screen.WRONG: "番号の誤り",
    Screen.CONFIRM: "氏名・住所の確認", Screen.OFFICER_TYPES: "職員の入力待ち", Screen.CHOOSE: "証明書をえらんでいる",
    Screen.USUAL: "おすすめの確認", Screen.QUESTION: "質問", Screen.REVIEW: "内容の確認", Screen.PRINTING: "印刷中",
    Screen.PRINTER: "印刷できない", Screen.DONE: "印刷ずみ", Screen.AUTH_LOOKING: "カードを確認中",
    Screen.AUTH: "利用者証明用の番号の入力", Screen.AUTH_LAST_TRY: "利用者証明用の番号、残り1回の確認",
    Screen.AUTH_WRONG: "利用者証明用の番号の誤り", Screen.PROVING: "申請の送信中", Screen.INSTEAD: "カードでの申請ができない",
    Screen.TICKETING: "番号札の印刷中", Screen.TAKE_CARD: "カードの取り出し待ち", Screen.WAITING: "交付待ち",
    Screen.CHECK: "お渡し前の確認", Screen.CONFIRMING: "確認の送信中", Screen.HANDED_OVER: "お渡しずみ",
    Screen.CODE: "コードの入力", Screen.FETCHING: "コードの確認中", Screen.PREPARED: "コードの内容の確認",
    Screen.BESIDE: "カードとの比較",
    Screen.TROUBLE: "使えないカード", Screen.PULLED: "カードが抜かれた", Screen.NO_READER: "読み取り機なし",
    Screen.TIMED_OUT: "時間切れ（カードの忘れ物に注意）",
}
WAYS = {Journey.FORMS: "申請書の印刷", Journey.REQUEST: "らくらく交付", Journey.CODE: "スマホのコード",
        Journey.BESIDE: "スマホのコードとカード"}
PARTS = {Part.NAME: "氏名", Part.ADDRESS: "住所", Part.BIRTHDATE: "生年月日", Part.FACE: "顔写真"}
TRIES = 5
"""Wrong numbers at the door of this view before it stays shut for a minute."""
SHUT = timedelta(minutes=1)
STAYS_OPEN = timedelta(hours=10)


@dataclass
class Door:
    """Who may look: whoever types the officers' number on this computer. Nobody else's page can (SameSite, loopback)."""

    pin: str = field(repr=False)
    clock: Callable[[], datetime]
    _wrong: int = 0
    _shut_until: datetime | None = None
    _inside: dict[str, datetime] = field(default_factory=dict, repr=False)

    def enter(self, typed: str) -> str | None:
        """A pass for the browser; None for a wrong number, and for every number while it is shut."""
        now = self.clock()
        if self._shut_until is not None and now < self._shut_until:
            return None
        if not hmac.compare_digest(typed.encode(), self.pin.encode()):
            self._wrong += 1
            self._shut_until = now + SHUT if self._wrong % TRIES == 0 else None
            return None
        self._wrong, self._shut_until = 0, None
        ticket = secrets.token_urlsafe(24)
        self._inside = {one: until for one, until in self._inside.items() if until > now} | {ticket: now + STAYS_OPEN}
        return ticket

    def is_inside(self, ticket: str) -> bool:
        """Whether that pass is good."""
        return self._inside.get(ticket, datetime.min.replace(tzinfo=self.clock().tzinfo)) > self.clock()

    def leave(self, ticket: str) -> None:
        """The pass is good no more."""
        self._inside.pop(ticket, None)


@dataclass(frozen=True, slots=True)
class Odd:
    """A character to be written by hand, with its code points."""

    character: str
    codes: str


@dataclass(frozen=True, slots=True)
class View:
    """What the officer sees now."""

    turn: int
    step: str
    way: str
    called: bool
    advice: LimitWords | None
    case_code: str
    check_code: str
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    unprintable: tuple[Odd, ...] = field(repr=False)
    pictures: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    can_end: bool


def view(counter: Counter, check: SelfCheck) -> View:
    """The running session and the machines, for the officer beside it."""
    session = counter.session
    person = session.person
    facts: list[tuple[str, str]] = []
    if person is not None:
        facts = [(label, says) for label, says in (("氏名", person.name), ("住所", person.address)) if says]
        facts += [("生年月日", birthdate(person.birthdate))] if person.birthdate else []
    tries = [Line("番号の残り回数", f"あと{session.tries}回", session.tries > 1)] if session.tries is not None else []
    return View(
        turn=session.turn, step=STEPS[session.screen], way=WAYS.get(session.journey, "") if session.journey else "",
        called=session.called, advice=counter.parts.catalogue.counter.limits[session.limit] if session.limit else None,
        case_code=session.case_code or "", check_code=session.filed.check_code if session.filed else "", facts=tuple(facts),
        unprintable=tuple(map(_odd, session.unprintable)),
        pictures=tuple((str(part), PARTS[part]) for part in person.pictures) if person else (),
        missing=tuple((str(part), PARTS[part]) for part in person.missing)
        if person and session.screen is Screen.OFFICER_TYPES else (),
        lines=(*tries, *_unsynced(counter), *check.machines()), can_end=session.screen not in (Screen.IDLE, Screen.NO_READER))


def picture(counter: Counter, part: str) -> bytes | None:
    """A picture of the running session's card as PNG, which every browser shows; None when there is none, or it is broken."""
    person = counter.session.person
    found = next((one for name, one in person.pictures.items() if name == part), None) if person else None
    try:
        return None if found is None else as_png(found)
    except PictureBroken:
        return None


def _odd(one: Unprintable) -> Odd:
    shown = one.character if unicodedata.category(one.character[0]) != "Co" else "□"
    return Odd(shown, " ".join(f"U+{ord(letter):04X}" for letter in one.character))


def _unsynced(counter: Counter) -> tuple[Line, ...]:
    try:
        waiting, oldest = counter.parts.outgoing.waiting(), counter.parts.outgoing.oldest()
    except KioskError:
        return (Line("送っていない申請", "調べられません。情報システム係に連絡してください。", False),)
    since = f"（いちばん古いもの：{_at(oldest)}）" if oldest else ""
    return (Line("送っていない申請", f"{waiting}件{since}", waiting == 0),)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(JAPAN):%m月%d日 %H:%M}"
