"""Where notices of an application go, from its form and the answers: a mail address, a mobile number, or neither (a letter)."""

from content.rules.answers import Answers
from content.rules.form import asked_fields, holds
from content.vocabulary.form import FieldKind, Page, Part
from content.vocabulary.procedure import Procedure

REACHED = frozenset({FieldKind.MAIL, FieldKind.MOBILE})
"""Kinds of fields that a notice can be sent to."""


def contact_page(procedure: Procedure) -> Page | None:
    """The page that asks where notices shall go: the first one with a mail field. None where no page asks for one."""
    return next((page for page in procedure.pages if any(f.kind is FieldKind.MAIL for f in page.fields)), None)


def contact_field(procedure: Procedure, answers: Answers) -> Part | None:
    """The field that these answers want notices sent to; None when they want letters."""
    page = contact_page(procedure)
    return next((f for f in asked_fields(page, answers) if f.kind in REACHED), None) if page is not None else None


def unreached(page: Page) -> tuple[tuple[int, int], ...]:
    """(field, choice) places of ways on a contact page that lead to no address and no number: those who choose one get letters."""
    fields = [field for field in page.fields if field.kind in REACHED]
    waited_for = {condition.field for field in fields for condition in field.when}
    return tuple((j, k) for j, way in enumerate(page.fields) if way.id in waited_for for k, choice in enumerate(way.choices)
                 if not any(holds(field.when, {way.id: choice.id}) for field in fields))


def at_once(page: Page) -> Page:
    """A contact page without letters and without its other questions: where a link can be sent now."""
    waited_for = {condition.field for field in page.fields if field.kind in REACHED for condition in field.when}
    slow = set(unreached(page))
    fields = []
    for j, field in enumerate(page.fields):
        if field.id in waited_for:
            quick = tuple(choice for k, choice in enumerate(field.choices) if (j, k) not in slow)
            fields.append(field.model_copy(update={"choices": quick}))
        elif field.kind in REACHED:
            fields.append(field)
    return page.model_copy(update={"fields": tuple(fields)})
