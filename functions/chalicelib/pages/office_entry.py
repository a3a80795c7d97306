"""Taking in what came to the counter, by post or by telephone: the procedures of the department, and each one's whole form."""

import uuid
from collections.abc import Mapping
from contextlib import suppress

from chalice.app import Chalice, Response

from chalicelib.domain.errors import AlreadyThere, IllegalTransition, NotFound, Stale
from chalicelib.pages.office_form import Typed, drawn, in_words, typed
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import CHANNEL_NAMES, CHECK_NAMES
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import looking, receive, review
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from content.vocabulary.procedure import Procedure

CHANNEL, CHECK, NOTE = "entry-channel", "entry-check", "entry-note"
"""Names on the page; no question of a form is called so."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/entry", methods=["GET"])
    def choose() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _choose(parts, request))

    @app.route("/office/entry/{procedure}", methods=["GET", "POST"], content_types=FORM)
    def enter(procedure: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _enter(parts, request, procedure))


def _choose(parts: Parts, request: Request) -> Page:
    """Reads the session."""
    officer = at_work(parts, request)
    return Page(template="office/entries.html", words={"officer": officer, "offered": receive.offered(parts, officer)})


def _enter(parts: Parts, request: Request, id: str) -> Page:
    """Reads the session; the key of the case and one transaction are written when everything is in order."""
    try:
        officer = at_work(parts, request)
    except SeeOther:
        if request.method == "POST" and (kept := _kept(parts, request, id)):
            return Page(template="office/logged_out.html", words={"kept": kept}, status=401)
        raise
    procedure = next((one for one in receive.offered(parts, officer) if one.id == id), None)
    if procedure is None:
        raise NotFound(id)
    if request.method == "GET":
        return _page(officer, procedure, request, Typed({}, {}, stays=True))
    told = typed(parts, request, receive.on_paper(procedure))
    problems = {} if told.stays else {**_how_problems(parts, request), **told.problems}
    if problems or told.stays:
        return _page(officer, procedure, request, Typed(told.answers, problems, told.stays), id=request.one("entry-id"))
    how = receive.Received(channel=request.one(CHANNEL), identity_checked=request.one(CHECK), note=request.one(NOTE))
    try:
        case = receive.receive(parts, officer, request.one("entry-id"), procedure, told.answers, how)
    except AlreadyThere:  # gone back in the browser, changed something, and pressed again
        return _page(officer, procedure, request, Typed(told.answers, {}, stays=True), twice=True)
    looking.present(parts, officer, case)  # who typed it has seen it
    request.session.holds["flash"] = "receive"
    if request.one("then") == "claim":
        with suppress(Stale, IllegalTransition):  # pressed twice, or a colleague has it already
            review.claim(parts, officer, case)
    raise SeeOther(f"/office/case/{case.id}")


def _page(officer: Officer, procedure: Procedure, request: Request, told: Typed, *, id: str = "", twice: bool = False) -> Page:
    return Page(template="office/entry.html", status=422 if told.problems else 409 if twice else 200, words={
        "officer": officer, "procedure": procedure, "new_id": id or str(uuid.uuid4()), "twice": twice,
        "problems": told.problems, "most": review.NOTE_MOST, "channels": [(one, CHANNEL_NAMES[one]) for one in receive.CHANNELS],
        "checks": [(one, CHECK_NAMES[one]) for one in receive.CHECKS], "channel": request.one(CHANNEL),
        "check": request.one(CHECK), "note": request.one(NOTE),
        **drawn(receive.on_paper(procedure), told.answers, told.problems)})


def _how_problems(parts: Parts, request: Request) -> Mapping[str, str]:
    say, problems = parts.catalogue.say, {}
    if request.one(CHANNEL) not in receive.CHANNELS:
        problems[CHANNEL] = say("office.problem.channel")
    if request.one(CHECK) not in receive.CHECKS:
        problems[CHECK] = say("office.problem.check")
    if len(request.one(NOTE)) > review.NOTE_MOST:
        problems[NOTE] = say("office.problem.words_long", most=review.NOTE_MOST, now=len(request.one(NOTE)))
    return problems


def _kept(parts: Parts, request: Request, id: str) -> list[tuple[str, str]]:
    """What was typed while the login ran out, to be copied; nothing for an address that is none."""
    try:
        procedure = receive.on_paper(parts.catalogue.procedure(id))
    except KeyError:
        return []
    told = in_words(procedure, typed(parts, request, procedure).answers)
    return [*told, *([("覚え書き", request.one(NOTE))] if request.one(NOTE) else [])]
