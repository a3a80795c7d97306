"""家族の手続き: officers walk to the family. The list by department in walking order, who is called, here, done, and how long."""

from collections.abc import Mapping

from chalice.app import Chalice, Response

from chalicelib.domain.contents import ApplicationId, StopState
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound, Stale
from chalicelib.domain.prepared import FETCHES_MOST
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import age
from chalicelib.pages.qr_picture import picture
from chalicelib.pages.resident_needs import rows
from chalicelib.pages.resident_prepared import moment
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import apply, desks, held, looking, offers, officers, prepared, prepared_qr
from chalicelib.services.desks import Family
from chalicelib.services.offers import NotConfirmed
from chalicelib.services.officers import DECIDES, Officer
from chalicelib.services.parts import Parts
from chalicelib.services.receive import on_paper
from content.rules.wareki import day_seen_on

STOP_NAMES: Mapping[StopState | None, str] = {
    None: "これから", StopState.CALLED: "呼びました", StopState.HERE: "対応中", StopState.DONE: "終わり",
    StopState.NOT_NEEDED: "しない", StopState.LATER: "後日"}
REASON_NAMES: Mapping[str, str] = {
    "papers": "書類が足りない", "other_day": "別の日に来る", "at_home": "家からする", "not_applicable": "あてはまらなかった",
    "absent": "担当が出られない"}
MOVES: Mapping[str, StopState] = {
    "call": StopState.CALLED, "here": StopState.HERE, "done": StopState.DONE, "not_needed": StopState.NOT_NEEDED,
    "later": StopState.LATER}


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/family", methods=["GET"])
    def families() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _all(parts, request))

    @app.route("/office/family/{id}", methods=["GET"])
    def family(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _one(parts, request, id))

    @app.route("/office/family/{id}/{action}", methods=["POST"], content_types=FORM)
    def act(id: str, action: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _act(parts, request, id, action))


def _all(parts: Parts, request: Request) -> Page:
    """Reads: the session, one query, the cases of the families in the house at once."""
    officer = at_work(parts, request)
    now = parts.clock()
    shown = []
    for one in desks.all_for(parts, officer):
        own = next((desk for desk in one.desks if desk.department.is_served_by(officer.department)), None)
        shown.append((one, own, STOP_NAMES[own.stop.state if own and own.stop else None], age(one.sitting.began_at, now)))
    return Page(template="office/families.html", words={
        "officer": officer, "families": shown, "flash": request.session.holds.pop("flash", None)})


def _opened(parts: Parts, request: Request, id: str) -> tuple[Officer, Family]:
    officer = at_work(parts, request)
    return officer, desks.opened(parts, officer, ApplicationId(id))


def _one(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the sitting, the case, who looked, the cases of lines that need no desk at once; at most one write."""
    officer, family = _opened(parts, request, id)
    return _shown(parts, request, officer, family)


def _shown(parts: Parts, request: Request, officer: Officer, family: Family, *, problem: str = "", status: int = 200) -> Page:
    now, front = parts.clock(), desks.is_front(officer, family)
    marks, today = held.marks(family.case), apply.today(parts)
    return Page(template="office/family.html", status=status, words={
        "officer": officer, "family": family, "front": front, "others": looking.present(parts, officer, family.case),
        "may_work": officer.is_one_of(DECIDES), "problem": problem, "flash": request.session.holds.pop("flash", None),
        # A department reads all answers, which its own work rests on, but only its own lines.
        "desks": [(desk, front or desk.department.is_served_by(officer.department),
                   desks.may_act(officer, family, desk.department.id))
                  for desk in family.desks],
        "rows": rows(family.procedure, family.case.answers), "marks": marks, "names": STOP_NAMES, "reasons": REASON_NAMES,
        "offers": [(one, rows(on_paper(one.procedure), one.answers)) for one in offers.all_of(parts, family.case, family.needs)
                   if desks.may_act(officer, family, one.procedure.department)],
        "minutes": lambda seconds: f"{seconds // 60}分{seconds % 60:02d}秒", "now": now, "S": StopState,
        "day": lambda day: day_seen_on(day, today),
        "stay": int((now - family.sitting.began_at).total_seconds()), "writing": family.sitting.in_hand(now),
        "confirmed": held.is_confirmed(parts, family.case), "all_over": all(desk.is_over for desk in family.desks)})


def _act(parts: Parts, request: Request, id: str, action: str) -> Page:
    """Reads as above; one transaction. Whoever was slower is told, with the page as it is now."""
    officer, family = _opened(parts, request, id)
    say = parts.catalogue.say
    try:
        officers.as_seen(family.case, request.one("version"))
        return _done(parts, request, officer, family, action)
    except (Stale, IllegalTransition):
        officer, family = _opened(parts, request, id)
        return _shown(parts, request, officer, family, problem=say("office.family.late"), status=409)
    except FormFaulty:
        missing = "office.family.reason" if action in MOVES else "office.family.missing"
        return _shown(parts, request, officer, family, problem=say(missing), status=422)
    except NotConfirmed:
        return _shown(parts, request, officer, family, problem=say("office.family.unconfirmed"), status=422)


def _printed(parts: Parts, request: Request, officer: Officer, family: Family) -> Page:
    """A code with which the kiosk prints the list and the sheets; the family's case stays as it is. One write.

    Raises NotAllowed for an officer of another desk: the code opens all that the family said.
    """
    if not (desks.is_front(officer, family) and officer.is_one_of(DECIDES)):
        raise NotAllowed("another desk")
    brought = prepared.gathered(family.procedure, family.case.answers)
    code, until = prepared.keep(parts, brought, place=request.place, own=True)
    return Page(template="office/family_print.html", words={
        "officer": officer, "id": family.case.id, "reference": family.case.reference, "code": code, "until": moment(until),
        "most": FETCHES_MOST, "pictures": [picture(text) for text in prepared_qr.texts(brought, until)]})


def _done(parts: Parts, request: Request, officer: Officer, family: Family, action: str) -> Page:
    department = request.one("department")
    if action == "next":
        if family.next is None:
            raise IllegalTransition("nobody waits")
        desks.move(parts, officer, family, family.next.department.id, StopState.CALLED)
    elif action in MOVES:
        desks.move(parts, officer, family, department, MOVES[action], request.one("reason"))
    elif action == "consult":
        desks.consult(parts, officer, family, department)
    elif action == "send":
        sent = offers.send(parts, officer, family, request.one("need"), spoken=request.one("spoken") == "yes")
        request.session.holds["flash"] = parts.catalogue.say("office.family.sent", reference=sent.reference)
    elif action == "print":
        return _printed(parts, request, officer, family)
    elif action == "begin":
        sitting = offers.hold(parts, officer, family, request.one("need"))
        raise SeeOther(f"/office/tablet/{sitting.case}")
    elif action == "end":
        desks.end(parts, officer, family)
        request.session.holds["flash"] = parts.catalogue.say("office.family.ended")
        raise SeeOther("/office/family")
    else:
        raise NotFound(action)
    raise SeeOther(f"/office/family/{family.case.id}")
