"""What an officer can do with a case: which decision when and for whom, and who was first when two decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, Stale
from chalicelib.pages import office_asks as asks
from chalicelib.pages import office_asks_money as money
from chalicelib.pages import office_hand_over as hand
from chalicelib.pages.office_asks import WORDS_MOST, Asking
from chalicelib.pages.office_asks_money import WHAT_MOST
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_view import View, view
from chalicelib.pages.web import Page, Request, SeeOther
from chalicelib.services import decide, officers, receive
from chalicelib.services.documents import result_for
from chalicelib.services.officers import DECIDES, WORKS, Officer, Role
from chalicelib.services.parts import Parts
from content.vocabulary.procedure import Procedure, Result

Only = Callable[[Officer, Application, Procedure], bool]


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the table. name: what its button says. do: makes the decision and gives None, or gives a page that asks again."""

    name: str
    event: Event
    do: Callable[[Asking], Page | None]
    only: Only
    """For which officers and cases, beside what the table of states allows."""
    roles: frozenset[Role] = DECIDES
    asks: bool = True
    """Whether it has a page of its own before it is made; the others are a button."""
    aside: bool = False
    """Whether it changes nothing of the case, so that it stands beside the notes and not among the decisions."""
    kind: str = "secondary"


def _own(officer: Officer, case: Application, procedure: Procedure) -> bool:
    del procedure
    return case.officer == officer.id


def _anyone(officer: Officer, case: Application, procedure: Procedure) -> bool:
    del officer, case, procedure
    return True


def _reviews(officer: Officer, case: Application, procedure: Procedure) -> bool:
    """Has the case in hand, and it is not waiting for another's approval."""
    return _own(officer, case, procedure) and case.state is not State.AWAITING_APPROVAL


def _result(*results: Result) -> Only:
    return lambda officer, case, procedure: result_for(procedure, case) in results


def _from_kiosk(officer: Officer, case: Application, procedure: Procedure) -> bool:
    del officer
    return case.is_from_kiosk and result_for(procedure, case) is Result.COLLECT


def _others(officer: Officer, case: Application, procedure: Procedure) -> bool:
    del procedure
    return case.officer not in (None, officer.id)


def _not_own_proposal(officer: Officer, case: Application, procedure: Procedure) -> bool:
    del procedure
    return case.proposal is not None and case.proposal.by != officer.id


def _may_send_back(officer: Officer, case: Application, procedure: Procedure) -> bool:
    return Role.APPROVER in officer.roles or not _not_own_proposal(officer, case, procedure)


APPROVERS = frozenset({Role.APPROVER})
CASHIERS = frozenset({Role.CASHIER})
DECISIONS: Mapping[str, Decision] = {
    "claim": Decision("担当する", Event.CLAIM, asks.claim, _anyone, asks=False, kind="primary"),
    "approve": Decision("決裁する", Event.RETURN_PROPOSAL, asks.approve, _not_own_proposal, roles=APPROVERS, kind="primary"),
    "send_back": Decision("差し戻す", Event.RETURN_PROPOSAL, asks.send_back, _may_send_back, roles=DECIDES | APPROVERS, asks=False),
    "fee": Decision("金額を決定する", Event.DECIDE_FEE, money.fee, lambda o, c, p: _reviews(o, c, p) and p.costs, kind="primary"),
    "waive": Decision("無料で進める", Event.WAIVE_FEE, asks.waive, lambda o, c, p: (
        _reviews(o, c, p) and p.result is not Result.NOTICE and (not p.costs or bool(p.reductions)))),
    "accept": Decision("受理・決定する", Event.ACCEPT, asks.accept,
                       lambda o, c, p: _reviews(o, c, p) and p.result is Result.NOTICE, kind="primary"),
    "correction": Decision("補正を求める", Event.REQUEST_CORRECTION, asks.correction,
                           lambda o, c, p: _own(o, c, p) and c.opens),
    "amend": Decision("入力を直す", Event.AMEND, asks.amend, lambda o, c, p: _own(o, c, p) and receive.may_amend(c)),
    "pay_at_desk": Decision("窓口で受け取る", Event.PAY_AT_DESK, money.pay_at_desk, _anyone, roles=CASHIERS, kind="primary"),
    "issue": Decision("発行を記録する", Event.ISSUE, asks.issue, _result(Result.POST, Result.COLLECT), kind="primary"),
    "deliver": Decision("書類を渡す", Event.DELIVER, asks.deliver, _result(Result.DOCUMENT), kind="primary"),
    "dispatch": Decision("発送を記録する", Event.DISPATCH, asks.dispatch, _result(Result.POST), kind="primary"),
    "hand_over": Decision("交付を記録する", Event.HAND_OVER, asks.hand_over, lambda o, c, p: (
        result_for(p, c) is Result.COLLECT and not c.is_from_kiosk), kind="primary"),
    "check": Decision("お渡しの確認をはじめる", Event.BEGIN_CHECK, hand.begin, _from_kiosk, kind="primary"),
    "vouch": Decision("わたしました", Event.VOUCH_CHECK, hand.vouch, _from_kiosk, asks=False, kind="primary"),
    "stop_check": Decision("お渡しの確認をやめる", Event.STOP_CHECK, hand.stop, _from_kiosk, asks=False),
    "by_eye": Decision("端末を使わずに渡す", Event.HAND_OVER, hand.by_eye, _from_kiosk),
    "reconsider": Decision("金額決定を取り消す", Event.RECONSIDER_FEE, asks.reconsider, _own, asks=False),
    "undo_issue": Decision("発行の記録を取り消す", Event.UNDO_ISSUE, asks.undo_issue, _anyone),
    "undo_dispatch": Decision("発送の記録を取り消す", Event.UNDO_DISPATCH, asks.undo_dispatch, _anyone),
    "refund": Decision("返金する", Event.REFUND, money.refund, lambda o, c, p: c.paid_yen > 0, roles=CASHIERS),
    "reject": Decision("不交付とする", Event.REJECT, asks.reject, _reviews, kind="danger"),
    "reopen": Decision("終わりを取り消す", Event.REOPEN, asks.reopen, _anyone, roles=frozenset({Role.HEAD})),
    "take_over": Decision("担当を引き継ぐ", Event.TAKE_OVER, asks.take_over, _others),
    "withdraw_for": Decision("取下げを記録する", Event.WITHDRAW_FOR, asks.withdraw_for, _anyone, kind="quiet"),
    "release": Decision("担当を外す", Event.RELEASE, asks.release, _own, asks=False, kind="quiet"),
    "write": Decision("申請者に書く", Event.WRITE, asks.write, lambda o, c, p: c.opens, aside=True),
    "note": Decision("覚え書きを残す", Event.NOTE, asks.note, _anyone, roles=WORKS, aside=True),
}
"""Everything an officer can do, in the order of the rail."""


