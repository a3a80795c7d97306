"""The web editor's form for every file, made from the types: `content/editor.json`, in the format that Sveltia CMS and
Decap CMS read. `make docs` writes it; a test fails when it differs.

A field's name in Japanese stands here; what a field means stands with its type, and is shown below the field.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from content.catalogue import FOLDERS, LISTS
from content.schema import schema_of
from content.vocabulary.city import City
from content.vocabulary.fact import Frozen

FILE = Path(__file__).parent / "editor.json"
LABELS: Mapping[str, str] = {
    "addressee": "宛先", "address": "住所", "also": "ふだんの呼び方（検索用）", "always_open": "いつでも", "answer": "答え",
    "answers": "答え", "any_of": "この中のどれか", "ask": "質問", "asked_by": "出すところ", "availability": "取れる手段",
    "because": "理由（編集用）", "bring": "持ち物", "certificate": "証明書", "certificates": "証明書", "channel": "手段",
    "checked_on": "確かめた日", "closed_each_year": "毎年の休み", "closed_on_holidays": "祝日は休み", "closes": "閉まる",
    "closures": "臨時の休み", "code": "コード", "days": "曜日", "department": "課", "desks": "窓口", "documents": "持ち物",
    "fact": "事情", "facts": "事情", "fallback": "使えないとき", "fees": "手数料", "file": "ファイル", "first": "はじめ",
    "floor": "階・窓口番号", "flow": "ナビの流れ", "free_at_counter": "窓口なら無料", "help": "説明", "hint": "補足",
    "hours": "時間", "icon": "絵", "id": "記号（英字）", "kind": "種類", "label": "ことば", "last": "おわり", "law": "法律",
    "leads": "案内する証明書", "limits": "条件", "mail_from": "差出人のメール", "map_query": "地図で探す言葉",
    "mayor": "市長", "means": "意味", "messages": "ことば", "name": "名前", "needs": "必要なこと", "note": "補足",
    "notes": "気をつけること", "on_request": "たのめばのるもの", "opening": "開いている時間", "opens": "開く",
    "options": "答え", "order": "並び順", "outcome": "結果", "outcomes": "結果", "papers": "いる証明書",
    "pays_with": "払い方", "phone": "電話", "picture": "写真・見取り図", "postage": "郵送料", "postal_code": "郵便番号",
    "prefecture": "県", "procedure": "手続き", "questions": "質問", "rank": "順位", "reading": "読み", "readings": "読み",
    "reason": "理由", "sample": "見本（まだ確かめていない）", "says": "ことば", "services": "手続き", "short": "短い名前",
    "shown": "かならずのるもの", "site_note": "サイトの注意書き", "situation": "くらしの場面", "source": "出どころ",
    "start": "最初の質問", "status": "状態", "statuses": "状態", "steps": "手順", "summary": "ひとことで",
    "takes": "受け取るまで", "terminal": "端末がある", "title": "題", "to": "次の質問", "turn": "だれの番か",
    "unasked": "たずねなかったときの条件", "used_for": "使いみち", "valid": "いつまで使えるか", "valid_from": "いつから",
    "valid_until": "いつまで", "values": "値", "what": "すること", "when": "いつ", "where": "場所", "who": "たのめる人",
    "why": "理由", "yen": "円", "now": "いまの説明",
}
SLUG = {
    "editable": ["create"],
    "pattern": ["^[a-z][a-z0-9_-]{0,59}$", "英字の小文字ではじめ、英字・数字・「-」だけで書いてください。"],
    "hint": "英字の名前です。ページのアドレスになり、あとで変えられません。",
}
KINDS: Mapping[str, str] = {
    "offices": "庁舎と窓口", "channels": "手段", "certificates": "証明書", "flows": "ナビの質問", "purposes": "使いみち",
    "topics": "こまりごと", "documents": "持ち物", "facts": "事情", "fees": "手数料", "services": "来なくてもできる手続き",
    "messages": "画面の言葉", "readings": "漢字の読み", "city": "市",
}
"""What officers edit here. Procedures, papers and public statuses are edited as files: their parts hang together too closely."""


def config(city: str = "ibusuki") -> dict[str, Any]:
    """The editor's whole settings for the standard layer and one city's."""
    return {
        "backend": {"name": "github", "repo": "city/madonavi", "branch": "main"},
        "media_folder": f"content/{city}/pictures", "public_folder": "/assets/pictures",
        "output": {"omit_empty_optional_fields": True, "yaml": {"indent_size": 2}},
        "collections": [one for folder, layer in (("standard", "標準"), (city, "市")) for one in _collections(folder, layer)],
    }


def _collections(folder: str, layer: str) -> Iterator[dict[str, Any]]:
    whole = folder == "standard"
    for kind in (kind for kind in KINDS if kind in FOLDERS):
        schema = schema_of(kind, FOLDERS[kind], whole=whole)
        yield {"name": f"{folder}-{kind}", "label": f"{KINDS[kind]}（{layer}）", "folder": f"content/{folder}/{kind}",
               "extension": "yml", "format": "yaml", "create": True, "delete": True, "identifier_field": _title(schema),
               "slug": SLUG, "fields": list(_fields(schema, schema, whole=whole))}
    files = []
    for kind in (kind for kind in KINDS if kind not in FOLDERS):
        if (Path(__file__).parent / folder / f"{kind}.yml").is_file():
            model: type[Frozen] = City if kind == "city" else LISTS[kind]
            schema = schema_of(kind, model, whole=whole)
            files.append({"name": kind, "label": KINDS[kind], "file": f"content/{folder}/{kind}.yml", "format": "yaml",
                          "fields": list(_fields(schema, schema, whole=whole))})
    yield {"name": f"{folder}-lists", "label": f"一覧（{layer}）", "files": files}


def _title(schema: Mapping[str, Any]) -> str:
    return next(name for name in ("name", "start", "availability") if name in schema["properties"])


def _fields(part: Mapping[str, Any], schema: Mapping[str, Any], *, whole: bool = True) -> Iterator[dict[str, Any]]:
    required = set(part.get("required", ())) if whole else set()
    for name, told in part["properties"].items():
        yield {"name": name, "label": LABELS[name], "required": name in required, **_hint(told), **_widget(told, schema)}


def _hint(told: Mapping[str, Any]) -> dict[str, str]:
    return {"hint": told["description"].split("\n")[0]} if "description" in told else {}


def _widget(told: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """How one value is typed in: the widget and its parts."""
    if "anyOf" in told:
        return _widget(next(one for one in told["anyOf"] if one.get("type") != "null"), schema)
    if "$ref" in told:
        found = schema["$defs"][told["$ref"].rpartition("/")[2]]
        return {"widget": "select", "options": found["enum"]} if "enum" in found else {
            "widget": "object", "collapsed": True, "fields": list(_fields(found, schema))}
    match told.get("type"), told.get("format"):
        case "array", _:
            return {"widget": "list", **_items(_widget(told["items"], schema))}
        case "object", _:
            return {"widget": "keyvalue"}
        case "boolean", _:
            return {"widget": "boolean", "default": told.get("default", False)}
        case "integer", _:
            return {"widget": "number", "value_type": "int"}
        case "string", "date":
            return {"widget": "datetime", "type": "date", "format": "YYYY-MM-DD", "picker_utc": True}
        case "string", _ if "pattern" in told:
            return {"widget": "string", "pattern": [told["pattern"], "この書き方はできません。半角の英字と数字で書いてください。"]}
        case _:
            return {"widget": "string"}


def _items(widget: dict[str, Any]) -> dict[str, Any]:
    if widget["widget"] == "object":
        return {"collapsed": True, "fields": widget["fields"]}
    if widget["widget"] == "select":
        return {"widget": "select", "multiple": True, "options": widget["options"]}
    return {"field": {"name": "one", "label": "ひとつ", **widget}}


def text() -> str:
    """As it stands in the file."""
    return json.dumps(config(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
