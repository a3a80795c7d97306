"""What the answers of one form are as answers to another: the same question, the same fact of the applicant, the same people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from chalicelib.services.counter import OWN_FIELDS
from content.rules import form
from content.vocabulary.form import Field, FieldKind, Part
from content.vocabulary.procedure import Procedure

BARE = {"name": FieldKind.PERSON_NAME, "name_kana": FieldKind.KANA, "address": FieldKind.ADDRESS, "birthdate": FieldKind.DATE}
"""What a card told, by the name and kind of the shared pages' questions."""
NOT_TAKEN = (FieldKind.FILE, FieldKind.CONSENT)
"""Papers are given by hand, and nobody consents for another time."""
OF_SOMEBODY = frozenset({"fullName", "fullNameKana", "dateOfBirth", "sex"})
"""Facts of which a form may ask somebody else's alone: a baby's day of birth, the name of who died. That they are the
applicant's, only the shared pages' names of questions tell."""
HOUSEHOLD = "movers"
"""What content calls a group of people who move together (`gif`, or else its id): the applicant is its head, or its only one."""
AGENT, PHONE = "agent_name", "phone"
"""The interviews' questions of who comes for the family, and of that person's number."""
ADDRESS, OLD_ADDRESS = "fullAddress", "x_previousAddress"

Row = tuple[str, str | None]
"""A group of people and the number of a row; None where it is not known who of them."""
Facts = Mapping[tuple[str, FieldKind], form.Answer]
"""(GIF name, kind) → what is known of the applicant."""


def carried(source: Procedure, answers: form.Answers, target: Procedure, day: date, *,
            of: str | None = None, rows: Sequence[str] = (), applicant: Row | None = None) -> dict[str, form.Answer]:
    """The answers of one form that are sound answers to another. applicant: whose row of the source it is; None: the head's of
    a household that moves.

    People go over row by row, by what each part is in the Government Interoperability Framework: between two groups that
    content calls the same, or those `rows` of `of`, a group of the source, that the other form is about. Nothing is guessed:
    what is ambiguous is asked again.
    """
    again = source.id == target.id
    if answers.get(AGENT) and not again:  # on paper, too, an agent's number is not the applicant's
        answers = {id: answer for id, answer in answers.items() if id != PHONE}
    moves = _asks(target, OLD_ADDRESS) and not _asks(source, OLD_ADDRESS)
    own = {field.id: field for field in source.fields()}
    facts = _facts(source, answers, applicant or _head(source, answers), moves=moves)
    named = Counter((field.gif, field.kind) for field in target.fields())
    found: dict[str, form.Answer] = {}
    for field in target.fields():
        if field.kind in NOT_TAKEN or (field.kind is FieldKind.ONE_OF and not again):  # rows are counted anew
            continue
        if field.kind in (FieldKind.GROUP, FieldKind.EACH):
            found |= _rows(field, answers) if again else _people(source, answers, target, field, day, of, rows)
            continue
        same = _is_same(own.get(field.id), field) and not (moves and field.gif == ADDRESS)
        answer = answers.get(field.id) if same else None
        if answer is None and (_is_own(field) or (field.gif not in OF_SOMEBODY and named[field.gif, field.kind] == 1)):
            answer = facts.get((field.gif or "", field.kind))
        if answer and form.problem_with(field, answer, day) is None:
            found[field.id] = answer
    return found


def _asks(procedure: Procedure, gif: str) -> bool:
    return any(field.gif == gif for field in procedure.fields())


def _is_own(field: Field) -> bool:
    """Whether the question is about the applicant: the shared pages call those fields so."""
    return OWN_FIELDS.get(field.id) == field.gif and field.gif is not None


def _is_same(before: Field | None, now: Part) -> bool:
    """Whether two questions of one id ask the same: in the same words, or for the same datum."""
    if before is None or (before.kind, before.choices) != (now.kind, now.choices):
        return False
    return before.label == now.label if now.gif is None else before.gif in (None, now.gif)


