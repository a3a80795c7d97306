"""The state of an online form from its definition and the answers so far: what is asked, what is wrong, what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from content.rules.answers import Answer, Answers, Posted, problem_with, shown, tidy
from content.rules.derived import RowView, is_true, known, row_value
from content.vocabulary.form import Condition, Field, FieldChoice, FieldKind, Page, Part
from content.vocabulary.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in words for the person who filled it in."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class PageCheck:
    """A page after checking: the answers as they will be kept, and what is wrong with them."""

    answers: dict[str, Answer]
    problems: tuple[Problem, ...]


def holds(conditions: Sequence[Condition], answers: Answers) -> bool:
    """Whether all conditions are true for the answers so far."""
    return all(is_true(condition, answers) for condition in conditions)


def rows_of(group: Field, answers: Answers) -> tuple[str, ...]:
    """The numbers of a group's rows: those that were made, and as many as it needs at least before anybody answered.

    Of `each` and `one_of`: the rows of its group for which it is asked.
    """
    if group.rows_of is not None:
        made = answers.get(group.rows_of, ())
        return tuple(number for number in made if holds(group.rows_when, RowView(answers, f"{group.rows_of}.{number}.")))
    given = answers.get(group.id)
    if isinstance(given, tuple):
        return given
    return tuple(str(number) for number in range(1, group.at_least + 1))


def unfolded(field: Field, answers: Answers) -> tuple[Part, ...]:
    """A field as it is asked; a group, or `each` of its rows, with the parts of each row under ids such as `members.1.name`.
    `one_of` becomes a choice with people's names, or nothing where there is no choice."""
    if field.kind is FieldKind.ONE_OF:
        choice = with_rows(field, answers)
        return (choice,) if len(choice.choices) > 1 else ()
    if field.kind not in (FieldKind.GROUP, FieldKind.EACH):
        return (field,)
    parts: list[Part] = [field]
    beside = {part.id for part in field.parts}
    group = field.rows_of or field.id
    for place, number in enumerate(rows_of(field, answers), start=1):
        whose = name_in(group, number, answers) if field.rows_of else row_name(field, place)
        for part in field.parts:
            when = tuple(one.model_copy(update={"field": f"{group}.{number}.{one.field}"}) if one.field in beside else one
                         for one in part.when)
            parts.append(part.model_copy(update={
                "id": f"{group}.{number}.{part.id}", "label": f"{whose}の{part.label}", "when": when}))
    return tuple(parts)


def with_rows(field: Field, answers: Answers) -> Field:
    """`one_of` as a choice between the people it may be; any other field as it is. answers: with the derived facts."""
    if field.kind is not FieldKind.ONE_OF:
        return field
    rows = tuple(FieldChoice(id=row_value(number), label=name_in(field.rows_of or "", number, answers))
                 for number in rows_of(field, answers))
    return field.model_copy(update={"kind": FieldKind.CHOICE, "choices": (*rows, *field.choices)})


def row_name(group: Field, place: int) -> str:
    """What a row is called before a name is known: 1人目; お子さん（2人目）; 犬（1頭目）. A group of one row is called itself."""
    if group.at_most == 1:
        return group.label
    nth = f"{place}{group.unit or '件'}目"
    return nth if group.row == group.unit else f"{group.row}（{nth}）"


def name_in(group: str, number: str, answers: Answers) -> str:
    """What the person of a row is called; 「2人目の人」 before the name is known."""
    name = answers.get(f"{group}.{number}.name")
    return f"{name}さん" if isinstance(name, str) and name else f"{number}人目の人"


def asked_fields(page: Page, answers: Answers) -> tuple[Part, ...]:
    """The fields of a page that these answers call for, groups unfolded. answers: with the derived facts (`known`)."""
    if not holds(page.when, answers):
        return ()
    return tuple(part for field in page.fields if holds(field.when, answers)
                 for part in unfolded(field, answers) if holds(part.when, answers))


def asked_pages(procedure: Procedure, answers: Answers) -> tuple[Page, ...]:
    """The pages these answers call for, in order."""
    told = known(procedure, answers)
    return tuple(page for page in procedure.pages if asked_fields(page, told))


def check_page(page: Page, posted: Posted, answers: Answers, today: date | None = None, *,
               of: Procedure | None = None) -> PageCheck:
    """Check what was posted for one page. of: the procedure whose derived facts decide about rows.

    Verified items are never taken from the post (they came from the card), and neither are files (they came to the store).
    Answers of fields that are hidden now stay as they were: they are dropped when the form is sent, so that changing
    one's mind twice loses nothing.
    """
    merged: dict[str, Answer] = dict(answers)
    problems: list[Problem] = []
    for field in page.fields:
        if field.from_identity is not None or not holds(field.when, merged if of is None else known(of, merged)):
            continue
        if field.kind is FieldKind.GROUP:
            _take_rows(field, posted, merged, of)
        for part in unfolded(field, merged if of is None else known(of, merged)):
            if part.when and not holds(part.when, merged if of is None else known(of, merged)):
                continue
            if part.kind not in (FieldKind.GROUP, FieldKind.EACH, FieldKind.FILE):
                merged[part.id] = tidy(part, posted, part.id)
            if (says := problem_with(part, merged.get(part.id, ()), today)) is not None:
                problems.append(Problem(part.id, says))
    return PageCheck(merged, tuple(problems))


