"""A correction of the books: a new line with its reason, since no line is ever changed."""

import uuid
from datetime import date

from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ledger import FeeItem
from chalicelib.pages.office_books_words import ITEM_NAMES, METHOD_NAMES, REASON_NAMES
from chalicelib.pages.office_login import at_work
from chalicelib.pages.web import Page, Request, SeeOther
from chalicelib.services import books
from chalicelib.services.books import CORRECTION_REASONS, WORDS_MOST, yen_typed
from chalicelib.services.desk_money import CASHIERS
from chalicelib.services.parts import Parts
from content.rules.wareki import short_day


def correction_page(parts: Parts, request: Request, day: date) -> Page:
    """Ask for it, then enter it. Reads: the session, the open days; one transaction."""
    officer = at_work(parts, request)
    if not officer.is_one_of(CASHIERS) or day > books.today(parts):
        raise NotAllowed("role")
    problems = _problems(parts, request) if request.method == "POST" else {}
    if request.method == "GET" or problems:
        return Page(template="office/book_correct.html", status=422 if problems else 200, words={
            "officer": officer, "day": day, "short_day": short_day, "typed": request.form, "problems": problems,
            "methods": METHOD_NAMES, "items": ITEM_NAMES, "reasons": REASON_NAMES, "most": WORDS_MOST,
            "entry": request.one("entry") or str(uuid.uuid4())})
    line = books.correct(parts, officer, day, id=request.one("entry"), method=PaidBy(request.one("method")),
                         item=FeeItem(request.one("item")), yen=yen_typed(request.one("yen")) or 0,
                         reason=request.one("reason"), words=request.one("words"))
    request.session.holds["flash"] = "book_corrected"
    raise SeeOther(f"/office/books/{line.day}")


def _problems(parts: Parts, request: Request) -> dict[str, str]:
    say = parts.catalogue.say
    problems = {}
    if request.one("method") not in set(PaidBy):
        problems["method"] = say("office.problem.paid_by")
    if request.one("item") not in set(FeeItem):
        problems["item"] = say("office.problem.item")
    if not (yen := yen_typed(request.one("yen"))) or abs(yen) > books.YEN_MOST:
        problems["yen"] = say("office.problem.correct_yen")
    if request.one("reason") not in CORRECTION_REASONS:
        problems["reason"] = say("office.problem.reason")
    if len(request.one("words")) > WORDS_MOST or (request.one("reason") == "other" and not request.one("words")):
        problems["words"] = say("office.problem.correct_words", most=WORDS_MOST)
    return problems
