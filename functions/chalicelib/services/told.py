"""How the applicant of a case is told of things: by mail, by SMS, or on paper, as chosen on the contact page."""

from enum import StrEnum

from chalicelib.domain.application import Application
from chalicelib.services.parts import Parts
from content.rules import form, notices


class Way(StrEnum):
    """How a notice travels."""

    MAIL = "mail"
    SMS = "sms"
    LETTER = "letter"


def chosen(parts: Parts, application: Application) -> Way:
    """The way the applicant chose; mail where nobody chose, as in cases from before one could."""
    field = notices.contact_field(parts.catalogue.procedure(application.procedure), application.answers)
    if field is None:
        return Way.LETTER
    return Way.MAIL if field.kind == "mail" else Way.SMS


def reached_at(parts: Parts, application: Application) -> str | None:
    """The mail address, or the mobile number as its eleven digits; None for letters, and while the answer is not sound."""
    field = notices.contact_field(parts.catalogue.procedure(application.procedure), application.answers)
    answer = application.answers.get(field.id) if field is not None else None
    if field is None or not isinstance(answer, str) or not answer or form.problem_with(field, answer) is not None:
        return None
    return answer if field.kind == "mail" else answer.replace("-", "")


def way_to(contact: str) -> Way:
    """Whether a contact is a mail address or a number."""
    return Way.MAIL if "@" in contact else Way.SMS
