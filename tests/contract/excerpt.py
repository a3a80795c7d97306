"""Holds a request or an object against the excerpt of Stripe's types."""

import json
import re
from pathlib import Path
from typing import Any

EXCERPT: dict[str, Any] = json.loads(Path(__file__).with_name("stripe_excerpt.json").read_text("utf-8"))
API_VERSION: str = EXCERPT["header"]["api_version"]
WHOLE = re.compile(r"-?\d+")


def request_faults(place: str, form: dict[str, Any]) -> list[str]:
    """What is wrong with a form-encoded request, for example to `POST /v1/refunds`."""
    return faults(form, EXCERPT["requests"][place], place, form=True)


def object_faults(name: str, value: Any) -> list[str]:
    """What is wrong with an object that Stripe would answer, for example `Session`."""
    return faults(value, EXCERPT["objects"][name], name, form=False)


def faults(value: Any, schema: dict[str, Any], at: str, *, form: bool) -> list[str]:
    """Every fault with its place. form: numbers and truth values are text, as form encoding leaves them."""
    if schema.get("left_out"):
        return [f"{at}: not in the excerpt, derive it anew"] if form else []
    if schema.get("type") == "any":
        return []
    if value is None and not form:
        return [] if schema.get("nullable") else [f"{at}: null"]
    if "ref" in schema:
        return object_faults(schema["ref"], value)
    if "any" in schema:
        each = [faults(value, one, at, form=form) for one in schema["any"]]
        return [] if any(not found for found in each) else min(each, key=len)
    match schema["type"]:
        case "object":
            return _object(value, schema, at, form=form)
        case "array":
            if not isinstance(value, list):
                return [f"{at}: no list"]
            return [one for place, item in enumerate(value) for one in faults(item, schema["items"], f"{at}[{place}]", form=form)]
        case kind:
            return _plain(value, kind, schema, at, form=form)


def _object(value: Any, schema: dict[str, Any], at: str, *, form: bool) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: no object"]
    if "values" in schema:
        return [one for name, item in value.items() for one in faults(item, schema["values"], f"{at}.{name}", form=form)]
    known = schema["properties"]
    found = [f"{at}: unknown parameter {name}" for name in value if name not in known]
    found += [f"{at}: {name} is missing" for name in schema["required"] if name not in value]
    return found + [one for name, item in value.items() if name in known
                    for one in faults(item, known[name], f"{at}.{name}", form=form)]


def _plain(value: Any, kind: str, schema: dict[str, Any], at: str, *, form: bool) -> list[str]:
    if form:
        right = isinstance(value, str) and {"integer": bool(WHOLE.fullmatch(value)), "boolean": value in ("true", "false"),
                                            "string": True, "number": True}[kind]
    else:
        right = {"integer": type(value) is int, "boolean": type(value) is bool, "string": type(value) is str,
                 "number": type(value) in (int, float)}[kind]
    if not right:
        return [f"{at}: no {kind}"]
    return [f"{at}: {value} is none of its values"] if "enum" in schema and value not in schema["enum"] else []


def form_of(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0][c]=v` as nested objects and lists."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        path = re.findall(r"[^\[\]]+", name)
        place = tree
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(item) for name, item in value.items()}
    return [inner[name] for name in sorted(inner, key=int)] if inner and all(name.isdigit() for name in inner) else inner
