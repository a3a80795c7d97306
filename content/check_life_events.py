"""Rules about life events and derived facts: every condition names what is known by then, every line a desk that exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from content.faults import Path, unknown_name
from content.rules.interviews import asked_twice, ways
from content.rules.needs import conditions_of
from content.rules.paper_data import OWN_WORDS, SUBJECT, Origin
from content.vocabulary.form import Condition, Derived, FieldKind
from content.vocabulary.life_event import EventPaper, LifeEvent, Need, Person
from content.vocabulary.procedure import Procedure

if TYPE_CHECKING:  # the catalogue calls this module
    from content.catalogue import Catalogue

Cross = tuple[str, str, Path, str]
Values = Mapping[str, frozenset[str]]
"""What can be named in a condition, and its values; an empty set where anything can be answered."""

MOST_QUESTIONS = 15
"""Pages on any way through an interview (peers.md goal 9)."""
NAME = "name"
"""The part of the people's group that lines call them by."""


def derived_faults(procedure: Procedure) -> Iterator[Cross]:
    """A fact is made of fields of the form, and of facts that stand before it; a page waits for fields before it."""
    at: tuple[str, str] = ("procedures", procedure.id)
    named = dict(_values(procedure, facts=False))
    groups = {field.id: field for field in procedure.fields() if field.kind is FieldKind.GROUP}
    for i, fact in enumerate(procedure.derived):
        if fact.id in named:
            yield *at, ("derived", i, "id"), f"「{fact.id}」はもう使われています。違う名前にしてください。"
        if fact.of is not None and (says := unknown_name(fact.of, groups, "くり返しの項目（group）")):
            yield *at, ("derived", i, "of"), says
            continue
        if fact.ages is not None and fact.of is None:
            yield *at, ("derived", i, "ages"), "年齢は一人ずつ見ます。「of」に、人の一覧の項目を書いてください。"
        if fact.chosen is not None and (says := _not_chosen(procedure, fact)):
            yield *at, ("derived", i, "chosen"), says
        known = {**named, **(_row_values(procedure, fact.of) if fact.of else {})}
        for condition in (*fact.when, *(one for alternative in fact.any_when for one in alternative)):
            if says := _fault_of(condition, known):
                yield *at, ("derived", i, "when"), says
        named[fact.id] = frozenset({"yes", "no"})
    for i, page in enumerate(procedure.pages):
        for j, field in enumerate(page.fields):
            if field.rows_of is None:
                continue
            if says := unknown_name(field.rows_of, groups, "くり返しの項目（group）"):
                yield *at, ("pages", i, "fields", j, "rows_of"), says
                continue
            known = {**named, **_row_values(procedure, field.rows_of)}
            for condition in field.rows_when:
                if says := _fault_of(condition, known):
                    yield *at, ("pages", i, "fields", j, "rows_when"), says
    if any(fact.ages is not None for fact in procedure.derived):
        dates = {field.id for field in procedure.fields() if field.kind is FieldKind.DATE}
        if procedure.ages_on is None or (says := unknown_name(procedure.ages_on, dates, "日付の項目")):
            yield *at, ("ages_on",), "年齢を数える日の項目（date）を書いてください。"


def _not_chosen(procedure: Procedure, fact: Derived) -> str | None:
    """Why a fact cannot rest on the question it names."""
    asked = {field.id for field in procedure.fields() if field.kind is FieldKind.ONE_OF and field.rows_of == fact.of}
    return unknown_name(fact.chosen or "", asked, "同じ一覧から一人を選ぶ項目（one_of）")


def faults(catalogue: Catalogue) -> Iterator[Cross]:
    """Every fault of the life events."""
    for event in catalogue.life_events:
        procedures = {one.id: one for one in catalogue.procedures}
        if says := unknown_name(event.procedure, procedures, "手続き"):
            yield "life_events", event.id, ("procedure",), says
            continue
        yield from _event(event, procedures[event.procedure], catalogue)


