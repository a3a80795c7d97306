"""Puts shared pages in where a procedure says `- use: <id>`, keeping for every line the file it stands in."""

from collections.abc import Mapping
from typing import Any

from content.faults import ContentErrors, Path, unknown_name
from content.layers import Document, Layers

FOLDER = "page_sets"


def with_shared_pages(document: Document, layers: Layers) -> Document:
    """The procedure with its shared pages written out. Raises ContentErrors for a set that nobody wrote."""
    pages = document.tree.get("pages")
    if not isinstance(pages, list):
        return document
    known = layers.names(FOLDER)
    whole: list[Any] = []
    lines = {path: place for path, place in document.lines.items() if path[:1] != ("pages",) or len(path) == 1}
    for index, page in enumerate(pages):
        if not (isinstance(page, dict) and set(page) == {"use"}):
            take(document.lines, ("pages", index), ("pages", len(whole)), lines)
            whole.append(page)
            continue
        if says := unknown_name(str(page["use"]), known, "ページのまとまり"):
            raise ContentErrors([document.fault(("pages", index, "use"), says)])
        shared = layers.one(f"{FOLDER}/{page['use']}.yml")
        for place, one in enumerate(shared.tree.get("pages", ())):
            take(shared.lines, ("pages", place), ("pages", len(whole)), lines)
            whole.append(one)
    return Document(tree={**document.tree, "pages": whole}, lines=lines)


def take(given: Mapping[Path, tuple[str, int]], under: Path, at: Path, lines: dict[Path, tuple[str, int]]) -> None:
    """Note the places of everything below `under` as places below `at`."""
    for path, place in given.items():
        if path[: len(under)] == under:
            lines[(*at, *path[len(under):])] = place
