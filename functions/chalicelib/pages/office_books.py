"""帳簿: a department's money day by day, what a day holds, its file for 会計課, and its closing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chalice.app import Chalice, Response

from chalicelib.domain.errors import FormFaulty, NotFound, Stale
from chalicelib.domain.ledger import BookDay, LedgerLine
from chalicelib.pages.csv_file import csv_of
from chalicelib.pages.office_books_correct import correction_page
from chalicelib.pages.office_books_words import ITEM_NAMES, METHOD_NAMES, MOVEMENT_NAMES, REASON_NAMES, where
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import day as moment
from chalicelib.pages.web import FORM, OFFICE, Download, Page, Request, SeeOther, Web
from chalicelib.services import books
from chalicelib.services.books import DENOMINATIONS, WORDS_MOST, counted_yen, yen_typed
from chalicelib.services.desk_money import CASHIERS
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import short_day

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
DAY = re.compile(r"20\d\d-\d\d-\d\d")
HEADER = ("帳簿の日", "動いた日時", "課", "手続き", "受付番号", "区分", "方法", "費目", "入金", "出金", "決済の番号", "職員",
          "訂正の理由", "説明")
"""入金 and 出金 are both above zero or empty, so that no amount begins with a minus."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a cashier typed: yen in the drawer without its change, the terminal's total, and what is wrong with it."""

    cash: int
    terminal: int
    problems: Mapping[str, str]


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/books", methods=["GET"])
    def month() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _month(parts, request))

    @app.route("/office/books/{day}", methods=["GET", "POST"], content_types=FORM)
    def one_day(day: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _day(parts, request, _date(day)))

    @app.route("/office/books/{day}/csv", methods=["GET"])
    def file_of_day(day: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _file(parts, request, _date(day)))

    @app.route("/office/books/{day}/correct", methods=["GET", "POST"], content_types=FORM)
    def correct(day: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: correction_page(parts, request, _date(day)))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        raise NotFound("day") from None


def _month(parts: Parts, request: Request) -> Page:
    """Reads: the session, one query."""
    officer = at_work(parts, request)
    now = books.today(parts)
    asked = request.query.get("month", "")
    month = asked if MONTH.fullmatch(asked) else f"{now:%Y-%m}"
    days = list(books.month_of(parts, officer, month))
    if month == f"{now:%Y-%m}" and now not in {one.day for one in days}:
        days.append(BookDay(department=officer.department, day=now))
    return Page(template="office/books.html", words={
        "officer": officer, "month": month, "present": f"{now:%Y-%m}", "days": days, "methods": METHOD_NAMES, "today": now,
        "short_day": short_day, "whole": sum(one.yen for one in days)})


def _day(parts: Parts, request: Request, day: date) -> Page:
    """Reads: the session, the day, its lines; before a closing also what the provider captured."""
    officer = at_work(parts, request)
    if request.method == "GET":
        return _shown(parts, request, officer, day)
    typed = _typed(parts, request)
    if typed.problems:
        return _shown(parts, request, officer, day, typed.problems)
    try:
        return _close(parts, request, officer, day, typed)
    except Stale:
        request.session.holds["flash"] = "book_stale"
        raise SeeOther(f"/office/books/{day}") from None


def _shown(parts: Parts, request: Request, officer: Officer, day: date, problems: Mapping[str, str] | None = None) -> Page:
    book, lines = books.day_of(parts, officer, day)
    return Page(template="office/book_day.html", status=422 if problems else 200, words={
        "officer": officer, "book": book, "lines": lines, "totals": books.totals(lines), "typed": request.form,
        "problems": problems or {}, "flash": request.session.holds.pop("flash", None), "moment": moment,
        "may_close": officer.is_one_of(CASHIERS) and book.closing is None and day <= books.today(parts),
        "may_correct": officer.is_one_of(CASHIERS), "denominations": DENOMINATIONS, "short_day": short_day,
        "names": {one.id: one.short for one in parts.catalogue.procedures}, "where": where,
        "methods": METHOD_NAMES, "items": ITEM_NAMES, "movements": MOVEMENT_NAMES, "reasons": REASON_NAMES})


def _typed(parts: Parts, request: Request) -> Counted:
    """The drawer by its pieces or as a sum, less the change it started with, and the terminal's total."""
    say = parts.catalogue.say
    problems: dict[str, str] = {}
    pieces = {value: typed for value in DENOMINATIONS if (typed := request.one(f"pieces_{value}"))}
    numbers = {value: yen_typed(text) for value, text in pieces.items()}
    cash, terminal = yen_typed(request.one("cash")), yen_typed(request.one("terminal"))
    if any(number is None or number < 0 for number in numbers.values()):
        problems["pieces"] = say("office.problem.pieces")
    elif numbers:
        counted = counted_yen({value: number or 0 for value, number in numbers.items()})
        if request.one("cash") and cash != counted:
            problems["cash"] = say("office.problem.cash_differs", yen=f"{counted:,}")
        cash = counted
    elif cash is None:
        problems["cash"] = say("office.problem.cash")
    change = yen_typed(request.one("change") or "0")
    if change is None or change < 0:
        problems["change"] = say("office.problem.change")
    if terminal is None:
        problems["terminal"] = say("office.problem.terminal")
    return Counted((cash or 0) - (change or 0), terminal or 0, problems)


def _close(parts: Parts, request: Request, officer: Officer, day: date, typed: Counted) -> Page:
    """Ask whether it is right, with what does not agree; then close."""
    seen = request.one("lines")
    lines = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 8 else -1
    problems: dict[str, str] = {}
    if request.one("sure"):
        try:
            books.close_day(parts, officer, day, lines=lines, cash=typed.cash, terminal=typed.terminal, words=request.one("words"))
        except FormFaulty:
            problems["words"] = parts.catalogue.say("office.problem.difference", most=WORDS_MOST)
        else:
            request.session.holds["flash"] = "book_closed"
            raise SeeOther(f"/office/books/{day}")
    checked = books.check_day(parts, officer, day, cash=typed.cash, terminal=typed.terminal)
    if checked.day.lines != lines:
        raise Stale("another line came")
    return Page(template="office/book_sure.html", status=422 if problems else 200, words={
        "officer": officer, "checked": checked, "typed": request.form, "counted": typed, "problems": problems,
        "short_day": short_day, "methods": METHOD_NAMES, "where": where, "most": WORDS_MOST})


def _file(parts: Parts, request: Request, day: date) -> Download:
    """The day for 会計課: one row a line. Reads: the session, the day, its lines."""
    officer = at_work(parts, request)
    _, lines = books.day_of(parts, officer, day)
    names = {one.id: one.short for one in parts.catalogue.procedures}
    offices = {one.department: one.office_name for one in parts.catalogue.procedures}
    rows = _rows(lines, names, offices)
    return Download(name=f"madonavi-{officer.department}-{day}.csv", kind="text/csv; charset=utf-8", lines=[csv_of(HEADER, rows)])


def _rows(lines: Sequence[LedgerLine], names: Mapping[str, str], offices: Mapping[str, str]) -> Sequence[Sequence[object]]:
    return [(line.day, f"{line.at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}", offices.get(line.department, line.department),
             names.get(line.procedure, line.procedure), line.reference, MOVEMENT_NAMES[line.movement],
             METHOD_NAMES[line.method], ITEM_NAMES[line.item], line.yen if line.yen > 0 else "",
             -line.yen if line.yen < 0 else "", line.attempt or "", line.officer or "",
             REASON_NAMES.get(line.reason or "", ""), line.words) for line in lines]


