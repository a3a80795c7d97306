"""Draws a paper on another one's form (`form: <id>`): one form of the city, filled from another event's interview."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from content.faults import ContentErrors, Path, unknown_name
from content.layers import Document, Layers
from content.page_sets import take
from content.vocabulary.borrowed_form import BoxFilling, TableFilling
from content.vocabulary.form import Condition
from content.vocabulary.paper import Paper

FOLDER = "papers"
DRAWN = ("width", "height", "background", "panels", "lines", "labels", "slots", "checks", "tables")
"""What belongs to the form."""
FILLED = ("holds", "says", "reading", "when")
"""What belongs to the interview that fills a box."""
ROWS = ("of", "rows_when", "others")
"""What belongs to the interview whose rows stand in a table."""
TOLD: Mapping[str, TypeAdapter[Any]] = {
    "boxes": TypeAdapter(dict[str, BoxFilling]), "ticks": TypeAdapter(dict[str, tuple[Condition, ...]]),
    "groups": TypeAdapter(dict[str, TableFilling]), "words": TypeAdapter(dict[str, str])}
"""What another interview says of a form, and its types."""
Places = dict[Path, tuple[str, int]]


def with_form(document: Document, layers: Layers) -> Document:
    """The paper with the boxes of its form, filled as `boxes`, `ticks`, `groups` and `words` say; every fault is told in the
    file in which it was written. Raises ContentErrors for a form, box, tick or table that is not there."""
    name = document.tree.get("form")
    if name is None:
        return document
    if says := unknown_name(str(name), layers.names(FOLDER), "様式"):
        raise ContentErrors([document.fault(("form",), says)])
    form = layers.one(f"{FOLDER}/{name}.yml")
    if "form" in form.tree:
        says = f"「{name}」も、ほかの様式の用紙を使っています。もとの様式「{form.tree['form']}」を書いてください。"
        raise ContentErrors([document.fault(("form",), says)])
    if not (_is_told(document.tree) and _is_whole(form.tree)):
        return document  # the types tell what is wrong, each in its own file
    faults = [document.fault(path, says) for path, says in _misfits(document.tree, form.tree)]
    if faults:
        raise ContentErrors(faults)
    lines: Places = {path: place for path, place in form.lines.items()
                     if path[:1] and path[0] in DRAWN and (len(path) == 1 or path[0] not in ("slots", "tables"))}
    lines |= document.lines
    drawn = {key: form.tree[key] for key in DRAWN if key in form.tree}
    drawn["slots"] = _slots(form, document, ("slots",), ("slots",), lines)
    drawn["checks"] = [*_checks(form.tree.get("checks", ()), document, ("checks",), lines), *_squares_by_hand(form, document)]
    drawn["tables"] = _tables(form, document, lines)
    words = document.tree.get("words", {})
    for key, text in (("labels", "text"), ("checks", "label")):
        drawn[key] = [{**one, text: words.get(one[text], one[text])} if text in one else one for one in drawn.get(key, ())]
    return Document(tree={**document.tree, **drawn}, lines=lines)


def _is_told(tree: Mapping[str, Any]) -> bool:
    """Whether boxes, ticks and groups are written as their types want them."""
    try:
        for key, types in TOLD.items():
            types.validate_python(tree.get(key, {}))
    except ValidationError:
        return False
    return True


def _is_whole(tree: Mapping[str, Any]) -> bool:
    try:
        Paper.model_validate({"id": "form", **tree})
    except ValidationError:
        return False
    return True


def _misfits(tree: Mapping[str, Any], form: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    tables = {table["id"]: table for table in form.get("tables", ())}
    groups = tree.get("groups", {})
    added = {f"{id}-{slot['id']}" for id, group in groups.items() if group.get("like") in tables
             for slot in tables[group["like"]]["slots"]}
    slots = {slot["id"] for holder in (form, *tables.values()) for slot in holder.get("slots", ())} | added
    labels = {check.get("label") for holder in (form, *tables.values()) for check in holder.get("checks", ())}
    yield from (((key,), "「form」の様式のものを使うので、ここには書けません。消してください。") for key in DRAWN if key in tree)
    for id, filling in tree.get("boxes", {}).items():
        if says := unknown_name(str(filling.get("like", id)), slots, "様式の欄"):
            yield ("boxes", id), says
    for label in tree.get("ticks", {}):
        if label not in labels:
            yield ("ticks", label), f"「{label}」という印（checks）は、様式にありません。"
    for id, group in groups.items():
        if says := unknown_name(str(group.get("like", id)), tables, "様式の表"):
            yield ("groups", id), says
        elif ("of" in group) == bool(group.get("by_hand")):
            yield ("groups", id), "「of」（だれの行か）か「by_hand: true」（手で書く）の、どちらか一つを書いてください。"
    texts = {label["text"] for label in form.get("labels", ())} | {check.get("label") for check in form.get("checks", ())}
    for text in tree.get("words", {}):
        if text not in texts:
            yield ("words", text), f"「{text}」という言葉は、様式にありません。"


def _slots(form: Document, paper: Document, under: Path, at: Path, lines: Places, prefix: str = "") -> list[dict[str, Any]]:
    """The boxes below `under` as they are filled here, each followed by what else may stand in it (`like`). What stands in the
    form in the same place as a box that is filled here, for another case of its own event, is left out."""
    boxes: Mapping[str, Any] = paper.tree.get("boxes", {})
    named_here = {filling.get("like", id) for id, filling in boxes.items()}
    filled = [one["box"] for one in _below(form.tree, under) if prefix + one["id"] in named_here]
    made: list[dict[str, Any]] = []
    for k, written in enumerate(_below(form.tree, under)):
        slot = {**written, "id": prefix + written["id"]}
        if slot["id"] not in named_here and slot["box"] in filled:
            continue
        bare = {key: value for key, value in slot.items() if key not in FILLED}
        here = {id: {**bare, "id": id, **{key: value for key, value in filling.items() if key in (*FILLED, "gif")}}
                for id, filling in boxes.items() if filling.get("like", id) == slot["id"] and not filling.get("unused")}
        for id, one in (here if slot["id"] in named_here else {slot["id"]: slot}).items():
            take(form.lines, (*under, k), (*at, len(made)), lines)
            take(paper.lines, ("boxes", id), (*at, len(made)), lines)
            made.append(one)
    return made


def _checks(checks: Any, paper: Document, at: Path, lines: Places) -> list[dict[str, Any]]:
    ticks: Mapping[str, Any] = paper.tree.get("ticks", {})
    for k, check in enumerate(checks):
        if check.get("label") in ticks:
            take(paper.lines, ("ticks", check["label"]), (*at, k, "when"), lines)
    return [{**check, "when": ticks[check["label"]]} if check.get("label") in ticks else dict(check) for check in checks]


def _tables(form: Document, paper: Document, lines: Places) -> list[dict[str, Any]]:
    """The form's tables of the groups that are said here; one that is `like` another begins so many rows further down."""
    groups: Mapping[str, Any] = paper.tree.get("groups", {})
    made: list[dict[str, Any]] = []
    for k, table in enumerate(form.tree.get("tables", ())):
        if groups.get(table["id"], {}).get("by_hand"):
            continue
        for id in [table["id"], *(id for id, group in groups.items() if group.get("like") == table["id"])]:
            at: Path = ("tables", len(made))
            take(form.lines, ("tables", k), at, lines)
            take(paper.lines, ("groups", id), at, lines)
            own: Mapping[str, Any] = groups.get(id, {})
            down = own.get("further_down", 0) * table["down"]
            slots = _slots(form, paper, ("tables", k, "slots"), (*at, "slots"), lines,
                           "" if id == table["id"] else f"{id}-")
            bare = {key: value for key, value in table.items() if not own or key not in ROWS}
            told = {key: value for key, value in own.items() if key in ROWS or key == "rows"}
            made.append({**bare, "id": id, **told,
                         "slots": [{**slot, "box": {**slot["box"], "y": slot["box"]["y"] + down}} for slot in slots],
                         "checks": [{**check, "y": check["y"] + down}
                                    for check in _checks(table.get("checks", ()), paper, (*at, "checks"), lines)]})
    return made


def _squares_by_hand(form: Document, paper: Document) -> list[dict[str, Any]]:
    """The open squares of tables whose rows are written with a pen."""
    groups: Mapping[str, Any] = paper.tree.get("groups", {})
    return [{**check, "y": check["y"] + row * table["down"], "when": []}
            for table in form.tree.get("tables", ()) if groups.get(table["id"], {}).get("by_hand")
            for row in range(table["rows"]) for check in table.get("checks", ())]


def _below(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree.get(step, ()) if isinstance(tree, dict) else tree[step]
    return tree
