"""What each decision of an officer asks for on its page, and how the answer is read and made: one function a decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.application import Application
from chalicelib.domain.contents import FileStatus
from chalicelib.domain.errors import FormFaulty
from chalicelib.pages.office_asks_money import fee_words, pay_words, refund_words
from chalicelib.pages.office_form import drawn, typed
from chalicelib.pages.office_hand_over import begin_words, by_eye_words
from chalicelib.pages.office_view import correctable, view
from chalicelib.pages.office_words import (
    TAKE_OVER_REASONS,
    WITHDRAWAL_NAMES,
)
from chalicelib.pages.web import Page, Request
from chalicelib.services import correspond, decide, documents, fulfil, receive, review
from chalicelib.services.apply import correction_due
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import short_day
from content.vocabulary.procedure import Reason

WORDS_MOST = 500
"""Characters of what an officer writes to a resident beside a correction; longer belongs into a message."""
OTHER = "other"
"""The reason that says nothing by itself: with it, words are needed."""


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
        more = WORDS[self.name](self) if self.name in WORDS else {}
        shown = view(self.parts, self.officer, self.case)
        return Page(template=f"office/{TEMPLATES.get(self.name, self.name)}.html", status=422 if problems else 200, words={
            "officer": self.officer, "view": shown, "action": self.name, "typed": self.request.form,
            "problems": problems or {}, **more, **words})


def claim(asking: Asking) -> None:
    review.claim(asking.parts, asking.officer, asking.case)


def release(asking: Asking) -> None:
    review.release(asking.parts, asking.officer, asking.case)


def amend(asking: Asking) -> Page | None:
    """What an officer typed from paper, typed again."""
    told = typed(asking.parts, asking.request, receive.as_came(asking.parts, asking.case))
    if told.stays or told.problems:
        return asking.page(told.problems)
    receive.amend(asking.parts, asking.officer, asking.case, told.answers)
    return None


def _amend_words(asking: Asking) -> dict[str, object]:
    procedure = receive.as_came(asking.parts, asking.case)
    if asking.request.method == "GET":
        return drawn(procedure, asking.case.answers, {})
    told = typed(asking.parts, asking.request, procedure)
    return drawn(procedure, told.answers, told.problems)


def note(asking: Asking) -> Page | None:
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


def take_over(asking: Asking) -> Page | None:
    reason = asking.request.one("reason")
    if reason not in review.TAKE_OVER_REASONS:
        return asking.page({"reason": asking.parts.catalogue.say("office.problem.reason")})
    review.take_over(asking.parts, asking.officer, asking.case, reason=reason)
    return None


def _take_over_words(asking: Asking) -> dict[str, object]:
    del asking
    return {"reasons": [(reason, TAKE_OVER_REASONS[reason]) for reason in review.TAKE_OVER_REASONS]}


def reconsider(asking: Asking) -> None:
    decide.reconsider_fee(asking.parts, asking.officer, asking.case)


def correction(asking: Asking) -> Page | None:
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


def correction_words(asking: Asking) -> dict[str, object]:
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    fields = correctable(procedure, asking.case)
    chosen = asking.request.form.get("fields", ())
    due = correction_due(asking.parts.clock())
    return {"fields": fields, "chosen": [one.label for one in fields if one.id in chosen],
            "because": next((one for one in procedure.correction_reasons if one.id == asking.request.one("reason")), None),
            "until": short_day(due.astimezone(JAPAN).date()), "most": WORDS_MOST}


def reject(asking: Asking) -> Page | None:
    """In two steps, since nothing leads back: the reason, then what the resident will read."""
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    chosen = next((one for one in procedure.rejection_reasons if one.id == asking.request.one("reason")), None)
    if chosen is None:
        return asking.page({"reason": asking.parts.catalogue.say("office.problem.reason")})
    if asking.request.one("sure") != "yes":
        return asking.page(chosen=chosen)
    decide.reject(asking.parts, asking.officer, asking.case, reason=chosen.id)
    return None


def issue(asking: Asking) -> Page | None:
    if asking.request.one("looked") != "yes":
        return asking.page({"looked": asking.parts.catalogue.say("office.problem.looked")})
    fulfil.issue(asking.parts, asking.officer, asking.case)
    return None


def dispatch(asking: Asking) -> Page | None:
    try:
        tracking = fulfil.tracking_number(asking.request.one("tracking"))
    except FormFaulty:
        return asking.page({"tracking": asking.parts.catalogue.say("office.problem.tracking")})
    fulfil.dispatch(asking.parts, asking.officer, asking.case, tracking=tracking)
    return None


def waive(asking: Asking) -> Page | None:
    """Free by its kind, or waived for a reason that stands on record."""
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    reason = asking.request.one("reason")
    if procedure.costs and reason not in procedure.reductions:
        return asking.page({"reason": asking.parts.catalogue.say("office.problem.reason")})
    decide.waive_fee(asking.parts, asking.officer, asking.case, reason=reason if procedure.costs else "")
    return None


def accept(asking: Asking) -> Page | None:
    """In two steps, as a refusal: the outcome with its words, then what the applicant will read."""
    request, say = asking.request, asking.parts.catalogue.say
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    chosen = _reason(procedure.outcomes, request.one("outcome"))
    words = request.one("words")
    problems = {}
    if chosen is None:
        problems["outcome"] = say("office.problem.outcome")
    if len(words) > decide.WORDS_MOST:
        problems["words"] = say("office.problem.words_long", most=decide.WORDS_MOST, now=len(words))
    if chosen is None or problems:
        return asking.page(problems)
    if request.one("sure") != "yes":
        return asking.page(chosen=chosen, words=words)
    decide.accept(asking.parts, asking.officer, asking.case, outcome=chosen.id, words=words)
    return None


def _reason(reasons: tuple[Reason, ...], id: str) -> Reason | None:
    return next((one for one in reasons if one.id == id), None)


def _accept_words(asking: Asking) -> dict[str, object]:
    del asking
    return {"most": decide.WORDS_MOST}


def approve(asking: Asking) -> Page | None:
    """決裁: the whole case and the proposal were on the screen."""
    if asking.request.one("looked") != "yes":
        return asking.page({"looked": asking.parts.catalogue.say("office.problem.approve")})
    decide.approve(asking.parts, asking.officer, asking.case)
    return None


def _approve_words(asking: Asking) -> dict[str, object]:
    proposal = asking.case.proposal
    procedure = asking.parts.catalogue.procedure(asking.case.procedure)
    reason = _reason((*procedure.outcomes, *procedure.rejection_reasons), proposal.reason or "") if proposal else None
    return {"proposal": proposal, "reason": reason}


def send_back(asking: Asking) -> None:
    """差戻し."""
    decide.return_proposal(asking.parts, asking.officer, asking.case)


def write(asking: Asking) -> Page | None:
    """A message to the applicant."""
    words, say = asking.request.one("words"), asking.parts.catalogue.say
    if len(words) > correspond.WORDS_MOST:
        return asking.page({"words": say("office.problem.words_long", most=correspond.WORDS_MOST, now=len(words))})
    if not words:
        return asking.page({"words": say("office.problem.message")})
    correspond.write(asking.parts, asking.officer, asking.case, words)
    return None


def _write_words(asking: Asking) -> dict[str, object]:
    del asking
    return {"most": correspond.WORDS_MOST}


def withdraw_for(asking: Asking) -> Page | None:
    """The applicant does not want it any more, and told us by another way."""
    if asking.request.one("way") not in review.WITHDRAWAL_WAYS:
        return asking.page({"way": asking.parts.catalogue.say("office.problem.way")})
    review.withdraw_for(asking.parts, asking.officer, asking.case, way=asking.request.one("way"))
    return None


def _withdraw_words(asking: Asking) -> dict[str, object]:
    del asking
    return {"ways": [(way, WITHDRAWAL_NAMES[way]) for way in review.WITHDRAWAL_WAYS]}


def undo_issue(asking: Asking) -> None:
    """The wrong sheet was printed."""
    fulfil.undo_issue(asking.parts, asking.officer, asking.case)


def undo_dispatch(asking: Asking) -> None:
    """The letter is still here."""
    fulfil.undo_dispatch(asking.parts, asking.officer, asking.case)


def hand_over(asking: Asking) -> Page | None:
    """The applicant stands at the desk."""
    if asking.request.one("looked") != "yes":
        return asking.page({"looked": asking.parts.catalogue.say("office.problem.shown")})
    fulfil.hand_over(asking.parts, asking.officer, asking.case)
    return None


def deliver(asking: Asking) -> Page | None:
    """The pictures of every document were there to be looked at."""
    say, problems = asking.parts.catalogue.say, {}
    if not documents.ready(asking.case):
        problems["documents"] = say("office.problem.documents")
    if asking.request.one("looked") != "yes":
        problems["looked"] = say("office.problem.delivered")
    if problems:
        return asking.page(problems)
    fulfil.deliver(asking.parts, asking.officer, asking.case)
    return None


def _deliver_words(asking: Asking) -> dict[str, object]:
    came = [one for one in asking.case.documents if one.status is not FileStatus.EXPECTED]
    return {"documents": came, "most": documents.MOST}


def reopen(asking: Asking) -> None:
    """An end that was a slip."""
    decide.reopen(asking.parts, asking.officer, asking.case)


TEMPLATES: Mapping[str, str] = {"undo_issue": "sure", "undo_dispatch": "sure", "reopen": "sure"}
"""Decisions that ask only whether it is meant share a page."""
WORDS: Mapping[str, Callable[[Asking], dict[str, object]]] = {
    "correction": correction_words, "fee": fee_words, "note": _note_words, "take_over": _take_over_words,
    "accept": _accept_words, "approve": _approve_words, "pay_at_desk": pay_words, "refund": refund_words,
    "write": _write_words, "amend": _amend_words,
    "deliver": _deliver_words, "withdraw_for": _withdraw_words,
    "check": lambda asking: begin_words(asking.parts, asking.case), "by_eye": lambda asking: by_eye_words(asking.case)}
"""What the page of a decision needs beside the case."""
