"""One case as officers read it: the applicant as the card vouches, the answers as on paper, what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.application import Application, State
from chalicelib.domain.history import unbroken
from chalicelib.pages.office_words import GENDERS, STATE_NAMES, Line, day, days_left, line
from chalicelib.services.parts import Parts
from chalicelib.services.review import Officer
from content.rules import form
from content.rules.opening import JAPAN
from content.rules.wareki import short_day, wareki
from content.vocabulary.procedure import Part, Procedure, Reason


@dataclass(frozen=True, slots=True)
class Row:
    """One answer. before: what it was before the last correction, where that changed it; None where it did not."""

    label: str
    now: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one page of the form."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything the templates say about a case."""

    case: Application
    procedure: Procedure
    person: tuple[Row, ...]
    groups: tuple[Group, ...]
    history: tuple[Line, ...]
    unbroken: bool
    mine: bool
    state: str
    since: str
    due: str
    left: str
    """How much of `due` is left; empty without a deadline an officer cares about."""
    asked: tuple[str, ...]
    """Labels of the fields a correction is open for."""
    asked_because: Reason | None
    ended_because: Reason | None


WAITS = frozenset({State.CORRECTION_REQUESTED, State.AWAITING_PAYMENT})
"""States whose deadline the desk watches; the others' is only for closing by itself."""


def view(parts: Parts, officer: Officer, case: Application) -> View:
    """The case as `officer` reads it. One query, of the history."""
    procedure = parts.catalogue.procedure(case.procedure)
    entries = parts.applications.history(case.id)
    now = parts.clock()
    due = case.due if case.state in WAITS else None
    asked = case.correction if case.state is State.CORRECTION_REQUESTED else None
    return View(
        case=case, procedure=procedure, person=_person(case), groups=_groups(procedure, case),
        history=tuple(line(entry, procedure, case, officer) for entry in entries if entry.event != "save"),
        unbroken=unbroken(entries), mine=case.officer == officer.id, state=STATE_NAMES[case.state], since=day(case.state_since),
        due=short_day(due.astimezone(JAPAN).date()) if due else "", left=days_left(due, now) if due else "",
        asked=tuple(field.label for field in procedure.fields() if asked and field.id in asked.fields),
        asked_because=_reason(procedure.correction_reasons, asked.reason if asked else None),
        ended_because=_reason(procedure.rejection_reasons, case.ended_because))


def correctable(procedure: Procedure, case: Application) -> tuple[Part, ...]:
    """What a correction can name: the answers that were asked for and that no card vouches for."""
    return tuple(field for page in form.asked_pages(procedure, case.answers)
                 for field in form.asked_fields(page, case.answers) if field.from_identity is None)


def _reason(reasons: Sequence[Reason], id: str | None) -> Reason | None:
    return next((reason for reason in reasons if reason.id == id), None)


def _person(case: Application) -> tuple[Row, ...]:
    """基本4情報, from the identity and not from the answers: nobody but the card can change them."""
    if case.identity is None:
        return ()
    born = date.fromisoformat(case.identity.birthdate)
    return (Row("氏名", case.identity.name), Row("住所", case.identity.address),
            Row("生年月日", f"{wareki(born)}（{born.year}年）"), Row("性別", GENDERS.get(case.identity.gender, "不明")))


def _groups(procedure: Procedure, case: Application) -> tuple[Group, ...]:
    """The answers page by page. After a correction, also those that it took away."""
    before = case.before_correction or case.answers
    groups = []
    for page in procedure.pages:
        asked = {field.id for answers in (before, case.answers) for field in form.asked_fields(page, answers)}
        now = {field.id for field in form.asked_fields(page, case.answers)}
        rows = tuple(_row(field, case.answers.get(field.id, "") if field.id in now else "", before.get(field.id, ""))
                     for field in page.fields if field.id in asked and field.from_identity is None)
        if rows:
            groups.append(Group(page.title, rows))
    return tuple(groups)


def _row(field: Part, now: form.Answer, before: form.Answer) -> Row:
    return Row(field.label, form.shown(field, now), form.shown(field, before) if before != now else None)
