"""What the counter offers and asks, worded from the content: at most three answers a screen, and what an answer means."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from content.catalogue import Catalogue
from content.rules.answers import Answer, Answers, shown
from content.rules.fees import NoFee, at_the_counter
from content.rules.form import asked_fields, holds, known, rows_of, with_rows
from content.vocabulary.counter import MOST_CHOICES, Offered
from content.vocabulary.form import Field, FieldKind, Page
from content.vocabulary.paper import Paper
from content.vocabulary.procedure import Procedure
from kiosk_agent.journeys import Journey


@dataclass(frozen=True, slots=True)
class Choice:
    """One big button. `labels` are shown together; the screen puts them into the person's language one by one."""

    value: str
    labels: tuple[str, ...]
    hint: str = ""
    count: str = ""
    """For a number of copies, the number."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question screen."""

    field: str
    title: str
    help: str
    choices: tuple[Choice, ...]


def paper_of(catalogue: Catalogue, procedure: str) -> Paper | None:
    """The form of that procedure, or the paper of that id that no procedure has; None where the city has none to print."""
    return next((paper for paper in catalogue.papers if procedure == (paper.procedure or paper.id)), None)


def offered(catalogue: Catalogue, journey: Journey | None) -> tuple[Offered, ...]:
    """What can be chosen on this journey."""
    if journey is Journey.REQUEST:
        return tuple(one for one in catalogue.counter.offers if one.request)
    return tuple(one for one in catalogue.counter.offers if paper_of(catalogue, one.procedure))


