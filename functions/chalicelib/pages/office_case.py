"""One case on one screen: answers beside history, and the decisions that are allowed now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalice.app import Chalice, Response

from chalicelib.domain.application import Actor, Application, ApplicationId, Event, State
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, Stale
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_queue import STATE_NAMES, day
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import review
from chalicelib.services.parts import Parts
from chalicelib.services.review import Officer, Role
from content.rules import form
from content.rules.fees import NoFee
from content.vocabulary.procedure import Procedure

EVENT_NAMES = {
    Event.BEGIN: "申請をはじめた", Event.IDENTIFY: "本人確認をした", Event.SAVE: "入力を保存した",
    Event.REQUEST_LINK: "つづきのリンクを送った", Event.SUBMIT: "署名して申請した", Event.CLAIM: "担当した",
    Event.RELEASE: "担当を外した", Event.REQUEST_CORRECTION: "補正を求めた", Event.CORRECT: "補正した",
    Event.DECIDE_FEE: "金額を決定した", Event.RECONSIDER_FEE: "金額決定を取り消した", Event.OPEN_PAYMENT: "支払い画面を開いた",
    Event.PAY: "入金を確かめた", Event.RETURN_MONEY: "入金を返す手続きをした", Event.ISSUE: "発行した", Event.DISPATCH: "発送した",
    Event.CONFIRM_ARRIVAL: "届いたと知らせた", Event.CLOSE: "完了した", Event.REJECT: "不交付とした", Event.WITHDRAW: "取り下げた",
    Event.EXPIRE: "期限が切れた",
}
ACTOR_NAMES = {Actor.RESIDENT: "申請者", Actor.PROVIDER: "決済", Actor.TIMER: "自動"}
PAGES = {"correction": Event.REQUEST_CORRECTION, "fee": Event.DECIDE_FEE, "reject": Event.REJECT, "issue": Event.ISSUE,
         "dispatch": Event.DISPATCH}
"""Decisions that have a page of their own before they are made."""
AT_ONCE: Mapping[str, Callable[[Parts, Officer, Application], Application]] = {
    "claim": review.claim, "release": review.release, "reconsider": review.reconsider_fee}
"""Decisions that are a button, since they can be undone."""
DONE = {"claim": "担当になりました。", "release": "担当を外し、受付待ちにもどしました。", "reconsider": "金額決定を取り消しました。開いていた支払い画面は閉じます。",
        "correction": "補正のお願いを送りました。", "fee": "金額を決定し、お知らせを送りました。", "reject": "不交付とし、お知らせを送りました。",
        "issue": "発行を記録しました。つぎは発送です。", "dispatch": "発送を記録し、お知らせを送りました。"}
LINES_MOST = 6


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/case/{id}", methods=["GET"])
    def case(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _case(parts, request, id))

    @app.route("/office/case/{id}/print", methods=["GET"])
    def paper(id: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _print(parts, request, id))

    @app.route("/office/case/{id}/{action}", methods=["GET", "POST"], content_types=FORM)
    def act(id: str, action: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _act(parts, request, id, action))


def _opened(parts: Parts, request: Request, id: str) -> tuple[Officer, Application]:
    officer = at_work(parts, request)
    return officer, review.opened(parts, officer, ApplicationId(id))


def _case(parts: Parts, request: Request, id: str) -> Page:
    officer, case = _opened(parts, request, id)
    flash = request.session.holds.pop("flash", None)
    return Page(template="office/case.html", words={**_shown(parts, officer, case), "flash": flash})


def _shown(parts: Parts, officer: Officer, case: Application) -> dict[str, Any]:
    """What every page about a case shows."""
    procedure = parts.catalogue.procedure(case.procedure)
    history = parts.applications.history(case.id)
    mine = case.officer == officer.id
    works = Role.REVIEWER in officer.roles
    may = {event for event in Event if works and case.allows(event, Actor.OFFICER)
           and (mine or event in (Event.CLAIM, Event.ISSUE, Event.DISPATCH))}
    return {"officer": officer, "case": case, "procedure": procedure, "history": history, "may": may, "events": Event,
            "rows": _rows(procedure, case), "state_name": STATE_NAMES[case.state], "event_names": EVENT_NAMES,
            "who": lambda entry: _who(entry.by, entry.who, officer, case), "day": day, "mine": mine, "states": State,
            "about": lambda entry: _about(procedure, entry.detail)}


def _rows(procedure: Procedure, case: Application) -> list[tuple[str, list[tuple[str, str, str | None, bool]]]]:
    """Page title → (label, answer, answer before the correction or None, verified)."""
    before = case.before_correction
    groups = []
    for page in form.asked_pages(procedure, case.answers):
        rows = []
        for field in form.asked_fields(page, case.answers):
            now = case.answers.get(field.id, "")
            old = before.get(field.id) if before and before.get(field.id) != now else None
            rows.append((field.label, form.shown(field, now), form.shown(field, old) if old is not None else None,
                         field.from_identity is not None))
        groups.append((page.title, rows))
    return groups


def _who(by: Actor, who: str, officer: Officer, case: Application) -> str:
    if by is not Actor.OFFICER:
        return ACTOR_NAMES[by]
    if who == officer.id:
        return officer.name
    return case.officer_name if who == case.officer and case.officer_name else f"職員 {who}"


def _about(procedure: Procedure, detail: Mapping[str, str]) -> str:
    """What an entry of the history says beyond its event, in words."""
    told = []
    if "fields" in detail:
        labels = {field.id: field.label for field in procedure.fields()}
        told.append("、".join(labels.get(id, id) for id in detail["fields"].split()))
    if "reason" in detail:
        reasons = {r.id: r.label for r in (*procedure.correction_reasons, *procedure.rejection_reasons)}
        told.append(reasons.get(detail["reason"], detail["reason"]))
    if "yen" in detail:
        told.append(f"{int(detail['yen']):,}円")
    if "decision" in detail:
        told.append(f"決定{detail['decision']}")
    return "　".join(told)


def _act(parts: Parts, request: Request, id: str, action: str) -> Page:
    officer, case = _opened(parts, request, id)
    if action not in PAGES and (action not in AT_ONCE or request.method == "GET"):
        raise NotAllowed(action)
    if request.method == "GET":
        if PAGES[action] not in _shown(parts, officer, case)["may"]:
            raise SeeOther(f"/office/case/{id}")
        return _asked(parts, officer, case, action, {}, {})
    try:
        review.as_seen(case, request.one("version"))
        _do(parts, officer, case, action, request)
    except FormFaulty as fault:
        return _asked(parts, officer, case, action, request.form, _problem(str(fault)))
    except (Stale, IllegalTransition, NotAllowed):
        return _too_late(parts, officer, case.id, request)
    request.session.holds["flash"] = DONE[action]
    raise SeeOther(f"/office/case/{id}")


def _do(parts: Parts, officer: Officer, case: Application, action: str, request: Request) -> None:
    match action:
        case "correction":
            review.request_correction(parts, officer, case, fields=request.form.get("fields", ()), reason=request.one("reason"),
                                      words=request.one("words"))
        case "fee":
            review.decide_fee(parts, officer, case, _lines(request))
        case "reject":
            review.reject(parts, officer, case, reason=request.one("reason"))
        case "issue":
            if request.one("looked") != "yes":
                raise FormFaulty("looked")
            review.issue(parts, officer, case)
        case "dispatch":
            review.dispatch(parts, officer, case, tracking=request.one("tracking")[:40] or None)
        case _:
            AT_ONCE[action](parts, officer, case)


def _lines(request: Request) -> list[tuple[str, int]]:
    """The lines of a fee decision; an empty line is left out. Raises FormFaulty for anything that is no yen."""
    whats, yens = request.form.get("what", ()), request.form.get("yen", ())
    lines = []
    for what, yen in list(zip(whats, yens, strict=False))[:LINES_MOST]:
        if not what.strip() and not yen.strip():
            continue
        amount = yen.strip().replace(",", "")
        if not what.strip() or not amount.isascii() or not amount.isdigit() or len(amount) > 7:
            raise FormFaulty("fee")
        lines.append((what.strip()[:80], int(amount)))
    return lines


def _problem(fault: str) -> dict[str, str]:
    return {{"correction": "correction", "fee": "fee", "reason": "reason", "looked": "looked"}.get(fault, "form"): {
        "correction": "直してほしい項目を一つ以上と、理由を選んでください。",
        "fee": f"金額は半角の数字で、合計が50円から{review.FEE_MOST:,}円になるように入れてください。何の金額かも書いてください。",
        "reason": "理由を一つ選んでください。",
        "looked": "基幹システムで確かめて印刷したあとに、印をつけてください。",
    }.get(fault, "入力を確かめてください。")}


def _asked(parts: Parts, officer: Officer, case: Application, action: str, typed: Mapping[str, Sequence[str]],
           problems: Mapping[str, str]) -> Page:
    """The page of a decision, with what was typed before."""
    procedure = parts.catalogue.procedure(case.procedure)
    words: dict[str, Any] = {**_shown(parts, officer, case), "problems": problems, "typed": typed, "action": action}
    if action == "fee":
        words["lines"] = _fee_lines(parts, case, typed)
        words["sample"] = any(f.sample for f in parts.catalogue.fees if procedure.fee and f.certificate == procedure.fee.certificate)
    if action == "correction":
        words["fields"] = [field for page in form.asked_pages(procedure, case.answers)
                           for field in form.asked_fields(page, case.answers) if field.from_identity is None]
    return Page(template=f"office/{action}.html", words=words, status=422 if problems else 200)


def _fee_lines(parts: Parts, case: Application, typed: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    if typed:
        return list(zip(typed.get("what", ()), typed.get("yen", ()), strict=False))[:LINES_MOST]
    try:
        proposed = [(what, str(yen)) for what, yen in review.propose_fee(parts, case)]
    except NoFee:
        proposed = []
    return [*proposed, ("", "")]


def _too_late(parts: Parts, officer: Officer, id: ApplicationId, request: Request) -> Page:
    """Somebody was first: who, what and when, and the words typed here are not lost."""
    case = parts.applications.get(id)
    shown = _shown(parts, officer, case)
    kept = [text for name in ("words", "tracking") for text in request.form.get(name, ()) if text]
    return Page(template="office/too_late.html", words={**shown, "last": shown["history"][-1], "kept": kept}, status=409)


def _print(parts: Parts, request: Request, id: str) -> Page:
    officer, case = _opened(parts, request, id)
    return Page(template="office/print.html", words={**_shown(parts, officer, case)})
