"""A whole form on one page, as an officer types it from paper: read from a post, and drawn again with what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.pages.questions import STAYS, as_drawn, asking, looked_up
from chalicelib.pages.web import Request
from chalicelib.services import receive
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Typed:
    """What an officer typed. stays: a button was pressed that only changes the page."""

    answers: form.Answers = field(repr=False)
    problems: Mapping[str, str] = field(repr=False)
    stays: bool


def typed(parts: Parts, request: Request, procedure: Procedure) -> Typed:
    """The post as answers. procedure: as it is on paper."""
    then = request.one("then")
    posted = looked_up(parts, receive.with_row_changed(procedure.pages, request.form, then), then)
    checked = receive.check(parts, procedure, posted, {})
    stays = then.partition(":")[0] in STAYS
    return Typed(checked.answers, {} if stays else {one.field: one.says for one in checked.problems}, stays)


def drawn(procedure: Procedure, answers: form.Answers, problems: Mapping[str, str]) -> dict[str, object]:
    """What templates/office/whole.html draws the form from."""
    told = form.known(procedure, answers)
    beside = tuple(field.id for field in procedure.fields())
    pages = tuple(page.model_copy(update={"fields": as_drawn(page, told, beside)}) for page in procedure.pages)
    return {"pages": pages, "form": {
        **asking(procedure.pages, told, problems), "attached": {}, "behalf": True,
        "asked_pages": {page.id for page in procedure.pages if form.holds(page.when, told)}}}


def in_words(procedure: Procedure, answers: form.Answers) -> list[tuple[str, str]]:
    """(label, answer) of everything that was typed, to be copied."""
    told = [(form.part_of(procedure, id, answers), answer) for id, answer in answers.items()]
    return [(part.label, shown) for part, answer in told if (shown := form.shown(part, answer))]
