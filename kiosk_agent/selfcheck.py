"""What an officer looks at when the counter does not work: reader, printer, fonts, clock, versions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from content.vocabulary.counter import Limit, LimitWords
from kiosk_agent import limits
from kiosk_agent.errors import KioskError, PrinterReason, ReaderTrouble
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
    words: Mapping[Limit, LimitWords]
    condition: Callable[[], PrinterReason | None] = lambda: None
    """What the printer says of itself."""
    readers: Callable[[], tuple[str, ...]] = lambda: ()
    """The names of all readers that are plugged in."""
    notes: tuple[str, ...] = ()
    """What was missing at the start, and what is used instead."""

    def machines(self) -> tuple[Line, ...]:
        """Reader and printer: what can change at any moment."""
        return (self._reader(), *self._second_reader(), self._printer())

    def lines(self) -> list[Line]:
        """The whole list, for the screen of the self-check."""
        now = self.clock().astimezone(ZoneInfo("Asia/Tokyo"))
        return [*self.machines(), Line("文字", f"書体 {self.fonts}種類", self.fonts >= 4),
                Line("時計", f"{now:%Y-%m-%d %H:%M}（日本時間）", True),
                Line("部品", "、".join(f"{name} {version(name)}" for name in ("pyscard", "reportlab", "segno")), True),
                *(Line("お知らせ", note, False) for note in self.notes)]

    def _reader(self) -> Line:
        try:
            card = self.reader.placed()
        except ReaderTrouble:
            return Line("カードの読み取り機", f"{self.reader.name}：{self.words[Limit.NO_READER].officer}", False)
        return Line("カードの読み取り機", f"{self.reader.name}（{'カードあり' if card is not None else 'カードなし'}）", True)

    def _second_reader(self) -> tuple[Line, ...]:
        try:
            names = self.readers()
        except ReaderTrouble:
            return ()
        if len(names) < 2:
            return ()
        return (Line("読み取り機が2台", f"{self.words[Limit.TWO_READERS].officer}（{'、'.join(names)}）", False),)

    def _printer(self) -> Line:
        try:
            reason = self.condition()
        except KioskError:
            reason = PrinterReason.OFFLINE
        if reason is None:
            return Line("プリンター", self.printer, True)
        return Line("プリンター", f"{self.printer}：{self.words[limits.OF_PRINTER[reason]].officer}", False)
