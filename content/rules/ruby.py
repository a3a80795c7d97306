"""Readings over characters (ふりがな): which words of a text need one, and what it is. Pure.

`readings` are words as they are written, with okurigana where the reading depends on it: 行く → いく, 行う → おこなう. The
longest word that fits wins, so 今日 goes before 日. A word that begins with a digit does not fit behind another digit.
"""

import re
from collections.abc import Iterator, Mapping

KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々〆]+")
LONGEST = 16
"""No word of a list of readings is longer; a look-up need not try more."""


def parted(text: str, readings: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """The text in pieces with the reading of each; None where nothing stands over it. Put together they are the text."""
    plain, at = "", 0
    while at < len(text):
        word = _word_at(text, at, readings)
        if word is None:
            plain += text[at]
            at += 1
            continue
        head, base, over, tail = _without_kana(word, readings[word])
        if plain + head:
            yield plain + head, None
        yield base, over
        plain = tail
        at += len(word)
    if plain:
        yield plain, None


def unread(text: str, readings: Mapping[str, str]) -> tuple[str, ...]:
    """The runs of characters that would stand without a reading."""
    return tuple(run for piece, over in parted(text, readings) if over is None for run in KANJI.findall(piece))


def _word_at(text: str, at: int, readings: Mapping[str, str]) -> str | None:
    if text[at].isdigit() and at and text[at - 1].isdigit():
        return None
    return next((text[at:end] for end in range(min(len(text), at + LONGEST), at, -1) if text[at:end] in readings), None)


def _without_kana(word: str, reading: str) -> tuple[str, str, str, str]:
    """その年・そのとし → その, 年, とし, nothing; 受け取る・うけとる → nothing, 受け取, うけと, る: kana at the
    ends need no reading."""
    head = 0
    while head < len(word) - 1 and word[head] == reading[head] and not KANJI.match(word[head]):
        head += 1
    tail = 0
    while tail < len(word) - head - 1 and word[-1 - tail] == reading[-1 - tail] and not KANJI.match(word[-1 - tail]):
        tail += 1
    return word[:head], word[head:len(word) - tail], reading[head:len(reading) - tail], word[len(word) - tail:]
