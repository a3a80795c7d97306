"""Reads the YAML of the two layers, the standard one and the city's, and remembers the line of every key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

import yaml

from content.faults import ContentErrors, Fault, Path, spoken


@dataclass(frozen=True)
class Document:
    """One thing's YAML, the city's laid over the standard's, with the places of its keys."""

    tree: Mapping[str, Any]
    lines: Mapping[Path, tuple[str, int]] = field(repr=False)

    def fault(self, path: Path, says: str) -> Fault:
        """The fault at `path`, placed at the nearest key that is written."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                file, line = self.lines[path[:end]]
                return Fault(file=file, line=line, key=spoken(path), says=says)
        return Fault(file="content", line=0, key=spoken(path), says=says)


class Layers:
    """The folders of a city in the order of reading: the standard first, the city's over it."""

    def __init__(self, root: FilePath, city: str) -> None:
        self.root = root
        self.folders = (root / "standard", root / city)
        if not self.folders[1].is_dir():
            raise ContentErrors([Fault(file=str(city), line=0, key="", says="この市のフォルダーがありません。")])

    def names(self, kind: str) -> list[str]:
        """The names of the files `kind/*.yml`; the same name in both layers is one thing."""
        return sorted({f.stem for folder in self.folders for f in (folder / kind).glob("*.yml")})

    def one(self, relative: str) -> Document:
        """The file `relative`, its layers merged: mappings by key, everything else replaced by the city's."""
        tree: dict[str, Any] = {}
        lines: dict[Path, tuple[str, int]] = {}
        for folder in self.folders:
            file = folder / relative
            if file.is_file():
                new, places = _read(file, str(file.relative_to(self.root.parent)))
                tree = _overlay(tree, new)
                lines = {**lines, **places, (): lines.get((), places[()])}
        return Document(tree=tree, lines=lines)


def _read(file: FilePath, shown: str) -> tuple[Mapping[str, Any], Mapping[Path, tuple[str, int]]]:
    return _parsed(file.read_text("utf-8"), shown)


@lru_cache(maxsize=1_000)
def _parsed(text: str, shown: str) -> tuple[Mapping[str, Any], Mapping[Path, tuple[str, int]]]:
    """Tree and places of one file. Remembered by its text: an editor's bar and tests read the same content again and again."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        tree = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        says = "YAMLとして読めません。字下げ（半角の空白）と「:」の後の空白を確かめてください。"
        raise ContentErrors([Fault(file=shown, line=line, key="", says=says)]) from None
    finally:
        loader.dispose()
    if not isinstance(tree, dict) or node is None:
        raise ContentErrors([Fault(file=shown, line=1, key="", says="「項目名: 値」の形で書いてください。")])
    places: dict[Path, tuple[str, int]] = {}
    doubles: list[Fault] = []
    _note_places(node, (), shown, places, doubles)
    if doubles:
        raise ContentErrors(doubles)
    return tree, places


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # PyYAML's C parser where it was built
    """Leaves dates and times as written text, so that the types parse them and can say what is wrong.

    YAML 1.1 reads 17:15 as a number of minutes, so numbers are read by a rule of our own.
    """


_OURS = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if tag not in _OURS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))


def _note_places(node: yaml.Node, path: Path, file: str, places: dict[Path, tuple[str, int]],
                 doubles: list[Fault]) -> None:
    places.setdefault(path, (file, node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            at = (*path, key.value)
            if key.value in seen:
                doubles.append(Fault(file=file, line=key.start_mark.line + 1, key=spoken(at),
                                     says="同じ項目名が2回書かれています。片方を消してください。"))
            seen.add(key.value)
            places[at] = (file, key.start_mark.line + 1)
            _note_places(value, at, file, places, doubles)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_places(value, (*path, index), file, places, doubles)


def _overlay(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
