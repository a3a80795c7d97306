"""Tablets at the console: choosing what is asked, the PIN and the QR, how the tablet stands, 補記, the final look, handing in."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalice.app import Chalice, Response

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotFound, Stale
from chalicelib.domain.sitting import Left, Sitting, Turn
from chalicelib.pages.office_form import Typed, drawn, typed
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import CHECK_NAMES, age, day
from chalicelib.pages.qr_picture import picture
from chalicelib.pages.tablet_shown import final
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import held, looking, officers, receive, tablet, taken_in
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from chalicelib.services.tablet import Leaving
from content.rules.prepared_code import Unreadable

SILENT = timedelta(minutes=1)
"""A tablet in use is heard every ten seconds; after a minute it is worth a look."""
LEFT_NAMES: Mapping[Left, str] = {
    Left.GIVEN: "職員にわたされました", Left.CONFIRMED: "内容が確認されました",
    Left.DIFFERS: "「ちがうところがあります」が押されました", Left.STOPPED: "「やめる」が押されました",
    Left.IDLE: "90秒さわられなかったので、画面を消しました", Left.CUT: "職員が画面を終わりました"}
SOURCE_NAMES: Mapping[taken_in.Source, str] = {
    taken_in.Source.CODE: "スマホか前の受付のコード", taken_in.Source.APPLICATION: "前の申請",
    taken_in.Source.CARD: "端末で読んだカード"}


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/tablet", methods=["GET", "POST"], content_types=FORM)
    def all_tablets() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _all(parts, request))

    @app.route("/office/tablet/{id}", methods=["GET"])
    def one_tablet(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _one(parts, request, id))

    @app.route("/office/tablet/{id}/edit", methods=["GET", "POST"], content_types=FORM)
    def edit(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _edit(parts, request, id))

    @app.route("/office/tablet/{id}/{action}", methods=["POST"], content_types=FORM)
    def act(id: str, action: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _act(parts, request, id, action))


def _all(parts: Parts, request: Request) -> Page:
    """Reads: the session, one query, the cases of the sittings at once. Lending is two transactions and three writes."""
    officer = at_work(parts, request)
    offered = tablet.offered(parts, officer)
    problems: dict[str, str] = {}
    if request.method == "POST":
        problems = _lend(parts, request, officer)
    there = tablet.all_of(parts, officer)
    now = parts.clock()
    return Page(template="office/tablets.html", status=422 if problems else 200, reads_codes=True, words={
        "officer": officer, "offered": [one for one in offered if not one.interview], "problems": problems,
        "interviews": [one for one in offered if one.interview], "new_id": request.one("id") or str(uuid.uuid4()),
        "chosen": request.one("procedure"), "known": request.one("known"), "flash": request.session.holds.pop("flash", None),
        "sittings": [(one, case, _name(parts, case), _how(parts, one, case, now)) for one, case in there]})


def _name(parts: Parts, case: Application) -> str:
    return parts.catalogue.procedure(case.procedure).short


def _lend(parts: Parts, request: Request, officer: Officer) -> dict[str, str]:
    """Leads to the sitting; else what is wrong."""
    procedure = next((one for one in tablet.offered(parts, officer) if one.id == request.one("procedure")), None)
    if procedure is None:
        return {"procedure": parts.catalogue.say("office.tablet.choose")}
    known: Mapping[str, str | tuple[str, ...]] = {}
    if request.one("known"):
        try:
            source, known = taken_in.find(parts, officer, request.one("known"), procedure)
        except NotFound:
            return {"known": parts.catalogue.say("office.tablet.unknown")}
        except Unreadable as unreadable:
            missing = "と".join(f"{number}つめ" for number in unreadable.missing)
            return {"known": parts.catalogue.say(f"office.tablet.code.{unreadable.trouble}", missing=missing)}
        request.session.holds["flash"] = parts.catalogue.say(
            "office.tablet.known", source=SOURCE_NAMES[source], count=len(known))
    sitting = tablet.lend(parts, officer, request.one("id") or str(uuid.uuid4()), procedure.id, known)
    raise SeeOther(f"/office/tablet/{sitting.case}")


def _opened(parts: Parts, request: Request, id: str) -> tuple[Officer, Sitting, Application]:
    officer = at_work(parts, request)
    return officer, *tablet.opened(parts, officer, ApplicationId(id))


def _one(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the sitting, the case, who looked; one write the first time somebody looks."""
    officer, sitting, case = _opened(parts, request, id)
    return _shown(parts, request, officer, sitting, case, {})


def _shown(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application,
           problems: Mapping[str, str]) -> Page:
    now = parts.clock()
    procedure = held.form_of(parts, case)
    codes = tablet.codes(parts, sitting)
    is_held = case.state is State.HELD
    return Page(template="office/tablet.html", status=422 if problems else 200, words={
        "officer": officer, "sitting": sitting, "case": case, "procedure": procedure, "problems": problems, "codes": codes,
        "others": looking.present(parts, officer, case), "is_held": is_held, "mine": sitting.officer == officer.id,
        "may_work": officer.is_one_of(officers.DECIDES),
        "qr": picture(f"{parts.public_url}/tablet/p/{codes.secret}") if codes else None, "address": parts.public_url,
        "how": _how(parts, sitting, case, now), "has_tablet": sitting.has_tablet(now), "Turn": Turn, "Leaving": Leaving,
        "groups": final(procedure, case), "missing": held.problems(parts, case),
        "confirmed": is_held and held.is_confirmed(parts, case), "leaving": tablet.leaving(procedure, case.answers),
        "void": case.confirmation is not None and not held.is_confirmed(parts, case), "day": day,
        "papers": held.papers(procedure, case.answers), "seconds": sitting.in_hand(now),
        "checks": [(one, CHECK_NAMES[one]) for one in receive.CHECKS], "flash": request.session.holds.pop("flash", None),
        "watch": f"{case.state}-{sitting.turn}-{sitting.codes}-{bool(sitting.tablet)}-{bool(case.confirmation)}"
                 f"-{sitting.knocked_at}-{sitting.officer}"})


