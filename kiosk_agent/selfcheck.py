"""What an officer looks at when the counter does not work: reader, printer, fonts, clock, versions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from kiosk_agent.errors import ReaderTrouble
from kiosk_agent.transport.base import Reader


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    what: str
    says: str
    good: bool


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """Looks at everything when asked."""

    reader: Reader
    printer: str
    fonts: int
    clock: Callable[[], datetime]
    notes: tuple[str, ...] = ()
    """What was missing at the start, and what is used instead."""

    def lines(self) -> list[Line]:
        """The list for the screen."""
        try:
            card = self.reader.placed()
            reader = Line("カードの読み取り機", f"{self.reader.name}（{'カードあり' if card is not None else 'カードなし'}）", True)
        except ReaderTrouble:
            reader = Line("カードの読み取り機", f"{self.reader.name} につながりません。ケーブルを確かめてください。", False)
        now = self.clock().astimezone(ZoneInfo("Asia/Tokyo"))
        return [reader, Line("プリンター", self.printer, True), Line("文字", f"書体 {self.fonts}種類", self.fonts >= 4),
                Line("時計", f"{now:%Y-%m-%d %H:%M}（日本時間）", True),
                Line("部品", "、".join(f"{name} {version(name)}" for name in ("pyscard", "reportlab", "segno")), True),
                *(Line("お知らせ", note, False) for note in self.notes)]
