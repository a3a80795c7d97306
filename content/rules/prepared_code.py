"""The code of a form that was filled in on the phone: one to four QR symbols that hold the form itself, and how they are read.

The format is docs/prepared-code.md (`MP1`). The code is neither sealed nor signed, so nothing in it is believed more than
if it had been typed: each answer goes through content.rules.form, and what our form does not offer is asked again.
Nothing in it is executed, followed or shown before that. The kiosk and the console read it alike.
"""

import base64
import binascii
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from content.rules.answers import Answer, Posted
from content.rules.form import check_page, sent_answers
from content.vocabulary.procedure import Procedure

MAGIC = "MP1"
MOST_PARTS = 4
MOST_LETTERS = 970
"""Of one symbol: what version 20-M holds."""
MOST_TYPED = 20_000
"""Letters that are looked at: four symbols, each read several times. A stuck key must not cost a minute."""
MOST_CONTENT = 16_384
"""Bytes after inflating."""
MOST_ANSWERS = 200

_SYMBOL = re.compile(r"MP1([A-Z2-7]{8})([1-4])([1-4])([A-Z2-7]{7})([A-Z2-7]+)")
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing: a name with one is shown as another name."""
_BETWEEN_SYMBOLS = re.compile(r"[\r\n\t]+")


class Trouble(StrEnum):
    """Why a code cannot be taken; each has its own sentence on the screen."""

    NOT_OURS = "not_ours"
    OTHER_VERSION = "other_version"
    MISREAD = "misread"
    """Scan the same symbol again."""
    MIXED = "mixed"
    """Symbols of different forms."""
    PART_MISSING = "part_missing"
    DAMAGED = "damaged"
    TOO_LONG = "too_long"
    TOO_OLD = "too_old"
    UNKNOWN_PROCEDURE = "unknown_procedure"


class Unreadable(Exception):
    """A code that cannot be taken. `missing` names the symbols (1 to 4) that are still to be read. Nothing of it is told."""

    def __init__(self, trouble: Trouble, missing: tuple[int, ...] = ()) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.missing = missing


def _no_control(text: str) -> str:
    if any(unicodedata.category(letter) in _CONTROLS or letter in _TURNS for letter in text):
        raise ValueError("a control character")
    return text


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_no_control)]
Text = Annotated[str, StringConstraints(max_length=2_000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_is_day)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A form out of its symbols. version: of our form. applicant: GIF names → what was typed. Nothing of it is verified."""

    procedure: str
    version: int
    answers: Mapping[str, Answer] = field(repr=False)
    applicant: Mapping[str, Any] = field(repr=False)


