"""What is known already, taken in before a tablet is handed over: shown to the resident to be confirmed, not asked again.

It comes from a code of the phone, or of a sitting that was kept, from an earlier application (転入予約 too), or from what a
kiosk read off a card. The officer has the code or the number from the resident's hand.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.prepared import hash_of_code
from chalicelib.domain.reference import as_written
from chalicelib.services import limits, prepared
from chalicelib.services.apply import today
from chalicelib.services.counter import CASE_CODE, OWN_FIELDS
from chalicelib.services.limits import Limit
from chalicelib.services.officers import Officer, opened
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary.form import Field, FieldKind, Part
from content.vocabulary.procedure import Procedure

WRONG = Limit("taken-in-wrong", 20)
"""Wrong codes and numbers of one officer."""
BARE = {"name": FieldKind.PERSON_NAME, "name_kana": FieldKind.KANA, "address": FieldKind.ADDRESS, "birthdate": FieldKind.DATE}
"""What a card told, by the name and kind of the shared pages' questions."""
NOT_TAKEN = (FieldKind.FILE, FieldKind.CONSENT)
"""Papers are given by hand, and nobody consents for another time."""


class Source(StrEnum):
    """Where it came from."""

    CODE = "code"
    APPLICATION = "application"
    CARD = "card"


def find(parts: Parts, officer: Officer, typed: str, procedure: Procedure) -> tuple[Source, dict[str, form.Answer]]:
    """What the code or number leads to, as answers to `procedure`. A code of the phone counts as one of its three fetches.

    Raises NotFound for what leads nowhere, or to what this officer may not see; TooMany after too many of those.
    """
    limits.check(parts, officer.id, WRONG)
    try:
        return _found(parts, officer, typed, procedure)
    except (NotFound, NotAllowed):
        limits.note(parts, officer.id, WRONG)
        raise NotFound("nothing known") from None


def _found(parts: Parts, officer: Officer, typed: str, procedure: Procedure) -> tuple[Source, dict[str, form.Answer]]:
    code = typed.strip().upper()
    if CASE_CODE.fullmatch(code) and (filed := parts.applications.by_case_code(code)):
        case = opened(parts, officer, filed[0])
        source = Source.CARD if case.card is not None else Source.APPLICATION
        return source, _of_case(parts, case, procedure)
    if (hashed := hash_of_code(typed)) is not None:
        kept = prepared.from_json(parts.prepared.fetch(hashed, parts.clock()))
        return Source.CODE, carried(_procedure(parts, kept.procedure), kept.answers, procedure, today(parts))
    try:
        case = opened(parts, officer, parts.applications.by_reference(as_written(typed)))
    except ValueError:
        raise NotFound("no number") from None
    return Source.APPLICATION, _of_case(parts, case, procedure)


def _of_case(parts: Parts, case: Application, procedure: Procedure) -> dict[str, form.Answer]:
    answers: dict[str, form.Answer] = dict(case.answers)
    if case.card is not None:
        told = {"name": case.card.name, "name_kana": case.card.kana, "address": case.card.address,
                "birthdate": case.card.birthdate, "gender": case.card.sex}
        answers = {**{id: fact for id, fact in told.items() if fact}, **answers}
    return carried(_procedure(parts, case.procedure), answers, procedure, today(parts))


def _procedure(parts: Parts, id: str) -> Procedure:
    try:
        return parts.catalogue.procedure(id)
    except KeyError:
        raise NotFound(id) from None


