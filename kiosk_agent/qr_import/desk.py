"""The desk at which codes are scanned: each line a symbol, each answer a sentence; whole messages become files, once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk_agent import qr
from kiosk_agent.errors import QrError
from kiosk_agent.qr import Receiver
from kiosk_agent.qr_import import files
from kiosk_agent.qr_import.collect import Collection
from kiosk_agent.qr_import.had import Had

SAYS = {
    "not a code of this system": "まどナビのQRコードではありません。用紙の右上のコードを読んでください。",
    "misread: scan it again": "読みまちがいです。もう一度、読んでください（日本語入力は切ってください）。",
    "too old": "期限が過ぎたコードです。用紙を見て入力してください。",
    "sealed for another reader": "このパソコンあてのコードではありません。端末に登録した鍵を確かめてください。",
    "from a kiosk we do not know": "登録していない端末のコードです。受け付けません。",
    "the signature is wrong": "署名が合いません。作りかえられたおそれがあります。受け付けません。",
    "the seal is broken": "封が合いません。作りかえられたおそれがあります。受け付けません。",
}
OTHERWISE = "読めないコードです。用紙を見て入力してください。"


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to one scan. good: None while parts are missing."""

    text: str
    good: bool | None
    file: Path | None = None


class Desk:
    """One sitting. Parts wait in memory only; what is whole goes to files at once."""

    def __init__(self, receiver: Receiver, had: Had, folder: Path, clock: Callable[[], datetime]) -> None:
        self._receiver = receiver
        self._had = had
        self._folder = folder
        self._clock = clock
        self._collection = Collection()

    def scan(self, typed: str) -> Said:
        """One symbol. Raises OSError when the files cannot be written: then nothing is entered, and it is scanned again."""
        try:
            self._collection, progress = self._collection.after(typed)
            if not progress.is_whole:
                still = "・".join(str(n) for n in progress.missing)
                return Said(f"{progress.parts}個のうち{progress.part}個めを読みました。あと {still} 個めを読んでください。", None)
            return self._take(progress.symbols)
        except QrError as error:
            return Said(SAYS.get(str(error), OTHERWISE), good=False)

    def _take(self, symbols: Iterable[str]) -> Said:
        now = self._clock()
        message = qr.decode(tuple(symbols), self._receiver, now=now)
        code = files.checked(message.content)["caseCode"]
        before = self._had.when(message)
        if before is not None:
            at = before.astimezone(files.JAPAN)
            return Said(f"受付 {code} は、もう取りこんでいます（{at.month}月{at.day}日 {at:%H:%M}）。", good=False)
        file = files.write(self._folder, message, self._had.begin(message, now))
        files.write_table(file.parent)
        if not self._had.finish(message):
            return Said(f"受付 {code} は、ほかの画面で取りこみました。", good=False)
        return Said(f"受付 {code} を取りこみました。", good=True, file=file)
