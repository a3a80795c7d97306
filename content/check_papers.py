"""Rules of the papers (様式): every datum exists, every box is on the sheet, and no two boxes lie on one another.

A rule yields (path in the file, Japanese sentence).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from content.check_form import unasked
from content.faults import Path, unknown_name
from content.rules.derived import NO, YES
from content.rules.paper_data import (
    FACETS,
    FACETS_OF_DATA,
    NUMBER_OF_ROW,
    PERSON_CONDITIONS,
    STEP,
    SUBJECT,
    Named,
    Origin,
    named,
    parts_of,
)
from content.vocabulary.form import Condition, Field, FieldChoice, FieldKind, Part
from content.vocabulary.life_event import LifeEvent
from content.vocabulary.paper import STEPS, Box, Check, Label, Paper, Slot, Table
from content.vocabulary.paper_datum import Datum
from content.vocabulary.procedure import Procedure

if TYPE_CHECKING:  # the catalogue calls this module
    from content.catalogue import Catalogue

Told = Iterator[tuple[Path, str]]
TOUCH = 0.05
"""mm by which neighbours may overlap: numbers in a file are rounded."""
STEP_PART = Part(id=STEP, kind=FieldKind.TEXT, label="手順")


def paper_faults(paper: Paper, catalogue: Catalogue) -> Told:
    """Everything that is wrong with one paper. The city's own sheet is looked for where the files are read."""
    yield from _names(paper, catalogue)
    if paper.procedure is not None and paper.procedure not in {p.id for p in catalogue.procedures}:
        return
    event = next((one for one in catalogue.life_events if one.id == paper.event), None)
    if paper.event is not None and (event is None or event.procedure not in {p.id for p in catalogue.procedures}):
        return
    procedure = event.procedure if event else paper.procedure
    interview = None if procedure is None else catalogue.procedure(procedure)
    yield from _pages(paper)
    known = _known_of(paper, event, interview)
    asked = known.asked
    parts: tuple[tuple[str, Sequence[Label | Slot | Check]], ...] = (
        ("labels", paper.labels), ("slots", paper.slots), ("checks", paper.checks))
    for kind, things in parts:
        for i, thing in enumerate(things):
            yield from (((kind, i, "when", k), says) for k, says in unasked(thing.when, {**asked, **known.beside}))
    for i, slot in enumerate(paper.slots):
        yield from ((("slots", i, *path), says) for path, says in _data(slot, known, None))
    for i, table in enumerate(paper.tables):
        yield from ((("tables", i, *path), says) for path, says in _table(table, known))
    yield from _twice(paper)
    yield from _off_the_sheet(paper)
    yield from _overlaps(paper)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a paper's data and conditions can name."""

    asked: Mapping[str, Part]
    """Fields of the form, by id."""
    beside: Mapping[str, Part]
    """What only conditions can name: derived facts, and parts of the person whom the sheet is about."""
    roles: Mapping[str, Mapping[str, Part]]
    """What is asked of the person with each role, and of the one whom the sheet is about."""
    fields: tuple[Field, ...]


def _known_of(paper: Paper, event: LifeEvent | None, interview: Procedure | None) -> _Known:
    fields = paper.fields() if interview is None else interview.fields()
    facts = {fact.id: _yes_or_no(fact.id, fact.says) for fact in (interview.derived if interview else ())}
    person = parts_of(event.people, fields) if event and event.people else {}
    roles = {SUBJECT: person} if event else {}
    for id, role in event.roles.items() if event else ():
        roles[id] = parts_of(role.of, fields) if role.of else person
    return _Known({**_person_fields(), **{field.id: field for field in fields}}, {**facts, **person}, roles, fields)


def _yes_or_no(id: str, label: str) -> Part:
    choices = (FieldChoice(id=YES, label="はい"), FieldChoice(id=NO, label="いいえ"))
    return Part(id=id, kind=FieldKind.CHOICE, label=label, choices=choices)


