"""What an officer can do with a case: which decision when, what each asks, and who was first when two decide."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.application import Actor, Application, ApplicationId, Event
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, Stale
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_view import View, correctable, view
from chalicelib.pages.office_words import TAKE_OVER_REASONS
from chalicelib.pages.web import Page, Request, SeeOther
from chalicelib.services import review
from chalicelib.services.apply import correction_due
from chalicelib.services.parts import Parts
from chalicelib.services.review import Officer, Role
from content.rules.fees import NoFee
from content.rules.opening import JAPAN
from content.rules.wareki import short_day

WORDS_MOST = 500
"""Characters of what an officer writes to a resident; longer belongs on the telephone."""
LINES_MOST = 6
WHAT_MOST = 80
OTHER = "other"
"""The reason that says nothing by itself: with it, words are needed."""
TRACKING = re.compile(r"[0-9A-Z]{8,20}")
"""Numbers of 日本郵便 and others, without their hyphens."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One officer about to make one decision on one case."""

    parts: Parts = field(repr=False)
    request: Request = field(repr=False)
    officer: Officer
    case: Application
    name: str

    def page(self, problems: Mapping[str, str] | None = None, **words: object) -> Page:
        """The page of the decision, with what was typed and what is wrong with it."""
        more = ASKS[self.name](self) if self.name in ASKS else {}
        shown = view(self.parts, self.officer, self.case)
        return Page(template=f"office/{self.name}.html", status=422 if problems else 200, words={
            "officer": self.officer, "view": shown, "action": self.name, "typed": self.request.form,
            "problems": problems or {}, **more, **words})


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the table. name: what its button says. do: makes the decision and gives None, or gives a page that asks again."""

    name: str
    event: Event
    do: Callable[[Asking], Page | None]
    asks: bool = True
    """Whether it has a page of its own before it is made; the others are a button."""
    anyone: bool = False
    """Whether any reviewer of the department may, not only the one who has the case."""
    others: bool = False
    """Whether it is only for a reviewer who does not have the case, while somebody has."""
    aside: bool = False
    """Whether it changes nothing of the case, so that it stands beside the notes and not among the decisions."""
    kind: str = "secondary"


def _claim(asking: Asking) -> None:
    review.claim(asking.parts, asking.officer, asking.case)


def _release(asking: Asking) -> None:
    review.release(asking.parts, asking.officer, asking.case)


def _note(asking: Asking) -> Page | None:
    words, say = asking.request.one("words"), asking.parts.catalogue.say
    if len(words) > review.NOTE_MOST:
        return asking.page({"words": say("office.problem.words_long", most=review.NOTE_MOST, now=len(words))})
    if not words:
        return asking.page({"words": say("office.problem.note")})
    if len(asking.case.notes) >= review.NOTES_MOST:
        return asking.page({"words": say("office.problem.notes_many", most=review.NOTES_MOST)})
    review.note(asking.parts, asking.officer, asking.case, words)
    return None


def _note_words(asking: Asking) -> dict[str, object]:
    del asking
    return {"most": review.NOTE_MOST}


def _take_over(asking: Asking) -> Page | None:
    reason = asking.request.one("reason")
    if reason not in review.TAKE_OVER_REASONS:
        return asking.page({"reason": asking.parts.catalogue.say("office.problem.reason")})
    review.take_over(asking.parts, asking.officer, asking.case, reason=reason)
    return None


def _take_over_words(asking: Asking) -> dict[str, object]:
    del asking
    return {"reasons": [(reason, TAKE_OVER_REASONS[reason]) for reason in review.TAKE_OVER_REASONS]}


def _reconsider(asking: Asking) -> None:
    review.reconsider_fee(asking.parts, asking.officer, asking.case)


def _correction(asking: Asking) -> Page | None:
    request, say = asking.request, asking.parts.catalogue.say
    if request.one("show"):
        return asking.page()
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    named = [one.id for one in correctable(procedure, asking.case) if one.id in request.form.get("fields", ())]
    reason, words = request.one("reason"), request.one("words")
    problems = {}
    if not named:
        problems["fields"] = say("office.problem.fields")
    if reason not in {one.id for one in procedure.correction_reasons}:
        problems["reason"] = say("office.problem.reason")
    if reason == OTHER and not words:
        problems["words"] = say("office.problem.words")
    if len(words) > WORDS_MOST:
        problems["words"] = say("office.problem.words_long", most=WORDS_MOST, now=len(words))
    if problems:
        return asking.page(problems)
    review.request_correction(asking.parts, asking.officer, asking.case, fields=named, reason=reason, words=words)
    return None


def _correction_words(asking: Asking) -> dict[str, object]:
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    fields = correctable(procedure, asking.case)
    chosen = asking.request.form.get("fields", ())
    due = correction_due(asking.parts.clock())
    return {"fields": fields, "chosen": [one.label for one in fields if one.id in chosen],
            "because": next((one for one in procedure.correction_reasons if one.id == asking.request.one("reason")), None),
            "until": short_day(due.astimezone(JAPAN).date()), "most": WORDS_MOST}


def _fee(asking: Asking) -> Page | None:
    """Decides only the total that was on the screen: without scripts a changed line is added up here first."""
    request, say = asking.request, asking.parts.catalogue.say
    lines, problems = _lines(asking)
    total = sum(yen for _, yen in lines)
    if request.one("show"):
        return asking.page(problems)
    if not problems and not 50 <= total <= review.FEE_MOST:
        problems["fee"] = say("office.problem.total", most=f"{review.FEE_MOST:,}", now=f"{total:,}")
    elif not problems and request.one("total") != str(total):
        problems["fee"] = say("office.problem.changed", now=f"{total:,}")
    if problems:
        return asking.page(problems)
    review.decide_fee(asking.parts, asking.officer, asking.case, lines)
    return None


def _typed_lines(asking: Asking) -> list[tuple[str, str]]:
    form = asking.request.form
    typed = zip(form.get("what", ()), form.get("yen", ()), strict=False)
    return [(what.strip(), yen.strip()) for what, yen in typed if what.strip() or yen.strip()][:LINES_MOST]


def _lines(asking: Asking) -> tuple[list[tuple[str, int]], dict[str, str]]:
    """The lines that can be read as yen, and what is wrong with the others, under the id of the field."""
    say = asking.parts.catalogue.say
    lines, problems = [], {}
    for place, (what, yen) in enumerate(_typed_lines(asking), start=1):
        amount = re.sub(r"[,円\s]", "", unicodedata.normalize("NFKC", yen))
        if not what or len(what) > WHAT_MOST:
            problems[f"what-{place}"] = say("office.problem.what", place=place, most=WHAT_MOST)
        elif not amount.isascii() or not amount.isdigit() or len(amount) > len(str(review.FEE_MOST)):
            problems[f"yen-{place}"] = say("office.problem.yen", what=what)
        else:
            lines.append((what, int(amount)))
    return lines, problems


def _fee_words(asking: Asking) -> dict[str, object]:
    parts, case = asking.parts, asking.case
    try:
        proposed = [(what, str(yen)) for what, yen in review.propose_fee(parts, case)]
    except NoFee:
        proposed = []
    shown = _typed_lines(asking) if asking.request.method == "POST" else proposed
    readable = _lines(asking)[0] if asking.request.method == "POST" else [(what, int(yen)) for what, yen in proposed]
    procedure = parts.catalogue.procedure(case.procedure)
    rule = procedure.fee
    sample = rule is not None and any(fee.sample for fee in parts.catalogue.fees if fee.certificate == rule.certificate)
    return {"lines": [*shown, ("", "")][:LINES_MOST], "total": sum(yen for _, yen in readable), "sample": sample,
            "no_rule": not proposed, "number": len(case.fees) + 1, "payment_days": procedure.payment_days,
            "before": [fee for fee in case.fees if fee.withdrawn]}


def _reject(asking: Asking) -> Page | None:
    """In two steps, since nothing leads back: the reason, then what the resident will read."""
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    chosen = next((one for one in procedure.rejection_reasons if one.id == asking.request.one("reason")), None)
    if chosen is None:
        return asking.page({"reason": asking.parts.catalogue.say("office.problem.reason")})
    if asking.request.one("sure") != "yes":
        return asking.page(chosen=chosen)
    review.reject(asking.parts, asking.officer, asking.case, reason=chosen.id)
    return None


def _issue(asking: Asking) -> Page | None:
    if asking.request.one("looked") != "yes":
        return asking.page({"looked": asking.parts.catalogue.say("office.problem.looked")})
    review.issue(asking.parts, asking.officer, asking.case)
    return None


def _dispatch(asking: Asking) -> Page | None:
    typed = asking.request.one("tracking")
    signs = re.sub(r"[\s\-ー−‐–—]", "", unicodedata.normalize("NFKC", typed)).upper()
    if typed and not TRACKING.fullmatch(signs):
        return asking.page({"tracking": asking.parts.catalogue.say("office.problem.tracking")})
    tracking = "-".join(signs[at : at + 4] for at in range(0, len(signs), 4)) if signs.isdigit() and len(signs) % 4 == 0 else signs
    review.dispatch(asking.parts, asking.officer, asking.case, tracking=tracking or None)
    return None


DECISIONS: Mapping[str, Decision] = {
    "claim": Decision("担当する", Event.CLAIM, _claim, asks=False, anyone=True, kind="primary"),
    "fee": Decision("金額を決定する", Event.DECIDE_FEE, _fee, kind="primary"),
    "correction": Decision("補正を求める", Event.REQUEST_CORRECTION, _correction),
    "issue": Decision("発行を記録する", Event.ISSUE, _issue, anyone=True, kind="primary"),
    "dispatch": Decision("発送を記録する", Event.DISPATCH, _dispatch, anyone=True, kind="primary"),
    "reconsider": Decision("金額決定を取り消す", Event.RECONSIDER_FEE, _reconsider, asks=False),
    "reject": Decision("不交付とする", Event.REJECT, _reject, kind="danger"),
    "take_over": Decision("担当を引き継ぐ", Event.TAKE_OVER, _take_over, anyone=True, others=True),
    "note": Decision("覚え書きを残す", Event.NOTE, _note, anyone=True, aside=True),
    "release": Decision("担当を外す", Event.RELEASE, _release, asks=False, kind="quiet"),
}
"""Everything an officer can do, in the order of the rail."""
ASKS: Mapping[str, Callable[[Asking], dict[str, object]]] = {
    "correction": _correction_words, "fee": _fee_words, "note": _note_words, "take_over": _take_over_words}
"""What the page of a decision needs beside the case."""


def allowed(officer: Officer, case: Application) -> tuple[str, ...]:
    """The decisions this officer can make now; the others are not shown at all."""
    if Role.REVIEWER not in officer.roles:
        return ()
    return tuple(name for name, one in DECISIONS.items()
                 if case.allows(one.event, Actor.OFFICER) and _is_for(one, officer, case))


def _is_for(decision: Decision, officer: Officer, case: Application) -> bool:
    if decision.others:
        return case.officer not in (None, officer.id)
    return decision.anyone or case.officer == officer.id


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
    if Role.REVIEWER not in officer.roles:
        raise NotAllowed("role")
    asking = Asking(parts, request, officer, review.opened(parts, officer, ApplicationId(id)), name)
    if request.method == "GET":
        return asking.page() if name in allowed(officer, asking.case) else _too_late(asking)
    try:
        review.as_seen(asking.case, request.one("version"))
        page = decision.do(asking)
    except FormFaulty:  # every rule of the service is asked for on the page; here only a form that was not ours
        return asking.page({"form": parts.catalogue.say("office.problem.form")})
    except (Stale, IllegalTransition, NotAllowed):
        return _too_late(asking)
    if page is not None:
        return page
    request.session.holds["flash"] = name
    raise SeeOther(f"/office/case/{id}")


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