def _how(parts: Parts, sitting: Sitting, case: Application, now: datetime) -> str:
    """How the tablet stands, in a line."""
    if sitting.has_code(now):
        return "タブレットを待っています"
    if sitting.tablet and sitting.heard_at is not None:
        what = "書いています" if sitting.turn is Turn.WRITE else "内容を確認しています"
        if now - sitting.heard_at < SILENT:
            return f"申請者が{what}"
        return f"タブレットの応答がありません（最後の知らせ {age(sitting.heard_at, now)}前）。入力は、ページごとに保存されています"
    if sitting.left is not None and sitting.left_at is not None:
        return f"{LEFT_NAMES[sitting.left]}（{age(sitting.left_at, now)}前）"
    return "職員が持っています" if case.state is State.HELD else "番号の時間が切れました"


def _edit(parts: Parts, request: Request, id: str) -> Page:
    """補記. Reads as above; one transaction when something changed."""
    officer, sitting, case = _opened(parts, request, id)
    tablet.need_own(officer, sitting)
    if case.state is not State.HELD:
        raise IllegalTransition("not held")
    procedure = held.form_of(parts, case)
    told = Typed(dict(case.answers), {}, stays=True)
    late = False
    if request.method == "POST":
        told = typed(parts, request, procedure)
        if not told.stays:
            try:
                held.supplement(parts, officer, officers.as_seen(case, request.one("version")), told.answers)
            except Stale:
                late = True
            else:
                request.session.holds["flash"] = parts.catalogue.say("office.tablet.edited")
                raise SeeOther(f"/office/tablet/{case.id}")
    return Page(template="office/tablet_edit.html", status=409 if late else 200, words={
        "officer": officer, "case": case, "procedure": procedure, "late": late, "problems": {},
        **drawn(procedure, told.answers, told.problems)})


Action = Callable[[Parts, Request, Officer, Sitting, Application], str | Page]
"""What a button does; it gives the address to show then, or a page that is shown only once."""


def _code_write(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application) -> str:
    del request
    tablet.make_code(parts, officer, sitting, case, Turn.WRITE)
    return f"/office/tablet/{case.id}"


def _code_look(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application) -> str:
    del request
    tablet.make_code(parts, officer, sitting, case, Turn.LOOK)
    return f"/office/tablet/{case.id}"


def _cut(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application) -> str:
    del request
    tablet.cut(parts, officer, sitting)
    return f"/office/tablet/{case.id}"


def _take_back(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application) -> str:
    del request
    tablet.take_back(parts, officer, sitting, case)
    return f"/office/tablet/{case.id}"


def _take_over(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application) -> str:
    del request
    tablet.take_over(parts, officer, sitting)
    return f"/office/tablet/{case.id}"


def _hand_in(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application) -> str:
    sent = tablet.hand_in(parts, officer, sitting, officers.as_seen(case, request.one("version")),
                          identity_checked=request.one("checked"))
    request.session.holds["flash"] = parts.catalogue.say("office.tablet.handed_in", reference=sent.reference)
    return "/office/tablet"


def _leave(how: Leaving) -> Action:
    def leave(parts: Parts, request: Request, officer: Officer, sitting: Sitting, case: Application) -> str | Page:
        kept = tablet.leave(parts, officer, sitting, case, how, place=request.place)
        if kept is not None:  # the code stands on this page only, and nowhere else
            return Page(template="office/tablet_kept.html", words={"officer": officer, "code": kept[0], "until": day(kept[1])})
        request.session.holds["flash"] = parts.catalogue.say(f"office.tablet.{how}")
        return "/office/tablet"

    return leave


ACTIONS: Mapping[str, Action] = {
    "write": _code_write, "look": _code_look, "cut": _cut, "take_back": _take_back, "take_over": _take_over,
    "hand_in": _hand_in, "kept": _leave(Leaving.KEPT), "wiped": _leave(Leaving.WIPED)}


def _act(parts: Parts, request: Request, id: str, action: str) -> Page:
    """Reads as above; what is written: docs/store.md."""
    officer, sitting, case = _opened(parts, request, id)
    if action not in ACTIONS:
        raise NotFound(action)
    try:
        then = ACTIONS[action](parts, request, officer, sitting, case)
    except FormFaulty:
        say = parts.catalogue.say
        checked = request.one("checked") in receive.CHECKS
        problem = {"confirmed": say("office.tablet.unconfirmed")} if checked else {"checked": say("office.problem.check")}
        return _shown(parts, request, officer, sitting, case, problem)
    if isinstance(then, Page):
        return then
    raise SeeOther(then)