def _event(event: LifeEvent, procedure: Procedure, catalogue: Catalogue) -> Iterator[Cross]:
    at: tuple[str, str] = ("life_events", event.id)
    groups = {field.id: field for field in procedure.fields() if field.kind is FieldKind.GROUP}
    if event.people is not None:
        if says := unknown_name(event.people, groups, "くり返しの項目（group）"):
            yield *at, ("people",), says
        elif NAME not in {part.id for part in groups[event.people].parts}:
            yield *at, ("people",), "人の一覧に、氏名（name）の項目がありません。"
    for id, need in event.needs.items():
        yield from ((*at, ("needs", id, *path), says) for path, says in _need(need, event, procedure, catalogue))
    for id, person in event.together.items():
        yield from ((*at, ("together", id, *path), says) for path, says in _conditions(person, _values(procedure)))
        for i, held in enumerate(person.holds_back):
            if says := unknown_name(held, event.needs, "手続きの行"):
                yield *at, ("together", id, "holds_back", i), says
    for id, role in event.roles.items():
        group = role.of or event.people
        if role.of is not None and (says := unknown_name(role.of, groups, "くり返しの項目（group）")):
            yield *at, ("roles", id, "of"), says
            continue
        known = {**_values(procedure), **(_row_values(procedure, group) if group else {})}
        yield from ((*at, ("roles", id, "when"), says) for one in role.when if (says := _fault_of(one, known)))
        if id in OWN_WORDS or id in {origin.value for origin in Origin} | {SUBJECT}:
            yield *at, ("roles", id), f"「{id}」は、様式のほかの項目の名前です。違う名前にしてください。"
    for id, paper in event.papers.items():
        yield from ((*at, ("papers", id, *path), says) for path, says in _paper(paper, event, procedure, catalogue))
    found = ways(procedure)
    if found.longest > MOST_QUESTIONS:
        yield *at, ("procedure",), f"質問が多すぎます（いちばん多い人で{found.longest}問）。{MOST_QUESTIONS}問までにしてください。"
    for never in found.never_asked:
        yield *at, ("procedure",), f"「{never}」のページは、だれにもたずねることがありません。"
    for page, part in asked_twice(procedure):
        yield *at, ("procedure",), f"「{page.id}」の「{part}」は、前にもたずねています。一度だけにしてください。"


def _need(need: Need, event: LifeEvent, procedure: Procedure, catalogue: Catalogue) -> Iterator[tuple[Path, str]]:
    groups = {field.id for field in procedure.fields() if field.kind is FieldKind.GROUP}
    if need.of is not None and (says := unknown_name(need.of, groups, "くり返しの項目（group）")):
        yield ("of",), says
        return
    yield from _conditions(need, {**_values(procedure), **(_row_values(procedure, need.of) if need.of else {})})
    if says := unknown_name(need.department, {one.id for one in catalogue.departments}, "課"):
        yield ("department",), says
    if need.online is not None and (says := unknown_name(need.online, {p.id for p in catalogue.procedures}, "手続き")):
        yield ("online",), says
    if need.applicant is not None and (says := unknown_name(need.applicant, event.roles, "人の呼び方")):
        yield ("applicant",), says
    for i, before in enumerate(need.after):
        if says := unknown_name(before, event.needs, "手続きの行"):
            yield ("after", i), says
    if need.deadline is not None and need.deadline.field is not None:
        dates = {field.id for field in procedure.fields() if field.kind is FieldKind.DATE}
        if says := unknown_name(need.deadline.field, dates, "日付の項目"):
            yield ("deadline", "field"), says


def _paper(paper: EventPaper, event: LifeEvent, procedure: Procedure, catalogue: Catalogue) -> Iterator[tuple[Path, str]]:
    of_event = {one.id for one in catalogue.papers if one.event == event.id}
    if says := unknown_name(paper.paper, of_event, "このライフイベントの様式"):
        yield ("paper",), says
    for i, line in enumerate(paper.lines):
        if says := unknown_name(line, event.needs, "手続きの行"):
            yield ("lines", i), says
    if not paper.lines and (says := unknown_name(paper.department or "", {one.id for one in catalogue.departments}, "課")):
        yield ("department",), says
    if paper.each and event.people is None:
        yield ("each",), "一人ずつの様式には、人の一覧（people）が要ります。"
    yield from _conditions(paper, {**_values(procedure),
                                   **(_row_values(procedure, event.people) if paper.each and event.people else {})})


def _conditions(thing: Need | Person | EventPaper, known: Values) -> Iterator[tuple[Path, str]]:
    for condition in conditions_of(thing):
        if says := _fault_of(condition, known):
            yield ("when",), says


def _fault_of(condition: Condition, known: Values) -> str | None:
    if says := unknown_name(condition.field, known, "項目"):
        return says
    values = known[condition.field]
    wrong = [value for value in condition.any_of if values and value and value not in values]
    if not wrong:
        return None
    return f"「{wrong[0]}」は「{condition.field}」の答えにありません。あるのは {'、'.join(sorted(values))} です。"


def _values(procedure: Procedure, *, facts: bool = True) -> Values:
    """Everything of the whole form that a condition can name."""
    fields = {field.id: frozenset(choice.id for choice in field.choices) for field in procedure.fields()}
    return {**fields, **({fact.id: frozenset({"yes", "no"}) for fact in procedure.derived} if facts else {})}


def _row_values(procedure: Procedure, group: str) -> Values:
    """What a row of the group adds: its parts, also those that are asked later of `each`."""
    return {part.id: frozenset(choice.id for choice in part.choices)
            for field in procedure.fields() if group in (field.id, field.rows_of) for part in field.parts}