def _take_rows(group: Field, posted: Posted, merged: dict[str, Answer], of: Procedure | None) -> None:
    """The rows the page was shown with; the answers of a row that was taken away go with it, and those that chose it: the
    next row that is added gets its number."""
    sent = posted.get(group.id)
    before = rows_of(group, merged)
    rows = before if sent is None else tuple(dict.fromkeys(n for n in sent if n.isascii() and n.isdigit() and len(n) < 4))
    merged[group.id] = rows[: group.at_most + 1]
    for id in [id for id in merged if id.startswith(f"{group.id}.") and id.split(".")[1] not in rows]:
        del merged[id]
    for field in of.fields() if of else ():
        own = merged.get(field.id, "")
        if field.kind is FieldKind.ONE_OF and field.rows_of == group.id and own not in (
                *map(row_value, rows), *(one.id for one in field.choices)):
            merged.pop(field.id, None)


def with_row_changed(page: Page, posted: Posted, then: str) -> dict[str, Sequence[str]]:
    """The post after the button `add:members` or `drop:members.2` was pressed; unchanged for any other button."""
    changed = dict(posted)
    what, _, about = then.partition(":")
    group = next((f for f in page.fields if f.kind is FieldKind.GROUP and f.id == about.split(".")[0]), None)
    if group is None:
        return changed
    rows = [number for number in posted.get(group.id, ()) if number.isdigit()]
    if what == "add" and len(rows) < group.at_most:
        changed[group.id] = [*rows, str(max(map(int, rows), default=0) + 1)]
    elif what == "drop":
        changed[group.id] = [number for number in rows if f"{group.id}.{number}" != about]
    return changed


def problems_of(procedure: Procedure, answers: Answers, today: date | None = None) -> tuple[tuple[Page, Problem], ...]:
    """Everything that still stands in the way of sending the form, with the page to put it right on."""
    told = known(procedure, answers)
    return tuple(
        (page, Problem(field.id, says))
        for page in asked_pages(procedure, answers)
        for field in asked_fields(page, told)
        if (says := problem_with(field, _answer(field, answers), today)) is not None
    )


def _answer(field: Part, answers: Answers) -> Answer:
    if isinstance(field, Field) and field.kind is FieldKind.GROUP:
        return rows_of(field, answers)
    return answers.get(field.id, ())


def next_page(procedure: Procedure, answers: Answers, after: str) -> Page | None:
    """The page to show after the page `after`: the next one that is asked; None when the review comes."""
    pages = asked_pages(procedure, answers)
    order = [page.id for page in procedure.pages]
    return next((page for page in pages if order.index(page.id) > order.index(after)), None)


def previous_page(procedure: Procedure, answers: Answers, before: str) -> Page | None:
    """The page before the page `before`; None for the first."""
    order = [page.id for page in procedure.pages]
    return next((p for p in reversed(asked_pages(procedure, answers)) if order.index(p.id) < order.index(before)), None)


def first_open_page(procedure: Procedure, answers: Answers) -> Page | None:
    """The first page that is not answered yet; None when all are."""
    return next((page for page, _ in problems_of(procedure, answers)), None)


def sent_answers(procedure: Procedure, answers: Answers) -> dict[str, Answer]:
    """What is sent: only the fields that are asked. Hidden answers are dropped here, not before."""
    told = known(procedure, answers)
    asked = [field for page in asked_pages(procedure, answers) for field in asked_fields(page, told)]
    return {field.id: _answer(field, answers) for field in asked if field.id in answers or field.kind is FieldKind.GROUP}


def part_of(procedure: Procedure, id: str, answers: Answers | None = None) -> Part:
    """The field of an answer's id, also of a group's part (`members.1.name`). KeyError when there is none.

    answers: to call the people by name of whom one was chosen.
    """
    group, _, rest = id.partition(".")
    field = procedure.field(group)
    if not rest:
        return field if answers is None else with_rows(field, known(procedure, answers))
    more = [part for other in procedure.fields() if other.rows_of == group for part in other.parts]
    return {part.id: part for part in (*field.parts, *more)}[rest.partition(".")[2]]


def depending(procedure: Procedure, named: Sequence[str]) -> tuple[str, ...]:
    """`named` and every field that is asked because of one of them, in the order they are asked."""
    wanted = set(named)
    for page in procedure.pages:
        for field in page.fields:
            if any(one.field in wanted for one in (*page.when, *field.when)):
                wanted.add(field.id)
    return tuple(field.id for field in procedure.fields() if field.id in wanted)


__all__ = ["Answer", "Answers", "PageCheck", "Posted", "Problem", "asked_fields", "asked_pages", "check_page", "depending",
           "first_open_page", "holds", "known", "name_in", "next_page", "part_of", "previous_page", "problem_with", "problems_of",
           "row_name", "rows_of", "sent_answers", "shown", "unfolded", "with_row_changed", "with_rows"]
