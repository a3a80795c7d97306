"""One case as officers read it: the applicant as the card vouches, the answers as on paper, what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import Attachment, CardRead, Edit, FileStatus
from chalicelib.domain.history import whole
from chalicelib.pages.office_words import GENDERS, STATE_NAMES, Line, day, days_left, line
from chalicelib.services import held, letters
from chalicelib.services.counter import OWN_FIELDS
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from content.rules import form
from content.rules.opening import JAPAN
from content.rules.wareki import short_day, wareki
from content.vocabulary.form import Field, FieldKind, Part
from content.vocabulary.procedure import Procedure, Reason

ACTING = "acting"
"""The question of the shared pages `acting`: for whom the applicant acts."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer. before: what it was before the last correction, where that changed it; None where it did not.

    by: the officer whose 補記 changed it while they held the case; empty for the applicant's own correction.
    """

    label: str
    now: str
    before: str | None = None
    by: str = ""


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
    verified: bool
    """Whether the card vouches for the person; else it is what they wrote."""
    to: tuple[str, str]
    """Address and name for an envelope."""
    acting: str
    """For whom the applicant acts, in words; empty for themselves."""
    older: tuple[Row, ...]
    """Answers to questions that the present version of the form does not ask any more."""
    outcome: Reason | None
    files: tuple[tuple[str, Attachment], ...]
    """(label of its field, file) for everything that came."""
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
        case=case, procedure=procedure, person=_person(case), verified=case.identity is not None, to=letters.addressee(case),
        acting=_acting(procedure, case), older=_older(procedure, case), outcome=_reason(procedure.outcomes, case.outcome),
        groups=_groups(procedure, case), files=_files(procedure, case),
        history=tuple(line(entry, procedure, case, officer) for entry in entries if entry.event != "save"),
        unbroken=whole(entries, case.version, case.last_hash),
        mine=case.officer == officer.id, state=STATE_NAMES[case.state], since=day(case.state_since),
        due=short_day(due.astimezone(JAPAN).date()) if due else "", left=days_left(due, now) if due else "",
        asked=tuple(field.label for field in procedure.fields() if asked and field.id in asked.fields),
        asked_because=_reason(procedure.correction_reasons, asked.reason if asked else None),
        ended_because=_reason(procedure.rejection_reasons, case.ended_because))


def correctable(procedure: Procedure, case: Application) -> tuple[Field, ...]:
    """What a correction can name: the questions that were asked and that no card answers; a group as a whole."""
    asked = {field.id for page in form.asked_pages(procedure, case.answers)
             for field in form.asked_fields(page, form.known(procedure, case.answers))}
    return tuple(field for field in procedure.fields() if field.id in asked and field.from_identity is None)


def copies(case: Application, procedure: Procedure) -> str:
    """How many copies were asked for; empty where the procedure makes no certificate."""
    return str(case.answers.get(procedure.fee.copies, "1")) if procedure.fee else ""


def _reason(reasons: Sequence[Reason], id: str | None) -> Reason | None:
    return next((reason for reason in reasons if reason.id == id), None)


def _person(case: Application) -> tuple[Row, ...]:
    """基本4情報 from the identity, which nobody but the card can change; without a card what the applicant wrote."""
    if case.card is not None:
        return _from_card(case, case.card)
    if case.identity is None:
        return tuple(Row(label, shown) for label, id in (("氏名", "name"), ("フリガナ", "name_kana"), ("住所", "address"))
                     if (shown := str(case.answers.get(id, ""))))
    born = date.fromisoformat(case.identity.birthdate)
    return (Row("氏名", case.identity.name), Row("住所", case.identity.address),
            Row("生年月日", f"{wareki(born)}（{born.year}年）"), Row("性別", GENDERS.get(case.identity.gender, "不明")))


def _from_card(case: Application, card: CardRead) -> tuple[Row, ...]:
    """What the card said, with what an officer made of it later in its place: then the card's own words stand before it."""
    read = {"name": card.name, "name_kana": card.kana, "address": card.address, "birthdate": card.birthdate, "gender": card.sex}
    labels = {"name": "氏名", "name_kana": "フリガナ", "address": "住所", "birthdate": "生年月日", "gender": "性別"}
    now = {id: str(case.answers.get(id, fact)) for id, fact in read.items()}
    return tuple(Row(labels[id], _fact(id, now[id]), _fact(id, fact) if fact and fact != now[id] else None)
                 for id, fact in read.items() if now[id])


def _fact(id: str, fact: str) -> str:
    if id == "gender":
        return GENDERS.get(fact, "不明")
    if id != "birthdate":
        return fact
    try:
        born = date.fromisoformat(fact)
    except ValueError:  # a card may not know the day, or the month
        return fact.replace("-00", "-（不明）")
    return f"{wareki(born)}（{born.year}年）"


def _acting(procedure: Procedure, case: Application) -> str:
    """For whom, in the words of the question `acting` that the shared pages ask."""
    answer = case.answers.get(ACTING, "self")
    return "" if answer in ("self", "") else form.shown(procedure.field(ACTING), answer)


def _files(procedure: Procedure, case: Application) -> tuple[tuple[str, Attachment], ...]:
    labels = {field.id: field.label for field in procedure.fields()}
    return tuple((labels.get(str(one.answers_to), ""), one) for one in case.attachments if one.status is not FileStatus.EXPECTED)


def _older(procedure: Procedure, case: Application) -> tuple[Row, ...]:
    known = {field.id for field in procedure.fields()}
    return tuple(Row(case.asked_as.get(id, (id, ""))[0], answer if isinstance(answer, str) else "、".join(answer))
                 for id, answer in case.answers.items() if id.partition(".")[0] not in known)


def _groups(procedure: Procedure, case: Application) -> tuple[Group, ...]:
    """The answers page by page. After a correction, also those that it took away."""
    before = case.before_correction or case.answers
    marks = held.marks(case)
    groups = []
    for page in procedure.pages:
        now = {field.id: field for field in form.asked_fields(page, form.known(procedure, case.answers))}
        asked = {field.id: field for field in form.asked_fields(page, form.known(procedure, before))} | now
        rows = tuple(_row(field, case.answers.get(id, "") if id in now else "", before.get(id, ""), marks.get(id))
                     for id, field in asked.items()
                     if field.kind is not FieldKind.FILE and not _is_in_person(field, case))
        if rows:
            groups.append(Group(page.title, rows))
    return tuple(groups)


def _is_in_person(field: Part, case: Application) -> bool:
    """Whether the panel about the applicant shows it: what a card has told."""
    return field.id in OWN_FIELDS if case.card else field.from_identity is not None and case.identity is not None


def _row(field: Part, now: form.Answer, before: form.Answer, mark: Edit | None) -> Row:
    if mark is not None and before == now:
        return Row(field.label, form.shown(field, now), form.shown(field, mark.before), mark.by_name)
    return Row(field.label, form.shown(field, now), form.shown(field, before) if before != now else None)
