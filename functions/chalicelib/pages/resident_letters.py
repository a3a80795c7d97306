"""What only the applicant may open of a case that was sent: the letters to and from the city, and the receipt of a payment."""

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application
from chalicelib.domain.errors import FormFaulty, NotAllowed, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_steps import day_of
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import correspond, limits, links
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import wareki

NAME_MOST = 100
"""Characters of the name on a receipt."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/apply/a/{id}/messages", methods=["GET", "POST"], content_types=FORM)
    def messages(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _messages(parts, request, id))

    @app.route("/apply/a/{id}/receipt", methods=["GET", "POST"], content_types=FORM)
    def receipt(id: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _receipt(parts, request, id))


def _sent(parts: Parts, request: Request, id: str, page: str) -> Application:
    application = browser.proved(parts, request, id, page)
    if application.submitted_at is None:
        raise NotAllowed("never sent")
    return application


def _messages(parts: Parts, request: Request, id: str) -> Page:
    """Reads the case; one write for a letter."""
    application = _sent(parts, request, id, "messages")
    problem, typed = None, ""
    if request.method == "POST":
        typed = request.one("words")
        problem = _written(parts, request, application, typed)
        if problem is None:
            raise SeeOther(f"/apply/a/{id}/messages")
    return Page(template="apply/messages.html", status=422 if problem else 200, words={
        "id": id, "application": application, "problem": problem, "typed": typed, "most": correspond.WORDS_MOST,
        "status_url": links.status_url(parts, application), "day": day_of,
        "procedure": parts.catalogue.procedure(application.procedure)})


def _written(parts: Parts, request: Request, application: Application, words: str) -> str | None:
    """What is wrong with a letter, in words; None when it was sent."""
    say = parts.catalogue.say
    if len(words) > correspond.WORDS_MOST:
        return say("apply.messages.long", most=correspond.WORDS_MOST, now=len(words))
    if not words:
        return say("apply.messages.empty")
    if application.messages and application.messages[-1].by is None and application.messages[-1].words == words:
        return None  # the same letter, pressed twice
    limits.count(parts, application.id, limits.MESSAGES, own=request.from_city)
    try:
        correspond.ask(parts, application, words)
    except FormFaulty:
        return say("apply.messages.many")
    except Stale:
        return say("apply.messages.again")
    return None


def _receipt(parts: Parts, request: Request, id: str) -> Page:
    """The receipt of what was paid. The name on it is typed here and kept nowhere: a reload asks for it again."""
    application = _sent(parts, request, id, "receipt")
    if application.paid_at is None or application.fee is None:
        raise SeeOther(links.status_url(parts, application))
    name = request.one("name")[:NAME_MOST] or str(application.answers.get("name", ""))
    return Page(template="apply/receipt.html", words={
        "id": id, "application": application, "fee": application.fee, "name": name, "most": NAME_MOST,
        "paid_on": wareki(application.paid_at.astimezone(JAPAN).date()), "made_on": wareki(parts.clock().astimezone(JAPAN).date()),
        "refunded": sum(one.yen for one in application.refunds), "status_url": links.status_url(parts, application),
        "procedure": parts.catalogue.procedure(application.procedure)})
