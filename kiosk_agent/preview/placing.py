"""Moves a box in the text of a paper's YAML: only the digits of its numbers change; comments, order and layout stay. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from content.faults import Path
from content.rules.paper_data import WORDS, Origin, named
from content.vocabulary.paper import Box, Check, Paper, Slot
from content.vocabulary.paper_datum import Datum

MM = ("x", "y", "w", "h")
AT = ("x", "y")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's C parser where it was built with one; both count places in characters."""


class NotInThisFile(LookupError):
    """The file does not write this value: it stands in the other layer, or is not written at all."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing that can be moved: where its numbers stand in the file, and what an editor calls it."""

    path: Path
    name: str
    box: Box
    keys: tuple[str, ...]
    """Which of x, y, w and h are written."""
    kind: str
    """slot, check, corner, or form for what is printed on every sheet."""

    @property
    def id(self) -> str:
        """As in `slots-4-box`."""
        return "-".join(map(str, self.path))


def spots(paper: Paper) -> tuple[Spot, ...]:
    """Everything on the paper that has a place in its own file, what is filled in first; a borrowed form is moved in its own."""
    corners = [Spot(("qr",), "QRコード", paper.qr, MM, "corner")] if paper.qr else []
    corners += [Spot(("mark",), "受付番号とページ", paper.mark, MM, "corner")]
    if paper.form is not None:
        return tuple(corners)
    found = [Spot(("slots", i, "box"), _slot_name(one, paper), one.box, MM, "slot") for i, one in enumerate(paper.slots)]
    for i, table in enumerate(paper.tables):
        found += [Spot(("tables", i, "slots", k, "box"), f"{table.id}（表の1行目）：{_slot_name(one, paper)}", one.box, MM, "slot")
                  for k, one in enumerate(table.slots)]
        found += [Spot(("tables", i, "checks", k), f"{table.id}（表の1行目）：{one.label or '印'}", _square(one), AT, "check")
                  for k, one in enumerate(table.checks)]
    found += [Spot(("checks", i), f"印：{one.label or i + 1}", _square(one), AT, "check") for i, one in enumerate(paper.checks)]
    found += corners
    found += [Spot(("labels", i, "box"), f"見出し：{one.text}", one.box, MM, "form") for i, one in enumerate(paper.labels)]
    found += [Spot(("panels", i, "box"), f"面 {i + 1}", one.box, MM, "form") for i, one in enumerate(paper.panels)]
    return tuple(found)


def _slot_name(slot: Slot, paper: Paper) -> str:
    """As 氏名（needed-name）; an officer knows the datum, the id tells two boxes of one datum apart."""
    told = named(slot.holds) if slot.holds else None
    if told is None:
        return f"手で書く欄（{slot.id}）"
    if told.origin is Origin.KNOWN:
        return f"{WORDS[Datum(told.id)]}（{slot.id}）"
    parts = [part for one in paper.fields() for part in (one, *one.parts)]
    label = next((part.label for part in parts if part.id == told.id), told.id)
    return f"{label}（{slot.id}）"


def _square(check: Check) -> Box:
    return Box(x=check.x, y=check.y, w=check.size, h=check.size)


def moved(text: str, path: Path, values: Mapping[str, float]) -> str:
    """The text of the file with new numbers at `path`, in mm. Numbers that stay the same are not touched.

    Raises NotInThisFile when the file does not write one of them.
    """
    node = _at(yaml.compose(text, Loader=LOADER), path)
    if not isinstance(node, yaml.MappingNode):
        raise NotInThisFile(path)
    written = {key.value: value for key, value in node.value}
    if not set(values) <= set(written):
        raise NotInThisFile(path)
    changes = [(written[key].start_mark.index, written[key].end_mark.index, in_mm(value)) for key, value in values.items()
               if float(written[key].value) != float(in_mm(value))]
    for start, end, number in sorted(changes, reverse=True):
        text = text[:start] + number + text[end:]
    return text


def in_mm(value: float) -> str:
    """12, 12.5 or 12.55: hundredths at most."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def _at(node: yaml.Node | None, path: Path) -> yaml.Node | None:
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node
