"""A fault in the content: the file, the line, the key, and a Japanese sentence an officer can act on."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

Path = tuple[str | int, ...]
"""Keys from the top of a file down to one value, as in ("fees", 0, "yen")."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to put right. `line` counts from 1; 0 where no line can be named."""

    file: str
    line: int
    key: str
    says: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}  {self.key}  {self.says}" if self.key else f"{place}  {self.says}"


class ContentErrors(Exception):
    """The content cannot be used. Lists every fault, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(f"内容に{len(self.faults)}件の誤りがあります。\n" + "\n".join(f"  {f}" for f in self.faults))


def spoken(path: Path) -> str:
    """A path as an officer reads it: `pages › 2番目 › fields`."""
    return " › ".join(f"{part + 1}番目" if isinstance(part, int) else str(part) for part in path)


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[tuple[Path, str]]:
    """Each fault pydantic found, as (path, Japanese sentence)."""
    return [(tuple(d["loc"]), _sentence(d["type"], d.get("ctx", {}), d["loc"], d["input"], model, d["msg"]))
            for d in error.errors()]


def _sentence(kind: str, ctx: dict[str, Any], loc: Path, value: object, model: type[BaseModel], raw: str) -> str:
    shown = f"「{value}」" if isinstance(value, str | int | float | bool) else "この値"
    match kind:
        case "missing":
            return "この項目が書かれていません。書き足してください。"
        case "extra_forbidden":
            return "この項目名は使えません。" + _did_you_mean(str(loc[-1]), model)
        case "enum" | "literal_error":
            known = str(ctx.get("expected", "")).replace("'", "").replace(" or ", " か ")
            return f"{shown}は選べません。選べるのは {known} です。"
        case "string_pattern_mismatch":
            return f"{shown}の書き方が違います。決められた形（{ctx.get('pattern')}）で書いてください。"
        case "string_too_short":
            return "空になっています。言葉を入れてください。"
        case "string_type":
            return f"{shown}は文字として読めません。数字や yes/no の言葉は \"　\" で囲んでください。"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            limit = ctx.get("ge", ctx.get("gt", ctx.get("le", ctx.get("lt"))))
            side = "以上" if kind.startswith("greater") else "以下"
            return f"{shown}は決められた範囲にありません。{limit}{side}にしてください。"
        case "int_parsing" | "int_type" | "int_from_float" | "float_parsing" | "float_type":
            return f"{shown}は数字として読めません。半角の数字で書いてください。"
        case "bool_parsing" | "bool_type":
            return f"{shown}は「はい・いいえ」として読めません。true か false で書いてください。"
        case k if k.startswith(("date_", "date")):
            return f"{shown}は日付として読めません。「2026-11-20」のように書いてください。"
        case k if k.startswith("time"):
            return f"{shown}は時刻として読めません。「\"08:30\"」のように、\" \" で囲んで書いてください。"
        case "too_short" | "too_long":
            least, most = ctx.get("min_length"), ctx.get("max_length")
            return f"数が合いません。{f'{least}個以上' if kind == 'too_short' else f'{most}個まで'}にしてください。"
        case "tuple_type" | "list_type":
            return "行頭に「- 」を付けた一覧で書いてください。"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "「項目名: 値」の形で書いてください。"
        case "value_error":
            return raw.removeprefix("Value error, ")
        case _:
            return f"{shown}は読めません（{kind}）。"


def _did_you_mean(written: str, model: type[BaseModel]) -> str:
    close = difflib.get_close_matches(written, _all_names(model, set()), n=1)
    return f"「{close[0]}」の書き間違いではありませんか。" if close else "いらないなら消してください。"


def _all_names(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[str]:
    """Every key that may stand anywhere below `model`; a hint needs no more precision than that."""
    if model in seen:
        return set()
    seen.add(model)
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            names |= _all_names(inner, seen)
    return names


def _models_in(annotation: object) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def unknown_name(name: str, known: Iterable[str], what: str) -> str | None:
    """The sentence for a name that does not exist; None when it does."""
    if name in known:
        return None
    return f"「{name}」という{what}はありません。ある{what}は {'、'.join(sorted(known)) or 'まだありません'} です。"
