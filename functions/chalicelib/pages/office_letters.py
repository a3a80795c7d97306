"""Notices on paper: what a department has to print, the letters for window envelopes, and the mark that they are printed."""

from chalice.app import Chalice, Response

from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import day
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import letters
from chalicelib.services.officers import WORKS
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import wareki


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/letters", methods=["GET", "POST"], content_types=FORM)
    def waiting() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _letters(parts, request))

    @app.route("/office/letters/print", methods=["GET"])
    def printed() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _print(parts, request))


def _letters(parts: Parts, request: Request) -> Page:
    """Reads: the session, two queries. A press writes once for each letter."""
    officer = at_work(parts, request)
    if request.method == "POST":
        if request.one("then") == "undo":
            done = "unprinted" if letters.take_back(parts, officer) else None
        else:
            done = "printed" if letters.mark(parts, officer, frozenset(request.form.get("letter", ()))) else None
        request.session.holds["flash"] = done
        raise SeeOther("/office/letters")
    return Page(template="office/letters.html", words={
        "officer": officer, "waiting": letters.waiting(parts, officer), "batch": letters.BATCH, "day": day,
        "back": len(letters.takeable_back(parts, officer)), "may_work": officer.is_one_of(WORKS),
        "names": {procedure.id: procedure.short for procedure in parts.catalogue.procedures},
        "about": {one: parts.catalogue.messages[f"mail.{one}.subject"].partition("】")[2].partition("（")[0]
                  for one in {letter.template for letter in letters.waiting(parts, officer)}},
        "flash": request.session.holds.pop("flash", None)})


def _print(parts: Parts, request: Request) -> Page:
    """Reads: the session, a query, each case; one write for each, since somebody looked."""
    officer = at_work(parts, request)
    return Page(template="office/letters_print.html", words={
        "officer": officer, "sheets": letters.sheets(parts, officer),
        "today": wareki(parts.clock().astimezone(JAPAN).date())})
