"""The auditor's commands: `python -m chalicelib.audit verify` and `… digest`. They only read, and print plain Japanese.

The settings are MADONAVI_CATALOGUE, MADONAVI_TABLE and the AWS credentials of somebody who may read; docs/audit.ja.md.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from chalicelib import compose, settings
from chalicelib.domain.audit import lines
from chalicelib.domain.ports import Audit
from chalicelib.services.verify import DayChecked, Fault, Outside, first_day, verify
from content.rules.opening import JAPAN

WORDS: Mapping[Fault, str] = {
    Fault.UNREADABLE: "記録の中身が書き換えられています",
    Fault.STRAY: "記録が、あるべき場所にありません",
    Fault.LOOK: "閲覧の記録が書き換えられています",
    Fault.MISSING_SEAL: "この日の締めがありません",
    Fault.BROKEN_SEAL: "この日の締めが書き換えられています",
    Fault.UNCHAINED: "この日の締めが、前の日の締めとつながっていません",
    Fault.DAY: "この日の記録が、締めたときと違います（件数 締めたとき → いま）",
    Fault.OUTSIDE: "この日の締めが、外に控えたものと違います",
    Fault.HISTORY: "申請の履歴が、欠けているか、書き換えられています",
    Fault.NO_CASE: "記録はあるのに、申請がないか、書き換えられています",
    Fault.NOT_IN_DAY: "申請にある記録が、その日の記録の中にありません",
}
"""What is wrong, for an officer of the audit."""
RIGHT, WRONG, NOT_DONE = 0, 1, 2
"""Exit codes; NOT_DONE: nothing could be verified."""


def main(arguments: Sequence[str], audit: Audit, now: datetime, say: Callable[[str], None]) -> int:
    """Run one command; the exit code. now: aware UTC."""
    asked = _arguments(arguments)
    first = asked.first or first_day(audit)
    if first is None:
        say("締めが一つもありません。始めたばかりでなければ、システム担当に知らせてください。")
        return NOT_DONE
    last = asked.last or now.astimezone(JAPAN).date()
    if asked.command == "digest":
        return _digest(audit, first, last, say)
    try:
        outside = kept(asked.against.read_text("utf-8")) if asked.against else None
    except (ValueError, OSError) as error:
        say(f"控えのファイルを読めません：{error}")
        return NOT_DONE
    return _verify(audit, now, first, last, outside, say)


def kept(text: str) -> Outside:
    """A file of `day count hash` lines; empty ones and those that begin with # are passed over. Raises ValueError."""
    found: dict[date, tuple[int, str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            day, count, hashed = words
            told = int(count), hashed
            same = found.setdefault(date.fromisoformat(day), told) == told
        except ValueError:
            same = False
        if not same:
            raise ValueError(f"{number}行目「{line[:100]}」")
    return found


def _verify(audit: Audit, now: datetime, first: date, last: date, outside: Outside | None, say: Callable[[str], None]) -> int:
    wrong = days = entries = 0
    for told in verify(audit, now, first, last, outside):
        if isinstance(told, DayChecked):
            days, entries = days + 1, entries + told.count
            say(f"{told.day.isoformat()}　{told.count}件" + ("　まだ締めていません" if told.is_open else "　調べました"))
        else:
            wrong += 1
            say(f"誤り　{told.day}　{WORDS[told.fault]}" + (f"　{told.where}" if told.where else ""))
    against = "" if outside is None else f"　外の控え {sum(first <= day <= last for day in outside)}日分と比べました。"
    say(f"{days}日、{entries}件を調べました。{against}")
    if not wrong:
        say("誤りはありません。")
        return RIGHT
    say(f"誤りが {wrong} 件あります。記録に手を加えず、システム担当と監査の責任者に知らせてください。")
    return WRONG


def _digest(audit: Audit, first: date, last: date, say: Callable[[str], None]) -> int:
    stored = audit.seals(first, last)
    for line in lines([one.seal for one in stored if one.seal]).splitlines():
        say(line)
    broken = [one.day for one in stored if one.seal is None]
    for day in broken:
        say(f"# {day} {WORDS[Fault.BROKEN_SEAL]}")
    return WRONG if broken else RIGHT


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.audit", description="監査の記録を調べる。読むだけ。")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (("verify", "記録を締めとくらべる"), ("digest", "外に控える行を書き出す")):
        one = commands.add_parser(name, help=words)
        one.add_argument("--from", dest="first", type=date.fromisoformat, help="はじめの日（2026-11-20）。なければ最初の締めの日")
        one.add_argument("--to", dest="last", type=date.fromisoformat, help="おわりの日。なければきょう")
        one.set_defaults(against=None)
        if name == "verify":
            one.add_argument("--against", type=Path, help="外に控えた行のファイル")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], compose.audit_from(settings.catalogue_file()), compose.system_clock(), _say))
