"""For the audit: who looked at which case and did what, day by day, and how the day's seal stands. Nothing of a resident."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from chalice.app import Chalice, Response

from chalicelib.domain.audit import Entry, Head, StoredSeal, chained, lines
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.history import GENESIS, Look
from chalicelib.domain.reference import as_written
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import EVENT_NAMES, day
from chalicelib.pages.web import OFFICE, Page, Request, Web
from chalicelib.services.day_seals import last_closed
from chalicelib.services.officers import AUDITS, Officer
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import short_day

PAGE = 50
KEPT_DAYS = 31
"""Days whose seals are shown to be kept outside."""
PLACE = re.compile(r"[0-9T:.+-]{19,40}#[0-9a-f-]{36}#[^\x00-\x1f]{1,120}")
"""A place in a day, as the link to the next page carries it."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One look or deed. case: the id where it can still be opened; empty for an erased one."""

    at: str
    who: str
    officer: str
    what: str
    reference: str
    case: str


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/audit", methods=["GET"])
    def audit() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _audit(parts, request))


def _audit(parts: Parts, request: Request) -> Page:
    """Reads: the session, a query of the seals, one of the day and a small row of each of its cases; or one of the case."""
    officer = at_work(parts, request)
    if not officer.is_one_of(AUDITS):
        raise NotAllowed("role")
    today = parts.clock().astimezone(JAPAN).date()
    chosen = _day(request.query.get("day", ""), today)
    by = OfficerId(request.query.get("officer", "").strip()[:100]) or None
    written = as_written(request.query.get("reference", ""))[:40]
    found, more = _of_case(parts, written, by) if written else _of_day(parts, request, chosen, by)
    heads = parts.audit.heads(sorted({one.what.application for one in found if one.what}))
    stored = parts.audit.seals(chosen - timedelta(days=KEPT_DAYS), chosen)
    asked = {"day": chosen.isoformat(), **({"officer": by} if by else {})}
    return Page(template="office/audit.html", words={
        "officer": officer, "day": chosen, "day_name": short_day(chosen), "today": today, "reference": written, "by": by or "",
        "lines": _lines(officer, found, heads), "seal": _seal_words(parts, chosen, stored),
        "unreadable": sum(one.what is None for one in found),
        "kept": lines([one.seal for one in stored if one.seal]),
        "next": "/office/audit?" + urlencode({**asked, "after": more}) if more else None, "first": "after" in request.query,
        "here": "/office/audit?" + urlencode({**asked, **({"reference": written} if written else {})})})


def _of_day(parts: Parts, request: Request, chosen: date, by: OfficerId | None) -> tuple[Sequence[Entry], str | None]:
    after = request.query.get("after", "")
    page = parts.audit.page(chosen, after=after if PLACE.fullmatch(after) else None, most=PAGE, officer=by)
    return page.entries, page.next


def _of_case(parts: Parts, reference: str, by: OfficerId | None) -> tuple[Sequence[Entry], None]:
    try:
        trail = parts.audit.trail(parts.applications.by_reference(reference))
    except NotFound:
        return (), None
    return sorted((one for one in trail.entries if one.is_of(by)), key=lambda one: one.place), None


def _lines(officer: Officer, found: Sequence[Entry], heads: Mapping[ApplicationId, Head]) -> Sequence[AuditLine]:
    """Those of the officer's department. An event keeps an id only; the name is taken from a look beside it."""
    names = {officer.id: officer.name} | {one.what.officer: one.what.name for one in found if isinstance(one.what, Look)}
    told = []
    for what in (one.what for one in found):
        head = heads.get(what.application) if what else None
        if what is None or head is None or not head.is_sent or head.department != officer.department:
            continue
        who = what.officer if isinstance(what, Look) else OfficerId(what.who)
        told.append(AuditLine(day(what.at), names.get(who, f"職員 {who}"), who,
                              "見た" if isinstance(what, Look) else EVENT_NAMES[what.event], head.reference,
                              "" if head.is_erased else head.id))
    return told


def _seal_words(parts: Parts, chosen: date, stored: Sequence[StoredSeal]) -> tuple[str, str]:
    """(how the day's seal stands, kind of notice). Whether the entries still fit it, the command says (docs/audit.ja.md)."""
    if chosen > last_closed(parts.clock()):
        return "この日は、まだ締めていません。翌日の0時30分を過ぎると、自動で締めます。", "info"
    one = next((one for one in stored if one.day == chosen.isoformat()), None)
    if one is None:
        return "この日の締めは、ありません。まどナビを使い始めてからの日なら、システム担当に知らせてください。", "warning"
    if one.seal is None or not chained(stored).get(chosen, len(stored) == 1 and one.seal.before == GENESIS):
        return "この日の締めは、合いません。記録に手を加えず、システム担当に知らせてください。", "warning"
    before = "最初の締めです。" if one.seal.before == GENESIS else "前の日の締めとつながっています。"
    return f"締め済みです（{one.seal.count:,}件、{day(one.seal.sealed_at)}）。{before}", "success"


def _day(asked: str, today: date) -> date:
    try:
        return min(date.fromisoformat(asked), today)
    except ValueError:
        return today