def on_page(offers: tuple[Offered, ...], step: int) -> tuple[Offered, ...]:
    """Three of them; past the last page comes the first again."""
    first = step * MOST_CHOICES % max(1, -(-len(offers) // MOST_CHOICES) * MOST_CHOICES)
    return offers[first:first + MOST_CHOICES]


def usual_answers(catalogue: Catalogue, one: Offered) -> dict[str, Answer]:
    """What nearly everybody answers, with what standing at the counter answers."""
    fields = {field.id: field for field in catalogue.asking(one.procedure).fields()}
    return {**one.given, **{id: _as_answer(fields[id], values) for id, values in one.usual.items()}}


def next_step(catalogue: Catalogue, one: Offered, answers: Answers, after: int) -> int | None:
    """The number of the next question these answers call for; None when nothing is left to ask."""
    return next((n for n in _asked_steps(catalogue, one, answers) if n > after), None)


def step_before(catalogue: Catalogue, one: Offered, answers: Answers, before: int) -> int | None:
    """The number of the question asked before that one; None when it was the first."""
    return max((n for n in _asked_steps(catalogue, one, answers) if n < before), default=None)


def question(catalogue: Catalogue, one: Offered, step: int, answers: Answers, journey: Journey | None) -> Question:
    """The question of that number. A request offers no answer that would need typing; a form leaves a line for the pen."""
    procedure = catalogue.asking(one.procedure)
    page, field = _place(procedure, one.asks[step].field)
    choices = tuple(_choices(field, one.asks[step].offer))
    if journey is Journey.REQUEST:
        known = {asked.field for asked in one.asks} | set(one.given)
        choices = tuple(choice for choice in choices if not _needs_typing(page, field, choice, answers, known))
    return Question(field.id, *heading(page, field), choices)


def heading(page: Page, field: Field) -> tuple[str, str]:
    """(title, help) over a field: the page's own over its first field. How a number is typed does not matter here."""
    hint = "" if field.kind is FieldKind.NUMBER else field.hint or ""
    return (page.title, page.help or hint) if field.id == page.fields[0].id else (field.label, hint)


def answered(catalogue: Catalogue, one: Offered, asked: Question, value: str) -> dict[str, Answer] | None:
    """What a pressed button means; None for a value that was not offered."""
    if value not in {choice.value for choice in asked.choices}:
        return None
    field = _place(catalogue.asking(one.procedure), asked.field)[1]
    return {field.id: _as_answer(field, tuple(value.split()))}


def told(catalogue: Catalogue, one: Offered, answers: Answers) -> tuple[tuple[str, Choice], ...]:
    """The answers to look over: the field's label, and what was chosen."""
    procedure = catalogue.asking(one.procedure)
    lines: list[tuple[str, Choice]] = []
    for step in _asked_steps(catalogue, one, answers):
        field = _place(procedure, one.asks[step].field)[1]
        answer = answers.get(field.id)
        if answer:
            lines.append((field.label, _choice(field, (answer,) if isinstance(answer, str) else answer)))
    return tuple(lines)


def brought(procedure: Procedure, answers: Answers, told: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
    """(label, answer in words) of a form from the phone, as far as it was answered: people by their names, not by their number.

    Of an interview only who, where and when: that tells a family its own code, and what it said of children, care or
    benefits is nothing for a screen in a hall. All of it stands on the paper. told: GIF names that the screen shows already.
    """
    facts = known(procedure, answers)
    here = (field for field in procedure.fields() if field.from_identity is None and field.gif not in told
            and (not procedure.interview or field.kind is FieldKind.GROUP or (field.gif and field.kind is not FieldKind.PHONE)))
    lines = ((field.label, _people(field, answers) or shown(with_rows(field, facts), answers.get(field.id, ""))) for field in here)
    return tuple((label, words) for label, words in lines if words)


def _people(group: Field, answers: Answers) -> str:
    """The names in a group's rows; empty for what is no group of people."""
    part = next((one for one in group.parts if one.kind is FieldKind.PERSON_NAME), None)
    if group.kind is not FieldKind.GROUP or part is None:
        return ""
    names = (answers.get(f"{group.id}.{row}.{part.id}", "") for row in rows_of(group, answers))
    return "、".join(name for name in names if isinstance(name, str) and name)


def fee(catalogue: Catalogue, procedure: str, answers: Answers, day: date) -> int | None:
    """What the officer will ask for, in yen; None where the content does not know it."""
    total = 0
    for rule in catalogue.procedure(procedure).fees:
        copies = answers.get(rule.copies, "1")
        if holds(rule.when, answers) and isinstance(copies, str) and copies.isdigit():
            one = _fee_here(catalogue, rule.certificate, day)
            if one is None:
                return None
            total += one * int(copies)
    return total or None


def _fee_here(catalogue: Catalogue, certificate: str, day: date) -> int | None:
    try:
        return at_the_counter(catalogue, certificate, day).yen
    except NoFee:
        return None


def _asked_steps(catalogue: Catalogue, one: Offered, answers: Answers) -> Iterator[int]:
    procedure = catalogue.asking(one.procedure)
    for number, asked in enumerate(one.asks):
        page, field = _place(procedure, asked.field)
        if holds(page.when, answers) and holds(field.when, answers):
            yield number


def _place(procedure: Procedure | Paper, id: str) -> tuple[Page, Field]:
    return next((page, field) for page in procedure.pages for field in page.fields if field.id == id)


def _choices(field: Field, offer: tuple[tuple[str, ...], ...]) -> Iterator[Choice]:
    yield from (_choice(field, values) for values in offer or tuple((choice.id,) for choice in field.choices))


def _choice(field: Field, values: tuple[str, ...]) -> Choice:
    if field.kind is FieldKind.NUMBER:
        return Choice(values[0], (), count=values[0])
    known = {choice.id: choice for choice in field.choices}
    hint = known[values[0]].hint or "" if len(values) == 1 and values[0] in known else ""
    return Choice(" ".join(values), tuple(known[value].label for value in values if value in known), hint)


def _needs_typing(page: Page, field: Field, choice: Choice, answers: Answers, known: set[str]) -> bool:
    """Whether this answer makes the form ask for something that the touch screen does not."""
    then = {**answers, field.id: _as_answer(field, tuple(choice.value.split()))}
    return any(part.required and part.id not in known and part.from_identity is None for part in asked_fields(page, then))


def _as_answer(field: Field, values: tuple[str, ...]) -> Answer:
    return tuple(values) if field.kind is FieldKind.CHOICES else values[0]
