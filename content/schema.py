"""The types as JSON Schema, so that an editor completes and checks YAML while an officer types. `make docs` writes them.

A thing's id is its file's name, so it is not written inside. A city's file holds only what differs: nothing is required there.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from content.catalogue import FOLDERS, LISTS, SINGLES
from content.vocabulary.fact import Frozen

HERE = Path(__file__).parent / "schemas"
EDITOR = Path(__file__).parents[1] / ".vscode/settings.json"
"""VS Code with its YAML extension reads this; other editors have their own place for the same."""


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """(file name, schema) of every kind of file, once as the standard layer writes it and once as a city does."""
    models: dict[str, type[Frozen]] = {**FOLDERS, **LISTS, **SINGLES}
    for kind, model in models.items():
        yield f"standard-{kind}.json", schema_of(kind, model, whole=True)
        yield f"city-{kind}.json", schema_of(kind, model, whole=False)


def editor_settings() -> dict[str, Any]:
    """Which schema holds for which files."""
    where: dict[str, list[str]] = {}
    for kind in FOLDERS:
        where[f"./content/schemas/standard-{kind}.json"] = [f"content/standard/{kind}/*.yml"]
        where[f"./content/schemas/city-{kind}.json"] = [f"content/*/{kind}/*.yml", f"!content/standard/{kind}/*.yml"]
    for kind in [*LISTS, *SINGLES]:
        where[f"./content/schemas/standard-{kind}.json"] = [f"content/standard/{kind}.yml"]
        where[f"./content/schemas/city-{kind}.json"] = [f"content/*/{kind}.yml", f"!content/standard/{kind}.yml"]
    return {"yaml.schemas": where}


def schema_of(kind: str, model: type[Frozen], *, whole: bool) -> dict[str, Any]:
    """The schema of one kind of file; not whole: as a city writes it, over the standard."""
    made = model.model_json_schema()
    if kind in FOLDERS:
        made["properties"].pop("id", None)
    required = [name for name in made.get("required", []) if name in made["properties"]]
    made["required"] = required if whole else []
    made["title"] = f"{kind}（{'標準' if whole else '市'}）"
    return made


def text(thing: Mapping[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(thing, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write() -> None:
    """Write all of them."""
    HERE.mkdir(exist_ok=True)
    for name, schema in schemas():
        (HERE / name).write_text(text(schema), "utf-8")
    EDITOR.parent.mkdir(exist_ok=True)
    EDITOR.write_text(text(editor_settings()), "utf-8")


if __name__ == "__main__":
    write()
