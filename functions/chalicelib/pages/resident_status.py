"""How an application stands, behind a secret link: steps, dates, whose turn it is. No personal data, no answers."""

from contextlib import suppress

from chalice.app import Chalice, Response

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import FeeDecision
from chalicelib.domain.errors import IllegalTransition, NotAllowed, ProviderDown, Stale
from chalicelib.pages import resident_session as browser
from chalicelib.pages.resident_apply import WITH_CARD
from chalicelib.pages.resident_steps import ENDED, day_of, steps
from chalicelib.pages.web import FORM, RESIDENT, Page, Request, SeeOther, Web
from chalicelib.services import apply, documents, links, pay, taken_in
from chalicelib.services.parts import Parts
from content.vocabulary.procedure import Result

LOOKS_MOST = 5
"""How often the page that waits for the payment looks by itself; then it says that a mail will come."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes. Each address of a step also answers a plain visit: phones reload what they had closed."""

    @app.route("/status", methods=["GET"])
    def entrance() -> Response:
        return web.answer(app.current_request, RESIDENT, lambda _: Page(template="status/entrance.html"))

    @app.route("/status/{token}", methods=["GET"])
    def status(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _status(parts, request, token))

    @app.route("/status/{token}/paid", methods=["GET"])
    def paid(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _paid(parts, request, token))

    @app.route("/status/{token}/withdraw", methods=["GET", "POST"], content_types=FORM)
    def withdraw(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _withdraw(parts, request, token))

    @app.route("/status/{token}/pay", methods=["GET", "POST"], content_types=FORM)
    def go_and_pay(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _pay(parts, request, token))

    @app.route("/status/{token}/arrived", methods=["GET", "POST"], content_types=FORM)
    def arrived(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _arrived(parts, request, token))

    @app.route("/status/{token}/correct", methods=["GET", "POST"], content_types=FORM)
    def correct(token: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _correct(parts, request, token))

    @app.route("/status/{token}/open/{what}", methods=["GET", "POST"], content_types=FORM)
    def open_own(token: str, what: str) -> Response:
        return web.answer(app.current_request, RESIDENT, lambda request: _open(parts, request, token, what))


def _opened(parts: Parts, request: Request, token: str) -> Application:
    return links.open_link(parts, token, links.STATUS, place=request.place)


def _to_act(parts: Parts, request: Request, token: str) -> Application:
    """The case, when a button was pressed; a plain visit to the address of a button leads to the status page."""
    application = _opened(parts, request, token)
    if request.method == "GET":
        raise SeeOther(f"/status/{token}")
    return application


def _status(parts: Parts, request: Request, token: str) -> Page:
    """Reads: the link, the case, its session; and its history where a payment may have been given back."""
    application = _opened(parts, request, token)
    procedure = parts.catalogue.procedure(application.procedure)
    words = parts.catalogue.status(application.public)
    correction = next((r for r in procedure.correction_reasons
                       if application.correction and r.id == application.correction.reason), None)
    rejection = next((r for r in procedure.rejection_reasons if r.id == application.ended_because), None)
    say = parts.catalogue.say
    ended = application.state in ENDED
    outcome = next((one for one in procedure.outcomes if one.id == application.outcome), None)
    return Page(template="status/status.html", words={
        "token": token, "application": application, "procedure": procedure, "words": words,
        "title": say(f"status.{application.state}.title") if ended else outcome.label if outcome else words.name,
        "lead": say(f"status.{application.state}.text") if ended else outcome.resident if outcome else _now(parts, application),
        "outcome": outcome, "letters": len(application.messages), "unread": _unread(application),
        "card": procedure.assurance in WITH_CARD,
        "documents": len(documents.delivered(application)),
        "collect": documents.result_for(procedure, application) is Result.COLLECT and application.state is State.ISSUED,
        "steps": steps(parts, application), "due": day_of(application.due), "state": application.state, "states": State,
        "correction": correction, "rejection": rejection, "fee": _fee_shown(application),
        "may_withdraw": application.allows(Event.WITHDRAW, Actor.RESIDENT),
        "may_confirm": application.allows(Event.CONFIRM_ARRIVAL, Actor.RESIDENT),
        "returned": _money_returned(parts, application), "usable": application.opens and bool(taken_in.begins(parts, procedure))})