def carried(source: Procedure, answers: form.Answers, target: Procedure, day: date) -> dict[str, form.Answer]:
    """The answers of one form that are sound answers to another: the same question, or the same fact of the applicant.

    People go over row by row, by what each part is in the Government Interoperability Framework. Nothing is guessed: what
    is ambiguous is asked again.
    """
    own = {field.id: field for field in source.fields()}
    facts = _facts(source, answers)
    named = Counter((field.gif, field.kind) for field in target.fields())
    found: dict[str, form.Answer] = {}
    for field in target.fields():
        if field.kind in NOT_TAKEN or (field.kind is FieldKind.ONE_OF and source.id != target.id):  # rows are counted anew
            continue
        if field.kind in (FieldKind.GROUP, FieldKind.EACH):
            found |= _rows(field, answers) if source.id == target.id else _people(source, answers, field, target, day)
            continue
        answer = answers.get(field.id) if _is_same(own.get(field.id), field) else None
        if answer is None and (_is_own(field) or named[field.gif, field.kind] == 1):
            answer = facts.get((field.gif or "", field.kind))
        if answer and form.problem_with(field, answer, day) is None:
            found[field.id] = answer
    return found


def _is_own(field: Field) -> bool:
    """Whether the question is about the applicant: the shared pages call those fields so."""
    return OWN_FIELDS.get(field.id) == field.gif and field.gif is not None


def _is_same(before: Field | None, now: Part) -> bool:
    return before is not None and (before.kind, before.choices) == (now.kind, now.choices)


def _facts(source: Procedure, answers: form.Answers) -> dict[tuple[str, FieldKind], form.Answer]:
    """(GIF name, kind) → what is known of the applicant: what one answer says alone, or else the head of the household's row."""
    said = [(field.gif, field.kind, answers[field.id]) for field in source.fields()
            if field.gif and not field.parts and answers.get(field.id)]
    alone = Counter((gif, kind) for gif, kind, _ in said)
    own = {(field.gif or "", field.kind): answers[field.id] for field in source.fields()
           if _is_own(field) and answers.get(field.id)}
    group = _of_people(source)
    row = _head(group, answers) if group else None
    head = {(part.gif, part.kind): answer for part in (group.parts if group else ()) if row and part.gif
            and (answer := answers.get(f"{group.id if group else ''}.{row}.{part.id}"))}
    # A card's or a phone's bare facts, of a form that does not ask for them.
    bare = {(OWN_FIELDS[id], kind): answers[id] for id, kind in BARE.items() if answers.get(id)}
    return {**bare, **head, **{(gif, kind): answer for gif, kind, answer in said if alone[gif, kind] == 1}, **own}


def _of_people(procedure: Procedure) -> Field | None:
    """The one group whose rows are persons; None where there is none, or more than one."""
    groups = [field for field in procedure.fields() if field.kind is FieldKind.GROUP
              and {"fullName", "dateOfBirth"} <= {part.gif for part in field.parts}]
    return groups[0] if len(groups) == 1 else None


def _head(group: Field, answers: form.Answers) -> str | None:
    """The row of the head of the household, or the only row."""
    numbers = form.rows_of(group, answers)
    heads = [number for number in numbers if answers.get(f"{group.id}.{number}.relation") == "head"]
    return heads[0] if heads else numbers[0] if len(numbers) == 1 else None


def _people(source: Procedure, answers: form.Answers, group: Field, target: Procedure, day: date) -> dict[str, form.Answer]:
    """The persons of one form as rows of another, where each has one such group."""
    before = _of_people(source)
    if before is None or _of_people(target) is not group or before.id not in answers:
        return {}
    numbers = form.rows_of(before, answers)
    found: dict[str, form.Answer] = {group.id: numbers}
    for part in group.parts:
        told = (part.gif, part.kind, part.choices)
        same = next((one for one in before.parts if one.gif and (one.gif, one.kind, one.choices) == told), None)
        for number in numbers if same else ():
            answer = answers.get(f"{before.id}.{number}.{same.id if same else ''}")
            if answer and form.problem_with(part, answer, day) is None:
                found[f"{group.id}.{number}.{part.id}"] = answer
    return found


def _rows(group: Field, answers: Mapping[str, form.Answer]) -> dict[str, form.Answer]:
    about = group.rows_of or group.id
    return {id: answer for id, answer in answers.items() if id == about or id.startswith(f"{about}.")}