def _names(paper: Paper, catalogue: Catalogue) -> Told:
    for key, name, known, what in (
            ("certificate", paper.certificate, {c.id for c in catalogue.certificates}, "証明書"),
            ("procedure", paper.procedure, {p.id for p in catalogue.procedures}, "手続き"),
            ("event", paper.event, {e.id for e in catalogue.life_events}, "ライフイベント"),
            ("channel", paper.channel, {c.id for c in catalogue.channels}, "手段")):
        if name is not None and (says := unknown_name(name, known, what)):
            yield (key,), says
    for key, written in (("told", paper.told), ("steps", paper.steps), ("people", paper.people), ("roles", paper.roles)):
        if written:
            yield (key,), "ここには書けません。証明書・手段・ライフイベントの内容から、自動で入ります。消してください。"
    if paper.event is not None and paper.procedure is not None:
        yield ("event",), "「event」と「procedure」は、どちらか一つにしてください。"


def _pages(paper: Paper) -> Told:
    """A paper's own questions; a procedure's are checked with the procedure."""
    if paper.procedure is not None or paper.event is not None:
        if paper.pages:
            yield ("pages",), ("手続き（procedure）やライフイベント（event）の質問を使うので、「pages」は書けません。"
                               "どちらかにしてください。")
        return
    asked: dict[str, Part] = {}
    for i, page in enumerate(paper.pages):
        yield from ((("pages", i, "when", k), says) for k, says in unasked(page.when, asked))
        for j, field in enumerate(page.fields):
            if field.id in asked:
                yield ("pages", i, "fields", j, "id"), f"「{field.id}」はもう使われています。違う名前にしてください。"
            yield from ((("pages", i, "fields", j, "when", k), says) for k, says in unasked(field.when, asked))
            asked[field.id] = field


def _person_fields() -> Mapping[str, Part]:
    """What checks may ask about the person, as fields with choices."""
    return {id: Part(id=id, kind=FieldKind.CHOICE, label="カードの人", choices=tuple(
        FieldChoice(id=value, label=value) for value in values)) for id, values in PERSON_CONDITIONS.items()}


def _data(slot: Slot, known: _Known, row: Mapping[str, Part] | None) -> Told:
    if slot.smallest > slot.size:
        yield ("smallest",), "「smallest」は「size」より小さくしてください。"
    if slot.says is not None and slot.holds is not None:
        yield ("says",), "「holds」と「says」は、どちらか一つにしてください。"
    for key, holds in (("holds", slot.holds), ("reading", slot.reading)):
        if holds is not None and (says := _unknown_datum(holds, known, row)):
            yield (key,), says


def _unknown_datum(holds: str, known: _Known, row: Mapping[str, Part] | None) -> str | None:
    told = named(holds)
    if told is None or (told.origin is Origin.ROLE and not known.roles):
        close = "、".join([*sorted(Datum), "answer.項目名", "row.項目名"])
        return (f"「{holds}」という項目はありません。使えるのは {close} です。"
                "日付は「.era」「.year」「.month」「.day」に分けられます。")
    match told.origin:
        case Origin.KNOWN:
            allowed = FACETS_OF_DATA.get(Datum(told.id), ())
            return _wrong_facet(holds, told, tuple(allowed))
        case Origin.ANSWER:
            asked = {id: field for id, field in known.asked.items()
                     if id not in PERSON_CONDITIONS and field.kind is not FieldKind.ONE_OF}  # a person is named by a role
            return _unknown_field(holds, told, asked, "質問の項目")
        case Origin.ROLE:
            role = told.role or ""
            return unknown_name(role, known.roles, "人の呼び方") or _unknown_field(holds, told, known.roles[role], "人の項目")
        case Origin.ROW:
            if row is None:
                return f"「{holds}」は、表（tables）の中でだけ使えます。"
            return None if told.id == NUMBER_OF_ROW else _unknown_field(holds, told, row, "表の項目")


def _unknown_field(holds: str, told: Named, known: Mapping[str, Part], what: str) -> str | None:
    return unknown_name(told.id, known, what) or _wrong_facet(holds, told, FACETS.get(known[told.id].kind, ()))


def _wrong_facet(holds: str, told: Named, allowed: Sequence[str]) -> str | None:
    if told.facet is None or told.facet in allowed:
        return None
    return (f"「{holds}」の「.{told.facet}」は使えません。" +
            (f"使えるのは {'、'.join(f'.{one}' for one in allowed)} です。" if allowed else "分けずに書いてください。"))