def _now(parts: Parts, application: Application) -> str:
    """What is being done, where that depends on what the applicant gets in the end."""
    result = documents.result_for(parts.catalogue.procedure(application.procedure), application)
    key = f"status.{application.state}.{result}"
    return parts.catalogue.messages.get(key) or parts.catalogue.status(application.public).now


def _unread(application: Application) -> bool:
    """Whether the city wrote last."""
    return bool(application.messages) and application.messages[-1].by is not None


def _fee_shown(application: Application) -> FeeDecision | None:
    """The fee that was decided; not in a case that ended without one being owed."""
    return None if application.state in ENDED else application.fee


def _money_returned(parts: Parts, application: Application) -> bool:
    """Whether a payment is being given back; looked up only where a case has seen a fee decision."""
    if not application.fees:
        return False
    return any(entry.event is Event.RETURN_MONEY for entry in parts.applications.history(application.id))


def _pay(parts: Parts, request: Request, token: str) -> Page:
    application = _to_act(parts, request, token)
    try:
        to = pay.open_payment(parts, application, back_to=f"{parts.public_url}/status/{token}/paid")
    except (NotAllowed, IllegalTransition, Stale):  # paid or changed meanwhile: the status page says how it stands
        raise SeeOther(f"/status/{token}") from None
    raise SeeOther(to)


def _paid(parts: Parts, request: Request, token: str) -> Page:
    """Back from the provider's page. Nothing the browser says counts: the provider is asked."""
    application = _opened(parts, request, token)
    try:
        application = pay.look(parts, application)
    except (ProviderDown, Stale):
        application = parts.applications.get(application.id)
    if application.state is not State.AWAITING_PAYMENT:
        raise SeeOther(f"/status/{token}")
    said = request.query.get("again", "0")
    looks = int(said) if said.isascii() and said.isdigit() and len(said) < 3 else LOOKS_MOST
    return Page(template="status/checking.html", words={"token": token, "again": looks + 1 if looks < LOOKS_MOST else None})


def _withdraw(parts: Parts, request: Request, token: str) -> Page:
    application = _opened(parts, request, token)
    if not application.allows(Event.WITHDRAW, Actor.RESIDENT):
        raise SeeOther(f"/status/{token}")
    if request.method == "GET":
        return Page(template="status/withdraw.html", words={"token": token, "application": application})
    apply.withdraw(parts, application)
    raise SeeOther(f"/status/{token}")


def _arrived(parts: Parts, request: Request, token: str) -> Page:
    application = _to_act(parts, request, token)
    with suppress(IllegalTransition, Stale):  # pressed twice: it is noted already
        apply.confirm_arrival(parts, application)
    raise SeeOther(f"/status/{token}")


def _correct(parts: Parts, request: Request, token: str) -> Page:
    """The answers are shown only to the person with the card; the link alone leads to showing it."""
    application = _to_act(parts, request, token)
    if application.state is not State.CORRECTION_REQUESTED:
        raise SeeOther(f"/status/{token}")
    browser.remember(request.session, application.id)
    raise SeeOther(f"/apply/a/{application.id}/correct")


OWN_PAGES = ("messages", "receipt", "documents", "use")
"""What the link alone does not open."""


def _open(parts: Parts, request: Request, token: str, what: str) -> Page:
    """Lead to a page of the applicant's own, which asks to show that the case is theirs."""
    application = _to_act(parts, request, token)
    if what not in OWN_PAGES:
        raise NotAllowed(what)
    browser.remember(request.session, application.id)
    raise SeeOther(f"/apply/a/{application.id}/{what}")
