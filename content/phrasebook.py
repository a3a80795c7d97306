"""The files of phrases (`languages/<id>.po`, gettext's format): every Japanese text of a room, and what it is in a language.

The Japanese text is the key. So a text that was changed has no translation any more, and no page can show an old one:
what is missing, doubtful or left over stops the build with a sentence. `make languages` puts new texts in, to be translated.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from content.faults import Fault
from content.vocabulary.language import Language

_PLACES = re.compile(r"\{\w+\}")
_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Phrase:
    """One Japanese text and the file in which it is written, from the root of the project."""

    text: str
    where: str


def read(file: Path, shown: str, language: Language, phrases: Iterable[Phrase]) -> tuple[dict[str, str], list[Fault]]:
    """Text → translation of one file, and everything that is wrong with it. `shown` is the file's name in a fault."""
    wanted = {phrase.text: phrase for phrase in phrases}
    book = _book(file)
    faults = [Fault(file=shown, line=message.lineno or 0, key=_short(message), says=says)
              for message in _messages(book) for says in _wrong(message, wanted)]
    written = {str(message.id) for message in _messages(book)}
    faults += [Fault(file=shown, line=0, key=f"「{text[:_SHOWN]}」",
                     says=f"{language.own_name} がありません（{phrase.where}）。「make languages」のあと、訳を書いてください。")
               for text, phrase in wanted.items() if text not in written]
    return {str(message.id): str(message.string) for message in _messages(book)}, faults


def update(file: Path, phrases: Iterable[Phrase]) -> int:
    """Bring the file to these phrases: new ones empty, changed ones with the nearest old translation, marked as doubtful.

    The number of phrases that need a translator now.
    """
    template = Catalog(fuzzy=False)
    for phrase in phrases:
        template.add(phrase.text, locations=[(phrase.where, 0)])
    book = _book(file)
    book.update(template)
    book.obsolete.clear()
    out = BytesIO()
    write_po(out, book, width=0, omit_header=True, include_lineno=False, include_previous=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(out.getvalue())
    return sum(1 for message in _messages(book) if not message.string or message.fuzzy)


def _book(file: Path) -> Catalog:
    if not file.is_file():
        return Catalog(fuzzy=False)
    with file.open("rb") as lines:
        return read_po(lines, charset="utf-8")


def _messages(book: Catalog) -> Iterator[Message]:
    return (message for message in book if message.id)


def _wrong(message: Message, wanted: Mapping[str, Phrase]) -> Iterator[str]:
    if message.id not in wanted:
        yield "この文は、もう日本語のページにありません。「make languages」で消してください。"
    elif not message.string:
        yield "訳が空です。書いてください。"
    elif message.fuzzy:
        yield "日本語が変わりました。訳を確かめて、「#, fuzzy」の行を消してください。"
    elif sorted(_PLACES.findall(str(message.id))) != sorted(_PLACES.findall(str(message.string))):
        yield "波かっこ { } の言葉が、日本語と訳で違います。同じものを同じ数だけ書いてください。"


def _short(message: Message) -> str:
    return f"「{str(message.id)[:_SHOWN]}」"
