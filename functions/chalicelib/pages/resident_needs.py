"""What a family needs, as it follows from its interview: desks in walking order, what to bring, what can be done at home."""

from collections.abc import Iterable

from chalice.app import Chalice, Response

from chalicelib.pages.resident_apply import draft, entered
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, limits, links, offers
from chalicelib.services.desks import event_of, needs_of
from chalicelib.services.parts import Parts
from content.rules import form, notices
from content.rules.needs import Line, Needs, called
from content.rules.wareki import day_seen_on
from content.vocabulary import form as vocabulary
from content.vocabulary.form import Part
from content.vocabulary.life_event import Level, Way
from content.vocabulary.procedure import Procedure


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/needs", methods=["GET"])
    def all_needs(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _needs(parts, request, id))

    @app.route("/apply/a/{id}/needs/{need}", methods=["GET", "POST"], content_types=FORM)
    def one_need(id: str, need: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _apply_for(parts, request, id, need))


def _needs(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the case, the applications of its lines at once."""
    application = draft(parts, request, id)
    procedure = parts.catalogue.procedure(application.procedure)
    event = event_of(parts, procedure)
    missing = form.problems_of(procedure, application.answers, apply.today(parts))
    found = needs_of(parts, event, procedure, application.answers)
    last = form.asked_pages(procedure, application.answers)[-1]
    visits = {line.id for line in found.to_visit}
    today = apply.today(parts)
    return Page(template="apply/needs.html", words={
        "id": id, "resumable": notices.contact_page(procedure) is not None,
        "event": event, "procedure": procedure, "missing": missing, "together": found.together,
        "desks": _desks(parts, (line for line in found.lines if line.id in visits)), "home": found.from_home,
        "wishes": found.on_wish,
        "outside": [line for line in found.lines if Way.OUTSIDE in line.need.ways and line.need.level is not Level.BY_ITSELF],
        "alone": found.of(Level.BY_ITSELF), "not_needed": found.not_needed, "bring": _bring(found, visits),
        "offers": {one.line.id: one for one in offers.all_of(parts, application, found)},
        "status_url": lambda case: links.status_url(parts, case), "rows": rows(procedure, application.answers),
        "back": f"/apply/a/{id}/q/{last.id}",
        "day": lambda day: day_seen_on(day, today), "ways": Way, "called": called,
        "late": lambda line: line.until is not None and line.until < today, "levels": Level})


def _apply_for(parts: Parts, request: Request, id: str, need: str) -> Page:
    """The button of a line: its own form, at the first question that is open. A plain visit leads back to the list.

    Reads: as the list, and the history of the application that is begun; one write, none the second time.
    """
    interview = draft(parts, request, id)
    if request.method == "GET":
        raise SeeOther(f"/apply/a/{id}/needs")
    procedure = parts.catalogue.procedure(interview.procedure)
    found = needs_of(parts, event_of(parts, procedure), procedure, interview.answers)
    limits.count(parts, request.place, limits.DRAFTS, own=request.from_city)
    application = offers.apply_for(parts, interview, found, need)
    raise SeeOther(entered(parts, request, application))


def _desks(parts: Parts, lines: Iterable[Line]) -> list[tuple[object, list[Line]]]:
    """(department, its lines) in walking order."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.need.department, []).append(line)
    return [(one, found[one.id]) for one in sorted(parts.catalogue.departments, key=lambda one: one.order) if one.id in found]


def _bring(found: Needs, visits: set[str]) -> tuple[str, ...]:
    """What to bring for all visits, each thing once."""
    return tuple(dict.fromkeys(thing for line in found.lines if line.id in visits for thing in line.need.bring))


def rows(procedure: Procedure, answers: form.Answers) -> list[tuple[vocabulary.Page, list[tuple[Part, str]]]]:
    """(page, (field, answer in words)) of everything that was asked."""
    told = form.known(procedure, answers)
    return [(page, [(field, form.shown(field, answers.get(field.id, ""))) for field in form.asked_fields(page, told)
                    if field.id in answers])
            for page in form.asked_pages(procedure, answers)]
