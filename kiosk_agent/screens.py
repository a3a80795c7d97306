"""The counter's screens: a web server for the touch screen beside it, on the loopback address and for nobody else."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from content.rules.codes import LETTERS
from content.vocabulary.language import LANGUAGES
from kiosk_agent import questions, signage, speech, work
from kiosk_agent.counter import Counter
from kiosk_agent.demo import Demo
from kiosk_agent.journeys import AT_WORK, Journey, Screen
from kiosk_agent.loopback import local_app
from kiosk_agent.paper.birthdate import birthdate
from kiosk_agent.questions import Choice
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.session import Session
from kiosk_agent.staff import Door
from kiosk_agent.staff_screens import add_staff_routes

HERE = Path(__file__).parent
WARN_SECONDS = 15
"""From here on the countdown is shown."""
CARD_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'self'")
WAITS = AT_WORK | {Screen.LOOKING, Screen.READING, Screen.AUTH_LOOKING}
LIMITS = frozenset({Screen.LAST_TRY, Screen.AUTH_LAST_TRY, Screen.WRONG, Screen.AUTH_WRONG, Screen.PRINTER, Screen.INSTEAD,
                    Screen.TROUBLE, Screen.PULLED, Screen.NO_READER})


def template_of(screen: Screen) -> str:
    """The template that draws a screen: those that only wait, or only tell a limit, share one."""
    if screen in WAITS:
        return "wait.html"
    if screen in LIMITS:
        return "limit.html"
    return "secret.html" if screen is Screen.AUTH else f"{screen}.html"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One wish to look over."""

    label: str
    told: tuple[tuple[str, Choice], ...]
    fee: int | None


def create_app(counter: Counter, check: SelfCheck, door: Door, *, port: int, demo: Demo | None) -> Flask:
    """The screens of one counter. demo: the virtual card's table, on a demonstration computer only."""
    app = local_app(HERE, port=port, policy=POLICY)
    secret = secrets.token_bytes(32)
    tongues = speech.tongues(counter.parts.catalogue)

    def token(turn: int) -> str:
        return hmac.new(secret, str(turn).encode(), "sha256").hexdigest()

    def is_token(turn: str, given: str) -> bool:
        return turn.isascii() and turn.isdigit() and hmac.compare_digest(given.encode(), token(int(turn)).encode())

    @app.get("/")
    def screen() -> str:
        session = counter.session
        tongue = tongues[session.language]
        return render_template(template_of(session.screen), _=tongue.say, plain=tongue.plain, language=tongue.language,
                               token=token(session.turn), demo=demo, warn=WARN_SECONDS, **_shown(counter, session))

    @app.get("/turn")
    def turn() -> Response:
        if not is_token(request.headers.get("X-Turn", ""), request.headers.get("X-Token", "")):
            abort(403)
        left = counter.seconds_left()
        return jsonify(turn=counter.session.turn, left=None if left is None else round(left))

    @app.post("/press")
    def press() -> Answer:
        at = request.form.get("turn", "")
        if is_token(at, request.form.get("token", "")):
            counter.press(int(at), request.form.get("press", ""), request.form.get("value", ""))
        return redirect("/", 303)

    @app.get("/check")
    def selfcheck() -> str:
        return render_template("selfcheck.html", lines=check.lines())

    add_staff_routes(app, counter, check, door, secret)
    if demo is not None:
        _demo_routes(app, demo)
    return app


def _shown(counter: Counter, session: Session) -> Mapping[str, Any]:
    """What the templates need of the session and the content, beside the words."""
    catalogue = counter.parts.catalogue
    offers = questions.offered(catalogue, session.journey)
    born = work.person_of(session.prepared).birthdate if session.prepared else session.person and session.person.birthdate
    shown_now: dict[str, Any] = {
        "session": session, "card_lies": counter.card_lies, "city": catalogue.city.name, "languages": LANGUAGES,
        "words": catalogue.counter.limits,
        "two_readers": counter.parts.two_readers, "birthdate": birthdate(born) if born else "",
        "offers": questions.on_page(offers, session.step), "more_offers": len(offers) > len(questions.on_page(offers, 0)),
        "chosen": {wish.procedure for wish in session.wishes}, "asked": counter.question(), "other": counter.other_opening(),
        "alphabet": LETTERS if session.screen is Screen.CODE else CARD_LETTERS, "signage": catalogue.signage,
        "family": work.family_event(catalogue, session.prepared) is not None,
        "has_paper": all(questions.paper_of(catalogue, wish.procedure) for wish in session.wishes)}
    match session.screen:
        case Screen.IDLE:
            shown_now["slides"] = signage.slides(catalogue, counter.parts.clock())
        case Screen.USUAL if session.asking is not None:
            offer = catalogue.counter.offered(session.asking.procedure)
            shown_now |= {"offer": offer, "told": questions.told(catalogue, offer, session.asking.answers)}
        case Screen.REVIEW:
            shown_now["reviewed"] = tuple(_reviewed(counter, session))
        case Screen.PREPARED:
            shown_now["prepared_lines"] = tuple(_prepared_lines(counter, session))
        case Screen.HANDED_OVER:
            shown_now["konbini"] = catalogue.channel(speech.KONBINI).steps
    return shown_now


def _reviewed(counter: Counter, session: Session) -> list[Reviewed]:
    catalogue = counter.parts.catalogue
    day = work.today(counter.parts)
    return [Reviewed(offer.label, questions.told(catalogue, offer, wish.answers),
                     questions.fee(catalogue, wish.procedure, wish.answers, day) if session.journey is Journey.REQUEST else None)
            for wish in session.wishes for offer in (catalogue.counter.offered(wish.procedure),)]


def _prepared_lines(counter: Counter, session: Session) -> list[tuple[str, str]]:
    prepared = session.prepared
    if prepared is None:
        return []
    procedure = counter.parts.catalogue.procedure(prepared.procedure)
    return [("手続き", procedure.short), *questions.brought(procedure, prepared.answers, told=prepared.applicant)]


def _demo_routes(app: Flask, demo: Demo) -> None:
    @app.post("/demo")
    def place() -> Answer:
        demo.do(request.form)
        return redirect("/", 303)

    @app.get("/demo/sheet.pdf")
    def sheet() -> Response:
        pdf = demo.last_sheet()
        if pdf is None:
            abort(404)
        return Response(pdf, mimetype="application/pdf")
