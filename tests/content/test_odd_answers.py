"""Whatever a family answers, half, or what no family can be, it gets a list, and sheets of lines that hold and no others."""

from collections.abc import Iterator
from random import Random

import pytest

from content.rules import form
from content.rules.answers import Answer
from content.rules.needs import needs
from content.rules.sheets import sheets
from content.vocabulary.form import Field, FieldKind, Part
from content.vocabulary.life_event import LifeEvent
from tests.fakes.world import ibusuki

DAYS = ("1926-01-01", "1868-01-25", "2099-12-31", "2024-02-29", "2026-02-29", "")
NAMES = ("", "グエン", "一", "𠮷田 太郎", "い" * 60)
UNSURE = {"unsure", "unknown", "talk", "nothing", "none"}
FAMILIES = 25
DEPARTMENTS = {one.id: one for one in ibusuki().departments}


def answered(one: Field | Part, mood: str, chance: Random) -> Answer:
    """An answer to one question; everything ticked, nothing known, or anything."""
    ids = [choice.id for choice in one.choices]
    unsure = [id for id in ids if id in UNSURE]
    match one.kind:
        case FieldKind.CHOICES:
            return tuple(ids if mood == "everything" else unsure[:1] if mood == "unsure" else chance.sample(ids, len(ids) // 2))
        case FieldKind.CHOICE:
            return unsure[0] if mood == "unsure" and unsure else chance.choice(ids)
        case FieldKind.DATE:
            return chance.choice(DAYS)
        case _:
            return chance.choice(NAMES)


def odd_answers(event: LifeEvent, mood: str, chance: Random) -> Iterator[tuple[str, Answer]]:
    """Answers to all questions of an interview, whether they are asked or not, for nobody up to twelve people."""
    rows: dict[str, tuple[str, ...]] = {}
    for field in ibusuki().procedure(event.procedure).fields():
        if field.kind is FieldKind.GROUP:
            rows[field.id] = tuple(str(row) for row in range(1, chance.choice((0, 1, 2, 12)) + 1))
            yield field.id, rows[field.id]
        if field.parts:
            group = field.rows_of or field.id
            yield from ((f"{group}.{row}.{part.id}", answered(part, mood, chance))
                        for row in rows.get(group, ()) for part in field.parts)
        elif field.kind is FieldKind.ONE_OF:
            yield field.id, chance.choice(("row-1", "row-12", ""))
        else:
            yield field.id, answered(field, mood, chance)


def with_a_sheet(event: LifeEvent) -> set[str]:
    """The lines whose sheet is printed whenever they hold."""
    return {line for paper in event.papers.values() for line in paper.lines
            if paper.spared is None and not paper.each and not paper.when and not paper.any_when}


@pytest.mark.parametrize("mood", ["everything", "unsure", "anything"])
@pytest.mark.parametrize("event", ibusuki().life_events, ids=lambda one: str(one.id))
def test_odd_answers_get_a_list_and_only_sheets_of_lines_that_hold(event: LifeEvent, mood: str) -> None:
    procedure = ibusuki().procedure(event.procedure)
    chance = Random(f"{event.id} {mood}")  # noqa: S311 - odd families, the same in every run
    for _ in range(FAMILIES):
        sent = form.sent_answers(procedure, dict(odd_answers(event, mood, chance)))
        found = needs(event, procedure, sent, DEPARTMENTS, is_open=lambda day: day.weekday() < 5)
        assert len(found.lines) + len(found.not_needed) == len(event.needs)
        promised = {line.id for line in found.lines if not line.waits}
        printed = [set(wish.lines) for wish in sheets(event, procedure, sent)]
        assert all(lines <= promised for lines in printed)
        assert promised & with_a_sheet(event) <= set().union(*printed)