class _Applicant(BaseModel):
    """What the person typed about themselves; GIF names."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)
    fullName: Line | None = None  # noqa: N815 - the name on the wire
    fullNameKana: Line | None = None  # noqa: N815 - the name on the wire
    fullAddress: Line | None = None  # noqa: N815 - the name on the wire
    dateOfBirth: Day | None = None  # noqa: N815 - the name on the wire
    sex: Literal["0", "1", "2", "9", 0, 1, 2, 9] | None = None


class _Form(BaseModel):
    """The JSON of the code."""

    # cache_strings: the JSON reader of pydantic keeps every short text it has read for as long as the program runs, names too.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, cache_strings="none")
    procedure: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    goodUntil: Day  # noqa: N815 - the name on the wire
    answers: Annotated[dict[Annotated[str, StringConstraints(max_length=100)], Text | Annotated[list[Text], Field(max_length=50)]],
                       Field(max_length=MOST_ANSWERS)]
    applicant: _Applicant = _Applicant()


def is_symbol(typed: str) -> bool:
    """Whether it begins like a symbol of any version, however a keyboard reader typed it."""
    return re.match(r"\s*MP\d", unicodedata.normalize("NFKC", typed[:100]).upper()) is not None


def read(symbols: Iterable[str], procedures: Iterable[Procedure], *, today: date) -> Brought:
    """The form in these symbols, in whatever order they were read and however often.

    symbols: texts as the reader gave them; one text may hold several lines. procedures: the city's. today: the day in Japan.
    The result's version is that of our form: answers that it does not offer, or that are wrong, are absent, to be asked again.
    Raises Unreadable, and nothing else.
    """
    form = _form(_inflated(_joined(symbols)))
    if date.fromisoformat(form.goodUntil) < today:
        raise Unreadable(Trouble.TOO_OLD)
    procedure = next((one for one in procedures if one.id == form.procedure), None)
    if procedure is None:
        raise Unreadable(Trouble.UNKNOWN_PROCEDURE)
    applicant: Mapping[str, Any] = form.applicant.model_dump(exclude_none=True)
    return Brought(procedure=procedure.id, version=procedure.version, answers=checked(procedure, form.answers, today),
                   applicant=applicant)


def checked(procedure: Procedure, given: Mapping[str, str | Sequence[str]], today: date) -> dict[str, Answer]:
    """The answers that our form takes as if they had been typed page by page; the rest is left out. Files never come this way."""
    posted: Posted = {id: [answer] if isinstance(answer, str) else list(answer) for id, answer in given.items()}
    answers: dict[str, Answer] = {}
    for page in procedure.pages:
        check = check_page(page, posted, answers, today, of=procedure)
        wrong = {problem.field for problem in check.problems}
        answers = {id: answer for id, answer in check.answers.items()
                   if answer and id not in wrong and id.split(".")[0] not in wrong}
    groups = {id.split(".")[0] for id in given if "." in id}  # whose rows may be counted by their parts alone
    return {id: answer for id, answer in sent_answers(procedure, answers).items()
            if id in answers and (id in given or id in groups)}


def _symbols(texts: Iterable[str]) -> list[str]:
    """The symbols in what a reader typed: an input method may have made the letters full-width or small, Enter ends each."""
    typed = "\n".join(texts)
    if len(typed) > MOST_TYPED:
        raise Unreadable(Trouble.TOO_LONG)
    lines = _BETWEEN_SYMBOLS.split(unicodedata.normalize("NFKC", typed).upper())
    return [line.replace(" ", "") for line in lines if line.strip()]


def _joined(texts: Iterable[str]) -> bytes:
    """The packed content of a complete set of symbols."""
    parts: dict[int, str] = {}
    messages: set[tuple[str, int]] = set()
    for text in _symbols(texts):
        if not text.startswith(MAGIC):
            raise Unreadable(Trouble.OTHER_VERSION if re.match(r"MP\d", text) else Trouble.NOT_OURS)
        found = _SYMBOL.fullmatch(text)
        if len(text) > MOST_LETTERS:
            raise Unreadable(Trouble.TOO_LONG)
        if found is None or _base32(zlib.crc32(found[5].encode()).to_bytes(4, "big")) != found[4]:
            raise Unreadable(Trouble.MISREAD)
        number, count = int(found[2]), int(found[3])
        messages.add((found[1], count))
        if number > count or len(messages) > 1 or parts.setdefault(number, found[5]) != found[5]:
            raise Unreadable(Trouble.MIXED)
    if not messages:
        raise Unreadable(Trouble.NOT_OURS)
    [(message, count)] = messages
    if missing := tuple(number for number in range(1, count + 1) if number not in parts):
        raise Unreadable(Trouble.PART_MISSING, missing)
    armour = "".join(parts[number] for number in sorted(parts))
    try:
        packed = base64.b32decode(armour + "=" * (-len(armour) % 8))
    except binascii.Error:
        raise Unreadable(Trouble.DAMAGED) from None
    if _base32(packed) != armour:  # bits that no byte needs: another text for the same data (RFC 4648 §3.5)
        raise Unreadable(Trouble.DAMAGED)
    if _base32(hashlib.sha256(packed).digest())[:8] != message:
        raise Unreadable(Trouble.MIXED)
    return packed


def _inflated(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15)
    try:
        content = unpacker.decompress(packed, MOST_CONTENT)
    except zlib.error:
        raise Unreadable(Trouble.DAMAGED) from None
    if unpacker.unconsumed_tail:
        raise Unreadable(Trouble.TOO_LONG)
    if not unpacker.eof or unpacker.unused_data:
        raise Unreadable(Trouble.DAMAGED)
    return content


def _form(content: bytes) -> _Form:
    try:
        return _Form.model_validate_json(content)
    except ValidationError:
        raise Unreadable(Trouble.DAMAGED) from None


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")