def _table(table: Table, known: _Known) -> Told:
    asked = known.asked
    group = asked.get(table.of)
    if table.of == STEPS:
        row: Mapping[str, Part] = {STEP: STEP_PART}
    elif isinstance(group, Field) and group.kind is FieldKind.GROUP:
        row = parts_of(group.id, known.fields)
    else:
        groups = sorted(id for id, field in asked.items() if field.kind is FieldKind.GROUP)
        yield ("of",), f"「{table.of}」は、くり返しの項目（group）ではありません。使えるのは {'、'.join([*groups, STEPS])} です。"
        return
    beside = {**asked, **known.beside, **row}
    yield from ((("rows_when", k), says) for k, says in unasked(table.rows_when, beside))
    for i, slot in enumerate(table.slots):
        yield from ((("slots", i, *path), says) for path, says in _data(slot, known, row))
        yield from ((("slots", i, "when", k), says) for k, says in unasked(slot.when, beside))
        if table.rows > 1 and slot.box.h > table.down + TOUCH:
            yield ("slots", i, "box"), "次の行の欄と重なります。「h」を「down」より小さくしてください。"
    for i, check in enumerate(table.checks):
        yield from ((("checks", i, "when", k), says) for k, says in unasked(check.when, beside))


def _twice(paper: Paper) -> Told:
    seen: set[str] = set()
    for path, slot in _slots(paper):
        if slot.id in seen:
            yield (*path, "id"), f"「{slot.id}」はもう使われています。違う名前にしてください。"
        seen.add(slot.id)


def _slots(paper: Paper) -> Iterator[tuple[Path, Slot]]:
    yield from ((("slots", i), slot) for i, slot in enumerate(paper.slots))
    for i, table in enumerate(paper.tables):
        yield from ((("tables", i, "slots", k), slot) for k, slot in enumerate(table.slots))


def square(check: Check) -> Box:
    """The square of a check."""
    return Box(x=check.x, y=check.y, w=check.size, h=check.size)


def in_last_row(box: Box, table: Table) -> Box:
    """Where a box of the first row stands in the last one. A box may leave the sheet: the check says so."""
    return box.model_copy(update={"y": box.y + (table.rows - 1) * table.down})


def _off_the_sheet(paper: Paper) -> Told:
    boxes: list[tuple[Path, Box]] = [(("mark",), paper.mark)]
    boxes += [(("qr",), paper.qr)] if paper.qr else []
    boxes += [(("panels", i, "box"), one.box) for i, one in enumerate(paper.panels)]
    boxes += [(("labels", i, "box"), one.box) for i, one in enumerate(paper.labels)]
    boxes += [(("slots", i, "box"), one.box) for i, one in enumerate(paper.slots)]
    boxes += [(("checks", i), square(one)) for i, one in enumerate(paper.checks)]
    for i, table in enumerate(paper.tables):
        boxes += [(("tables", i, "slots", k, "box"), in_last_row(one.box, table)) for k, one in enumerate(table.slots)]
        boxes += [(("tables", i, "checks", k), in_last_row(square(one), table)) for k, one in enumerate(table.checks)]
    for path, box in boxes:
        if box.x + box.w > paper.width + TOUCH or box.y + box.h > paper.height + TOUCH:
            yield path, "紙からはみ出しています。x・y・w・h（mm）を直してください。"


def _overlaps(paper: Paper) -> Told:
    """Boxes that are printed into must not lie on one another, unless never both are printed."""
    boxes: list[tuple[Path, Box, str, tuple[Condition, ...]]] = [(("mark",), paper.mark, "mark", ())]
    boxes += [(("qr",), paper.qr, "qr", ())] if paper.qr else []
    boxes += [(("slots", i, "box"), one.box, one.id, one.when) for i, one in enumerate(paper.slots)]
    boxes += [(("checks", i), square(one), f"checks › {i + 1}番目", ()) for i, one in enumerate(paper.checks)]
    for i, table in enumerate(paper.tables):
        for row in range(table.rows):
            boxes += [(("tables", i, "slots", k, "box"), one.box.model_copy(update={"y": one.box.y + row * table.down}),
                       one.id, one.when) for k, one in enumerate(table.slots)]
    for (_, one, name, when), (path, other, _, also) in combinations(boxes, 2):
        if _overlap(one, other) and not _never_both(when, also):
            yield path, f"「{name}」の欄と重なっています。x・y・w・h（mm）を直してください。"


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return across > TOUCH and down > TOUCH


def _never_both(one: Sequence[Condition], other: Sequence[Condition]) -> bool:
    return any(a.field == b.field and not set(a.any_of) & set(b.any_of) for a in one for b in other)