def allowed(parts: Parts, officer: Officer, case: Application) -> tuple[str, ...]:
    """The decisions this officer can make now; the others are not shown at all."""
    procedure = parts.catalogue.procedure(case.procedure)
    return tuple(name for name, one in DECISIONS.items()
                 if case.allows(one.event, Actor.OFFICER) and officer.is_one_of(one.roles) and one.only(officer, case, procedure)
                 and (name != "reopen" or decide.may_reopen(parts, case)) and hand.offers(parts, case, name))


def act(parts: Parts, request: Request, id: str, name: str) -> Page:
    """One decision: its page, or making it. Reads: the session, the case, its history; one transaction writes."""
    decision = DECISIONS.get(name)
    if decision is None or (request.method == "GET" and not decision.asks):
        raise NotAllowed(name)
    try:
        officer = at_work(parts, request, case=id)
    except SeeOther:
        if request.method == "POST" and (kept := _kept(request, {})):
            return Page(template="office/logged_out.html", words={"kept": kept}, status=401)
        raise
    if not officer.is_one_of(decision.roles):
        raise NotAllowed("role")
    asking = Asking(parts, request, officer, officers.opened(parts, officer, ApplicationId(id)), name)
    if request.method == "GET":
        return asking.page() if name in allowed(parts, officer, asking.case) else _too_late(asking)
    try:
        page = _made(asking, decision)
    except FormFaulty:  # every rule of the service is asked for on the page; here only a form that was not ours
        return asking.page({"form": parts.catalogue.say("office.problem.form")})
    except (Stale, IllegalTransition, NotAllowed):
        return _too_late(asking)
    if page is not None:
        return page
    request.session.holds["flash"] = name
    raise SeeOther(f"/office/case/{id}")


def _made(asking: Asking, decision: Decision) -> Page | None:
    """Make it, when the case is still what was on the screen and the decision is still this officer's."""
    if asking.name not in hand.SEEN_BY_CHECK:
        officers.as_seen(asking.case, asking.request.one("version"))
    if asking.name not in allowed(asking.parts, asking.officer, asking.case):
        raise NotAllowed(asking.name)
    return decision.do(asking)


def _too_late(asking: Asking) -> Page:
    """Somebody was first: who, what and when; and the words typed here are not lost.

    The same button pressed twice by one officer is no quarrel: the case is shown as it is now.
    """
    request, decision = asking.request, DECISIONS[asking.name]
    case = asking.parts.applications.get(asking.case.id)
    shown = view(asking.parts, asking.officer, case)
    version = request.one("version")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 7 else case.version
    last = asking.parts.applications.history(case.id)[-1]
    if not decision.asks and (last.event, last.who, last.number) == (decision.event, asking.officer.id, seen + 1):
        request.session.holds["flash"] = asking.name
        raise SeeOther(f"/office/case/{case.id}")
    since = [line for line in shown.history if line.number > seen] or list(shown.history[-1:])
    return Page(template="office/too_late.html", status=409, words={
        "officer": asking.officer, "view": shown, "since": since, "tried": decision.name, "kept": _kept(request, _labels(shown))})


def _labels(shown: View) -> dict[str, str]:
    """Ids of fields and reasons → the words the officer saw beside them."""
    procedure = shown.procedure
    reasons = {one.id: one.label for one in (*procedure.correction_reasons, *procedure.rejection_reasons)}
    return {one.id: one.label for one in procedure.fields()} | reasons


def _kept(request: Request, labels: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """What was typed into a decision, to be copied: (what, text)."""
    kept = [("選んだ項目", "・".join(labels[id] for id in request.form.get("fields", ()) if id in labels)),
            ("理由", labels.get(request.one("reason"), "")), ("書きそえる言葉", request.one("words")[: 2 * WORDS_MOST]),
            ("追跡番号", request.one("tracking")[:40])]
    typed = zip(request.form.get("what", ()), request.form.get("yen", ()), strict=False)
    lines = "\n".join(f"{what[:WHAT_MOST]}　{yen[:12]}円" for what, yen in typed if what.strip() or yen.strip())
    return [(what, text) for what, text in (*kept, ("金額の内訳", lines)) if text]