def _facts(source: Procedure, answers: form.Answers, applicant: Row | None, *, moves: bool) -> Facts:
    """What one answer says alone, or else the applicant's row.

    moves: whether the other form tells a new address from the old one and this form does not. Where the applicant lived is
    then the old one, as of a card at the kiosk.
    """
    answered = [field for field in source.fields() if field.gif and not field.parts and answers.get(field.id)]
    alone = Counter((field.gif, field.kind) for field in answered)
    said = {(field.gif or "", field.kind): answers[field.id] for field in answered
            if field.gif not in OF_SOMEBODY and alone[field.gif, field.kind] == 1}
    own = {(field.gif or "", field.kind): answers[field.id] for field in answered if _is_own(field)}
    # A card's or a phone's bare facts, of a form that does not ask for them.
    bare = {(OWN_FIELDS[id], kind): answers[id] for id, kind in BARE.items() if answers.get(id)}
    facts = {**bare, **_of_row(source, answers, applicant), **said, **own}
    if moves and (ADDRESS, FieldKind.ADDRESS) in facts:
        facts[OLD_ADDRESS, FieldKind.ADDRESS] = facts.pop((ADDRESS, FieldKind.ADDRESS))
    return facts


def _head(source: Procedure, answers: form.Answers) -> Row | None:
    """The head of the household that moves, or the only one who moves."""
    household = _called(source, HOUSEHOLD)
    if household is None:
        return None
    numbers = form.rows_of(household, answers)
    heads = [number for number in numbers if answers.get(f"{household.id}.{number}.relation") == "head"]
    return household.id, heads[0] if heads else numbers[0] if len(numbers) == 1 else None


def _of_row(source: Procedure, answers: form.Answers, whose: Row | None) -> dict[tuple[str, FieldKind], form.Answer]:
    """What a person's row says."""
    if whose is None:
        return {}
    group, number = whose
    return {(part.gif, part.kind): answer for part in source.field(group).parts
            if part.gif and (answer := answers.get(f"{group}.{number}.{part.id}"))}


def _called(procedure: Procedure, name: str | None) -> Field | None:
    """The group of people that content calls so."""
    groups = (field for field in procedure.fields() if field.kind is FieldKind.GROUP)
    return next((field for field in groups if name is not None and (field.gif or field.id) == name), None)


def _of_people(procedure: Procedure) -> Field | None:
    """The one group whose rows are persons; None where there is none, or more than one."""
    groups = [field for field in procedure.fields() if field.kind is FieldKind.GROUP
              and {"fullName", "dateOfBirth"} <= {part.gif for part in field.parts}]
    return groups[0] if len(groups) == 1 else None


def _people(source: Procedure, answers: form.Answers, target: Procedure, group: Field, day: date,
            of: str | None, rows: Sequence[str]) -> dict[str, form.Answer]:
    """The persons of one form as rows of another's group."""
    if of is not None and _of_people(target) is not group:
        return {}
    before = _called(source, group.gif) if of is None else source.field(of)
    if before is None or before.id not in answers:
        return {}
    numbers = tuple(number for number in form.rows_of(before, answers) if of is None or number in rows)
    if not numbers:
        return {}
    found: dict[str, form.Answer] = {group.id: numbers}
    for part in group.parts:
        wanted = (part.gif, part.kind, part.choices)
        same = next((one for one in before.parts if one.gif and (one.gif, one.kind, one.choices) == wanted), None)
        for number in numbers if same else ():
            answer = answers.get(f"{before.id}.{number}.{same.id if same else ''}")
            if answer and form.problem_with(part, answer, day) is None:
                found[f"{group.id}.{number}.{part.id}"] = answer
    return found


def _rows(group: Field, answers: Mapping[str, form.Answer]) -> dict[str, form.Answer]:
    about = group.rows_of or group.id
    return {id: answer for id, answer in answers.items() if id == about or id.startswith(f"{about}.")}
