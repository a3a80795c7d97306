"""The lent tablet (/tablet): its start page with the signage, pairing, the questions, giving back, and the final look.

Its session knows the case and a random name of this pairing, and nothing else; when the sitting is over it is renewed, and
every address leads to the start. No address holds an id (ADR 0031).
"""

from collections.abc import Mapping

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.sitting import PIN_DIGITS, Left, Sitting, Turn
from chalicelib.pages.questions import STAYS, asking, looked_up
from chalicelib.pages.resident_known import known_rows
from chalicelib.pages.resident_needs import rows
from chalicelib.pages.tablet_shown import final, slides
from chalicelib.pages.web import FORM, TABLET, Page, Request, SeeOther, Session, Web
from chalicelib.services import held, tablet, taken_in
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary import form as vocabulary
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Procedure

IDLE_SECONDS = 90
WARN_SECONDS = 30
"""A tablet that nobody touches for 90 seconds is wiped; for the last 30 it counts down and asks."""
ENDS = ("given", "confirmed", "differs", "stopped", "idle", "over")
"""What the start page can say about the sitting that has just ended, as the end of a message key `tablet.end.*`."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/tablet", methods=["GET", "POST"], content_types=FORM)
    def start() -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _start(parts, request))

    @app.route("/tablet/p/{secret}", methods=["GET", "POST"], content_types=FORM)
    def by_qr(secret: str) -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _by_qr(parts, request, secret))

    @app.route("/tablet/known", methods=["GET"])
    def known() -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _known(parts, request))

    @app.route("/tablet/q/{page}", methods=["GET", "POST"], content_types=FORM)
    def question(page: str) -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _question(parts, request, page))

    @app.route("/tablet/check", methods=["GET"])
    def check() -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _check(parts, request))

    @app.route("/tablet/give", methods=["POST"], content_types=FORM)
    def give() -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _give(parts, request))

    @app.route("/tablet/look", methods=["GET", "POST"], content_types=FORM)
    def look() -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _look(parts, request))

    @app.route("/tablet/alive", methods=["POST"], content_types=FORM)
    def alive() -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _alive(parts, request))

    @app.route("/tablet/stop", methods=["POST"], content_types=FORM)
    def stop() -> Response:
        return web.answer(app.current_request, TABLET, lambda request: _stop(parts, request))


def _start(parts: Parts, request: Request) -> Page:
    """Reads nothing without a sitting. A PIN: two counts, its row, the sitting, the case; the sitting is written."""
    if request.method == "POST":
        try:
            _paired(parts, request, request.one("pin"))
        except NotFound:
            return _idle(parts, request, problem=parts.catalogue.say("tablet.pin.wrong", digits=PIN_DIGITS))
    if "tablet" in request.session.holds:
        _go_on(parts, request)
    return _idle(parts, request)


def _idle(parts: Parts, request: Request, problem: str = "") -> Page:
    ended = request.query.get("end", "")
    return Page(template="tablet/start.html", status=422 if problem else 200, words={
        "slides": slides(parts), "seconds": parts.catalogue.signage.seconds, "problem": problem, "digits": PIN_DIGITS,
        "ended": ended if ended in ENDS else ""})


def _by_qr(parts: Parts, request: Request, secret: str) -> Page:
    """Opening the address pairs nothing: a preview must not use the code up. The button does."""
    if request.method == "POST":
        try:
            _paired(parts, request, secret)
        except NotFound:
            return _idle(parts, request, problem=parts.catalogue.say("tablet.qr.wrong"))
    if "tablet" in request.session.holds:
        _go_on(parts, request)
    return Page(template="tablet/pair.html", words={"secret": secret})


def _paired(parts: Parts, request: Request, typed: str) -> None:
    """Begin the sitting in a session of its own, whatever was in it before."""
    sitting, name = tablet.pair(parts, typed, place=request.place, own=request.from_city)
    _forget(request.session)
    request.session.holds |= {"case": sitting.case, "tablet": name}
    _go_on(parts, request)


def _forget(session: Session) -> None:
    """Nothing of a sitting stays: a new id and a new form token, and the old row is dropped."""
    session.holds.clear()
    session.renew()


def _end(session: Session, how: str) -> SeeOther:
    """The start page with a word about what has just happened."""
    _forget(session)
    return SeeOther(f"/tablet?end={how}")


def _sitting(parts: Parts, request: Request, turn: Turn | None = None) -> tuple[Sitting, Application]:
    """The sitting and its case while this tablet has it. turn: what the page is for; another turn leads to its own page."""
    holds = request.session.holds
    if "tablet" not in holds:
        raise SeeOther("/tablet")
    try:
        sitting, application = tablet.on_tablet(parts, holds["case"], holds["tablet"])
    except NotAllowed:
        raise _end(request.session, "over") from None
    tablet.heard(parts, sitting)
    if turn is not None and sitting.turn is not turn:
        raise SeeOther("/tablet")
    return sitting, application


def _go_on(parts: Parts, request: Request) -> None:
    """Lead to where this sitting stands."""
    sitting, application = _sitting(parts, request)
    if sitting.turn is Turn.LOOK:
        raise SeeOther("/tablet/look")
    if application.taken_in and application.version == 1:
        raise SeeOther("/tablet/known")
    raise SeeOther(_first(parts, application))


def _first(parts: Parts, application: Application) -> str:
    """The first question that nobody has answered yet; else everything on one page."""
    procedure = held.form_of(parts, application)
    begun = application.version > 1
    there = form.first_open_page(procedure, application.answers) if begun else taken_in.first_asked(procedure, application)
    return f"/tablet/q/{there.id}" if there else "/tablet/check"


def _known(parts: Parts, request: Request) -> Page:
    """Reads: the session, the sitting, the case; the sitting is written every twenty seconds, as on every page below."""
    _, application = _sitting(parts, request, Turn.WRITE)
    procedure = held.form_of(parts, application)
    return Page(template="tablet/known.html", words={
        **_frame(procedure), "rows": known_rows(procedure, application), "then": _first(parts, application)})


def _frame(procedure: Procedure) -> dict[str, object]:
    """What every page of a sitting shows."""
    return {"procedure": procedure, "idle": IDLE_SECONDS, "warn": WARN_SECONDS}


def _question(parts: Parts, request: Request, page_id: str) -> Page:
    """As above; the case is written when an answer changed."""
    _, application = _sitting(parts, request, Turn.WRITE)
    procedure = held.form_of(parts, application)
    page = next((one for one in procedure.pages if one.id == page_id), None)
    if page is None:
        raise NotFound(page_id)
    from_check = "check" in request.query
    then = request.one("then")
    if request.method == "GET":
        if not form.asked_fields(page, form.known(procedure, application.answers)):
            raise SeeOther(_after(procedure, application, page.id, from_check=from_check))
        return _drawn(procedure, application, page, {}, from_check=from_check)
    posted = looked_up(parts, form.with_row_changed(page, request.form, then), then)
    try:
        application, checked = held.save_page(parts, application, page, posted)
    except (Stale, IllegalTransition):  # the page's own saving was quicker, or the officer has just taken it back
        _, application = _sitting(parts, request, Turn.WRITE)
        application, checked = held.save_page(parts, application, page, posted)
    if then == "autosave":
        return Page(template="apply/saved.html")
    if then == "give":
        return _give(parts, request)
    if page.id not in {one.id for one in form.asked_pages(procedure, application.answers)}:
        raise SeeOther(_after(procedure, application, page.id, from_check=from_check))
    if then.partition(":")[0] in STAYS:
        return _drawn(procedure, application, page, {}, from_check=from_check, focus=then.partition(":")[2])
    if checked.problems:
        return _drawn(procedure, application, page, {one.field: one.says for one in checked.problems}, from_check=from_check)
    raise SeeOther(_after(procedure, application, page.id, from_check=from_check))


def _after(procedure: Procedure, application: Application, page_id: str, *, from_check: bool) -> str:
    """The next question that is not known already; after a change from the list of all answers, back to it."""
    if from_check:
        there = form.first_open_page(procedure, application.answers)
        return f"/tablet/q/{there.id}?check=1" if there else "/tablet/check"
    following = taken_in.next_asked(procedure, application, page_id)
    return f"/tablet/q/{following.id}" if following else "/tablet/check"


def _drawn(procedure: Procedure, application: Application, page: vocabulary.Page, problems: Mapping[str, str], *,
           from_check: bool, focus: str = "") -> Page:
    answers = application.answers
    pages = [one.id for one in form.asked_pages(procedure, answers)]
    back = form.previous_page(procedure, answers, page.id)
    papers = [one.label for one in page.fields if one.kind is FieldKind.FILE]
    return Page(template="tablet/question.html", status=422 if problems else 200, words={
        **_frame(procedure), "page": page, "number": pages.index(page.id) + 1, "count": len(pages), "papers": papers,
        "from_check": from_check, "focus": focus,
        "back": "/tablet/check" if from_check else f"/tablet/q/{back.id}" if back else None,
        **asking((page,), form.known(procedure, answers), problems)})


def _check(parts: Parts, request: Request) -> Page:
    """Everything that was answered, and 「職員にわたす」."""
    _, application = _sitting(parts, request, Turn.WRITE)
    procedure = held.form_of(parts, application)
    return Page(template="tablet/check.html", words={
        **_frame(procedure), "rows": rows(procedure, application.answers), "missing": held.problems(parts, application),
        "papers": held.papers(procedure, application.answers)})


def _give(parts: Parts, request: Request) -> Page:
    """Half-filled is fine. Reads as above; the case and the sitting are written."""
    sitting, application = _sitting(parts, request, Turn.WRITE)
    try:
        tablet.give(parts, sitting, application)
    except (Stale, IllegalTransition):  # the page's own saving came between
        sitting, application = _sitting(parts, request, Turn.WRITE)
        tablet.give(parts, sitting, application)
    raise _end(request.session, str(Left.GIVEN))


def _look(parts: Parts, request: Request) -> Page:
    """The final content whole. 「まちがいありません」 binds what the screen showed; 「ちがうところがあります」 gives it back."""
    sitting, application = _sitting(parts, request, Turn.LOOK)
    changed = False
    if request.method == "POST":
        if request.one("then") == "differs":
            tablet.over(parts, sitting, Left.DIFFERS)
            raise _end(request.session, str(Left.DIFFERS))
        try:
            held.confirm(parts, application, request.one("seen"))
        except Stale:
            changed = True
            _, application = _sitting(parts, request, Turn.LOOK)
        except FormFaulty:
            pass  # what is missing stands on the page, which has no button then
        else:
            tablet.over(parts, sitting, Left.CONFIRMED)
            raise _end(request.session, str(Left.CONFIRMED))
    procedure = held.form_of(parts, application)
    return Page(template="tablet/look.html", status=409 if changed else 200, words={
        **_frame(procedure), "groups": final(procedure, application), "seen": held.digest(parts, application),
        "missing": held.problems(parts, application), "changed": changed, "papers": held.papers(procedure, application.answers)})


def _alive(parts: Parts, request: Request) -> Page:
    """The tablet's beat while somebody touches it; it learns here that its turn is over."""
    _sitting(parts, request)
    return Page(template="tablet/alive.html")


def _stop(parts: Parts, request: Request) -> Page:
    """「やめる」, or nobody has touched it: the screen goes, what was saved stays with the officer. The same again is fine."""
    how = Left.IDLE if request.one("why") == "idle" else Left.STOPPED
    sitting, _ = _sitting(parts, request)
    tablet.over(parts, sitting, how)
    raise _end(request.session, str(how))
